# sendmail-cases.sh - what has to become of mail that goes through Sendmail; sourced by sendmail-run.sh

# ---- the same as with Postfix, see cases.sh and quarantine.sh

six_dir=$dir
six_names_all="$six_names_all 7-infected 8-encrypted"
check "eight mails are sent" six_send

on_top="Received X-Tamis-Verdict"
check "plain mail is accepted" like "$(six_answer 1-plain)" "250 2.0.0 * Message accepted for delivery"
check "plain mail has the fields planned" fields_are 1-plain $on_top X-Spam-Status X-Virus-Scanned X-Virus-Status \
    From To Subject Date Message-ID MIME-Version Content-Type Content-Transfer-Encoding
check "plain mail is no spam" field_is 1-plain X-Spam-Status "No, score=* required=5.0 tests=* autolearn=no *"
check "one blank stands before our values" grep -q "^X-Spam-Status: No" "$(six_file 1-plain)"
check "plain mail's verdict has the queue id" field_is 1-plain X-Tamis-Verdict "v=1; * i=$(six_id 1-plain); *"
check "plain mail's log line has it too" logged "id=$(six_id 1-plain) client=127.0.0.1 .*class=clean action=pass"

check "newsletter is accepted" like "$(six_answer 2-newsletter)" "250 2.0.0 *"
check "newsletter is no spam" field_is 2-newsletter X-Spam-Status "No, score=*"

check "spammy mail is accepted" like "$(six_answer 3-spammy)" "250 2.0.0 *"
check "spammy mail is flagged" field_is 3-spammy X-Spam-Flag "YES"
check "spammy mail's subject is tagged" field_is 3-spammy Subject "?SPAM? YOU HAVE WON*"
check "spammy mail has the fields planned" fields_are 3-spammy $on_top X-Spam-Flag X-Spam-Level X-Spam-Status \
    X-Spam-Report X-Virus-Scanned X-Virus-Status From To Subject Date Message-ID MIME-Version Content-Type

check "GTUBE is rejected, with our id" like "$(six_answer 4-gtube)" "550 5.7.1 *(*)"
check "GTUBE is nowhere" like "$(six_where 4-gtube)" nowhere
check "GTUBE's log line" logged "class=spam action=reject .*rules=GTUBE"

check "forged fields are gone, ours are there" fields_are 5-forged $on_top X-Spam-Status X-Virus-Scanned \
    X-Virus-Status From To Subject Date Message-ID X-Spammer MIME-Version Content-Type
check "forged mail has our status" field_is 5-forged X-Spam-Status "No, score=*"

check "a virus in a zip is rejected" like "$(six_answer 7-infected)" "550 5.7.1 *"
check "and nowhere" like "$(six_where 7-infected)" nowhere
check "an encrypted zip is delivered and tagged" field_is 8-encrypted Subject "?UNCHECKED? *"

# ---- quarantine_method = hold: Sendmail's own quarantine

held=$(six_id 6-broken)
check "broken MIME is held" like "$(six_where 6-broken)" "hold queue, ?*"
check "broken MIME's log line" logged "id=$held .*class=unchecked/ambiguous action=quarantine"
check "broken MIME is tagged as unchecked" field_is 6-broken Subject "?UNCHECKED? *"
check "mailq -qQ lists it, with the reason" sh -c "echo '$(sm_run -bp -qQ | tr '\n' ' ')' |
    grep -q '^.*$held.*QUARANTINE: tamis: unchecked/ambiguous'"
check "mailq does not" sh -c "! echo '$(sm_run -bp)' | grep -q $held"
check "a queue run does not deliver it" sh -c "$(sm_run -qf >/dev/null 2>&1) [ -f '$sm_dir/queue/hf$held' ]"
check "an admin lets it out" sm_run -Q -qQ -qI"$held"
check "it is delivered" sm_run -qI"$held"
check "it arrives, once" arrives 1 "Two readers, two messages"

# ---- SMTP as it may come

cat >"$dir/odd.eml" <<END
X-Odd:   three blanks before, two behind  
X-None:none
X-Tab:	a tab
X-Empty:
X-Fold: first
	a tab
   three blanks
 	 blank, tab, blank
From: Ada <ada@example.org>
Subject:   byte by byte

.a dot
..two
.
8 bits: $(printf '\303\244 \344')

  the end
END
check "odd spacing is accepted" like "$(send "$dir/odd.eml")" "250 2.0.0 *"
check "and kept byte by byte" arrives_whole "$dir/odd.eml" "byte by byte"

