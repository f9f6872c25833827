#!/bin/sh
# run.sh - fuzz targets one after another, each from a copy of its seeds
# usage, in a directory built with --enable-fuzz: run.sh [-t SECONDS] [-o DIRECTORY] TARGET...
# A target FOLDER/NAME-fuzz starts from FOLDER/seeds/NAME in the sources (TAMIS_SRCDIR, else found by this
# script's own place). Prints a line a target. What crashes, hangs or eats memory stays in DIRECTORY
# (fuzz-findings). Exit 1 when a target found something.
src=${TAMIS_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
seconds=2
findings=fuzz-findings
while getopts t:o: option; do
    case $option in
    t) seconds=$OPTARG ;;
    o) findings=$OPTARG ;;
    *) exit 2 ;;
    esac
done
shift $((OPTIND - 1))
[ $# -gt 0 ] || { echo "usage: $0 [-t SECONDS] [-o DIRECTORY] TARGET..." >&2; exit 2; }

work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
bad=0
for target; do
    name=$(basename "$target")
    seeds=$src/$(dirname "$target")/seeds/${name%-fuzz}
    n=$(find "$seeds" -type f 2>/dev/null | wc -l)
    if [ "$n" -lt 20 ]; then
        echo "not ok $target: $n seeds in $seeds, at least 20 are wanted"
        bad=1
        continue
    fi
    rm -rf "$work/corpus" && cp -r "$seeds" "$work/corpus"
    mkdir -p "$findings/$name"
    # -detect_leaks: at the end only; one input at a time costs too much
    if ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1 UBSAN_OPTIONS=print_stacktrace=1 \
        "./$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=65536 \
        -print_final_stats=1 -artifact_prefix="$findings/$name/" "$work/corpus" >"$work/out" 2>&1; then
        echo "ok $target: $(sed -n 's/^stat::number_of_executed_units: *//p' "$work/out") runs, $n seeds," \
            "$(sed -n 's/.*cov: \([0-9]*\).*/\1/p' "$work/out" | tail -n 1) edges"
        rmdir "$findings/$name"
    else
        bad=1
        cp "$work/out" "$findings/$name/output"
        echo "not ok $target: see $findings/$name"
        tail -n 30 "$work/out"
    fi
done
rmdir "$findings" 2>/dev/null
exit $bad
