#!/usr/bin/env python3
"""smtptalk.py - an SMTP dialogue out of standard input, as it stands; prints what the server answers
usage: smtptalk.py PORT

A line is a command: sent with CRLF, its answer printed (the last line of it). After DATA lines are the mail's, up to
one with a single dot. `!break` closes the connection where it is, without QUIT. `\\xNN` is a byte, in any line."""
import re
import socket
import sys


def answer(replies):
    while True:
        line = replies.readline()
        if not line:
            print("connection lost")
            return b""
        if line[3:4] != b"-":
            print(line.decode("latin-1").rstrip("\r\n"), flush=True)
            return line


def raw(line):
    return re.sub(rb"\\x([0-9a-f]{2})", lambda m: bytes([int(m.group(1), 16)]), line) + b"\r\n"


def main():
    talk = socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=60)
    replies = talk.makefile("rb")
    answer(replies)
    in_data = False
    for line in sys.stdin.buffer.read().split(b"\n")[:-1]:
        if line == b"!break":
            break
        talk.sendall(raw(line))
        if in_data and line != b".":
            continue
        in_data = answer(replies).startswith(b"354")


main()
