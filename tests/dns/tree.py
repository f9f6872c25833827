#!/usr/bin/python3
"""tree.py - name servers for a root, a top-level domain and domains below it, signed, each on an address of its own

    tree.py --ready FILE DIRECTORY

Answers by UDP on port 53 of 127.0.53.1 (the root), .2 (example) and .3 (what is below it), so it takes root. Into
DIRECTORY go keys and anchor (the root's DS). Below example:

    good      signed: "v=spf1 ip4:192.0.2.10 -all", and DMARC's "p=reject"
    bad       as good, with signatures of something else
    plain     not signed, and example says so; as good
    stripped  as plain, but example says that it is signed

Signatures are by ECDSA P-256 (RFC 6605), by openssl(1); what is not there is denied by an NSEC of its own name
(RFC 4470). --ready FILE is made when all addresses answer. Ends with SIGTERM, or when who started it is gone."""

import argparse
import hashlib
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import time

A, NS, SOA, TXT, OPT, DS, RRSIG, NSEC, DNSKEY = 1, 2, 6, 16, 41, 43, 46, 47, 48
TTL = 300
ROOT, TOP, BELOW = '127.0.53.1', '127.0.53.2', '127.0.53.3'
CHILDREN = ('good', 'bad', 'plain', 'stripped')


def wire(name):
    labels = [label for label in name.split('.') if label]
    return b''.join(bytes([len(label)]) + label.encode('latin-1') for label in labels) + b'\0'


def labels_of(name):
    return len([label for label in name.split('.') if label])


class Key:
    """A zone's only key, which signs all of it."""

    def __init__(self, directory, zone):
        self.path = os.path.join(directory, f'{zone or "root"}.pem')
        self.zone = zone
        subprocess.run(['openssl', 'ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', self.path],
                       check=True, capture_output=True)
        public = subprocess.run(['openssl', 'ec', '-in', self.path, '-pubout', '-outform', 'DER'],
                                check=True, capture_output=True).stdout
        self.rdata = struct.pack('!HBB', 257, 3, 13) + public[-64:]
        total = sum(byte << 8 if i % 2 == 0 else byte for i, byte in enumerate(self.rdata))
        self.tag = (total + (total >> 16)) & 0xffff
        self.done = {}

    def ds(self):
        return struct.pack('!HBB', self.tag, 13, 2) + hashlib.sha256(wire(self.zone) + self.rdata).digest()

    def sign_bytes(self, data):
        der = subprocess.run(['openssl', 'dgst', '-sha256', '-sign', self.path], input=data, check=True,
                             capture_output=True).stdout
        numbers, at = b'', 2
        for _ in range(2):
            number = der[at + 2:at + 2 + der[at + 1]]
            numbers += number.lstrip(b'\0').rjust(32, b'\0')
            at += 2 + der[at + 1]
        return numbers

    def sign(self, owner, rtype, rdatas):
        """RFC 4034 3.1.8.1"""
        ident = (owner, rtype, tuple(rdatas))
        if ident not in self.done:
            now = int(time.time())
            head = struct.pack('!HBBIIIH', rtype, 13, labels_of(owner), TTL, now + 86400, now - 3600, self.tag)
            head += wire(self.zone)
            rrset = b''.join(wire(owner) + struct.pack('!HHIH', rtype, 1, TTL, len(r)) + r for r in sorted(rdatas))
            self.done[ident] = head + self.sign_bytes(head + rrset)
        return self.done[ident]


