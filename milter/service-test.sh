#!/bin/sh
# service-test.sh - tamisd as its admin meets it: start, reload, death of a part, stop
# Runs the tamisd of the build tree in a private directory, as whoever calls. One line a check; exit 1 when one failed.
set -u
srcdir=${TAMIS_SRCDIR:-$(cd "$(dirname "$0")/.." && pwd)}
builddir=${TAMIS_BUILDDIR:-$PWD}
tamisd=$builddir/tamisd
mtplay=$builddir/tests/milter/mtplay
dir=$(mktemp -d "${TMPDIR:-/tmp}/tamis-service.XXXXXX") || exit 99
chmod 755 "$dir"
pid=
failed=0
trap '[ -z "$pid" ] || kill -9 $pid 2>/dev/null; rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
cd "$dir" || exit 99

ok() { echo "ok - $1"; }
not_ok() {
    echo "not ok - $1"
    tail -n 15 out log 2>/dev/null | sed 's/^/    /'
    failed=1
}
check() { # NAME COMMAND...
    name=$1
    shift
    if "$@"; then ok "$name"; else not_ok "$name"; fi
}

# ---- what is used below

write_conf() { # SETTING...
    {
        echo "milter_listen = unix:$dir/milter.sock"
        echo "milter_socket_group ="
        echo "state_directory = $dir/state"
        echo "runtime_directory = $dir/run"
        echo "log = $dir/log"
        echo "rules_path = $srcdir/rules"
        echo "workers = 1"
        echo "restart_delay_max = 1s"
        echo "user = nobody"
        echo "virus_scan = no"
        echo "dns = no"
        for setting; do echo "$setting"; done
    } >conf
}
status() {
    perl -MIO::Socket::UNIX -e '$s = IO::Socket::UNIX->new(Peer => $ARGV[0]) or exit 1; print <$s>' run/status.sock 2>/dev/null
}
value() { # KEY: of a number or a text
    status | grep -o "\"$1\":\"\{0,1\}[^\",}]*" | head -n 1 | sed 's/.*":"\{0,1\}//'
}
eventually() { # COMMAND...: within 20 seconds
    i=0
    until "$@"; do
        i=$((i + 1))
        [ $i -lt 200 ] || return 1
        sleep 0.1
    done
}
said() { grep -qF -e "$1" log out 2>/dev/null; }
is() { [ "$(value "$1")" = "$2" ]; }
changed() { new=$(value "$1") && [ -n "$new" ] && [ "$new" != "$2" ] && [ "$new" != 0 ]; }
gone() { ! kill -0 "$1" 2>/dev/null; }
ready() { [ "$(value ready)" -gt 0 ] 2>/dev/null; }
start() {
    : >log
    "$tamisd" -f -c conf >out 2>&1 </dev/null &
    pid=$!
    eventually ready && return 0
    not_ok "it starts"
    exit 1
}
cannot_start() { # NAME TEXT: exit code 78, the text on standard error
    "$tamisd" -f -c conf >out 2>&1 </dev/null
    code=$?
    if [ $code = 78 ] && grep -qF -e "$2" out; then ok "$1"; else not_ok "$1 (exit $code)"; fi
}
cat >mail.mt <<EOF
case a message
    end
    reply accept
EOF
mail_passes() { "$mtplay" --socket "unix:$dir/milter.sock" --timeout 20000 mail.mt >played 2>&1; }

# ---- what stops a start

write_conf "no_such_option = 1"
cannot_start "an unknown option is named with file and line" "conf:12: "
write_conf "mode = sometimes"
cannot_start "a wrong value says what to write" "enforce or observe"
write_conf "milter_listen = inet:8891"
cannot_start "an address without a host" "milter_listen: the host is missing"
write_conf "rules_path = $dir/no-rules"
cannot_start "a missing rules directory" "$dir/no-rules"
write_conf "milter_listen = unix:$dir/conf"
cannot_start "a file where the socket should be" "not a socket"
write_conf "runtime_directory = $dir/conf/run"
cannot_start "a runtime directory that cannot be" "$dir/conf/run"
check "nothing is left of a failed start" [ ! -e milter.sock ]
"$tamisd" --what >out 2>&1
check "a wrong argument is exit code 64" [ $? = 64 ]

