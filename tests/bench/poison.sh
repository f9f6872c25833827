#!/bin/sh
# poison.sh - what attackers gain who write for the classifier: see poison.py
# usage: poison.sh [-t TRAIN] [-c CAMPAIGN] [LIST]   Without a list: the one of classifier.sh. Takes two minutes.
TAMIS_SRCDIR=${TAMIS_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
TAMIS_BUILDDIR=${TAMIS_BUILDDIR:-$PWD}
export TAMIS_SRCDIR TAMIS_BUILDDIR
train='' campaign=2000
while getopts t:c: option; do
    case $option in
    t) train=$OPTARG ;;
    c) campaign=$OPTARG ;;
    *) exit 2 ;;
    esac
done
shift $((OPTIND - 1))
dir=$(mktemp -d "${TMPDIR:-/tmp}/tamis-bench.XXXXXX") || exit 1
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' INT TERM HUP
if [ -n "${1:-}" ]; then cat "$1"; else "$TAMIS_SRCDIR/tests/bench/shuffled.sh"; fi >"$dir/list"
[ -s "$dir/list" ] || { echo "poison.sh: no messages" >&2; exit 1; }
python3 "$TAMIS_SRCDIR/tests/bench/poison.py" ${train:+-t "$train"} -c "$campaign" "$dir/list"
