#!/bin/sh
# swap.sh - the virus database is replaced while infected mail flows
# usage: TAMIS_BUILDDIR=... swap.sh [-s SWAPS]
# 30 swaps, virus_reload = concurrent: every infected message is rejected, none is tempfailed, no process dies.
TAMIS_SRCDIR=${TAMIS_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
TAMIS_BUILDDIR=${TAMIS_BUILDDIR:-$PWD}
export TAMIS_SRCDIR TAMIS_BUILDDIR
. "$TAMIS_SRCDIR/tests/lib.sh"
swaps=30
while getopts s: option; do
    case $option in
    s) swaps=$OPTARG ;;
    *) exit 2 ;;
    esac
done
trap td_cleanup EXIT
trap 'exit 1' INT TERM HUP
td_mkdir && dir=$td_made && mkdir "$dir/td" "$dir/mail" && td_virus_database "$dir/db" && chmod -R a+rX "$dir" || exit 1
{
    printf 'From: ada@example.org\nTo: bob@example.net\nSubject: infected\nDate: Tue, 03 Mar 2026 10:00:00 +0000\n'
    printf 'Message-ID: <1@example.org>\nMIME-Version: 1.0\nContent-Type: application/octet-stream; name=a.com\n'
    printf 'Content-Transfer-Encoding: base64\n\n'
    td_eicar | base64
} >"$dir/mail/infected.eml"
td_start "$dir/td" virus_scan=yes clamav_database="$dir/db" virus_reload=concurrent clamav_settle=200ms log_level=info || exit 1
td_wait_virus || exit 1

loads() { grep -c 'the database is in force' "$td_log"; }
swap() {
    n=0
    while [ $n -lt "$swaps" ]; do
        n=$((n + 1))
        before=$(loads)
        echo "Made.Swap-$n:0:*:$(printf '%048d' $n)" >"$dir/db/new.tmp" && mv "$dir/db/new.tmp" "$dir/db/swap.ndb"
        i=0
        while [ "$(loads)" = "$before" ] && [ $i -lt 300 ]; do
            i=$((i + 1))
            sleep 0.05
        done
    done
    : >"$dir/done"
}
swap &
swapper=$!
total=0 bad=0
while [ ! -e "$dir/done" ]; do
    "$TAMIS_BUILDDIR/tests/milter/mtbench" --socket "$td_socket" -c 4 --repeat 500 --unique "$dir/mail" >"$dir/bench" || bad=1
    grep -q '^replies: accept 0 reject 500 tempfail 0 discard 0 error 0;' "$dir/bench" || { cat "$dir/bench" && bad=1; }
    total=$((total + 500))
done
wait $swapper
echo "$(($(loads) - 1)) swaps, $total infected messages, $([ $bad = 0 ] && echo "all rejected" || echo "NOT all rejected")"
[ "$(loads)" -gt "$swaps" ] || bad=1
td_healthy || bad=1
td_stop || bad=1
exit $bad
