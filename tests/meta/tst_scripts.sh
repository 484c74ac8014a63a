#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Runs run.sh, test.sh and .ci/run in a folder of their own, against stand-ins for apt-get, dpkg-query, id, sudo, cmake
# and ctest: what they refuse, what they say, what they would do. Installs and builds nothing.
#
# Usage: tst_scripts.sh SOURCE_FOLDER

set -euo pipefail
unset CDPATH DISPLAY WAYLAND_DISPLAY QT_QPA_PLATFORM CCACHE_DIR CMAKE_CXX_COMPILER_LAUNCHER

source_folder=$1
scratch=$(mktemp -d)
trap 'rm -rf -- "$scratch"' EXIT
failed=0
passed=0

# --- the stage ---------------------------------------------------------------------------------------------------------

# Real tools that the scripts may use. Nothing else is in the PATH, a sudo of this machine least of all.
tools=(sh bash env cat chmod dirname find grep head locale mkdir nproc readlink sed sort touch)
mkdir "$scratch/tools"
for tool in "${tools[@]}"; do
    ln -s "$(command -v "$tool")" "$scratch/tools/$tool"
done

# stub FOLDER NAME: the script of a stand-in comes from standard input. Each notes its call in $CALLS.
stub() {
    mkdir -p "$scratch/$1"
    {
        # shellcheck disable=SC2016 # for the stand-in to expand
        printf '#!/bin/sh\necho "%s $*" >>"$CALLS"\n' "$2"
        cat
    } >"$scratch/$1/$2"
    chmod +x "$scratch/$1/$2"
}

stub debian dpkg-query <<'END'
for word in "$@"; do
    case "$word" in -*) continue ;; esac
    case " $MISSING " in
    *" $word "*) echo "dpkg-query: no packages found matching $word" >&2 ;;
    *) echo "installed $word" ;;
    esac
done
[ -z "$MISSING" ]
END
stub debian apt-get <<'END'
cat # what it may read is its own
echo "apt-get speaks"
case "$*" in
*update*) exit "$UPDATE_EXIT" ;;
*) exit "$INSTALL_EXIT" ;;
esac
END
stub debian id <<'END'
echo "$USER_ID"
END
stub sudo sudo <<'END'
exec "$@"
END
stub build cmake <<'END'
case "$1" in
--version)
    echo "cmake version $CMAKE_VERSION"
    ;;
--preset)
    [ "$CONFIGURE_EXIT" = 0 ] || exit "$CONFIGURE_EXIT"
    mkdir -p "build/$2"
    printf '%s\n' "CMAKE_HOME_DIRECTORY:INTERNAL=$PWD" 'CMAKE_GENERATOR:INTERNAL=Ninja' >"build/$2/CMakeCache.txt"
    touch "build/$2/build.ninja"
    echo "cmake speaks"
    ;;
--build)
    case "$*" in
    *" -n")
        if [ -e "$2/built" ]; then echo 'ninja: no work to do.'; fi
        exit 0
        ;;
    esac
    cat # a build that reads would steal the program's input
    echo "the compiler speaks"
    [ "$BUILD_EXIT" = 0 ] || exit "$BUILD_EXIT"
    touch "$2/built"
    for program in app/cli/retryscope-cli app/gui/retryscope; do
        mkdir -p "$2/${program%/*}"
        {
            echo '#!/bin/sh'
            echo 'echo "${0##*/} in $PWD with $# arguments:$(printf " <%s>" "$@")"'
            echo 'cat'
            echo 'exit 42'
        } >"$2/$program"
        chmod +x "$2/$program"
    done
    ;;
esac
END
stub build ctest <<'END'
echo "ctest in $PWD, platform $QT_QPA_PLATFORM, proxy <${http_proxy-}${HTTPS_PROXY-}>"
exit "$CTEST_EXIT"
END

