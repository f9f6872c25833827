#!/bin/sh
# smuggle.sh - stored messages with every kind of bare line end and dot, sent on through a real Postfix
# usage: TAMIS_BUILDDIR=... smuggle.sh [-c CACHE]   Needs root (Postfix does), python3 and, once, the package
# archive. The Postfix is told to be as lenient about line ends as it can be. One message must arrive for each
# that was stored, with the same bytes but for their encoding. See smuggle.py.
TAMIS_SRCDIR=${TAMIS_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
TAMIS_BUILDDIR=${TAMIS_BUILDDIR:-$PWD}
export TAMIS_SRCDIR TAMIS_BUILDDIR
cache=$TAMIS_BUILDDIR/cache
[ "$1" != -c ] || cache=$2
. "$TAMIS_SRCDIR/tests/lib.sh"
. "$TAMIS_SRCDIR/tests/e2e/postfix.sh"

finish() {
    pf_cleanup
    td_cleanup
}
trap finish EXIT
trap 'exit 1' INT TERM HUP

lenient() {
    cat >>"$pf_dir/etc/main.cf" <<END
smtpd_forbid_bare_newline = no
smtpd_forbid_unauth_pipelining = no
END
}

setup() {
    td_mkdir && dir=$td_made && mkdir "$dir/mail" || return 1
    pf_fetch "$cache" && pf_setup "$dir/pf" "" && lenient && pf_start
}

wait_for_mail() { # COUNT
    i=0
    while [ "$(find "$pf_dir/mail" -path '*/new/*' -type f | wc -l)" -lt "$1" ] && [ $i -lt 600 ]; do
        i=$((i + 1))
        sleep 0.1
    done
}

if [ "$(id -u)" != 0 ]; then
    echo "skip smuggle: Postfix needs root"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
fi
setup || { echo "0 passed, 1 failed, 0 skipped"; exit 1; }
n=$(python3 "$TAMIS_SRCDIR/tests/e2e/smuggle.py" make "$dir/mail") || exit 1
"$TAMIS_BUILDDIR/keeper/letter-send" "inet:127.0.0.1:$pf_port" ada@example.org bob@example.net "$dir"/mail/*.eml \
    >"$dir/forms"
wait_for_mail "$n"
while [ "$(pf_queued)" != 0 ]; do sleep 0.2; done
python3 "$TAMIS_SRCDIR/tests/e2e/smuggle.py" check "$dir/mail" "$pf_dir/mail/bob/new" "$dir/forms"
