# lib.sh - a private tamisd for tests: sourced by everything below tests/ and by the quickstart
# Needs TAMIS_SRCDIR and TAMIS_BUILDDIR. As root tamisd becomes nobody, else it stays who calls.
#
#   td_start DIR [NAME=VALUE]...   start tamisd with its files below DIR and wait until it is ready; sets
#                                  td_pid, td_dir, td_socket (unix:...), td_conf, td_log; td_tamis is the command
#   td_status                      its status as JSON, on one line
#   td_value KEY                   a number out of the status
#   td_wait_virus                  waits until the virus database is loaded
#   td_healthy [DEATHS]            no worker died, was killed or lied but those the test caused (0), gateway and
#                                  loader are those of the start, no message is in work; prints what is wrong
#   td_stop                        clean stop; false when it does not come to an end by itself
#   td_mkdir                       makes a DIR below TMPDIR, sets td_made
#   td_eicar                       prints the EICAR test file (no file of ours may hold it)
#   td_virus_database DIR          makes a virus database that knows EICAR at any place, and clam.exe of the
#                                  package clamav-testfiles where that is installed
#   td_dns [OPTION]... ZONE...     starts the name server of tests/dns on a free port of loopback, sets td_dns_at
#                                  (127.0.0.1@PORT, for dns_forwarders), td_dns_pid
#   td_dns_stop                    ends it
#   td_cleanup                     stops what runs and removes what td_mkdir made

td_dirs=
td_pid=
td_dns_pid=
td_tamis=$TAMIS_BUILDDIR/tamis

td_mkdir() {
    td_made=$(mktemp -d "${TMPDIR:-/tmp}/tamis-test.XXXXXX") || return 1
    chmod 755 "$td_made"
    td_dirs="$td_dirs $td_made"
}

td_eicar() {
    printf '%s%s' 'X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-' 'STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'
}

td_virus_database() {
    td_exe=/usr/share/clamav-testfiles/clam.exe
    mkdir -p "$1" && echo "Tamis.Test.Eicar:0:*:$(td_eicar | od -An -v -tx1 | tr -d ' \n')" >"$1/test.ndb" || return 1
    [ ! -f $td_exe ] || echo "$(md5sum $td_exe | cut -d ' ' -f 1):$(wc -c <$td_exe):Tamis.Test.ClamExe" >"$1/test.hdb"
}

td_config() {
    echo "milter_listen = $td_socket"
    echo "state_directory = $td_dir/state"
    echo "runtime_directory = $td_dir/run"
    echo "log = $td_log"
    echo "rules_path = $TAMIS_SRCDIR/rules"
    echo "workers = ${TAMIS_TEST_WORKERS:-2}"
    echo "virus_workers = ${TAMIS_TEST_WORKERS:-2}"
    echo "virus_scan = no" # a test that wants it says so
    echo "dns = no"        # the same; no test asks the world
    echo "quarantine_method = hold"
    if [ "$(id -u)" = 0 ]; then
        echo "user = nobody"
        echo "milter_socket_group = $(id -gn nobody)"
    else
        echo "milter_socket_group ="
    fi
    for td_set; do
        echo "${td_set%%=*} = ${td_set#*=}"
    done
}

td_start() {
    td_dir=$1
    shift
    td_socket=unix:$td_dir/run/milter.sock
    td_conf=$td_dir/tamis.conf
    td_log=$td_dir/log
    mkdir -p "$td_dir/state" "$td_dir/run" || return 1
    : >"$td_log"
    [ "$(id -u)" != 0 ] || chown nobody "$td_dir/state" "$td_dir/run" "$td_log"
    td_config "$@" >"$td_conf"
    "$TAMIS_BUILDDIR/tamisd" -f -c "$td_conf" </dev/null >"$td_dir/out" 2>&1 &
    td_pid=$!
    td_wait_ready || {
        echo "tamisd did not become ready:" >&2
        cat "$td_dir/out" "$td_log" >&2
        return 1
    }
    td_processes=$(td_roles)
}

# The processes that are not replaced without a reason.
td_roles() {
    echo "gateway $(td_value gateway_pid), loader $(td_value loader_pid)"
}

# What the sanitizers and the C library say of a process that dies.
td_reports() {
    ! grep -E 'ERROR: (Address|Leak|Undefined)|runtime error:|stack smashing|^(corrupted|malloc|free|double free)' \
        "$td_log" "$td_dir/out"
}

td_status() {
    "$td_tamis" status --json -c "$td_conf" 2>/dev/null
}

