#!/usr/bin/env python3
"""imap.py - what a mailbox looks like by IMAP

usage: imap.py SOCKET USER PASSWORD COMMAND...
  list                     every mailbox, a line each: NAME, attributes, "subscribed"
  show MAILBOX             every message, a line each: flags, Subject
  header MAILBOX SUBJECT FIELD   that field of the message with that Subject, unfolded
"""
import email
import email.policy
import imaplib
import re
import socket
import sys


class Imap(imaplib.IMAP4):
    def __init__(self, path):
        self.path = path
        super().__init__()

    def _create_socket(self, timeout=None):
        s = socket.socket(socket.AF_UNIX)
        s.settimeout(30)
        s.connect(self.path)
        return s


def messages(imap, box):
    status, _ = imap.select('"%s"' % box, readonly=True)
    if status != "OK":
        return
    status, data = imap.search(None, "ALL")
    for n in data[0].split():
        status, parts = imap.fetch(n, "(FLAGS BODY.PEEK[HEADER])")
        flags = re.search(rb"FLAGS \(([^)]*)\)", parts[0][0]).group(1).decode()
        yield flags, email.message_from_bytes(parts[0][1], policy=email.policy.compat32)


def unfold(value):
    return " ".join(str(value).split())


def main():
    path, user, password, command = sys.argv[1:5]
    imap = Imap(path)
    imap.login(user, password)
    if command == "list":
        subscribed = {re.sub(rb'.*\s', b"", line).strip(b'"') for line in imap.lsub()[1] if line}
        for line in imap.list('""', '"*"')[1]:
            attributes, _, name = re.match(rb'\(([^)]*)\) "(.*?)" "?(.*?)"?$', line).groups()
            print(name.decode(), attributes.decode(), "subscribed" if name in subscribed else "")
    elif command == "show":
        for flags, m in messages(imap, sys.argv[5]):
            print("(%s) %s" % (flags.replace("\\Recent", "").strip(), unfold(m["Subject"])))
    elif command == "header":
        for _, m in messages(imap, sys.argv[5]):
            if unfold(m["Subject"]) == sys.argv[6]:
                print("\n".join(unfold(v) for v in m.get_all(sys.argv[7], [])))
    imap.logout()


main()
