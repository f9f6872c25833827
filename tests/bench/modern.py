#!/usr/bin/env python3
"""modern.py - how fast the classifier learns today's mail: the first messages of a mixed stream

usage: modern.py [-n MESSAGES] [-s SEED] HAM-DIRECTORY SPAM-DIRECTORY

All files of both, in the order of their names, are interleaved at random (random.Random(SEED).shuffle of the labels), each
judged and then learned. What a collection has put there gives the class away, so it is taken off: the fields of
mailbox providers and of list archives, the topmost Received, and addresses of the collector. Prints errors of the first
MESSAGES (500) as counts, by 50, at the natural threshold. TAMIS_BUILDDIR says where we are."""
import getopt
import json
import os
import random
import re
import subprocess
import sys
import tempfile

BUILD = os.environ.get("TAMIS_BUILDDIR", ".")
KEPT = {b"from", b"to", b"cc", b"subject", b"date", b"message-id", b"mime-version", b"content-type", b"reply-to",
        b"content-transfer-encoding", b"content-disposition", b"in-reply-to", b"references", b"x-mailer", b"user-agent",
        b"organization", b"x-priority", b"importance"}
COLLECTOR = re.compile(rb"phishing@pot|lists\+[^@\s>]{0,60}@lfdr\.de|@lists\.linaro\.org|@lists\.ettus\.com", re.I)


def fields_of(head):
    for field in re.split(rb"\r?\n(?![ \t])", head):
        name, colon, _ = field.partition(b":")
        if colon:
            yield name.strip().lower(), field


def cleaned(raw):
    """Only fields that a sender writes; lists' own addresses and tags are the reader's."""
    if raw.startswith(b"From "):
        raw = raw.split(b"\n", 1)[1]
    parts = re.split(rb"\r?\n\r?\n", raw, maxsplit=1)
    body = parts[1] if len(parts) > 1 else b""
    head = b"\n".join(field for name, field in fields_of(parts[0]) if name in KEPT)
    head = re.sub(rb"(?im)^(subject:\s*(?:re:\s*)?)\[[^\]\n]{1,30}\]\s*", rb"\1", head)
    body = re.split(rb"\n_{20,}\r?\n", body)[0] if b"\n_____" in body and b"mailing list" in body else body
    return COLLECTOR.sub(b"reader@site.example", head) + b"\n\n" + COLLECTOR.sub(b"reader@site.example", body)


def files(folder):
    return sorted(os.path.join(where, name) for where, _, names in os.walk(folder) for name in names)


def interleaved(hams, spams, seed):
    labels = ["ham"] * len(hams) + ["spam"] * len(spams)
    random.Random(seed).shuffle(labels)
    hams, spams = iter(hams), iter(spams)
    return [(label, next(hams if label == "ham" else spams)) for label in labels]


def run(stream, folder):
    listed = os.path.join(folder, "list")
    with open(listed, "w") as out:
        for number, (label, path) in enumerate(stream):
            copy = os.path.join(folder, "%05d.eml" % number)
            with open(path, "rb") as source, open(copy, "wb") as target:
                target.write(cleaned(source.read()))
            out.write("%s %s\n" % (label, copy))
    command = [BUILD + "/tamis", "classify", "--learn-after", "--json", "--files-from", listed]
    for setting in ("state_directory=%s/state" % folder, "runtime_directory=%s/run" % folder, "virus_scan=no",
                    "bayes_directory=%s/bayes" % folder, "log=%s/log" % folder):
        command += ["--set", setting]
    said = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
    return [json.loads(line)["logit"] for line in said.splitlines()]


def main(arguments):
    options, folders = getopt.getopt(arguments, "n:s:")
    options = dict(options)
    if len(folders) != 2:
        sys.exit(__doc__)
    stream = interleaved(files(folders[0]), files(folders[1]), int(options.get("-s", 1)))[:int(options.get("-n", 500))]
    with tempfile.TemporaryDirectory(prefix="tamis-modern.") as folder:
        logits = run(stream, folder)
    print("messages  ham lost of  spam missed of")
    total = [0, 0, 0, 0]
    for first in range(0, len(stream), 50):
        row = [0, 0, 0, 0]
        for (label, _), logit in list(zip(stream, logits))[first:first + 50]:
            row[0] += label == "ham" and logit > 0
            row[1] += label == "ham"
            row[2] += label == "spam" and logit <= 0
            row[3] += label == "spam"
        total = [a + b for a, b in zip(total, row)]
        print("%4d-%-4d %8d %3d %11d %3d" % (first + 1, min(first + 50, len(stream)), *row))
    print("all %13d %3d %11d %3d" % tuple(total))


if __name__ == "__main__":
    main(sys.argv[1:])
