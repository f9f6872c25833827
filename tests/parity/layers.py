#!/usr/bin/env python3
"""layers.py - how alike what dump and oracle.pl -l say of the same messages is, layer by layer
usage: layers.py [-n DIFFERENCES] [-l LAYER]... OURS THEIRS
       OURS, THEIRS: JSON lines (of dump, of oracle.pl -l); -l: only these layers (body, rawbody, uri,
       uridetail, relays, headers, html, parts), as "headers.From:addr" only a key of one.
Prints for each layer, and for each key of headers, relays and html, equal / total, then the first differences
(-n, 3 a layer)."""
import argparse, json

LAYERS = ['body', 'rawbody', 'uri', 'uridetail', 'relays', 'headers', 'html', 'parts']
KEYED = ('headers', 'relays', 'html', 'parts')
PART = ('type', 'etype', 'raw', 'decoded', 'rendered')


def read(path):
    with open(path) as f:
        for line in f:
            try:
                one = json.loads(line)
            except ValueError:
                continue
            yield one['file'], one


def same_number(a, b):
    try:
        return abs(float(a) - float(b)) <= 1e-9 * max(1, abs(float(a)))
    except (TypeError, ValueError):
        return a == b


def html_of(one):
    return {k: v for k, v in one.get('html', {}).items() if v is not None and k != 'anchor'}


def details_of(one):
    """without the flags of SpamAssassin's own bookkeeping, and without an order where it has none"""
    own = ('schemeless', 'nocanon', 'noclean')
    return {u: {k: sorted(x for x in v if k != 'types' or x not in own) for k, v in d.items()}
            for u, d in one.get('uridetail', {}).items()}


def html_equal(a, b):
    return a.keys() == b.keys() and all(same_number(a[k], b[k]) for k in a)


def equal(layer, a, b):
    if layer == 'html':
        return html_equal(a, b)
    return a == b


def path_of_difference(a, b, at=''):
    """where two values begin to differ, and a little of both"""
    if type(a) is not type(b):
        return at, repr(a)[:200], repr(b)[:200]
    if isinstance(a, dict):
        for k in sorted(set(a) | set(b)):
            if k not in a or k not in b:
                return f'{at}.{k}', 'present' if k in a else 'absent', 'present' if k in b else 'absent'
            if a[k] != b[k]:
                return path_of_difference(a[k], b[k], f'{at}.{k}')
    if isinstance(a, list):
        for i, (x, y) in enumerate(zip(a, b)):
            if x != y:
                return path_of_difference(x, y, f'{at}[{i}]')
        longer = a if len(a) > len(b) else b
        return f'{at}: {len(a)} items, not {len(b)}', 'more' if longer is a else '', repr(longer[min(len(a), len(b))])[:200]
    if isinstance(a, str):
        i = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
        start = max(0, i - 30)
        return f'{at} at {i} ({len(a)}/{len(b)})', repr(a[start:i + 60]), repr(b[start:i + 60])
    return at, repr(a), repr(b)


def main():
    p = argparse.ArgumentParser(usage=__doc__)
    p.add_argument('-n', type=int, default=3)
    p.add_argument('-l', action='append')
    p.add_argument('ours')
    p.add_argument('theirs')
    o = p.parse_args()
    wanted = o.l or LAYERS
    theirs = dict(read(o.theirs))
    count, differences = {}, {}
    for file, ours in read(o.ours):
        their = theirs.get(file)
        if their is None:
            continue
        for layer in LAYERS:
            a, b = ours.get(layer), their.get(layer)
            if layer == 'html':
                a, b = html_of(ours), html_of(their)
            if layer == 'uridetail':
                a, b = details_of(ours), details_of(their)
            if layer == 'uri':
                a, b = ([u for u in x if u] for x in (a, b))
            if layer == 'headers':
                # the pristine header keeps the CR of its lines there, and an empty line behind it
                a, b = ({**x, 'ALL:raw': (x.get('ALL:raw') or '').replace('\r\n', '\n').rstrip('\n')} for x in (a, b))
            if layer == 'parts':
                # what SpamAssassin put into a file is not in the oracle's raw
                a = [{**x, 'raw': y['raw'] and x['raw']} for x, y in zip(a, b)] + a[len(b):]
            pairs = [(layer, a, b)]
            if layer == 'parts':
                pairs += [(f'parts.{k}', [p.get(k) for p in a], [p.get(k) for p in b]) for k in PART]
            elif layer in KEYED:
                pairs += [(f'{layer}.{k}', a.get(k), b.get(k)) for k in sorted(set(a) | set(b))]
            for name, x, y in pairs:
                if name not in wanted and name.split('.')[0] not in wanted:
                    continue
                good = equal(layer, x, y) if name == layer else same_number(x, y)
                n, total = count.get(name, (0, 0))
                count[name] = (n + good, total + 1)
                if not good:
                    differences.setdefault(name, []).append((file, x, y))
    for name, (n, total) in count.items():
        print(f'{"  " if "." in name else ""}{name:24} {n:5} / {total:5}  {100 * n / total:6.2f} %')
    for name, found in differences.items():
        if name in KEYED and name not in (o.l or []):
            continue
        for file, x, y in found[:o.n]:
            where, a, b = path_of_difference(x, y)
            print(f'\n{name} {file}\n  {where}\n  ours   {a}\n  theirs {b}')


if __name__ == '__main__':
    main()
