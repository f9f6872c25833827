#!/bin/sh
# corpus.sh - whole corpora through the milter at 8 connections
# usage: TAMIS_BUILDDIR=... corpus.sh [-c CONNECTIONS] [-g PERCENT] [DIRECTORY|LIST]...
# Without arguments: the SpamAssassin public corpus (bench/corpus.sh). Every message needs a verdict, no worker
# may die, and no process may grow by more than PERCENT (2) of RSS from message 1,000 to the end.
TAMIS_SRCDIR=${TAMIS_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
TAMIS_BUILDDIR=${TAMIS_BUILDDIR:-$PWD}
export TAMIS_SRCDIR TAMIS_BUILDDIR
. "$TAMIS_SRCDIR/tests/lib.sh"
connections=8 growth=2
while getopts c:g: option; do
    case $option in
    c) connections=$OPTARG ;;
    g) growth=$OPTARG ;;
    *) exit 2 ;;
    esac
done
shift $((OPTIND - 1))
trap td_cleanup EXIT
trap 'exit 1' INT TERM HUP
td_mkdir && dir=$td_made && mkdir "$dir/td" || exit 1
if [ $# = 0 ]; then
    "$TAMIS_SRCDIR/tests/bench/corpus.sh" "$TAMIS_BUILDDIR/corpus" >"$dir/list" || exit 1
else
    for where; do
        if [ -d "$where" ]; then find "$where" -type f | sort; else cat "$where"; fi
    done >"$dir/list"
fi
# workers that are replaced on schedule would hide growth
td_start "$dir/td" worker_messages=0 || exit 1
bad=0
"$TAMIS_BUILDDIR/tests/milter/mtbench" --socket "$td_socket" --pid $td_pid -c "$connections" --errors \
    --growth-max "$growth" --files-from "$dir/list" || bad=1
td_healthy || bad=1
td_status
sed -n 's/.* class=\([^ ]*\) action=\([^ ]*\) .*/\1 \2/p' "$td_log" | sort | uniq -c | sort -rn
td_stop || bad=1
exit $bad
