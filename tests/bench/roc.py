#!/usr/bin/env python3
"""roc.py - how well filters told spam from ham on the same stream

usage: roc.py [-r REPEATS] NAME=FILE...

Each FILE has a line a message, in the same order: label (spam or ham), score (higher: rather spam), and the
verdict's threshold is 0. Prints for each 1-ROCA %, LAM % (logistic average of ham and spam misclassified), ham
lost and spam missed at the threshold, and spam missed where 0.1 % of the ham is lost; then the first against
each other by a paired bootstrap: the 95 % interval of the difference, and how often the first was better."""
import math
import random
import sys


def read(path):
    rows = []
    with open(path) as lines:
        for line in lines:
            label, score = line.split()[:2]
            rows.append((label == "spam", float(score)))
    return rows


def roca(rows):
    """1-ROCA in %: how often a ham scores above a spam; ties count half."""
    counts = {}
    for spam, score in rows:
        both = counts.setdefault(score, [0, 0])
        both[spam] += 1
    spams = sum(spam for spam, _ in rows)
    area = below = 0
    for score in sorted(counts):
        ham, spam = counts[score]
        area += spam * (below + ham / 2)
        below += ham
    return 100 * (1 - area / (spams * (len(rows) - spams)))


def errors(rows):
    lost = sum(1 for spam, score in rows if not spam and score > 0)
    missed = sum(1 for spam, score in rows if spam and score <= 0)
    spams = sum(spam for spam, _ in rows)
    return lost, len(rows) - spams, missed, spams


def lam(rows):
    lost, hams, missed, spams = errors(rows)

    def logit(k, n):
        return math.log((k + 0.5) / (n - k + 0.5))

    return 100 / (1 + math.exp(-(logit(lost, hams) + logit(missed, spams)) / 2))


def missed_at(rows, share=0.001):
    hams = sorted((score for spam, score in rows if not spam), reverse=True)
    limit = hams[int(share * len(hams))]
    spams = [score for spam, score in rows if spam]
    return 100 * sum(score <= limit for score in spams) / len(spams)


MEASURES = (("1-ROCA %", roca), ("LAM %", lam), ("missed at 0.1 %", missed_at))


def table(filters):
    print("%-14s %9s %8s %15s %15s %16s" % ("", "1-ROCA %", "LAM %", "ham lost", "spam missed", "missed at 0.1 %"))
    for name, rows in filters:
        lost, hams, missed, spams = errors(rows)
        print("%-14s %9.4f %8.3f %5d = %5.2f %% %5d = %5.2f %% %14.2f %%" % (
            name, roca(rows), lam(rows), lost, 100 * lost / hams, missed, 100 * missed / spams, missed_at(rows)))


def resample(size, labels, source):
    """The same messages for both, both kinds among them."""
    while True:
        chosen = source.choices(range(size), k=size)
        if 0 < sum(labels[i] for i in chosen) < size:
            return chosen


def bootstrap(one, two, repeats):
    source = random.Random(1)
    labels = [spam for spam, _ in one]
    differences = [[] for _ in MEASURES]
    for _ in range(repeats):
        chosen = resample(len(one), labels, source)
        a, b = [one[i] for i in chosen], [two[i] for i in chosen]
        for (_, measure), values in zip(MEASURES, differences):
            values.append(measure(a) - measure(b))
    return [sorted(values) for values in differences]


def compare(filters, repeats):
    name, first = filters[0]
    for other, rows in filters[1:]:
        for (measure, _), values in zip(MEASURES, bootstrap(first, rows, repeats)):
            low, high = values[int(0.025 * repeats)], values[min(repeats - 1, int(0.975 * repeats))]
            better = 100 * sum(value < 0 for value in values) / repeats
            print("%s - %s, %s: %+.4f .. %+.4f; better in %.0f %% of %d" % (
                name, other, measure, low, high, better, repeats))


def main(arguments):
    repeats = 300
    if arguments[:1] == ["-r"] and len(arguments) > 1:
        repeats = int(arguments[1])
        arguments = arguments[2:]
    if not arguments or any("=" not in argument for argument in arguments):
        sys.exit(__doc__)
    filters = [(name, read(path)) for name, path in (argument.split("=", 1) for argument in arguments)]
    if any([spam for spam, _ in rows] != [spam for spam, _ in filters[0][1]] for _, rows in filters):
        sys.exit("roc.py: these are not the same messages in the same order")
    table(filters)
    compare(filters, repeats)


if __name__ == "__main__":
    main(sys.argv[1:])
