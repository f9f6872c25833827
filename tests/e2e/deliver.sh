#!/bin/sh
# deliver.sh - end to end with the delivery agent: Postfix -> tamisd -> tamis-deliver -> Maildir -> Dovecot's IMAP
# usage: TAMIS_BUILDDIR=... deliver.sh [-c CACHE]   Needs root and, once, the package archive.
TAMIS_SRCDIR=${TAMIS_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
TAMIS_BUILDDIR=${TAMIS_BUILDDIR:-$PWD}
export TAMIS_SRCDIR TAMIS_BUILDDIR
cache=$TAMIS_BUILDDIR/cache
[ "$1" != -c ] || cache=$2
. "$TAMIS_SRCDIR/tests/lib.sh"
. "$TAMIS_SRCDIR/tests/e2e/postfix.sh"
. "$TAMIS_SRCDIR/tests/e2e/dovecot.sh"
. "$TAMIS_SRCDIR/tests/e2e/checks.sh"
checks_of deliver
agent_pid=

finish() {
    agent_stop
    dv_stop
    pf_cleanup
    td_cleanup
}
trap finish EXIT
trap 'exit 1' INT TERM HUP

agent_start() {
    "$TAMIS_BUILDDIR/tamis-deliver" --lmtp -c "$td_conf" >"$dir/agent.out" 2>&1 </dev/null &
    agent_pid=$!
    eventually test -S "$dir/lmtp.sock" && return 0
    cat "$dir/agent.out" "$td_log" >&2
    return 1
}

agent_stop() {
    [ -n "$agent_pid" ] || return 0
    kill "$agent_pid" 2>/dev/null
    wait "$agent_pid" 2>/dev/null
    agent_pid=
}

# Users of one account, as a site with virtual mailboxes has them.
write_users() {
    uid=$(id -u nobody) gid=$(id -g nobody)
    mkdir "$dir/home" && chown nobody "$dir/home" || return 1
    for user in bob carol dave eve; do
        echo "$user@example.net uid=$uid gid=$gid home=$dir/home/$user"
    done >"$dir/users"
    echo "frank@example.net uid=$uid gid=$gid mailbox=lmtp:unix:$dir/dv/lmtp.sock" >>"$dir/users"
    echo "gina@example.net uid=$uid gid=$gid home=$dir/home/gina mailbox=mbox:~/mail:INBOX=~/mbox" >>"$dir/users"
    mkdir "$dir/dv"
    for user in bob carol dave eve frank; do
        echo "$user@example.net:{PLAIN}secret:$uid:$gid::$dir/home/$user::"
    done >"$dir/dv/passwd"
    echo "carol@example.net required_score=50" >"$dir/policy"
}

write_postfix() {
    unfiltered_port=$(pf_free_port)
    cat >>"$dir/pf/etc/main.cf" <<END
virtual_transport = lmtp:unix:$dir/lmtp.sock
virtual_alias_maps = texthash:$dir/pf/etc/aliases
transport_maps = texthash:$dir/pf/etc/transport
lmtp_line_length_limit = 0
END
    cat >>"$dir/pf/etc/master.cf" <<END
127.0.0.1:$unfiltered_port inet n - n - 10 smtpd -o smtpd_milters=
lmtp      unix  - - n - - lmtp
tamis     unix  - n n - - pipe flags=DRhu user=nobody argv=$dir/tamis-deliver -c $td_conf -f \${sender} --original \${original_recipient} -- \${recipient}
END
    echo "info@example.net bob@example.net" >"$dir/pf/etc/aliases"
    printf 'dave@example.net tamis:\neve@example.net virtual:\n' >"$dir/pf/etc/transport"
    printf 'eve@example.net eve/\nghost@example.net ghost/\nfrank@example.net frank/\ngina@example.net gina/\n' >>"$dir/pf/etc/mailboxes"
}

setup() {
    td_mkdir && dir=$td_made && mkdir "$dir/td" && write_users || return 1
    cp "$TAMIS_BUILDDIR/tamis-deliver" "$dir/" || return 1 # the pipe's account need not see the build
    pf_fetch "$cache" && pf_accounts && dv_fetch "$cache" || return 1
    td_start "$dir/td" milter_socket_group="$(id -gn "$pf_owner")" recipient_policy="text:$dir/policy" \
        deliver_listen="unix:$dir/lmtp.sock" deliver_socket_group="$(id -gn "$pf_owner")" deliver_socket_mode=666 \
        deliver_users="text:$dir/users" reject_score=1000 || return 1
    chmod 755 "$dir/td/run"
    # the agent of the pipe is no root: it gets the key by its group
    chgrp "$(id -gn nobody)" "$dir/td/state/verdict.key" && chmod 640 "$dir/td/state/verdict.key" || return 1
    pf_setup "$dir/pf" "$td_socket" && write_postfix && pf_start && agent_start && dv_start "$dir/dv"
}

# ---- mail

# Sends FILE to the recipients, says what was answered.
send() { # FILE RECIPIENT...
    file=$1
    shift
    to=
    for recipient; do to="$to --to $recipient@example.net"; done
    # shellcheck disable=SC2086
    "$TAMIS_BUILDDIR/tests/e2e/smtpsend" --server 127.0.0.1:$pf_port --client 192.0.2.10 --client-name mail.example.org \
        $to "$file" 2>/dev/null
}

make() { # plain|spam SUBJECT
    case $1 in
    plain) sed "s/@DATE@/$(LC_ALL=C date -R)/; s/^Subject: .*/Subject: $2/" "$TAMIS_SRCDIR/tests/e2e/mail/1-plain.eml" ;;
    spam) sed "s/@DATE@/$(LC_ALL=C date -R)/; s/^Subject: .*/Subject: $2 YOU HAVE WON/" "$TAMIS_SRCDIR/tests/e2e/mail/3-spammy.eml" ;;
    esac >"$dir/$2.eml"
    echo "$dir/$2.eml"
}

