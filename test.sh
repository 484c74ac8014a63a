#!/bin/sh
# SPDX-License-Identifier: MIT
# Installs what is missing, builds everything and runs the tests. ./test.sh --help

set -eu
unset CDPATH

script=test.sh
root=$(dirname -- "$(readlink -f -- "$0")")
# shellcheck source=.ci/setup.sh
. "$root/.ci/setup.sh"

presets='ci ci-clang dev core-only asan tsan'

usage() {
    cat <<END
Usage: ./test.sh [--preset NAME] [CTEST OPTIONS]
       ./test.sh --help

Installs the Debian packages that are missing (with apt-get; sudo asks if you are not root), builds build/NAME and runs
its tests, without a display, several at a time. NAME is one of $presets; 'ci', where
warnings are errors, unless said otherwise. All other options go to ctest: './test.sh -R retry' runs the tests whose
names hold "retry". The exit code is ctest's, or 1 where the tests could not be built.
END
}

preset=ci
case ${1:-} in
    --help | -h)
        usage
        exit 0
        ;;
    --preset)
        [ $# -ge 2 ] || usage_error "'--preset' needs a name: one of $presets."
        preset=$2
        shift 2
        ;;
    --preset=*)
        preset=${1#--preset=}
        shift
        ;;
esac
case " $presets " in
    *" $preset "*) ;;
    *) usage_error "there is no preset '$preset' with tests; there are $presets." ;;
esac

packages="$build_packages $runtime_packages"
if [ "$preset" = ci-clang ]; then
    packages="$packages clang"
fi

check_writable "$preset"
# shellcheck disable=SC2086 # a list of names without blanks
install_packages $packages
# shellcheck disable=SC2086
install_optional_packages $optional_build_packages $optional_test_packages
build "$preset"
ensure_utf8

# The tests talk to this machine only: no proxy may stand between.
unset http_proxy https_proxy ftp_proxy all_proxy no_proxy HTTP_PROXY HTTPS_PROXY FTP_PROXY ALL_PROXY NO_PROXY
cd -- "$root"
QT_QPA_PLATFORM=offscreen exec ctest --preset "$preset" --output-on-failure "$@"
