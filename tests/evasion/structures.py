"""structures.py - a part inside of a multipart, where readers do not agree what the multipart is

entities(part) yields (method, entity): a header block and a body, to be put anywhere. messages(part) yields
(method, message): tricks with the message as a whole, which must stand at the top.
"""
from kit import GOOD, TEXT, TOP, VERSION, body, join, message, multipart

B = b"b0und"


def typed(fields, content):
    return fields, content


def pair(part):
    """The usual content: some text, the file."""
    return body([TEXT, part], B)


def decoy(boundary):
    """What a reader sees who goes by another boundary: nothing bad."""
    return body([b"Content-Type: text/plain\r\n\r\n" + GOOD], boundary)


# ---- the Content-Type field, the file behind boundary B

CONTENT_TYPES = {
    # several
    "several-boundaries/first": b'multipart/mixed; boundary=b0und; boundary=other',
    "several-boundaries/last": b'multipart/mixed; boundary=other; boundary=b0und',
    "several-boundaries/quoted-last": b'multipart/mixed; boundary="other"; boundary="b0und"',
    "several-boundaries/middle": b'multipart/mixed; boundary=x; boundary=b0und; boundary=y',
    "several-boundaries/case": b'multipart/mixed; BOUNDARY=other; boundary=b0und',
    "several-boundaries/no-semicolon": b'multipart/mixed; boundary=other boundary=b0und',
    "several-boundaries/empty-first": b'multipart/mixed; boundary=; boundary=b0und',
    "several-boundaries/empty-quoted-first": b'multipart/mixed; boundary=""; boundary=b0und',
    "several-boundaries/bare-first": b'multipart/mixed; boundary; boundary=b0und',
    "several-boundaries/in-value": b'multipart/mixed; x="; boundary=other"; boundary=b0und',
    "several-boundaries/in-value-bad": b'multipart/mixed; x="; boundary=b0und; y="; boundary=other',
    "several-boundaries/in-single-quotes": b"multipart/mixed; x='; boundary=other'; boundary=b0und",
    "several-boundaries/xboundary": b'multipart/mixed; xboundary=other; boundary=b0und',
    "several-boundaries/x-boundary": b'multipart/mixed; x-boundary=other; boundary=b0und',
    "several-boundaries/with-charset": b'multipart/mixed; charset=utf-8; boundary=b0und; charset=x',
    # RFC 2231
    "rfc2231/two": b'multipart/mixed; boundary*0=b0; boundary*1=und',
    "rfc2231/two-quoted": b'multipart/mixed; boundary*0="b0"; boundary*1="und"',
    "rfc2231/order": b'multipart/mixed; boundary*1=und; boundary*0=b0',
    "rfc2231/one": b'multipart/mixed; boundary*0=b0und',
    "rfc2231/charset": b"multipart/mixed; boundary*=us-ascii''b0und",
    "rfc2231/charset-lang": b"multipart/mixed; boundary*=utf-8'en'b0und",
    "rfc2231/percent": b"multipart/mixed; boundary*=us-ascii''b%30und",
    "rfc2231/percent-all": b"multipart/mixed; boundary*=''%62%30%75%6e%64",
    "rfc2231/both-parts": b"multipart/mixed; boundary*0*=us-ascii''b%30; boundary*1=und",
    "rfc2231/both-parts-percent": b"multipart/mixed; boundary*0*=us-ascii''b%30; boundary*1*=%75nd",
    "rfc2231/no-charset": b"multipart/mixed; boundary*=b0und",
    "rfc2231/no-quote": b"multipart/mixed; boundary*=us-ascii'b0und",
    "rfc2231/utf16": b"multipart/mixed; boundary*=utf-16''b0und",
    "rfc2231/utf7": b"multipart/mixed; boundary*=utf-7''b0und",
    "rfc2231/gap": b'multipart/mixed; boundary*0=b0; boundary*2=und',
    "rfc2231/from-one": b'multipart/mixed; boundary*1=b0; boundary*2=und',
    "rfc2231/leading-zero": b'multipart/mixed; boundary*00=b0; boundary*01=und',
    "rfc2231/twice": b'multipart/mixed; boundary*0=b0; boundary*0=xx; boundary*1=und',
    "rfc2231/and-plain": b"multipart/mixed; boundary=other; boundary*=us-ascii''b0und",
    "rfc2231/and-plain-behind": b"multipart/mixed; boundary*=us-ascii''b0und; boundary=other",
    "rfc2231/or-plain": b"multipart/mixed; boundary=b0und; boundary*=us-ascii''other",
    "rfc2231/or-parts": b"multipart/mixed; boundary=b0und; boundary*0=ot; boundary*1=her",
    "rfc2231/and-parts": b"multipart/mixed; boundary*0=b0; boundary*1=und; boundary=other",
    "rfc2231/plain-prefix": b"multipart/mixed; boundary=b0; boundary*1=und",
    "rfc2231/many": b"multipart/mixed; " + b"; ".join(b"boundary*%d=%c" % (i, c) for i, c in enumerate(b"b0und")),
    "rfc2231/space": b"multipart/mixed; boundary *0=b0; boundary* 1=und",
    "rfc2231/negative": b"multipart/mixed; boundary*-1=other; boundary=b0und",
    # comments
    "comment/behind-type": b'multipart/mixed (x); boundary=b0und',
    "comment/before-type": b'(x) multipart/mixed; boundary=b0und',
    "comment/in-type": b'multi(x)part/mixed; boundary=b0und',
    "comment/at-slash": b'multipart(x)/mixed; boundary=b0und',
    "comment/behind-slash": b'multipart/(x)mixed; boundary=b0und',
    "comment/before-name": b'multipart/mixed; (x) boundary=b0und',
    "comment/before-equals": b'multipart/mixed; boundary(x)=b0und',
    "comment/before-value": b'multipart/mixed; boundary=(x)b0und',
    "comment/behind-value": b'multipart/mixed; boundary=b0und (x)',
    "comment/touching-value": b'multipart/mixed; boundary=b0und(x)',
    "comment/behind-quoted": b'multipart/mixed; boundary="b0und" (x)',
    "comment/with-boundary": b'multipart/mixed (; boundary=other); boundary=b0und',
    "comment/with-boundary-behind": b'multipart/mixed; boundary=b0und (; boundary=other)',
    "comment/only-boundary": b'multipart/mixed (; boundary=b0und )',
    "comment/nested": b'multipart/mixed (a (b) ; boundary=other); boundary=b0und',
    "comment/escaped": b'multipart/mixed (a \\) ; boundary=other); boundary=b0und',
    "comment/quoted-close": b'multipart/mixed (a ")" ; boundary=other); boundary=b0und',
    "comment/unclosed": b'multipart/mixed (x; boundary=b0und',
    "comment/in-quotes": b'multipart/mixed; x="(" ; boundary=b0und; y=")"',
    "comment/in-boundary": b'multipart/mixed; boundary="b0(x)und"; boundary=b0und',
    # quoting
    "quote/open": b'multipart/mixed; boundary="b0und',
    "quote/close": b'multipart/mixed; boundary=b0und"',
    "quote/single": b"multipart/mixed; boundary='b0und'",
    "quote/angle": b"multipart/mixed; boundary=<b0und>",
    "quote/backquote": b"multipart/mixed; boundary=`b0und`",
    "quote/escape": b'multipart/mixed; boundary="b0\\und"',
    "quote/escape-all": b'multipart/mixed; boundary="\\b\\0\\u\\n\\d"',
    "quote/escape-outside": b'multipart/mixed; boundary=b0\\und',
    "quote/empty-before": b'multipart/mixed; boundary=""b0und',
    "quote/empty-behind": b'multipart/mixed; boundary=b0und""',
    "quote/two": b'multipart/mixed; boundary="b0" "und"',
    "quote/two-touching": b'multipart/mixed; boundary="b0""und"',
    "quote/half": b'multipart/mixed; boundary="b0"und',
    "quote/other-half": b'multipart/mixed; boundary=b0"und"',
    "quote/inside": b'multipart/mixed; boundary=b0un"d',
    "quote/double": b'multipart/mixed; boundary=""b0und""',
    "quote/name": b'multipart/mixed; "boundary"=b0und',
    "quote/type": b'"multipart/mixed"; boundary=b0und',
    "quote/all": b'"multipart/mixed; boundary=b0und"',
    "quote/type-half": b'"multipart"/mixed; boundary=b0und',
    "quote/semicolon": b'multipart/mixed; boundary="b0und;"; x',
    "quote/blank-behind": b'multipart/mixed; boundary="b0und "',
    "quote/blank-before": b'multipart/mixed; boundary=" b0und"',
    "quote/tab-behind": b'multipart/mixed; boundary="b0und\t"',
    "quote/text-behind": b'multipart/mixed; boundary="b0und" x y',
    "quote/escaped-end": b'multipart/mixed; boundary="b0und\\"; x="y"',
    # separators
    "separator/none": b'multipart/mixed boundary=b0und',
    "separator/comma": b'multipart/mixed, boundary=b0und',
    "separator/comma-behind": b'multipart/mixed; charset=x, boundary=b0und',
    "separator/colon": b'multipart/mixed: boundary=b0und',
    "separator/double": b'multipart/mixed;; boundary=b0und',
    "separator/many": b'multipart/mixed;;; ;;;; boundary=b0und;;;',
    "separator/first": b'; multipart/mixed; boundary=b0und',
    "separator/tab": b'multipart/mixed;\tboundary=b0und',
    "separator/nothing": b'multipart/mixed;boundary=b0und',
    "separator/newline": b'multipart/mixed;\r\n boundary=b0und',
    "separator/blank-before": b'multipart/mixed ; boundary=b0und',
    "separator/equals-blank": b'multipart/mixed; boundary = b0und',
    "separator/equals-blank-before": b'multipart/mixed; boundary =b0und',
    "separator/equals-blank-behind": b'multipart/mixed; boundary= b0und',
    "separator/equals-double": b'multipart/mixed; boundary==b0und',
    "separator/equals-colon": b'multipart/mixed; boundary:b0und',
    "separator/equals-fold": b'multipart/mixed; boundary=\r\n b0und',
    "separator/value-blank": b'multipart/mixed; boundary=b0und x',
    "separator/value-comma": b'multipart/mixed; boundary=b0und,x',
    "separator/value-slash": b'multipart/mixed; boundary=b0und/x; boundary=b0und',
    "separator/bell": b'multipart/mixed;\aboundary=b0und',
    "separator/nbsp": b'multipart/mixed;\xa0boundary=b0und',
    "separator/nul": b'multipart/mixed;\0boundary=b0und',
    "separator/vt": b'multipart/mixed;\vboundary=b0und',
    "separator/cr": b'multipart/mixed;\rboundary=b0und',
    "separator/cr-in-value": b'multipart/mixed; boundary=b0und\rx',
    "separator/lf-cr": b'multipart/mixed;\n\r boundary=b0und',
    "separator/end": b'multipart/mixed; boundary=b0und;',
    "separator/end-nul": b'multipart/mixed; boundary=b0und\0',
    "separator/end-8bit": b'multipart/mixed; boundary=b0und\xe9; boundary=b0und',
    # words
    "word/upper": b'MULTIPART/MIXED; BOUNDARY=b0und',
    "word/mixed-case": b'MuLtIpArT/mIxEd; BoUnDaRy="b0und"',
    "word/encoded": b'=?us-ascii?Q?multipart/mixed=3B_boundary=3Db0und?=',
    "word/encoded-boundary": b'multipart/mixed; boundary="=?us-ascii?Q?b0und?="',
    "word/encoded-bare": b'multipart/mixed; boundary==?us-ascii?Q?b0und?=',
    "word/encoded-name": b'multipart/mixed; =?us-ascii?Q?boundary?=b0und',
    # types
    "type/alternative": b'multipart/alternative; boundary=b0und',
    "type/related": b'multipart/related; boundary=b0und',
    "type/parallel": b'multipart/parallel; boundary=b0und',
    "type/report": b'multipart/report; boundary=b0und',
    "type/signed": b'multipart/signed; boundary=b0und; protocol="application/pgp-signature"',
    "type/encrypted": b'multipart/encrypted; boundary=b0und; protocol="application/pgp-encrypted"',
    "type/form-data": b'multipart/form-data; boundary=b0und',
    "type/byteranges": b'multipart/byteranges; boundary=b0und',
    "type/appledouble": b'multipart/appledouble; boundary=b0und',
    "type/header-set": b'multipart/header-set; boundary=b0und',
    "type/voice": b'multipart/voice-message; boundary=b0und',
    "type/x-unknown": b'multipart/x-unknown; boundary=b0und',
    "type/digits": b'multipart/123; boundary=b0und',
    "type/no-subtype": b'multipart; boundary=b0und',
    "type/empty-subtype": b'multipart/; boundary=b0und',
    "type/two-slashes": b'multipart/mixed/x; boundary=b0und',
    "type/double-slash": b'multipart//mixed; boundary=b0und',
    "type/backslash": b'multipart\\mixed; boundary=b0und',
    "type/blank-slash": b'multipart / mixed; boundary=b0und',
    "type/dash": b'multi-part/mixed; boundary=b0und',
    "type/plural": b'multiparts/mixed; boundary=b0und',
    "type/x-multipart": b'x-multipart/mixed; boundary=b0und',
    "type/swapped": b'mixed/multipart; boundary=b0und',
    "type/mixed-only": b'mixed; boundary=b0und',
    "type/dot": b'multipart.mixed; boundary=b0und',
    "type/text": b'text/plain; boundary=b0und',
    "type/html": b'text/html; boundary=b0und',
    "type/octet": b'application/octet-stream; boundary=b0und',
    "type/rfc822": b'message/rfc822; boundary=b0und',
    "type/none": b'; boundary=b0und',
    "type/parameter-only": b'boundary=b0und',
    "type/empty": b'',
    "type/blank": b'   ',
    "type/8bit": b'multipart/mixed\xe9; boundary=b0und',
    "type/nul": b'multipart/mixed\0; boundary=b0und',
    "type/two-types": b'text/plain multipart/mixed; boundary=b0und',
    "type/two-types-comma": b'text/plain, multipart/mixed; boundary=b0und',
    "type/two-types-semicolon": b'text/plain; multipart/mixed; boundary=b0und',
    "type/two-types-behind": b'multipart/mixed; text/plain; boundary=b0und',
    "type/colon-first": b': multipart/mixed; boundary=b0und',
    "type/field-name-twice": b'Content-Type: multipart/mixed; boundary=b0und',
    "type/many-parameters": b'multipart/mixed; ' + b"".join(b"p%d=x; " % i for i in range(300)) + b'boundary=b0und',
    "type/long-parameter": b'multipart/mixed; x="' + b"y" * 20000 + b'"; boundary=b0und',
    "type/many-folds": b'multipart/mixed;' + b"\r\n " * 500 + b'boundary=b0und',
    "type/blank-folds": b'multipart/mixed;\r\n \r\n boundary=b0und',
    "type/tab-fold-line": b'multipart/mixed;\r\n\t\r\n\tboundary=b0und',
}


