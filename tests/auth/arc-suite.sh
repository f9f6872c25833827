#!/bin/sh
# arc-suite.sh - the public test suite of ARC (ValiMail's), by our verifier and our seals
# usage: arc-suite.sh [DIRECTORY]       with TAMIS_BUILDDIR set; DIRECTORY: where the suite's .yml files are
# The suite is part of the source of Debian's libmail-dkim-perl, which is fetched. Needs python3-yaml. Prints each test
# that comes out otherwise, and passed/total of both halves. Exit 0: none that is not explained.
here=$(cd "$(dirname "$0")" && pwd)
TAMIS_BUILDDIR=${TAMIS_BUILDDIR:-$PWD}
suite=$1
if [ -z "$suite" ]; then
    dir=$(mktemp -d "${TMPDIR:-/tmp}/tamis-arc.XXXXXX") || exit 1
    trap 'rm -rf "$dir"' EXIT
    trap 'exit 1' INT TERM HUP
    "$here/debian-source.sh" libmail-dkim-perl "$dir" || exit 1
    suite=$(dirname "$(find "$dir" -name arc-draft-validation-tests.yml | head -1)")
fi
PATH=/usr/bin:$PATH python3 "$here/arc-suite.py" "$TAMIS_BUILDDIR/auth/probe" "$suite"
