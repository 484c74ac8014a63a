#!/bin/sh
# SPDX-License-Identifier: MIT
# The long soak: 10,000 schedules under ASan and UBSan, 1,000 under TSan. ./tests/soak/run.sh --help

set -eu
unset CDPATH

root=$(dirname -- "$(readlink -f -- "$0")")/../..

case ${1:-} in
    --help | -h)
        cat <<END
Usage: tests/soak/run.sh [SEED]

Builds the presets asan and tsan (only what the soak needs), runs 10,000 random fault schedules in the one and 1,000 in
the other, from SEED (1 unless given), and ends with 0 if none of them deviated and no sanitizer complained.
END
        exit 0
        ;;
esac
seed=${1:-1}

cd -- "$root"
for preset in asan tsan; do
    cmake --preset "$preset" -DRETRYSCOPE_BUILD_GUI=OFF
    cmake --build --preset "$preset" --target soak
done
ASAN_OPTIONS=fast_unwind_on_malloc=0 \
    LSAN_OPTIONS="suppressions=$PWD/tests/support/lsan.supp:print_suppressions=0" \
    build/asan/tests/soak/soak --schedules 10000 --seed "$seed"
TSAN_OPTIONS="suppressions=$PWD/tests/support/tsan.supp:ignore_noninstrumented_modules=1" \
    build/tsan/tests/soak/soak --schedules 1000 --seed "$seed"
