# cases.sh - what has to become of mail that goes through Postfix; sourced by run.sh

six_dir=$dir
check "six mails are sent" six_send

check "plain mail is accepted" like "$(six_answer 1-plain)" "250 2.0.0 Ok: queued as *"
check "plain mail has the fields planned" fields_are 1-plain \
    Received X-Tamis-Verdict X-Spam-Status From To Subject Date Message-ID MIME-Version Content-Type Content-Transfer-Encoding
check "plain mail is no spam" field_is 1-plain X-Spam-Status "No, score=* required=5.0 tests=* autolearn=no *"
check "plain mail's log line has the queue id" logged "id=$(six_id 1-plain) client=192.0.2.10 .*class=clean action=pass"

check "newsletter is accepted" like "$(six_answer 2-newsletter)" "250 2.0.0 Ok: queued as *"
check "newsletter is no spam" field_is 2-newsletter X-Spam-Status "No, score=*"

check "spammy mail is accepted" like "$(six_answer 3-spammy)" "250 2.0.0 Ok: queued as *"
check "spammy mail is flagged" field_is 3-spammy X-Spam-Flag "YES"
check "spammy mail's subject is tagged" field_is 3-spammy Subject "?SPAM? YOU HAVE WON*"
check "spammy mail has the fields planned" fields_are 3-spammy \
    Received X-Tamis-Verdict X-Spam-Flag X-Spam-Level X-Spam-Status X-Spam-Report From To Subject Date Message-ID MIME-Version Content-Type
check "spammy mail's log line" logged "id=$(six_id 3-spammy) .*class=spammy action=tag"

check "GTUBE is rejected, with our id" like "$(six_answer 4-gtube)" "550 5.7.1 *(*)"
check "GTUBE is nowhere" like "$(six_where 4-gtube)" nowhere
check "GTUBE's log line" logged "class=spam action=reject .*rules=GTUBE"

check "forged fields are gone, ours are there" fields_are 5-forged \
    Received X-Tamis-Verdict X-Spam-Status From To Subject Date Message-ID X-Spammer MIME-Version Content-Type
check "forged mail has our status" field_is 5-forged X-Spam-Status "No, score=*"

check "broken MIME is held" like "$(six_where 6-broken)" "hold queue, *"
check "broken MIME's log line" logged "id=$(six_id 6-broken) .*class=unchecked/ambiguous action=quarantine"
check "broken MIME is tagged as unchecked" field_is 6-broken Subject "?UNCHECKED? *"
check "Postfix logs the hold" grep -q "milter triggers HOLD action" "$pf_dir/maillog"

check "Postfix saw no protocol error" sh -c "! grep -E 'warning: milter|milter.*(error|conflict|timeout)' '$pf_dir/maillog'"
check "no worker died" td_healthy
check "tamisd stops cleanly" td_stop

# without tamisd mail waits at its sender
check "without tamisd mail is refused for now" sh -c "'$TAMIS_BUILDDIR/tests/e2e/smtpsend' --server 127.0.0.1:$pf_port \
    '$dir/mail/1-plain.eml' 2>/dev/null | grep -q '	4[0-9][0-9] 4'"