# ---- other fields

FIELDS = {
    "fields/text-first": b"Content-Type: text/plain\r\nContent-Type: multipart/mixed; boundary=b0und\r\n",
    "fields/text-last": b"Content-Type: multipart/mixed; boundary=b0und\r\nContent-Type: text/plain\r\n",
    "fields/html-first": b"Content-Type: text/html\r\nContent-Type: multipart/mixed; boundary=b0und\r\n",
    "fields/other-first": b"Content-Type: multipart/mixed; boundary=other\r\n"
                          b"Content-Type: multipart/mixed; boundary=b0und\r\n",
    "fields/other-last": b"Content-Type: multipart/mixed; boundary=b0und\r\n"
                         b"Content-Type: multipart/mixed; boundary=other\r\n",
    "fields/three": b"Content-Type: text/plain\r\nContent-Type: multipart/mixed; boundary=b0und\r\n"
                    b"Content-Type: text/html\r\n",
    "fields/no-boundary-first": b"Content-Type: multipart/mixed\r\nContent-Type: multipart/mixed; boundary=b0und\r\n",
    "fields/no-boundary-last": b"Content-Type: multipart/mixed; boundary=b0und\r\nContent-Type: multipart/mixed\r\n",
    "fields/empty-first": b"Content-Type:\r\nContent-Type: multipart/mixed; boundary=b0und\r\n",
    "fields/broken-first": b"Content-Type: multipart/mixed;\r\nContent-Type: boundary=b0und\r\n",
    "fields/rfc822-first": b"Content-Type: message/rfc822\r\nContent-Type: multipart/mixed; boundary=b0und\r\n",
    "fields/in-disposition": b"Content-Type: multipart/mixed\r\nContent-Disposition: inline; boundary=b0und\r\n",
    "fields/in-disposition-too": b"Content-Type: multipart/mixed; boundary=other\r\n"
                                 b"Content-Disposition: inline; boundary=b0und\r\n",
    "fields/in-disposition-first": b"Content-Disposition: inline; boundary=b0und\r\nContent-Type: multipart/mixed\r\n",
    "fields/in-encoding": b"Content-Type: multipart/mixed\r\nContent-Transfer-Encoding: 7bit; boundary=b0und\r\n",
    "fields/in-description": b"Content-Type: multipart/mixed\r\nContent-Description: x; boundary=b0und\r\n",
    "fields/in-x-field": b"Content-Type: multipart/mixed\r\nX-Boundary: boundary=b0und\r\n",
    "fields/in-content-boundary": b"Content-Type: multipart/mixed\r\nContent-Boundary: b0und\r\n",
    "fields/none": b"",
    "fields/no-type": b"Content-Disposition: attachment\r\n",
    "fields/no-boundary": b"Content-Type: multipart/mixed\r\n",
    "fields/empty-boundary": b"Content-Type: multipart/mixed; boundary=\r\n",
    "fields/unfolded": b"Content-Type: multipart/mixed;\r\nboundary=b0und\r\n",
    "fields/unfolded-quoted": b"Content-Type: multipart/mixed;\r\nboundary=\"b0und\"\r\nX-Y: z\r\n",
    "fields/blank-before-colon": b"Content-Type : multipart/mixed; boundary=b0und\r\n",
    "fields/tab-before-colon": b"Content-Type\t: multipart/mixed; boundary=b0und\r\n",
    "fields/blanks-before-colon": b"Content-Type   \t  : multipart/mixed; boundary=b0und\r\n",
    "fields/blank-in-name": b"Content Type: multipart/mixed; boundary=b0und\r\n",
    "fields/blank-at-dash": b"Content- Type: multipart/mixed; boundary=b0und\r\n",
    "fields/underscore": b"Content_Type: multipart/mixed; boundary=b0und\r\n",
    "fields/no-dash": b"ContentType: multipart/mixed; boundary=b0und\r\n",
    "fields/fold-before-colon": b"Content-Type\r\n : multipart/mixed; boundary=b0und\r\n",
    "fields/fold-behind-colon": b"Content-Type:\r\n multipart/mixed; boundary=b0und\r\n",
    "fields/fold-behind-colon-twice": b"Content-Type:\r\n \r\n multipart/mixed; boundary=b0und\r\n",
    "fields/fold-in-type": b"Content-Type: multipart/\r\n mixed; boundary=b0und\r\n",
    "fields/fold-in-word": b"Content-Type: multi\r\n part/mixed; boundary=b0und\r\n",
    "fields/fold-in-boundary": b"Content-Type: multipart/mixed; boundary=\"b0\r\n und\"\r\n",
    "fields/fold-in-boundary-tab": b"Content-Type: multipart/mixed; boundary=\"b0\r\n\tund\"\r\n",
    "fields/fold-no-blank": b"Content-Type: multipart/mixed; boundary=\r\n\"b0und\"\r\n",
    "fields/upper": b"CONTENT-TYPE: multipart/mixed; boundary=b0und\r\n",
    "fields/lower": b"content-type: multipart/mixed; boundary=b0und\r\n",
    "fields/no-blank": b"Content-Type:multipart/mixed;boundary=b0und\r\n",
    "fields/double-colon": b"Content-Type:: multipart/mixed; boundary=b0und\r\n",
    "fields/equals": b"Content-Type= multipart/mixed; boundary=b0und\r\n",
    "fields/nul-in-name": b"Content-\0Type: multipart/mixed; boundary=b0und\r\n",
    "fields/nul-before": b"\0Content-Type: multipart/mixed; boundary=b0und\r\n",
    "fields/8bit-in-name": b"Content-Typ\xe9: x\r\nContent-Type: multipart/mixed; boundary=b0und\r\n",
    "fields/bom-before": b"\xef\xbb\xbfContent-Type: multipart/mixed; boundary=b0und\r\n",
    "fields/ctl-before": b"\x01Content-Type: multipart/mixed; boundary=b0und\r\n",
    "fields/cr-before": b"X-A: b\rContent-Type: multipart/mixed; boundary=b0und\r\n",
    "fields/cr-behind": b"Content-Type: multipart/mixed; boundary=b0und\rX-A: b\r\n",
    "fields/cr-cr-lf": b"Content-Type: multipart/mixed; boundary=b0und\r\r\n",
    "fields/lf-before": b"X-A: b\nContent-Type: multipart/mixed; boundary=b0und\n",
    "fields/vt-before": b"X-A: b\vContent-Type: multipart/mixed; boundary=b0und\r\n",
    "fields/ff-before": b"X-A: b\fContent-Type: multipart/mixed; boundary=b0und\r\n",
    "fields/nel-before": b"X-A: b\x85Content-Type: multipart/mixed; boundary=b0und\r\n",
    "fields/u2028-before": b"X-A: b\xe2\x80\xa8Content-Type: multipart/mixed; boundary=b0und\r\n",
    "fields/x1c-before": b"X-A: b\x1cContent-Type: multipart/mixed; boundary=b0und\r\n",
    "fields/x1e-before": b"X-A: b\x1eContent-Type: multipart/mixed; boundary=b0und\r\n",
    "fields/junk-line-before": b"this is no field\r\nContent-Type: multipart/mixed; boundary=b0und\r\n",
    "fields/junk-line-colon-before": b"this is no: field\r\nContent-Type: multipart/mixed; boundary=b0und\r\n",
    "fields/colon-line-before": b": x\r\nContent-Type: multipart/mixed; boundary=b0und\r\n",
    "fields/dash-line-before": b"--\r\nContent-Type: multipart/mixed; boundary=b0und\r\n",
    "fields/blank-line-before": b" \r\nContent-Type: multipart/mixed; boundary=b0und\r\n",
    "fields/blank-line-before-2": b"X-A: b\r\n \r\nContent-Type: multipart/mixed; boundary=b0und\r\n",
    "fields/tab-line-before": b"X-A: b\r\n\t\r\nContent-Type: multipart/mixed; boundary=b0und\r\n",
    "fields/from-line-before": b"From x@y Tue Nov 24 08:00:00 2020\r\nContent-Type: multipart/mixed; boundary=b0und\r\n",
    "fields/gt-from-before": b">From x@y Tue Nov 24 08:00:00 2020\r\nContent-Type: multipart/mixed; boundary=b0und\r\n",
    "fields/empty-line-before": b"\r\nContent-Type: multipart/mixed; boundary=b0und\r\n",
    "fields/continuation": b"X-A: b\r\n Content-Type: multipart/mixed; boundary=b0und\r\n",
    "fields/first-continuation": b" Content-Type: multipart/mixed; boundary=b0und\r\n",
    "fields/behind-3000": b"".join(b"X-%d: y\r\n" % i for i in range(3000)) +
                          b"Content-Type: multipart/mixed; boundary=b0und\r\n",
    "fields/behind-100k": b"X-A: " + b"y" * 100000 + b"\r\nContent-Type: multipart/mixed; boundary=b0und\r\n",
    "fields/behind-2m": (b"X-A: " + b"y" * 900 + b"\r\n") * 2300 + b"Content-Type: multipart/mixed; boundary=b0und\r\n",
    "fields/version-2": b"MIME-Version: 2.0\r\nContent-Type: multipart/mixed; boundary=b0und\r\n",
    "fields/resent": b"Resent-Content-Type: text/plain\r\nContent-Type: multipart/mixed; boundary=b0und\r\n",
    "fields/encoding-qp": b"Content-Type: multipart/mixed; boundary=b0und\r\n"
                          b"Content-Transfer-Encoding: quoted-printable\r\n",
    "fields/encoding-base64": b"Content-Type: multipart/mixed; boundary=b0und\r\nContent-Transfer-Encoding: base64\r\n",
    "fields/encoding-8bit": b"Content-Type: multipart/mixed; boundary=b0und\r\nContent-Transfer-Encoding: 8bit\r\n",
    "fields/encoding-x": b"Content-Type: multipart/mixed; boundary=b0und\r\nContent-Transfer-Encoding: x-foo\r\n",
}


