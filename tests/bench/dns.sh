#!/bin/sh
# dns.sh - what waiting for the DNS costs: a private tamisd before a name server that answers at once, then late
# usage: dns.sh [-n MESSAGES] [-c CONNECTIONS] [-d "0 100"] [-r RULES] [-o NAME=VALUE]...
# Each message names a host that no other names, so that it waits for what the lists say (the stock set's, where
# that is installed). The figure asked for: with answers after 100 ms messages a second within 10 % of those with
# answers at once.
TAMIS_SRCDIR=${TAMIS_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
TAMIS_BUILDDIR=${TAMIS_BUILDDIR:-$PWD}
export TAMIS_SRCDIR TAMIS_BUILDDIR
. "$TAMIS_SRCDIR/tests/lib.sh"
messages=3000 connections=200 warmup=800 delays="0 100" settings= rules=/usr/share/spamassassin
while getopts n:c:d:r:o: option; do
    case $option in
    n) messages=$OPTARG ;;
    c) connections=$OPTARG ;;
    d) delays=$OPTARG ;;
    r) rules=$OPTARG ;;
    o) settings="$settings $OPTARG" ;;
    *) exit 2 ;;
    esac
done
trap td_cleanup EXIT
trap 'exit 1' INT TERM
td_mkdir || exit 1
dir=$td_made
mkdir "$dir/made" "$dir/mail" && "$TAMIS_SRCDIR/tests/bench/mail.sh" "$dir/made" || exit 1
cat "$dir/made"/* | head -c 8000 | sed '1,/^\r\{0,1\}$/d' >"$dir/text"
i=0
while [ $i -lt $((messages + warmup)) ]; do
    i=$((i + 1))
    {
        printf 'From: Ada <ada@example.org>\nTo: bob@example.net\nSubject: number %s\nMessage-ID: <%s@example.org>\n' $i $i
        printf 'Date: Mon, 2 Mar 2026 10:00:00 +0000\n\nSee http://www.number-%s.org/ for more.\n' $i
        cat "$dir/text"
    } >"$dir/mail/$i"
done
echo 'example.org TXT "v=spf1 -all"' >"$dir/zone"
for delay in $delays; do
    mkdir "$dir/$delay" || exit 1
    td_dns --delay "$delay" "$dir/zone" || exit 1
    # shellcheck disable=SC2086
    td_start "$dir/$delay" dns=yes "dns_forwarders=$td_dns_at" worker_messages=0 log_level=warning rules_path=$rules $settings ||
        exit 1
    echo "== answers after $delay ms, $connections connections"
    "$TAMIS_BUILDDIR/tests/milter/mtbench" --socket "$td_socket" --pid $td_pid -c "$connections" -n "$messages" --unique \
        --warmup "$warmup" --errors "$dir/mail" || exit 1
    "$td_tamis" status -c "$td_conf" | sed -n '/^dns/,/^[^ d]/p' | sed '$d'
    td_healthy || exit 1
    td_stop || exit 1
    awk '{ printf "name server: %d ticks of CPU\n", $14 + $15 }' "/proc/$td_dns_pid/stat"
    kill "$td_dns_pid"
done
