#!/bin/sh
# dns.sh - what waiting for the DNS costs: a private tamisd before a name server that answers at once, then late
# usage: dns.sh [-n MESSAGES] [-c CONNECTIONS] [-d "0 100"] [-k CLIENTS] [-r RULES] [-o NAME=VALUE]...
# Each of CLIENTS addresses is new to the lists that the rules ask (the stock set, where it is installed). The
# figure asked for: with answers after 100 ms messages a second within 10 % of those with answers at once.
TAMIS_SRCDIR=${TAMIS_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
TAMIS_BUILDDIR=${TAMIS_BUILDDIR:-$PWD}
export TAMIS_SRCDIR TAMIS_BUILDDIR
. "$TAMIS_SRCDIR/tests/lib.sh"
messages=3000 connections=100 delays="0 100" clients=1000 settings= rules=/usr/share/spamassassin
while getopts n:c:d:k:r:o: option; do
    case $option in
    n) messages=$OPTARG ;;
    c) connections=$OPTARG ;;
    d) delays=$OPTARG ;;
    k) clients=$OPTARG ;;
    r) rules=$OPTARG ;;
    o) settings="$settings $OPTARG" ;;
    *) exit 2 ;;
    esac
done
trap td_cleanup EXIT
trap 'exit 1' INT TERM
td_mkdir || exit 1
dir=$td_made
mkdir "$dir/mail" && "$TAMIS_SRCDIR/tests/bench/mail.sh" "$dir/mail" || exit 1
echo 'example.org TXT "v=spf1 -all"' >"$dir/zone"
for delay in $delays; do
    mkdir "$dir/$delay" || exit 1
    td_dns --delay "$delay" "$dir/zone" || exit 1
    # shellcheck disable=SC2086
    td_start "$dir/$delay" dns=yes "dns_forwarders=$td_dns_at" worker_messages=0 log_level=warning rules_path=$rules $settings ||
        exit 1
    echo "== answers after $delay ms, $connections connections, $clients clients"
    "$TAMIS_BUILDDIR/tests/milter/mtbench" --socket "$td_socket" --pid $td_pid -c "$connections" -n "$messages" --unique \
        --clients "$clients" --warmup 200 --errors "$dir/mail" || exit 1
    "$td_tamis" status -c "$td_conf" | sed -n '/^dns/,/^[^ d]/p' | sed '$d'
    td_healthy || exit 1
    td_stop || exit 1
    kill "$td_dns_pid"
done
