#!/bin/sh
# shuffled.sh - the SpamAssassin public corpus as a stream: prints "spam PATH" or "ham PATH" a line
# usage: shuffled.sh   Sorted by name, then shuffled by Python's random.Random(20070408). The folder's name says what
# a message is.
TAMIS_SRCDIR=${TAMIS_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
"$TAMIS_SRCDIR/tests/bench/corpus.sh" "${TAMIS_BUILDDIR:-$PWD}/corpus" | python3 -c '
import os, random, sys
paths = sorted(sys.stdin.read().splitlines())
random.Random(20070408).shuffle(paths)
for path in paths:
    print("spam" if os.path.basename(path).startswith("spam") else "ham", path)'
