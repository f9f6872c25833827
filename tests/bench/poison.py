#!/usr/bin/env python3
"""poison.py - what attackers gain who write for the classifier

usage: poison.py [-t TRAIN] [-c CAMPAIGN] [-s SEED] LIST

LIST has "spam PATH" or "ham PATH" a line. The first TRAIN messages (default two thirds) are learned, the rest judged.
Good words: each spam of the rest once as it is, and with 1, 4 and 16 KB of text of the learned ham of the same site
behind its own text, in its plain text and in its page. Causative: CAMPAIGN messages (default 2000) that no rule minds,
each from another sender and network, with the words of the spam to come among words of no meaning, are learned as ham
with the weight of autolearn; then the same spam comes. Prints the share of spam above the limit that loses 0.1 % of the
ham, and what it loses against the spam as it is. The limit is that of the clean ham. TAMIS_BUILDDIR says where we are."""
import email
import email.policy
import getopt
import json
import os
import random
import re
import subprocess
import sys
import tempfile

SIZES = (1024, 4096, 16384)
BUILD = os.environ.get("TAMIS_BUILDDIR", ".")


def text_of(path):
    """The readable text of a message, as an attacker would copy it."""
    with open(path, "rb") as file:
        message = email.message_from_binary_file(file, policy=email.policy.compat32)
    for part in message.walk():
        if part.get_content_type() == "text/plain":
            return (part.get_payload(decode=True) or b"").decode("latin-1")
    return ""


def ham_text(paths, source, size):
    text = ""
    for _ in range(200):
        if len(text) >= size:
            break
        text += text_of(source.choice(paths)) + "\n"
    return text[:size]


def add_to_part(part, text):
    body = (part.get_payload(decode=True) or b"").decode("latin-1")
    if part.get_content_type() == "text/html":
        clean = text.replace("&", "&amp;").replace("<", "&lt;")
        at = body.lower().rfind("</body>")
        at = len(body) if at < 0 else at
        body = body[:at] + "<p>" + clean + "</p>" + body[at:]
    else:
        body += "\n" + text
    del part["Content-Transfer-Encoding"]
    part["Content-Transfer-Encoding"] = "8bit"
    part.set_payload(body.encode("latin-1", "replace").decode("ascii", "surrogateescape"))


def with_text(path, text):
    """The message with text behind each of its texts; bytes. What cannot be taken apart gets it at its end."""
    with open(path, "rb") as file:
        raw = file.read()
    try:
        message = email.message_from_bytes(raw, policy=email.policy.compat32)
        parts = [p for p in message.walk() if p.get_content_type() in ("text/plain", "text/html") and not p.is_multipart()]
        for part in parts:
            add_to_part(part, text)
        if parts:
            return message.as_bytes()
    except (ValueError, LookupError, KeyError, TypeError, AttributeError):
        pass
    return raw + b"\n" + text.encode("latin-1", "replace")


SYLLABLES = "ba be bi bo bu da de di do du ka ke ki ko ku la le li lo lu ma me mi mo mu na ne ni no nu ra re ri ro ru".split()


def nonsense(source, words):
    return " ".join("".join(source.choices(SYLLABLES, k=source.randint(2, 4))) for _ in range(words))


def causative(number, source, campaign):
    """A message of no interest whose words are those of the campaign."""
    words = re.findall(r"[^\s<>]{3,30}", text_of(source.choice(campaign)))[:400]
    source.shuffle(words)
    name = nonsense(source, 1)
    domain = "%s%d.example" % (nonsense(source, 1), number)
    subject = " ".join(words[:6])
    return ("Received: from mail.%s (mail.%s [198.%d.%d.%d]) by mx.site.example with ESMTP; Mon, 1 Jan 2007 10:00:00 +0000\n"
            "From: %s <%s@%s>\nTo: staff@site.example\nSubject: %s\nDate: Mon, 1 Jan 2007 10:00:00 +0000\n"
            "Message-ID: <%d.%d@%s>\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n%s\n\n%s\n" % (
                domain, domain, source.randint(18, 19), source.randint(0, 255), source.randint(1, 254), name.title(), name,
                domain, subject, number, source.randint(1, 10**9), domain, " ".join(words), nonsense(source, 40))
            ).encode("latin-1", "replace")


