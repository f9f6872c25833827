#!/usr/bin/env python3
"""generate.py - mail that carries EICAR where some reader might find it
usage: generate.py [--sample N] DIRECTORY

Writes DIRECTORY/NNNNN.eml, one a case, and DIRECTORY/manifest: "file <tab> method", in order. A method is
family/trick with what it is combined with behind a blank: encoding, container, place. Each run writes the same.
--sample N: some N of them, spread over all methods.

Families: what the file is in (archives.py, carriers.py), how it is encoded (spellings.py), what its fields say
(fields.py), how the multipart around it is drawn (structures.py); places: what all that stands in.
"""
import hashlib
import os
import sys

import archives
import carriers
import fields
import spellings
import structures
from kit import EICAR, GOOD, TEXT, TOP, VERSION, b64, join, message, multipart, part


# ---- places: an entity becomes a message

def at_top(e):
    return message(e)


def top_lf(e):
    return message(e).replace(b"\r\n", b"\n")


def in_mixed(e):
    return message(multipart([TEXT, e], b"outer"))


def in_alternative(e):
    return message(multipart([TEXT, e], b"outer", b"multipart/alternative"))


def in_rfc822(e):
    return message(multipart([TEXT, (b"Content-Type: message/rfc822\r\n", message(e))], b"outer"))


def in_rfc822_base64(e):
    head = b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n"
    return message(multipart([TEXT, (head, b64(message(e)))], b"outer"))


def as_file(e):
    return message(multipart([TEXT, part(message(e), name=b"letter.eml")], b"outer"))


def as_file_in_zip(e):
    return message(multipart([TEXT, part(archives.zip_of([("letter.eml", message(e))]), name=b"a.zip")], b"outer"))


def bare_top(e):
    """No field before those of MIME, and no version."""
    return join(e)


PLACES = {
    "top": at_top, "lf": top_lf, "mixed": in_mixed, "alternative": in_alternative, "rfc822": in_rfc822,
    "rfc822-base64": in_rfc822_base64, "file": as_file, "zip": as_file_in_zip, "bare": bare_top,
}


def chosen(words, key, n):
    """n of the words, always the same for a key."""
    ranked = sorted(words, key=lambda w: hashlib.sha256((key + "|" + w).encode()).digest())
    return ranked[:n]


# ---- families

def payloads():
    yield "base64", part(EICAR)
    yield "qp", part(EICAR, "qp")
    yield "7bit", part(EICAR, "7bit")
    yield "base64-zip", part(archives.zip_of([("e.com", EICAR)]), name=b"a.zip")
    yield "7bit-inline", (b"Content-Type: text/plain\r\n", EICAR + b"\r\n")


def structure_cases():
    for i, (word, p) in enumerate(payloads()):
        for method, e in structures.entities(p):
            places = ["top"] if i == 0 else []
            places += chosen(list(PLACES)[1:] + ["top"] * (i > 0), method + word, 2 if i == 0 else 1)
            for place in sorted(set(places)):
                yield "%s %s %s" % (method, word, place), PLACES[place](e)
        for method, m in structures.messages(p):
            yield "%s %s" % (method, word), m


def field_cases():
    for word in (b"base64", b"quoted-printable", b"x-uuencode"):
        encode = {b"base64": b64, b"quoted-printable": spellings.qp, b"x-uuencode": spellings.uu}[word]
        for family in (fields.encoding_heads, fields.type_heads, fields.name_heads):
            if word == b"x-uuencode" and family != fields.encoding_heads:
                continue
            for method, head in family(word):
                e = head, encode(EICAR)
                for place in ["mixed"] + chosen(["top", "rfc822", "bare", "alternative"], method + word.decode(), 1):
                    yield "%s %s %s" % (method, word.decode(), place), PLACES[place](e)


