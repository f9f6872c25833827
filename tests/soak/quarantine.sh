#!/bin/sh
# quarantine.sh - the quarantine under load: 10,000 entries, the keeper killed at 200 points
# usage: TAMIS_BUILDDIR=... quarantine.sh [-n MESSAGES] [-k KILLS]
# Messages that must be held come at 8 connections while the keeper is killed by -9. Whatever was answered "accepted"
# must be there, whole; what was not may be there, too (its sender sends it again). Then list and search are timed
# (asked for: < 100 ms). Exit 1 when an entry is lost or damaged.
TAMIS_SRCDIR=${TAMIS_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
TAMIS_BUILDDIR=${TAMIS_BUILDDIR:-$PWD}
export TAMIS_SRCDIR TAMIS_BUILDDIR
. "$TAMIS_SRCDIR/tests/lib.sh"
messages=10000 kills=200
while getopts n:k: option; do
    case $option in
    n) messages=$OPTARG ;;
    k) kills=$OPTARG ;;
    *) exit 2 ;;
    esac
done
killer=
trap '[ -z "$killer" ] || kill $killer 2>/dev/null; td_cleanup' EXIT
trap 'exit 1' INT TERM HUP
td_mkdir && dir=$td_made && mkdir "$dir/td" || exit 1
td_start "$dir/td" quarantine_method=store restart_delay_max=100ms keeper_timeout=5s || exit 1

keeper() {
    for pid in $(td_descendants $td_pid); do
        [ "$(cat "/proc/$pid/comm" 2>/dev/null)" != tamis-keeper ] || echo "$pid"
    done
}

# at the mercy of what it does just then
kill_often() {
    n=0
    while [ $n -lt "$kills" ]; do
        pid=$(keeper)
        [ -z "$pid" ] || { kill -9 $pid && n=$((n + 1)) && echo $n >"$dir/kills"; }
        sleep 0.0$((n % 7 + 1))
    done
}
kill_often 2>/dev/null &
killer=$!
"$TAMIS_BUILDDIR/tests/milter/mtbench" --socket "$td_socket" -c 8 --repeat "$messages" --unique --timeout 120000 \
    "$TAMIS_SRCDIR/tests/e2e/mail/6-broken.eml" >"$dir/bench"
kill $killer 2>/dev/null
wait $killer 2>/dev/null
killer=
cat "$dir/bench"
accepted=$(sed -n 's/^replies: accept \([0-9]*\) reject [0-9]* tempfail [0-9]* discard \([0-9]*\).*/\2/p' "$dir/bench")

quarantine() {
    "$td_tamis" quarantine "$@" -c "$td_conf"
}
i=0
until quarantine list --json >"$dir/all" 2>/dev/null || [ $i -gt 50 ]; do
    i=$((i + 1))
    sleep 0.2
done
entries=$(grep -c '"class"' "$dir/all")
damaged=$(grep -c '"damaged"' "$dir/all")
lost=0
# each entry's message is whole: its size is that of its file
find "$td_dir/state/quarantine" -name '*.json' | while read -r sidecar; do
    size=$(sed -n 's/^ "size": \([0-9]*\),/\1/p' "$sidecar")
    [ "$(wc -c <"${sidecar%.json}.eml")" = "$size" ] || echo "$sidecar"
done >"$dir/half"
half=$(wc -l <"$dir/half")
[ "$entries" -ge "$accepted" ] || lost=$((accepted - entries))
echo "keeper killed $(cat "$dir/kills" 2>/dev/null || echo 0) times: $accepted accepted, $entries held, $lost lost, $half half there, $damaged damaged"

now() { date +%s%N; }
for what in "list" "list --every" "search two readers" "search no-such-word"; do
    from=$(now)
    # shellcheck disable=SC2086
    quarantine $what >"$dir/out" || exit 1
    echo "tamis quarantine $what: $((($(now) - from) / 1000000)) ms, $(wc -l <"$dir/out") lines"
done
[ "$lost" = 0 ] && [ "$half" = 0 ] && [ "$damaged" = 0 ]
