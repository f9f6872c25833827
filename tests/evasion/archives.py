"""archives.py - a file in containers, as programs write them and as they should not be

plain(name, data) yields (method, file name, bytes) of what programs that unpack open; odd(name, data) of what some
open. Compressed where python can, else stored: what is inside must not lie in the open, so that a scanner finds
it only by opening the container (data is XORed away by nobody: stored formats hold it as it is).
"""
import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from binascii import crc32, crc_hqx

TIME = (2020, 11, 24, 8, 0, 0)


# ---- zip

def zip_of(members, method=zipfile.ZIP_DEFLATED, comment=b""):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        for name, data in members:
            info = zipfile.ZipInfo(name, TIME)
            info.compress_type = method
            z.writestr(info, data)
        z.comment = comment
    return out.getvalue()


def deflate(data, level=9):
    c = zlib.compressobj(level, zlib.DEFLATED, -15)
    return c.compress(data) + c.flush()


def local(name, data, packed, method=8, flags=0, crc=None, size=None, psize=None, extra=b"", version=20):
    return struct.pack("<4s5H3I2H", b"PK\3\4", version, flags, method, 0x4000, 0x5178,
                       crc32(data) if crc is None else crc, len(packed) if psize is None else psize,
                       len(data) if size is None else size, len(name), len(extra)) + name + extra


def entry(name, data, packed, offset, method=8, flags=0, crc=None, size=None, psize=None, extra=b"", comment=b"",
          disk=0, attributes=0):
    return struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, 20, flags, method, 0x4000, 0x5178,
                       crc32(data) if crc is None else crc, len(packed) if psize is None else psize,
                       len(data) if size is None else size, len(name), len(extra), len(comment), disk, 0, attributes,
                       offset) + name + extra + comment


def tail(entries, offset, n=None, comment=b"", size=None, disk=0):
    n = entries.count(b"PK\1\2") if n is None else n
    return struct.pack("<4s4H2IH", b"PK\5\6", disk, disk, n, n, len(entries) if size is None else size, offset,
                       len(comment)) + comment


