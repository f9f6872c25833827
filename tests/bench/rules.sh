#!/bin/sh
# rules.sh - what SpamAssassin's stock rules cost a message here, beside spamd and rspamd, in the same run
# usage: rules.sh [-n MESSAGES] [-r "spamd rspamd"] [LIST|DIRECTORY]   (from `make bench`, or with TAMIS_BUILDDIR set)
# All get the same mail, local tests only, no Bayes; ours through the milter, rules and gateway together. Without a list:
# the SpamAssassin public corpus (tests/bench/corpus.sh). Rivals that are not installed are left out, and said so
# (Debian's packages spamassassin, spamd, rspamd, without recommended ones).
# Then the share of each stage in a scorer's time, in a process of its own (scoring/score-bench.c).
# Figures asked for (8 KB mail): <= 1.0 ms CPU a message with Hyperscan, <= 2.0 ms without (there is none: the prefilter
# is our own, doc/ARCHITECTURE.md says why); start with all rules <= 2 s; a scorer's private memory <= 40 MB.
TAMIS_SRCDIR=${TAMIS_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
TAMIS_BUILDDIR=${TAMIS_BUILDDIR:-$PWD}
export TAMIS_SRCDIR TAMIS_BUILDDIR
. "$TAMIS_SRCDIR/tests/lib.sh"
messages=600 rivals="spamd rspamd" warmup=100 connections=2
stock="/usr/share/spamassassin, /etc/spamassassin"
while getopts n:r: option; do
    case $option in
    n) messages=$OPTARG ;;
    r) rivals=$OPTARG ;;
    *) exit 2 ;;
    esac
done
shift $((OPTIND - 1))
[ -d /usr/share/spamassassin ] || { echo "rules.sh: the stock rules are in Debian's package spamassassin" >&2; exit 1; }
rival=
finish() {
    # shellcheck disable=SC2086
    [ -z "$rival" ] || kill $rival 2>/dev/null
    td_cleanup
}
trap finish EXIT
trap 'exit 1' INT TERM HUP
td_mkdir || exit 1
dir=$td_made
case ${1:-} in
'') "$TAMIS_SRCDIR/tests/bench/corpus.sh" "$TAMIS_BUILDDIR/corpus" >"$dir/all" || exit 1 ;;
*) if [ -d "$1" ]; then find "$1" -type f | sort >"$dir/all"; else cat "$1" >"$dir/all"; fi ;;
esac
total=$(wc -l <"$dir/all")
awk -v n=$((messages + warmup)) -v total="$total" 'int(NR * n / total) != int((NR - 1) * n / total)' "$dir/all" >"$dir/list"
echo "== $(($(xargs -d '\n' cat <"$dir/list" | wc -c) / $(wc -l <"$dir/list"))) bytes a message on average"

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

wait_for() { # PORT SECONDS
    i=0
    while ! python3 -c "import socket; socket.create_connection(('127.0.0.1', $1), 1)" 2>/dev/null; do
        i=$((i + 1))
        [ $i -lt "$2" ] || return 1
        sleep 1
    done
}

end_rival() {
    kill "$rival" 2>/dev/null
    wait "$rival" 2>/dev/null
    rival=
}

run_spamd() {
    [ -x /usr/sbin/spamd ] || { echo "spamd: not installed (package spamd)"; return; }
    port=$(free_port)
    mkdir "$dir/home" && echo "use_bayes 0" >"$dir/home/user.cf"
    /usr/sbin/spamd -L -x -m $connections --min-children=$connections -p "$port" -i 127.0.0.1 -H "$dir/home" \
        --cf="use_bayes 0" >"$dir/spamd.log" 2>&1 &
    rival=$!
    wait_for "$port" 60 || { cat "$dir/spamd.log" >&2; return; }
    sleep 3
    "$TAMIS_SRCDIR/tests/bench/rivals.py" spamd "$port" $rival $connections $warmup "$dir/list"
    end_rival
}

# Its parts that ask the network or Redis are off; no local network, so that nothing is let through unseen.
run_rspamd() {
    [ -x /usr/bin/rspamd ] || { echo "rspamd: not installed (package rspamd)"; return; }
    port=$(free_port)
    mkdir -p "$dir/rspamd/local.d" || return
    for part in rbl surbl spf dkim arc dmarc asn fuzzy_check dkim_signing greylist ratelimit redis replies neural \
        history_redis mx_check rspamd_update url_redirector clickhouse elastic antivirus external_services p0f bimi aws_s3; do
        echo "enabled = false;" >"$dir/rspamd/local.d/$part.conf"
    done
    cat >"$dir/rspamd/rspamd.conf" <<CONF
.include "\$CONFDIR/common.conf"
options { .include "\$CONFDIR/options.inc" }
options { pidfile = "$dir/rspamd/pid"; control_socket = "$dir/rspamd/control mode=0600"; local_networks = []; local_addrs = [];
    dns { nameserver = ["127.0.0.1:1"]; timeout = 0.01s; retransmits = 1; } }
logging { type = "file"; filename = "$dir/rspamd/log"; level = "warning"; }
worker "normal" { bind_socket = "127.0.0.1:$port"; count = $connections; }
CONF
    /usr/bin/rspamd -f -i -c "$dir/rspamd/rspamd.conf" --var=DBDIR="$dir/rspamd" --var=LOCAL_CONFDIR="$dir/rspamd" \
        --var=RUNDIR="$dir/rspamd" --var=LOGDIR="$dir/rspamd" >"$dir/rspamd.out" 2>&1 &
    rival=$!
    wait_for "$port" 300 || { cat "$dir/rspamd.out" "$dir/rspamd/log" >&2; return; }
    sleep 60 # its databases are compiled beside the service
    "$TAMIS_SRCDIR/tests/bench/rivals.py" rspamd "$port" $rival $connections $warmup "$dir/list"
    end_rival
}

run_tamis() { # FOLDER
    mkdir -p "$1" || return 1
    td_start "$1" worker_messages=0 log_level=warning rules_path="$stock" || return 1
    "$TAMIS_BUILDDIR/tests/milter/mtbench" --socket "$td_socket" --pid $td_pid -c $connections -n $messages \
        --warmup $warmup --errors --files-from "$dir/list"
    td_healthy && td_stop
}

echo "== start: all rules loaded, one message"
start=$(date +%s%N)
"$TAMIS_BUILDDIR/tamis" scan --json --local --no-clamav --no-bayes --rules /usr/share/spamassassin --rules /etc/spamassassin \
    "$(head -1 "$dir/list")" >/dev/null 2>&1 || exit 1
echo "$((($(date +%s%N) - start) / 1000000)) ms"
echo "== tamis, with the stock rules of $(dpkg-query -W -f '${Version}' spamassassin 2>/dev/null)"
run_tamis "$dir/td" || exit 1
echo "== stages of tamis"
"$TAMIS_BUILDDIR/scoring/score-bench" "$dir/list" /usr/share/spamassassin /etc/spamassassin || exit 1
for r in $rivals; do
    echo "== $r"
    "run_$r"
done
