#!/bin/sh
# run.sh - Lua scripts played by miltertest(1), a milter client that is not ours
# usage: TAMIS_BUILDDIR=... run.sh [FILE.lua]...   Prints a line a script and `N passed, N failed, N skipped`.
TAMIS_SRCDIR=${TAMIS_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
TAMIS_BUILDDIR=${TAMIS_BUILDDIR:-$PWD}
export TAMIS_SRCDIR TAMIS_BUILDDIR
. "$TAMIS_SRCDIR/tests/lib.sh"
[ $# -gt 0 ] || set -- "$TAMIS_SRCDIR"/tests/miltertest/*.lua
passed=0 failed=0
if ! command -v miltertest >/dev/null; then
    echo "miltertest is not there; on Debian: apt-get install miltertest"
    echo "0 passed, 0 failed, $# skipped"
    exit 0
fi
trap td_cleanup EXIT
trap 'exit 1' INT TERM HUP
td_mkdir && dir=$td_made && td_start "$dir" || { echo "0 passed, 1 failed"; exit 1; }
for script; do
    # it knows a unix socket only as a bare path; a script that a step ends silently has not printed its last line
    out=$(miltertest -s "$script" -D "socket=${td_socket#unix:}" 2>&1 </dev/null)
    if [ $? = 0 ] && [ "$(echo "$out" | tail -n 1)" = "to the end" ]; then
        passed=$((passed + 1))
        echo "ok $(basename "$script")"
    else
        failed=$((failed + 1))
        echo "not ok $(basename "$script"): $out"
    fi
done
why=$(td_healthy) || { failed=$((failed + 1)) && echo "not ok: $why"; }
why=$(td_stop) || { failed=$((failed + 1)) && echo "not ok: $why"; }
echo "$passed passed, $failed failed, 0 skipped"
[ $failed = 0 ]
