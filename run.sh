#!/bin/sh
# SPDX-License-Identifier: MIT
# Installs what is missing, builds Retryscope and starts it. ./run.sh --help

set -eu
unset CDPATH

script=run.sh
root=$(dirname -- "$(readlink -f -- "$0")")
# shellcheck source=.ci/setup.sh
. "$root/.ci/setup.sh"

usage() {
    cat <<'END'
Usage: ./run.sh [ARGS]          build and open the window
       ./run.sh --cli [ARGS]    build and run retryscope-cli with ARGS
       ./run.sh --help          this text

Installs the Debian packages that are missing (with apt-get; sudo asks if you are not root), configures and builds
build/release, and starts the program. Only the first start takes minutes. Put '--' in front of options that are meant
for the window. What the build says goes to standard error; the exit code is the program's, or 1 where the program
could not be built and 2 where the options make no sense.
END
}

need_display() {
    [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}${QT_QPA_PLATFORM:-}" ] || return 0
    die "the window needs a display, and there is none: neither DISPLAY nor WAYLAND_DISPLAY is set.
Nothing was installed or built. You can
  - start ./run.sh from a terminal of a graphical desktop;
  - over ssh, connect with 'ssh -X' first;
  - use a virtual display: install the packages xvfb and xauth, then 'xvfb-run ./run.sh';
  - do without the window: './run.sh --cli --help' shows the command line."
}

program=app/gui/retryscope
targets=
packages="$build_packages $runtime_packages"
case ${1:-} in
    --help | -h)
        usage
        exit 0
        ;;
    --cli)
        shift
        program=app/cli/retryscope-cli
        targets=retryscope-cli # no need to wait for the window
        ;;
    --)
        shift
        ;;
    -*)
        usage_error "there is no option '$1'."
        ;;
esac

if [ "$program" = app/gui/retryscope ]; then
    need_display
    # Without an X server beside it, a Wayland desktop needs Qt's plugin for it.
    if [ -z "${DISPLAY:-}${QT_QPA_PLATFORM:-}" ]; then
        packages="$packages qt6-wayland"
    fi
fi

check_writable release
# shellcheck disable=SC2086 # a list of names without blanks
install_packages $packages
if [ "$program" = app/gui/retryscope ]; then
    # shellcheck disable=SC2086
    install_optional_packages $optional_build_packages
fi
build release ${targets:+"$targets"}
ensure_utf8
exec "$root/build/release/$program" "$@"