# Past the filter, as what local users send by sendmail(1) is; the unpacked postdrop has no set-gid bit.
submit() { # RECIPIENT < MESSAGE
    cat >"$dir/submitted.eml"
    "$TAMIS_BUILDDIR/tests/e2e/smtpsend" --server 127.0.0.1:$unfiltered_port --to "$1@example.net" "$dir/submitted.eml" >/dev/null 2>&1
}

drained() {
    [ "$(pf_queued)" = 0 ]
}

imap() { # USER COMMAND...
    who=$1
    shift
    python3 "$TAMIS_SRCDIR/tests/e2e/imap.py" "$dv_imap" "$who@example.net" secret "$@"
}

has() { # USER MAILBOX SUBJECT
    imap "$1" show "$2" | grep -qxF "() $3" || { echo "not there; there is:" && imap "$1" show "$2"; return 1; }
}

header_is() { # USER MAILBOX SUBJECT FIELD PATTERN
    like "$(imap "$1" header "$2" "$3" "$4")" "$5"
}

if [ "$(id -u)" != 0 ]; then
    echo "skip deliver: Postfix needs root"
    checks_end 1
    exit 0
fi
if ! setup; then
    failed=1
    checks_end
    exit 1
fi

# ---- filed by the verdict
check "mail is accepted" like "$(send "$(make plain hello)" bob)" "*250 2.0.0 Ok*"
check "spam for bob and carol is accepted" like "$(send "$(make spam two)" bob carol)" "*250 2.0.0 Ok*"
check "spam for an alias is accepted" like "$(send "$(make spam alias)" info)" "*250 2.0.0 Ok*"
check "mail and spam for the pipe" like "$(send "$(make plain pipe)" dave)$(send "$(make spam pipespam)" dave)" "*250 2.0.0 Ok*250 2.0.0 Ok*"
check "the queue empties" eventually drained
check "plain mail is in the inbox, unseen" has bob INBOX hello
check "it says that its verdict is good" header_is bob INBOX hello X-Tamis-Delivery "verified (good); class=clean id=*"
check "its verdict is not handed on" header_is bob INBOX hello X-Tamis-Verdict ""
check "its fields are in order" header_is bob INBOX hello Return-Path "<*@*>"
check "bob's spam is in Junk" has bob Junk "two YOU HAVE WON"
check "it has bob's flag" header_is bob Junk "two YOU HAVE WON" X-Spam-Flag YES
check "the same for carol, who asks for more points, is in her inbox" has carol INBOX "two YOU HAVE WON"
check "it has no flag" header_is carol INBOX "two YOU HAVE WON" X-Spam-Flag ""
check "its status is by her threshold" header_is carol INBOX "two YOU HAVE WON" X-Spam-Status "No, score=* required=50.0 tests=*"
check "Junk is subscribed, and the one of IMAP" sh -c "python3 '$TAMIS_SRCDIR/tests/e2e/imap.py' '$dv_imap' bob@example.net secret list | grep -q '^Junk .*Junk.* subscribed'"
check "spam for an alias is in Junk" has bob Junk "[SPAM] alias YOU HAVE WON"
check "by the pipe: inbox" has dave INBOX pipe
check "by the pipe: Junk" has dave Junk "[SPAM] pipespam YOU HAVE WON"
check "by the pipe: the verdict is good" header_is dave INBOX pipe X-Tamis-Delivery "verified (good); *"