def zip_odd(name, data):
    n = name.encode()
    packed = deflate(data)
    good, gpacked = b"good data of a good file, and more of it", deflate(b"good data of a good file, and more of it")
    head = local(n, data, packed)
    plain = head + packed
    e = entry(n, data, packed, 0)

    def whole(files, entries, **kw):
        return files + entries + tail(entries, len(files), **kw)

    yield "hand-made", whole(plain, e)
    yield "stored", whole(local(n, data, data, 0) + data, entry(n, data, data, 0, 0))
    d = struct.pack("<4s3I", b"PK\7\x08", crc32(data), len(packed), len(data))
    streamed = local(n, data, packed, flags=8, crc=0, size=0, psize=0) + packed
    yield "descriptor", whole(streamed + d, entry(n, data, packed, 0, flags=8))
    yield "descriptor-no-signature", whole(streamed + d[4:], entry(n, data, packed, 0, flags=8))
    yield "descriptor-missing", whole(streamed, entry(n, data, packed, 0, flags=8))
    yield "descriptor-wrong", whole(streamed + d[:4] + bytes(12), entry(n, data, packed, 0, flags=8))
    yield "descriptor-flag-only", whole(local(n, data, packed, flags=8) + packed, entry(n, data, packed, 0, flags=8))
    yield "descriptor-stored", whole(local(n, data, data, 0, 8, 0, 0, 0) + data +
                                     struct.pack("<4s3I", b"PK\7\x08", crc32(data), len(data), len(data)),
                                     entry(n, data, data, 0, 0, 8))
    yield "no-directory", plain
    yield "no-directory-descriptor", streamed + d
    yield "no-end", plain + e
    yield "prefix-text", b"some bytes before it\r\n" * 3 + whole(plain, e)
    yield "prefix-mz", b"MZ" + bytes(510) + whole(plain, e)
    yield "prefix-gif", b"GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff!\xf9\4\1\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;" + \
        whole(plain, e)
    yield "prefix-jpeg", b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0\xff\xd9" + whole(plain, e)
    yield "prefix-pdf", b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n" + whole(plain, e)
    yield "prefix-adjusted", b"x" * 60 + plain + entry(n, data, packed, 60) + tail(e, 60 + len(plain))
    yield "prefix-100k", b"x" * 100000 + whole(plain, e)
    yield "prefix-pk00", b"PK00" + plain + entry(n, data, packed, 4) + tail(e, 4 + len(plain))
    yield "prefix-zip", zip_of([("good.txt", good)]) + whole(plain, e)
    yield "suffix-zip", whole(plain, e) + zip_of([("good.txt", good)])
    yield "suffix-junk", whole(plain, e) + b"junk behind it" * 10
    yield "suffix-80k", whole(plain, e) + b"x" * 80000
    yield "comment", whole(plain, e, comment=b"a comment")
    yield "comment-64k", whole(plain, e, comment=b"c" * 65535)
    yield "comment-zip", zip_of([("good.txt", good)], comment=whole(plain, e))
    yield "in-comment-of-end", whole(plain, e, comment=tail(b"", 0))
    yield "two-ends", whole(plain, e) + tail(b"", 0, 0)
    g = local(b"good.txt", good, gpacked) + gpacked
    yield "two-directories", g + plain + entry(b"good.txt", good, gpacked, 0) + tail(
        entry(b"good.txt", good, gpacked, 0), len(g + plain)) + entry(n, data, packed, len(g)) + tail(
        entry(n, data, packed, len(g)), len(g + plain) + len(entry(b"good.txt", good, gpacked, 0)) + 22)
    yield "hidden-in-gap", whole(plain + g, entry(b"good.txt", good, gpacked, len(plain)))
    yield "hidden-behind", whole(g + plain, entry(b"good.txt", good, gpacked, 0))
    yield "hidden-count", whole(g + plain, entry(b"good.txt", good, gpacked, 0) + entry(n, data, packed, len(g)), n=1)
    yield "local-name", whole(local(b"good.txt", data, packed) + packed, e)
    yield "local-method-stored", whole(local(n, data, packed, 0) + packed, e)
    yield "entry-method-stored", whole(plain, entry(n, data, packed, 0, 0))
    yield "local-size-0", whole(local(n, data, packed, size=0) + packed, e)
    yield "local-psize-0", whole(local(n, data, packed, psize=0) + packed, e)
    yield "local-sizes-large", whole(local(n, data, packed, size=1 << 30, psize=1 << 30) + packed, e)
    yield "entry-size-0", whole(plain, entry(n, data, packed, 0, size=0))
    yield "entry-sizes-0", whole(plain, entry(n, data, packed, 0, size=0, psize=0))
    yield "entry-psize-short", whole(plain, entry(n, data, packed, 0, psize=4))
    yield "entry-size-1", whole(plain, entry(n, data, packed, 0, size=1))
    yield "entry-size-large", whole(plain, entry(n, data, packed, 0, size=1 << 31))
    yield "crc-wrong", whole(local(n, data, packed, crc=1) + packed, entry(n, data, packed, 0, crc=1))
    yield "crc-entry-wrong", whole(plain, entry(n, data, packed, 0, crc=1))
    yield "crc-0", whole(local(n, data, packed, crc=0) + packed, entry(n, data, packed, 0, crc=0))
    yield "flag-encrypted", whole(local(n, data, packed, flags=1) + packed, entry(n, data, packed, 0, flags=1))
    yield "flag-encrypted-local", whole(local(n, data, packed, flags=1) + packed, e)
    yield "flag-encrypted-entry", whole(plain, entry(n, data, packed, 0, flags=1))
    yield "flag-strong", whole(local(n, data, packed, flags=65) + packed, entry(n, data, packed, 0, flags=65))
    yield "flag-masked", whole(local(n, data, packed, flags=0x2000) + packed, entry(n, data, packed, 0, flags=0x2000))
    yield "flag-patched", whole(local(n, data, packed, flags=32) + packed, entry(n, data, packed, 0, flags=32))
    yield "flag-all-odd", whole(local(n, data, packed, flags=0xd7b6) + packed, entry(n, data, packed, 0, flags=0xd7b6))
    yield "version-99", whole(local(n, data, packed, version=99) + packed, e)
    yield "disk-1", plain + entry(n, data, packed, 0, disk=1) + tail(e, len(plain), disk=1)
    yield "no-name", whole(local(b"", data, packed) + packed, entry(b"", data, packed, 0))
    yield "name-slash", whole(local(n + b"/", data, packed) + packed, entry(n + b"/", data, packed, 0, attributes=16))
    yield "name-nul", whole(local(n + b"\0.txt", data, packed) + packed, entry(n + b"\0.txt", data, packed, 0))
    yield "name-dots", whole(local(b"../" + n, data, packed) + packed, entry(b"../" + n, data, packed, 0))
    yield "name-long", whole(local(b"x" * 60000, data, packed) + packed, entry(b"x" * 60000, data, packed, 0))
    yield "name-utf8", whole(local("é.com".encode(), data, packed, flags=0x800) + packed,
                             entry("é.com".encode(), data, packed, 0, flags=0x800))
    yield "directory-attribute", whole(plain, entry(n, data, packed, 0, attributes=16))
    yield "extra-unicode", whole(local(n, data, packed, extra=struct.pack("<2HBI", 0x7075, 9, 1, crc32(n)) + b"e.eml") +
                                 packed, e)
    yield "extra-long", whole(local(n, data, packed, extra=b"XX\xfa\xff" + bytes(65530)) + packed, e)
    yield "extra-broken", whole(local(n, data, packed, extra=b"XX\xff\xff") + packed,
                                entry(n, data, packed, 0, extra=b"XX\xff\xff"))
    yield "extra-entry-only", whole(plain, entry(n, data, packed, 0, extra=b"XX\4\0abcd"))
    z64 = struct.pack("<2H2Q", 1, 16, len(data), len(packed))
    yield "zip64-sizes", whole(local(n, data, packed, size=2**32 - 1, psize=2**32 - 1, extra=z64) + packed,
                               entry(n, data, packed, 0, size=2**32 - 1, psize=2**32 - 1, extra=z64))
    yield "zip64-local", whole(local(n, data, packed, size=2**32 - 1, psize=2**32 - 1, extra=z64) + packed, e)
    record = struct.pack("<4sQ2H2I4Q", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, len(e), len(plain))
    locator = struct.pack("<4sIQI", b"PK\6\7", 0, len(plain + e), 1)
    yield "zip64-end", plain + e + record + locator + tail(e, 2**32 - 1, 0xffff, size=2**32 - 1)
    yield "zip64-end-too", plain + e + record + locator + tail(e, len(plain))
    other = entry(b"good.txt", good, gpacked, 0)
    record = struct.pack("<4sQ2H2I4Q", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, len(e), len(g))
    yield "zip64-end-other", g + plain + entry(n, data, packed, len(g)) + other + struct.pack(
        "<4sQ2H2I4Q", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, len(e), len(g + plain)) + struct.pack(
        "<4sIQI", b"PK\6\7", 0, len(g + plain + e + other), 1) + tail(other, len(g + plain + e), 1)
    yield "entry-offset-wrong", whole(plain, entry(n, data, packed, 7))
    yield "end-offset-wrong", plain + e + tail(e, 3)
    yield "end-size-wrong", plain + e + tail(e, len(plain), size=len(e) - 5)
    yield "end-count-more", whole(plain, e, n=9)
    yield "end-count-0", whole(plain, e, n=0)
    yield "directory-first", e + plain + b"" + tail(e, 0)
    yield "overlap", whole(plain, e + entry(b"other.txt", data, packed, 0))
    yield "nested-local", whole(local(b"good.txt", plain, plain, 0) + plain, entry(b"good.txt", plain, plain, 0, 0))
    yield "nested-both", whole(local(b"good.txt", plain, plain, 0) + plain,
                               entry(b"good.txt", plain, plain, 0, 0) + entry(n, data, packed, 38))
    blocks = b"".join(b"\0" + struct.pack("<2H", len(c), len(c) ^ 0xffff) + c for c in
                      (data[i:i + 1] for i in range(len(data)))) + b"\1\0\0\xff\xff"
    yield "deflate-blocks", whole(local(n, data, blocks) + blocks, entry(n, data, blocks, 0))
    empty = b"\0\0\0\xff\xff" * 2000 + packed
    yield "deflate-empty-blocks", whole(local(n, data, empty) + empty, entry(n, data, empty, 0))
    behind = packed + b"x" * 100
    yield "deflate-junk-behind", whole(local(n, data, behind) + behind, entry(n, data, behind, 0))
    for method in (1, 2, 6, 9, 10, 12, 14, 18, 19, 20, 93, 94, 95, 96, 97, 98, 99, 100, 255, 65535):
        yield "method-%d" % method, whole(local(n, data, packed, method) + packed, entry(n, data, packed, 0, method))
    x = lzma.compress(data)
    yield "method-xz", whole(local(n, data, x, 95) + x, entry(n, data, x, 0, 95))
    z = zstd(data)
    yield "method-zstd", whole(local(n, data, z, 93) + z, entry(n, data, z, 0, 93))
    yield "method-gzip-inside", zip_of([(name + ".gz", gzip.compress(data, mtime=0))])
    yield "many-before", zip_of([("f%d.txt" % i, b"good data %d" % i) for i in range(500)] + [(name, data)])
    yield "same-name", zip_of([("a.txt", good)]) and whole(
        local(n, good, gpacked) + gpacked + plain, entry(n, good, gpacked, 0) +
        entry(n, data, packed, len(local(n, good, gpacked) + gpacked)))
    yield "in-chunk-of-mime", b"PK\3\4" + whole(plain, e)
    yield "truncated", whole(plain, e)[:-30]
    yield "truncated-in-data", plain[:-2]
    key = (0x12345678, 0x23456789, 0x34567890)
    yield "zipcrypto", zipcrypto(n, data, packed, key, whole)
    yield "vol-signature", b"PK\7\x08" + plain + entry(n, data, packed, 4) + tail(e, 4 + len(plain))


