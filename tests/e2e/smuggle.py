#!/usr/bin/env python3
"""smuggle.py - stored messages that are more than one message for some servers, and what must come of them

usage: smuggle.py make DIRECTORY          writes N.eml files, each tries to smuggle another message
       smuggle.py check DIRECTORY MAILDIR FORMS
FORMS is what letter-send printed. Every file must have arrived once, nothing else, and hold the bytes that
were stored: as they are, in parts whose decoded bytes are the same, or as an attachment.
"""
import email
import email.policy
import itertools
import os
import re
import sys

ENDS = {
    "crlf": b"\r\n", "lf": b"\n", "cr": b"\r", "crcrlf": b"\r\r\n", "lfcr": b"\n\r", "lflf": b"\n\n",
    "nullf": b"\0\n", "crnullf": b"\r\0\n", "none": b"",
}
DOTS = {"dot": b".", "dots": b"..", "dotnul": b".\0", "nuldot": b"\0."}
EVIL = b"MAIL FROM:<eve@example.org>%sRCPT TO:<bob@example.net>%sDATA%sSubject: smuggled%s%sevil%s.%sQUIT%s"


def smuggle(before, dot, after):
    eol = after or b"\r\n"
    return b"hello" + before + dot + after + EVIL.replace(b"%s", eol)


def plain(n, inside):
    return b"From: ada@example.org\r\nTo: bob@example.net\r\nSubject: stored %d\r\n\r\n" % n + inside + b"\r\n"


def header(n, inside):
    inside = inside.replace(b"\n", b"\n ")
    return b"From: ada@example.org\r\nSubject: stored %d\r\nX-Odd: " % n + inside + b"\r\n\r\nbody\r\n"


def mixed(n, where, inside):
    part = b"Content-Type: text/plain; charset=iso-8859-1\r\n\r\n"
    texts = {"preamble": b"see below", "leaf": b"text", "epilogue": b""}
    texts[where] = inside
    return (b"From: ada@example.org\r\nSubject: stored %d\r\nMIME-Version: 1.0\r\n"
            b"Content-Type: multipart/mixed; boundary=frontier\r\n\r\n" % n + texts["preamble"] +
            b"\r\n--frontier\r\n" + part + texts["leaf"] + b"\r\n--frontier\r\n" + part +
            b"other \xe4\r\n--frontier--\r\n" + texts["epilogue"] + b"\r\n")


def unended(n, inside):
    return plain(n, inside)[:-2]


def messages():
    contexts = [plain, header, unended] + [
        lambda n, inside, where=w: mixed(n, where, inside) for w in ("preamble", "leaf", "epilogue")]
    combinations = list(itertools.product(ENDS.values(), DOTS.values(), ENDS.values()))
    n = 0
    for i, (before, dot, after) in enumerate(combinations):
        # every combination in a plain body, and in one of the other places in turn
        for context in (contexts[0], contexts[1 + i % 5]):
            yield n, context(n, smuggle(before, dot, after))
            n += 1
    for size in (997, 998, 999, 2047, 2048, 4095, 4096, 4097, 8192, 65535, 65536):
        # a dot where a reader's buffer ends
        for dot in (b".\r\n", b"\n.\n", b"\r.\r", b"."):
            yield n, plain(n, b"x" * size + dot + EVIL.replace(b"%s", b"\r\n"))
            n += 1


def make(directory):
    n = -1
    for n, text in messages():
        with open(os.path.join(directory, "%04d.eml" % n), "wb") as f:
            f.write(text)
    print(n + 1)


def forms(path):
    with open(path, encoding="ascii", errors="replace") as f:
        for line in f:
            name, form, outcome, _ = line.split("\t", 3)
            yield int(re.search(r"(\d+)\.eml$", name).group(1)), form, outcome


def lines_of(text):
    """what a maildir makes of CRLF"""
    return text.replace(b"\r\n", b"\n")


def body_of(text):
    return text.partition(b"\r\n\r\n")[2]


def parts(text):
    message = email.message_from_bytes(text, policy=email.policy.compat32)
    return [p.get_payload(decode=True) for p in message.walk() if not p.is_multipart()]


def stored_parts(stored):
    """the bytes of the leaves, by the boundary that this file made"""
    body = body_of(stored)
    if b"boundary=frontier" not in stored:
        return [body]
    return [body_of(p) for p in body.split(b"\r\n--frontier")[1:3]]


def same(form, stored, arrived):
    if form == "as_is":
        want = lines_of(body_of(stored))
        return arrived.partition(b"\n\n")[2] == (want if want.endswith(b"\n") else want + b"\n")
    if form == "wrapped":
        return parts(arrived)[1] == stored
    got = parts(arrived)
    want = stored_parts(stored)
    # parts that did not have to be encoded came through a maildir
    return len(got) == len(want) and all(g == w or g.rstrip(b"\n") == lines_of(w).rstrip(b"\n")
                                         for g, w in zip(got, want))


def check(directory, maildir, list_of_forms):
    arrived = {}
    problems = []
    for name in os.listdir(maildir):
        with open(os.path.join(maildir, name), "rb") as f:
            text = f.read()
        number = re.search(rb"^Subject: stored (\d+)\n", text.partition(b"\n\n")[0] + b"\n", re.M)
        if not number:
            problems.append("a message that nobody sent: %r" % text[:300])
        else:
            arrived.setdefault(int(number.group(1)), []).append(text)
    count = {}
    for n, form, outcome in forms(list_of_forms):
        count[form] = count.get(form, 0) + 1
        with open(os.path.join(directory, "%04d.eml" % n), "rb") as f:
            stored = f.read()
        copies = arrived.pop(n, [])
        if outcome != "taken" or len(copies) != 1:
            problems.append("%d: %s, %d arrived" % (n, outcome, len(copies)))
        elif not same(form, stored, copies[0]):
            problems.append("%d: %s, and it is not the same: %r" % (n, form, copies[0][-400:]))
    for problem in problems[:20]:
        print(problem)
    bad = len(problems) + len(arrived)
    print("smuggle: " + ", ".join("%s %d" % i for i in sorted(count.items())))
    print("%d passed, %d failed, 0 skipped" % (max(0, sum(count.values()) - bad), bad))
    return 1 if bad else 0


if sys.argv[1:2] == ["make"]:
    make(sys.argv[2])
elif sys.argv[1:2] == ["check"]:
    sys.exit(check(*sys.argv[2:5]))
else:
    sys.exit(__doc__)
