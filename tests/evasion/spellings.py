"""spellings.py - a file in a part's body, under every odd spelling of its transfer encoding

bodies(data) yields (method, name of the encoding as declared, body). inline(data) yields (method, text): files
that stand in text without any field saying so.
"""
import base64
import binascii

from kit import b64, lines, qp, qp_soft, uu, uu_line, yenc


def base64_bodies(data):
    plain = base64.b64encode(data)
    half = len(data) // 2
    third = len(data) // 3 * 1 + (1 - (len(data) // 3) % 3)  # one more than a multiple of three: padded
    two = base64.b64encode(data[:third]), base64.b64encode(data[third:])
    yield "one-line", plain
    yield "one-line-crlf", plain + b"\r\n"
    for n in (1, 2, 3, 4, 5, 7, 75, 77, 100):
        yield "lines-of-%d" % n, lines(plain, n)
    yield "lines-lf", lines(plain, 60, b"\n")
    yield "lines-cr", lines(plain, 60, b"\r")
    yield "lines-crcrlf", lines(plain, 60, b"\r\r\n")
    yield "lines-ff", lines(plain, 60, b"\f")
    yield "lines-vt", lines(plain, 60, b"\v\r\n")
    yield "lines-nul", lines(plain, 20, b"\0")
    yield "lines-u2028", lines(plain, 60, b"\xe2\x80\xa8")
    yield "empty-lines-between", lines(plain, 16, b"\r\n\r\n\r\n")
    yield "empty-lines-before", b"\r\n" * 30 + b64(data)
    yield "blanks-before-lines", b"".join(b"  \t" + r + b"\r\n" for r in lines(plain, 20).split(b"\r\n") if r)
    yield "blanks-behind-lines", lines(plain, 20, b" \t \r\n")
    yield "blank-between-all", b" ".join(plain[i:i + 1] for i in range(len(plain)))
    yield "tab-in-quanta", b"\t".join(plain[i:i + 3] for i in range(0, len(plain), 3))
    for name, junk in (("bang", b"!"), ("dots", b"..."), ("dash", b"-"), ("underscore", b"_"), ("8bit", b"\xe9"),
                       ("nul", b"\0"), ("utf8", "é".encode()), ("bell", b"\a"), ("comma", b","), ("colon", b":"),
                       ("quote", b'"'), ("star", b"*"), ("gt", b"> "), ("del", b"\x7f"), ("nbsp", b"\xa0")):
        yield "junk-%s-every-4" % name, junk.join(plain[i:i + 4] for i in range(0, len(plain), 4))
        yield "junk-%s-in-quantum" % name, plain[:5] + junk + plain[5:42] + junk + plain[42:]
        yield "junk-%s-first" % name, junk + plain
        yield "junk-%s-behind" % name, plain + junk
        yield "junk-%s-line-begins" % name, b"".join(junk + r + b"\r\n" for r in
                                                     lines(plain, 20).split(b"\r\n") if r)
    yield "text-before", b"This is the file.\r\n\r\n" + b64(data)
    yield "text-before-4n", b"abcd" * 3 + b"\r\n" + b64(data)
    yield "text-behind", b64(data) + b"\r\nThat was the file.\r\n"
    yield "mime-header-inside", b"Content-Type: x/y\r\n\r\n" + b64(data)
    yield "pem", b"-----BEGIN FILE-----\r\n" + b64(data) + b"-----END FILE-----\r\n"
    yield "pad-missing", plain.rstrip(b"=")
    yield "pad-too-many", plain.rstrip(b"=") + b"====="
    yield "pad-too-few", plain.rstrip(b"=") + b"=" * max(0, plain.count(b"=") - 1)
    yield "pad-apart", plain.rstrip(b"=") + b"=\r\n=\r\n"
    yield "pad-first", b"====" + plain
    yield "pad-one-first", b"=" + plain
    yield "pad-in-middle", two[0] + two[1]
    yield "pad-in-middle-line", two[0] + b"\r\n" + two[1] + b"\r\n"
    yield "pad-in-middle-dropped", two[0].rstrip(b"=") + b"\r\n" + two[1] + b"\r\n"
    yield "pad-whole-quantum", plain[:20] + b"====" + plain[20:]
    yield "pad-in-quantum", plain[:22] + b"=" + plain[22:]
    yield "pad-two-in-quantum", plain[:22] + b"==" + plain[22:]
    yield "pad-three-in-quantum", plain[:21] + b"===" + plain[21:]
    yield "pad-every-byte", b"".join(base64.b64encode(data[i:i + 1]) for i in range(len(data)))
    yield "pad-every-byte-lines", b"".join(base64.b64encode(data[i:i + 1]) + b"\r\n" for i in range(len(data)))
    yield "pad-every-two", b"".join(base64.b64encode(data[i:i + 2]) for i in range(0, len(data), 2))
    yield "empty-then-file", b"==\r\n" + b64(data)
    yield "good-padded-then-file", base64.b64encode(b"good") + b"\r\n" + b64(data)
    yield "file-padded-then-good", b64(data) + base64.b64encode(b"good data behind it") + b"\r\n"
    yield "twice", b64(data) + b64(data)
    yield "urlsafe", lines(base64.urlsafe_b64encode(data), 76)
    yield "trailing-bits", plain.rstrip(b"=")[:-1] + b"h" + b"=" * plain.count(b"=")
    yield "one-char-more", plain.rstrip(b"=") + b"A"
    yield "one-char-before", b"A" + plain
    yield "mixed-widths", b"".join(plain[i * (i + 1) // 2:(i + 1) * (i + 2) // 2] + b"\r\n" for i in range(20))
    yield "qp-soft-breaks", lines(plain, 40, b"=\r\n")
    yield "half-half", b64(data[:half // 3 * 3]) + b"\r\n \r\n" + b64(data[half // 3 * 3:])
    yield "dash-dash-line", plain[:40] + b"\r\n--\r\n" + plain[40:] + b"\r\n"
    yield "dash-line", plain[:40] + b"\r\n--x\r\n" + plain[40:] + b"\r\n"
    yield "dot-line", plain[:40] + b"\r\n.\r\n" + plain[40:] + b"\r\n"
    yield "from-line", plain[:40] + b"\r\n>From \r\n" + plain[40:] + b"\r\n"
    yield "html-tags", b"<pre>" + plain + b"</pre>"
    yield "comment-inside", plain[:20] + b"(a comment)" + plain[20:]
    yield "backslash", plain[:20] + b"\\" + plain[20:]
    yield "percent", plain.replace(b"=", b"%3D").replace(b"+", b"%2B")
    yield "entity-eq", plain.replace(b"=", b"&#61;")
    yield "utf16", plain.decode().encode("utf-16-le")
    yield "bom", b"\xef\xbb\xbf" + plain
    yield "of-base64", b64(b64(data))


def qp_bodies(data):
    full = b"".join(b"=%02X" % c for c in data)
    yield "all", qp(data)
    yield "soft", qp_soft(data)
    yield "lower-case", b"".join(b"=%02x" % c for c in data)
    yield "one-long-line", full
    yield "soft-break-lf", full[:60] + b"=\n" + full[60:]
    yield "soft-break-cr", full[:60] + b"=\r" + full[60:]
    yield "soft-break-blank", full[:60] + b"= \t \r\n" + full[60:]
    yield "soft-break-crcrlf", full[:60] + b"=\r\r\n" + full[60:]
    yield "soft-break-in-escape", full[:61] + b"=\r\n" + full[61:]
    yield "soft-break-twice", full[:60] + b"=\r\n=\r\n=\r\n" + full[60:]
    yield "soft-break-first", b"=\r\n" + full
    yield "soft-break-many", b"".join(b"=%02X=\r\n" % c for c in data)
    yield "soft-break-at-end", full + b"="
    yield "blank-after-soft", full[:60] + b"=\r\n \t" + full[60:]
    yield "bad-escape", full[:60] + b"=ZZ" + full[60:]
    yield "bad-escape-first", b"=ZZ" + full
    yield "equals-alone", full + b"=="
    yield "equals-at-end-of-text", full + b"=4"
    yield "mixed-case", b"".join(b"=%02X" % c if i & 1 else b"=%02x" % c for i, c in enumerate(data))
    yield "some", b"".join(b"=%02X" % c if i % 7 == 0 or c == 61 else bytes([c]) for i, c in enumerate(data))
    yield "trailing-blanks", qp_soft(data).replace(b"\r\n", b"   \r\n")
    yield "nul-in-escape", full[:61] + b"\0" + full[61:]
    yield "space-in-escape", full.replace(b"=", b"= ", 1)
    yield "long-blank-run", full[:60] + b"=" + b" " * 2000 + b"\r\n" + full[60:]
    yield "of-base64", qp(b64(data))
    yield "8bit-beside", full + b"\r\n\xe4\xf6\xfc\r\n"


def uu_bodies(data):
    text = uu(data)
    rows = text.split(b"\r\n")
    yield "plain", text
    yield "blanks", uu(data, blank=b" ")
    yield "no-end", text.replace(b"end\r\n", b"")
    yield "no-zero-line", text.replace(b"`\r\nend", b"end")
    yield "lf", text.replace(b"\r\n", b"\n")
    yield "cr", text.replace(b"\r\n", b"\r")
    yield "text-before", b"hello\r\n\r\n" + text
    yield "text-behind", text + b"\r\ngood bye\r\n"
    yield "mode-4", uu(data, mode=b"0644")
    yield "mode-000", uu(data, mode=b"000")
    yield "no-name", text.replace(b"begin 644 e.com", b"begin 644 ", 1)
    yield "long-name", text.replace(b"e.com", b"x" * 900 + b".com", 1)
    yield "name-with-blanks", text.replace(b"e.com", b"a b c.com", 1)
    yield "short-lines", b"begin 644 e.com\r\n" + b"".join(
        uu_line(data[i:i + 3]) for i in range(0, len(data), 3)) + b"`\r\nend\r\n"
    yield "checksum-chars", b"\r\n".join([rows[0]] + [r + b"A" for r in rows[1:-3]] + rows[-3:])
    yield "trailing-blanks", text.replace(b"\r\n", b"  \r\n")
    yield "base64-kind", b"begin-base64 644 e.com\r\n" + b64(data) + b"====\r\n"
    yield "second-block", uu(b"a good file", b"good.txt") + text
    yield "empty-block-before", b"begin 644 x\r\n`\r\nend\r\n" + text
    yield "unended-block-before", b"begin 644 x\r\n" + text
    yield "end-in-text", b"end\r\n" + text
    yield "quoted", b"".join(b"> " + r + b"\r\n" for r in rows if r)
    yield "indented", b"".join(b" " + r + b"\r\n" for r in rows if r)
    yield "begin-upper", text.replace(b"begin", b"BEGIN", 1)
    yield "begin-tab", text.replace(b"begin 644 e.com", b"begin\t644\te.com", 1)
    yield "begin-two-blanks", text.replace(b"begin 644 e.com", b"begin  644  e.com", 1)
    yield "mode-2-digits", uu(data, mode=b"44")
    yield "mode-5-digits", uu(data, mode=b"00644")
    yield "mode-9", uu(data, mode=b"699")
    yield "mode-letters", uu(data, mode=b"rwx")
    yield "empty-lines", text.replace(b"\r\n", b"\r\n\r\n")
    yield "count-too-large", text.replace(b"M", b"_", 1)
    table = b"".join(bytes([c]) for c in range(33, 96))
    yield "table-line", b"table\r\n " + table[:31] + b"\r\n" + table[31:] + b"\r\n" + text
    xx = bytes.maketrans(bytes(range(32, 97)),
                         b"+-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz+")
    yield "xxencode", rows[0] + b"\r\n" + b"".join(r.translate(xx) + b"\r\n" for r in rows[1:-2]) + b"end\r\n"


def yenc_bodies(data):
    text = yenc(data)
    yield "plain", text
    yield "lf", text.replace(b"\r\n", b"\n")
    yield "narrow", yenc(data, width=20)
    yield "part", yenc(data, part=b"=ypart begin=1 end=%d\r\n" % len(data)).replace(
        b"=ybegin ", b"=ybegin part=1 total=1 ", 1)
    yield "no-end", text[:text.index(b"=yend")]
    yield "no-name", text.replace(b" name=e.com", b"", 1)
    yield "text-before", b"hello\r\n\r\n" + text
    yield "wrong-size", text.replace(b"size=68", b"size=1")
    yield "escapes-all", text.split(b"\r\n")[0] + b"\r\n" + b"".join(
        b"=" + bytes([(c + 42 + 64) & 255]) for c in data) + b"\r\n=yend size=68\r\n"
    yield "dot-stuffed", text.replace(b"\r\n.", b"\r\n..")
    yield "second-block", yenc(b"a good file", b"good.txt") + text


def binhex_bodies(data):
    yield "plain", binhex(data)
    yield "lf", binhex(data).replace(b"\r\n", b"\n")
    yield "no-notice", b":" + binhex(data).split(b"\r\n:", 1)[1]
    yield "text-before", b"hello\r\n\r\n" + binhex(data)


def binhex(data, name=b"e.com"):
    """BinHex 4.0, RFC 1741"""
    def crc(b):
        return b + binascii.crc_hqx(b, 0).to_bytes(2, "big")
    head = bytes([len(name)]) + name + b"\0" + b"TEXTttxt" + b"\0\0" + len(data).to_bytes(4, "big") + bytes(4)
    raw = (crc(head) + crc(data) + crc(b"")).replace(b"\x90", b"\x90\0")
    digits = b"!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr"
    normal = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    text = base64.b64encode(raw).rstrip(b"=").translate(bytes.maketrans(normal, digits))
    return b"(This file must be converted with BinHex 4.0)\r\n\r\n" + lines(b":" + text + b":", 64)


def bodies(data):
    for name, b in base64_bodies(data):
        yield "base64/" + name, b"base64", b
    for name, b in qp_bodies(data):
        yield "qp/" + name, b"quoted-printable", b
    for name, b in uu_bodies(data):
        for word in (b"x-uuencode", b"uuencode", b"x-uue", b"uue"):
            yield "uue/" + name, word, b
    yield "binhex/declared", b"mac-binhex40", binhex(data)
    yield "yenc/declared", b"x-yencode", yenc(data)


def inline(data):
    for name, b in uu_bodies(data):
        yield "inline-uue/" + name, b
    for name, b in yenc_bodies(data):
        yield "inline-yenc/" + name, b
    for name, b in binhex_bodies(data):
        yield "inline-binhex/" + name, b
