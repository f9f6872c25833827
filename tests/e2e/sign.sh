#!/bin/sh
# sign.sh - what leaves a real, private Postfix is signed, and only for whom it vouches
# usage: TAMIS_BUILDDIR=... sign.sh [-c CACHE]   Needs root (Postfix does) and, once, the package archive.
# Mail is read in the mailbox, where auth/probe verifies it with the record that `tamis dkim keygen` printed. Prints a
# line a case and `N passed, N failed, N skipped`.
TAMIS_SRCDIR=${TAMIS_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
TAMIS_BUILDDIR=${TAMIS_BUILDDIR:-$PWD}
export TAMIS_SRCDIR TAMIS_BUILDDIR
cache=$TAMIS_BUILDDIR/cache
[ "$1" != -c ] || cache=$2
. "$TAMIS_SRCDIR/tests/lib.sh"
. "$TAMIS_SRCDIR/tests/e2e/postfix.sh"
. "$TAMIS_SRCDIR/tests/e2e/checks.sh"
checks_of sign

finish() {
    pf_cleanup
    td_cleanup
}
trap finish EXIT
trap 'exit 1' INT TERM HUP

# ---- keys, and a zone made of what keygen prints

keygen() { # SELECTOR OPTION...
    selector=$1
    shift
    "$td_tamis" dkim keygen "$@" --directory "$dir/keys" example.net "$selector" -c "$dir/keygen.conf" >"$dir/record" || return 1
    chmod 600 "$dir/keys/example.net.$selector.pem" && chown nobody "$dir/keys/example.net.$selector.pem"
    text=$(sed -n '/IN TXT/,/)$/p' "$dir/record" | grep -o '"[^"]*"' | tr -d '"\n')
    echo "$selector._domainkey.example.net TXT $text" >>"$dir/zone"
}

setup() {
    td_mkdir && dir=$td_made && mkdir "$dir/td" || return 1
    echo "user =" >"$dir/keygen.conf"
    mkdir "$dir/keys" && chmod 755 "$dir/keys"
    keygen r1 && keygen e1 --ed25519 || return 1
    echo "example.net  r1 $dir/keys/example.net.r1.pem, e1 $dir/keys/example.net.e1.pem" >"$dir/dkim.keys"
    chmod 644 "$dir/dkim.keys"
    pf_fetch "$cache" && pf_accounts || return 1
    td_start "$dir/td" milter_socket_group="$(id -gn "$pf_owner")" dkim_keys="text:$dir/dkim.keys" $1 || return 1
    chmod 755 "$dir/td/run"
    pf_setup "$dir/pf" "${2:-$td_socket}" && pf_start
}

# ---- mail

# send SUBJECT FROM OPTION...: waits until it is in bob's mailbox; sets file
send() {
    subject=$1 from=$2
    shift 2
    {
        printf 'From: Ada <%s>\nTo: Bob <bob@example.net>\nSubject: %s\nDate: %s\n' "$from" "$subject" "$(LC_ALL=C date -R)"
        printf 'Message-ID: <%s@example.net>\n\nDear Bob,\n\n.dots and trailing blanks  \n\n\n' "$$"
    } >"$dir/letter"
    send_file "$dir/letter" --from "$from" "$@"
}
send_file() { # FILE OPTION...
    letter=$1
    shift
    rm -rf "$pf_dir/mail/bob"
    "$TAMIS_BUILDDIR/tests/e2e/smtpsend" --server "127.0.0.1:$pf_port" --to bob@example.net "$@" "$letter" \
        >"$dir/sent" 2>&1 || { cat "$dir/sent"; return 1; }
    eventually in_mailbox || { cat "$dir/sent"; return 1; }
    # as the next hop would get it: without what the mailbox adds on top
    sed -n '/^Return-Path:/d; /^X-Original-To:/d; /^Delivered-To:/d; p' "$file" >"$dir/arrived"
}
in_mailbox() {
    file=$(find "$pf_dir/mail/bob/new" -type f 2>/dev/null | head -n 1)
    [ -n "$file" ]
}

signatures() { grep -ci '^dkim-signature:' "$dir/arrived"; }

# signed SUBJECT FROM OPTION...: by both keys, and both are good
signed() {
    send "$@" || return 1
    found=$(probe | cut -f 2)
    like "$found" "pass d=example.net s=r1 *; pass d=example.net s=e1 *" || { cat "$dir/arrived"; return 1; }
}
# A message from outside as it came, now with so many ARC sets that are good.
sealed() { # SETS FILE
    send_file "$2" --from ada@example.org $outside || return 1
    found=$(probe | cut -f 3)
    like "$found" "pass n=$1 *" || { cat "$dir/arrived"; return 1; }
}
probe() { "$TAMIS_BUILDDIR/auth/probe" verify "$dir/zone" "$(date +%s)" "$dir/arrived"; }
outside="--client 192.0.2.10 --client-name mail.example.org"
unsigned() {
    send "$@" || return 1
    n=$(signatures)
    [ "$n" = 0 ] || { echo "$n signatures"; return 1; }
}

if [ "$(id -u)" != 0 ]; then
    echo "skip sign: Postfix needs root"
    checks_end 1
    exit 0
fi
if ! setup; then
    failed=1
    checks_end
    exit 1
fi

check "a client on loopback is signed for" signed "Hello" ada@example.net
check "a subject that is folded" signed "$(printf 'Hello\n and   more')" ada@example.net
check "a client from outside is not" unsigned "Hello" ada@example.net $outside
check "nor who writes as another domain" unsigned "Hello" ada@example.org
check "the log says so" grep -q 'dkim=example.net/e1,r1 ' "$td_log"
check "no worker died" td_healthy
td_stop >/dev/null 2>&1
td_start "$dir/td" milter_socket_group="$(id -gn "$pf_owner")" dkim_keys="text:$dir/dkim.keys" required_score=-9
chmod 755 "$dir/td/run"
check "what we change is signed as changed" signed "Hello" ada@example.net
check "and it was" grep -q '^Subject: \[SPAM\] Hello' "$dir/arrived"
cp "$dir/arrived" "$dir/signed"
td_stop >/dev/null 2>&1

# ---- what passes through

printf 'example.org TXT v=spf1 ip4:192.0.2.10 -all\n' >>"$dir/zone"
td_dns "$dir/zone"
td_start "$dir/td" milter_socket_group="$(id -gn "$pf_owner")" dkim_keys="text:$dir/dkim.keys" arc_seal=example.net dns=yes \
    dns_forwarders="$td_dns_at"
chmod 755 "$dir/td/run"
check "mail from outside is sealed" sealed 1 "$dir/signed"
check "with what we found" grep -q '^ARC-Authentication-Results: i=1; mx.example.net' "$dir/arrived"
check "of its signatures" sh -c "grep -A9 -i '^Authentication-Results: mx' '$dir/arrived' | grep -q 'dkim=pass.*'"
check "and its client" sh -c "grep -A9 -i '^Authentication-Results: mx' '$dir/arrived' | grep -q 'spf=pass'"
cp "$dir/arrived" "$dir/pass-2"
check "and once more, when it comes again" sealed 2 "$dir/pass-2"
check "its chain was good" sh -c "grep -A9 -i '^Authentication-Results: mx' '$dir/arrived' | grep -q 'arc=pass'"
check "tamis dkim check: the DNS has the keys" "$td_tamis" dkim check example.net -c "$td_conf"
sed 's/^Dear Bob/Dear Carol/' "$dir/pass-2" >"$dir/broken"
send_file "$dir/broken" --from ada@example.org $outside
check "what was broken is said to be" grep -q '^ARC-Seal: i=2; a=rsa-sha256; cv=fail' "$dir/arrived"
check "the log says that it is sealed" grep -q ' arc=example.net ' "$td_log"
check "no worker died either" td_healthy
td_stop >/dev/null 2>&1
pf_stop

sed 's/^r1.*/r1._domainkey.example.net TXT v=DKIM1; p=AAAA/' "$dir/zone" >"$dir/zone-2"
kill "$td_dns_pid"
td_dns "$dir/zone-2"
check "and that it has another one" sh -c "'$td_tamis' dkim check example.net -c '$td_conf' --set 'dns_forwarders=$td_dns_at' 2>&1 |
    grep -q 'r1._domainkey.example.net: it is another key'"

# The same keys behind a socket that anybody on this machine can speak to.
port=$(pf_free_port)
td_start "$dir/td" milter_listen="inet:127.0.0.1:$port" dkim_keys="text:$dir/dkim.keys"
pf_setup "$dir/pf2" "inet:127.0.0.1:$port" && pf_start
check "on an inet socket nobody is" unsigned "Hello" ada@example.net
sed -i "s|^milter_listen.*|milter_listen = unix:$dir/td/other.sock|" "$td_conf"
kill -HUP "$td_pid"
reloaded() { grep -q 'reload done' "$td_log"; }
check "a reload that names another socket" eventually reloaded
check "does not make it one" unsigned "Hello" ada@example.net
td_stop >/dev/null 2>&1
td_start "$dir/td" milter_listen="inet:127.0.0.1:$port" dkim_keys="text:$dir/dkim.keys" dkim_sign_inet=yes
check "but where the admin says so" signed "Hello" ada@example.net
check "tamisd stops cleanly" td_stop
checks_end