def zipcrypto(n, data, packed, key, whole):
    keys = list(key)

    def update(c):
        keys[0] = crc32(bytes([c]), keys[0] ^ 0xffffffff) ^ 0xffffffff
        keys[1] = ((keys[1] + (keys[0] & 255)) * 134775813 + 1) & 0xffffffff
        keys[2] = crc32(bytes([keys[1] >> 24]), keys[2] ^ 0xffffffff) ^ 0xffffffff
    for c in b"password":
        update(c)
    out = bytearray()
    for c in bytes(11) + bytes([crc32(data) >> 24]) + packed:
        t = keys[2] | 2
        out.append(c ^ ((t * (t ^ 1)) >> 8 & 255))
        update(c)
    out = bytes(out)
    return whole(local(n, data, out, flags=1) + out, entry(n, data, out, 0, flags=1))


# ---- one file compressed

def zstd(data):
    """A frame with raw blocks, of one byte each: nothing lies in the open."""
    out = b"\x28\xb5\x2f\xfd\xa0" + struct.pack("<I", len(data))
    step = max(1, len(data) // 200)
    chunks = [data[i:i + step] for i in range(0, len(data), step)]
    for i, c in enumerate(chunks):
        out += struct.pack("<I", len(c) << 3 | (i == len(chunks) - 1))[:3] + c
    return out


def lz4(data):
    blocks = b"".join(struct.pack("<I", 0x80000000 | len(data[i:i + 8])) + data[i:i + 8] for i in range(0, len(data), 8))
    return b"\x04\x22\x4d\x18\x60\x40\x82" + blocks + bytes(4)


def compress_z(data):
    """Every byte a literal code of nine bits; no more than 250 (then codes grow)."""
    bits = n = 0
    out = bytearray(b"\x1f\x9d\x90")
    for i, c in enumerate(data[:250]):
        bits |= c << n
        n += 9
        while n >= 8:
            out.append(bits & 255)
            bits >>= 8
            n -= 8
    return bytes(out) + (bytes([bits & 255]) if n else b"")


def gzip_odd(name, data):
    packed = deflate(data)
    end = struct.pack("<2I", crc32(data), len(data))
    yield "plain", b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + packed + end
    yield "name", b"\x1f\x8b\x08\x08\0\0\0\0\0\xff" + name.encode() + b"\0" + packed + end
    yield "all-fields", b"\x1f\x8b\x08\x1c\0\0\0\0\0\xff\4\0abcd" + name.encode() + b"\0comment\0" + packed + end
    head = b"\x1f\x8b\x08\x1e\0\0\0\0\0\xff\4\0abcd" + name.encode() + b"\0comment\0"
    yield "header-crc", head + struct.pack("<H", crc32(head) & 0xffff) + packed + end
    yield "long-name", b"\x1f\x8b\x08\x08\0\0\0\0\0\xff" + b"x" * 70000 + b"\0" + packed + end
    yield "reserved-flags", b"\x1f\x8b\x08\xe0\0\0\0\0\0\xff" + packed + end
    good = gzip.compress(b"good data, in front", mtime=0)
    one = b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + packed + end
    yield "empty-member-first", gzip.compress(b"", mtime=0) + one
    yield "two-halves", gzip.compress(data[:30], mtime=0) + gzip.compress(data[30:], mtime=0)
    yield "member-per-byte", b"".join(gzip.compress(data[i:i + 1], mtime=0) for i in range(len(data)))
    yield "good-first", good + one
    yield "zeros-between", gzip.compress(b"", mtime=0) + bytes(100) + one
    yield "junk-behind", one + b"junk"
    yield "crc-wrong", one[:-8] + bytes(8)
    yield "no-end", one[:-8]
    yield "truncated", one[:-10]
    yield "level-0", gzip.compress(data, 0, mtime=0)
    yield "junk-before", b"junk" + one


def one_file(name, data):
    yield "bz2/plain", name + ".bz2", bz2.compress(data)
    yield "bz2/two-halves", name + ".bz2", bz2.compress(data[:30]) + bz2.compress(data[30:])
    yield "bz2/empty-first", name + ".bz2", bz2.compress(b"") + bz2.compress(data)
    yield "bz2/junk-behind", name + ".bz2", bz2.compress(data) + b"junk"
    yield "bz2/truncated", name + ".bz2", bz2.compress(data)[:-4]
    for check in (lzma.CHECK_NONE, lzma.CHECK_CRC32, lzma.CHECK_CRC64, lzma.CHECK_SHA256):
        yield "xz/check-%d" % check, name + ".xz", lzma.compress(data, check=check)
    yield "xz/two-halves", name + ".xz", lzma.compress(data[:30]) + lzma.compress(data[30:])
    yield "xz/empty-first", name + ".xz", lzma.compress(b"") + lzma.compress(data)
    yield "xz/padding", name + ".xz", lzma.compress(data) + bytes(8)
    yield "xz/padding-between", name + ".xz", lzma.compress(b"") + bytes(8) + lzma.compress(data)
    yield "xz/truncated", name + ".xz", lzma.compress(data)[:-12]
    for filters in ([{"id": lzma.FILTER_DELTA, "dist": 1}, {"id": lzma.FILTER_LZMA2}],
                    [{"id": lzma.FILTER_X86}, {"id": lzma.FILTER_LZMA2}],
                    [{"id": lzma.FILTER_ARM}, {"id": lzma.FILTER_DELTA, "dist": 3}, {"id": lzma.FILTER_LZMA2}]):
        yield "xz/filters-%d" % filters[0]["id"], name + ".xz", lzma.compress(data, filters=filters)
    yield "lzma/plain", name + ".lzma", lzma.compress(data, lzma.FORMAT_ALONE)
    yield "lzma/unnamed", name, lzma.compress(data, lzma.FORMAT_ALONE)
    yield "lzma/odd-dictionary", name, lzma.compress(data, lzma.FORMAT_ALONE, filters=[
        {"id": lzma.FILTER_LZMA1, "dict_size": 5000}])
    yield "lzma/odd-properties", name + ".lzma", lzma.compress(data, lzma.FORMAT_ALONE, filters=[
        {"id": lzma.FILTER_LZMA1, "lc": 0, "lp": 2, "pb": 0}])
    yield "zlib/plain", name + ".z", zlib.compress(data)
    yield "deflate/plain", name, deflate(data)
    yield "zstd/plain", name + ".zst", zstd(data)
    yield "zstd/skippable-first", name + ".zst", b"\x50\x2a\x4d\x18\4\0\0\0abcd" + zstd(data)
    yield "lz4/plain", name + ".lz4", lz4(data)
    yield "lz4/skippable-first", name + ".lz4", b"\x50\x2a\x4d\x18\4\0\0\0abcd" + lz4(data)
    yield "compress/plain", name + ".Z", compress_z(data)


# ---- tar, cpio, ar and their like

def tar_of(members, format=tarfile.USTAR_FORMAT):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=format) as t:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            t.addfile(info, io.BytesIO(data))
    return out.getvalue()


