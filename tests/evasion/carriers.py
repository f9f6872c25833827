"""carriers.py - a file in files of other kinds: documents, pages, signed and encrypted mail, TNEF

files(name, data) yields (method, type, file name, bytes, readers): readers says what is known to take it out of
there ("" where python shows it, see oracle.py, or nobody may).
"""
import base64
import struct
import zlib

from archives import zip_of
from kit import EICAR, GOOD, b64, lines, message, multipart, part, TEXT
from spellings import binhex


def pdf(objects, tail=b""):
    out, offsets = b"%PDF-1.5\n", []
    for i, o in enumerate(objects):
        offsets.append(len(out))
        out += b"%d 0 obj\n" % (i + 1) + o + b"\nendobj\n"
    xref = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % o for o in offsets)
    return out + b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, tail, xref)


def pdf_with(stream, filters, extra=b"", tail=b""):
    names = b"<</Names[(e.com)4 0 R]>>"
    return pdf([b"<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles 3 0 R>>>>", b"<</Type/Pages/Kids[]/Count 0>>", names,
                b"<</Type/Filespec/F(e.com)/EF<</F 5 0 R>>>>",
                b"<</Type/EmbeddedFile%s/Length %d%s>>\nstream\n" % (filters, len(stream), extra) + stream +
                b"\nendstream"], tail)


def pdfs(data):
    hexed = data.hex().encode() + b">"
    a85 = base64.a85encode(data) + b"~>"
    flate = zlib.compress(data)
    yield "plain", pdf_with(data, b"")
    yield "flate", pdf_with(flate, b"/Filter/FlateDecode")
    yield "hex", pdf_with(hexed, b"/Filter/ASCIIHexDecode")
    yield "hex-blanks", pdf_with(lines(hexed, 3, b"\n "), b"/Filter/ASCIIHexDecode")
    yield "a85", pdf_with(a85, b"/Filter/ASCII85Decode")
    yield "flate-hex", pdf_with(flate.hex().encode() + b">", b"/Filter[/ASCIIHexDecode/FlateDecode]")
    yield "flate-a85", pdf_with(base64.a85encode(flate) + b"~>", b"/Filter[/ASCII85Decode/FlateDecode]")
    yield "flate-twice", pdf_with(zlib.compress(flate), b"/Filter[/FlateDecode/FlateDecode]")
    yield "flate-abbreviated", pdf_with(flate, b"/Filter/Fl")
    yield "escaped-name", pdf_with(flate, b"/Filter/Fl#61teDecode")
    rle = b"".join(b"\0" + bytes([c]) for c in data) + b"\x80"
    yield "run-length", pdf_with(rle, b"/Filter/RunLengthDecode")
    yield "length-wrong", pdf_with(flate, b"/Filter/FlateDecode").replace(b"/Length %d" % len(flate), b"/Length 3")
    yield "in-object-stream", pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>",
                                   b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>\nstream\n" % len(flate) +
                                   flate + b"\nendstream"])
    yield "encrypted", pdf_with(flate, b"/Filter/FlateDecode", tail=b"/Encrypt<</Filter/Standard/V 2/R 3/O(x)/U(y)/P -4>>")
    yield "junk-first", b"junk\n" * 100 + pdf_with(flate, b"/Filter/FlateDecode")
    yield "no-header", pdf_with(flate, b"/Filter/FlateDecode")[9:]
    yield "crypt-filter", pdf_with(flate, b"/Filter[/Crypt/FlateDecode]")


