#!/bin/sh
# spf.sh - the public test suite of RFC 7208, played by our evaluator
# usage: spf.sh [-v] [FILE.yml]   (from `make conformance`, or with TAMIS_BUILDDIR set)
# Without a file: rfc7208-tests.yml out of Debian's source of pyspf, fetched from the mirror that apt uses, for the
# version that apt knows. Needs python3-yaml, which is installed when it is not there and this is root. Prints what
# failed and "passed, failed"; exit 1 below 99 %.
TAMIS_SRCDIR=${TAMIS_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
TAMIS_BUILDDIR=${TAMIS_BUILDDIR:-$PWD}
python=/usr/bin/python3 # Debian's, which sees Debian's modules
verbose=
[ "$1" = -v ] && verbose=-v && shift
if ! $python -c 'import yaml' 2>/dev/null; then
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends python3-yaml >&2 || exit 1
fi
dir=$(mktemp -d "${TMPDIR:-/tmp}/tamis-spf.XXXXXX") || exit 1
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' INT TERM HUP

fetch() { # writes $dir/suite.yml
    deb=$(cd "$dir" && apt-get download --print-uris python3-spf 2>/dev/null | sed -n "s/^'\([^']*\)'.*/\1/p")
    [ -n "$deb" ] || { echo "spf.sh: apt does not know python3-spf (apt-get update?)" >&2; return 1; }
    version=$(basename "$deb" | sed 's/^[^_]*_//; s/-[^-]*$//')
    curl -sSf --max-time 60 -o "$dir/source.tar.gz" "$(dirname "$deb")/pyspf_$version.orig.tar.gz" || return 1
    tar -xOzf "$dir/source.tar.gz" --wildcards '*/test/rfc7208-tests.yml' >"$dir/suite.yml"
}

suite=$1
[ -n "$suite" ] || { fetch && suite=$dir/suite.yml; } || exit 1
$python "$TAMIS_SRCDIR/tests/auth/spf-suite.py" "$TAMIS_BUILDDIR/auth/auth-play" "$suite" $verbose
