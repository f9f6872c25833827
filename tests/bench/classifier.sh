#!/bin/sh
# classifier.sh - how well the classifier does on a stream of mail, beside bogofilter, SpamAssassin's Bayes and rspamd
# usage: classifier.sh [-n MESSAGES] [-f "tamis bogofilter spamassassin rspamd"] [-b REPEATS] [LIST]
# LIST has "spam PATH" or "ham PATH" a line. Each filter begins with nothing, judges each message, and learns it right
# after. Without a list: the SpamAssassin public corpus (tests/bench/corpus.sh), sorted by name, then shuffled by
# Python's random.Random(20070408). Filters that are not installed are left out, and said so (Debian: bogofilter,
# spamassassin, rspamd with redis-server). Prints CPU and size of each, then what roc.py says; of ours,
# where scoring/bayes-bench is built, also what a message costs the classifier itself, reading the mail left out.
# 2,000 messages take some three minutes.
TAMIS_SRCDIR=${TAMIS_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
TAMIS_BUILDDIR=${TAMIS_BUILDDIR:-$PWD}
export TAMIS_SRCDIR TAMIS_BUILDDIR
messages=1000000 filters="tamis bogofilter spamassassin rspamd" repeats=300
while getopts n:f:b: option; do
    case $option in
    n) messages=$OPTARG ;;
    f) filters=$OPTARG ;;
    b) repeats=$OPTARG ;;
    *) exit 2 ;;
    esac
done
shift $((OPTIND - 1))
dir=$(mktemp -d "${TMPDIR:-/tmp}/tamis-bench.XXXXXX") || exit 1
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' INT TERM HUP

installed() {
    case $1 in
    tamis) [ -x "$TAMIS_BUILDDIR/tamis" ] ;;
    bogofilter) command -v bogofilter >/dev/null ;;
    rspamd) command -v rspamd >/dev/null && command -v redis-server >/dev/null ;;
    spamassassin) perl -MMail::SpamAssassin -e 1 2>/dev/null ;;
    *) false ;;
    esac
}

if [ -n "${1:-}" ]; then cat "$1"; else "$TAMIS_SRCDIR/tests/bench/shuffled.sh"; fi | head -n "$messages" >"$dir/list"
[ -s "$dir/list" ] || { echo "classifier.sh: no messages" >&2; exit 1; }
echo "== $(grep -c '^spam ' "$dir/list") spam and $(grep -c '^ham ' "$dir/list") ham"
set --
case " $filters " in
*" tamis "*) [ ! -x "$TAMIS_BUILDDIR/scoring/bayes-bench" ] || "$TAMIS_BUILDDIR/scoring/bayes-bench" "$dir/list" ;;
esac
for filter in $filters; do
    installed "$filter" || { echo "$filter: not installed, left out"; continue; }
    python3 "$TAMIS_SRCDIR/tests/bench/classifier.py" "$filter" "$dir/$filter" "$dir/list" "$dir/$filter.out" || exit 1
    set -- "$@" "$filter=$dir/$filter.out"
done
[ $# -gt 0 ] && python3 "$TAMIS_SRCDIR/tests/bench/roc.py" -r "$repeats" "$@"