fresh_clone() {
    rm -rf -- "$scratch/a clone"
    mkdir -p "$scratch/a clone/.ci"
    cp "$source_folder/run.sh" "$source_folder/test.sh" "$scratch/a clone/"
    cp "$source_folder/.ci/run" "$source_folder/.ci/setup.sh" "$scratch/a clone/.ci/"
    touch "$scratch/a clone/CMakePresets.json"
}

# --- the test tools ----------------------------------------------------------------------------------------------------

# scenario SENTENCE: a new clone on a machine where all is well; the lines that follow change that.
scenario() {
    sentence=$1
    fresh_clone
    cd -- "$scratch"
    path=$scratch/debian:$scratch/build:$scratch/tools
    export CALLS=$scratch/calls
    export MISSING='' USER_ID=1000 UPDATE_EXIT=0 INSTALL_EXIT=0 CONFIGURE_EXIT=0 BUILD_EXIT=0 CTEST_EXIT=0
    export CMAKE_VERSION=3.25.1 HOME=$scratch
    unset DISPLAY WAYLAND_DISPLAY QT_QPA_PLATFORM CDPATH CMAKE_CXX_COMPILER_LAUNCHER CCACHE_DIR http_proxy HTTPS_PROXY
}

# start COMMAND...: leaves $code, $out, $err and $calls
start() {
    : >"$CALLS"
    code=0
    env PATH="$path" "$@" >"$scratch/out" 2>"$scratch/err" <<<'typed by a person' || code=$?
    out=$(<"$scratch/out")
    err=$(<"$scratch/err")
    calls=$(<"$CALLS")
}

# expect WHAT LEFT OPERATOR RIGHT
expect() {
    local good=1
    case $3 in
    =) [[ $2 == "$4" ]] || good=0 ;;
    holds) [[ $2 == *"$4"* ]] || good=0 ;;
    lacks) [[ $2 != *"$4"* ]] || good=0 ;;
    *) good=0 ;;
    esac
    if ((good)); then
        passed=$((passed + 1))
        return
    fi
    failed=$((failed + 1))
    printf 'FAIL: %s\n  %s: <%s>\n  should be: %s <%s>\n' "$sentence" "$1" "$2" "$3" "$4"
}

# --- what must hold ----------------------------------------------------------------------------------------------------

scenario 'help needs nothing and changes nothing'
for script in run.sh test.sh; do
    for option in --help -h; do
        start "./a clone/$script" "$option"
        expect "exit code of $script $option" "$code" = 0
        expect 'standard output' "$out" holds "Usage: ./$script"
        expect 'calls' "$calls" = ''
    done
done

scenario 'an unknown option of run.sh is named'
start './a clone/run.sh' --clii
expect 'exit code' "$code" = 2
expect 'remarks' "$err" holds "run.sh: there is no option '--clii'. See './run.sh --help'."
expect 'calls' "$calls" = ''

scenario 'an unknown preset of test.sh is named, and the right ones with it'
for arguments in '--preset fast' '--preset=fast'; do
    # shellcheck disable=SC2086 # one row has two words
    start './a clone/test.sh' $arguments
    expect 'exit code' "$code" = 2
    expect 'remarks' "$err" holds "there is no preset 'fast' with tests; there are ci ci-clang dev core-only asan tsan."
    expect 'calls' "$calls" = ''
done

scenario 'a preset without its name is a usage error'
start './a clone/test.sh' --preset
expect 'exit code' "$code" = 2
expect 'remarks' "$err" holds "'--preset' needs a name"

scenario 'without a display the window is refused before anything is installed or built'
MISSING='cmake g++'
start './a clone/run.sh'
expect 'exit code' "$code" = 1
expect 'remarks' "$err" holds 'neither DISPLAY nor WAYLAND_DISPLAY is set'
expect 'remarks' "$err" holds 'xvfb-run ./run.sh'
expect 'remarks' "$err" holds './run.sh --cli --help'
expect 'calls' "$calls" = ''