# ---- the boundary as such: (as written in the field, as it stands in the lines)

BOUNDARIES = {
    "boundary/dash": (b'"-"', b"-"),
    "boundary/dashes": (b'"--"', b"--"),
    "boundary/four-dashes": (b'"----"', b"----"),
    "boundary/ends-with-dashes": (b'"b--"', b"b--"),
    "boundary/begins-with-dashes": (b'"--b"', b"--b"),
    "boundary/empty": (b'""', b""),
    "boundary/one": (b'x', b"x"),
    "boundary/71": (b'"' + b"x" * 71 + b'"', b"x" * 71),
    "boundary/80-cut": (b'"' + b"x" * 80 + b'"', b"x" * 70),
    "boundary/201": (b'"' + b"x" * 201 + b'"', b"x" * 201),
    "boundary/300-cut": (b'"' + b"x" * 300 + b'"', b"x" * 255),
    "boundary/1100": (b'"' + b"x" * 1100 + b'"', b"x" * 1100),
    "boundary/3000": (b'"' + b"x" * 3000 + b'"', b"x" * 3000),
    "boundary/upper-lower": (b'ABCdef', b"abcDEF"),
    "boundary/blank-inside": (b'"a b"', b"a b"),
    "boundary/blank-unquoted": (b'a b', b"a"),
    "boundary/two-blanks": (b'"a  b"', b"a b"),
    "boundary/blank-end": (b'"ab "', b"ab "),
    "boundary/blank-end-trimmed": (b'"ab "', b"ab"),
    "boundary/8bit": (b'"b\xe9"', b"b\xe9"),
    "boundary/utf8": (b'"b\xc3\xa9"', b"b\xc3\xa9"),
    "boundary/utf8-latin1": (b'"b\xc3\xa9"', b"b\xe9"),
    "boundary/nul": (b'"a\0b"', b"a\0b"),
    "boundary/nul-cut": (b'"a\0b"', b"a"),
    "boundary/nul-dropped": (b'"a\0b"', b"ab"),
    "boundary/tab": (b'"a\tb"', b"a\tb"),
    "boundary/specials": (b'"\'()+_,-./:=?"', b"'()+_,-./:=?"),
    "boundary/regex": (b'".*"', b".*"),
    "boundary/regex-any": (b'".*"', b"anything"),
    "boundary/regex-brackets": (b'"[a-z]+("', b"[a-z]+("),
    "boundary/percent": (b'"a%62"', b"a%62"),
    "boundary/percent-decoded": (b'"a%62"', b"ab"),
    "boundary/encoded-word": (b'"=?us-ascii?Q?ab?="', b"=?us-ascii?Q?ab?="),
    "boundary/encoded-word-decoded": (b'"=?us-ascii?Q?ab?="', b"ab"),
    "boundary/backslash": (b'"a\\\\b"', b"a\\b"),
    "boundary/backslash-kept": (b'"a\\b"', b"a\\b"),
    "boundary/quote": (b'"a\\"b"', b'a"b'),
    "boundary/semicolon": (b'"a;b"', b"a;b"),
    "boundary/semicolon-cut": (b'"a;b"', b"a"),
    "boundary/semicolon-cut-quote": (b'"a;b"', b'"a'),
    "boundary/comment-kept": (b'a(b)', b"a(b)"),
    "boundary/comment-dropped": (b'a(b)', b"a"),
    "boundary/quotes-kept": (b'"ab"', b'"ab"'),
    "boundary/single-quotes-kept": (b"'ab'", b"'ab'"),
    "boundary/single-quotes-dropped": (b"'ab'", b"ab"),
    "boundary/angle-kept": (b"<ab>", b"<ab>"),
    "boundary/angle-dropped": (b"<ab>", b"ab"),
    "boundary/base64-like": (b'"AAAA"', b"AAAA"),
    "boundary/looks-like-field": (b'"Content-Type: x/y"', b"Content-Type: x/y"),
    "boundary/number": (b'0', b"0"),
    "boundary/comma": (b'a,b', b"a,b"),
    "boundary/comma-cut": (b'a,b', b"a"),
    "boundary/at": (b'a@b', b"a@b"),
    "boundary/at-cut": (b'a@b', b"a"),
    "boundary/slash": (b'a/b', b"a/b"),
    "boundary/equals": (b'a=b', b"a=b"),
    "boundary/equals-cut": (b'a=b', b"a"),
}