# ---- a service that stands

write_conf
check "it starts" start
check "a message passes" mail_passes
status >status.json
for key in version pid gateway_pid loader_pid uptime mode milter_listen rules subrules problems hash configured ready busy \
    pids total in_work spooled_bytes clean tagged held rejected tempfailed aborted retries deaths kills lies recycled; do
    grep -q "\"$key\":" status.json || not_ok "status has no $key"
done
check "the supervisor says its own pid" is pid $pid
cannot_start "a second one finds the socket taken" "is taken"
check "and the first one stays" mail_passes

# ---- reload

write_conf "mode = observe"
kill -HUP $pid
check "HUP puts a new configuration in force" eventually is mode observe
check "and messages pass" mail_passes
write_conf "mode = observe" "nonsense"
kill -HUP $pid
check "a broken configuration is refused with file and line" eventually said "conf:13: "
check "and the old one stays" is mode observe
write_conf "rules_path = $dir/no-rules"
kill -HUP $pid
check "broken rules are refused" eventually said "reload refused, the old configuration and rules stay: "
check "and the old configuration stays" is mode observe
check "and messages pass" mail_passes
write_conf "state_directory = $dir/elsewhere"
kill -HUP $pid
check "what needs a restart is said" eventually said "change with a restart only: state_directory"
check "the rest is in force" eventually is mode enforce

# ---- deaths

old=$(value gateway_pid)
kill -9 "$old"
check "a new gateway comes" eventually changed gateway_pid "$old"
check "a new gateway takes messages" eventually mail_passes
old=$(value loader_pid)
kill -9 "$old"
check "a new rules loader comes" eventually changed loader_pid "$old"
check "a new rules loader takes messages" eventually mail_passes

# ---- log

mv log log.1
kill -USR1 $pid
check "USR1 opens the log anew" eventually [ -e log ]
check "a message passes" mail_passes
check "the gateway writes to the new log" eventually said "action=pass"
cat log.1 log >log.2 && mv log.2 log.1

# ---- stop

cat >slow.mt <<EOF
case a message in work at the stop
    data
    header Subject: slow
    wait 1500
    end
    reply accept
EOF
"$mtplay" --socket "unix:$dir/milter.sock" --timeout 20000 slow.mt >slow 2>&1 &
player=$!
eventually is in_work 1
children="$(value gateway_pid) $(value loader_pid)"
kill -TERM $pid
wait $pid
check "TERM is a clean end" [ $? = 0 ]
wait $player
check "a message in work was answered" [ $? = 0 ]
pid=
check "the sockets are gone" [ ! -e milter.sock -a ! -e run/status.sock ]
for child in $children; do
    check "process $child is gone" eventually gone "$child"
done

# ---- a supervisor that dies

check "it starts again" start
children="$(value gateway_pid) $(value loader_pid)"
kill -9 $pid
wait $pid 2>/dev/null
for child in $children; do
    check "without it process $child ends" eventually gone "$child"
done
check "what it left behind does not stop a new one" start
check "a message passes" mail_passes
kill -TERM $pid
wait $pid
pid=

# ---- in the background

"$tamisd" -c conf >out 2>&1 </dev/null
check "in the background it returns when it stands" [ $? = 0 ]
pid=$(value pid)
check "a message passes" mail_passes
kill -TERM "$pid"
check "it stops" eventually gone "$pid"
pid=
write_conf "rules_path = $dir/no-rules"
"$tamisd" -c conf >out 2>&1 </dev/null
check "in the background a failed start is exit code 78" [ $? = 78 ]
exit $failed
