# six.sh - the six mails of the quickstart and the end-to-end test: sent by SMTP, found again; sourced
# Needs lib.sh, postfix.sh or sendmail.sh, and both running.
#   six_mta=sm             through Sendmail; without it through Postfix, to which the client is said to be 192.0.2.10
#   six_dir=DIR            where it keeps what it sent: DIR/mail, and DIR/sent with a line each: NAME, answer
#   six_send               sends them, and waits until the MTA is done with them
#   six_answer NAME        what SMTP answered
#   six_id NAME            the queue id in it
#   six_file NAME          the file that was delivered; for a held message its content
#   six_names FILE         names of its header fields, one a line, in order
#   six_field FILE NAME    a field's value (all of that name), unfolded
six_mta=${six_mta:-pf}
six_names_all="1-plain 2-newsletter 3-spammy 4-gtube 5-forged 6-broken"

# Three more where viruses are scanned for and held mail is stored: an infected zip, an encrypted one, and a letter
# to bob and carol, whose recipient_policy differs.
six_names_more="7-infected 8-encrypted 9-two"

# EICAR in a zip in a mail; put together here, since no file of ours may hold it.
six_make_infected() {
    printf 'From: Ada <ada@example.org>\nTo: Bob <bob@example.net>\nSubject: Your order\nDate: @DATE@\n'
    printf 'Message-ID: <7.infected@mail.example.org>\nMIME-Version: 1.0\n'
    printf 'Content-Type: application/zip; name="order.zip"\nContent-Transfer-Encoding: base64\n\n'
    td_eicar | perl -MIO::Compress::Zip=zip -MMIME::Base64 -e '
        local $/; my ($in, $out) = (scalar <STDIN>); zip(\$in => \$out, Name => "order.com") or exit 1;
        print encode_base64($out)'
}

six_text() { # NAME
    case $1 in
    7-infected) six_make_infected ;;
    9-two) sed 's/spammy\.3@/two.9@/; s/^To: .*/To: bob@example.net, carol@example.net/' "$TAMIS_SRCDIR/tests/e2e/mail/3-spammy.eml" ;;
    *) cat "$TAMIS_SRCDIR/tests/e2e/mail/$1.eml" ;;
    esac
}

six_recipients() { # NAME
    case $1 in
    9-two) echo "--to bob@example.net --to carol@example.net" ;;
    esac
}

six_client() {
    case $six_mta in
    pf) echo "--server 127.0.0.1:$pf_port --client 192.0.2.10 --client-name mail.example.org" ;;
    sm) echo "--server 127.0.0.1:$sm_port" ;;
    esac
}

six_mail() {
    case $six_mta in
    pf) echo "$pf_dir/mail" ;;
    sm) echo "$sm_dir/mail" ;;
    esac
}

six_send() {
    mkdir -p "$six_dir/mail" || return 1
    : >"$six_dir/sent"
    for six_name in $six_names_all; do
        six_text "$six_name" | sed "s/@DATE@/$(LC_ALL=C date -R)/" >"$six_dir/mail/$six_name.eml"
        # shellcheck disable=SC2046
        "$TAMIS_BUILDDIR/tests/e2e/smtpsend" $(six_client) \
            $(six_recipients "$six_name") "$six_dir/mail/$six_name.eml" 2>/dev/null |
            sed "s/^[0-9]*	[^	]*	/$six_name	/" >>"$six_dir/sent"
    done
    six_i=0
    while [ "$(${six_mta}_queued)" != 0 ] && [ $six_i -lt 100 ]; do
        six_i=$((six_i + 1))
        sleep 0.1
    done
    [ "$(${six_mta}_queued)" = 0 ] || { echo "mail is still in the queue" >&2; return 1; }
}

six_answer() {
    sed -n "s/^$1	//p" "$six_dir/sent"
}

six_id() {
    six_answer "$1" | sed -n 's/.*queued as \([0-9A-Za-z]*\).*/\1/p; s/^250 2.0.0 \([0-9A-Za-z]*\) Message accepted.*/\1/p; s/^5.*(\([0-9A-Za-z]*\))$/\1/p'
}

six_quarantine() {
    "$td_tamis" quarantine "$@" -c "$td_conf"
}

# The id of its entry in the quarantine; nothing where there is none.
six_entry() {
    [ -z "$(six_id "$1")" ] || six_quarantine search "$(six_id "$1")" --json 2>/dev/null | sed -n 's/.*"id":"\([0-9a-z]*\)".*/\1/p'
}

# The delivered file has our Message-ID; a held one is asked for by its queue id.
six_file() {
    six_message=$(sed -n 's/^Message-ID: //p' "$six_dir/mail/$1.eml")
    six_found=$(grep -rlF "$six_message" "$(six_mail)" 2>/dev/null | head -n 1)
    if [ -z "$six_found" ] && [ -n "$(six_id "$1")" ] && ${six_mta}_held "$(six_id "$1")" >"$six_dir/$1.held"; then
        six_found=$six_dir/$1.held
    fi
    [ -z "$six_found" ] || echo "$six_found"
}

six_where() {
    six_found=$(six_file "$1")
    case $six_found in
    '') six_held=$(six_entry "$1") && [ -n "$six_held" ] && echo "quarantine, $six_held" || echo "nowhere" ;;
    *.held) echo "hold queue, $(six_id "$1")" ;;
    *) echo "mail/${six_found#"$(six_mail)"/}" ;;
    esac
}

six_names() {
    sed -n '/^$/q; s/^\([^[:space:]:][^:]*[^[:space:]:]\)[[:space:]]*:.*/\1/p' "$1"
}

six_field() {
    awk -v name="$2" '
        /^$/ { exit }
        /^[ \t]/ { if (on) { sub(/^[ \t]+/, " "); printf "%s", $0 } next }
        {
            if (on) print ""
            colon = index($0, ":")
            field = substr($0, 1, colon - 1); sub(/[ \t]+$/, "", field)
            on = tolower(field) == tolower(name)
            if (on) { value = substr($0, colon + 1); sub(/^ /, "", value); printf "%s", value }
        }
        END { if (on) print "" }' "$1"
}