def ole2(streams):
    """A compound file with streams in ordinary sectors (each padded to 4096)."""
    fat, sectors, entries = [], [], []
    for name, data in streams:
        data = data.ljust(4096, b"\0")
        first, n = len(sectors), (len(data) + 511) // 512
        for i in range(n):
            sectors.append(data[i * 512:(i + 1) * 512].ljust(512, b"\0"))
            fat.append(first + i + 1 if i < n - 1 else 0xfffffffe)
        entries.append((name, 2, first, len(data)))
    directory = b""
    for i, (name, kind, first, size) in enumerate([("Root Entry", 5, 0xfffffffe, 0)] + entries):
        n = name.encode("utf-16-le") + b"\0\0"
        child = 1 if kind == 5 else 0xffffffff
        right = i + 1 if kind == 2 and i < len(entries) else 0xffffffff
        directory += n.ljust(64, b"\0") + struct.pack("<HBB3I", len(n), kind, 1, 0xffffffff, right, child) + bytes(36) + \
            struct.pack("<IQ", first, size)
    directory += bytes(-len(directory) % 512)
    dir_first = len(sectors)
    for i in range(len(directory) // 512):
        sectors.append(directory[i * 512:(i + 1) * 512])
        fat.append(dir_first + i + 1 if i < len(directory) // 512 - 1 else 0xfffffffe)
    n_fat = (len(sectors) + 127) // 127
    fat_first = len(sectors)
    for i in range(n_fat):
        fat.append(0xfffffffd)
    table = b"".join(struct.pack("<I", v) for v in fat).ljust(n_fat * 512, b"\xff")
    difat = [fat_first + i for i in range(n_fat)] + [0xffffffff] * (109 - n_fat)
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack(
        "<5H6x9I", 0x3e, 3, 0xfffe, 9, 6, 0, n_fat, dir_first, 0, 4096, 0xfffffffe, 0, 0xfffffffe, 0)
    head = head[:76] + struct.pack("<109I", *difat)
    return head + b"".join(sectors) + table


def package(name, data):
    """The stream \\1Ole10Native: an object that a click opens."""
    n = name.encode() + b"\0"
    inner = struct.pack("<H", 2) + n + n + struct.pack("<HHI", 0, 3, len(n)) + n + struct.pack("<I", len(data)) + data
    return struct.pack("<I", len(inner)) + inner


def tnef(name, data):
    def attribute(level, id, value):
        return bytes([level]) + struct.pack("<2I", id, len(value)) + value + struct.pack("<H", sum(value) & 0xffff)
    return struct.pack("<IH", 0x223e9f78, 1) + attribute(1, 0x00089006, struct.pack("<I", 0x10000)) + \
        attribute(2, 0x00069002, struct.pack("<HIHHI", 1, 0xffffffff, 0, 0, 0)) + \
        attribute(2, 0x00018010, name.encode() + b"\0") + attribute(2, 0x0006800f, data)


def der(tag, *content):
    c = b"".join(content)
    n = len(c)
    size = bytes([n]) if n < 128 else bytes([0x80 | (n.bit_length() + 7) // 8]) + n.to_bytes((n.bit_length() + 7) // 8, "big")
    return bytes([tag]) + size + c


PKCS7 = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07"


def signed(content, chunks=0):
    if chunks:
        octets = b"\x24\x80" + b"".join(der(4, content[i:i + chunks]) for i in range(0, len(content), chunks)) + b"\0\0"
        inner = der(6, PKCS7 + b"\1") + b"\xa0\x80" + octets + b"\0\0"
        return b"\x30\x80" + der(6, PKCS7 + b"\2") + b"\xa0\x80\x30\x80" + der(2, b"\1") + der(0x31) + b"\x30\x80" + \
            inner + b"\0\0" + der(0x31) + b"\0\0\0\0\0\0"
    inner = der(0x30, der(6, PKCS7 + b"\1"), der(0xa0, der(4, content)))
    return der(0x30, der(6, PKCS7 + b"\2"), der(0xa0, der(0x30, der(2, b"\1"), der(0x31), inner, der(0x31))))


def compressed_cms(content):
    smime = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01"
    inner = der(0x30, der(6, PKCS7 + b"\1"), der(0xa0, der(4, zlib.compress(content))))
    return der(0x30, der(6, smime + b"\x09"), der(0xa0, der(0x30, der(2, b"\0"), der(
        0x30, der(6, b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x03\x08")), inner)))


def enveloped(content):
    inner = der(0x30, der(6, PKCS7 + b"\1"), der(0x30, der(6, b"\x60\x86\x48\1\x65\3\4\1\2"), der(4, bytes(16))),
                der(0x80, bytes(c ^ 0x55 for c in content)))
    return der(0x30, der(6, PKCS7 + b"\3"), der(0xa0, der(0x30, der(2, b"\0"), der(0x31), inner)))


def pgp_packet(tag, body):
    n = len(body)
    size = bytes([n]) if n < 192 else bytes([(n - 192 >> 8) + 192, n - 192 & 255]) if n < 8384 else b"\xff" + struct.pack(">I", n)
    return bytes([0xc0 | tag]) + size + body


def pgp_literal(name, data):
    return pgp_packet(11, b"b" + bytes([len(name)]) + name.encode() + bytes(4) + data)


def crc24(data):
    c = 0xb704ce
    for b in data:
        c ^= b << 16
        for _ in range(8):
            c <<= 1
            if c & 0x1000000:
                c ^= 0x1864cfb
    return c & 0xffffff


def armor(data, word=b"MESSAGE"):
    return b"-----BEGIN PGP " + word + b"-----\r\n\r\n" + b64(data, 64) + b"=" + base64.b64encode(
        crc24(data).to_bytes(3, "big")) + b"\r\n-----END PGP " + word + b"-----\r\n"


def pgps(name, data):
    literal = pgp_literal(name, data)
    raw = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = pgp_packet(8, b"\1" + raw.compress(literal) + raw.flush())
    zpacked = pgp_packet(8, b"\2" + zlib.compress(literal))
    yield "literal-armored", armor(literal)
    yield "compressed-armored", armor(packed)
    yield "zlib-armored", armor(zpacked)
    yield "literal", literal
    yield "compressed", packed
    yield "compressed-old-format", b"\xa3\1" + packed[3:] if len(packed) < 194 else b"\xa3" + packed[3:]
    yield "marker-first", pgp_packet(10, b"PGP") + packed
    yield "signature-first", pgp_packet(4, b"\3\0\x08\1" + bytes(8) + b"\1") + literal
    yield "symmetric", pgp_packet(3, b"\4\7\3\x08" + bytes(8) + b"\x60") + pgp_packet(18, b"\1" + bytes(80))
    yield "symmetric-armored", armor(pgp_packet(3, b"\4\7\3\x08" + bytes(8) + b"\x60") + pgp_packet(18, b"\1" + bytes(80)))
    yield "file-armored", armor(literal, b"ARMORED FILE")


def pages(data):
    code = base64.b64encode(data)
    uri = b"data:application/octet-stream;base64," + code
    yield "link", b"<html><body><a href=\"" + uri + b"\">x</a></body></html>"
    yield "link-unquoted", b"<a href=" + uri + b">x</a>"
    yield "image", b"<html><img src='" + uri + b"'></html>"
    yield "object", b"<object data=\"" + uri + b"\"></object>"
    yield "iframe", b"<iframe src=\"" + uri + b"\"></iframe>"
    yield "link-download", b"<a download=\"e.com\" href=\"" + uri + b"\">x</a>"
    yield "link-percent", b"<a href=\"data:application/octet-stream," + b"".join(b"%%%02x" % c for c in data) + b"\">x</a>"
    yield "link-percent-base64", b"<a href=\"data:application/octet-stream;base64," + b"".join(
        b"%%%02x" % c for c in code) + b"\">x</a>"
    yield "link-entities", b"<a href=\"" + b"".join(b"&#%d;" % c for c in uri) + b"\">x</a>"
    yield "link-blanks", b"<a href=\"data:application/octet-stream;base64," + lines(code, 20, b"\r\n ") + b"\">x</a>"
    yield "style", b"<style>@import url(" + uri + b");</style>"
    yield "script", b"<script>var x=atob('" + code + b"');</script>"
    yield "script-uri", b"<script src=\"" + uri + b"\"></script>"
    yield "svg", b"<svg xmlns=\"http://www.w3.org/2000/svg\"><image href=\"" + uri + b"\"/></svg>"
    yield "meta-refresh", b"<meta http-equiv=refresh content=\"0;url=" + uri + b"\">"
    yield "charset-utf7", b"<a href=\"" + uri.replace(b"+", b"+-") + b"\">x</a>"
    yield "utf16", ("<a href=\"" + uri.decode() + "\">x</a>").encode("utf-16")
    yield "upper", b"<A HREF=\"DATA:APPLICATION/OCTET-STREAM;BASE64," + code + b"\">x</A>"


def rtfs(name, data):
    native = struct.pack("<3I", 0x501, 2, 8) + b"Package\0" + bytes(8) + struct.pack("<I", len(package(name, data)) - 4) + \
        package(name, data)[4:]
    hexed = native.hex().encode()
    yield "object", b"{\\rtf1{\\object\\objemb{\\*\\objclass Package}{\\*\\objdata " + lines(hexed, 64, b"\n") + b"}}}"
    yield "object-blanks", b"{\\rtf1{\\object\\objemb{\\*\\objdata " + b" ".join(
        hexed[i:i + 1] for i in range(len(hexed))) + b"}}}"
    yield "object-control", b"{\\rt{\\object\\objemb{\\*\\objdata " + lines(hexed, 40, b"\\x1\n") + b"}}}"


def offices(name, data):
    ole = ole2([("\1Ole10Native", package(name, data))])
    types = b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    doc = b'<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>'
    yield "ooxml-embedded", "a.docx", zip_of([("[Content_Types].xml", types), ("word/document.xml", doc),
                                            ("word/embeddings/oleObject1.bin", ole)])
    yield "ooxml-file", "a.docx", zip_of([("[Content_Types].xml", types), ("word/document.xml", doc),
                                        ("word/media/image1.png", data)])
    yield "odf", "a.odt", zip_of([("mimetype", b"application/vnd.oasis.opendocument.text"), ("content.xml", b"<x/>"),
                                ("ObjectReplacements/Object 1", data)])
    yield "flat-odf", "a.fodt", b'<?xml version="1.0"?><office:document xmlns:office="urn:x"><office:binary-data>' + \
        b64(data) + b"</office:binary-data></office:document>"
    yield "word-2003-xml", "a.xml", b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument ' \
        b'xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"><w:binData w:name="oledata.mso">' + b64(ole) + \
        b"</w:binData></w:wordDocument>"
    yield "ole2-package", "a.doc", ole
    yield "ole2-stream", "a.doc", ole2([("Contents", data)])
    yield "ole2-encrypted", "a.docx", ole2([("EncryptionInfo", b"\4\0\4\0"), ("EncryptedPackage", bytes(5000))])
    yield "mht", "a.mht", message(multipart([TEXT, part(data)], b"m", b"multipart/related"))
    yield "mht-as-doc", "a.doc", message(multipart([TEXT, part(data)], b"m", b"multipart/related"))


def texts(name, data):
    yield "ics", "a.ics", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nATTACH;ENCODING=BASE64;VALUE=BINARY;FMTTYPE=application/x:" + \
        base64.b64encode(data) + b"\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    yield "vcard", "a.vcf", b"BEGIN:VCARD\r\nVERSION:3.0\r\nPHOTO;ENCODING=b:" + base64.b64encode(data) + b"\r\nEND:VCARD\r\n"
    yield "ldif", "a.ldif", b"dn: x\r\nfile:: " + base64.b64encode(data) + b"\r\n"
    yield "json", "a.json", b'{"file": "' + base64.b64encode(data) + b'"}'
    yield "hex", "a.hex", data.hex().encode()
    yield "pem", "a.pem", b"-----BEGIN CERTIFICATE-----\r\n" + b64(data, 64) + b"-----END CERTIFICATE-----\r\n"
    yield "intel-hex", "a.ihx", b":10" + data[:16].hex().upper().encode() + b"\r\n"
    yield "utf16", "a.txt", data.decode("latin-1").encode("utf-16-le")
    yield "mbox", "a.mbox", b"From x@y Tue Nov 24 08:00:00 2020\r\n" + message(multipart([TEXT, part(data)], b"m"))
    yield "eml", "a.eml", message(part(data))
    yield "url-shortcut", "a.url", b"[InternetShortcut]\r\nURL=data:x/y;base64," + base64.b64encode(data) + b"\r\n"
    yield "binhex", "a.hqx", binhex(data)


def files(name, data):
    for word, b in pdfs(data):
        yield "pdf/" + word, b"application/pdf", "a.pdf", b
    for word, b in pages(data):
        yield "html/" + word, b"text/html", "a.html", b
        yield "html-attached/" + word, b"application/octet-stream", "a.html", b
    for word, b in rtfs(name, data):
        yield "rtf/" + word, b"application/rtf", "a.rtf", b
    for word, file, b in offices(name, data):
        yield "office/" + word, b"application/octet-stream", file, b
    for word, file, b in texts(name, data):
        yield "text/" + word, b"application/octet-stream", file, b
        yield "text-typed/" + word, b"text/plain", file, b
    for word, b in pgps(name, data):
        yield "pgp/" + word, b"application/octet-stream", "a.pgp", b
        yield "pgp-typed/" + word, b"text/plain", "a.asc", b
    for type in (b"application/ms-tnef", b"application/octet-stream"):
        yield "tnef/" + type[12:].decode(), type, "winmail.dat", tnef(name, data)
    letter = join_letter(data)
    for word, b in (("signed", signed(letter)), ("signed-chunks", signed(letter, 100)), ("signed-file", signed(data)),
                    ("signed-file-chunks", signed(data, 20)), ("compressed", compressed_cms(letter)),
                    ("enveloped", enveloped(letter)), ("signed-twice", signed(signed(letter)))):
        yield "smime/" + word, b"application/pkcs7-mime; smime-type=signed-data", "smime.p7m", b
        yield "smime-file/" + word, b"application/octet-stream", "a.p7m", b


def join_letter(data):
    p = part(data)
    return p[0] + b"\r\n" + p[1]
