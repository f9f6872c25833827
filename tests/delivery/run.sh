#!/bin/sh
# run.sh - the delivery agent as a service (service.py), and with a fault at every system call (faults.py)
# usage: TAMIS_BUILDDIR=... run.sh [OPTION OF faults.py]...
# The last line is `N passed, N failed`.
TAMIS_SRCDIR=${TAMIS_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
TAMIS_BUILDDIR=${TAMIS_BUILDDIR:-$PWD}
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' INT TERM HUP
${CC:-cc} -shared -fPIC -O1 -o "$dir/fault.so" "$TAMIS_SRCDIR/tests/delivery/fault.c" || {
    echo "0 passed, 1 failed"
    exit 1
}
chmod 755 "$dir" && mkdir "$dir/run"
mkdir "$dir/service"
timeout 120 python3 "$TAMIS_SRCDIR/tests/delivery/service.py" "$TAMIS_BUILDDIR/tamis-deliver" "$dir/service" >"$dir/service.out" 2>&1 ||
    echo "not ok service.py" >>"$dir/service.out"
python3 "$TAMIS_SRCDIR/tests/delivery/faults.py" "$@" "$TAMIS_BUILDDIR/tamis-deliver" "$dir/fault.so" "$dir/run" >"$dir/out" 2>&1
code=$?
cat "$dir/service.out" >>"$dir/out"
cat "$dir/out"
failed=$(grep -c '^not ok ' "$dir/out")
[ $code = 0 ] || [ "$failed" -gt 0 ] || failed=1
echo "$(grep -c '^ok ' "$dir/out") passed, $failed failed"
[ "$failed" = 0 ]
