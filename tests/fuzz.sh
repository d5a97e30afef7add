#!/bin/bash
# fuzz.sh - runs every fuzzer for some seconds, two at a time: fuzz.sh BUILD SECONDS [NAME]
#
# A fuzzer starts from tests/fuzz/corpus/NAME (copied: what it finds on the way stays in the build)
# and tests/fuzz/NAME.dict. An input that breaks something is kept in BUILD/crashes, and the
# fuzzer's last lines are shown.
set -euo pipefail
cd "$(dirname "$0")/.."

build=$1
seconds=$2

if [ $# -eq 2 ]; then
	names=()
	for source in tests/fuzz/fuzz-*.c; do
		name=${source#tests/fuzz/fuzz-}
		[ ! -e "$source" ] || names+=("${name%.c}")
	done
	[ ${#names[@]} -gt 0 ] || { echo "There is no tests/fuzz/fuzz-*.c." >&2; exit 1; }
	printf '%s\n' "${names[@]}" | xargs -P 2 -I '{}' tests/fuzz.sh "$build" "$seconds" '{}'
	exit
fi

name=$3
log=$build/log/$name.log
corpus=$build/corpus/$name
mkdir -p "$corpus" "$build/crashes" "$build/log"
[ ! -d "tests/fuzz/corpus/$name" ] || cp -R "tests/fuzz/corpus/$name/." "$corpus/"

options=(-max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -max_len=16384
	-print_final_stats=1 -artifact_prefix="$build/crashes/$name-")
[ ! -e "tests/fuzz/$name.dict" ] || options+=(-dict="tests/fuzz/$name.dict")

export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
if "$build/tests/fuzz/fuzz-$name" "${options[@]}" "$corpus" >"$log" 2>&1; then
	inputs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
	echo "ok fuzz-$name ($inputs inputs, $seconds s)"
else
	echo "FAILED fuzz-$name: $log"
	tail -n 40 "$log" | sed 's/^/    /'
	exit 1
fi