# ---- the lines of the body; %(p)s is the part, b0und the boundary

def body_lines(p):
    t = TEXT
    part = join(p)
    d = b"--b0und"
    yield "lines/plain", pair(p)
    yield "lines/no-close", body([t, p], B, close=False)
    yield "lines/only-part", body([p], B)
    yield "lines/part-first", body([p, t], B)
    yield "lines/no-line-end-at-end", pair(p)[:-2]
    yield "lines/no-close-no-line-end", body([t, p], B, close=False)[:-2]
    for name, tail in (("blank", b" "), ("blanks", b"   \t  "), ("tab", b"\t"), ("text", b" text"), ("letter", b"x"),
                       ("nul", b"\0"), ("vt", b"\v"), ("ff", b"\f"), ("dash", b"-"), ("dashes", b"--"),
                       ("dashes-text", b"--x"), ("dashes-blank", b"-- "), ("blank-dashes", b" --"),
                       ("semicolon", b";"), ("nbsp", b"\xa0"), ("colon", b":"), ("cr", b"\r"), ("bell", b"\a"),
                       ("quote", b'"'), ("comment", b" (x)"), ("long", b" " * 3000), ("three-dashes", b"---")):
        yield "lines/delimiter-%s" % name, d + b"\r\n" + t + d + tail + b"\r\n" + part + d + b"--\r\n"
        yield "lines/delimiters-%s" % name, (d + tail + b"\r\n" + t + d + tail + b"\r\n" + part + d + b"--" + tail +
                                             b"\r\n")
    for name, before in (("blank", b" "), ("tab", b"\t"), ("gt", b"> "), ("dash", b"-"), ("nul", b"\0"),
                         ("bom", b"\xef\xbb\xbf"), ("text", b"text"), ("cr", b"\r"), ("ff", b"\f"), ("dashes", b"--"),
                         ("vt", b"\v"), ("nel", b"\x85"), ("u2028", b"\xe2\x80\xa8"), ("bs", b"\b")):
        yield "lines/before-%s" % name, d + b"\r\n" + t + before + d + b"\r\n" + part + d + b"--\r\n"
        yield "lines/all-before-%s" % name, (before + d + b"\r\n" + t + before + d + b"\r\n" + part + before + d +
                                             b"--\r\n")
    for name, end in (("lf", b"\n"), ("cr", b"\r"), ("crcrlf", b"\r\r\n"), ("lfcr", b"\n\r"), ("crcr", b"\r\r"),
                      ("nul", b"\0\r\n"), ("vt", b"\v"), ("ff", b"\f"), ("nullf", b"\0\n"), ("rs", b"\x1e"),
                      ("crnul", b"\r\0")):
        yield "lines/end-%s" % name, d + b"\r\n" + t + d + end + part + d + b"--\r\n"
        yield "lines/ends-%s" % name, pair(p).replace(b"\r\n", end)
        yield "lines/before-delimiter-%s" % name, (d + b"\r\n" + t[:-2] + end + d + b"\r\n" + part + d + b"--\r\n")
        yield "lines/head-ends-%s" % name, d + b"\r\n" + t + d + b"\r\n" + p[0].replace(b"\r\n", end) + end + p[1] + \
            d + b"--\r\n"
        yield "lines/empty-line-%s" % name, d + b"\r\n" + t + d + b"\r\n" + p[0] + end + p[1] + d + b"--\r\n"
    yield "lines/close-first", d + b"--\r\n" + pair(p)
    yield "lines/close-and-on", d + b"\r\n" + t + d + b"--\r\n" + d + b"\r\n" + part + d + b"--\r\n"
    yield "lines/close-and-on-text", d + b"\r\n" + t + d + b"--\r\n\r\nbye\r\n" + d + b"\r\n" + part
    yield "lines/only-close", d + b"--\r\n" + part
    yield "lines/close-dashes-and-on", d + b"\r\n" + t + d + b"----\r\n" + part + d + b"--\r\n"
    yield "lines/delimiter-twice", d + b"\r\n" + t + d + b"\r\n" + d + b"\r\n" + part + d + b"--\r\n"
    yield "lines/delimiter-close", d + b"\r\n" + d + b"--\r\n" + d + b"\r\n" + part + d + b"--\r\n"
    yield "lines/one-dash", (b"-b0und\r\n" + t + b"-b0und\r\n" + part + b"-b0und--\r\n")
    yield "lines/no-dashes", (b"b0und\r\n" + t + b"b0und\r\n" + part + b"b0und--\r\n")
    yield "lines/three-dashes", (b"---b0und\r\n" + t + b"---b0und\r\n" + part + b"---b0und--\r\n")
    yield "lines/upper", (b"--B0UND\r\n" + t + b"--B0UND\r\n" + part + b"--B0UND--\r\n")
    yield "lines/unknown-boundary", (b"--what\r\n" + t + b"--what\r\n" + part + b"--what--\r\n")
    yield "lines/quoted-boundary", (b"--\"b0und\"\r\n" + t + b"--\"b0und\"\r\n" + part + b"--\"b0und\"--\r\n")
    yield "lines/no-blank-before-first", pair(p)
    yield "lines/preamble-part", part + b"\r\n" + decoy(B)
    yield "lines/preamble-other", body([p], b"other") + decoy(B)
    yield "lines/epilogue-part", decoy(B) + part
    yield "lines/epilogue-other", decoy(B) + body([p], b"other")
    yield "lines/epilogue-delimited", decoy(B) + d + b"\r\n" + part + d + b"--\r\n"
    yield "lines/empty-body-then", d + b"\r\n" + d + b"\r\n" + part + d + b"--\r\n"
    yield "lines/no-empty-line", d + b"\r\n" + t + d + b"\r\n" + p[0] + p[1] + d + b"--\r\n"
    yield "lines/blank-line-for-empty", d + b"\r\n" + t + d + b"\r\n" + p[0] + b" \r\n" + p[1] + d + b"--\r\n"
    yield "lines/tab-line-for-empty", d + b"\r\n" + t + d + b"\r\n" + p[0] + b"\t\r\n" + p[1] + d + b"--\r\n"
    yield "lines/nul-line-for-empty", d + b"\r\n" + t + d + b"\r\n" + p[0] + b"\0\r\n" + p[1] + d + b"--\r\n"
    yield "lines/cr-line-for-empty", d + b"\r\n" + t + d + b"\r\n" + p[0] + b"\r\r\n" + p[1] + d + b"--\r\n"
    yield "lines/dot-line-for-empty", d + b"\r\n" + t + d + b"\r\n" + p[0] + b".\r\n" + p[1] + d + b"--\r\n"
    yield "lines/junk-for-empty", d + b"\r\n" + t + d + b"\r\n" + p[0] + b"no field at all\r\n" + p[1] + d + b"--\r\n"
    yield "lines/junk-in-head", d + b"\r\n" + t + d + b"\r\n" + b"no field at all\r\n" + part + d + b"--\r\n"
    yield "lines/junk-mid-head", d + b"\r\n" + t + d + b"\r\n" + part.replace(
        b"\r\n", b"\r\nno field at all\r\n", 1) + d + b"--\r\n"
    yield "lines/empty-line-first", d + b"\r\n" + t + d + b"\r\n\r\n" + part + d + b"--\r\n"
    yield "lines/empty-lines-first", d + b"\r\n" + t + d + b"\r\n\r\n\r\n\r\n" + part + d + b"--\r\n"
    yield "lines/blank-line-first", d + b"\r\n" + t + d + b"\r\n \r\n" + part + d + b"--\r\n"
    yield "lines/head-indented", d + b"\r\n" + t + d + b"\r\n " + part + d + b"--\r\n"
    yield "lines/from-line-first", d + b"\r\n" + t + d + b"\r\nFrom x Tue Nov 24 08:00:00 2020\r\n" + part + d + b"--\r\n"
    yield "lines/no-head", d + b"\r\n" + t + d + b"\r\n\r\n" + p[1] + d + b"--\r\n"
    yield "lines/no-head-no-line", d + b"\r\n" + t + d + b"\r\n" + p[1] + d + b"--\r\n"
    yield "lines/delimiter-in-head", d + b"\r\nContent-Type: text/plain\r\n" + d + b"\r\n" + part + d + b"--\r\n"
    yield "lines/soft-break-delimiter", d + b"\r\n" + t[:-2] + b"=\r\n" + d + b"\r\n" + part + d + b"--\r\n"
    yield "lines/qp-delimiter", b"--=62=30und\r\n" + t + b"--=62=30und\r\n" + part + b"--=62=30und--\r\n"
    yield "lines/in-html-comment", d + b"\r\n" + t + b"<!--\r\n" + d + b"\r\n" + part + d + b"--\r\n-->\r\n"
    yield "lines/after-200k", d + b"\r\n" + t + (b"x" * 76 + b"\r\n") * 2600 + d + b"\r\n" + part + d + b"--\r\n"
    yield "lines/after-long-line", d + b"\r\n" + t + b"x" * 100000 + b"\r\n" + d + b"\r\n" + part + d + b"--\r\n"
    yield "lines/after-8k-line", d + b"\r\n" + t + b"x" * 8190 + b"\r\n" + d + b"\r\n" + part + d + b"--\r\n"
    yield "lines/delimiter-8k-behind", d + b"\r\n" + t + d + b" " * 8190 + b"\r\n" + part + d + b"--\r\n"


