#!/bin/sh
# testfiles.sh - ClamAV's 44 test files in mail, and containers that nobody here opens
# usage: TAMIS_BUILDDIR=... testfiles.sh [FOLDER]
# Each plain, in a zip, in a zip in a zip, and in a message in the message: the files must be virus (176 of 176),
# the containers unchecked. FOLDER: /usr/share/clamav-testfiles, Debian's clamav-testfiles. Exit 1 when one is not.
TAMIS_SRCDIR=${TAMIS_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
TAMIS_BUILDDIR=${TAMIS_BUILDDIR:-$PWD}
here=$TAMIS_SRCDIR/tests/evasion
folder=${1:-/usr/share/clamav-testfiles}
if [ ! -d "$folder" ]; then
    echo "no $folder: install clamav-testfiles"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
fi
dir=$(mktemp -d "${TMPDIR:-/tmp}/tamis-testfiles.XXXXXX") || exit 1
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' INT TERM HUP
chmod 755 "$dir"
export PYTHONDONTWRITEBYTECODE=1
mkdir -p "$dir/run" && python3 "$here/testfiles.py" "$folder" "$dir" || exit 1
sed "s#	.*##; s#^#$dir/#" "$dir/manifest" >"$dir/list"
"$TAMIS_BUILDDIR/tamis" scan --json --local --no-bayes --set "clamav_database=$dir/db" --set "runtime_directory=$dir/run" \
    --rules "$TAMIS_SRCDIR/rules" --files-from "$dir/list" >"$dir/scan" || exit 1
python3 -c 'import json, sys
passed, failed = {}, 0
for line, row in zip(open(sys.argv[1]), open(sys.argv[2])):
    file, expected, name = line.rstrip("\n").split("\t")
    found = json.loads(row)
    assert found["file"].endswith(file)
    if any(c.split("/")[0] == expected for c in found["classes"]):
        passed[expected] = passed.get(expected, 0) + 1
    else:
        failed += 1
        print("not ok %s: %s" % (name, found["classes"]))
print(", ".join("%d %s" % (n, what) for what, n in sorted(passed.items(), reverse=True)))
print("%d passed, %d failed" % (sum(passed.values()), failed))
sys.exit(1 if failed else 0)' "$dir/manifest" "$dir/scan"
