#!/usr/bin/env python3
"""compare.py - our hits beside SpamAssassin's, message by message

usage: compare.py [-n EXAMPLES] [-o DIFFERENCES] ORACLE... -- TAMIS...
ORACLE: what oracle.pl printed; TAMIS: what `tamis scan --json` printed. Messages are matched by file name; one that
is missing on either side counts as a miss of everything. Prints the parity table, then the rules that differ, most
often first, each with messages to look at. Exit code 1 when a figure is below what is demanded.
"""
import collections
import json
import sys

DEMANDED = [  # name, least share
    ('recall of hits', 0.999),
    ('precision of hits', 0.999),
    ('identical hit sets', 0.98),
    ('score within 0.01', 0.98),
    ('same verdict at 5.0', 0.999),
    ('sub-rules with counts, recall', 0.995),
    ('sub-rules with counts, precision', 0.995),
]


def lines(names):
    for name in names:
        with open(name, encoding='latin-1') as f:
            for line in f:
                try:
                    yield json.loads(line)
                except ValueError:
                    print(f'{name}: a line that is no JSON: {line[:80]!r}', file=sys.stderr)


def from_oracle(o):
    return {'hits': set(o['hits']), 'score': float(o['score']),
            'sub': {(k, int(float(v))) for k, v in o['subrules'].items()}}


def subrule(text):
    name, _, count = text.partition('*')
    return name, int(count or 1)


def from_tamis(o):
    return {'hits': {h['rule'] for h in o['hits']}, 'score': float(o['score']),
            'sub': {subrule(s) for s in o['subrules']}}


class Table:
    def __init__(self):
        self.n = 0
        self.same = collections.Counter()
        self.hits = collections.Counter()  # both, theirs, ours
        self.subs = collections.Counter()
        self.rules = collections.defaultdict(list)  # (rule, what) -> files

    def add(self, file, theirs, ours):
        self.n += 1
        for kind, counter in (('hits', self.hits), ('sub', self.subs)):
            counter['both'] += len(theirs[kind] & ours[kind])
            counter['theirs'] += len(theirs[kind])
            counter['ours'] += len(ours[kind])
        self.same['sets'] += theirs['hits'] == ours['hits']
        self.same['score'] += abs(theirs['score'] - ours['score']) <= 0.0101
        self.same['verdict'] += (theirs['score'] >= 5) == (ours['score'] >= 5)
        for name in theirs['hits'] - ours['hits']:
            self.rules[name, 'missed'].append(file)
        for name in ours['hits'] - theirs['hits']:
            self.rules[name, 'only here'].append(file)
        a, b = dict(theirs['sub']), dict(ours['sub'])
        for name in a.keys() | b.keys():
            if a.get(name) != b.get(name):
                what = 'missed' if name not in b else 'only here' if name not in a else 'count'
                self.rules[name, what].append(file)

    def shares(self):
        def share(part, whole):
            return part / whole if whole else 1.0
        return [share(self.hits['both'], self.hits['theirs']), share(self.hits['both'], self.hits['ours']),
                share(self.same['sets'], self.n), share(self.same['score'], self.n),
                share(self.same['verdict'], self.n), share(self.subs['both'], self.subs['theirs']),
                share(self.subs['both'], self.subs['ours'])]

    def print(self, examples):
        good = True
        print(f'{self.n} messages, {self.hits["theirs"]} hits and {self.subs["theirs"]} sub-rules by SpamAssassin')
        for (name, least), share in zip(DEMANDED, self.shares()):
            good &= share >= least
            print(f'  {name:<34} {100 * share:8.3f} %   demanded {100 * least:5.1f} %   '
                  f'{"ok" if share >= least else "MISSED"}')
        for (name, what), files in sorted(self.rules.items(), key=lambda i: -len(i[1]))[:examples]:
            print(f'  {len(files):6d}  {what:<10} {name:<34} {" ".join(files[:2])}')
        return good


def arguments(argv):
    examples, out, names = 40, None, [[], []]
    side = 0
    while argv:
        word = argv.pop(0)
        if word == '-n':
            examples = int(argv.pop(0))
        elif word == '-o':
            out = argv.pop(0)
        elif word == '--':
            side = 1
        else:
            names[side].append(word)
    if not names[0] or not names[1]:
        sys.exit(__doc__)
    return examples, out, names


def main():
    examples, out, (oracle, tamis) = arguments(sys.argv[1:])
    ours = {o['file']: from_tamis(o) for o in lines(tamis)}
    nothing = {'hits': set(), 'score': 1e9, 'sub': set()}
    table = Table()
    for o in lines(oracle):
        table.add(o['file'], from_oracle(o), ours.get(o['file'], nothing))
    good = table.print(examples)
    if out:
        with open(out, 'w') as f:
            for (name, what), files in sorted(table.rules.items()):
                f.writelines(f'{what}\t{name}\t{file}\n' for file in files)
    sys.exit(0 if good else 1)


if __name__ == '__main__':
    main()
