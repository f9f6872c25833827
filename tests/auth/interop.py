#!/usr/bin/env python3
"""interop.py - what OpenDKIM and dkimpy sign verifies here, what we sign verifies there

usage: interop.py PROBE COUNT [SEED]
COUNT messages with what real and odd ones have (folds, fields twice, no body, blank lines at the end, trailing
blanks, no last line end, 8 bit), signed by each of the three, by both algorithms and all canonicalizations, read
by all three; then the same messages changed on the way. All must say the same. Prints who said what, and how
often; exit 0: no difference that is not in explained().
"""
import os
import random
import re
import subprocess
import sys
import tempfile
import time

import dkim

DOMAIN = "example.com"
CANONS = [(h, b) for h in ("simple", "relaxed") for b in ("simple", "relaxed")]
ALGORITHMS = ("rsa-sha256", "ed25519-sha256")
FIELDS = ("from", "to", "subject", "date", "message-id", "cc", "x-odd", "mime-version", "content-type")


def run(*arguments, **options):
    return subprocess.run(arguments, capture_output=True, check=True, **options).stdout


# ---- keys

class Keys:
    def __init__(self, folder):
        self.pem = {}
        self.text = {}
        for algorithm, selector, make in (("rsa-sha256", "r", ("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")),
                                          ("ed25519-sha256", "e", ("-algorithm", "ED25519"))):
            path = os.path.join(folder, selector + ".pem")
            run("openssl", "genpkey", *make, "-out", path)
            der = run("openssl", "pkey", "-in", path, "-pubout", "-outform", "DER")
            kind = algorithm.split("-")[0]
            raw = der if kind == "rsa" else der[-32:]
            self.pem[algorithm] = path
            self.text[f"{selector}._domainkey.{DOMAIN}"] = f"v=DKIM1; k={kind}; p={base64(raw)}"
        seed = run("openssl", "pkey", "-in", self.pem["ed25519-sha256"], "-outform", "DER")[-32:]
        with open(self.pem["rsa-sha256"], "rb") as f:
            self.python = {"rsa-sha256": f.read(), "ed25519-sha256": base64(seed).encode()}
        self.zone = os.path.join(folder, "zone")
        self.opendkim = os.path.join(folder, "keys")
        with open(self.zone, "w") as zone, open(self.opendkim, "w") as keys:
            for name, text in self.text.items():
                zone.write(f"{name} TXT {text}\n")
                keys.write(f"{name} {text}\n")

    def answer(self, name, timeout=5):
        name = (name.decode() if isinstance(name, bytes) else name).rstrip(".")
        return self.text.get(name, "").encode() or None


def base64(raw):
    import base64 as b
    return b.b64encode(raw).decode()


def selector(algorithm):
    return algorithm[0]


# ---- messages

WORDS = "a be the mail list of Grüße naïve 東京 x-y , ; : = \"q\" (c) <z@example.net>".split()


def words(r, n):
    return r.choice(("", " ")) + "".join(r.choice(WORDS) + r.choice((" ", "  ", " \t", " ")) for _ in range(n))


def value(r, before):
    text = words(r, r.randint(1, 6)).strip()
    if r.random() < 0.4:
        text += "\r\n" + r.choice((" ", "\t", "   ")) + words(r, r.randint(1, 5)).strip()
    return r.choice(before) + text + r.choice(("", " ", " \t"))


def message(r):
    before = r.choice(((" ",), (" ",), ("", " ", "  ")))
    fields = [f"From: Bob <bob@{DOMAIN}>", "To:" + value(r, before), "Subject:" + value(r, before),
              "Date: Wed, 1 Nov 2023 10:00:00 +0000", f"Message-ID: <{r.random()}@{DOMAIN}>"]
    for name in ("Received", "X-Odd", "Cc", "MIME-Version", "Content-Type", "received", "SUBJECT2"):
        for _ in range(r.choice((0, 0, 1, 2))):
            fields.append(f"{name}:{value(r, before)}")
    tail = fields[1:]
    r.shuffle(tail)
    lines = []
    for _ in range(r.choice((0, 1, 2, 5, 20))):
        lines.append(r.choice(("", " ", "\t", words(r, r.randint(1, 8)), words(r, 3), "x" * 200, "é" * 30)))
    # Two things the others do not read: opendkim -t ends at a line ".", and dkimpy keeps blanks behind the last
    # line where that has no end (RFC 6376 3.4.4: all lines lose theirs).
    end = r.choice(("", "\r\n", "\r\n", "\r\n\r\n", "\r\n \r\n\r\n"))
    body = "\r\n".join(lines).rstrip(" \t" if end == "" else "") + end
    return ("\r\n".join([fields[0]] + tail) + "\r\n\r\n" + body).encode()