def spelling_cases():
    for method, word, body in spellings.bodies(EICAR):
        head = (b"Content-Type: application/octet-stream; name=e.com\r\nContent-Transfer-Encoding: " + word + b"\r\n")
        for place in ["mixed"] + chosen(["top", "rfc822", "lf", "bare", "file"], method, 1):
            yield "%s %s %s" % (method, word.decode(), place), PLACES[place]((head, body))
        yield "%s %s text" % (method, word.decode()), in_mixed(
            (b"Content-Type: text/plain\r\nContent-Transfer-Encoding: " + word + b"\r\n", body))
    for method, text in spellings.inline(EICAR):
        for type in (b"text/plain", b"text/html", b"application/octet-stream", b"text/plain; charset=utf-8"):
            head = b"Content-Type: " + type + b"\r\n"
            yield "%s top %s" % (method, type.decode()), at_top((head, text))
            yield "%s mixed %s" % (method, type.decode()), in_mixed((head, text))
        yield "%s no-mime" % method, TOP + b"\r\n" + text
        yield "%s qp" % method, at_top((b"Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n",
                                        spellings.qp(text)))
        yield "%s base64" % method, at_top((b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n", b64(text)))
        yield "%s preamble" % method, message(multipart([TEXT], b"outer", preamble=text))
        yield "%s epilogue" % method, message(multipart([TEXT], b"outer", epilogue=text))


def wrapped(data, name, encoding, place):
    return PLACES[place](part(data, encoding, name.encode()))


def archive_cases():
    for family in (archives.plain, archives.odd):
        for method, name, data in family("e.com", EICAR):
            for encoding, place in (("base64", "mixed"), ("qp", "top"), ("base64", "rfc822")):
                yield "%s %s %s" % (method, encoding, place), wrapped(data, name, encoding, place)
    kinds = [m for m, _, _ in archives.plain("e.com", EICAR)]
    for depth in (2, 3, 4, 5):
        for i in range(60):
            name, data, path = "e.com", EICAR, []
            for level in range(depth):
                kind = chosen(kinds, "deep %d %d %d" % (depth, i, level), 1)[0]
                made = {m: (n, d) for m, n, d in archives.plain(name, data)}
                if kind not in made:
                    kind = "zip/deflate"
                name, data = made[kind]
                path.append(kind)
            yield "deep-%d/%s base64 mixed" % (depth, "<".join(path)), wrapped(data, name, "base64", "mixed")
    for depth in (10, 15, 20, 24, 26, 30, 60):
        data = EICAR
        for i in range(depth):
            data = archives.zip_of([("%d.zip" % i, data)])
        yield "deep-zip/%d base64 mixed" % depth, wrapped(data, "a.zip", "base64", "mixed")


def carrier_cases():
    for method, type, name, data in carriers.files("e.com", EICAR):
        for encoding, place in (("base64", "mixed"), ("base64", "top")):
            word = part(data, encoding, name.encode(), type)
            yield "%s %s %s" % (method, encoding, place), PLACES[place](word)
        if all(c in b"\r\n\t" or 32 <= c < 127 for c in data):
            yield "%s 7bit mixed" % method, in_mixed((b"Content-Type: " + type + b"\r\n", data))
            yield "%s 7bit top" % method, at_top((b"Content-Type: " + type + b"\r\n", data))
            yield "%s qp rfc822" % method, in_rfc822(part(data, "qp", name.encode(), type))
        yield "%s zip" % method, in_mixed(part(archives.zip_of([(name, data)]), name=b"a.zip"))


def cases():
    for family in (structure_cases, field_cases, spelling_cases, archive_cases, carrier_cases):
        yield from family()


def sample(all, n):
    """Each trick once at least as far as n goes, by a fixed order."""
    def rank(case):
        return hashlib.sha256(case[0].encode()).digest()
    families = {}
    for case in sorted(all, key=rank):
        families.setdefault(case[0].split("/")[0], []).append(case)
    out = []
    while len(out) < n and any(families.values()):
        out += [rows.pop(0) for rows in families.values() if rows]
    return sorted(out[:n])


def main(arguments):
    n = None
    if arguments[:1] == ["--sample"]:
        n, arguments = int(arguments[1]), arguments[2:]
    if len(arguments) != 1:
        sys.exit(__doc__)
    where = arguments[0]
    os.makedirs(where, exist_ok=True)
    all = list(cases())
    with open(os.path.join(where, "manifest"), "w") as manifest:
        for i, (method, text) in enumerate(sample(all, n) if n else all):
            file = "%05d.eml" % i
            with open(os.path.join(where, file), "wb") as out:
                out.write(text)
            manifest.write("%s\t%s\n" % (file, method))


if __name__ == "__main__":
    main(sys.argv[1:])
