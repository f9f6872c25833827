#!/bin/sh
# live.sh - the same hits by the milter as SpamAssassin finds in what was delivered
# usage: live.sh [-n MESSAGES] [-c CACHE] LIST    (with TAMIS_BUILDDIR set; needs root, Debian's spamassassin, python3)
# A real, private Postfix with our milter; the MTA's own Received is not shown to a milter, and is there for
# SpamAssassin: hits that only that explains are listed with the others.
TAMIS_SRCDIR=${TAMIS_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
TAMIS_BUILDDIR=${TAMIS_BUILDDIR:-$PWD}
export TAMIS_SRCDIR TAMIS_BUILDDIR
cache=$TAMIS_BUILDDIR/cache messages=100
while getopts n:c: option; do
    case $option in
    n) messages=$OPTARG ;;
    c) cache=$OPTARG ;;
    *) exit 2 ;;
    esac
done
shift $((OPTIND - 1))
[ -n "$1" ] || exit 2
. "$TAMIS_SRCDIR/tests/lib.sh"
. "$TAMIS_SRCDIR/tests/e2e/postfix.sh"
finish() {
    pf_cleanup
    td_cleanup
}
trap finish EXIT
trap 'exit 1' INT TERM HUP
td_mkdir && dir=$td_made && mkdir "$dir/td" "$dir/work" || exit 1
total=$(wc -l <"$1")
awk -v n="$messages" -v total="$total" 'int(NR * n / total) != int((NR - 1) * n / total)' "$1" >"$dir/list"
pf_fetch "$cache" && pf_accounts || exit 1
td_start "$dir/td" milter_socket_group="$(id -gn "$pf_owner")" reject_score=1000 required_score=5 subject_tag= \
    rules_path="/usr/share/spamassassin, /etc/spamassassin" || exit 1
chmod 755 "$dir/td/run"
pf_setup "$dir/pf" "$td_socket" && pf_start || exit 1
"$TAMIS_SRCDIR/tests/parity/live.py" "$pf_port" "$dir/pf/mail/bob" "$dir/work" "$TAMIS_SRCDIR/tests/parity/oracle.pl" \
    "$dir/list"
