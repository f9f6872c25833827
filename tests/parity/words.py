#!/usr/bin/env python3
"""words.py - how many of SpamAssassin's classifier's words of a message are ours, and the other way round
usage: words.py [-n DIFFERENCES] OURS THEIRS     JSON lines of `dump --words` and of words.pl
Prints recall (of theirs, those that we have) and precision (of ours, those that they have), by mark, then those that
differ most often."""
import argparse
import collections
import json
import re


def read(path):
    with open(path) as lines:
        return {one["file"]: set(one["words"]) for one in map(json.loads, lines)}


def mark_of(word):
    found = re.match(r"(H[^:]*:|I\*:|UD:|[UD]\*|sk:|MIME:|u8:)", word)
    return found.group(1) if found else "text"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("-n", type=int, default=20)
    parser.add_argument("ours")
    parser.add_argument("theirs")
    options = parser.parse_args()
    ours, theirs = read(options.ours), read(options.theirs)
    both, missed, more = (collections.Counter() for _ in range(3))
    odd = {"missed": collections.Counter(), "more": collections.Counter()}
    example = {}
    equal = 0
    for name in theirs:
        a, b = ours.get(name, set()), theirs[name]
        equal += a == b
        both.update(mark_of(word) for word in a & b)
        for kind, words, counter in (("missed", b - a, missed), ("more", a - b, more)):
            for word in words:
                counter[mark_of(word)] += 1
                odd[kind][mark_of(word)] += 1
                example.setdefault((kind, mark_of(word)), []).append((name, word))
    n = sum(both.values())
    print("%d messages, %d alike; %d words; recall %.2f %%, precision %.2f %%" % (
        len(theirs), equal, n + sum(missed.values()), 100 * n / (n + sum(missed.values())), 100 * n / (n + sum(more.values()))))
    for mark, count in both.most_common(15):
        print("%-28s %8d both %6d missed %6d more" % (mark, count, missed[mark], more[mark]))
    for kind, words in odd.items():
        for mark, count in words.most_common(options.n):
            shown = example[(kind, mark)]
            print("%s %-24s %6d" % (kind, mark, count), *("%s %r" % one for one in shown[:: max(1, len(shown) // 3)][:3]), sep="  ")


if __name__ == "__main__":
    main()
