# six.sh - the six mails of the quickstart and the end-to-end test: sent by SMTP, found again; sourced
# Needs lib.sh, postfix.sh, and both running.
#   six_dir=DIR            where it keeps what it sent: DIR/mail, and DIR/sent with a line each: NAME, answer
#   six_send               sends them, and waits until Postfix is done with them
#   six_answer NAME        what SMTP answered
#   six_id NAME            the queue id in it
#   six_file NAME          the file that was delivered; for a held message its content as postcat shows it
#   six_names FILE         names of its header fields, one a line, in order
#   six_field FILE NAME    a field's value (all of that name), unfolded
six_names_all="1-plain 2-newsletter 3-spammy 4-gtube 5-forged 6-broken"

six_send() {
    mkdir -p "$six_dir/mail" || return 1
    : >"$six_dir/sent"
    for six_name in $six_names_all; do
        sed "s/@DATE@/$(LC_ALL=C date -R)/" "$TAMIS_SRCDIR/tests/e2e/mail/$six_name.eml" >"$six_dir/mail/$six_name.eml"
        "$TAMIS_BUILDDIR/tests/e2e/smtpsend" --server 127.0.0.1:$pf_port --client 192.0.2.10 \
            --client-name mail.example.org "$six_dir/mail/$six_name.eml" 2>/dev/null |
            sed "s/^[0-9]*	[^	]*	/$six_name	/" >>"$six_dir/sent"
    done
    six_i=0
    while [ "$(pf_queued)" != 0 ] && [ $six_i -lt 100 ]; do
        six_i=$((six_i + 1))
        sleep 0.1
    done
    [ "$(pf_queued)" = 0 ] || { echo "mail is still in the queue" >&2; return 1; }
}

six_answer() {
    sed -n "s/^$1	//p" "$six_dir/sent"
}

six_id() {
    six_answer "$1" | sed -n 's/.*queued as \([0-9A-Za-z]*\).*/\1/p'
}

# The delivered file has our Message-ID; a held one is asked for by its queue id.
six_file() {
    six_message=$(sed -n 's/^Message-ID: //p' "$six_dir/mail/$1.eml")
    six_found=$(grep -rlF "$six_message" "$pf_dir/mail" 2>/dev/null | head -n 1)
    if [ -z "$six_found" ] && [ -n "$(six_id "$1")" ] && [ -f "$pf_dir/queue/hold/$(six_id "$1")" ]; then
        six_found=$six_dir/$1.held
        pf_run postcat -hb "$pf_dir/queue/hold/$(six_id "$1")" >"$six_found" 2>/dev/null
    fi
    [ -z "$six_found" ] || echo "$six_found"
}

six_where() {
    six_found=$(six_file "$1")
    case $six_found in
    '') echo "nowhere" ;;
    *.held) echo "hold queue, $(six_id "$1")" ;;
    *) echo "${six_found#"$pf_dir"/}" ;;
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
