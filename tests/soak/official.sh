#!/bin/sh
# official.sh - a virus database of the official one's size, in the memory of a small server
# usage: TAMIS_BUILDDIR=... official.sh [-m MEMORY] [-s SWAPS] [-M MILLIONS]
# Makes 8.7 million signatures (signatures.py, some 530 MB below TAMIS_CACHE), starts tamisd in a memory cgroup of
# 3 GB (where one can be made; else without, and says so) and replaces the database SWAPS (5) times while mail
# flows, with virus_reload = auto. Prints the time to load, memory of loader and workers, and what the cgroup saw.
# Exit 1 when a process died or a message was lost or tempfailed for longer than a load takes.
TAMIS_SRCDIR=${TAMIS_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
TAMIS_BUILDDIR=${TAMIS_BUILDDIR:-$PWD}
export TAMIS_SRCDIR TAMIS_BUILDDIR
. "$TAMIS_SRCDIR/tests/lib.sh"
memory=3g swaps=5 millions=8.7
while getopts m:s:M: option; do
    case $option in
    m) memory=$OPTARG ;;
    s) swaps=$OPTARG ;;
    M) millions=$OPTARG ;;
    *) exit 2 ;;
    esac
done
group=
finish() {
    td_cleanup
    if [ -n "$group" ]; then
        echo $$ >"${group%/*}/cgroup.procs"
        sleep 0.5
        rmdir "$group"
    fi
}
trap finish EXIT
trap 'exit 1' INT TERM HUP
td_mkdir || exit 1
dir=$td_made
cache=${TAMIS_CACHE:-$TAMIS_BUILDDIR/cache}

# A memory cgroup below our own: version 1 or 2.
make_group() {
    for root in /sys/fs/cgroup/memory /sys/fs/cgroup; do
        group=$root/tamis-test.$$
        mkdir "$group" 2>/dev/null || continue
        for limit in memory.limit_in_bytes memory.max; do
            [ ! -f "$group/$limit" ] || { echo "$memory" >"$group/$limit" && return 0; }
        done
        rmdir "$group"
    done
    group=
    echo "no memory cgroup can be made here: without a limit"
}

group_value() { # NAME of version 1, NAME of version 2
    for name; do
        [ ! -f "$group/$name" ] || sed "s/^/$name: /" "$group/$name"
    done
}

in_mb() { # PID FIELD of smaps_rollup
    awk -v field="$2:" '$1 == field { printf "%d", $2 / 1024 }' "/proc/$1/smaps_rollup"
}

memory_of() {
    for pid in $(td_descendants $td_pid); do
        name=$(cat "/proc/$pid/comm")
        case $name in
        *virus*) echo "   $name $pid: $(in_mb "$pid" Rss) MB, of these private $(($(in_mb "$pid" Private_Dirty) + \
            $(in_mb "$pid" Private_Clean))) MB, share of all $(in_mb "$pid" Pss) MB" ;;
        esac
    done
}

loads() {
    grep -c 'virus database loaded' "$td_log"
}

wait_loads() { # NUMBER
    i=0
    while [ "$(loads)" -lt "$1" ]; do
        i=$((i + 1))
        [ $i -lt 1200 ] || { echo "the database is not loaded after 120 s"; tail -n 5 "$td_log"; return 1; }
        sleep 0.1
    done
}

made=$cache/signatures-$millions
if [ ! -f "$made/complete" ]; then
    echo "making $millions million signatures in $made"
    python3 "$TAMIS_SRCDIR/tests/soak/signatures.py" "$made" "$millions" && : >"$made/complete" || exit 1
fi
mkdir "$dir/td" && td_virus_database "$dir/db" && cp "$made"/made.* "$dir/db" && chmod -R a+rX "$dir" || exit 1
"$TAMIS_SRCDIR/tests/bench/mail.sh" "$dir/mail" 2>/dev/null || { mkdir "$dir/mail" && "$TAMIS_SRCDIR/tests/bench/mail.sh" "$dir/mail"; }
make_group
[ -z "$group" ] || echo $$ >"$group/cgroup.procs"
from=$(date +%s%N)
td_start "$dir/td" virus_scan=yes clamav_database="$dir/db" virus_reload=auto virus_workers=2 log_level=info || exit 1
wait_loads 1 || exit 1
echo "loaded after $((($(date +%s%N) - from) / 1000000)) ms"
memory_of
bad=0
n=0
while [ $n -lt "$swaps" ]; do
    n=$((n + 1))
    # as freshclam does: a new file in the place of the old one
    { cat "$made/made.ndb" && echo "Made.Swap-$n:1:*:$(printf '%048d' $n)"; } >"$dir/db/new.tmp" &&
        mv "$dir/db/new.tmp" "$dir/db/made.ndb"
    "$TAMIS_BUILDDIR/tests/milter/mtbench" --socket "$td_socket" -c 4 -n 2000 --unique --timeout 180000 "$dir/mail" \
        >"$dir/bench" || bad=1
    sed -n 's/^replies/swap '$n': &/p' "$dir/bench"
    wait_loads $((n + 1)) || { bad=1 && break; }
done
memory_of
group_value memory.max_usage_in_bytes memory.peak memory.failcnt memory.oom_control memory.events
grep -iE 'oom|killed|died' "$td_log" && bad=1
td_healthy || bad=1
td_stop || bad=1
exit $bad
