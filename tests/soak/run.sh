#!/bin/sh
# run.sh - `make soak`: what takes too long for CI. Exit 1 when one of them failed.
here=$(cd "$(dirname "$0")" && pwd)
bad=0
for what in "corpus.sh" "kill.sh -s KILL" "kill.sh -s STOP" "bombs.sh" "quarantine.sh" "swap.sh" "learning.sh" "official.sh"; do
    echo "== $what"
    # shellcheck disable=SC2086
    "$here"/$what || { echo "not ok $what" && bad=1; }
done
exit $bad