# ---- multiparts in each other

def inner(p, boundary, type=b"multipart/mixed", close=True, quoted=True):
    q = b'"' if quoted else b""
    return (b"Content-Type: " + type + b"; boundary=" + q + boundary + q + b"\r\n\r\n" +
            body([TEXT, p], boundary, close))


def nested(p):
    text = TEXT
    yield "nested/plain", multipart([text, inner(p, b"inner")], B)
    yield "nested/same-boundary", multipart([text, inner(p, B)], B)
    yield "nested/same-boundary-unclosed", multipart([text, inner(p, B, close=False)], B)
    yield "nested/prefix-of-outer", multipart([text, inner(p, b"b0")], B)
    yield "nested/outer-is-prefix", multipart([text, inner(p, b"b0und2")], B)
    yield "nested/dashes-more", multipart([text, inner(p, b"b0und--")], B)
    yield "nested/dashes-outer", multipart([text, inner(p, B)], b"b0und--")
    yield "nested/upper", multipart([text, inner(p, b"B0UND")], B)
    yield "nested/blank-more", multipart([text, inner(p, b"b0und ")], B)
    yield "nested/unclosed-inner", multipart([text, inner(p, b"inner", close=False), text], B)
    yield "nested/outer-closed-inside", (multipart([text], B)[0], body([text], B, close=False) + b"--b0und\r\n" +
                                         inner(p, b"inner", close=False).replace(TEXT, TEXT + b"--b0und--\r\n", 1) +
                                         b"--inner--\r\n--b0und--\r\n")
    yield "nested/outer-delimiter-inside", multipart(
        [text, b"Content-Type: multipart/mixed; boundary=inner\r\n\r\n--inner\r\n" + text + b"--b0und\r\n" + text +
         b"--inner\r\n" + join(p) + b"--inner--\r\n"], B)
    yield "nested/inner-goes-on-behind", multipart(
        [text, b"Content-Type: multipart/mixed; boundary=inner\r\n\r\n" + body([text], b"inner")], B,
        epilogue=body([p], b"inner"))
    yield "nested/inner-in-sibling", multipart(
        [text, b"Content-Type: multipart/mixed; boundary=inner\r\n\r\n", b"\r\n" + body([p], b"inner")], B)
    yield "nested/inner-without-boundary", multipart(
        [text, b"Content-Type: multipart/mixed\r\n\r\n" + body([text, p], b"inner")], B)
    yield "nested/inner-without-type", multipart([text, b"\r\n" + body([text, p], b"inner")], B)
    yield "nested/inner-in-text", multipart([b"Content-Type: text/plain\r\n\r\n" + body([p], b"inner")], B)
    yield "nested/digest", multipart([b"\r\n" + message(multipart([text, p], b"inner"))], B, b"multipart/digest")
    yield "nested/digest-typed", multipart([text, p], B, b"multipart/digest")
    yield "nested/digest-no-head", multipart([b"\r\n" + join(p)], B, b"multipart/digest")
    yield "nested/digest-no-empty-line", multipart([join(p)], B, b"multipart/digest")
    for depth in (2, 5, 10, 19, 30, 49, 51, 99, 101, 150, 300):
        entity = p
        for i in range(depth):
            entity = multipart([entity], b"n%d" % i)
        yield "nested/depth-%d" % depth, entity
    for depth in (3, 20, 60):
        entity = p
        for i in range(depth):
            entity = (b"Content-Type: message/rfc822\r\n", message(entity))
        yield "nested/rfc822-depth-%d" % depth, entity
    for n in (100, 999, 1001, 1999, 2001, 3000):
        yield "nested/after-%d-parts" % n, multipart([b"\r\nx\r\n"] * n + [p], B)
    yield "nested/alternating", multipart(
        [(b"Content-Type: message/rfc822\r\n", message(multipart([(b"Content-Type: message/rfc822\r\n", message(
            multipart([p], b"c")))], b"b")))], b"a")