td_value() {
    td_status | grep -o "\"$1\": *[0-9]*" | head -n 1 | grep -o '[0-9]*$'
}

td_wait_ready() {
    td_i=0
    while [ $td_i -lt 300 ]; do
        td_alive $td_pid || return 1
        td_ready=$(td_value ready)
        [ "${td_ready:-0}" -gt 0 ] && return 0
        td_i=$((td_i + 1))
        sleep 0.1
    done
    return 1
}

# Until the virus database is loaded, for a test that counts on it.
td_wait_virus() {
    td_i=0
    until td_status | grep -q '"database": *{'; do
        td_i=$((td_i + 1))
        [ $td_i -lt 600 ] || { echo "no virus engine:" && tail -n 20 "$td_log"; return 1; }
        sleep 0.1
    done
}

td_healthy() {
    td_expected=${1:-0}
    td_i=0
    # a message that was just broken off takes a moment to be let go
    while td_now=$(td_status) && ! echo "$td_now" | grep -q '"in_work": *0[,}]' && [ $td_i -lt 50 ]; do
        td_i=$((td_i + 1))
        sleep 0.1
    done
    if [ -z "$td_now" ]; then
        echo "tamisd does not answer"
        return 1
    fi
    [ $td_i -lt 50 ] || { echo "messages are still in work: $td_now"; return 1; }
    for td_key in deaths kills lies; do
        # of scorers and of virus workers: the larger one
        td_n=$(echo "$td_now" | grep -o "\"$td_key\": *[0-9]*" | grep -o '[0-9]*$' | sort -n | tail -n 1)
        if [ -z "$td_n" ] || [ "$td_n" -gt "$td_expected" ]; then
            echo "workers: $td_key ${td_n:-not said}, expected $td_expected: $td_now"
            grep -iE 'worker|scorer|signal|ERROR: |runtime error' "$td_log" "$td_dir/out" | tail -n 20
            return 1
        fi
    done
    if [ "$(td_roles)" != "$td_processes" ]; then
        echo "was $td_processes, is $(td_roles)"
        tail -n 20 "$td_log" "$td_dir/out"
        return 1
    fi
    td_reports
}

# A child that ended stays a zombie until it is waited for.
td_alive() {
    td_state=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
    td_state=${td_state##*) }
    [ "${td_state%% *}" != Z ]
}

td_stop() {
    [ -n "$td_pid" ] || return 0
    td_tree=$(td_descendants $td_pid)
    kill -TERM $td_pid 2>/dev/null
    td_i=0
    td_left=$td_pid
    while [ -n "$td_left" ] && [ $td_i -lt 300 ]; do
        td_i=$((td_i + 1))
        sleep 0.1
        td_left=
        for td_p in $td_pid $td_tree; do
            td_alive "$td_p" && td_left="$td_left $td_p"
        done
    done
    wait $td_pid 2>/dev/null
    td_pid=
    [ -z "$td_left" ] && td_reports && return 0
    [ -z "$td_left" ] || echo "still there after the stop:$td_left"
    # shellcheck disable=SC2086
    [ -z "$td_left" ] || kill -9 $td_left 2>/dev/null
    return 1
}

# pids of all processes below one; a process's name may hold blanks and brackets
td_descendants() {
    cat /proc/[0-9]*/stat 2>/dev/null | awk -v root="$1" '
        { sub(/\(.*\)/, ""); parent[$1] = $3 }
        END {
            in_tree[root] = 1
            do {
                more = 0
                for (p in parent) if (!(p in in_tree) && (parent[p] in in_tree)) { in_tree[p] = 1; more = 1; print p }
            } while (more)
        }'
}

td_dns() {
    td_mkdir || return 1
    python3 "$TAMIS_SRCDIR/tests/dns/server.py" --ready "$td_made/port" --log "$td_made/questions" "$@" &
    td_dns_pid=$! td_tries=0 td_dns_log=$td_made/questions
    until [ -s "$td_made/port" ]; do
        td_tries=$((td_tries + 1))
        [ $td_tries -lt 400 ] && kill -0 $td_dns_pid 2>/dev/null || return 1
        sleep 0.05
    done
    td_dns_at=127.0.0.1@$(cat "$td_made/port")
}

td_dns_stop() {
    [ -z "$td_dns_pid" ] || kill "$td_dns_pid" 2>/dev/null
    td_dns_pid=
}

td_cleanup() {
    td_stop >/dev/null
    td_dns_stop
    # shellcheck disable=SC2086
    [ -z "$td_dirs" ] || rm -rf $td_dirs
    td_dirs=
}