def tar_odd(name, data):
    for word, format in (("ustar", tarfile.USTAR_FORMAT), ("gnu", tarfile.GNU_FORMAT), ("pax", tarfile.PAX_FORMAT)):
        yield word, tar_of([(name, data)], format)
        yield word + "-long-name", tar_of([("d/" * 90 + "x" * 60 + name if word == "gnu" else "d" * 90 + name, data)], format)
    yield "pax-long-name", tar_of([("x" * 300 + name, data)], tarfile.PAX_FORMAT)
    plain = tar_of([(name, data)])
    block = plain[:512]

    def fixed(b):
        b = b[:148] + b" " * 8 + b[156:]
        return b[:148] + b"%06o\0 " % sum(b) + b[156:]
    body = data + bytes(-len(data) % 512)
    yield "no-end", plain[:1024]
    yield "no-padding", block + data
    yield "bad-checksum", block[:148] + b"0000000\0" + block[156:] + body + bytes(1024)
    yield "v7", fixed(block[:257] + bytes(255)) + body + bytes(1024)
    yield "type-nul", fixed(block[:156] + b"\0" + block[157:]) + body + bytes(1024)
    yield "type-7", fixed(block[:156] + b"7" + block[157:]) + body + bytes(1024)
    yield "type-x", fixed(block[:156] + b"Q" + block[157:]) + body + bytes(1024)
    yield "type-link", fixed(block[:156] + b"1" + block[157:]) + body + bytes(1024)
    yield "size-blank", fixed(block[:124] + b"%11o " % len(data) + block[136:]) + body + bytes(1024)
    yield "size-base256", fixed(block[:124] + b"\x80" + bytes(7) + struct.pack(">I", len(data)) + block[136:]) + \
        body + bytes(1024)
    yield "zeros-first", bytes(1024) + plain
    yield "two", tar_of([("good.txt", b"good")]) + plain
    yield "many-before", tar_of([("f%d" % i, b"good") for i in range(300)] + [(name, data)])
    yield "prefix-junk", b"x" * 512 + plain
    pax = b"30 path=" + b"x" * 21 + b"\n"
    yield "pax-size-lie", tar_of([("PaxHeaders/x", pax)]).replace(b"0" + bytes(100), b"x" + bytes(100), 1)[:1024] + plain
    yield "sparse", fixed(block[:156] + b"S" + block[157:386] + b"%011o\0%011o\0" % (0, len(data)) + block[410:483] +
                          b"%011o\0" % len(data) + block[495:]) + body + bytes(1024)


