#!/usr/bin/python3
"""server.py - a name server on loopback that does what a test wants

    server.py [--port N] [--ready FILE] [--log FILE] [--delay MS] [--mode MODE] [--garbage-seed N] ZONE...

Answers by UDP and TCP on 127.0.0.1, from zone files as base/dns-table.h has them:

    NAME TYPE DATA       example.org MX 10 mx.example.org; example.org TXT "v=spf1 -all"
    NAME TYPE WORD       WORD: NXDOMAIN SERVFAIL REFUSED TIMEOUT TRUNCATED GARBAGE LIES, DELAY MS
    NAME * WORD          for all types

TRUNCATED answers UDP with the TC bit and no records (then TCP has them), GARBAGE with bytes that are no answer,
LIES with a wrong question. "*.example.org" is a wildcard; CNAMEs are followed. Names that stand nowhere do not
exist. "-" as ZONE is standard input, read to its end.

--delay, --mode (one of the words): for all names, too. SIGHUP reads the zones again. --ready FILE gets the port
when it is bound ("-": standard output); --log FILE a line a question: "NAME TYPE udp|tcp". Ends with SIGTERM, or
when the process that started it is gone. Standard library alone."""

import argparse
import heapq
import ipaddress
import os
import random
import select
import signal
import socket
import struct
import sys
import time

TYPES = {'A': 1, 'NS': 2, 'CNAME': 5, 'SOA': 6, 'PTR': 12, 'MX': 15, 'TXT': 16, 'AAAA': 28}
NAMES = {number: name for name, number in TYPES.items()}
WORDS = ('NXDOMAIN', 'SERVFAIL', 'REFUSED', 'TIMEOUT', 'TRUNCATED', 'GARBAGE', 'LIES', 'SECURE')
NOERROR, SERVFAIL, NXDOMAIN, REFUSED = 0, 2, 3, 5
TTL = 300


def unescape(text):
    """Bytes of a label or a string: \\DDD and \\X."""
    out, i = bytearray(), 0
    data = text.encode('utf-8', 'surrogateescape')
    while i < len(data):
        if data[i] == 0x5c and data[i + 1:i + 4].isdigit() and len(data[i + 1:i + 4]) == 3:
            out.append(int(data[i + 1:i + 4]) & 255)
            i += 4
        elif data[i] == 0x5c and i + 1 < len(data):
            out.append(data[i + 1])
            i += 2
        else:
            out.append(data[i])
            i += 1
    return bytes(out)


def labels_of(name):
    """A tuple of labels, in lower case."""
    name = name[:-1] if name.endswith('.') else name
    return tuple(unescape(label).lower() for label in name.split('.')) if name else ()


def wire_name(labels):
    return b''.join(bytes([len(label)]) + label for label in labels) + b'\0'


def strings_of(text):
    """The strings of a TXT record."""
    if not text.startswith('"'):
        return [unescape(text)]
    found, at = [], 0
    while at < len(text):
        if text[at] != '"':
            raise ValueError('a string is not quoted')
        end = at + 1
        while text[end] != '"':
            end += 2 if text[end] == '\\' else 1
        found.append(unescape(text[at + 1:end]))
        at = end + 1
        while at < len(text) and text[at] in ' \t':
            at += 1
    return found


def wire_txt(text):
    out = b''
    for string in strings_of(text):
        pieces = [string[i:i + 255] for i in range(0, len(string), 255)] or [b'']
        out += b''.join(bytes([len(p)]) + p for p in pieces)
    return out


def rdata(rtype, text):
    if rtype in ('A', 'AAAA'):
        return ipaddress.ip_address(text).packed
    if rtype == 'TXT':
        return wire_txt(text)
    if rtype == 'MX':
        preference, name = text.split()
        return struct.pack('!H', int(preference)) + wire_name(labels_of(name))
    if rtype == 'SOA':
        return wire_name(labels_of(text.split()[0])) + wire_name((b'admin',)) + struct.pack('!5I', 1, 60, 60, 60, 60)
    return wire_name(labels_of(text))


