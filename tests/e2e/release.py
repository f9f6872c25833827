#!/usr/bin/env python3
"""release.py - spam in odd shapes to be let out, and marks that somebody else uses

usage: release.py make DIRECTORY                 writes NAME.eml files; each is spam, so only a mark lets it pass
       release.py relay PORT FILE                a relay that takes one message into FILE and hangs up: the mark
                                                 on it stays unused
       release.py send PORT FILE CASE            sends FILE as CASE says; prints the last answer
CASE: as-is, body, subject, type (one changed), recipient, client (another), two (recipients), twice (the mark)
"""
import os
import socket
import sys

SPAM = b"XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"
TOP = b"Subject: x\r\n"

# What an MTA may add to, rewrite, drop, fold or cut on the way to a milter.
MAIL = {
    "plain": b"From: ada@example.org\r\nTo: bob@example.net\r\n" + TOP +
             b"Date: Tue, 24 Nov 2026 09:00:00 +0000\r\nMessage-ID: <a@example.org>\r\n\r\n" + SPAM + b"\r\n",
    "missing": TOP + b"\r\n" + SPAM + b"\r\n",
    "noheader": b"\r\n" + SPAM + b"\r\n",
    "unqualified": b"From: ada\r\nTo: bob, carol (x) , \"Q\" <dave>\r\nSubject:  two  spaces \r\n\tfolded\r\n\r\n" +
                   SPAM + b"\r\n",
    "dropped": b"Return-Path: <x@example.org>\r\nBcc: x@example.org\r\nContent-Length: 5\r\n"
               b"Received: from a by b; Tue, 24 Nov 2026 09:00:00 +0000\r\nDelivered-To: eve@example.net\r\n" + TOP +
               b"\r\n" + SPAM + b"\r\n",
    "blanklines": TOP + b"\r\n\r\n\r\n" + SPAM + b"\r\n\r\n\r\n\r\n",
    "unended": TOP + b"\r\n" + SPAM,
    "bare": TOP + b"\r\n" + SPAM + b"\r\na\n.\nb\rc\0d\r\n",
    "eightbit": TOP + b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n"
                b"MIME-Version: 1.0\r\n\r\n" + SPAM + b"\r\n\xc3\xa4\r\n",
    "eightbitheader": b"Subject: \xc3\xa4 x\r\nFrom: \xc3\xa4 <a@example.org>\r\n\r\n" + SPAM + b"\r\n",
    "mixed": TOP + b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed;\r\n boundary=\"b\"\r\n\r\npre\r\n--b\r\n\r\n" +
             SPAM + b"\r\n--b\r\nContent-Type: application/octet-stream\r\n\r\na\n.\r\nb\r\n--b--\r\nepi\r\n",
    "long": b"Subject: " + b"word " * 600 + b"\r\nX-Long: " + b"y" * 3000 + b"\r\n\r\n" + SPAM + b"\r\n" +
            b"z" * 5000 + b"\r\n",
    "oddfields": b"Subject : x\r\nContent-Type:text/plain\r\n  ;  charset=us-ascii\r\nX-Empty:\r\n"
                 b"Content-Description:\r\nX-Blank: a\r\n \r\n b\r\nSubject: y\r\n\r\n" + SPAM + b"\r\n",
    "fromlines": TOP + b"\r\nFrom me\r\n>From you\r\n.\r\n..\r\n" + SPAM + b"\r\n",
    "marks": b"X-Tamis-Release: a 1 b\r\nX-Tamis-Verdict: x\r\nX-Spam-Flag: NO\r\n" + TOP + b"\r\n" + SPAM + b"\r\n",
    "tabs": b"Subject:\tx\ty  \r\nContent-Type:\ttext/plain;\tcharset=us-ascii\t\r\n\r\n \r\n\t\r\n" + SPAM + b" \t \r\n",
}


def make(directory):
    for name, text in MAIL.items():
        with open(os.path.join(directory, name + ".eml"), "wb") as f:
            f.write(text)
    print(" ".join(MAIL))


class Talk:
    def __init__(self, connection):
        self.connection = connection
        connection.settimeout(60)
        self.file = connection.makefile("rb")

    def say(self, line):
        self.connection.sendall(line + b"\r\n")

    def answer(self):
        while True:
            line = self.file.readline()
            if line[3:4] != b"-":
                return line.decode("ascii", "replace").rstrip()

    def ask(self, line):
        self.say(line)
        return self.answer()


def relay(port, path):
    listening = socket.create_server(("127.0.0.1", int(port)))
    print("listening", flush=True)
    talk = Talk(listening.accept()[0])
    talk.say(b"220 relay")
    while True:
        line = talk.file.readline()
        if line == b"DATA\r\n":
            break
        talk.say(b"250 8BITMIME")
    talk.say(b"354 go")
    lines = iter(talk.file.readline, b".\r\n")
    with open(path, "wb") as f:
        f.writelines(lines)


def change(text, case):
    if case == "body":
        return text + b"more\r\n"
    if case == "subject":
        return text.replace(b"\r\nSubject: ", b"\r\nSubject: not ", 1)
    if case == "type":
        return text.replace(b"\r\nSubject: ", b"\r\nContent-Type: text/html\r\nSubject: ", 1)
    if case == "twice":
        return text[:text.index(b"\r\n") + 2] + text
    return text


def send(port, path, case):
    with open(path, "rb") as f:
        text = change(f.read(), case)
    talk = Talk(socket.create_connection(("127.0.0.1", int(port))))
    talk.answer()
    talk.ask(b"EHLO mx.example.net")
    if case == "client":
        talk.ask(b"XCLIENT ADDR=192.0.2.10 NAME=[UNAVAILABLE]")
        talk.ask(b"EHLO mx.example.net")
    talk.ask(b"MAIL FROM:<ada@example.org>")
    recipients = {"recipient": [b"carol"], "two": [b"bob", b"carol"]}.get(case, [b"bob"])
    for to in recipients:
        talk.ask(b"RCPT TO:<" + to + b"@example.net>")
    talk.ask(b"DATA")
    talk.connection.sendall(text) # as it was taken: dots are doubled in it
    print(talk.ask(b"."))


commands = {"make": make, "relay": relay, "send": send}
if sys.argv[1:2] and sys.argv[1] in commands:
    commands[sys.argv[1]](*sys.argv[2:])
else:
    sys.exit(__doc__)
