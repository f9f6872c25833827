#!/bin/sh
# replay.sh - what the stock rules catch and lose at 5.0, with and without knowing who sent a message
# usage: replay.sh NAME=LIST|DIRECTORY...      (with TAMIS_BUILDDIR set, or in the build tree)
# SPF, DKIM and DMARC are what the topmost Authentication-Results of each message says, where it has one: the host
# that received it wrote that, years ago. Lists cannot be asked about then, and answer nothing. A line a name: how
# many score 5.0 or more with local rules (score set 0), and with the network so played (score set 1).
TAMIS_SRCDIR=${TAMIS_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
TAMIS_BUILDDIR=${TAMIS_BUILDDIR:-$PWD}
[ $# -gt 0 ] || { sed -n 's/^# usage: //p' "$0" >&2; exit 2; }
dir=$(mktemp -d "${TMPDIR:-/tmp}/tamis-replay.XXXXXX") || exit 1
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' INT TERM HUP

count() { # mode: how many reach 5.0
    "$TAMIS_BUILDDIR/tests/parity/net" "$1" --rules /usr/share/spamassassin --rules /etc/spamassassin "$dir/list" \
        >"$dir/out" 2>"$dir/errors" || { cat "$dir/errors" >&2; exit 1; }
    sed -n 's/.*"score":\(-\{0,1\}[0-9.]*\)}$/\1/p' "$dir/out" | awk '$1 >= 5 { n++ } END { print n + 0 }'
}

for set; do
    name=${set%%=*} source=${set#*=}
    if [ -d "$source" ]; then find "$source" -type f | sort; else cat "$source"; fi >"$dir/list"
    total=$(wc -l <"$dir/list")
    with=$(tr '\n' '\0' <"$dir/list" | xargs -0 grep -liE '^authentication-results:' | wc -l)
    printf '%-12s %6d messages, %6d with results: %6d at 5.0 by local rules, %6d with results\n' "$name" "$total" "$with" \
        "$(count --local)" "$(count --replay)"
done