# ---- other mailboxes
send "$(make plain handed)" frank >/dev/null
send "$(make spam handedspam)" frank >/dev/null
send "$(make plain boxed)" gina >/dev/null
send "$(make spam boxedspam)" gina >/dev/null
check "mail for other mailboxes" eventually drained
check "handed over to Dovecot: inbox" has frank INBOX handed
check "handed over to Dovecot: the verdict was good" header_is frank INBOX handed X-Tamis-Delivery "verified (good); *"
check "handed over to Dovecot: Junk" has frank Junk "[SPAM] handedspam YOU HAVE WON"
check "mbox: inbox" grep -q '^Subject: boxed$' "$dir/home/gina/mbox"
check "mbox: Junk" grep -q '^Subject: .SPAM. boxedspam YOU HAVE WON$' "$dir/home/gina/mail/Junk"
check "mbox: one message each" sh -c "[ \$(grep -c '^From ' '$dir/home/gina/mbox') = 1 ] && [ \$(grep -c '^From ' '$dir/home/gina/mail/Junk') = 1 ]"

# ---- forgery: eve's mail comes by Postfix's own agent, so she sees verdicts
send "$(make plain forme)" eve >/dev/null
send "$(make spam spamforme)" eve >/dev/null
check "eve has hers" eventually sh -c "[ \$(find '$dir/pf/mail' -path '*/eve/new/*' -type f | wc -l) = 2 ]"
clean=$(grep -l '^Subject: forme' "$dir"/pf/mail/eve/new/*)
verdict() { # the field with its continuation lines
    awk '/^X-Tamis-Verdict:/ { on = 1; print; next } on && /^[ \t]/ { print; next } { on = 0 } /^$/ { exit }' "$1"
}
check "eve sees a verdict" test -n "$(verdict "$clean")"
{ verdict "$clean" && printf 'Subject: forged1\n\nbuy\n'; } | submit bob
verdict "$clean" >"$dir/verdict"
{ awk -v file="$dir/verdict" 'BEGIN { while ((getline line < file) > 0) text = text line "\n"; for (i = 0; i < 1000; i++) printf "%s", text }' &&
    sed -n '/^From:/,$p' "$clean" | sed 's/^Subject: .*/Subject: forged2/'; } | submit bob
{ verdict "$clean" | tr -d '\n\t' | sed 's/;/;\n  /g' && printf '\nSubject: forged3\n\nbuy\n'; } | submit bob
printf 'X-Spam-Flag: NO\nX-Tamis-Delivery: verified (good)\nSubject: forged4\n\nbuy\n' | submit bob
{ verdict "$clean" && sed -n '/^From:/,$p' "$clean"; } | submit bob
check "forged mail is delivered" eventually drained
for n in 1 2 3 4; do
    check "forged mail $n is in the inbox" has bob INBOX forged$n
    check "forged mail $n is not believed" header_is bob INBOX forged$n X-Tamis-Delivery "unverified (*)"
done
check "a verdict that is played again is not believed for another" header_is bob INBOX forme X-Tamis-Delivery \
    "unverified (signed for another recipient)"

# ---- faults
check "an unknown user is refused" sh -c "'$TAMIS_BUILDDIR/tests/e2e/smtpsend' --server 127.0.0.1:$pf_port --client 192.0.2.10 \
    --client-name m.example.org --to ghost@example.net '$(make plain ghost)' >/dev/null 2>&1; i=0; until grep -q 'to=<ghost@.*dsn=5.1.1, status=bounced' '$pf_dir/maillog'; do i=\$((i+1)); [ \$i -lt 50 ] || exit 1; sleep 0.1; done"
agent_stop
rm -f "$dir/lmtp.sock"
send "$(make plain later)" bob >/dev/null
check "without the agent mail is deferred" eventually grep -q 'to=<bob@example.net>.*status=deferred' "$pf_dir/maillog"
chmod 755 "$dir/home/bob/Maildir/new" && chown 1:1 "$dir/home/bob/Maildir/new"
agent_start
pf_run postqueue -f
check "with a damaged Maildir it stays deferred" eventually grep -q 'to=<bob@example.net>.*dsn=4.2.0, status=deferred.*belongs to uid' "$pf_dir/maillog"
chown nobody "$dir/home/bob/Maildir/new" && chmod 700 "$dir/home/bob/Maildir/new"
pf_run postqueue -f
check "repaired, it is delivered" eventually sh -c "[ \$(find '$dir/pf/queue/deferred' '$dir/pf/queue/active' '$dir/pf/queue/incoming' -type f | wc -l) = 0 ]"
check "and there once" sh -c "[ \$(grep -l '^Subject: later' '$dir'/home/bob/Maildir/*/* | wc -l) = 1 ]"
check "no worker died" td_healthy
check "tamisd stops cleanly" td_stop
[ $failed = 0 ] || tail -n 60 "$dir/pf/maillog" "$td_log" "$dir/agent.out" "$dir/dv/log"
checks_end