def changed(r, text):
    """The message as a hop might leave it, or somebody who means no good."""
    head, _, body = text.partition(b"\r\n\r\n")
    at = r.randrange(len(head)) if len(head) else 0
    choices = (
        lambda: text,
        lambda: text + b"\r\n\r\n",
        lambda: text.rstrip(b"\r\n"),
        lambda: text + b"more\r\n",
        lambda: head + b"\r\n\r\n" + body.replace(b" ", b"  "),
        lambda: head + b"\r\n\r\n" + body.replace(b"\r\n", b" \r\n"),
        lambda: head + b"\r\n\r\n" + body.replace(b"a", b"b", 1),
        lambda: head.replace(b"Subject:", b"subject :") + b"\r\n\r\n" + body,
        lambda: head.replace(b"\r\n\t", b"\r\n ") + b"\r\n\r\n" + body,
        lambda: head.replace(b"\r\n ", b" ") + b"\r\n\r\n" + body,
        lambda: head.replace(b"Date: ", b"Date:  ") + b"\r\n\r\n" + body,
        lambda: head.replace(b"Nov", b"Dec") + b"\r\n\r\n" + body,
        lambda: b"Received: by hop\r\n" + text,
        lambda: b"Subject: another\r\n" + text,
        lambda: b"X-Odd: another\r\n" + text,
        lambda: head + b"\r\nX-Odd: another\r\n\r\n" + body,
        lambda: b"\r\n".join(reversed(unfolded(head))) + b"\r\n\r\n" + body,
        lambda: head[:at] + bytes([head[at] ^ 1 if head[at] > 64 else head[at]]) + head[at + 1:] + b"\r\n\r\n" + body,
        lambda: text.replace(b"bh=", b"bh= \r\n ", 1),
        lambda: text.replace(b" b=", b" b= ", 1),
        lambda: text.replace(b"h=", b"h=to:", 1),
        lambda: text.replace(b"t=1", b"t=2", 1),
    )
    return r.choice(choices)()


def unfolded(head):
    return re.split(rb"\r\n(?![ \t])", head)


# ---- the three

class Party:
    def __init__(self, probe, keys, folder):
        self.probe, self.keys, self.folder = probe, keys, folder

    def signs(self, algorithm, header):
        return True


class Ours(Party):
    name = "tamis"

    def sign(self, files, algorithm, header, body):
        run(self.probe, "sign", self.keys.pem[algorithm], DOMAIN, selector(algorithm), f"{header}/{body}",
            str(int(time.time())), ":".join(FIELDS), *files)
        return [read(f + ".signed") for f in files]

    def verify(self, files):
        lines = run(self.probe, "verify", self.keys.zone, str(int(time.time())), *files).decode(errors="replace")
        found = [line.split("\t") for line in lines.splitlines()]
        self.reasons = [line[1] for line in found]
        return [line[1].startswith("pass ") for line in found]


class Python(Party):
    name = "dkimpy"

    def sign(self, files, algorithm, header, body):
        names = [n.encode() for n in FIELDS]
        out = []
        for f in files:
            text = read(f)
            there = [n for n in names if re.search(rb"(?mi)^" + n + rb"[ \t]*:", text.split(b"\r\n\r\n")[0])]
            out.append(dkim.sign(text, selector(algorithm).encode(), DOMAIN.encode(), self.keys.python[algorithm],
                                 canonicalize=(header.encode(), body.encode()), include_headers=there,
                                 signature_algorithm=algorithm.encode()) + text)
        return out

    def verify(self, files):
        out = []
        for f in files:
            try:
                out.append(dkim.verify(read(f), dnsfunc=self.keys.answer))
            except Exception:  # its parser gives up where the message is none
                out.append(False)
        return out


