#!/usr/bin/env python3
"""table.py - what became of the cases, by family of methods
usage: table.py [--against NAME=FILE]... [-v] MANIFEST ORACLE SCAN

MANIFEST as generate.py writes it, ORACLE as oracle.py prints it, SCAN: a JSON object a line (file, classes) as
`tamis scan --json` prints it. --against: "file <tab> found" of another scanner, shown beside. Exit 1 when a
message that some reader gets EICAR out of is neither virus nor unchecked, or has no answer; these are listed
(-v: those that no reader gets anything out of as well, but not asserted). The last line counts the readable.
"""
import json
import os
import sys


def read_pairs(path):
    with open(path) as f:
        return dict(line.rstrip("\n").split("\t", 1) for line in f if "\t" in line)


def read_scan(path):
    out = {}
    with open(path) as f:
        for line in f:
            row = json.loads(line)
            out[os.path.basename(row["file"])] = row["classes"]
    return out


def outcome(classes):
    if classes is None:
        return "missing"
    if "virus" in classes:
        return "virus"
    return "unchecked" if any(c.startswith("unchecked") for c in classes) else "clean"


COLUMNS = ("cases", "read", "virus", "unchecked", "clean", "unread-clean")


def count(methods, oracle, scan, others):
    table, missed, unread = {}, [], []
    for file, method in methods.items():
        row = table.setdefault(method.split("/")[0].split(" ")[0], dict.fromkeys(COLUMNS + tuple(others), 0))
        what, readers = outcome(scan.get(file)), oracle.get(file, "?")
        row["cases"] += 1
        row["read"] += bool(readers)
        if what in ("clean", "missing"):
            row["clean" if readers else "unread-clean"] += 1
            (missed if readers else unread).append("%s: %s: %s (read by %s)" % (what, file, method, readers or "nobody"))
        else:
            row[what] += 1
        for name, found in others.items():
            row[name] += bool(readers) and not found.get(file)
    return table, missed, unread


def print_table(table, others):
    names = list(COLUMNS) + [n + " missed" for n in others]
    keys = list(COLUMNS) + list(others)
    print("%-22s" % "family" + "".join("%*s" % (max(9, len(n) + 2), n) for n in names))
    total = {k: sum(r[k] for r in table.values()) for k in keys}
    for family, row in sorted(table.items()) + [("all", total)]:
        print("%-22s" % family + "".join("%*d" % (max(9, len(n) + 2), row[k]) for n, k in zip(names, keys)))


def main(arguments):
    others, verbose = {}, False
    while arguments and arguments[0].startswith("-"):
        if arguments[0] == "-v":
            verbose, arguments = True, arguments[1:]
        else:
            name, file = arguments[1].split("=", 1)
            others[name] = read_pairs(file)
            arguments = arguments[2:]
    if len(arguments) != 3:
        sys.exit(__doc__)
    table, missed, unread = count(read_pairs(arguments[0]), read_pairs(arguments[1]), read_scan(arguments[2]), others)
    print_table(table, others)
    for line in missed + (unread if verbose else []):
        print(line)
    print("%d passed, %d failed" % (sum(r["read"] for r in table.values()) - len(missed), len(missed)))
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
