"""spf_diff.py - random SPF records: our result beside pyspf's and Mail::SPF's
usage: spf_diff.py AUTH-PLAY [-n SCENARIOS] [-s SEED] [-o FILE]
Each scenario is a zone of a dozen names and 8 checks. Prints for each implementation how many results are the same,
and classes of differences; -o writes each with its zone. Exit 1 when less than 99 % agree with both at once or with
one of them."""
import argparse
import collections
import json
import os
import random
import socket
import subprocess
import sys

import zones

NAMES = ["d%d.example.com" % i for i in range(8)] + ["mail.example.com", "a.b.example.org", "x.example.net"]
ADDRESSES = ["192.0.2.1", "192.0.2.2", "192.0.2.77", "198.51.100.5", "2001:db8::1", "2001:db8::2", "2001:db8:1::77",
             "::ffff:192.0.2.1"]
SENDERS = ["user", "a-b+c", "strong.bad", "x_y=z", ""]


# what makes a term a syntax error
BAD = ("/33", "/08", "/129", "///", "/24/64", "%{z", "%q", "%{d0}", "x.123", "192.0.2/", "192.0.2.01", ":25", ":::",
       ":com", "=com", "museum", "y-", "all:", "nonsense", "redirect:", "1x=", "%z", "crt")
BARE = ("ip4", "include", "exists", "=x", "ip4:192.0.2")


class Maker:
    def __init__(self, seed):
        self.r = random.Random(seed)

    def some(self, *values):
        return self.r.choice(values)

    def macro(self):
        r = self.r
        if r.random() < 0.03:
            return self.some("%%", "%_", "%-", "%{", "%{d", "%{z}", "%{d0}", "%q")
        letter = self.some(*"slodivhp") if r.random() < 0.9 else self.some(*"SLODIVH")
        digits = self.some("", "", "", "1", "2", "3", "12")
        return "%%{%s%s%s%s}" % (letter, digits, self.some("", "", "r"), self.some("", "", "", "-", "+-", "._="))

    def domain(self):
        r = self.r.random()
        if r < 0.55:
            return self.r.choice(NAMES)
        if r < 0.7:
            return self.macro() + "." + self.r.choice(NAMES)
        if r < 0.8:
            return self.macro()
        if r < 0.9:
            return "gone%d.example.com" % self.r.randrange(4)
        return self.some("com", "a..b.com", "x.123", "x.y-", "museum.", "foo:bar/baz.example.com", "", "d1.example.com.",
                         "err.example.com", "x" * 64 + ".example.com", "d1.Example.COM")

    def cidr4(self):
        return self.some("", "", "", "/24", "/0", "/32", "/33", "/08", "/")

    def dual(self):
        return self.some("", "", "", "", "/24", "//64", "/24//64", "//0", "/24/64", "//129", "///8")

    def directive(self):
        r = self.r.random()
        if r < 0.2:
            return "ip4:" + self.some(*ADDRESSES[:4], "192.0.2", "192.0.2.01", "1.2.3.4:25") + self.cidr4()
        if r < 0.3:
            return "ip6:" + self.some(*ADDRESSES[4:], "::", "2001:::1") + self.some("", "/32", "/0", "/129", "//64")
        if r < 0.45:
            return "a" + self.some("", ":" + self.domain()) + self.dual()
        if r < 0.55:
            return "mx" + self.some("", ":" + self.domain()) + self.dual()
        if r < 0.75:
            return "include:" + self.domain()
        if r < 0.82:
            return "exists:" + self.domain()
        if r < 0.88:
            return "ptr" + self.some("", ":" + self.domain())
        if r < 0.95:
            return "all"
        return self.some("all:x", "a=", "nonsense", "ip4", "include", "mx/", "a:", "exists", "redirect:x.com")

    def term(self):
        r = self.r.random()
        if r < 0.06:
            return self.some("redirect=", "exp=") + self.domain()
        if r < 0.09:
            return self.some("x=y", "moo.x-y_z=%{d}", "1x=y", "=x", "x=%z", "a-b=")
        return self.some("", "", "-", "~", "?", "+") + self.directive()

    def valid_term(self):
        while True:
            t = self.term()
            if not any(bad in t for bad in BAD) and t[-1] not in ":/=" and t.lstrip("+-~?") not in BARE:
                return t

    def record(self):
        pick = self.term if self.r.random() < 0.06 else self.valid_term
        terms = [pick() for _ in range(self.r.randrange(1, 6))]
        return "v=spf1 " + " ".join(terms) + self.some("", " -all", " ~all", " redirect=" + self.r.choice(NAMES))

    def zone(self):
        r = self.r
        z = {"err.example.com": ["TIMEOUT"]}
        for name in NAMES:
            entries = z.setdefault(name, [])
            if r.random() < 0.9:
                entries.append({"TXT": self.record()})
            if r.random() < 0.03:
                entries.append({"TXT": self.record()})
            for a in r.sample(ADDRESSES[:7], r.randrange(0, 3)):
                entries.append({"AAAA" if ":" in a else "A": a})
            for i in range(r.choice([0, 0, 1, 2])):
                entries.append({"MX": [i, r.choice(NAMES)]})
        for a in ADDRESSES[:7]:
            entries = [{"PTR": r.choice(NAMES)} for _ in range(r.choice([0, 1, 2]))]
            if entries:
                z[reverse(a)] = entries
        return z

    def checks(self):
        for _ in range(8):
            yield {"host": self.r.choice(ADDRESSES), "helo": self.r.choice(NAMES + ["OEM", "[192.0.2.1]"]),
                   "mailfrom": self.r.choice(SENDERS) + "@" + self.r.choice(NAMES)}


