#!/bin/sh
# clamav.sh - what the virus path costs a message, beside clamav-milter with clamd, in the same run
# usage: clamav.sh [-n MESSAGES] [-c CONNECTIONS] [-m DIRECTORY|LIST] [-t]   (with TAMIS_BUILDDIR set)
#   -t  clamd's temporary files in /dev/shm, where ours are; its own default is /tmp
# Both get the same messages, each made unique, and the same test database. The rival is unpacked, not installed:
# packages clamav-milter and clamav-daemon of the machine's own release, started here with configurations of our own.
# Figures asked for: our virus worker costs no more CPU a message than clamd and clamav-milter together.
TAMIS_SRCDIR=${TAMIS_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
TAMIS_BUILDDIR=${TAMIS_BUILDDIR:-$PWD}
export TAMIS_SRCDIR TAMIS_BUILDDIR
. "$TAMIS_SRCDIR/tests/lib.sh"
messages=2000 connections=4 mail= temporary=
while getopts n:c:m:t option; do
    case $option in
    n) messages=$OPTARG ;;
    c) connections=$OPTARG ;;
    m) mail=$OPTARG ;;
    t) temporary=$(mktemp -d /dev/shm/tamis-rival.XXXXXX) ;;
    *) exit 2 ;;
    esac
done
rival=
finish() {
    # shellcheck disable=SC2086
    [ -z "$rival" ] || kill $rival 2>/dev/null
    [ -z "$temporary" ] || rm -rf "$temporary"
    td_cleanup
}
trap finish EXIT
trap 'exit 1' INT TERM HUP
td_mkdir || exit 1
dir=$td_made
cache=${TAMIS_CACHE:-$TAMIS_BUILDDIR/cache}/clamav

fetch() {
    [ ! -x "$cache/usr/sbin/clamav-milter" ] || return 0
    mkdir -p "$cache.deb" && (cd "$cache.deb" && apt-get download -q -o APT::Sandbox::User=root clamav-milter \
        clamav-daemon) >&2 || return 1
    for deb in "$cache.deb"/*.deb; do
        dpkg-deb -x "$deb" "$cache" || return 1
    done
    rm -rf "$cache.deb"
}

start_rival() {
    cat >"$dir/clamd.conf" <<CONF
DatabaseDirectory $dir/db
LocalSocket $dir/clamd.sock
TemporaryDirectory ${temporary:-$dir}
Foreground yes
LogFile $dir/clamd.log
StreamMaxLength 100M
AlertExceedsMax yes
AlertEncrypted yes
CONF
    cat >"$dir/clamav-milter.conf" <<CONF
MilterSocket unix:$dir/rival.sock
ClamdSocket unix:$dir/clamd.sock
Foreground yes
AddHeader Replace
LogFile $dir/clamav-milter.log
MaxFileSize 100M
CONF
    # one process above both, so that their cost is counted together
    sh -c "'$cache/usr/sbin/clamd' -c '$dir/clamd.conf' & '$cache/usr/sbin/clamav-milter' -c '$dir/clamav-milter.conf' &
        wait" >"$dir/rival.out" 2>&1 &
    rival=$!
    i=0
    while [ ! -S "$dir/clamd.sock" ] || [ ! -S "$dir/rival.sock" ]; do
        i=$((i + 1))
        [ $i -lt 300 ] || { cat "$dir/rival.out" >&2; return 1; }
        sleep 0.1
    done
    rival="$rival $(td_descendants $rival | tr '\n' ' ')"
}

play() { # SOCKET PID
    # shellcheck disable=SC2086
    "$TAMIS_BUILDDIR/tests/milter/mtbench" --socket "$1" --pid "$2" -c "$connections" -n "$messages" --unique \
        --warmup 100 --errors $list
}

fetch && td_virus_database "$dir/db" && chmod -R a+rX "$dir" || exit 1
case $mail in
'') mkdir "$dir/mail" && "$TAMIS_SRCDIR/tests/bench/mail.sh" "$dir/mail" && list=$dir/mail ;;
*) if [ -d "$mail" ]; then list=$mail; else list="--files-from $mail"; fi ;;
esac
echo "== clamav-milter and clamd"
start_rival && play "unix:$dir/rival.sock" "${rival%% *}" || exit 1
# shellcheck disable=SC2086
kill $rival
rival=
echo "== tamis, rules and viruses"
mkdir "$dir/td" && td_start "$dir/td" worker_messages=0 log_level=warning virus_scan=yes clamav_database="$dir/db" ||
    exit 1
play "$td_socket" $td_pid || exit 1
td_healthy && td_stop
