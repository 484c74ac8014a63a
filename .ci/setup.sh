# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2034,SC2154 # shared with the script that reads this file
#
# What run.sh and test.sh share: packages, configuring, building. Sourced, never run.
#
# The caller sets $script (its name, for remarks) and $root (the folder of the sources). Every remark and the whole
# output of apt-get, CMake and the compiler go to standard error: standard output belongs to the program that runs last.
# A set-up that fails ends with exit code 1, which is none of retryscope-cli's own codes.

# The Debian packages, here and nowhere else. Recommends are left out, so whatever is needed must be named.
build_packages='g++ cmake ninja-build qt6-base-dev qt6-svg-dev libsimdjson-dev libssl-dev libnghttp2-dev pkgconf'
# A font, or the window shows boxes; the authorities, or no certificate of a real endpoint is trusted. Qt's xcb and
# offscreen platforms, its SVG icons and its OpenSSL backend come with the packages above.
runtime_packages='fonts-dejavu-core ca-certificates'

# What the window does without: words in other languages, keys kept by the desktop's secret service.
optional_build_packages='qt6-tools-dev qt6-l10n-tools qtkeychain-qt6-dev'

# What a few tests run, or run with the library; those are skipped where it is not there.
optional_test_packages='qt6-declarative-dev qcoro-qt6-dev pkgconf'

required_cmake=3.25

say() {
    printf '%s: %s\n' "$script" "$*" >&2
}

die() {
    say "$*"
    exit 1
}

usage_error() {
    say "$* See './$script --help'."
    exit 2
}

# Prints those of the packages named that are not installed, each with a space in front.
missing_packages() {
    # dpkg-query fails when it knows nothing of one of them, and still prints the others.
    installed=$(dpkg-query --show --showformat='${db:Status-Status} ${Package}\n' "$@" 2>/dev/null) || :
    for package in "$@"; do
        printf '%s\n' "$installed" | grep -qxF "installed $package" || printf ' %s' "$package"
    done
}

# Installs what is missing of the packages named; asks for root's rights only if something is.
install_packages() {
    if ! command -v dpkg-query >/dev/null 2>&1 || ! command -v apt-get >/dev/null 2>&1; then
        say "this is no Debian (no dpkg-query and apt-get), so nothing is installed. Needed, by Debian's names: $*"
        return 0
    fi
    missing=$(missing_packages "$@")
    [ -n "$missing" ] || return 0

    install="apt-get install --yes --no-install-recommends$missing"
    say "these Debian packages are missing:$missing"
    if [ "$(id -u)" -eq 0 ]; then
        as_root=
    elif command -v sudo >/dev/null 2>&1; then
        as_root=sudo
        say 'sudo may ask for your password to install them.'
    else
        die "installing needs root's rights, and there is no sudo. Ask an administrator to run this, then start again:
    apt-get update && $install"
    fi
    say "installing them with apt-get; nothing else is changed on this system."

    # Old lists are better than none: whether they do is for the installation to say.
    run_apt update || say 'apt-get could not refresh its package lists; trying with those that are there.'
    # shellcheck disable=SC2086 # a list of names without blanks
    run_apt install --yes --no-install-recommends $missing || die "apt-get could not install the packages; its own words stand above.
Is the network there, and does /etc/apt name a mirror that can be reached? If an installation was interrupted before,
'${as_root:+sudo }dpkg --configure -a' repairs it. Then start ./$script again, or install them by hand:
    ${as_root:+sudo }apt-get update && ${as_root:+sudo }$install"
}

# Installs what is missing of the packages named, where that needs no password and works; goes on without them otherwise.
install_optional_packages() {
    command -v dpkg-query >/dev/null 2>&1 && command -v apt-get >/dev/null 2>&1 || return 0
    missing=$(missing_packages "$@")
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" -eq 0 ]; then
        as_root=
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        as_root=sudo
    else
        say "these Debian packages are not installed, and what needs them is left out:$missing"
        return 0
    fi
    say "installing with apt-get what a few tests and parts of the window need:$missing"
    run_apt update || :
    # shellcheck disable=SC2086 # a list of names without blanks
    run_apt install --yes --no-install-recommends $missing ||
        say "that did not work; what needs these packages is left out:$missing"
}

# Waits for another package manager to end, rather than failing on its lock. Standard input is the program's.
run_apt() {
    ${as_root:+sudo} env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 "$@" >&2 </dev/null
}

check_cmake() {
    command -v cmake >/dev/null 2>&1 || die "cmake is not installed; version $required_cmake or newer is needed."
    cmake_version=$(cmake --version | sed -n 's/^cmake version \([0-9.]*\).*/\1/p')
    oldest=$(printf '%s\n' "$required_cmake" "$cmake_version" | sort -V | head -n 1)
    [ "$oldest" = "$required_cmake" ] || die "$(command -v cmake) is version ${cmake_version:-unknown}, but $required_cmake or newer is needed. If it hides
Debian's own in /usr/bin, put /usr/bin first: PATH=/usr/bin:\$PATH ./$script"
}

# Says so before minutes of work, not after. $1: the preset
check_writable() {
    for folder in "$root" "$root/build" "$root/build/$1"; do
        [ ! -e "$folder" ] || [ -w "$folder" ] || die "cannot write to $folder, where the build goes. If an earlier run as root made it, give it back:
    sudo chown -R \"\$(id -un)\" '$root/build'
and if the sources themselves cannot be written to, work in a clone of your own."
    done
}

# Configures $root/build/PRESET, unless it is. $1: the preset
configure() {
    cache=$root/build/$1/CMakeCache.txt
    manifest=$root/build/$1/build.ninja
    fresh=
    if [ -f "$cache" ]; then
        if ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$cache"; then
            say "build/$1 was configured for sources in another place; starting it afresh."
            fresh=--fresh
        elif ! grep -qxF 'CMAKE_GENERATOR:INTERNAL=Ninja' "$cache"; then
            say "build/$1 was configured for another build tool than Ninja; starting it afresh."
            fresh=--fresh
        elif [ -f "$manifest" ] && [ -z "$(find "$root/CMakePresets.json" -newer "$manifest")" ]; then
            # Changes of the CMakeLists are Ninja's to notice; the presets it does not know.
            return 0
        fi
    fi
    say "configuring build/$1"
    (cd -- "$root" && cmake --preset "$1" ${fresh:+"$fresh"} >&2 </dev/null) ||
        die "CMake could not configure build/$1; its own words stand above. Mend that, then start ./$script again."
}

# Configures and builds. $1: the preset, then the targets (none: all)
build() {
    preset=$1
    shift
    check_cmake
    configure "$preset"
    set -- "$root/build/$preset" --parallel "$(nproc)" ${1:+--target "$@"}
    # A start that has nothing to build says nothing.
    case $(cmake --build "$@" -- -n 2>/dev/null </dev/null) in
        *'no work to do'*) return 0 ;;
    esac
    say "building in build/$preset; the first time this takes some minutes"
    cmake --build "$@" >&2 </dev/null ||
        die "the build failed; the first error above says why. Start ./$script again to go on from there."
}

# Qt insists on UTF-8 and grumbles at each start where the locale is something else, as in most containers.
ensure_utf8() {
    [ "$(locale charmap 2>/dev/null)" = UTF-8 ] || export LC_ALL=C.UTF-8
}