# ---- messages in messages

def enclosed(p):
    from kit import b64, qp, uu
    letter = message(multipart([TEXT, p], b"inner"))
    types = (b"message/rfc822", b"message/global", b"message/news", b"message/x-other", b"message/disposition",
             b"message/http", b"message/s-http", b"message/delivery-status", b"message/feedback-report",
             b"message/disposition-notification", b"text/rfc822-headers", b"text/rfc822", b"application/rfc822",
             b"MESSAGE/RFC822", b"message/rfc822; x=y", b"message/rfc822 (x)", b"message", b"message/", b"rfc822",
             b"application/octet-stream", b"application/x-mimearchive", b"multipart/related", b"text/plain",
             b"message/partial; id=x; number=1; total=1", b"message/partial; id=x; number=1; total=2",
             b"message/external-body; access-type=anon-ftp; site=x; name=y", b"application/mbox",
             b"application/vnd.ms-outlook", b"image/png")
    for type in types:
        name = type.split(b";")[0].decode().replace("/", "-") + ("-total-1" if b"total=1" in type else "")
        for word, encode in ((None, None), (b"7bit", None), (b"8bit", None), (b"base64", b64),
                             (b"quoted-printable", qp), (b"x-uuencode", uu), (b"x-other", None)):
            head = b"Content-Type: " + type + b"\r\nContent-Disposition: attachment; filename=\"letter.eml\"\r\n"
            if word:
                head += b"Content-Transfer-Encoding: " + word + b"\r\n"
            yield "enclosed/%s/%s" % (name, word.decode() if word else "none"), multipart(
                [TEXT, (head, encode(letter) if encode else letter)], B)
    for name, before in (("mbox", b"From x@y Tue Nov 24 08:00:00 2020\r\n"), ("gt-mbox", b">From x@y\r\n"),
                         ("empty-line", b"\r\n"), ("blank-line", b" \r\n"), ("bom", b"\xef\xbb\xbf"),
                         ("junk", b"no field\r\n"), ("mbox-lf", b"From x@y Tue Nov 24 08:00:00 2020\n"),
                         ("mbox-two", b"From x@y Tue Nov 24 08:00:00 2020\r\nSubject: a\r\n\r\ngood\r\n\r\n"
                                      b"From x@y Tue Nov 24 08:00:00 2020\r\n")):
        for type in (b"message/rfc822", b"application/octet-stream", b"application/mbox"):
            for word, encode in ((b"7bit", None), (b"base64", b64)):
                head = b"Content-Type: " + type + b"\r\nContent-Transfer-Encoding: " + word + b"\r\n"
                yield "enclosed-behind-%s/%s-%s" % (name, type.decode().replace("/", "-"), word.decode()), multipart(
                    [TEXT, (head, encode(before + letter) if encode else before + letter)], B)
    yield "enclosed/no-top", (b"Content-Type: message/rfc822\r\n", join(multipart([TEXT, p], b"inner")))
    yield "enclosed/empty-head", (b"Content-Type: message/rfc822\r\n", b"\r\n" + join(multipart([TEXT, p], b"inner")))
    yield "enclosed/uu-in-text", (b"Content-Type: message/rfc822\r\n", TOP + b"\r\n" + b"hello\r\n")


