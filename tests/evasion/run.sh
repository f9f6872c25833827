#!/bin/sh
# run.sh - mail that carries EICAR where some reader finds it: none of it may pass as clean
# usage: TAMIS_BUILDDIR=... run.sh [-d DIRECTORY] [-s CASES] [-n] [-x] [-f] [-v]
# Makes the cases (generate.py), asks real readers what they get out of each (oracle.py, oracle.mjs), scans all
# with `tamis scan`, and prints a table by family of methods. Exit 1 when a case that some reader gets EICAR out
# of is neither virus nor unchecked. clamscan and amavisd's answer stand beside it where they are installed.
#   -d DIRECTORY  keep everything there    -s CASES  a fixed sample    -n  without npm: Python's readers only
#   -x            a file that is known by its hash, each byte of it, in place of EICAR
#   -f            by clamglue/virus-scan, which is quicker, in place of tamis    -v  all that is not found
TAMIS_SRCDIR=${TAMIS_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
TAMIS_BUILDDIR=${TAMIS_BUILDDIR:-$PWD}
mailparser=3.14.2 postal_mime=4.0.0
here=$TAMIS_SRCDIR/tests/evasion
directory='' sample='' npm=yes fast=no verbose=''
while getopts d:s:nxfv option; do
    case $option in
    d) directory=$OPTARG ;;
    s) sample="--sample $OPTARG" ;;
    n) npm=no ;;
    x) export TAMIS_EVASION=exact ;;
    f) fast=yes ;;
    v) verbose=-v ;;
    *) exit 2 ;;
    esac
done
dir=$directory
if [ -z "$directory" ]; then
    dir=$(mktemp -d "${TMPDIR:-/tmp}/tamis-evasion.XXXXXX") || exit 1
    trap 'rm -rf "$dir"' EXIT
    chmod 755 "$dir"
    trap 'exit 1' INT TERM HUP
fi
export PYTHONDONTWRITEBYTECODE=1
mkdir -p "$dir/cases" "$dir/db" "$dir/scratch" "$dir/run" || exit 1

# It counts what stands at the begin of a file, or all of it: what is found must have been cut out rightly.
python3 -c 'import sys; sys.path.insert(0, sys.argv[1]); import kit
name, row = kit.signature(); open(sys.argv[2] + "/" + name, "w").write(row)' "$here" "$dir/db" || exit 1

# shellcheck disable=SC2086
python3 "$here/generate.py" $sample "$dir/cases" || exit 1
sed "s#	.*##; s#^#$dir/cases/#" "$dir/cases/manifest" >"$dir/list"
echo "$(wc -l <"$dir/list") cases"

# ---- readers

modules=$TAMIS_BUILDDIR/evasion-npm
if [ $npm = yes ] && [ ! -d "$modules/node_modules/postal-mime" ]; then
    mkdir -p "$modules" && echo '{"private": true}' >"$modules/package.json" &&
        npm install --prefix "$modules" --no-audit --no-fund --ignore-scripts --silent \
            "mailparser@$mailparser" "postal-mime@$postal_mime" || exit 1
fi
blobs=
if [ $npm = yes ]; then
    blobs=$dir/blobs
    node "$here/oracle.mjs" "$modules/node_modules" "$dir/cases" >"$blobs" || exit 1
fi
# shellcheck disable=SC2086
python3 "$here/oracle.py" "$dir/cases" $blobs >"$dir/oracle" || exit 1

# ---- Tamis

if [ $fast = yes ]; then
    "$TAMIS_BUILDDIR/clamglue/virus-scan" -d "$dir/db" -s "$dir/scratch" "$dir/list" >"$dir/scan"
else
    "$TAMIS_BUILDDIR/tamis" scan --json --local --no-bayes --set "clamav_database=$dir/db" --set "runtime_directory=$dir/run" \
        --rules "$TAMIS_SRCDIR/rules" --files-from "$dir/list" >"$dir/scan"
fi
# 1: some are spam, or worse
[ $? -le 1 ] || exit 1

# ---- others, for comparison

against=
if command -v clamscan >/dev/null; then
    mkdir -p "$dir/mbox"
    python3 -c 'import os, sys
for n in os.listdir(sys.argv[1]):
    if n.endswith(".eml"):
        open(sys.argv[2] + "/" + n, "wb").write(b"From clamav-milter\n" + open(sys.argv[1] + "/" + n, "rb").read())
' "$dir/cases" "$dir/mbox"
    # as clamav-milter gives a message to clamd, with all that can be alerted on
    clamscan -d "$dir/db" --no-summary -i -r --alert-exceeds-max=yes --alert-encrypted=yes "$dir/mbox" >"$dir/clamscan.out" 2>&1
    [ $? -le 1 ] || { tail -n 3 "$dir/clamscan.out" && exit 1; } # 1: found something
    sed -n 's#^.*/\([0-9]*\.eml\): \(.*\) FOUND$#\1\t\2#p' "$dir/clamscan.out" >"$dir/clamscan"
    against="--against clamscan=$dir/clamscan"
fi
if command -v amavisd >/dev/null && [ -n "$TAMIS_AMAVIS" ]; then
    # a program that takes the list and prints "file <tab> found"; amavisd needs a configuration of its own
    "$TAMIS_AMAVIS" "$dir/list" >"$dir/amavis" && against="$against --against amavis=$dir/amavis"
fi

# shellcheck disable=SC2086
python3 "$here/table.py" $against $verbose "$dir/cases/manifest" "$dir/oracle" "$dir/scan"
