#!/bin/sh
# bombs.sh - one message that costs much to read, among others
# usage: TAMIS_BUILDDIR=... bombs.sh [-s SCALE] [-c CONNECTIONS] [BOMB]...
# Bombs (bombs.py): zeros, nested, members, parts, attachment. One at a time is in flight while CONNECTIONS (2)
# others send ordinary mail. Each must be answered within message_deadline and not pass as clean; the p99 of the
# others (worst of batches of 500) be at most 100 ms above that without a bomb; memory of all processes together,
# with what lies in the scratch folder, at most 1 GiB above the resting state. -s: all sizes divided by SCALE.
# Not in CI: figures need a machine that does nothing else.
TAMIS_SRCDIR=${TAMIS_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
TAMIS_BUILDDIR=${TAMIS_BUILDDIR:-$PWD}
export TAMIS_SRCDIR TAMIS_BUILDDIR
. "$TAMIS_SRCDIR/tests/lib.sh"
scale=1 connections=2
deadline=120 above=100 cap=1048576
while getopts s:c: option; do
    case $option in
    s) scale=$OPTARG ;;
    c) connections=$OPTARG ;;
    *) exit 2 ;;
    esac
done
shift $((OPTIND - 1))
[ $# -gt 0 ] || set -- zeros nested members parts attachment
bench=$TAMIS_BUILDDIR/tests/milter/mtbench
sampler=
finish() {
    [ -z "$sampler" ] || kill "$sampler" 2>/dev/null
    td_cleanup
}
trap finish EXIT
trap 'exit 1' INT TERM HUP
td_mkdir && dir=$td_made && mkdir "$dir/td" "$dir/mail" || exit 1
PYTHONDONTWRITEBYTECODE=1 python3 "$TAMIS_SRCDIR/tests/soak/bombs.py" "$dir/bombs" "$scale" || exit 1
"$TAMIS_SRCDIR/tests/bench/mail.sh" "$dir/mail" || exit 1
td_start "$dir/td" virus_scan=yes clamav_database="$dir/bombs/db" message_max=150m message_deadline=${deadline}s \
    worker_messages=0 virus_worker_messages=0 log_level=info || exit 1
td_wait_virus || exit 1

value() { # KEY FILE
    sed -n 's/.*"'"$1"'":\([0-9.]*\).*/\1/p' "$2"
}

# Memory in KB: what the processes have, shared pages once, and the files of the scratch folder.
memory() {
    for pid in $td_pid $(td_descendants $td_pid); do
        sed -n 's/^Pss: *//p' "/proc/$pid/smaps_rollup" 2>/dev/null
    done | awk '{ n += $1 } END { print n + 0 }'
    du -sk "$dir/td/run" 2>/dev/null | cut -f1
}

sample() {
    most=0
    while :; do
        now=$(memory | awk '{ n += $1 } END { print n }')
        [ "$now" -le "$most" ] || echo "$now" >"$1"
        [ "$now" -le "$most" ] || most=$now
        sleep 0.2
    done
}

others() { # FILE: a batch of ordinary mail
    "$bench" --socket "$td_socket" -c "$connections" -n 500 --unique --json "$dir/mail" >"$1"
}

"$bench" --socket "$td_socket" -c "$connections" -n 1000 --unique "$dir/mail" >/dev/null || exit 1
quiet=0
for i in 1 2 3 4; do
    others "$dir/batch" || exit 1
    quiet=$(awk "BEGIN { a = $(value p99_ms "$dir/batch"); print (a > $quiet ? a : $quiet) }")
done
rest=$(memory | awk '{ n += $1 } END { print n }')
echo "without a bomb: p99 $quiet ms, $(value per_second "$dir/batch") messages/s, $((rest / 1024)) MB"

passed=0 failed=0
bad() {
    echo "not ok $bomb: $*"
    failed=$((failed + 1))
}

for bomb; do
    repeat=1
    [ "$bomb" = members ] && repeat=5
    lines=$(wc -l <"$td_log")
    before=$failed worst=0 batches=0
    echo 0 >"$dir/most"
    sample "$dir/most" &
    sampler=$!
    "$bench" --socket "$td_socket" -c 1 --repeat $repeat --unique --timeout $((deadline * 1000 + 10000)) --json \
        "$dir/bombs/$bomb.eml" >"$dir/bomb" &
    sender=$!
    while kill -0 $sender 2>/dev/null; do
        others "$dir/batch" || bad "the others got no answer"
        batches=$((batches + 1))
        worst=$(awk "BEGIN { a = $(value p99_ms "$dir/batch"); print (a > $worst ? a : $worst) }")
    done
    wait $sender || bad "no answer"
    kill $sampler
    wait $sampler 2>/dev/null
    sampler=
    most=$(cat "$dir/most")
    tail -n "+$((lines + 1))" "$td_log" >"$dir/log"
    class=$(grep -a -o ' class=\(virus\|unchecked[^ ]*\)' "$dir/log" | sort | uniq -c | sed 's/^ *//; s/ class=/ /' | tr '\n' ' ')
    seconds=$(awk "BEGIN { print $(value max_ms "$dir/bomb") / 1000 }")
    echo "$bomb: answered in $seconds s (${class% }), others' p99 $worst ms (worst of $batches batches), memory $((most / 1024)) MB"
    [ "$(printf '%s\n' "$class" | awk '{ n = 0; for (i = 1; i < NF; i += 2) n += $i; print n }')" = $repeat ] ||
        bad "not called virus or unchecked each time"
    awk "BEGIN { exit !($seconds <= $deadline) }" || bad "later than $deadline s"
    awk "BEGIN { exit !($worst <= $quiet + $above) }" || bad "the others waited"
    [ $((most - rest)) -le $cap ] || bad "more than $((cap / 1024)) MB above rest"
    [ $failed != "$before" ] || passed=$((passed + 1))
done
td_healthy || failed=$((failed + 1))
td_stop || failed=$((failed + 1))
echo "$passed passed, $failed failed"
[ $failed = 0 ]