class Zone:
    """What is there: {labels: {type or '*': [rdata]}}, and words beside it."""

    def __init__(self):
        self.records, self.words, self.targets = {}, {}, {}

    def add(self, line):
        name, rtype, text = line.split(None, 2)
        labels, rtype = labels_of(name), rtype.upper()
        for i in range(len(labels)):
            self.records.setdefault(labels[i:], {})
        word = text.split()[0]
        if word in WORDS and text == word:
            self.words.setdefault(labels, {}).setdefault(rtype, {})[word] = True
        elif word == 'DELAY':
            self.words.setdefault(labels, {}).setdefault(rtype, {})[word] = int(text.split()[1])
        else:
            self.records[labels].setdefault(TYPES[rtype], []).append(rdata(rtype, text))
            if rtype == 'CNAME':
                self.targets[labels] = labels_of(text)

    def read(self, text, path):
        for number, line in enumerate(text.splitlines(), 1):
            line = line.strip()
            if not line or line[0] in '#;':
                continue
            try:
                self.add(line)
            except (ValueError, KeyError, IndexError) as error:
                sys.exit(f'{path}:{number}: {line}: {error}')

    def node(self, labels):
        """The name that answers: itself, or the wildcard of its closest encloser."""
        if labels in self.records:
            return labels
        up = labels[1:]
        while up and up not in self.records:
            up = up[1:]
        wild = (b'*',) + up
        return wild if up and wild in self.records else None

    def words_of(self, labels, rtype):
        found = {}
        of_name = self.words.get(self.node(labels), {})
        for kind in ('*', NAMES.get(rtype, '?')):
            found.update(of_name.get(kind, {}))
        return found

    def answer(self, labels, rtype):
        """rcode, records as (owner, type, rdata)"""
        found = []
        for _ in range(20):
            node = self.node(labels)
            if node is None:
                return NXDOMAIN, found
            of_node = self.records[node]
            if rtype in of_node or 5 not in of_node:
                return NOERROR, found + [(labels, rtype, data) for data in of_node.get(rtype, [])]
            found += [(labels, 5, data) for data in of_node[5]]
            labels = self.targets[node]
        return NOERROR, found


def read_question(packet):
    """id, flags, labels, type, end; or None"""
    try:
        ident, flags, questions = struct.unpack_from('!3H', packet)
        labels, at = [], 12
        while packet[at]:
            if packet[at] > 63:
                return None
            labels.append(packet[at + 1:at + 1 + packet[at]])
            at += 1 + packet[at]
        rtype, _ = struct.unpack_from('!2H', packet, at + 1)
    except (struct.error, IndexError):
        return None
    return (ident, flags, labels, rtype, at + 5) if questions == 1 else None


def make_answer(packet, question, rcode, records, truncated=False, lie=False):
    ident, flags, _, _, end = question
    head_flags = 0x8180 | (flags & 0x0100) | rcode | (0x0200 if truncated else 0)
    asked = packet[12:end]
    if lie:
        asked = b'\3lie' + asked
    body = b''
    for owner, rtype, data in records:
        body += wire_name(owner) + struct.pack('!2HIH', rtype, 1, TTL, len(data)) + data
    authority = b''
    if not any(rtype == question[3] for _, rtype, _ in records):
        soa = rdata('SOA', 'ns.invalid')
        authority = b'\0' + struct.pack('!2HIH', 6, 1, 60, len(soa)) + soa
    edns = packet[end:end + 3] == b'\0\0\x29'
    opt = b'\0' + struct.pack('!2HIH', 41, 4096, 0, 0) if edns else b''
    counts = struct.pack('!4H', 1, len(records), 1 if authority else 0, 1 if edns else 0)
    return struct.pack('!2H', ident, head_flags) + counts + asked + body + authority + opt


