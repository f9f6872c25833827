#!/usr/bin/env python3
"""signatures.py - a virus database of the official one's size, made up
usage: signatures.py DIRECTORY [MILLIONS]   (8.7: the official set in 2026)
Its mix: hashes of files (md5, sha1, sha256), of sections of programs, and bodies; none of them hits real mail.
"""
import os
import random
import sys

directory = sys.argv[1]
total = int(float(sys.argv[2] if len(sys.argv) > 2 else 8.7) * 1_000_000)
draw = random.Random(1)
os.makedirs(directory, exist_ok=True)


def write(name, share, line):
    with open(os.path.join(directory, name), "w") as out:
        for i in range(int(total * share)):
            out.write(line(i))


def digest(n):
    return "%0*x" % (2 * n, draw.getrandbits(8 * n))


write("made.hdb", 0.45, lambda i: "%s:%d:Made.Md5-%d\n" % (digest(16), draw.randrange(200, 4000000), i))
write("made.hsb", 0.10, lambda i: "%s:%d:Made.Sha256-%d\n" % (digest(32), draw.randrange(200, 4000000), i))
write("made.mdb", 0.40, lambda i: "%d:%s:Made.Section-%d\n" % (draw.randrange(512, 900000), digest(16), i))
write("made.ndb", 0.05, lambda i: "Made.Body-%d:1:*:%s\n" % (i, digest(24)))
