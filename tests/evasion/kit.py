"""kit.py - what the evasion cases are put together from

EICAR is assembled here at run time, so that no file of the sources is one that scanners know. Everything is
bytes, lines end with CRLF, and the same call always gives the same bytes. With TAMIS_EVASION=exact in the
environment the file is another one, known by its hash: each of its bytes counts, and none may be added.
"""
import base64
import binascii
import hashlib
import os

EXACT = os.environ.get("TAMIS_EVASION") == "exact"
EICAR = (r"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-" + "STANDARD-ANTIVIRUS-TEST-FILE!$H+H*").encode()
if EXACT:
    EICAR = b"MZ" + b"".join(hashlib.sha256(b"%d" % i).hexdigest().encode() for i in range(3))
GOOD = b"Nothing to be afraid of.\r\n"
TEXT = b"Content-Type: text/plain\r\n\r\nsee below\r\n"
TOP = (b"From: Ada <ada@example.org>\r\nTo: Bob <bob@example.net>\r\nSubject: a paper\r\n"
       b"Date: Tue, 24 Nov 2020 08:00:00 +0000\r\nMessage-ID: <1@example.org>\r\n")
VERSION = b"MIME-Version: 1.0\r\n"


def signature():
    """The row of a database that finds the file: at its begin, or by all of it."""
    if EXACT:
        return "test.hsb", "%s:%d:Tamis.Test.Exact\n" % (hashlib.sha256(EICAR).hexdigest(), len(EICAR))
    return "test.ndb", "Tamis.Test.Eicar:0:0:%s\n" % EICAR.hex()


def is_file(data):
    return data == EICAR if EXACT else data.startswith(EICAR)


def lines(text, size, end=b"\r\n"):
    return b"".join(text[i:i + size] + end for i in range(0, len(text), size))


# ---- transfer encodings

def b64(data, size=76):
    return lines(base64.b64encode(data), size)


def qp(data):
    """Every byte escaped, lines of 24."""
    rows = [data[i:i + 24] for i in range(0, len(data), 24)]
    return b"=\r\n".join(b"".join(b"=%02X" % c for c in row) for row in rows) + b"\r\n"


def qp_soft(data):
    """Only what must be."""
    return binascii.b2a_qp(data, istext=False).replace(b"\n", b"\r\n") + b"\r\n"


def uu_line(data, blank=b"`"):
    line = binascii.b2a_uu(data)
    return line.replace(b" ", blank).rstrip(b"\n") + b"\r\n"


def uu(data, name=b"e.com", mode=b"644", blank=b"`"):
    rows = b"".join(uu_line(data[i:i + 45], blank) for i in range(0, len(data), 45))
    return b"begin " + mode + b" " + name + b"\r\n" + rows + b"`\r\nend\r\n"


def yenc(data, name=b"e.com", width=128, part=b""):
    out, row = [], b""
    for c in data:
        c = (c + 42) & 255
        row += b"=" + bytes([(c + 64) & 255]) if c in (0, 10, 13, 61) else bytes([c])
        if len(row) >= width:
            out.append(row)
            row = b""
    out.append(row)
    body = b"".join(r + b"\r\n" for r in out if r)
    return b"=ybegin line=%d size=%d name=%s\r\n%s%s=yend size=%d crc32=%08x\r\n" % (
        width, len(data), name, part, body, len(data), binascii.crc32(data))


ENCODERS = {
    "base64": (b"base64", b64),
    "qp": (b"quoted-printable", qp),
    "7bit": (b"7bit", lambda d: d + b"\r\n"),
    "uue": (b"x-uuencode", uu),
}


def encodings_for(data):
    """Encodings that keep these bytes as they are."""
    plain = all(c in b"\t" or 32 <= c < 127 for c in data)
    return ["base64", "qp"] + (["7bit"] if plain else [])


# ---- entities: a header block without the empty line, and a body

def part(data, encoding="base64", name=b"e.com", type=b"application/octet-stream", extra=b""):
    word, encode = ENCODERS[encoding]
    return (b"Content-Type: " + type + b"\r\nContent-Disposition: attachment; filename=\"" + name +
            b"\"\r\nContent-Transfer-Encoding: " + word + b"\r\n" + extra, encode(data))


def join(entity):
    return entity[0] + b"\r\n" + entity[1]


def multipart(parts, boundary=b"b0und", type=b"multipart/mixed", close=True, preamble=b"", epilogue=b""):
    """parts: entities, or bytes as they stand"""
    return (b"Content-Type: " + type + b"; boundary=\"" + boundary + b"\"\r\n",
            preamble + body(parts, boundary, close) + epilogue)


def body(parts, boundary=b"b0und", close=True):
    out = b""
    for p in parts:
        out += b"--" + boundary + b"\r\n" + (p if isinstance(p, bytes) else join(p))
        if not out.endswith(b"\n"):
            out += b"\r\n"
    return out + (b"--" + boundary + b"--\r\n" if close else b"")


def message(entity, top=TOP, version=VERSION):
    return top + version + entity[0] + b"\r\n" + entity[1]
