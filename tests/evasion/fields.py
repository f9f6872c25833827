"""fields.py - the fields of the part that holds the file: its encoding, its type, its name

heads(body, word) yields (method, header block) for a body that is encoded as `word` says.
"""

ENCODING_FIELDS = {
    "plain": b"Content-Transfer-Encoding: %s\r\n",
    "upper": b"CONTENT-TRANSFER-ENCODING: %S\r\n",
    "lower": b"content-transfer-encoding: %s\r\n",
    "value-upper": b"Content-Transfer-Encoding: %S\r\n",
    "no-blank": b"Content-Transfer-Encoding:%s\r\n",
    "blanks": b"Content-Transfer-Encoding:   \t %s  \t \r\n",
    "blank-before-colon": b"Content-Transfer-Encoding : %s\r\n",
    "tab-before-colon": b"Content-Transfer-Encoding\t: %s\r\n",
    "fold": b"Content-Transfer-Encoding:\r\n %s\r\n",
    "fold-blank-line": b"Content-Transfer-Encoding:\r\n \r\n %s\r\n",
    "fold-behind": b"Content-Transfer-Encoding: %s\r\n \r\n",
    "fold-in-word": b"Content-Transfer-Encoding: %<\r\n %>\r\n",
    "fold-before-colon": b"Content-Transfer-Encoding\r\n : %s\r\n",
    "unfolded": b"Content-Transfer-Encoding:\r\n%s\r\n",
    "semicolon": b"Content-Transfer-Encoding: %s;\r\n",
    "semicolon-blank": b"Content-Transfer-Encoding: %s ; \r\n",
    "semicolon-text": b"Content-Transfer-Encoding: %s; x=y\r\n",
    "semicolon-first": b"Content-Transfer-Encoding: ; %s\r\n",
    "comma-text": b"Content-Transfer-Encoding: %s, x\r\n",
    "comma-first": b"Content-Transfer-Encoding: x, %s\r\n",
    "dot": b"Content-Transfer-Encoding: %s.\r\n",
    "text-behind": b"Content-Transfer-Encoding: %s x\r\n",
    "text-first": b"Content-Transfer-Encoding: x %s\r\n",
    "seven-first": b"Content-Transfer-Encoding: 7bit %s\r\n",
    "seven-behind": b"Content-Transfer-Encoding: %s 7bit\r\n",
    "quotes": b"Content-Transfer-Encoding: \"%s\"\r\n",
    "quote-open": b"Content-Transfer-Encoding: \"%s\r\n",
    "quote-close": b"Content-Transfer-Encoding: %s\"\r\n",
    "single-quotes": b"Content-Transfer-Encoding: '%s'\r\n",
    "angle": b"Content-Transfer-Encoding: <%s>\r\n",
    "comment-behind": b"Content-Transfer-Encoding: %s (x)\r\n",
    "comment-touching": b"Content-Transfer-Encoding: %s(x)\r\n",
    "comment-first": b"Content-Transfer-Encoding: (x) %s\r\n",
    "comment-inside": b"Content-Transfer-Encoding: %<(x)%>\r\n",
    "comment-seven": b"Content-Transfer-Encoding: (7bit) %s\r\n",
    "blank-inside": b"Content-Transfer-Encoding: %< %>\r\n",
    "x-prefix": b"Content-Transfer-Encoding: x-%s\r\n",
    "encoded-word": b"Content-Transfer-Encoding: =?us-ascii?Q?%s?=\r\n",
    "equals": b"Content-Transfer-Encoding: encoding=%s\r\n",
    "nul-behind": b"Content-Transfer-Encoding: %s\0\r\n",
    "nul-text-behind": b"Content-Transfer-Encoding: %s\0x\r\n",
    "nul-first": b"Content-Transfer-Encoding: \0%s\r\n",
    "nul-inside": b"Content-Transfer-Encoding: %<\0%>\r\n",
    "ctl-behind": b"Content-Transfer-Encoding: %s\x01\r\n",
    "8bit-behind": b"Content-Transfer-Encoding: %s\xa0\r\n",
    "8bit-first": b"Content-Transfer-Encoding: \xa0%s\r\n",
    "vt-first": b"Content-Transfer-Encoding: \v%s\r\n",
    "ff-behind": b"Content-Transfer-Encoding: %s\f\r\n",
    "cr-behind": b"Content-Transfer-Encoding: %s\rx\r\n",
    "cr-first": b"Content-Transfer-Encoding: x\r%s\r\n",
    "seven-then": b"Content-Transfer-Encoding: 7bit\r\nContent-Transfer-Encoding: %s\r\n",
    "then-seven": b"Content-Transfer-Encoding: %s\r\nContent-Transfer-Encoding: 7bit\r\n",
    "eight-then": b"Content-Transfer-Encoding: 8bit\r\nContent-Transfer-Encoding: %s\r\n",
    "binary-then": b"Content-Transfer-Encoding: binary\r\nContent-Transfer-Encoding: %s\r\n",
    "unknown-then": b"Content-Transfer-Encoding: x-what\r\nContent-Transfer-Encoding: %s\r\n",
    "empty-then": b"Content-Transfer-Encoding:\r\nContent-Transfer-Encoding: %s\r\n",
    "then-empty": b"Content-Transfer-Encoding: %s\r\nContent-Transfer-Encoding:\r\n",
    "other-then": b"Content-Transfer-Encoding: %O\r\nContent-Transfer-Encoding: %s\r\n",
    "then-other": b"Content-Transfer-Encoding: %s\r\nContent-Transfer-Encoding: %O\r\n",
    "three": b"Content-Transfer-Encoding: 7bit\r\nContent-Transfer-Encoding: %s\r\nContent-Transfer-Encoding: 8bit\r\n",
    "twice": b"Content-Transfer-Encoding: %s\r\nContent-Transfer-Encoding: %s\r\n",
    "none": b"",
    "seven": b"Content-Transfer-Encoding: 7bit\r\n",
    "binary": b"Content-Transfer-Encoding: binary\r\n",
    "unknown": b"Content-Transfer-Encoding: x-what\r\n",
    "content-encoding": b"Content-Encoding: %s\r\n",
    "transfer-encoding": b"Transfer-Encoding: %s\r\n",
    "encoding": b"Encoding: %s\r\n",
    "x-field": b"X-Content-Transfer-Encoding: %s\r\n",
    "misspelled": b"Content-Tranfer-Encoding: %s\r\n",
    "underscores": b"Content_Transfer_Encoding: %s\r\n",
    "blanks-in-name": b"Content Transfer Encoding: %s\r\n",
    "colon-twice": b"Content-Transfer-Encoding:: %s\r\n",
    "no-colon": b"Content-Transfer-Encoding %s\r\n",
    "in-type": b"Content-Type: application/octet-stream; encoding=%s\r\n",
    "behind-cr": b"X-A: b\rContent-Transfer-Encoding: %s\r\n",
    "behind-lf": b"X-A: b\nContent-Transfer-Encoding: %s\n",
    "behind-vt": b"X-A: b\vContent-Transfer-Encoding: %s\r\n",
    "behind-nel": b"X-A: b\x85Content-Transfer-Encoding: %s\r\n",
    "behind-u2028": b"X-A: b\xe2\x80\xa8Content-Transfer-Encoding: %s\r\n",
    "behind-x1c": b"X-A: b\x1cContent-Transfer-Encoding: %s\r\n",
    "behind-junk": b"no field at all\r\nContent-Transfer-Encoding: %s\r\n",
    "behind-blank-line": b" \r\nContent-Transfer-Encoding: %s\r\n",
    "continuation": b"X-A: b\r\n Content-Transfer-Encoding: %s\r\n",
    "behind-continuation": b"X-A: b\r\n c\r\nContent-Transfer-Encoding: %s\r\n",
    "nul-in-name": b"Content-Transfer\0-Encoding: %s\r\n",
    "8bit-in-name": b"Content-Transfer-Encoding\xe9: x\r\nContent-Transfer-Encoding: %s\r\n",
    "long": b"Content-Transfer-Encoding: " + b" " * 3000 + b"%s\r\n",
    "behind-long": b"X-A: " + b"y" * 70000 + b"\r\nContent-Transfer-Encoding: %s\r\n",
}