def reverse(address):
    if ":" in address:
        return ".".join(reversed(socket.inet_pton(socket.AF_INET6, address).hex())) + ".ip6.arpa"
    return ".".join(reversed(address.split("."))) + ".in-addr.arpa"


def ours(program, scenarios):
    out = []
    for number, s in enumerate(scenarios):
        out.extend(zones.lines(s["zone"]))
        for i, c in enumerate(s["checks"]):
            out.append("T %d/%d\t%s\t%s\t%s" % (number, i, c["host"], c["helo"], zones.field(c["mailfrom"])))
    return {k: (v[0], v[2]) for k, v in zones.play(program, "\n".join(out) + "\n").items()}


def pyspf(scenarios):
    import spf
    table = {}

    def lookup(name, kind, strict=True, timeout=None, level=0):
        if any(len(label) > 63 for label in name.split(".")) or ".." in name:
            return
        entries = table.get(name.lower().rstrip("."), [])
        if entries == ["TIMEOUT"]:
            raise spf.TempError("DNS timeout")
        for e in entries:
            for t, v in e.items():
                if t == "TXT":
                    v = (v.encode("latin-1"),)
                elif t == "AAAA":
                    v = socket.inet_pton(socket.AF_INET6, v)
                elif t == "MX":
                    v = tuple(v)
                if t == kind:
                    yield ((name, t), v)

    spf.DNSLookup = lookup
    results = {}
    for number, s in enumerate(scenarios):
        table.clear()
        table.update({k.lower(): v for k, v in s["zone"].items()})
        for i, c in enumerate(s["checks"]):
            q = spf.query(i=c["host"], s=c["mailfrom"], h=c["helo"], strict=True)
            try:
                result, _, why = q.check()
            except Exception as e:  # pyspf has bugs of its own
                result, why = "exception", repr(e)
            results["%d/%d" % (number, i)] = (result, why)
    return results


def mail_spf(scenarios):
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "mail-spf.pl")
    done = subprocess.run(["perl", script], input=json.dumps(scenarios), stdout=subprocess.PIPE, check=True, text=True)
    return {k: (r, why) for k, r, why in (line.split("\t", 2) for line in done.stdout.splitlines())}


def main():
    p = argparse.ArgumentParser()
    p.add_argument("program")
    p.add_argument("-n", type=int, default=500)
    p.add_argument("-s", type=int, default=1)
    p.add_argument("-o")
    o = p.parse_args()
    maker = Maker(o.s)
    scenarios = [{"zone": maker.zone(), "checks": list(maker.checks())} for _ in range(o.n)]
    got = ours(o.program, scenarios)
    theirs = {"pyspf": pyspf(scenarios), "Mail::SPF": mail_spf(scenarios)}
    classes = collections.Counter()
    alone = 0
    notes = open(o.o, "w") if o.o else None
    for key, (mine, why) in got.items():
        others = {n: r[key][0] for n, r in theirs.items()}
        alone += mine not in others.values()
        for n, other in others.items():
            if other != mine:
                classes[(n, mine, other)] += 1
        if notes and set(others.values()) != {mine}:
            number, i = map(int, key.split("/"))
            notes.write(json.dumps({"key": key, "ours": [mine, why], "theirs": {n: r[key] for n, r in theirs.items()},
                                    "check": scenarios[number]["checks"][i],
                                    "zone": list(zones.lines(scenarios[number]["zone"]))}) + "\n")
    total = len(got)
    for n in theirs:
        same = total - sum(c for k, c in classes.items() if k[0] == n)
        print("%s: %d of %d the same" % (n, same, total))
    for (n, mine, other), count in classes.most_common():
        print("    %5d  ours %s, %s %s" % (count, mine, n, other))
    print("results that neither has: %d of %d; results seen: %s" % (alone, total, dict(
        collections.Counter(r[0] for r in got.values()))))
    return 1 if alone > total * 0.01 else 0


sys.exit(main())
