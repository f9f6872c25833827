#!/bin/sh
# dmarc-diff.sh - random DMARC records, beside Debian's Mail::DMARC, which is installed when it is not there
# usage: dmarc-diff.sh [-n SCENARIOS] [-s SEED] [-o FILE]   (with TAMIS_BUILDDIR set, after `make auth/auth-play`)
TAMIS_SRCDIR=${TAMIS_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
TAMIS_BUILDDIR=${TAMIS_BUILDDIR:-$PWD}
if ! perl -MMail::DMARC -e 1 2>/dev/null; then
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends libmail-dmarc-perl >&2 || exit 1
fi
exec /usr/bin/python3 "$TAMIS_SRCDIR/tests/auth/dmarc_diff.py" "$TAMIS_BUILDDIR/auth/auth-play" "$@"
