#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs every fuzzer of the preset "fuzz", one after the other; the seeds are those of tests/data.
#     cmake --preset fuzz && cmake --build --preset fuzz && tests/fuzz/run.sh [SECONDS [TARGET...]]
# Ten minutes each unless told. New inputs are kept in build/fuzz/inputs. Stops at the first one that finds something,
# and leaves the input that did it in the current directory.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
seconds=${1:-600}
[ $# -gt 0 ] && shift
[ $# -gt 0 ] || set -- sse ndjson json-array aws-event-stream \
    openai-chat openai-responses anthropic gemini ollama cohere bedrock-converse \
    http-request sandbox-request sandbox-script socks5 tls-records http-response
for target in "$@"; do
    case $target in
    sse) seeds=anthropic ;;
    ndjson) seeds=ollama ;;
    json-array) seeds=gemini ;;
    aws-event-stream) seeds=bedrock-converse ;;
    sandbox-request) seeds=http-request ;;
    *) seeds=$target ;;
    esac
    found=$root/build/fuzz/inputs/$target
    mkdir -p "$found"
    printf '== %s, %s s\n' "$target" "$seconds"
    "$root/build/fuzz/tests/fuzz/fuzz_$target" -max_total_time="$seconds" -max_len=8192 -timeout=120 \
        -rss_limit_mb=1024 -print_final_stats=1 "$found" "$root/tests/data/$seeds"
done
