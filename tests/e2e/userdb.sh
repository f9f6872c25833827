#!/bin/sh
# userdb.sh - the delivery agent asks a real Dovecot for its users, by auth-userdb
# usage: TAMIS_BUILDDIR=... userdb.sh [-c CACHE]   Needs root and, once, the package archive.
TAMIS_SRCDIR=${TAMIS_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
TAMIS_BUILDDIR=${TAMIS_BUILDDIR:-$PWD}
export TAMIS_SRCDIR TAMIS_BUILDDIR
cache=$TAMIS_BUILDDIR/cache
[ "$1" != -c ] || cache=$2
. "$TAMIS_SRCDIR/tests/lib.sh"
. "$TAMIS_SRCDIR/tests/e2e/dovecot.sh"
. "$TAMIS_SRCDIR/tests/e2e/checks.sh"
checks_of userdb

finish() {
    [ $failed = 0 ] || tail -n 40 "$dir/dv/log"
    dv_stop
    td_cleanup
}
trap finish EXIT
trap 'exit 1' INT TERM HUP

# bob's mail lies where the server's settings say, carol's where her own line says.
setup() {
    td_mkdir && dir=$td_made && mkdir "$dir/dv" "$dir/state" "$dir/home" && chown nobody "$dir/home" || return 1
    uid=$(id -u nobody) gid=$(id -g nobody)
    {
        echo "bob@example.net:{PLAIN}secret:$uid:$gid::$dir/home/bob::"
        echo "carol@example.net:{PLAIN}secret:$uid:$gid::$dir/home/carol::userdb_mail=maildir:~/Post%%1:INDEX=$dir/home/carol.index"
        echo "dave@example.net:{PLAIN}secret:$uid:$gid::$dir/home/dave::userdb_mail=mdbox:~/mdbox"
        echo "erin@example.net:{PLAIN}secret:::::"
        echo "gina@example.net:{PLAIN}secret:$uid:$gid::$dir/home/gina::userdb_tempfail=yes"
        echo "frank@example.net:{PLAIN}secret:1:1::$dir/home/frank::"
    } >"$dir/dv/passwd"
    printf 'Subject: hello\n\nbody\n' >"$dir/mail"
    dv_fetch "$cache" && dv_start "$dir/dv"
}

# Exit code and text of the agent.
deliver() { # SOCKET RECIPIENT [NAME=VALUE]
    text=$("$TAMIS_BUILDDIR/tamis-deliver" -c /dev/null --set state_directory="$dir/state" --set deliver_users="dovecot:$1" \
        --set "${3:-deliver_mailbox=maildir:~/Maildir}" -f s@example.org -- "$2" <"$dir/mail" 2>&1)
    echo "$? $text"
}

if [ "$(id -u)" != 0 ]; then
    echo "skip userdb: Dovecot needs root"
    checks_end 1
    exit 0
fi
if ! setup; then
    failed=1
    checks_end
    exit 1
fi
userdb=$dir/dv/tamis-userdb

imap() { # USER SUBJECT
    python3 "$TAMIS_SRCDIR/tests/e2e/imap.py" "$dv_imap" "$1@example.net" secret show INBOX | grep -qxF "() $2"
}

check "a user" like "$(deliver "$userdb" bob@example.net)" "0 *"
check "Dovecot shows the mail" imap bob hello
check "a user with a detail, in capitals" like "$(deliver "$userdb" Bob+Lists@Example.Net)" "0 *"
check "there are two now" sh -c "[ \$(find '$dir/home/bob/Maildir/new' '$dir/home/bob/Maildir/cur' -type f | wc -l) = 2 ]"
check "a user whose mail lies elsewhere" like "$(deliver "$userdb" carol@example.net)" "0 *"
check "Dovecot shows it" imap carol hello
check "mail that only Dovecot can file" like "$(deliver "$userdb" dave@example.net)" "75 4.3.5 *"
check "and that is handed over" like "$(deliver "$userdb" dave@example.net deliver_mailbox="lmtp:unix:$dv_lmtp")" "0 *"
check "Dovecot shows that" imap dave hello
check "a user without uid" like "$(deliver "$userdb" erin@example.net)" "75 4.3.*"
check "no mail as a daemon" like "$(deliver "$userdb" frank@example.net)" "75 4.3.5 *"
check "no such user" like "$(deliver "$userdb" ghost@example.net)" "67 5.1.1 *"
check "the socket of those who log in" like "$(deliver "$dir/dv/run/auth-client" bob@example.net)" "75 4.3.5 *"
check "the socket of LMTP" like "$(deliver "$dv_lmtp" bob@example.net)" "75 4.3.0 *"
check "Dovecot's userdb is out of order" like "$(deliver "$userdb" gina@example.net)" "75 4.3.0 *"
dv_stop
check "Dovecot is away" like "$(deliver "$userdb" bob@example.net)" "75 4.3.0 *"
check "no mail more than was said" sh -c "[ \$(find '$dir/home' -path '*/new/*' -o -path '*/cur/*' | wc -l) = 3 ]"
checks_end
