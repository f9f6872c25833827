#!/usr/bin/env python3
"""net-server.py - a name server whose zone is made up from the names it is asked

usage: net-server.py [--port N] [--ready FILE] [--record FILE] [--percent N]

For both programs of the comparison: what a name has depends on nothing but the name, so that all who ask are told
the same, whoever the hosts in the messages were. Of the keys of each list N % (20) are listed, with answers that
the stock rules look for; domains have name servers and addresses, some SPF, DMARC and signing practices; there are
no keys of DKIM. --record: each name and type that was asked, once, as a line of base/dns-table's zones.
"""
import argparse
import importlib.util
import os
import signal
import sys
import zlib

here = os.path.dirname(os.path.abspath(__file__))
spec = importlib.util.spec_from_file_location('server', os.path.join(here, '..', 'dns', 'server.py'))
server = importlib.util.module_from_spec(spec)
spec.loader.exec_module(server)

LISTS = {  # zone: {type: answers; several of one entry are apart by blanks}
    'zen.spamhaus.org': {'A': ['127.0.0.2', '127.0.0.3', '127.0.0.4', '127.0.0.10', '127.0.0.11',
                               '127.0.0.2 127.0.0.9', '127.0.0.4 127.0.0.11']},
    'dbl.spamhaus.org': {'A': ['127.0.1.2', '127.0.1.4', '127.0.1.5', '127.0.1.6', '127.0.1.102', '127.0.1.103',
                               '127.0.1.104', '127.0.1.105', '127.0.1.106', '127.0.1.255']},
    'multi.surbl.org': {'A': ['127.0.0.8', '127.0.0.16', '127.0.0.64', '127.0.0.128', '127.0.0.72', '127.0.0.144']},
    'multi.uribl.com': {'A': ['127.0.0.2', '127.0.0.4', '127.0.0.8']},
    'dob.sibl.support-intelligence.net': {'A': ['127.0.0.2']},
    'bl.spamcop.net': {'A': ['127.0.0.2'], 'TXT': ['Blocked - see https://www.spamcop.net/bl.shtml', 'Listed']},
    'bl.mailspike.net': {'A': ['127.0.0.2', '127.0.0.10', '127.0.0.11', '127.0.0.12', '127.0.0.13']},
    'wl.mailspike.net': {'A': ['127.0.0.17', '127.0.0.18', '127.0.0.19', '127.0.0.20']},
    'list.dnswl.org': {'A': ['127.0.5.0', '127.0.5.1', '127.0.10.2', '127.0.15.3']},
    'iadb.isipp.com': {'A': ['127.0.0.1 127.0.1.255 127.2.255.1', '127.0.0.2 127.3.100.10', '127.3.200.130',
                             '127.2.255.4 127.3.100.7 127.101.1.10', '127.0.2.1 127.2.255.103']},
    'bl.score.senderscore.com': {'A': ['127.0.0.2']},
    'sa-trusted.bondedsender.org': {'A': ['127.0.0.10'], 'TXT': ['certified']},
    'sa-accredit.habeas.com': {'A': ['127.0.0.10'], 'TXT': ['safe']},
    'psbl.surriel.com': {'A': ['127.0.0.2']},
    'fresh.fmb.la': {'A': ['127.2.0.2', '127.2.0.14', '127.2.0.28']},
    'lookup.dkimwl.org': {'A': ['127.0.3.3', '127.0.2.4', '127.0.0.5', '127.0.1.0']},
    'bl.btcblack.it': {'A': ['127.0.0.2']},
    'addresses.example': {'A': ['127.0.0.2', '127.0.0.6']},
    'names.example': {'A': ['127.0.0.2', '127.0.0.4']},
    'hashes.example': {'A': ['127.0.0.2']},
}
SPF = ['v=spf1 +all', 'v=spf1 ip4:0.0.0.0/1 -all', 'v=spf1 ip4:128.0.0.0/1 ~all', 'v=spf1 ip4:0.0.0.0/2 ?all',
       'v=spf1 a mx -all', 'v=spf1 unknown:mechanism -all', 'v=spf1 include:%{d2}.example -all', 'other text']
DMARC = ['v=DMARC1; p=none', 'v=DMARC1; p=quarantine', 'v=DMARC1; p=reject']
ADSP = ['dkim=all', 'dkim=discardable', 'dkim=unknown']
HOSTERS = 23


