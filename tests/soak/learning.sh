#!/bin/sh
# learning.sh - the classifier's store, killed 200 times while it learns, and read by four while it learns 10,000 times
# usage: learning.sh [KILLS [LESSONS]]   See keeper/bayes-soak.c. Takes some two minutes.
TAMIS_BUILDDIR=${TAMIS_BUILDDIR:-$PWD}
dir=$(mktemp -d "${TMPDIR:-/tmp}/tamis-soak.XXXXXX") || exit 1
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' INT TERM HUP
"$TAMIS_BUILDDIR/keeper/bayes-soak" kill "${1:-200}" "$dir/killed" || exit 1
"$TAMIS_BUILDDIR/keeper/bayes-soak" read "${2:-10000}" 4 "$dir/read"
