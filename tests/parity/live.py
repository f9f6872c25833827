#!/usr/bin/env python3
"""live.py - mail through a running Postfix with our milter, then the same as delivered to SpamAssassin

usage: live.py PORT MAILDIR WORK ORACLE LIST
Each message of LIST goes in by SMTP as from a client on the internet (XCLIENT); what arrives in MAILDIR has our hits in
X-Spam-Status. SpamAssassin gets the delivered file without our fields. Prints every difference, and a summary.
"""
import json
import os
import re
import smtplib
import subprocess
import sys
import time

CLIENT = 'NAME=mail.sender.example ADDR=203.0.113.25 HELO=mail.sender.example PROTO=ESMTP'


def send(port, text):
    text = re.sub(rb'\r?\n', b'\r\n', text)
    with smtplib.SMTP('127.0.0.1', port, timeout=60) as s:
        s.ehlo('mail.sender.example')
        s.docmd('XCLIENT', CLIENT)
        s.ehlo('mail.sender.example')
        return s.sendmail('someone@sender.example', ['bob@example.net'], text)


def arrived(folder, seen, seconds=20):
    end = time.time() + seconds
    while time.time() < end:
        new = set(os.listdir(folder)) - seen if os.path.isdir(folder) else set()
        if new:
            return new.pop()
        time.sleep(0.02)
    return None


def fields(text):
    head = text.split(b'\n\n', 1)[0] + b'\n'
    return re.findall(rb'(?m)^([!-9;-~]+):((?:.*\n)(?:[ \t].*\n)*)', head)


def our_hits(text):
    for name, value in fields(text):
        if name.lower() == b'x-spam-status':
            tests = re.search(rb'tests=([^=]*?)(?:\s+\w+=|$)', re.sub(rb'\n\s+', b' ', value))
            names = re.sub(rb'\s', b'', tests.group(1)).decode().split(',') if tests else []
            return {n for n in names if n and n != 'none'}
    return None


def without_ours(text):
    head, _, body = text.partition(b'\n\n')
    head = re.sub(rb'(?mi)^X-(?:Tamis|Spam|Virus)-[^:]*:.*\n(?:[ \t].*\n)*', b'', head + b'\n')
    return head + b'\n' + body


def main():
    port, maildir, work, oracle, names = sys.argv[1:]
    new = os.path.join(maildir, 'new')
    ours, files = {}, []
    with open(names, encoding='utf-8') as f:
        names = f.read().split('\n')[:-1]
    for i, name in enumerate(names):
        seen = set(os.listdir(new)) if os.path.isdir(new) else set()
        with open(name, 'rb') as f:
            text = f.read()
        try:
            send(int(port), text)
        except smtplib.SMTPException as e:
            print(f'not sent: {name}: {e}')
            continue
        got = arrived(new, seen)
        if got is None:
            print(f'not delivered: {name}')
            continue
        with open(os.path.join(new, got), 'rb') as f:
            text = f.read()
        file = os.path.join(work, f'{i:04}')
        with open(file, 'wb') as f:
            f.write(without_ours(text))
        ours[file] = (name, our_hits(text))
        files.append(file)
    with open(os.path.join(work, 'list'), 'w', encoding='utf-8') as f:
        f.writelines(x + '\n' for x in files)
    out = subprocess.run(['perl', oracle, os.path.join(work, 'list')], stdout=subprocess.PIPE, check=True).stdout
    same = 0
    for line in out.decode('latin-1').splitlines():
        o = json.loads(line)
        name, hits = ours[o['file']]
        theirs = set(o['hits'])
        same += hits == theirs
        if hits is None:
            print(f'no X-Spam-Status: {name}')
        elif hits != theirs:
            print(f'{name}: missed {sorted(theirs - hits)}, only here {sorted(hits - theirs)}')
    print(f'{len(names)} messages, {len(files)} delivered, {same} with the same hits')
    sys.exit(same != len(names))


if __name__ == '__main__':
    main()