{
    printf 'Subject:   folded\n\t  and GONE\nX-Spam-Flag:NO\nX-Fold: a\n\t b\n'
    sed "s/@DATE@/$(LC_ALL=C date -R)/; /^Subject:/d; s/spammy\.3@/folded.3@/" "$TAMIS_SRCDIR/tests/e2e/mail/3-spammy.eml"
} >"$dir/folded.eml"
check "a folded subject is tagged" like "$(send "$dir/folded.eml")" "250 2.0.0 *"
check "it arrives" arrives 1 folded.3@
check "as it should be" like "$(sed -n '/^Subject/,/^X-Fold/p' "$(with folded.3@)" | tr '\n\t' '|>')" \
    "Subject: ?SPAM? folded|>  and GONE|X-Fold: a|"
check "and flagged once" like "$(six_field "$(with folded.3@)" X-Spam-Flag)" YES

answers=$(talk <<'END'
EHLO one.example.org
MAIL FROM:<ada@example.org> BODY=8BITMIME
RCPT TO:<bob@example.net>
DATA
From: <ada@example.org>
Subject: talk one

.
RSET
HELO two.example.org
MAIL FROM:<bert@example.org>
RCPT TO:<bob@example.net>
DATA
Subject: talk two

XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X
.
MAIL FROM:<bert@example.org>
RCPT TO:<carol@example.net>
RSET
EHLO three.example.org
MAIL FROM:<>
RCPT TO:<nobody-here@example.net>
RCPT TO:<dave@example.net>
DATA
From: <cesar@example.org>
Subject: talk three

.
QUIT
END
)
answer() { echo "$answers" | sed -n "$1p"; }
check "the first of three on a connection" like "$(answer 6)" "250 2.0.0 *"
check "the second, after RSET and HELO, is refused" like "$(answer 12)" "550 5.7.1 *"
check "an unknown recipient is" like "$(answer 18)" "550 5.1.1 *"
check "the third passes" like "$(answer 21)" "250 2.0.0 *"
check "each is logged with its own HELO: one" logged 'helo="one.example.org" from="ada@example.org" to="bob@example.net" rcpts=1 .*class=clean'
check "two" logged 'helo="two.example.org" from="bert@example.org" to="bob@example.net" rcpts=1 .*class=spam'
check "three" logged 'helo="three.example.org" from="" to="dave@example.net" rcpts=1 .*class=clean'
check "one arrives" arrives 1 "Subject: talk one"
check "three arrives" arrives 1 "Subject: talk three"
check "two does not" arrived 0 "Subject: talk two"

talk >/dev/null <<'END'
EHLO broken.example.org
MAIL FROM:<ada@example.org>
RCPT TO:<bob@example.net>
DATA
Subject: broken off

this line is the last that
!break
END
check "mail broken off in DATA is let go" td_healthy
check "and delivered to nobody" arrived 0 "Subject: broken off"

{
    printf 'From: ada@example.org\nSubject: three megabytes\n\n'
    seq 1 420000
} >"$dir/big.eml"
check "a large letter is accepted" like "$(send "$dir/big.eml" --to dave@example.net)" "250 2.0.0 *"
check "and arrives whole" arrives_whole "$dir/big.eml" "three megabytes"

# What the filter does is logged after its name and no colon.
trouble_free() {
    ! grep -E 'SYSERR\(|Milter \(tamis\): |Milter: init' "$sm_dir/maillog" | grep -vE ': (init success to negotiate|abort filter|quit filter)$'
}
check "Sendmail saw no error of the filter" trouble_free
check "no worker died" td_healthy
check "tamisd stops cleanly" td_stop

# ---- F=T, and a filter that comes back

check "without tamisd mail is refused for now" like "$(send "$dir/mail/1-plain.eml")" "4[0-9][0-9] 4.*"
filter_start quarantine_method=store recipient_policy="text:$dir/recipients" release_relay="inet:127.0.0.1:$sm_port"
: >"$sm_dir/maillog"
check "with it again mail passes, at the same Sendmail" like "$(send "$dir/mail/1-plain.eml")" "250 2.0.0 *"

# ---- quarantine_method = store: recipients are removed; Sendmail knows them as aliases

