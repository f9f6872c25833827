#!/bin/sh
# coverage.sh - how much of a parser its fuzz target reaches
# usage, in a directory built with --enable-fuzz --enable-coverage CC=clang: coverage.sh TARGET...
# Runs each target over its seeds and FUZZ_SECONDS (10) of fuzzing, then prints line coverage of the sources it
# is for: FOLDER/NAME.c and FOLDER/NAME-*.c (without tests), or what COVERS below says. Exit 1 when one is
# below 80 %.
src=${TAMIS_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
seconds=${FUZZ_SECONDS:-10}
goal=80
# a target and the sources it is for, where the names do not say it: TARGET=SOURCE,SOURCE...
COVERS=$(sed -n 's/^\([a-z].*\)$/\1/p' "$src/tests/fuzz/covers.txt" 2>/dev/null)

find_tool() {
    command -v "$1" || command -v "$1-14" || { echo "$1 is missing; on Debian: apt-get install llvm" >&2; exit 2; }
}
cov=$(find_tool llvm-cov) && profdata=$(find_tool llvm-profdata) || exit 2

covered_sources() {
    for row in $COVERS; do
        [ "${row%%=*}" != "$1" ] || { echo "${row#*=}" | tr ',' '\n'; return; }
    done
    folder=$(dirname "$1")
    name=$(basename "$1" -fuzz)
    (cd "$src" && ls "$folder/$name.c" "$folder/$name"-*.c 2>/dev/null) | grep -vE -e '-(test|fuzz)\.c$'
}

work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
bad=0
printf '%-28s %-28s %8s %8s %7s\n' target source lines reached percent
for target; do
    name=$(basename "$target")
    rm -rf "$work/corpus" && cp -r "$src/$(dirname "$target")/seeds/${name%-fuzz}" "$work/corpus" || { bad=1; continue; }
    LLVM_PROFILE_FILE=$work/$name.raw "./$target" -max_total_time="$seconds" -timeout=10 -max_len=65536 \
        -artifact_prefix="$work/" "$work/corpus" >"$work/out" 2>&1 || { echo "$target: found something" && bad=1; }
    "$profdata" merge -o "$work/$name.data" "$work/$name.raw" || { bad=1; continue; }
    set --
    for source in $(covered_sources "$target"); do
        set -- "$@" "$src/$source"
    done
    [ $# -gt 0 ] || { echo "$target: its sources are not known; add a row to tests/fuzz/covers.txt" && bad=1; continue; }
    "$cov" export -summary-only -instr-profile="$work/$name.data" "./$target" "$@" 2>/dev/null >"$work/json"
    # one "filename" and one "lines" a file, in that order
    tr '{' '\n' <"$work/json" | awk -v target="$target" -v src="$src/" -v goal=$goal '
        /"filename":/ { match($0, /"filename":"[^"]*"/); file = substr($0, RSTART + 12, RLENGTH - 13); sub(src, "", file) }
        prev ~ /"lines":$/ && file != "" {
            match($0, /"count":[0-9]+/); count = substr($0, RSTART + 8, RLENGTH - 8)
            match($0, /"covered":[0-9]+/); covered = substr($0, RSTART + 10, RLENGTH - 10)
            printf "%-28s %-28s %8d %8d %6.1f%%%s\n", target, file, count, covered, count ? 100 * covered / count : 0,
                (count && 100 * covered / count < goal) ? "  below " goal : ""
            if (count && 100 * covered / count < goal) low = 1
            file = ""
        }
        { prev = $0 }
        END { exit low }' || bad=1
done
exit $bad