scenario 'with a display the window is built and started, with what follows --'
export DISPLAY=:7
start './a clone/run.sh' -- --style fusion
expect 'exit code' "$code" = 42
expect 'standard output' "$out" holds "retryscope in $scratch with 2 arguments: <--style> <fusion>"
expect 'calls' "$calls" holds 'cmake --build'
expect 'calls' "$calls" lacks '--target'
expect 'calls' "$calls" lacks 'apt-get'
expect 'calls' "$calls" lacks 'qt6-wayland'

scenario 'on Wayland alone the window needs the plugin for it'
export WAYLAND_DISPLAY=wayland-0
MISSING=qt6-wayland
USER_ID=0
start './a clone/run.sh'
expect 'exit code' "$code" = 42
expect 'calls' "$calls" holds 'install --yes --no-install-recommends qt6-wayland'

scenario 'a platform chosen by hand counts as a display'
export QT_QPA_PLATFORM=offscreen
start './a clone/run.sh'
expect 'exit code' "$code" = 42

scenario 'the command line needs no display; its output, input, arguments, folder and exit code are its own'
mkdir -p "$scratch/elsewhere"
cd -- "$scratch/elsewhere"
start '../a clone/run.sh' --cli send --prompt 'two words' ''
expect 'exit code' "$code" = 42
expect 'standard output' "$out" = "retryscope-cli in $scratch/elsewhere with 4 arguments: <send> <--prompt> <two words> <>
typed by a person"
expect 'remarks' "$err" holds 'cmake speaks'
expect 'remarks' "$err" holds 'the compiler speaks'
expect 'calls' "$calls" holds '--target retryscope-cli'

scenario 'the second start neither configures nor builds, and says nothing'
start './a clone/run.sh' --cli
start './a clone/run.sh' --cli
expect 'exit code' "$code" = 42
expect 'remarks' "$err" = ''
expect 'calls' "$calls" lacks '--preset'

scenario 'presets that changed are configured again'
start './a clone/run.sh' --cli
touch -d 'next hour' "$scratch/a clone/CMakePresets.json"
start './a clone/run.sh' --cli
expect 'calls' "$calls" holds 'cmake --preset release'
expect 'calls' "$calls" lacks '--fresh'

scenario 'a folder that was moved after its build is started afresh'
start './a clone/run.sh' --cli
rm -rf -- "$scratch/moved"
mv -- "$scratch/a clone" "$scratch/moved"
start ./moved/run.sh --cli
expect 'exit code' "$code" = 42
expect 'calls' "$calls" holds 'cmake --preset release --fresh'
expect 'remarks' "$err" holds 'build/release was configured for sources in another place'

scenario 'a build folder of another build tool is started afresh'
start './a clone/run.sh' --cli
sed -i 's/=Ninja/=Unix Makefiles/' "$scratch/a clone/build/release/CMakeCache.txt"
start './a clone/run.sh' --cli
expect 'calls' "$calls" holds 'cmake --preset release --fresh'
expect 'remarks' "$err" holds 'another build tool than Ninja'

scenario 'a symbolic link to the script finds the sources, CDPATH or not'
ln -sf "$scratch/a clone/run.sh" "$scratch/elsewhere/scope"
mkdir -p "$scratch/trap/a clone"
export CDPATH=$scratch/trap:$scratch
start ./elsewhere/scope --cli
expect 'exit code' "$code" = 42
expect 'standard output' "$out" holds "retryscope-cli in $scratch with 0 arguments"

scenario 'root installs what is missing, and only that, after saying so'
MISSING='cmake libssl-dev'
USER_ID=0
start './a clone/run.sh' --cli
expect 'exit code' "$code" = 42
expect 'remarks' "$err" holds 'run.sh: these Debian packages are missing: cmake libssl-dev'
expect 'remarks' "$err" holds 'apt-get speaks'
expect 'calls' "$calls" holds 'apt-get -o DPkg::Lock::Timeout=120 update
apt-get -o DPkg::Lock::Timeout=120 install --yes --no-install-recommends cmake libssl-dev
cmake'
expect 'standard output' "$out" = "retryscope-cli in $scratch with 0 arguments: <>
typed by a person"