class Server:
    def __init__(self, options):
        self.options = options
        self.zone = Zone()
        self.load()
        self.udp, self.tcp = self.bind(options.port)
        self.connections, self.later, self.count = {}, [], 0
        self.random = random.Random(options.garbage_seed)
        self.log = open(options.log, 'a', buffering=1) if options.log else None

    @staticmethod
    def bind(port):
        for _ in range(100):
            udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
            tcp = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                udp.bind(('127.0.0.1', port))
                tcp.bind(udp.getsockname())
                tcp.listen(100)
                udp.setblocking(False)
                return udp, tcp
            except OSError:
                if port:
                    raise
        sys.exit('no port is free for both UDP and TCP')

    def load(self):
        zone = Zone()
        for path in self.options.zones:
            text = sys.stdin.read() if path == '-' else open(path, errors='surrogateescape').read()
            zone.read(text, path)
        self.zone = zone

    def reply(self, packet, over_tcp):
        """(delay in seconds, bytes or None)"""
        question = read_question(packet)
        if question is None:
            return 0, None
        labels, rtype = tuple(label.lower() for label in question[2]), question[3]
        if self.log:
            name = b'.'.join(labels).decode('ascii', 'backslashreplace')
            self.log.write(f'{name} {NAMES.get(rtype, rtype)} {"tcp" if over_tcp else "udp"}\n')
        words = self.zone.words_of(labels, rtype)
        if self.options.mode:
            words[self.options.mode] = True
        delay = words.get('DELAY', self.options.delay) / 1000
        rcode, records = self.zone.answer(labels, rtype)
        if 'TIMEOUT' in words:
            return 0, None
        if 'GARBAGE' in words:
            return delay, packet[:2] + bytes(self.random.randrange(256) for _ in range(self.random.randrange(200)))
        for word, code in (('SERVFAIL', SERVFAIL), ('REFUSED', REFUSED), ('NXDOMAIN', NXDOMAIN)):
            if word in words:
                return delay, make_answer(packet, question, code, [])
        if 'LIES' in words:
            return delay, make_answer(packet, question, NOERROR, [((b'lie',), 1, b'\x7f\0\0\2')], lie=True)
        answer = make_answer(packet, question, rcode, records)
        if not over_tcp and ('TRUNCATED' in words or len(answer) > 1232):
            answer = make_answer(packet, question, rcode, [], truncated=True)
        return delay, answer

    def send_later(self, delay, function):
        if delay <= 0:
            function()
        else:
            self.count += 1
            heapq.heappush(self.later, (time.monotonic() + delay, self.count, function))

    def on_udp(self):
        for _ in range(1000):
            try:
                packet, peer = self.udp.recvfrom(65535)
            except BlockingIOError:
                return
            delay, answer = self.reply(packet, False)
            if answer is not None:
                self.send_later(delay, lambda a=answer, p=peer: self.send_udp(a, p))

    def send_udp(self, answer, peer):
        try:
            self.udp.sendto(answer, peer)
        except OSError:
            pass

    def on_tcp(self, connection):
        try:
            data = connection.recv(65535)
        except OSError:
            data = b''
        if not data:
            self.connections.pop(connection, None)
            connection.close()
            return
        buffered = self.connections[connection] + data
        while len(buffered) >= 2 and len(buffered) - 2 >= struct.unpack('!H', buffered[:2])[0]:
            n = struct.unpack('!H', buffered[:2])[0]
            packet, buffered = buffered[2:2 + n], buffered[2 + n:]
            delay, answer = self.reply(packet, True)
            if answer is not None:
                self.send_later(delay, lambda a=answer, c=connection: self.send_tcp(a, c))
        self.connections[connection] = buffered

    def send_tcp(self, answer, connection):
        if connection in self.connections and len(answer) < 65536:
            try:
                connection.sendall(struct.pack('!H', len(answer)) + answer)
            except OSError:
                pass

    def run(self):
        parent = os.getppid()
        while os.getppid() == parent:
            timeout = min(1, max(0, self.later[0][0] - time.monotonic())) if self.later else 1
            ready, _, _ = select.select([self.udp, self.tcp, *self.connections], [], [], timeout)
            for s in ready:
                if s is self.udp:
                    self.on_udp()
                elif s is self.tcp:
                    self.connections[self.tcp.accept()[0]] = b''
                elif s in self.connections:
                    self.on_tcp(s)
            while self.later and self.later[0][0] <= time.monotonic():
                heapq.heappop(self.later)[2]()


def main():
    parser = argparse.ArgumentParser(description='a name server on loopback for tests')
    parser.add_argument('--port', type=int, default=0)
    parser.add_argument('--ready', default='-')
    parser.add_argument('--log')
    parser.add_argument('--delay', type=int, default=0)
    parser.add_argument('--mode', choices=WORDS)
    parser.add_argument('--garbage-seed', type=int, default=1)
    parser.add_argument('zones', nargs='+')
    server = Server(parser.parse_args())
    signal.signal(signal.SIGHUP, lambda *_: server.load())
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    port = server.udp.getsockname()[1]
    if server.options.ready == '-':
        print(port, flush=True)
    else:
        with open(server.options.ready + '.new', 'w') as f:
            f.write(f'{port}\n')
        os.rename(server.options.ready + '.new', server.options.ready)
    server.run()


if __name__ == '__main__':
    main()