# ---- whole multiparts under an encoding

def encoded(p):
    from kit import b64, qp, qp_soft, uu
    content = pair(p)
    for name, word, text in (("base64", b"base64", b64(content)), ("qp", b"quoted-printable", qp(content)),
                             ("qp-soft", b"quoted-printable", qp_soft(content)), ("uue", b"x-uuencode", uu(content))):
        for type in (b"multipart/mixed", b"multipart/alternative", b"multipart/related", b"multipart/x-y"):
            yield "encoded-multipart/%s-%s" % (name, type.decode()[10:]), (
                b"Content-Type: " + type + b"; boundary=b0und\r\nContent-Transfer-Encoding: " + word + b"\r\n", text)
    yield "encoded-multipart/base64-partly", (
        b"Content-Type: multipart/mixed; boundary=b0und\r\nContent-Transfer-Encoding: base64\r\n",
        b"--b0und\r\n" + b64(content) + b"--b0und--\r\n")


def entities(p):
    for name, value in CONTENT_TYPES.items():
        content = pair(p)
        yield "content-type/" + name, (b"Content-Type: " + value + b"\r\n", content)
        if b"other" in value:
            yield "content-type/" + name + "-decoy", (b"Content-Type: " + value + b"\r\n", decoy(b"other") + content)
            yield "content-type/" + name + "-decoy-behind", (b"Content-Type: " + value + b"\r\n",
                                                             content + decoy(b"other"))
    for name, head in FIELDS.items():
        yield name, (head, pair(p))
        if b"other" in head:
            yield name + "-decoy", (head, decoy(b"other") + pair(p))
    for name, (written, real) in BOUNDARIES.items():
        yield name, (b"Content-Type: multipart/mixed; boundary=" + written + b"\r\n", body([TEXT, p], real))
        yield name + "-alone", (b"Content-Type: multipart/mixed; boundary=" + written + b"; x=y\r\n",
                                body([p], real))
    for name, content in body_lines(p):
        yield name, (b"Content-Type: multipart/mixed; boundary=b0und\r\n", content)
    yield from nested(p)
    yield from enclosed(p)
    yield from encoded(p)


