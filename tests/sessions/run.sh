#!/bin/sh
# run.sh - play session files over the real socket, each against a tamisd with the settings it asks for
# usage: TAMIS_BUILDDIR=... run.sh [-v] [FILE.mt]...     all of this directory by default
# A file with a .zone beside it has a name server of its own (@DNS@ in its settings).
# A worker that dies without `settings deaths=N` in the file fails it. Prints what failed (-v: all) and
# `N passed, N failed`.
TAMIS_SRCDIR=${TAMIS_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
TAMIS_BUILDDIR=${TAMIS_BUILDDIR:-$PWD}
export TAMIS_SRCDIR TAMIS_BUILDDIR
. "$TAMIS_SRCDIR/tests/lib.sh"
verbose=
[ "$1" != -v ] || { verbose=-v; shift; }
[ $# -gt 0 ] || set -- "$TAMIS_SRCDIR"/tests/sessions/*.mt
mtplay=$TAMIS_BUILDDIR/tests/milter/mtplay
passed=0 failed=0
trap td_cleanup EXIT
trap 'exit 1' INT TERM HUP
td_mkdir || exit 1
dir=$td_made
cp "$TAMIS_SRCDIR"/tests/sessions/*.map "$dir" && chmod 644 "$dir"/*.map || exit 1 # where the service may read them

# a key of example.org, which the service may read
"$td_tamis" dkim keygen --set user= --directory "$dir/keys" example.org s1 >/dev/null || exit 1
[ "$(id -u)" != 0 ] || chown nobody "$dir/keys/example.org.s1.pem"
echo "example.org s1 $dir/keys/example.org.s1.pem" >"$dir/dkim.keys"

fail() {
    failed=$((failed + 1))
    echo "not ok $(basename "$file"): $1"
}

for file; do
    name=$(basename "$file" .mt)
    if [ -f "${file%.mt}.zone" ]; then
        td_dns "${file%.mt}.zone" || { fail "no name server"; continue; }
    fi
    settings=$("$mtplay" --settings "$file") || { fail "is not a session file"; continue; }
    deaths=$(echo "$settings" | sed -n 's/^deaths=//p')
    # shellcheck disable=SC2046
    td_start "$dir/$name" $(echo "$settings" | grep -v '^deaths=' | sed "s|@SRCDIR@|$TAMIS_SRCDIR|g; s|@MAPS@|$dir|g; s|@DNS@|$td_dns_at|") || {
        fail "tamisd did not start"
        td_stop
        continue
    }
    "$mtplay" $verbose --socket "$td_socket" --log "$td_log" "$file" >"$dir/$name.out" 2>&1
    sed '$d' "$dir/$name.out"
    counts=$(tail -n 1 "$dir/$name.out")
    case $counts in
    *' passed, '*' failed')
        passed=$((passed + ${counts%% *}))
        n=${counts#*, }
        failed=$((failed + ${n%% *}))
        ;;
    *) fail "mtplay: $counts" ;;
    esac
    why=$(td_healthy "${deaths:-0}") || fail "$why"
    why=$(td_stop) || fail "$why"
    td_dns_stop
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