scenario 'another user installs through sudo'
MISSING=cmake
path=$scratch/sudo:$path
start './a clone/test.sh'
expect 'exit code' "$code" = 0
expect 'remarks' "$err" holds 'sudo may ask for your password'
expect 'calls' "$calls" holds 'sudo env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 install'

scenario 'without root and sudo the command for an administrator is named, and nothing is tried'
MISSING='ninja-build qt6-base-dev'
for command in run.sh\ --cli test.sh; do
    # shellcheck disable=SC2086 # one row has two words
    start "./a clone/"$command
    expect 'exit code' "$code" = 1
    expect 'remarks' "$err" holds '    apt-get update && apt-get install --yes --no-install-recommends ninja-build qt6-base-dev'
    expect 'calls' "$calls" lacks 'apt-get'
    expect 'calls' "$calls" lacks 'cmake --'
done

scenario 'an installation that fails is explained, and nothing is built'
MISSING=cmake
USER_ID=0
INSTALL_EXIT=100
start './a clone/run.sh' --cli
expect 'exit code' "$code" = 1
expect 'remarks' "$err" holds 'apt-get could not install the packages'
expect 'remarks' "$err" holds 'Is the network there'
expect 'remarks' "$err" holds "'dpkg --configure -a' repairs it"
expect 'calls' "$calls" lacks 'cmake --'
path=$scratch/sudo:$path
USER_ID=1000
start './a clone/run.sh' --cli
expect 'remarks' "$err" holds "'sudo dpkg --configure -a' repairs it"
INSTALL_EXIT=0
start './a clone/run.sh' --cli
expect 'exit code of the start after it' "$code" = 42

scenario 'package lists that cannot be refreshed do not stop an installation that works without'
MISSING=cmake
USER_ID=0
UPDATE_EXIT=100
start './a clone/run.sh' --cli
expect 'exit code' "$code" = 42
expect 'remarks' "$err" holds 'could not refresh its package lists'

scenario 'a system without apt-get is told what is needed, and tried as it is'
path=$scratch/build:$scratch/tools
start './a clone/run.sh' --cli
expect 'exit code' "$code" = 42
expect 'remarks' "$err" holds "Needed, by Debian's names: g++ cmake ninja-build"

scenario 'an old cmake is named with its path'
CMAKE_VERSION=3.18.4
start './a clone/run.sh' --cli
expect 'exit code' "$code" = 1
expect 'remarks' "$err" holds "$scratch/build/cmake is version 3.18.4, but 3.25 or newer is needed"
CMAKE_VERSION=3.25
start './a clone/run.sh' --cli
expect 'exit code with the oldest that does' "$code" = 42
CMAKE_VERSION=4.0.1
start './a clone/run.sh' --cli
expect 'exit code with a new one' "$code" = 42

scenario 'a configuration that fails can be repeated'
CONFIGURE_EXIT=1
start './a clone/run.sh' --cli
expect 'exit code' "$code" = 1
expect 'remarks' "$err" holds 'CMake could not configure build/release'
CONFIGURE_EXIT=0
start './a clone/run.sh' --cli
expect 'exit code of the start after it' "$code" = 42

scenario 'a build that fails starts nothing, and its code is not mistaken for the program'"'"'s'
BUILD_EXIT=30
start './a clone/run.sh' --cli
expect 'exit code' "$code" = 1
expect 'standard output' "$out" = ''
expect 'remarks' "$err" holds 'the build failed'
BUILD_EXIT=0
start './a clone/run.sh' --cli
expect 'exit code of the start after it' "$code" = 42