class Opendkim(Party):
    name = "opendkim"

    def ask(self, files, *lines):
        conf = os.path.join(self.folder, "opendkim.conf")
        with open(conf, "w") as f:
            f.write("\n".join(("Syslog no", "Background no", "AuthservID test", "UserID root",
                               f"Socket local:{self.folder}/opendkim.sock") + lines) + "\n")
        out = []
        for at in range(0, len(files), 20):
            some = files[at:at + 20]
            done = subprocess.run(("opendkim", "-x", conf, "-t", ",".join(some)), capture_output=True, check=False)
            out += self.apart(done.stdout, some)
        return out

    @staticmethod
    def apart(text, files):
        """What it says of each file, which is behind the file's name."""
        out = []
        for f, after in zip(files, files[1:] + [None]):
            _, _, said = text.partition(b"opendkim: " + f.encode() + b":")
            if after:
                said = said.partition(b"opendkim: " + after.encode() + b":")[0]
            out.append(said)
        return out

    def sign(self, files, algorithm, header, body):
        for f in files:  # it signs nothing else
            text = read(f)
            if not text.endswith(b"\r\n"):
                with open(f, "ab") as out:
                    out.write(b"\r\n")
        lines = self.ask(files, "Mode s", f"Domain {DOMAIN}", f"Selector {selector(algorithm)}",
                         f"KeyFile {self.keys.pem[algorithm]}", f"SignatureAlgorithm {algorithm}",
                         f"Canonicalization {header}/{body}", "RequireSafeKeys no",
                         "SignHeaders " + ",".join(FIELDS), "OversignHeaders from")
        out = []
        for f, text in zip(files, lines):
            found = text.strip(b"\n")
            if not found.startswith(b"DKIM-Signature:"):
                raise RuntimeError(f"opendkim does not sign: {text}")
            out.append(found.replace(b"\r", b"").replace(b"\n", b"\r\n") + b"\r\n" + read(f))
        return out

    def signs(self, algorithm, header):
        """Its own ed25519 signatures with a simple header are good for nobody, itself included."""
        return algorithm == "rsa-sha256" or header == "relaxed"

    def verify(self, files):
        lines = self.ask(files, "Mode v", f"TestPublicKeys {self.keys.opendkim}")
        return [b") succeeded" in text.partition(b"\n")[0] for text in lines]


def read(path):
    with open(path, "rb") as f:
        return f.read()


def store(folder, name, texts):
    paths = []
    for i, text in enumerate(texts):
        path = os.path.join(folder, f"{name}.{i}")
        with open(path, "wb") as f:
            f.write(text)
        paths.append(path)
    return paths


# ---- what is compared

def explained(text, said):
    """Why differences are none of ours; None: one is."""
    head = text.partition(b"\r\n\r\n")[0]
    why = []
    if said["dkimpy"] != said["tamis"]:
        if re.search(rb"(?m)^[^\s:]+[ \t]+:", head):
            why.append("dkimpy takes no blank before a colon")
        elif text.endswith((b" ", b"\t")):
            why.append("dkimpy keeps blanks of a last line without end")
        else:
            return None
    if said["opendkim"] != said["tamis"]:
        simple = re.search(rb"c=\s*simple", head) or not re.search(rb"\bc=", head)
        plain = all(re.match(rb"[^:\s]+: ([^ \t]|\r\n)", f) for f in unfolded(head))
        if not text.endswith(b"\r\n"):
            why.append("opendkim wants a line end at the end")
        elif simple and not plain:
            why.append("opendkim -t sees no blanks around a colon")
        else:
            return None
    return " and ".join(why)


def compare(three, files, counts, what):
    said = {p.name: p.verify(files) for p in three}
    bad = 0
    for i, path in enumerate(files):
        row = {name: answers[i] for name, answers in said.items()}
        counts[what] = counts.get(what, 0) + 1
        counts[what, "pass"] = counts.get((what, "pass"), 0) + all(row.values())
        if len(set(row.values())) == 1:
            continue
        why = explained(read(path), row)
        key = (what, why or "difference")
        counts[key] = counts.get(key, 0) + 1
        if why is None:
            bad += 1
            print(f"{what}: {row} {three[0].reasons[i]}")
            if bad <= 3:
                print(read(path).decode(errors="replace"))
    return bad


