#!/bin/sh
# interop.sh - what OpenDKIM and dkimpy sign verifies here, what we sign verifies there
# usage: interop.sh [-n MESSAGES] [SEED]      with TAMIS_BUILDDIR set; 1000 by each of the three without -n
# Installs Debian's opendkim and python3-dkim where they are not and this is root. See interop.py.
here=$(cd "$(dirname "$0")" && pwd)
TAMIS_BUILDDIR=${TAMIS_BUILDDIR:-$PWD}
count=1000
[ "$1" = -n ] && count=$2 && shift 2
if ! command -v opendkim >/dev/null || ! /usr/bin/python3 -c 'import dkim' 2>/dev/null; then
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends opendkim python3-dkim >&2 || exit 1
fi
/usr/bin/python3 "$here/interop.py" "$TAMIS_BUILDDIR/auth/probe" "$count" ${1:+"$1"}
