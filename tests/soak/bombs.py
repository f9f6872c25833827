#!/usr/bin/env python3
"""bombs.py - messages that cost more to read than to send
usage: bombs.py DIRECTORY [SCALE]

Writes DIRECTORY/NAME.eml: zeros (300 MB of them in a zip of 300 KB), nested (zips in zips, five deep, 16 in each,
with 4 GB at each end), members (10,000 files in a zip), parts (50,000 of a multipart), attachment (100 MB). Behind
each stands EICAR, so that none may pass as clean. SCALE: all sizes divided by it. DIRECTORY/db is a database.
"""
import base64
import os
import sys
import zipfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "evasion"))
import archives  # noqa: E402
from kit import EICAR, TEXT, TOP, VERSION, join, part, signature  # noqa: E402

MIB = 1 << 20


def head(where, name):
    out = open(os.path.join(where, name + ".eml"), "wb")
    out.write(TOP + VERSION + b"Content-Type: multipart/mixed; boundary=\"b0und\"\r\n\r\n--b0und\r\n" + TEXT)
    return out


def end(out):
    out.write(b"--b0und\r\n" + join(part(EICAR)) + b"--b0und--\r\n")
    out.close()


def attach(out, name, data):
    out.write(b"--b0und\r\n" + join(part(data, name=name)))


def zeros(path, size):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as z:
        info = zipfile.ZipInfo("zeros", archives.TIME)
        info.compress_type = zipfile.ZIP_DEFLATED
        with z.open(info, "w", force_zip64=size > 2000 * MIB) as f:
            for _ in range(size // MIB):
                f.write(bytes(MIB))
    with open(path, "rb") as f:
        data = f.read()
    os.unlink(path)
    return data


def nested(bottom):
    for level in range(5):
        bottom = archives.zip_of([("%x.zip" % i, bottom) for i in range(16)])
    return bottom


def noise(size):
    """Whole lines of base64 that do not repeat, quickly made."""
    block = os.urandom(57 * 18000 - 4)
    for i in range(size // (len(block) + 4) + 1):
        yield i.to_bytes(4, "big") + block


def main(where, scale=1):
    os.makedirs(os.path.join(where, "db"), exist_ok=True)
    name, row = signature()
    with open(os.path.join(where, "db", name), "w") as db:
        db.write(row)
    scratch = os.path.join(where, "scratch.zip")
    out = head(where, "zeros")
    attach(out, b"zeros.zip", zeros(scratch, 300 * MIB // scale))
    end(out)
    out = head(where, "nested")
    attach(out, b"nested.zip", nested(zeros(scratch, 4096 * MIB // scale // 16)))
    end(out)
    out = head(where, "members")
    attach(out, b"members.zip", archives.zip_of([("%05d.txt" % i, b"a file of some bytes, number %d" % i)
                                                 for i in range(10000 // scale)]))
    end(out)
    out = head(where, "parts")
    for i in range(50000 // scale):
        out.write(b"--b0und\r\nContent-Type: application/x-%d\r\n\r\npart %d\r\n" % (i % 7, i))
    end(out)
    out = head(where, "attachment")
    out.write(b"--b0und\r\nContent-Type: application/octet-stream; name=large\r\nContent-Transfer-Encoding: base64\r\n\r\n")
    for chunk in noise(100 * MIB // scale):
        out.write(base64.encodebytes(chunk).replace(b"\n", b"\r\n"))
    end(out)


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(sys.argv[1], *map(int, sys.argv[2:]))
