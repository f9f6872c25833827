#!/bin/sh
# deliver.sh - durable deliveries by LMTP: tamis-deliver beside dovecot-lmtp, on one file system, in one run
# usage: TAMIS_BUILDDIR=... deliver.sh [-c CACHE] [-n MESSAGES] [-d DIRECTORY]
# Mail of 8 KB into Maildirs of 20 users of one account, 1 and 20 connections, each server in turn, three rounds.
# -d: where the mailboxes lie (TMPDIR). Needs root and, once, the package archive.
TAMIS_SRCDIR=${TAMIS_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
TAMIS_BUILDDIR=${TAMIS_BUILDDIR:-$PWD}
export TAMIS_SRCDIR TAMIS_BUILDDIR
cache=$TAMIS_BUILDDIR/cache messages=2000
while getopts c:n:d: option; do
    case $option in
    c) cache=$OPTARG ;;
    n) messages=$OPTARG ;;
    d) TMPDIR=$OPTARG && export TMPDIR ;;
    *) exit 2 ;;
    esac
done
. "$TAMIS_SRCDIR/tests/lib.sh"
. "$TAMIS_SRCDIR/tests/e2e/dovecot.sh"
agent_pid=
finish() {
    [ -z "$agent_pid" ] || kill "$agent_pid" 2>/dev/null
    dv_stop
    td_cleanup
}
trap finish EXIT
trap 'exit 1' INT TERM HUP
td_mkdir && dir=$td_made && mkdir "$dir/mail" "$dir/home" "$dir/dv" && chown nobody "$dir/home" || exit 1
dv_fetch "$cache" || exit 1
uid=$(id -u nobody) gid=$(id -g nobody)
to=
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    for server in tamis dovecot; do
        echo "u$i@example.net:{PLAIN}x:$uid:$gid::$dir/home/dovecot-u$i::" >>"$dir/dv/passwd"
        echo "u$i@example.net uid=$uid gid=$gid home=$dir/home/tamis-u$i" >>"$dir/users"
    done
    to="$to u$i@example.net"
done
sort -u -o "$dir/dv/passwd" "$dir/dv/passwd" && sort -u -o "$dir/users" "$dir/users"
"$TAMIS_SRCDIR/tests/bench/mail.sh" "$dir/mail" && find "$dir/mail" -name '*.eml' >"$dir/list"
dv_start "$dir/dv" || exit 1
"$TAMIS_BUILDDIR/tamis-deliver" --lmtp --set log="$dir/log" --set state_directory="$dir" --set deliver_users="text:$dir/users" \
    --set deliver_listen="unix:$dir/lmtp.sock" --set deliver_socket_group= >"$dir/out" 2>&1 &
agent_pid=$!
i=0
until [ -S "$dir/lmtp.sock" ]; do
    i=$((i + 1)) && [ $i -lt 50 ] || { cat "$dir/out"; exit 1; }
    sleep 0.1
done

# In ms of CPU of all of a tree of processes, children that ended included.
cpu() {
    total=0
    for pid in $1 $(td_descendants "$1"); do
        set -- $(sed 's/.*) //' "/proc/$pid/stat" 2>/dev/null)
        total=$((total + ${12:-0} + ${13:-0} + ${14:-0} + ${15:-0}))
    done
    echo $((total * 1000 / $(getconf CLK_TCK)))
}

play() { # NAME SOCKET PID CONNECTIONS
    before=$(cpu "$3")
    each=$((messages / 20))
    printf '%-8s %2d connections: ' "$1" "$4"
    # one recipient a message; each connection takes the next recipient of the list
    # shellcheck disable=SC2086
    "$TAMIS_BUILDDIR/tests/e2e/smtpsend" --lmtp --times --quiet --spread --server "unix:$2" --connections "$4" --count $((each * 20)) \
        $(for who in $to; do printf -- '--to %s ' "$who"; done) --files-from "$dir/list" 2>&1 | tr '\n' ' '
    echo "; CPU $(($(cpu "$3") - before)) ms"
}
echo "file system: $(stat -f -c %T "$dir"), $messages messages"
for round in 1 2 3; do
    for connections in 1 20; do
        play tamis "$dir/lmtp.sock" $agent_pid $connections
        play dovecot "$dv_lmtp" $dv_pid $connections
    done
done
for server in tamis dovecot; do
    echo "$server: $(find "$dir"/home/$server-* -path '*/new/*' -type f | wc -l) messages stored"
done