class Zone:
    def __init__(self, name, server, key=None, lies=False):
        self.name, self.server, self.key, self.lies = name, server, key, lies
        apex = '.' + name if name else ''
        self.records = {
            (name, SOA): [wire('ns' + apex) + wire('admin' + apex) + struct.pack('!5I', 1, 60, 60, 60, 60)],
            (name, NS): [wire('ns' + apex)],
            ('ns' + apex, A): [socket.inet_aton(server)],
        }
        if key:
            self.records[name, DNSKEY] = [key.rdata]
        self.children = {}

    def rrset(self, owner, rtype, rdatas=None):
        """Records as (owner, type, rdata), with their signature."""
        rdatas = rdatas or self.records[owner, rtype]
        found = [(owner, rtype, r) for r in rdatas]
        if self.key:
            signed = [b'\3odd'] if self.lies and rtype == TXT else rdatas
            found.append((owner, RRSIG, self.key.sign(owner, rtype, signed)))
        return found

    def denial(self, owner, types):
        if self.key is None:
            return []
        bits = bytearray(6)
        for rtype in types + [RRSIG, NSEC]:
            bits[rtype // 8] |= 0x80 >> rtype % 8
        following = b'\1\0' + wire(owner)
        return self.rrset(owner, NSEC, [following + b'\0' + bytes([len(bits)]) + bytes(bits)])

    def child_of(self, name):
        return next((c for n, c in self.children.items() if name == n or name.endswith('.' + n)), None)

    def answer(self, name, rtype):
        """authoritative, answer, authority, additional"""
        child = self.child_of(name)
        if child and not (rtype == DS and name == child.name):
            glue = [('ns.' + child.name, A, socket.inet_aton(child.server))]
            proof = self.rrset(child.name, DS) if (child.name, DS) in self.records else self.denial(child.name, [NS])
            return False, [], [(child.name, NS, wire('ns.' + child.name))] + proof, glue
        if (name, rtype) in self.records:
            return True, self.rrset(name, rtype), [], []
        here = [t for n, t in self.records if n == name] + ([NS] if child else [])
        return True, [], self.rrset(self.name, SOA) + self.denial(name, here), []


def grow(directory):
    """Zones by address."""
    root, top = Zone('', ROOT, Key(directory, '')), Zone('example', TOP, Key(directory, 'example'))
    root.children['example'] = top
    root.records['example', DS] = [top.key.ds()]
    below = []
    for name in CHILDREN:
        key = Key(directory, name + '.example')
        zone = Zone(name + '.example', BELOW, key if name in ('good', 'bad') else None, name == 'bad')
        for owner, text in ((zone.name, b'v=spf1 ip4:192.0.2.10 -all'), ('_dmarc.' + zone.name, b'v=DMARC1; p=reject')):
            zone.records[owner, TXT] = [bytes([len(text)]) + text]
        top.children[zone.name] = zone
        if name != 'plain':
            top.records[zone.name, DS] = [key.ds()]
        below.append(zone)
    digest = root.key.ds()[4:].hex()
    with open(os.path.join(directory, 'anchor'), 'w') as f:
        f.write(f'. IN DS {root.key.tag} 13 2 {digest}\n')
    return {ROOT: [root], TOP: [top], BELOW: below}


def pack(records):
    return b''.join(wire(owner) + struct.pack('!HHIH', rtype, 1, TTL, len(r)) + r for owner, rtype, r in records)


def reply(zones, packet):
    ident, flags, questions, _, _, more = struct.unpack_from('!6H', packet)
    labels, at = [], 12
    while packet[at]:
        labels.append(packet[at + 1:at + 1 + packet[at]].decode('latin-1').lower())
        at += 1 + packet[at]
    rtype = struct.unpack_from('!H', packet, at + 1)[0]
    name, end = '.'.join(labels), at + 5
    zone = next((z for z in zones if z.name == '' or name == z.name or name.endswith('.' + z.name)), None)
    if zone is None or questions != 1:
        return struct.pack('!6H', ident, 0x8005, 1, 0, 0, 0) + packet[12:end]
    authoritative, found, authority, additional = zone.answer(name, rtype)
    opt = b'\0' + struct.pack('!HHIH', OPT, 4096, 0x8000, 0) if more else b''
    head = struct.pack('!6H', ident, 0x8000 | flags & 0x0100 | (0x0400 if authoritative else 0), 1, len(found),
                       len(authority), len(additional) + (1 if opt else 0))
    return head + packet[12:end] + pack(found) + pack(authority) + pack(additional) + opt


def serve(zones, ready):
    sockets = {}
    for address, of_address in zones.items():
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.bind((address, 53))
        sockets[s] = of_address
    with open(ready, 'w') as f:
        f.write('ready\n')
    parent = os.getppid()
    while os.getppid() == parent:
        for s in select.select(list(sockets), [], [], 1)[0]:
            packet, peer = s.recvfrom(4096)
            try:
                s.sendto(reply(sockets[s], packet), peer)
            except (struct.error, IndexError):
                pass


def main():
    parser = argparse.ArgumentParser(description='a tree of signed name servers on loopback')
    parser.add_argument('--ready', required=True)
    parser.add_argument('directory')
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    serve(grow(options.directory), options.ready)


if __name__ == '__main__':
    main()