TYPES = [
    b"application/octet-stream", b"text/plain", b"text/html", b"text/xml", b"text/calendar", b"text/x-vcard",
    b"text/enriched", b"text/richtext", b"text/css", b"text/csv", b"text/rtf", b"image/png", b"image/svg+xml",
    b"audio/x-wav", b"video/mp4", b"font/woff", b"model/vrml", b"application/zip", b"application/pdf",
    b"application/msword", b"application/x-msdownload", b"application/javascript", b"application/ms-tnef",
    b"application/pgp-signature", b"application/pgp-encrypted", b"application/pkcs7-signature",
    b"application/pkcs7-mime", b"application/pkcs7-mime; smime-type=enveloped-data", b"application/x-what",
    b"application/mac-binhex40", b"application/applefile", b"multipart/mixed", b"multipart/alternative",
    b"message/rfc822", b"message/partial; id=x; number=1; total=1", b"message/external-body; access-type=x",
    b"message/delivery-status", b"message/x-what", b"message/disposition-notification", b"what/ever", b"text", b"/",
    b"", b"text/", b"/plain", b"text/plain/x", b"text plain", b"x", b"TEXT/PLAIN", b"text/plain; charset=utf-16",
    b"text/plain; charset=utf-16le", b"text/plain; charset=utf-7", b"text/plain; charset=what",
    b"text/plain; charset=iso-2022-jp", b"text/plain; charset=ebcdic-cp-us", b"text/plain; charset=utf-32",
    b"text/plain; charset=", b"text/plain; format=flowed; delsp=yes", b"text/plain; name=\"e.com\"",
    b"text/html; charset=utf-7", b"\xe9/\xe9", b"\0text/plain", b"text/plain\0", b"application/octet-stream; type=text",
]