class Stream:
    """A list for `tamis classify --learn-after`, and what it says of the messages that are only judged."""

    def __init__(self, folder):
        self.folder, self.lines, self.names = folder, [], {}

    def add(self, label, path, group=None):
        self.lines.append("%s %s" % (label, path))
        if group is not None:
            self.names[path] = group

    def add_text(self, label, content, group=None):
        path = os.path.join(self.folder, "%06d.eml" % len(self.lines))
        with open(path, "wb") as file:
            file.write(content)
        self.add(label, path, group)

    def run(self):
        listed = os.path.join(self.folder, "list")
        with open(listed, "w") as file:
            file.write("\n".join(self.lines) + "\n")
        command = [BUILD + "/tamis", "classify", "--learn-after", "--json", "--files-from", listed]
        for setting in ("state_directory=%s/state" % self.folder, "runtime_directory=%s/run" % self.folder, "virus_scan=no",
                        "bayes_directory=%s/bayes" % self.folder, "log=%s/log" % self.folder):
            command += ["--set", setting]
        groups = {}
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            for line in process.stdout:
                row = json.loads(line)
                if row["file"] in self.names:
                    groups.setdefault(self.names[row["file"]], []).append(row["logit"])
        if process.returncode != 0:
            sys.exit("poison.py: tamis classify ended with %d" % process.returncode)
        return groups


def limit(hams):
    return sorted(hams, reverse=True)[int(0.001 * len(hams))]


def recall(spams, at):
    return 100 * sum(score > at for score in spams) / len(spams)


def table(groups, name, first, others):
    at = limit(groups["ham"])
    clean = recall(groups[first], at)
    print("%-22s %6.2f %% of %d spam at 0.1 %% ham lost (limit %.2f)" % (name + first, clean, len(groups[first]), at))
    for other in others:
        now = recall(groups[other], at)
        print("%-22s %6.2f %%, %+6.2f points; %6.2f %% at logit 0" % (name + other, now, now - clean, recall(groups[other], 0)))


def good_words(train, rest, source):
    hams = [path for label, path in train if label == "ham"]
    with tempfile.TemporaryDirectory(prefix="tamis-poison.") as folder:
        stream = Stream(folder)
        for label, path in train:
            stream.add(label, path)
        for label, path in rest:
            stream.add("only", path, "ham" if label == "ham" else "as it is")
            for size in SIZES if label == "spam" else ():
                stream.add_text("only", with_text(path, ham_text(hams, source, size)), "%d KB" % (size // 1024))
        groups = stream.run()
    table(groups, "good words: ", "as it is", ["%d KB" % (size // 1024) for size in SIZES])


def attack(train, rest, source, campaign):
    spams = [path for label, path in rest if label == "spam"]
    with tempfile.TemporaryDirectory(prefix="tamis-poison.") as folder:
        stream = Stream(folder)
        for label, path in train:
            stream.add(label, path)
        for i in range(2):
            if i:
                for number in range(campaign):
                    stream.add_text("autoham", causative(number, source, spams))
            for label, path in rest:
                copy = os.path.join(folder, "%d-%s" % (i, path.replace("/", "_")[-100:]))
                os.symlink(path, copy)
                kind = "ham" if label == "ham" else "before"
                stream.add("only", copy, (kind if i == 0 else "after") if label == "spam" else ("ham", "ham after")[i])
        groups = stream.run()
    groups.setdefault("ham after", [])
    table(groups, "causative: ", "before", ["after"])
    at = limit(groups["ham after"])
    print("%-22s %6.2f %% at the limit of the ham judged after it (%.2f)" % ("causative: after", recall(groups["after"], at), at))


def main(arguments):
    options, rest = getopt.getopt(arguments, "t:c:s:")
    options = dict(options)
    if len(rest) != 1:
        sys.exit(__doc__)
    with open(rest[0]) as file:
        rows = [tuple(line.rstrip("\n").split(" ", 1)) for line in file if line.strip()]
    n = int(options.get("-t", len(rows) * 2 // 3))
    source = random.Random(int(options.get("-s", 1)))
    good_words(rows[:n], rows[n:], source)
    attack(rows[:n], rows[n:], source, int(options.get("-c", 2000)))


if __name__ == "__main__":
    main(sys.argv[1:])
