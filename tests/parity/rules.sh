#!/bin/sh
# rules.sh - what we make of rule files beside what SpamAssassin makes of them: type, scores, priority, flags, header,
# pattern with its tags replaced, arguments, description of every rule
# usage: rules.sh [RULES SITE]    two directories (default: Debian's); exit 1 where they differ
TAMIS_SRCDIR=${TAMIS_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
TAMIS_BUILDDIR=${TAMIS_BUILDDIR:-$PWD}
here=$TAMIS_SRCDIR/tests/parity
rules=${1:-/usr/share/spamassassin} site=${2:-/etc/spamassassin}
dir=$(mktemp -d "${TMPDIR:-/tmp}/tamis-rules.XXXXXX") || exit 1
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' INT TERM HUP
"$TAMIS_BUILDDIR/tests/parity/rules" "$rules" "$site" >"$dir/ours" || exit 1
for run in 1 2 3; do
    LC_ALL=C perl "$here/rules.pl" "$rules" "$site" >"$dir/theirs$run" 2>>"$dir/errors" ||
        { cat "$dir/errors" >&2; exit 1; }
done
"$here/rules.py" "$dir/ours" "$dir/theirs1" "$dir/theirs2" "$dir/theirs3"