def draw(name, what, n):
    """0 to n - 1, always the same of a name"""
    return zlib.crc32(f'{what}/{name}'.encode('utf-8', 'surrogateescape')) % n


def pick(name, what, choice):
    return choice[draw(name, what + '+', len(choice))]


class Invented:
    def __init__(self, percent):
        self.percent = percent

    def listing(self, name, rtype):
        """None: the name is of no list; else its records"""
        for zone, types in LISTS.items():
            if name.endswith('.' + zone):
                key = name[:-len(zone) - 1]
                if key in ('1.0.0.127', 'invalid') or draw(key, zone, 100) >= self.percent:
                    return []
                if rtype not in types:
                    return []
                found = pick(key, zone, types[rtype])
                return found.split() if rtype == 'A' else [found]
        return None

    def host(self, name, rtype):
        """records of a name that is of no list"""
        labels = name.split('.')
        domain = '.'.join(labels[-2:])  # all below it is there, or nothing is
        if len(labels) < 2 or draw(domain, 'there', 100) < 25:
            return []
        if name.endswith('hosters.example'):
            return [self.address(name)] if rtype == 'A' else []
        if name.startswith('_dmarc.'):
            return [pick(name, 'dmarc', DMARC)] if rtype == 'TXT' and draw(name, 'dmarc', 100) < 40 else []
        if name.startswith('_adsp.'):
            return [pick(name, 'adsp', ADSP)] if rtype == 'TXT' and draw(name, 'adsp', 100) < 10 else []
        if '_domainkey' in labels:
            return []
        if rtype == 'A':
            return [self.address(name)] if draw(name, 'a', 100) < 80 else []
        if rtype == 'TXT':
            return [pick(name, 'spf', SPF)] if draw(name, 'spf', 100) < 80 else []
        if rtype == 'NS':
            hoster = draw(name, 'ns', HOSTERS)
            return [f'ns1.h{hoster}.hosters.example', f'ns2.h{hoster}.hosters.example']
        if rtype == 'MX':
            return [f'10 mx.h{draw(name, "mx", HOSTERS)}.hosters.example'] if draw(name, 'mx', 100) < 60 else []
        return []

    @staticmethod
    def address(name):
        n = zlib.crc32(name.encode('utf-8', 'surrogateescape'))
        return f'{n % 90 + 11}.{n >> 8 & 255}.{n >> 16 & 255}.{n % 253 + 1}'

    def records(self, name, rtype):
        found = self.listing(name, rtype)
        return self.host(name, rtype) if found is None else found

    def there(self, name):
        return any(self.records(name, t) for t in ('A', 'TXT', 'NS', 'MX'))


class Zone:
    """In place of server.py's, which reads files."""

    def __init__(self, percent, record):
        self.invented, self.record, self.seen = Invented(percent), record, set()

    def words_of(self, labels, rtype):
        return {}

    def note(self, name, rtype, found, there):
        if self.record is None or (name, rtype) in self.seen:
            return
        self.seen.add((name, rtype))
        for text in found:
            self.record.write(f'{name} {rtype} {text}\n')
        if not found and there:
            self.record.write(f'{name} PTR there.example\n')
        if not there:
            self.record.write(f'# {name} {rtype}\n')

    def answer(self, labels, rtype):
        name = b'.'.join(labels).decode('utf-8', 'surrogateescape')
        kind = server.NAMES.get(rtype, '')
        found, there = self.invented.records(name, kind), self.invented.there(name)
        self.note(name, kind or str(rtype), found, there)
        if not there:
            return server.NXDOMAIN, []
        return server.NOERROR, [(labels, rtype, server.rdata(kind, text)) for text in found]


class Server(server.Server):
    def __init__(self, options):
        options.zones, options.log, options.delay, options.mode, options.garbage_seed = [], None, 0, None, 1
        self.record = open(options.record, 'a', buffering=1, errors='surrogateescape') if options.record else None
        super().__init__(options)

    def load(self):
        self.zone = Zone(self.options.percent, self.record)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--port', type=int, default=0)
    parser.add_argument('--ready', default='-')
    parser.add_argument('--record')
    parser.add_argument('--percent', type=int, default=20)
    options = parser.parse_args()
    s = Server(options)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    port = s.udp.getsockname()[1]
    if options.ready == '-':
        print(port, flush=True)
    else:
        with open(options.ready + '.new', 'w') as f:
            f.write(f'{port}\n')
        os.rename(options.ready + '.new', options.ready)
    s.run()


if __name__ == '__main__':
    main()
