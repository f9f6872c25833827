#!/bin/sh
# virus-life-test.sh - a virus database that is missing, comes, changes, breaks; loaders that die
# Runs the tamisd of the build tree in a private directory, as whoever calls. One line a check; exit 1 when one failed.
set -u
TAMIS_SRCDIR=${TAMIS_SRCDIR:-$(cd "$(dirname "$0")/.." && pwd)}
TAMIS_BUILDDIR=${TAMIS_BUILDDIR:-$PWD}
. "$TAMIS_SRCDIR/tests/lib.sh"
failed=0
trap td_cleanup EXIT
trap 'exit 1' HUP INT TERM
td_mkdir && dir=$td_made && mkdir "$dir/td" && cd "$dir" || exit 99

check() { # NAME COMMAND...
    name=$1
    shift
    if "$@"; then
        echo "ok - $name"
    else
        echo "not ok - $name"
        tail -n 5 "$td_log" played | sed 's/^/    /'
        failed=1
    fi
}
eventually() { # COMMAND...: within 30 seconds
    i=0
    until "$@"; do
        i=$((i + 1))
        [ $i -lt 300 ] || return 1
        sleep 0.1
    done
}
said() { [ "$(grep -cF -e "$1" "$td_log")" -ge "${2:-1}" ]; }
virus_loader() { td_status | grep -o '"database": *{.*' | grep -o '"loader_pid": *[0-9]*' | grep -o '[0-9]*$'; }
other_loader() { now=$(virus_loader) && [ -n "$now" ] && [ "$now" != "$1" ]; }
plays() { "$TAMIS_BUILDDIR/tests/milter/mtplay" --socket "$td_socket" --timeout 30000 "$1" >played 2>&1; }
signature() { # NAME TEXT: a line of a database
    echo "$1:0:*:$(printf %s "$2" | od -An -v -tx1 | tr -d ' \n')"
}
cat >clean.mt <<END
case a clean message
    body nothing here
    end
    reply accept
END
cat >eicar.mt <<END
case a virus
    body $(td_eicar | sed 's/\\/\\\\/g')
    end
    reply reject
    log *class=virus*
END
cat >eicar-passes.mt <<END
case not scanned
    body $(td_eicar | sed 's/\\/\\\\/g')
    end
    reply accept
END
cat >second.mt <<END
case the signature of the second database
    body tamis-second-signature
    end
    reply reject
    log *Test.Second*
END
cat >tempfail.mt <<END
case no database
    body nothing here
    end
    reply tempfail
    log *virus_database*
END

# ---- no database, then one
td_start "$dir/td" virus_scan=yes clamav_database="$dir/db" clamav_settle=300ms restart_delay_max=1s virus_workers=1 \
    virus_scratch="$dir/td/run" || exit 1
check "without a database mail is tempfailed" plays tempfail.mt
check "and the log says what to do" said "install clamav-freshclam"
check "status says that there is none" sh -c 'case $1 in *\"database\":null*) ;; *) false ;; esac' - "$(td_status)"
mkdir new && td_virus_database new && chmod -R a+rX "$dir" && mv new db
check "a database that comes is loaded" eventually [ -n "$(td_wait_virus && echo yes)" ]
check "a virus is rejected" plays eicar.mt
check "clean mail passes" plays clean.mt

# ---- changes
old=$(virus_loader)
signature Test.Second tamis-second-signature >db/second.ndb
check "a changed database is loaded" eventually other_loader "$old"
check "its signatures are in force" plays second.mt
old=$(virus_loader)
kill -HUP $td_pid
check "a reload without changes" eventually said "reload done"
check "leaves the virus loader alone" [ "$(virus_loader)" = "$old" ]
echo "this is no signature: %n" >db/broken.ndb
touch -d '1 hour ago' db/*
check "a broken database is refused" eventually said "the old database stays"
check "and the old one scans on" plays eicar.mt
check "by the same loader" [ "$(virus_loader)" = "$old" ]
rm db/broken.ndb
signature Test.Third tamis-third-signature >db/third.ndb
check "a good one is taken again" eventually other_loader "$old"
check "and scans" plays eicar.mt

# ---- one after the other
old=$(virus_loader)
sed -i '/^virus_scan/d' "$td_conf" && printf 'virus_scan = yes\nvirus_reload = serial\n' >>"$td_conf"
kill -HUP $td_pid
check "other options of viruses make another loader" eventually other_loader "$old"
old=$(virus_loader)
signature Test.Fourth tamis-fourth-signature >db/fourth.ndb
check "serial: a changed database is loaded" eventually other_loader "$old"
check "serial: clean mail passes" plays clean.mt
check "serial: a virus is rejected" plays eicar.mt

# ---- deaths
old=$(virus_loader)
kill -9 "$old"
check "a virus loader that dies is replaced" eventually other_loader "$old"
check "and a virus is rejected" plays eicar.mt
old=$(td_value gateway_pid)
kill -9 "$old"
eventually sh -c '[ -n "$1" ]' - "$(td_status)"
check "with a new gateway comes a new virus loader" eventually plays eicar.mt
check "no scratch folder is left of the dead" eventually [ "$(ls "$td_dir/run/tamis-virus" | wc -l)" = 1 ]

# ---- off
sed -i '/^virus_scan/d' "$td_conf" && echo 'virus_scan = no' >>"$td_conf"
kill -HUP $td_pid
check "virus_scan = no takes it out" eventually plays eicar-passes.mt
check "a clean stop" td_stop
exit $failed
