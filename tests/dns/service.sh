#!/bin/sh
# service.sh - the service and the network: asked in time, late, dead, lying, and what is said about it
# usage: tests/dns/service.sh
# A private tamisd with rules of its own, before the name server of tests. The last line is `N passed, N failed`.
TAMIS_SRCDIR=${TAMIS_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
TAMIS_BUILDDIR=${TAMIS_BUILDDIR:-.}
export TAMIS_SRCDIR TAMIS_BUILDDIR
. "$TAMIS_SRCDIR/tests/lib.sh"
passed=0 failed=0
trap td_cleanup EXIT
trap 'exit 1' INT TERM

check() { # NAME COMMAND...
    what=$1
    shift
    if "$@"; then passed=$((passed + 1)) && echo "ok $what"; else failed=$((failed + 1)) && echo "not ok $what"; fi
}
eventually() {
    tries=0
    until "$@"; do
        tries=$((tries + 1))
        [ $tries -lt 200 ] || return 1
        sleep 0.1
    done
}
finish() {
    echo "$passed passed, $failed failed"
    [ $failed = 0 ]
    exit
}

td_mkdir
dir=$td_made
mkdir "$dir/rules"
cat >"$dir/rules/10_net.cf" <<'RULES'
header   ON_LIST   eval:check_rbl('list', 'list.example.')
describe ON_LIST   The last relay is on the list
tflags   ON_LIST   net
score    ON_LIST   3
header   SPF_GOOD  eval:check_for_spf_pass()
score    SPF_GOOD  0.5
body     PLAIN     /some text/
score    PLAIN     0.25
RULES
printf 'loadplugin Mail::SpamAssassin::Plugin::DNSEval\nloadplugin Mail::SpamAssassin::Plugin::SPF\n' >"$dir/rules/init.pre"
cat >"$dir/zone" <<'ZONE'
10.2.0.192.list.example A 127.0.0.2
example.org TXT "v=spf1 ip4:192.0.2.10 -all"
ZONE
cat >"$dir/mail.eml" <<'MAIL'
From: Ada <ada@example.org>
To: bob@example.net
Subject: hello
Date: Mon, 2 Mar 2026 10:00:00 +0000
Message-ID: <1@example.org>

some text
MAIL
cat >"$dir/mail.mt" <<'MAIL'
case a message
    body some text
    end
    reply accept
MAIL

scan() { # OPTION...: into $dir/out
    "$td_tamis" scan --json --no-clamav --no-bayes --rules "$dir/rules" --client 192.0.2.10 --helo mail.example.org \
        --from ada@example.org "$@" "$dir/mail.eml" >"$dir/out" 2>"$dir/err"
}
says() {
    grep -qF -e "$1" "$dir/out" || { sed 's/^/    /' "$dir/out" "$dir/err" && return 1; }
}
passes() {
    "$TAMIS_BUILDDIR/tests/milter/mtplay" --socket "$td_socket" --timeout 60000 "$dir/mail.mt" >"$dir/played" 2>&1 ||
        { cat "$dir/played" && return 1; }
}
logged() { grep -qF -e "$1" "$td_log"; }
counts() { # KEY AT_LEAST
    [ "$(td_value "$1")" -ge "$2" ]
}
# Fails where there is none. The fourth field of stat is the parent; a name may hold blanks.
resolver_pid() {
    for dir_of in /proc/[0-9]*; do
        tr '\0' '\n' 2>/dev/null <"$dir_of/cmdline" | grep -qxF -e --role=resolver || continue
        stat=$(cat "$dir_of/stat" 2>/dev/null) || continue
        stat=${stat##*) }
        stat=${stat#* }
        [ "${stat%% *}" = "$td_pid" ] && echo "${dir_of#/proc/}" && return 0
    done
    return 1
}
another() {
    now=$(resolver_pid) && [ -n "$now" ] && [ "$now" != "$1" ]
}

# ---- the command line

td_dns "$dir/zone" || { echo "not ok the name server starts"; exit 1; }
scan --set "dns_forwarders=$td_dns_at"
check "scan: a list" says '{"rule":"ON_LIST","score":3}'
check "scan: SPF" says '{"rule":"SPF_GOOD","score":0.5}'
check "scan: nothing was late" says '"late":0,'
scan --local
check "scan --local: only what needs no network" says '"hits":[{"rule":"PLAIN","score":0.25}]'
check "scan --local: nothing was asked" says '"dns":null'
server=$td_dns_pid
kill -STOP "$server"
scan --set "dns_forwarders=$td_dns_at" --set dns_deadline=500ms
check "scan: a resolver that never answers: a verdict" says '{"rule":"PLAIN","score":0.25}'
check "scan: and it is marked" says '"class":"clean"'
if grep -q '"late":0,' "$dir/out"; then check "scan: late is counted" false; else check "scan: late is counted" true; fi
kill -CONT "$server"
kill -STOP "$server"
scan --set "dns_forwarders=$td_dns_at" --set worker_deadline=1s
check "scan: who waits never seems to hang" says '"class":"clean"'
kill -CONT "$server"

# ---- tamis-spamassassin goes by its rule files

mkdir "$dir/site"
{
    printf 'Return-Path: <ada@example.org>\n'
    printf 'Received: from mail.example.org (mail.example.org [192.0.2.10])\n\tby here.example with SMTP id 1; '
    printf 'Mon, 2 Mar 2026 10:00:00 +0000\n'
    cat "$dir/mail.eml"
} >"$dir/relayed.eml"
drop_in() { # LINE...: lines of the site's rule file
    printf '%s\n' "trusted_networks 127.0.0.1" "add_header all Status _YESNO_ tests=_TESTS_" "$@" >"$dir/site/local.cf"
    "$TAMIS_BUILDDIR/tamis-spamassassin" -C "$dir/rules" --siteconfigpath "$dir/site" <"$dir/relayed.eml" >"$dir/out" 2>"$dir/err"
}
drop_in "dns_server 127.0.0.1:1" "clear_dns_servers" "dns_server [127.0.0.1]:${td_dns_at#*@}"
check "tamis-spamassassin: dns_server: a list" says ON_LIST
check "tamis-spamassassin: and SPF" says SPF_GOOD
drop_in "dns_server 127.0.0.1:${td_dns_at#*@}" "dns_available no"
if grep -q 'ON_LIST\|SPF_GOOD' "$dir/out"; then
    check "tamis-spamassassin: dns_available no" false
else
    check "tamis-spamassassin: dns_available no" says PLAIN
fi
"$TAMIS_BUILDDIR/tamis-spamassassin" --lint -C "$dir/rules" --cf 'dns_server example.org' 2>"$dir/out"
check "tamis-spamassassin: a dns_server that is none is said" says "dns_server: write an address"

for mode in GARBAGE LIES SERVFAIL REFUSED TRUNCATED; do
    td_dns --mode $mode "$dir/zone"
    scan --set "dns_forwarders=$td_dns_at" --set dns_deadline=2s
    check "scan: one that answers $mode" says '"class":"clean"'
    kill "$td_dns_pid"
done

# ---- the service

td_dns --delay 20 "$dir/zone"
td_mkdir
check "tamisd starts" td_start "$td_made" dns=yes "dns_forwarders=$td_dns_at" "rules_path=$dir/rules" dns_deadline=5s
check "a message passes" passes
check "with what the network says" logged ',ON_LIST,SPF_GOOD'
check "status counts questions" counts questions 3
check "and lookups" counts lookups 3
check "a second message passes" passes
check "and is answered out of memory" counts cached 2
old=$(resolver_pid)
kill -KILL "$old"
check "a resolver that is killed: another one comes" eventually another "$old"
check "and messages pass" passes
check "and are asked for again" counts lookups 3
server=$td_dns_pid
kill -STOP "$server"
old=$(resolver_pid)
kill -KILL "$old" # what it remembers would help
check "yet another" eventually another "$old"
check "a server that stalls: a message passes at the deadline" passes
check "and it is marked in the log" logged ' dns=late:'
check "and in the status" counts marked 1
passes &
player=$!
check "a message waits" eventually counts busy 1
failed_before=$(td_value failed)
kill -KILL "$(resolver_pid)"
check "a resolver that dies under a message: it passes" wait $player
check "without what was asked" counts failed $((failed_before + 1))
kill -CONT "$server"
check "no worker died" td_healthy
sed -i '/^dns = /d' "$td_conf" && echo "dns = no" >>"$td_conf"
kill -HUP "$td_pid"
no_resolver() { [ -z "$(resolver_pid)" ]; }
check "dns = no with a reload: none is left" eventually no_resolver
check "and messages pass" passes
check "it stops" td_stop

# ---- DMARC that cannot be asked about

cat >"$dir/forged.mt" <<'MAIL'
case a forged From, while its client has used up its questions
    mail <x@elsewhere.example>
    header From: The Bank <service@bank.example>
    end
    reply tempfail 451 4.7.5 *
MAIL
cat >"$dir/zone" <<'ZONE'
_dmarc.bank.example TXT "v=DMARC1; p=reject"
bank.example TXT "v=spf1 -all"
ZONE
td_dns_stop
td_dns "$dir/zone"
td_mkdir
check "tamisd starts, with few questions a client" td_start "$td_made" dns=yes "dns_forwarders=$td_dns_at" \
    "rules_path=$dir/rules" dns_deadline=5s dmarc_policy=honour dns_client_lookups_max=1
forged() {
    "$TAMIS_BUILDDIR/tests/milter/mtplay" --socket "$td_socket" --timeout 60000 "$dir/forged.mt" >"$dir/played" 2>&1 ||
        { cat "$dir/played" && return 1; }
}
check "a forged From that could not be asked about comes again" forged
check "it is counted" counts at_stake 1
check "and named in the log" logged ' class=dmarc/temperror action=tempfail '
check "no worker died" td_healthy
check "it stops" td_stop
finish