NAMES = {
    "none": b"",
    "plain": b"Content-Disposition: attachment; filename=e.com\r\n",
    "inline": b"Content-Disposition: inline; filename=e.com\r\n",
    "unknown-disposition": b"Content-Disposition: what; filename=e.com\r\n",
    "no-disposition": b"Content-Disposition: filename=e.com\r\n",
    "empty": b"Content-Disposition: attachment; filename=\"\"\r\n",
    "quoted": b"Content-Disposition: attachment; filename=\"e.com\"\r\n",
    "blanks": b"Content-Disposition: attachment; filename=\"a b c.com\"\r\n",
    "blanks-unquoted": b"Content-Disposition: attachment; filename=a b c.com\r\n",
    "rfc2231": b"Content-Disposition: attachment; filename*=utf-8''%65.com\r\n",
    "rfc2231-parts": b"Content-Disposition: attachment; filename*0=e.; filename*1=com\r\n",
    "rfc2231-order": b"Content-Disposition: attachment; filename*1=com; filename*0=e.\r\n",
    "rfc2231-mixed": b"Content-Disposition: attachment; filename*0*=utf-8''%65; filename*1=.com\r\n",
    "rfc2231-charset": b"Content-Disposition: attachment; filename*=what''e.com\r\n",
    "encoded-word": b"Content-Disposition: attachment; filename=\"=?utf-8?B?ZS5jb20=?=\"\r\n",
    "encoded-word-bare": b"Content-Disposition: attachment; filename==?utf-8?B?ZS5jb20=?=\r\n",
    "two": b"Content-Disposition: attachment; filename=good.txt; filename=e.com\r\n",
    "two-fields": b"Content-Disposition: attachment; filename=good.txt\r\n"
                  b"Content-Disposition: attachment; filename=e.com\r\n",
    "8bit": b"Content-Disposition: attachment; filename=\"\xe4\xf6.com\"\r\n",
    "nul": b"Content-Disposition: attachment; filename=\"e.com\0.txt\"\r\n",
    "rtl": b"Content-Disposition: attachment; filename=\"\xe2\x80\xaemoc.e\"\r\n",
    "path": b"Content-Disposition: attachment; filename=\"../../../../tmp/e.com\"\r\n",
    "absolute": b"Content-Disposition: attachment; filename=\"/etc/passwd\"\r\n",
    "backslash": b"Content-Disposition: attachment; filename=\"c:\\\\windows\\\\e.com\"\r\n",
    "dots": b"Content-Disposition: attachment; filename=\"..\"\r\n",
    "long": b"Content-Disposition: attachment; filename=\"" + b"x" * 5000 + b".com\"\r\n",
    "folded": b"Content-Disposition: attachment;\r\n filename=\"e.\r\n com\"\r\n",
    "open-quote": b"Content-Disposition: attachment; filename=\"e.com\r\n",
    "percent": b"Content-Disposition: attachment; filename=\"%65%2e%63om %n%n%s\"\r\n",
    "eml": b"Content-Disposition: attachment; filename=\"a.eml\"\r\n",
    "mht": b"Content-Disposition: attachment; filename=\"a.mht\"\r\n",
    "zip": b"Content-Disposition: attachment; filename=\"a.zip\"\r\n",
    "lzma": b"Content-Disposition: attachment; filename=\"a.lzma\"\r\n",
    "txt": b"Content-Disposition: attachment; filename=\"a.txt\"\r\n",
    "html": b"Content-Disposition: attachment; filename=\"a.html\"\r\n",
    "p7s": b"Content-Disposition: attachment; filename=\"smime.p7s\"\r\n",
    "winmail": b"Content-Disposition: attachment; filename=\"winmail.dat\"\r\n",
    "newline": b"Content-Disposition: attachment; filename*=utf-8''e%0d%0a.com\r\n",
    "size-lie": b"Content-Disposition: attachment; filename=e.com; size=0\r\nContent-Length: 0\r\n",
    "md5-lie": b"Content-Disposition: attachment; filename=e.com\r\nContent-MD5: AAAA\r\nContent-ID: <x>\r\n",
    "location": b"Content-Location: http://example.org/e.com\r\n",
}