if [[ $EUID -ne 0 ]]; then # root may write everywhere
    scenario 'a build folder that cannot be written to is named at once'
    mkdir -p "$scratch/a clone/build/release"
    chmod a-w "$scratch/a clone/build/release"
    MISSING=cmake
    start './a clone/run.sh' --cli
    chmod u+w "$scratch/a clone/build/release"
    expect 'exit code' "$code" = 1
    expect 'remarks' "$err" holds "cannot write to $scratch/a clone/build/release"
    expect 'calls' "$calls" = ''
fi

scenario 'the tests run headless from the top, without a proxy, with the options given'
export http_proxy=http://192.0.2.1:1 HTTPS_PROXY=http://192.0.2.1:1
start './a clone/test.sh' -R 'retry|tap' -j 2
expect 'exit code' "$code" = 0
expect 'standard output' "$out" = "ctest in $scratch/a clone, platform offscreen, proxy <>"
expect 'calls' "$calls" holds 'cmake --preset ci
'
expect 'calls' "$calls" lacks '--target'
expect 'calls' "$calls" holds 'ctest --preset ci --output-on-failure -R retry|tap -j 2'

scenario 'another preset is configured, built and tested under its name'
start './a clone/test.sh' --preset asan
expect 'calls' "$calls" holds 'cmake --preset asan'
expect 'calls' "$calls" holds "cmake --build $scratch/a clone/build/asan"
expect 'calls' "$calls" holds 'ctest --preset asan --output-on-failure'
expect 'calls' "$calls" lacks 'clang'

scenario 'the preset for clang installs clang'
MISSING=clang
USER_ID=0
start './a clone/test.sh' --preset=ci-clang
expect 'calls' "$calls" holds 'install --yes --no-install-recommends clang'

scenario 'what a few tests need is installed too'
MISSING=qcoro-qt6-dev USER_ID=0
start './a clone/test.sh'
expect 'exit code' "$code" = 0
expect 'calls' "$calls" holds 'install --yes --no-install-recommends qcoro-qt6-dev'

scenario 'what a few tests need is no failure where it cannot be installed'
MISSING=qcoro-qt6-dev USER_ID=0 INSTALL_EXIT=100
start './a clone/test.sh'
expect 'exit code' "$code" = 0
expect 'remarks' "$err" holds 'what needs these packages is left out: qcoro-qt6-dev'

scenario 'nobody is asked for a password for what a few tests need'
MISSING=qcoro-qt6-dev
start './a clone/test.sh'
expect 'exit code' "$code" = 0
expect 'remarks' "$err" holds 'these Debian packages are not installed, and what needs them is left out'
expect 'calls' "$calls" lacks 'apt-get'

scenario 'tests that fail give their exit code'
CTEST_EXIT=8
start './a clone/test.sh'
expect 'exit code' "$code" = 8

scenario 'continuous integration needs nothing but test.sh'
cd /
start "$scratch/a clone/.ci/run"
expect 'exit code' "$code" = 0
expect 'standard output' "$out" holds "ctest in $scratch/a clone"
CTEST_EXIT=8
start "$scratch/a clone/.ci/run"
expect 'exit code of failing tests' "$code" = 8

if checker=$(command -v shellcheck); then
    sentence='shellcheck finds nothing'
    cd -- "$source_folder"
    start "$checker" -x run.sh test.sh .ci/run .ci/setup.sh tests/meta/tst_scripts.sh
    expect 'findings' "$out" = ''
    expect 'exit code' "$code" = 0
fi

sentence='every preset with tests is known to test.sh'
known=$(sed -n "s/^presets='\(.*\)'\$/\1/p" "$source_folder/test.sh")
tested=$(sed -n '/"testPresets"/,$p' "$source_folder/CMakePresets.json" |
    sed -n 's/.*"name": "\([^"]*\)".*/\1/p' | grep -vx base)
for preset in $known; do
    expect 'the test presets' $'\n'"$tested"$'\n' holds $'\n'"$preset"$'\n'
done
for preset in $tested; do
    expect 'the list in test.sh' " $known " holds " $preset "
done

printf '%d checks passed, %d failed\n' "$passed" "$failed"
((failed == 0))
