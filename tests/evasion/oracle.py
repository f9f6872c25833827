#!/usr/bin/env python3
"""oracle.py - does a real reader get EICAR out of a message?
usage: oracle.py DIRECTORY [BLOBS]...

Reads DIRECTORY/manifest and each case, and prints "file <tab> readers": the readers, with commas between, that
come to a file which begins with EICAR; empty if none does. Readers are Python's email package under several
policies, and those whose parts are in BLOBS (what oracle.mjs prints: a JSON object a line, file, reader, blobs
in base64; the texts apart). What they yield is unpacked further, as users do with a click: archives by Python's modules and by a
few lines of our own where they are strict (opened by their directory, or by what stands before each file),
uuencode and yEnc in text, data: links of pages, messages as attachments.
"""
import base64
import binascii
import bz2
import email
import email.policy
import html
import io
import json
import lzma
import os
import re
import struct
import sys
import tarfile
import urllib.parse
import warnings
import zipfile
import zlib

from kit import EICAR, EXACT, is_file

DEPTH = 70
FILES = 4000
LARGEST = 8 << 20


# ---- unpacking: each takes bytes and yields bytes; what it cannot read it leaves out

def quietly(generator):
    def run(data):
        try:
            yield from generator(data)
        except Exception:
            pass
    return run


@quietly
def by_zipfile(data):
    with zipfile.ZipFile(io.BytesIO(data)) as z:
        for info in z.infolist():
            try:
                yield z.read(info)
            except Exception:
                pass


@quietly
def by_local_headers(data):
    """As programs that stream: each file behind its header, whatever the directory says."""
    at = -1
    while (at := data.find(b"PK\3\4", at + 1)) >= 0:
        head = data[at:at + 30]
        if len(head) < 30:
            return
        flags, method = struct.unpack("<2H", head[6:10])
        psize, = struct.unpack("<I", head[18:22])
        n, extra = struct.unpack("<2H", head[26:30])
        body = data[at + 30 + n + extra:]
        if flags & 1:
            continue
        try:
            if method == 0:
                yield body[:psize]
            elif method == 8:
                yield zlib.decompressobj(-15).decompress(body, LARGEST)
        except zlib.error:
            pass


@quietly
def by_gzip(data):
    out = b""
    while data.startswith(b"\x1f\x8b"):
        d = zlib.decompressobj(31)
        out += d.decompress(data, LARGEST)
        data = d.unused_data.lstrip(b"\0")
    yield out


def stream(make):
    @quietly
    def run(data):
        out = b""
        while data:
            d = make()
            try:
                out += d.decompress(data)
            except Exception:
                break
            if not d.eof:
                break
            data = d.unused_data.lstrip(b"\0")
        yield out
    return run


@quietly
def by_tar(data):
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:*") as t:
        for member in t:
            f = t.extractfile(member)
            if f:
                yield f.read()


@quietly
def by_cpio(data):
    at = data.find(b"070701")
    while 0 <= at and data[at:at + 6] == b"070701":
        size, n = int(data[at + 54:at + 62], 16), int(data[at + 94:at + 102], 16)
        body = at + 110 + n + -(110 + n) % 4
        yield data[body:body + size]
        at = body + size + -size % 4


@quietly
def by_ar(data):
    at = 8
    while data.startswith(b"!<arch>\n") and at + 60 <= len(data):
        size = int(data[at + 48:at + 58])
        yield data[at + 60:at + 60 + size]
        at += 60 + size + (size & 1)


# Where no python module reads it: stored by our own generator at known places (any program for it opens that).
@quietly
def by_stored(data):
    for magic in (b"Rar!\x1a\7", b"\x60\xea", b"ALZ\1", b"MSCF", b"\1CD001", b"7z\xbc\xaf", b"xar!"):
        if magic in data[:65536] and EICAR in data:
            yield EICAR
    if data[2:5] == b"-lh" and EICAR in data:
        yield EICAR