OTHER = {b"base64": b"quoted-printable", b"quoted-printable": b"base64"}


def fill(template, word):
    half = len(word) // 2
    for mark, text in ((b"%s", word), (b"%S", word.upper()), (b"%<", word[:half]), (b"%>", word[half:]),
                       (b"%O", OTHER.get(word, b"base64"))):
        template = template.replace(mark, text)
    return template


def encoding_heads(word):
    for name, template in ENCODING_FIELDS.items():
        field = fill(template, word)
        named = b"Content-Type: application/octet-stream; name=e.com\r\n"
        yield "encoding-field/" + name, named + field
        yield "encoding-field/" + name + "-before", field + named
        yield "encoding-field/" + name + "-text", b"Content-Type: text/plain\r\n" + field


def type_heads(word):
    for i, type in enumerate(TYPES):
        shown = "".join(chr(c) if 33 <= c < 127 and c != 59 else "_" for c in type) or "empty"
        for disposition in (b"", NAMES["plain"]):
            yield "type-field/" + shown, (b"Content-Type: " + type + b"\r\n" + disposition +
                                          b"Content-Transfer-Encoding: " + word + b"\r\n")
    yield "type-field/absent", NAMES["plain"] + b"Content-Transfer-Encoding: " + word + b"\r\n"
    yield "type-field/several", (b"Content-Type: text/plain\r\nContent-Type: application/octet-stream\r\n"
                                 b"Content-Transfer-Encoding: " + word + b"\r\n")


def name_heads(word):
    for name, field in NAMES.items():
        for type in (b"application/octet-stream", b"text/plain", b"image/png"):
            yield "name-field/" + name, (b"Content-Type: " + type + b"\r\n" + field +
                                         b"Content-Transfer-Encoding: " + word + b"\r\n")
