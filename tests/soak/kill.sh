#!/bin/sh
# kill.sh - mail through a real Postfix while scorers are killed or stopped
# usage: TAMIS_BUILDDIR=... kill.sh [-s KILL|STOP] [-n MESSAGES] [-k KILLS] [-m DIRECTORY|LIST]
# Workers are hit while they are running; the service's own count of retries says how many held a message. Then every message must have been delivered exactly once, with a verdict,
# or be held or waiting where it can be found. Exit 1 when that is not so, or fewer than KILLS (100) landed.
TAMIS_SRCDIR=${TAMIS_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
TAMIS_BUILDDIR=${TAMIS_BUILDDIR:-$PWD}
export TAMIS_SRCDIR TAMIS_BUILDDIR
. "$TAMIS_SRCDIR/tests/lib.sh"
. "$TAMIS_SRCDIR/tests/e2e/postfix.sh"
signal=KILL messages=5000 kills=100 mail= workers=4 interval=70 deadline=2s
while getopts s:n:k:m: option; do
    case $option in
    s) signal=$OPTARG ;;
    n) messages=$OPTARG ;;
    k) kills=$OPTARG ;;
    m) mail=$OPTARG ;;
    *) exit 2 ;;
    esac
done
case $signal in
KILL) number=9 ;;
STOP) number=19 workers=8 interval=100 deadline=1s ;; # a stopped worker is missed until its deadline
*) exit 2 ;;
esac
sender= hitter=
finish() {
    [ -z "$sender" ] || kill "$sender" 2>/dev/null
    [ -z "$hitter" ] || kill "$hitter" 2>/dev/null
    pf_cleanup
    td_cleanup
}
trap finish EXIT
trap 'exit 1' INT TERM HUP
td_mkdir && dir=$td_made && mkdir "$dir/td" "$dir/mail" || exit 1
if [ -z "$mail" ]; then
    # some of 8 KB and some of 300 KB, which keep a worker busy for a while
    "$TAMIS_SRCDIR/tests/bench/mail.sh" "$dir/mail"
    for i in 0 1 2 3 4 5 6 7 8 9; do
        { sed '/^$/q' "$dir/mail/0$i.eml" | grep -v '^Content-Type' && for j in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
            sed '1,/^$/d' "$dir/mail/$((i % 4))$i.eml" && sed '1,/^$/d' "$dir/mail/2$i.eml"
        done; } >"$dir/mail/large$i.eml"
    done
    mail=$dir/mail
fi
if [ -d "$mail" ]; then find "$mail" -type f >"$dir/list"; else cp "$mail" "$dir/list"; fi

pf_fetch "${TAMIS_CACHE:-$TAMIS_BUILDDIR/cache}" && pf_accounts || exit 1
td_start "$dir/td" milter_socket_group="$(id -gn "$pf_owner")" workers=$workers worker_deadline=$deadline message_deadline=60s \
    crash_limit=1000000 || exit 1
pf_setup "$dir/pf" "$td_socket" && pf_start || exit 1

"$TAMIS_BUILDDIR/tests/e2e/smtpsend" --server 127.0.0.1:$pf_port --client 192.0.2.10 --client-name mail.example.org \
    -c 16 --count "$messages" --number --quiet --retry 900 --per-connection 20 --files-from "$dir/list" 2>"$dir/summary" &
sender=$!

"$TAMIS_BUILDDIR/tests/soak/hit" --supervisor $td_pid --signal $number --interval "$interval" >"$dir/hits" &
hitter=$!
wait $sender
sender=
kill $hitter
wait $hitter
hitter=
i=0
while [ "$(pf_queued)" != 0 ] && [ $i -lt 300 ]; do
    i=$((i + 1))
    sleep 0.2
done

# ---- what became of them
find "$pf_dir/mail" -type f -path '*/new/*' -exec awk '
    FNR == 1 { header = 1 }
    /^$/ { header = 0 }
    header && sub(/^X-Test-Number: /, "")' {} + | sort -n >"$dir/delivered"
: >"$dir/held"
find "$pf_dir/queue/hold" -type f | while read -r file; do
    pf_run postcat -h "$file" 2>/dev/null | sed -n 's/^X-Test-Number: //p' >>"$dir/held"
done
sort -n "$dir/delivered" "$dir/held" >"$dir/all"
delivered=$(wc -l <"$dir/delivered")
held=$(wc -l <"$dir/held")
twice=$(uniq -d "$dir/all" | wc -l)
queued=$(pf_queued)
rejected=$(sed -n 's/.* \([0-9]*\) rejected.*/\1/p' "$dir/summary")
waiting=$(sed -n 's/.* \([0-9]*\) waiting.*/\1/p' "$dir/summary")
bare=$(find "$pf_dir/mail" -type f -path '*/new/*' -exec grep -L '^X-Spam-Status: ' {} + | wc -l)
retries=$(td_value retries)
status=$(td_status)

cat "$dir/summary"
echo "SIG$signal: $(cat "$dir/hits") hits, of which $retries while the worker held a message (by the service's count of retries)"
echo "sent $messages: delivered $delivered, held $held, rejected ${rejected:-?}, in Postfix's queue $queued," \
    "waiting at the sender ${waiting:-?}"
echo "delivered twice $twice, without a verdict $bare"
echo "$status"
bad=0
[ "$twice" = 0 ] || bad=1
[ "$bare" = 0 ] || bad=1
[ $((delivered + held + ${rejected:-0} + queued + ${waiting:-0})) = "$messages" ] || { echo "some are lost" && bad=1; }
[ "${retries:-0}" -ge "$kills" ] || { echo "fewer than $kills hits landed" && bad=1; }
td_stop || bad=1
exit $bad