# ---- chains

SERVER = "mx.example.com"


def seal_ours(three, path, state):
    run(three[0].probe, "seal", three[0].keys.pem["rsa-sha256"], DOMAIN, "r", str(int(time.time())), "from:to:subject", state,
        f"{SERVER}; arc={state}; spf=pass smtp.mailfrom=bob@{DOMAIN}", path)
    return read(path + ".sealed")


def seal_python(three, path, state):
    text = f"Authentication-Results: {SERVER}; arc={state};\r\n spf=pass smtp.mailfrom=bob@{DOMAIN}\r\n".encode() + read(path)
    fields = dkim.arc_sign(text, b"r", DOMAIN.encode(), three[0].keys.python["rsa-sha256"], SERVER.encode(),
                           include_headers=[b"from", b"to", b"subject"])
    return b"".join(fields) + text


def chain(r, three, folder, counts):
    """A message through up to four hands, sealed by us or by dkimpy, changed or not; both read it each time."""
    text, bad, who = message(r), 0, []
    for hop in range(r.randint(1, 4)):
        seal = r.choice((seal_ours, seal_python))
        text = seal(three, store(folder, "chain", [text])[0], "pass" if hop else "none")
        who.append("t" if seal is seal_ours else "d")
        sent = text if r.random() < 0.7 else changed_chain(r, text)
        path = store(folder, "chain", [sent])[0]
        line = run(three[0].probe, "verify", three[0].keys.zone, str(int(time.time())), path).decode(errors="replace")
        ours = line.split("\t")[2].split()[0]
        theirs = (dkim.arc_verify(sent, dnsfunc=three[0].keys.answer)[0] or b"fail").decode()
        counts[f"chains, both {ours}" if ours == theirs else "chains: DIFFERENCE"] = \
            counts.get(f"chains, both {ours}" if ours == theirs else "chains: DIFFERENCE", 0) + 1
        if ours != theirs:
            bad += 1
            print(f"chain {''.join(who)}: {line.strip()}, dkimpy: {theirs}")
    return bad


def changed_chain(r, text):
    return r.choice((
        lambda: text.replace(b"spf=pass", b"spf=fail", 1),
        lambda: text.replace(b"i=1", b"i=2", 1),
        lambda: text.replace(b"cv=none", b"cv=pass", 1),
        lambda: text.replace(b"ARC-Seal:", b"X-Seal:", 1),
        lambda: text.replace(b"Subject:", b"Subject: Re:", 1),
        lambda: text + b"more\r\n",
        lambda: text.replace(b"ARC-Message-Signature:", b"arc-message-signature:"),
        lambda: text.replace(b"ARC-Seal: i=", b"ARC-Seal:  i="),
    ))()


def main():
    probe, count = sys.argv[1], int(sys.argv[2])
    r = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    counts, bad = {}, 0
    with tempfile.TemporaryDirectory() as folder:
        keys = Keys(folder)
        three = [kind(probe, keys, folder) for kind in (Ours, Python, Opendkim)]
        for signer in three:
            kinds = [(a, h, b) for a in ALGORITHMS for h, b in CANONS if signer.signs(a, h)]
            for algorithm, header, body in kinds:
                files = store(folder, "plain", [message(r) for _ in range(-(-count // len(kinds)))])
                signed = signer.sign(files, algorithm, header, body)
                bad += compare(three, store(folder, "signed", signed), counts, f"signed by {signer.name}")
                bad += compare(three, store(folder, "changed", [changed(r, t) for t in signed]), counts,
                               f"changed, by {signer.name}")
        chains = {}
        for _ in range(count // 4):
            bad += chain(r, three, folder, chains)
    for what, n in chains.items():
        print(f"{what}: {n}")
    for what, n in counts.items():
        if isinstance(what, str):
            print(f"{what}: {n} messages, {counts.get((what, 'pass'), 0)} good for all three, "
                  f"{counts.get((what, 'difference'), 0)} differences"
                  + "".join(f", {v}: {k[1]}" for k, v in counts.items()
                            if k[0] == what and k[1] not in ("pass", "difference")))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
