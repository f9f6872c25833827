#!/usr/bin/env python3
"""testfiles.py - ClamAV's own test files in mail
usage: testfiles.py FOLDER DIRECTORY

Writes DIRECTORY/manifest ("file <tab> expected <tab> name, way") and a message for each file of FOLDER in each way:
plain, in a zip, in a zip in a zip, in a message in the message. DIRECTORY/db gets the signature: all of the files
wrap one program, known by its hash, and that is put together here out of what wraps it plainly. Some containers that
nobody here opens come on top; these are expected to be unchecked.
"""
import hashlib
import os
import sys
import zipfile

import archives
from kit import TEXT, message, multipart, part

GOOD = b"good data of a good file, " * 20


def ways(name, data):
    zipped = archives.zip_of([(name, data)])
    yield "plain", multipart([TEXT, part(data, name=name.encode())])
    yield "zip", multipart([TEXT, part(zipped, name=b"a.zip")])
    yield "zip in zip", multipart([TEXT, part(archives.zip_of([("b.zip", zipped)]), name=b"a.zip")])
    letter = message(multipart([TEXT, part(data, name=name.encode())], b"inner"))
    yield "message/rfc822", multipart([TEXT, (b"Content-Type: message/rfc822\r\n", letter)])


def unopened():
    """Nothing bad in them, and none of them can be called clean."""
    yield "rar4", "a.rar", archives.rar4("a.txt", GOOD)
    yield "rar5", "a.rar", archives.rar5("a.txt", GOOD)
    yield "rar-password", "a.rar", archives.rar4("a.txt", GOOD, 0x33, 4)
    yield "zip-lzma", "a.zip", archives.zip_of([("a.txt", GOOD)], zipfile.ZIP_LZMA)
    yield "zstd", "a.zst", archives.zstd(GOOD)
    yield "lz4", "a.lz4", archives.lz4(GOOD)
    yield "deb", "a.deb", archives.ar([("data.tar", archives.tar_of([("a.txt", GOOD)]))])
    odd = dict(archives.zip_odd("a.txt", GOOD))
    for word in ("zipcrypto", "flag-encrypted", "method-99", "method-95", "method-93", "zip64-sizes", "no-directory"):
        yield "zip-" + word, "a.zip", odd[word]
    for word, data in archives.stubs("a.txt", GOOD):
        yield word, "a.bin", data


def program(folder):
    with zipfile.ZipFile(os.path.join(folder, "clam.zip")) as z:
        return z.read(z.namelist()[0])


def main(folder, where):
    os.makedirs(os.path.join(where, "db"), exist_ok=True)
    exe = program(folder)
    with open(os.path.join(where, "db", "test.hdb"), "w") as db:
        db.write("%s:%d:Tamis.Test.ClamExe\n" % (hashlib.md5(exe).hexdigest(), len(exe)))
    rows = [("virus", "%s, %s" % (name, way), text) for name in sorted(os.listdir(folder))
            for way, text in ways(name, open(os.path.join(folder, name), "rb").read())]
    rows += [("unchecked", "%s, %s" % (name, way), text) for name, file, data in unopened() for way, text in ways(file, data)]
    with open(os.path.join(where, "manifest"), "w") as manifest:
        for i, (expected, name, entity) in enumerate(rows):
            with open(os.path.join(where, "%04d.eml" % i), "wb") as out:
                out.write(message(entity))
            manifest.write("%04d.eml\t%s\t%s\n" % (i, expected, name))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