# ---- messages as a whole

def messages(p):
    plain = message(multipart([TEXT, p], B))
    head, rest = plain.split(b"\r\n\r\n", 1)
    entity = multipart([TEXT, p], B)
    single = message(p)
    for kind, m in (("", plain), ("-single", single)):
        h, r = m.split(b"\r\n\r\n", 1)
        yield "whole/plain" + kind, m
        yield "whole/lf" + kind, m.replace(b"\r\n", b"\n")
        yield "whole/cr" + kind, m.replace(b"\r\n", b"\r")
        yield "whole/crcrlf" + kind, m.replace(b"\r\n", b"\r\r\n")
        yield "whole/lfcr" + kind, m.replace(b"\r\n", b"\n\r")
        yield "whole/head-lf" + kind, h.replace(b"\r\n", b"\n") + b"\n\n" + r
        yield "whole/head-cr" + kind, h.replace(b"\r\n", b"\r") + b"\r\r" + r
        yield "whole/body-lf" + kind, h + b"\r\n\r\n" + r.replace(b"\r\n", b"\n")
        yield "whole/body-cr" + kind, h + b"\r\n\r\n" + r.replace(b"\r\n", b"\r")
        for name, separator in (("lflf", b"\n\n"), ("crcr", b"\r\r"), ("lfcrlf", b"\n\r\n"), ("crlflf", b"\r\n\n"),
                                ("crcrlf", b"\r\r\n"), ("blank", b"\r\n \r\n"), ("tab", b"\r\n\t\r\n"),
                                ("nul", b"\r\n\0\r\n"), ("one", b"\r\n"), ("three", b"\r\n\r\n\r\n"),
                                ("dot", b"\r\n.\r\n"), ("junk", b"\r\nno field\r\n"), ("junk-empty", b"\r\nno field\r\n\r\n"),
                                ("crlfcr", b"\r\n\r"), ("crlfcrcrlf", b"\r\n\r\r\n"), ("vt", b"\r\n\v\r\n"),
                                ("ff", b"\r\n\f\r\n"), ("nbsp", b"\r\n\xa0\r\n"), ("colon", b"\r\n:\r\n"),
                                ("dash", b"\r\n--\r\n"), ("blank-empty", b"\r\n \r\n\r\n")):
            yield "separator/%s%s" % (name, kind), h + separator + r
        for name, before in (("mbox", b"From x@y Tue Nov 24 08:00:00 2020\r\n"), ("gt-mbox", b">From x@y\r\n"),
                             ("two-mbox", b"From x@y\r\nFrom x@y\r\n"), ("empty-line", b"\r\n"),
                             ("lf", b"\n"), ("empty-lines", b"\r\n\r\n\r\n"), ("blank-line", b" \r\n"), ("tab", b"\t"),
                             ("bom", b"\xef\xbb\xbf"), ("nul", b"\0"), ("junk", b"no field at all\r\n"),
                             ("continuation", b" x: y\r\n"), ("dash", b"--b0und\r\n"), ("cr", b"\r"), ("ff", b"\f"),
                             ("mbox-colon", b"From x: y\r\n"), ("http", b"HTTP/1.1 200 OK\r\n"),
                             ("smtp", b"MAIL FROM:<a@b>\r\n"), ("colon", b":\r\n"), ("pgp", b"-----BEGIN X-----\r\n"),
                             ("received", b"Received: from x by y; Tue, 24 Nov 2020 08:00:00 +0000\r\n"),
                             ("x-field", b"X-Z: 1\r\n"), ("8bit-field", b"X-\xe9: 1\r\n"), ("utf16-bom", b"\xff\xfe")):
            yield "top/%s%s" % (name, kind), before + m
    yield "top/mime-only", VERSION + join(entity)
    yield "top/type-only", join(entity)
    yield "top/type-only-single", join(p)
    yield "top/x-and-type", b"X-Z: 1\r\n" + join(entity)
    yield "top/no-version", message(entity, version=b"")
    yield "top/no-version-single", message(p, version=b"")
    yield "top/version-late", TOP + entity[0] + VERSION + b"\r\n" + entity[1]
    yield "top/version-2", message(entity, version=b"MIME-Version: 2.0\r\n")
    yield "top/version-comment", message(entity, version=b"MIME-Version: 1(x).0 (y)\r\n")
    yield "top/version-empty", message(entity, version=b"MIME-Version:\r\n")
    yield "top/type-first", entity[0] + TOP + VERSION + b"\r\n" + entity[1]
    yield "top/long-field", b"X-A: " + b"y" * 5000 + b"\r\n" + message(entity)
    yield "top/many-fields", b"".join(b"X-%d: y\r\n" % i for i in range(500)) + message(entity)
    yield "top/html-first", b"<html><body>\r\n" + message(entity)
    yield "top/zip-magic", b"PK\3\4: x\r\n" + message(entity)
    yield "top/mz", b"MZ: x\r\n" + message(entity)
    yield "top/pdf", b"%PDF-1.4: x\r\n" + message(entity)
    yield "top/rtf", b"{\\rtf1: x\r\n" + message(entity)
    yield "top/gif", b"GIF89a: x\r\n" + message(entity)
    yield "top/two-messages", message((b"Content-Type: text/plain\r\n", GOOD)) + b"\r\n" + message(entity)
    yield "top/two-mbox", (b"From x@y Tue Nov 24 08:00:00 2020\r\n" + message((b"Content-Type: text/plain\r\n", GOOD)) +
                           b"\r\nFrom x@y Tue Nov 24 08:00:00 2020\r\n" + message(entity))
