#!/bin/sh
# sendmail-run.sh - end to end: SMTP -> a real, private Sendmail -> tamisd -> mailbox, quarantine, or a refusal
# usage: TAMIS_BUILDDIR=... sendmail-run.sh [-c CACHE]   Needs root, python3 and, once, the
# package archive. Prints a line a case and `N passed, N failed, N skipped`.
TAMIS_SRCDIR=${TAMIS_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
TAMIS_BUILDDIR=${TAMIS_BUILDDIR:-$PWD}
export TAMIS_SRCDIR TAMIS_BUILDDIR
cache=$TAMIS_BUILDDIR/cache
[ "$1" != -c ] || cache=$2
six_mta=sm
. "$TAMIS_SRCDIR/tests/lib.sh"
. "$TAMIS_SRCDIR/tests/e2e/sendmail.sh"
. "$TAMIS_SRCDIR/tests/e2e/six.sh"
. "$TAMIS_SRCDIR/tests/e2e/checks.sh"
checks_of sendmail

finish() {
    [ $failed = 0 ] || tail -n 60 "$sm_dir/maillog" "$td_log"
    sm_cleanup
    td_cleanup
}
trap finish EXIT
trap 'exit 1' INT TERM HUP

# What the local mailer of Sendmail adds on top is left out.
fields_are() { # NAME FIELD...
    file=$(six_file "$1")
    [ -n "$file" ] || { echo "it is nowhere"; return 1; }
    shift
    is=$(six_names "$file" | grep -vix 'return-path' | tr '\n' ' ')
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

talk() { # answers on one line each; the dialogue on standard input
    python3 "$TAMIS_SRCDIR/tests/e2e/smtptalk.py" "$sm_port"
}

send() { # FILE [OPTION]...: the answer
    send_file=$1
    shift
    "$TAMIS_BUILDDIR/tests/e2e/smtpsend" --server "127.0.0.1:$sm_port" "$@" "$send_file" 2>/dev/null | cut -f 3
}

# The file of a delivered message, by a text in it.
with() {
    grep -rlF -- "$1" "$sm_dir"/mail/*/new 2>/dev/null
}

arrived() { # N TEXT
    [ "$(with "$2" | wc -l)" = "$1" ]
}

arrives() { # N TEXT
    eventually arrived "$@" || { echo "$(with "$2" | wc -l) messages have $2"; return 1; }
}

# Up to the last byte what was sent; above it only what was put on top.
arrives_whole() { # FILE TEXT
    arrives 1 "$2" && tail -c "$(wc -c <"$1")" "$(with "$2")" | cmp - "$1"
}

# Its socket stays where it is when it is started anew; Sendmail is not.
filter_start() { # NAME=VALUE...
    td_start "$dir/td" virus_scan=yes clamav_database="$dir/db" "$@" && td_wait_virus
}

setup() {
    td_mkdir && dir=$td_made && mkdir "$dir/td" && td_virus_database "$dir/db" || return 1
    echo "carol@example.net action_spammy=quarantine" >"$dir/recipients"
    chmod -R a+rX "$dir"
    sm_fetch "$cache" && filter_start && sm_setup "$dir/sm" "$td_socket" && sm_start
}

if [ "$(id -u)" != 0 ]; then
    echo "skip sendmail: Sendmail needs root"
    checks_end 1
    exit 0
fi
if ! setup; then
    failed=1
    checks_end
    exit 1
fi
. "$TAMIS_SRCDIR/tests/e2e/sendmail-cases.sh"
checks_end