def cpio(members, kind="newc"):
    out = b""
    for i, (name, data) in enumerate(members + [("TRAILER!!!", b"")]):
        n = name.encode() + b"\0"
        if kind == "newc":
            head = b"070701" + b"".join(b"%08X" % v for v in (i, 0o100644, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(n), 0)) + n
            out += head + bytes(-len(head) % 4) + data + bytes(-len(data) % 4)
        elif kind == "odc":
            out += b"070707" + b"".join(b"%06o" % v for v in (0, i, 0o100644, 0, 0, 1, 0)) + b"%011o%06o%011o" % (
                0, len(n), len(data)) + n + data
        else:
            out += struct.pack("<13H", 0o070707, 0, i, 0o100644, 0, 0, 1, 0, 0, 0, len(n), len(data) >> 16,
                               len(data) & 0xffff) + n + bytes(len(n) & 1) + data + bytes(len(data) & 1)
    return out


def ar(members):
    out = b"!<arch>\n"
    for name, data in members:
        out += b"%-16s%-12d%-6d%-6d%-8o%-10d`\n" % (name.encode()[:16], 0, 0, 0, 0o100644, len(data)) + data
        out += b"\n" * (len(data) & 1)
    return out


def cab(name, data):
    """Not compressed."""
    n = name.encode() + b"\0"
    files = struct.pack("<2I4H", len(data), 0, 0, 0x5178, 0x4000, 32) + n
    where = 36 + 8 + len(files)
    block = struct.pack("<I2H", 0, len(data), len(data)) + data
    folder = struct.pack("<I2H", where, 1, 0)
    head = struct.pack("<4s5I2B5H", b"MSCF", 0, where + len(block), 0, 44, 0, 3, 1, 1, 1, 0, 1, 0)
    return head + folder + files + block


