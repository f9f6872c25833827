#!/bin/sh
# spf-diff.sh - random SPF records, beside Debian's pyspf and Mail::SPF, which are installed when they are not there
# usage: spf-diff.sh [-n SCENARIOS] [-s SEED] [-o FILE]   (with TAMIS_BUILDDIR set, after `make auth/auth-play`)
TAMIS_SRCDIR=${TAMIS_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
TAMIS_BUILDDIR=${TAMIS_BUILDDIR:-$PWD}
if ! /usr/bin/python3 -c 'import spf' 2>/dev/null || ! perl -MMail::SPF -e 1 2>/dev/null; then
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends python3-spf libmail-spf-perl >&2 || exit 1
fi
exec /usr/bin/python3 "$TAMIS_SRCDIR/tests/auth/spf_diff.py" "$TAMIS_BUILDDIR/auth/auth-play" "$@"