@quietly
def by_uu(data):
    for m in re.finditer(rb"(?m)^begin(-base64)? +[0-7]{3,4} [^\r\n]*\r?\n?", data):
        rest = re.split(rb"(?m)^(?:end\b|====)", data[m.end():])[0]
        if m.group(1):
            yield loose_base64(rest)
            continue
        out = b""
        for line in re.split(rb"\r?\n|\r", rest):
            if not line.strip():
                continue
            n = (line[0] - 32) & 63
            try:
                out += binascii.a2b_uu(line)
            except binascii.Error:
                try:
                    out += binascii.a2b_uu(line[:1 + (n + 2) // 3 * 4])
                except binascii.Error:
                    break
        yield out


@quietly
def by_yenc(data):
    for m in re.finditer(rb"(?m)^=ybegin [^\r\n]*\r?\n(=ypart [^\r\n]*\r?\n)?", data):
        out, escaped = bytearray(), False
        for c in re.split(rb"(?m)^=yend", data[m.end():])[0]:
            if escaped:
                out.append((c - 64 - 42) & 255)
                escaped = False
            elif c == 61:
                escaped = True
            elif c not in b"\r\n":
                out.append((c - 42) & 255)
        yield bytes(out)


def loose_base64(text):
    text = re.sub(rb"[^A-Za-z0-9+/]", b"", text)
    return base64.b64decode(text[:len(text) // 4 * 4] + (text[len(text) // 4 * 4:] + b"===")[:4]
                            if len(text) % 4 > 1 else text[:len(text) // 4 * 4])


@quietly
def by_data_uri(data):
    for text in (data, data.decode("utf-16").encode() if data[:2] in (b"\xff\xfe", b"\xfe\xff") else b""):
        text = html.unescape(text.decode("latin-1")).encode("latin-1", "replace")
        for m in re.finditer(rb"(?i)data:([a-z0-9.+/-]*)((?:;[a-z0-9=-]+)*),([^\"'>)]*)", text):
            body = urllib.parse.unquote_to_bytes(m.group(3))
            yield loose_base64(body) if b";base64" in m.group(2).lower() else body


@quietly
def by_pdf(data):
    if b"%PDF-" not in data[:1024]:
        return
    for m in re.finditer(rb"(?s)stream\r?\n(.*?)\r?\nendstream", data):
        yield m.group(1)
        yield zlib.decompressobj().decompress(m.group(1), LARGEST)


@quietly
def by_tnef(data):
    at = 6
    while data.startswith(b"\x78\x9f\x3e\x22") and at + 9 <= len(data):
        id, n = struct.unpack("<2I", data[at + 1:at + 9])
        if id == 0x0006800f:
            yield data[at + 9:at + 9 + n]
        at += 11 + n


@quietly
def by_message(data):
    """A file that a mail program opens with a click."""
    head = data.lstrip(b"\r\n")[:2000]
    if re.match(rb"(?is)(>?From [^\n]*\n)?([!-9;-~]+[ \t]*:[^\n]*\n([ \t][^\n]*\n)*)*?(content-|mime-)", head):
        yield from by_email(data, (email.policy.compat32,))


OPENERS = [by_zipfile, by_local_headers, by_gzip, stream(bz2.BZ2Decompressor), stream(lzma.LZMADecompressor), by_tar, by_cpio, by_ar, by_stored, by_uu, by_yenc, by_data_uri, by_pdf, by_tnef, by_message]


def has_eicar(blobs):
    todo, seen = [(b, 0) for b in blobs], set()
    while todo:
        data, depth = todo.pop()
        if is_file(data):
            return True
        if not data or data in seen or len(data) > LARGEST or depth > DEPTH or len(seen) > FILES:
            continue
        seen.add(data)
        for opener in OPENERS:
            for inner in opener(data):
                if inner != data:
                    todo.append((inner, depth + 1))
    return False


# ---- Python's email

POLICIES = {
    "compat32": email.policy.compat32, "default": email.policy.default, "smtp": email.policy.SMTP,
    "utf8": email.policy.default.clone(utf8=True),
}


def parts(message):
    todo = [message]
    while todo:
        m = todo.pop()
        try:
            payload = m.get_payload()
        except Exception:
            continue
        if isinstance(payload, list):
            todo += payload
            continue
        yield m


def is_shown(m):
    """A text that is shown and no file: where each byte counts its line ends are nobody's business."""
    return EXACT and m.get_content_maintype() == "text" and not m.get_filename() and \
        m.get_content_disposition() != "attachment"


def by_email(data, policies):
    for policy in policies:
        try:
            message = email.message_from_bytes(data, policy=policy)
        except Exception:
            continue
        for m in parts(message):
            if is_shown(m):
                continue
            try:
                yield m.get_payload(decode=True) or b""
            except Exception:
                pass
            if policy is not email.policy.compat32:
                try:
                    content = m.get_content()
                    yield content if isinstance(content, bytes) else str(content).encode("utf-8", "replace")
                except Exception:
                    pass


# ---- all

def read_blobs(paths):
    found = {}
    for path in paths:
        with open(path) as lines:
            for line in lines:
                row = json.loads(line)
                found.setdefault(row["file"], []).append((row["reader"], [base64.b64decode(b) for b in row["blobs"] + ([] if EXACT else row["texts"])]))
    return found


def main(arguments):
    warnings.simplefilter("ignore")
    sys.setrecursionlimit(20000)
    if not arguments:
        sys.exit(__doc__)
    others = read_blobs(arguments[1:])
    with open(os.path.join(arguments[0], "manifest")) as manifest:
        for line in manifest:
            file = line.split("\t")[0]
            with open(os.path.join(arguments[0], file), "rb") as f:
                text = f.read()
            readers = []
            if any(has_eicar([b]) for name, p in POLICIES.items() for b in by_email(text, (p,))):
                readers.append("python")
            for reader, blobs in others.get(file, []):
                if has_eicar(blobs):
                    readers.append(reader)
            print("%s\t%s" % (file, ",".join(readers)))


if __name__ == "__main__":
    main(sys.argv[1:])