def cab_zip(name, data):
    n = name.encode() + b"\0"
    packed = b"CK" + deflate(data)
    files = struct.pack("<2I4H", len(data), 0, 0, 0x5178, 0x4000, 32) + n
    where = 36 + 8 + len(files)
    block = struct.pack("<I2H", 0, len(packed), len(data)) + packed
    folder = struct.pack("<I2H", where, 1, 1)
    head = struct.pack("<4s5I2B5H", b"MSCF", 0, where + len(block), 0, 44, 0, 3, 1, 1, 1, 0, 1, 0)
    return head + folder + files + block


def iso(name, data):
    """ISO 9660, one file."""
    def both16(v):
        return struct.pack("<H", v) + struct.pack(">H", v)

    def both32(v):
        return struct.pack("<I", v) + struct.pack(">I", v)

    def record(n, at, size, flags):
        r = b"\0" + both32(at) + both32(size) + bytes([120, 11, 24, 8, 0, 0, 0, flags, 0, 0]) + both16(1) + \
            bytes([len(n)]) + n
        r += b"\0" * (len(r) + 1 & 1)
        return bytes([len(r) + 1]) + r
    n = name.upper().encode() + b";1"
    root = record(b"\0", 20, 2048, 2) + record(b"\1", 20, 2048, 2) + record(n, 21, len(data), 0)
    date = b"2020112408000000\0"
    pvd = b"\1CD001\1\0" + b" " * 32 + b"%-32s" % b"DISK" + bytes(8) + both32(22) + bytes(32) + both16(1) + both16(1) + \
        both16(2048) + both32(10) + struct.pack("<2I", 18, 0) + struct.pack(">2I", 19, 0) + record(b"\0", 20, 2048, 2)
    pvd += b" " * (813 - len(pvd)) + date * 4 + b"\1\0"
    path = b"\1\0" + struct.pack("<IH", 20, 1) + b"\0\0"
    path_be = b"\1\0" + struct.pack(">IH", 20, 1) + b"\0\0"
    sectors = [b""] * 16 + [pvd, b"\xffCD001\1", path, path_be, root, data]
    return b"".join(s + bytes(-len(s) % 2048 if s else 2048) for s in sectors)


def sevenzip(name, data, lzma2=False):
    """One file, copied or by LZMA."""
    if lzma2:
        packed = lzma.compress(data, lzma.FORMAT_RAW, filters=[{"id": lzma.FILTER_LZMA1, "dict_size": 1 << 16}])
        coder = b"\x23\3\1\1\5\x5d\0\0\1\0"
    else:
        packed, coder = data, b"\1\0"

    def number(v):
        return bytes([v]) if v < 128 else bytes([0x80 | v >> 8, v & 255])
    n = name.encode("utf-16-le") + b"\0\0"
    head = b"\1\4\6\0\1\x09" + number(len(packed)) + b"\0\7\x0b\1\0\1" + coder + b"\x0c" + number(len(data)) + \
        b"\x0a\1" + struct.pack("<I", crc32(data)) + b"\0\x08\0\0" + b"\5\1\x11" + number(len(n) + 1) + b"\0" + n + b"\0\0"
    start = struct.pack("<QQI", len(packed), len(head), crc32(head))
    return b"7z\xbc\xaf\x27\x1c\0\4" + struct.pack("<I", crc32(start)) + start + packed + head


