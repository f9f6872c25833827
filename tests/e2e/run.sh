#!/bin/sh
# run.sh - end to end: SMTP -> a real, private Postfix -> tamisd -> mailbox, hold queue, or a refusal
# usage: TAMIS_BUILDDIR=... run.sh [-c CACHE]   Needs root (Postfix does) and, once, the package archive.
# Prints a line a case and `N passed, N failed, N skipped`.
TAMIS_SRCDIR=${TAMIS_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
TAMIS_BUILDDIR=${TAMIS_BUILDDIR:-$PWD}
export TAMIS_SRCDIR TAMIS_BUILDDIR
cache=$TAMIS_BUILDDIR/cache
[ "$1" != -c ] || cache=$2
. "$TAMIS_SRCDIR/tests/lib.sh"
. "$TAMIS_SRCDIR/tests/e2e/postfix.sh"
. "$TAMIS_SRCDIR/tests/e2e/six.sh"
. "$TAMIS_SRCDIR/tests/e2e/checks.sh"
checks_of e2e

finish() {
    pf_cleanup
    td_cleanup
}
trap finish EXIT
trap 'exit 1' INT TERM HUP

# The fields of a message are exactly these: what Postfix puts on top, what was planned, what was sent.
fields_are() { # NAME FIELD...
    file=$(six_file "$1")
    [ -n "$file" ] || { echo "it is nowhere"; return 1; }
    shift
    is=$(six_names "$file" | grep -vixE 'return-path|x-original-to|delivered-to' | tr '\n' ' ')
    [ "$is" = "$* " ] || { echo "fields are: $is"; return 1; }
}

field_is() { # NAME FIELD PATTERN
    file=$(six_file "$1")
    [ -n "$file" ] || { echo "it is nowhere"; return 1; }
    like "$(six_field "$file" "$2")" "$3"
}

logged() { # PATTERN of one line
    n=$(grep -c "$1" "$td_log")
    [ "$n" = 1 ] || { echo "$n log lines like $1"; return 1; }
}

setup() {
    td_mkdir && dir=$td_made && mkdir "$dir/td" || return 1
    pf_fetch "$cache" && pf_accounts || return 1
    td_start "$dir/td" milter_socket_group="$(id -gn "$pf_owner")" || return 1
    chmod 755 "$dir/td/run"
    pf_setup "$dir/pf" "$td_socket" && pf_start
}

if [ "$(id -u)" != 0 ]; then
    echo "skip e2e: Postfix needs root"
    checks_end 1
    exit 0
fi
if ! setup; then
    failed=1
    checks_end
    exit 1
fi
. "$TAMIS_SRCDIR/tests/e2e/cases.sh"
checks_end
