#!/usr/bin/env python3
"""dkim-corpus.py - DKIM of real mail, beside dkimpy and OpenDKIM

usage: dkim-corpus.py PROBE FILE|DIRECTORY...
Keys of old mail are gone from the DNS, so two things are compared: whether the body is what each signature that
a message came with says (ours beside dkimpy's, by body hash), and what becomes of the message when dkimpy and we
sign it with a key made here, read by all three. Prints what differs and the counts; exit 0: nothing that is not
explained.
"""
import base64
import hashlib
import os
import re
import sys
import tempfile

import dkim
from dkim.canonicalization import CanonicalizationPolicy
from dkim.util import parse_tag_value

import interop

ONE_ADDRESS = re.compile(rb"[^<>]*<[^<>@\s]+@[^<>@\s]+>\s*|\s*[^<>@\s]+@[^<>@\s]+\s*")
CANONS = (("relaxed", "relaxed"), ("simple", "simple"))


def mails(paths):
    for path in paths:
        for folder, _, names in os.walk(path) if os.path.isdir(path) else [(os.path.dirname(path), [], [os.path.basename(path)])]:
            for name in sorted(names):
                yield os.path.join(folder, name)


def crlf(text):
    return re.sub(rb"\r?\n", b"\r\n", text)


def header_of(text):
    return text.partition(b"\r\n\r\n")[0]


def timeless(text):
    """Without t= and x=: the body hash is what is asked for, and old signatures have expired."""
    fields = interop.unfolded(header_of(text))
    out = [re.sub(rb";\s*[tx]\s*=\s*\d+\s*(?=;|$)", b"", f) if f.lower().startswith(b"dkim-signature") else f
           for f in fields]
    return b"\r\n".join(out) + text[len(header_of(text)):]


def python_hash(text, value):
    """Whether the body is what a signature says, by dkimpy; None: it cannot say."""
    try:
        tags = parse_tag_value(value)
        algorithm = tags[b"a"]
        if algorithm.rpartition(b"-")[2] != b"sha256":
            return None
        body = CanonicalizationPolicy.from_c_value(tags.get(b"c")).canonicalize_body(text.partition(b"\r\n\r\n")[2])
        if b"l" in tags:
            body = body[:int(tags[b"l"])]
        return hashlib.sha256(body).digest() == base64.b64decode(re.sub(rb"\s+", b"", tags[b"bh"]))
    except Exception:
        return None


def ours_hash(said):
    """The same, of what the probe says of a signature without a key."""
    if "there is no key" in said:
        return True
    if "the body was changed" in said or "shorter than l=" in said:
        return False
    return None


def compare_hashes(ours, files, names, counts):
    bad = 0
    ours.verify(files)
    for path, name, line in zip(files, names, ours.reasons):
        text = interop.read(path)
        values = [f.partition(b":")[2] for f in interop.unfolded(header_of(text)) if f.lower().startswith(b"dkim-signature:")]
        for said, value in zip(line.split("; ") if line else [], values):
            we, they = ours_hash(said), python_hash(text, value)
            what = "hash: both say good" if we and they else "hash: both say changed" if we is False and they is False \
                else "hash: we do not look (" + said.partition("(")[2] if we is None else "hash: dkimpy cannot say" if they is None \
                else "hash: DIFFERENCE"
            counts[what] = counts.get(what, 0) + 1
            if what == "hash: DIFFERENCE":
                bad += 1
                print(f"{name}: {said}, dkimpy: {they}")
    return bad


def explained(text, row):
    head = header_of(text)
    if row["dkimpy"] != row["tamis"]:
        # what dkimpy takes for no header at all
        if any(not re.match(rb"[\x21-\x39\x3b-\x7e]+:", f) for f in interop.unfolded(head)):
            return "dkimpy does not read this header"
    author = re.search(rb"(?mi)^From:((?:[^\n]|\n[ \t])*)", head)
    if row["opendkim"] != row["tamis"] and not (author and ONE_ADDRESS.fullmatch(author.group(1))):
        return "opendkim finds no author in From"
    return interop.explained(text, row)


def compare_signed(three, files, names, counts):
    bad = 0
    for signer in three[:2]:
        for header, body in CANONS:
            try:
                signed = [signer.sign([f], "rsa-sha256", header, body)[0] for f in files]
            except Exception as e:
                print(f"{signer.name} does not sign: {e}")
                counts[f"{signer.name} does not sign"] = counts.get(f"{signer.name} does not sign", 0) + 1
                continue
            paths = interop.store(three[0].folder, "signed", signed)
            said = {p.name: p.verify(paths) for p in three}
            for i, path in enumerate(paths):
                row = {n: a[i] for n, a in said.items()}
                good = all(row.values())
                why = "good for all" if good else "good for none" if not any(row.values()) else explained(signed[i], row) or "DIFFERENCE"
                key = f"signed by {signer.name}, {header}/{body}: {why}"
                counts[key] = counts.get(key, 0) + 1
                if why == "DIFFERENCE":
                    bad += 1
                    print(f"{names[i]}: {row} {three[0].reasons[i]}")
    return bad


def main():
    counts, bad = {}, 0
    with tempfile.TemporaryDirectory() as folder:
        keys = interop.Keys(folder)
        three = [kind(sys.argv[1], keys, folder) for kind in (interop.Ours, interop.Python, interop.Opendkim)]
        names = list(mails(sys.argv[2:]))
        for at in range(0, len(names), 20):
            some = names[at:at + 20]
            texts = [crlf(interop.read(n)) for n in some]
            bad += compare_hashes(three[0], interop.store(folder, "mail", [timeless(t) for t in texts]), some, counts)
            # without the signatures that it came with, which others may refuse for reasons of their own
            bare = [b"\r\n".join(f for f in interop.unfolded(header_of(t)) if not f.lower().startswith((b"dkim-", b"from ")))
                    + t[len(header_of(t)):] for t in texts]
            bad += compare_signed(three, interop.store(folder, "bare", bare), some, counts)
    for what, n in sorted(counts.items()):
        print(f"{n:6} {what}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