def rar4(name, data, method=0x30, flags=0):
    def block(type, flags, rest, more=b""):
        head = struct.pack("<BHH", type, flags, 7 + len(rest)) + rest
        return struct.pack("<H", crc32(head) & 0xffff) + head + more
    n = name.encode()
    file = struct.pack("<IIBIIBBHI", len(data), len(data), 2, crc32(data), 0x51784000, 20, method, len(n), 32) + n
    return b"Rar!\x1a\7\0" + block(0x73, 0, bytes(6)) + block(0x74, 0x8000 | flags, file, data) + block(0x7b, 0x4000, b"")


def vint(v):
    out = b""
    while v > 127:
        out += bytes([v & 127 | 128])
        v >>= 7
    return out + bytes([v])


def rar5(name, data):
    def block(rest, more=b""):
        body = vint(len(rest)) + rest
        return struct.pack("<I", crc32(body)) + body + more
    n = name.encode()
    file = vint(2) + vint(2) + vint(len(data)) + vint(4) + vint(len(data)) + vint(0o100644) + \
        struct.pack("<I", crc32(data)) + vint(0) + vint(1) + vint(len(n)) + n
    return b"Rar!\x1a\7\1\0" + block(vint(1) + vint(0) + vint(0)) + block(file, data) + block(vint(5) + vint(0) + vint(0))


def arj(name, data):
    def block(b, more=b""):
        return b"\x60\xea" + struct.pack("<H", len(b)) + b + struct.pack("<IH", crc32(b), 0) + more
    main = struct.pack("<8B", 30, 11, 1, 0, 0, 0, 2, 0) + bytes(22) + b"a.arj\0\0"
    file = struct.pack("<8B4I2H2B", 30, 11, 1, 0, 0, 0, 0, 0, 0x51784000, len(data), len(data), crc32(data), 0, 0x20, 0, 0) + \
        name.encode() + b"\0\0"
    return block(main) + block(file, data) + b"\x60\xea\0\0"


def lha(name, data):
    def crc16(d):
        c = 0
        for b in d:
            c ^= b
            for _ in range(8):
                c = c >> 1 ^ (0xa001 if c & 1 else 0)
        return c
    n = name.encode()
    rest = b"-lh0-" + struct.pack("<3I2B", len(data), len(data), 0x51784000, 0x20, 0) + bytes([len(n)]) + n + \
        struct.pack("<H", crc16(data))
    return bytes([len(rest), sum(rest) & 255]) + rest + data + b"\0"


def alz(name, data):
    n = name.encode()
    return b"ALZ\1\x0a\0\0\0BLZ\1" + struct.pack("<HBIBB", len(n), 32, 0x51784000, 0x10, 0) + \
        struct.pack("<BBI", 0, 0, crc32(data)) + bytes([len(data), len(data)]) + n + data + b"CLZ\1" + bytes(12) + b"CLZ\2"


def xar(name, data):
    toc = zlib.compress(b'<?xml version="1.0"?><xar><toc><file id="1"><name>%s</name><type>file</type><data>'
                        b'<length>%d</length><offset>0</offset><size>%d</size><encoding style="application/octet-stream"/>'
                        b'</data></file></toc></xar>' % (name.encode(), len(data), len(data)))
    return struct.pack(">4s2H2QI", b"xar!", 28, 1, len(toc), 300, 0) + toc + data


def macbinary(name, data):
    n = name.encode()
    head = b"\0" + bytes([len(n)]) + n + bytes(63 - len(n)) + b"TEXTttxt" + bytes(10) + struct.pack(">2I", len(data), 0)
    head += bytes(122 - len(head)) + b"\x81\x81"
    head += struct.pack(">H", crc_hqx(head, 0)) + bytes(2)
    return head + data + bytes(-len(data) % 128)


def applesingle(name, data):
    return struct.pack(">2I16sH", 0x51600, 0x20000, b"", 1) + struct.pack(">3I", 1, 38, len(data)) + data


def stubs(name, data):
    """First bytes of what nobody here opens, the file behind them."""
    hidden = zlib.compress(data)
    for word, magic in (("ace", bytes(7) + b"**ACE**" + bytes(20)), ("zoo", b"ZOO 2.10 Archive.\x1a\0\0\xdc\xa7\xc4\xfd" + bytes(20)),
                        ("wim", b"MSWIM\0\0\0" + bytes(200)), ("squashfs", b"hsqs" + bytes(90)), ("egg", b"EGGA\0\1" + bytes(10)),
                        ("zpaq", b"7kSt\xa0\x31\x83\xd3\x8c\xb2\x28\xb0\xd3zPQ\2\1"), ("lzip", b"LZIP\1\x0c"),
                        ("lrzip", b"LRZI\0\6" + bytes(20)), ("stuffit", b"StuffIt (c)1997-" + bytes(100)),
                        ("rar-1.4", b"RE\x7e\x5e" + bytes(20)), ("rar-old", b"Rar!\x1a\7\0" + bytes(20)), ("vhdx", b"vhdxfile" + bytes(500)),
                        ("vmdk", b"KDMV\1\0\0\0" + bytes(500)), ("qcow", b"QFI\xfb\0\0\0\3" + bytes(100)),
                        ("pst", b"!BDN" + bytes(600)), ("freearc", b"ArC\1" + bytes(30)), ("lzop", b"\x89LZO\0\r\n\x1a\n" + bytes(30))):
        yield word, magic + hidden