drained() {
    [ "$(sm_queued)" = 0 ]
}
eventually drained
rm -rf "$sm_dir/mail"
six_names_all="1-plain 6-broken 7-infected 9-two"
check "mail is sent again" six_send
check "clean mail passes" like "$(six_where 1-plain)" "mail/games/new/*"
check "broken MIME is held" like "$(six_where 6-broken)" "quarantine, *"
check "for nobody else" arrived 0 "Two readers, two messages"
check "of a virus a copy is held" like "$(six_where 7-infected)" "quarantine, *"
check "of two recipients one gets it" like "$(six_where 9-two)" "mail/games/new/*"
check "tagged" field_is 9-two X-Spam-Flag YES
check "and the other does not" sh -c "! ls '$sm_dir'/mail/news/new/* >/dev/null 2>&1"

release() { # NAME [OPTION]...
    entry=$(six_quarantine search "$(six_id "$1")" --json | sed -n 's/.*"id":"\([0-9a-z]*\)".*/\1/p')
    shift
    six_quarantine release "$entry" "$@"
}
check "what was held is released through Sendmail" release 6-broken
check "and arrives" arrives 1 "Two readers, two messages"
check "to the other recipient too" release 9-two --to carol@example.net
check "there it arrives" eventually sh -c "ls '$sm_dir'/mail/news/new/* >/dev/null 2>&1"
check "without the mark that let it pass" sh -c "! grep -rqi '^X-Tamis-Release' '$sm_dir/mail'"

check "Sendmail saw no error since" trouble_free
check "no worker died in the end" td_healthy
check "a clean stop" td_stop

# ---- filed by tamis-deliver, in place of the script

# Accounts have low numbers and no homes of their own: a map says where their mail is.
agent_setup() {
    for user in games news; do
        echo "$user uid=$(id -u $user) gid=$(id -g $user) home=$dir/home/$user"
    done >"$dir/users"
    printf '#!/bin/sh\nexec %s/tamis-deliver -c %s "$@"\n' "$TAMIS_BUILDDIR" "$td_conf" >"$dir/agent"
    chmod 755 "$dir/agent"
    mkdir "$dir/home"
    for user in games news; do
        mkdir "$dir/home/$user" && chown $user "$dir/home/$user" || return 1
    done
    SM_MAILER=$dir/agent
    filter_start deliver_users="text:$dir/users" deliver_min_uid=1 && sm_setup "$dir/agentsm" "$td_socket" && sm_start
}

filed() { # USER FOLDER TEXT
    grep -rqF -- "$3" "$dir/home/$1/Maildir$2/new"
}

sm_stop
agent_setup || check "tamis-deliver is set up" false
check "mail for the agent" like "$(send "$dir/mail/1-plain.eml")$(send "$dir/folded.eml")" "250 2.0.0 *250 2.0.0 *"
check "plain mail is in the inbox" eventually filed games "" "Subject: Lunch on Friday"
check "spam is in Junk" eventually filed games /.Junk folded.3@
check "the verdict came through Sendmail as it was signed" filed games "" "(signed for another recipient)" # before the alias
sed 's/^Subject: .*/Subject: in quoted-printable/; s/^Content-Transfer-Encoding: .*/Content-Transfer-Encoding: quoted-printable/; s/^Content-Type: .*/Content-Type: text\/plain; charset=iso-8859-1/' \
    "$dir/mail/1-plain.eml" >"$dir/qp.eml" && echo 'Gr=FC=DFe =3D Greetings' >>"$dir/qp.eml"
check "mail in quoted-printable for the agent" like "$(send "$dir/qp.eml")" "250 2.0.0 *"
check "is there" eventually filed games "" "Subject: in quoted-printable"
check "its verdict came through as it was signed, too" sh -c "! grep -rq 'does not fit' '$dir/home/games'"
check "nobody sees it" sh -c "! grep -rq '^X-Tamis-Verdict' '$dir/home'"
check "the sender is known" filed games "" "Return-Path: <ada@example.org>"
check "mail for a user the agent does not know" like "$(send "$dir/odd.eml" --to dave@example.net)" "250 2.0.0 *"
check "is returned" eventually grep -q 'to=uucp, .*dsn=5.1.1, stat=User unknown' "$sm_dir/maillog"
chown root "$dir/home/news" && chmod 755 "$dir/home/news"
check "mail for a mailbox that is out of order" like "$(send "$dir/odd.eml" --to carol@example.net)" "250 2.0.0 *"
check "stays in the queue" eventually grep -q 'to=news, .*stat=Deferred' "$sm_dir/maillog"
chown news "$dir/home/news"
check "and is tried again" sm_run -qf
check "it is there, byte by byte" eventually sh -c "tail -c $(wc -c <"$dir/odd.eml") '$dir'/home/news/Maildir/new/* 2>/dev/null | cmp -s - '$dir/odd.eml'"
check "no worker died behind the agent" td_healthy
check "a clean stop again" td_stop
