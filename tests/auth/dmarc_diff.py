"""dmarc_diff.py - random DMARC records: our result beside Mail::DMARC's
usage: dmarc_diff.py AUTH-PLAY [-n SCENARIOS] [-s SEED] [-o FILE]
Prints how many results (and what is applied) are the same, and classes of differences. Exit 1 below 99 %.
All domains exist (Mail::DMARC refuses those that do not), and pct is 0 or 100 (it draws by itself), policies in
lower case (with pct=0 it takes no other)."""
import argparse
import collections
import json
import os
import random
import subprocess
import sys

import zones

DOMAINS = ["example.com", "mail.example.com", "a.b.example.com", "example.co.uk", "x.example.co.uk", "other.org",
           "sub.other.org", "github.io", "me.github.io"]
RESULTS = ["pass", "pass", "fail", "none", "softfail"]


class Maker:
    def __init__(self, seed):
        self.r = random.Random(seed)

    def some(self, *values):
        return self.r.choice(values)

    def record(self):
        tags = ["p=" + self.some("none", "quarantine", "reject")]
        for tag in (self.some("", "sp=none", "sp=quarantine", "sp=reject"), self.some("", "", "adkim=s", "adkim=r"),
                    self.some("", "", "aspf=s", "aspf=r"), self.some("", "", "", "pct=0", "pct=100"),
                    self.some("", "rua=mailto:a@example.com")):
            if tag:
                tags.append(tag)
        return "v=DMARC1;" + self.some("", " ") + self.some(";", "; ").join(tags) + self.some("", ";")

    def zone(self):
        z = {}
        for d in DOMAINS:
            z[d] = [{"A": "192.0.2.1"}]
            r = self.r.random()
            if r < 0.5:
                z["_dmarc." + d] = [{"TXT": self.record()}]
            elif r < 0.6:
                z["_dmarc." + d] = [{"TXT": self.some("v=spf1 -all", "words", "v=DMARC2; p=reject")}]
            if r < 0.05:
                z["_dmarc." + d].append({"TXT": self.some("words", self.record())})
        return z

    def checks(self):
        for _ in range(10):
            yield {"from": self.r.choice(DOMAINS), "spf": self.r.choice(DOMAINS), "spf_result": self.r.choice(RESULTS),
                   "dkim": self.r.choice(DOMAINS), "dkim_result": self.some("pass", "fail", "none")}


def ours(program, scenarios):
    out = []
    for number, s in enumerate(scenarios):
        out.extend(zones.lines(s["zone"]))
        for i, c in enumerate(s["checks"]):
            out.append("D %d/%d\t%s" % (number, i, "\t".join(
                c[k] for k in ("from", "spf", "spf_result", "dkim", "dkim_result"))))
    got = zones.play(program, "\n".join(out) + "\n")
    return {k: (v[0], v[2]) for k, v in got.items()}


def mail_dmarc(scenarios):
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "mail-dmarc.pl")
    done = subprocess.run(["perl", script], input=json.dumps(scenarios), stdout=subprocess.PIPE, check=True, text=True)
    return {k: (r, d) for k, r, d in (line.split("\t") for line in done.stdout.splitlines())}


def main():
    p = argparse.ArgumentParser()
    p.add_argument("program")
    p.add_argument("-n", type=int, default=300)
    p.add_argument("-s", type=int, default=1)
    p.add_argument("-o")
    o = p.parse_args()
    maker = Maker(o.s)
    scenarios = [{"zone": maker.zone(), "checks": list(maker.checks())} for _ in range(o.n)]
    got, theirs = ours(o.program, scenarios), mail_dmarc(scenarios)
    classes = collections.Counter()
    notes = open(o.o, "w") if o.o else None
    for key, mine in got.items():
        if mine == theirs[key]:
            continue
        classes[(mine, theirs[key])] += 1
        if notes:
            number, i = map(int, key.split("/"))
            notes.write(json.dumps({"ours": mine, "theirs": theirs[key], "check": scenarios[number]["checks"][i],
                                    "zone": list(zones.lines(scenarios[number]["zone"]))}) + "\n")
    total = len(got)
    same = total - sum(classes.values())
    print("Mail::DMARC: %d of %d the same" % (same, total))
    for (mine, other), count in classes.most_common():
        print("    %5d  ours %s, Mail::DMARC %s" % (count, "/".join(mine), "/".join(other)))
    print("results seen: %s" % dict(collections.Counter("/".join(r) for r in got.values())))
    return 1 if same < 0.99 * total else 0


sys.exit(main())
