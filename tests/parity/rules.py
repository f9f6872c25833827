#!/usr/bin/env python3
# rules.py - compares what rules.pl and rules print; exit 1 where they differ
# usage: rules.py OURS THEIRS...
# SpamAssassin passes "net" on among metas in one round over a hash in random order, so which metas have it
# differs from run to run. Priorities and flags are right when one of its runs, or the order without chance,
# agrees: a meta of metas may have more of "net" here. -100 is what "net" makes of the priority.
import sys

COLUMNS = ["name", "type", "scores", "priority", "flags", "field", "negated", "if-unset", "test", "description"]


def load(path):
    with open(path, encoding="latin-1") as f:
        return {line.split("\t")[0]: line.rstrip("\n").split("\t") for line in f}


def braces(test):
    return test.replace("%\\x5c{", "%{").replace("\\x5c}", "}")


def same(column, ours, theirs):
    if column == "field":
        return ours.lower() == theirs.lower()
    if column == "test":  # SpamAssassin escapes the braces of %{NAME}
        return braces(ours) == braces(theirs)
    return ours == theirs


def by_chance(column, row, theirs):
    meta = row[1] == "meta"
    if column == "flags":
        return meta and [w for w in row[4].split() if w != "net"] == theirs.split()
    # Razor2 and Pyzor move their own rules, which ask the network
    return column == "priority" and (meta or "net" in row[4].split()) and "-100" in (row[3], theirs)


def main():
    ours, runs = load(sys.argv[1]), [load(path) for path in sys.argv[2:]]
    differences = chance = 0
    for name in sorted(ours.keys() | runs[0].keys()):
        if name not in ours or name not in runs[0]:
            differences += 1
            print(f"{name}: only {'ours' if name in ours else 'theirs'}")
            continue
        for i, column in enumerate(COLUMNS):
            theirs = [run[name][i] for run in runs]
            if any(same(column, ours[name][i], t) for t in theirs):
                continue
            if any(by_chance(column, ours[name], t) for t in theirs):
                chance += 1
                continue
            differences += 1
            print(f"{name}: {column}: {ours[name][i][:200]} | {theirs[0][:200]}")
    print(f"{len(ours)} rules, theirs {len(runs[0])}: {differences} differences, {chance} by chance")
    return 1 if differences else 0


sys.exit(main())