def plain(name, data):
    """(method, file name, bytes) of containers of good make, each with one file."""
    yield "zip/deflate", "a.zip", zip_of([(name, data)])
    yield "zip/stored", "a.zip", zip_of([(name, data)], zipfile.ZIP_STORED)
    yield "zip/bzip2", "a.zip", zip_of([(name, data)], zipfile.ZIP_BZIP2)
    yield "zip/lzma", "a.zip", zip_of([(name, data)], zipfile.ZIP_LZMA)
    yield "gzip", name + ".gz", gzip.compress(data, mtime=0)
    yield "bzip2", name + ".bz2", bz2.compress(data)
    yield "xz", name + ".xz", lzma.compress(data)
    yield "lzma", name + ".lzma", lzma.compress(data, lzma.FORMAT_ALONE)
    yield "tar", "a.tar", tar_of([(name, data)])
    yield "tgz", "a.tgz", gzip.compress(tar_of([(name, data)]), mtime=0)
    yield "tbz", "a.tbz", bz2.compress(tar_of([(name, data)]))
    yield "txz", "a.txz", lzma.compress(tar_of([(name, data)]))
    yield "cpio", "a.cpio", cpio([(name, data)])
    yield "ar", "a.a", ar([(name, data)])
    yield "iso", "a.iso", iso(name, data)
    if len(data) < 250:
        yield "compress", name + ".Z", compress_z(data)
    if len(data) < 16000:
        yield "7z/copy", "a.7z", sevenzip(name, data)
        yield "7z/lzma", "a.7z", sevenzip(name, data, True)
    if len(data) < 32000:
        yield "cab/stored", "a.cab", cab(name, data)
        yield "cab/mszip", "a.cab", cab_zip(name, data)
    yield "zstd", name + ".zst", zstd(data)
    yield "lz4", name + ".lz4", lz4(data)
    yield "rar4", "a.rar", rar4(name, data)
    yield "rar5", "a.rar", rar5(name, data)
    yield "arj", "a.arj", arj(name, data)
    yield "lha", "a.lzh", lha(name, data)


def odd(name, data):
    for word, bytes_ in zip_odd(name, data):
        yield "zip-odd/" + word, "a.zip", bytes_
    for word, bytes_ in gzip_odd(name, data):
        yield "gzip-odd/" + word, "a.gz", bytes_
    for word, file, bytes_ in one_file(name, data):
        yield "one-file/" + word, file, bytes_
    for word, bytes_ in tar_odd(name, data):
        yield "tar-odd/" + word, "a.tar", bytes_
        yield "tar-odd/" + word + "-gz", "a.tar.gz", gzip.compress(bytes_, mtime=0)
    for kind in ("newc", "odc", "bin"):
        yield "cpio-odd/" + kind, "a.cpio", cpio([("good.txt", b"good"), (name, data)], kind)
    yield "ar-odd/deb", "a.deb", ar([("debian-binary", b"2.0\n"), ("data.tar.gz", gzip.compress(
        tar_of([(name, data)]), mtime=0))])
    yield "alz/stored", "a.alz", alz(name, data)
    yield "xar/stored", "a.xar", xar(name, data)
    yield "mac/binary", "a.bin", macbinary(name, data)
    yield "mac/applesingle", "a.as", applesingle(name, data)
    for word, bytes_ in stubs(name, data):
        yield "stub/" + word, "a.bin", bytes_
    yield "sfx/rar4", "a.exe", b"MZ" + bytes(600) + rar4(name, data)
    yield "sfx/7z", "a.exe", b"MZ" + bytes(600) + sevenzip(name, data, True)
    yield "sfx/cab", "a.exe", b"MZ" + bytes(600) + cab_zip(name, data)
    yield "sfx/gzip", "a.sh", b"#!/bin/sh\ntail -n +3 $0 | tar xz\nexit\n" + gzip.compress(tar_of([(name, data)]), mtime=0)
    yield "sfx/tar", "a.run", b"#!/bin/sh\n" + b"#" * 502 + tar_of([(name, data)])
    yield "rar-odd/password", "a.rar", rar4(name, data, 0x33, 4)
    yield "rar-odd/compressed", "a.rar", rar4(name, data, 0x33)
