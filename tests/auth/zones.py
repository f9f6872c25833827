"""zones.py - zones of test suites as lines of base/dns-table.h, and a program that plays checks"""
import subprocess

TYPES = ("A", "AAAA", "MX", "PTR", "TXT", "NS", "CNAME")


def octets(text):
    """bytes of a YAML string: characters up to U+00FF stand for bytes, as the suite means them"""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8")


def name(text):
    """a name in which every odd byte is \\DDD"""
    out = "".join(chr(b) if 33 <= b < 127 and b != 92 else "\\%03d" % b for b in octets(text))
    return out.rstrip(".") or "."


def quoted(data):
    return '"' + "".join(chr(b) if 32 <= b < 127 and b not in (34, 92) else "\\%03d" % b for b in data) + '"'


def field(text):
    return "".join(chr(b) if 32 <= b < 127 and b != 92 else "\\x%02x" % b for b in octets(text))


def data(kind, value):
    if kind == "TXT":
        strings = [value] if isinstance(value, str) else value
        return " ".join(quoted(octets(s)) for s in strings) or '""'
    if kind == "MX":
        return "%d %s" % (value[0], name(value[1]))
    if kind in ("PTR", "NS", "CNAME"):
        return name(value)
    return value


def records(entries):
    """(type, value) pairs; records of the obsolete type SPF are TXT unless there are TXT ones. A bare TIMEOUT
    is the answer for each type that does not stand before it."""
    has_txt = any(isinstance(e, dict) and "TXT" in e for e in entries)
    seen = set()
    for e in entries:
        if e == "TIMEOUT":
            for kind in TYPES:
                if kind not in seen:
                    yield kind, "SERVFAIL"
            continue
        for kind, value in e.items():
            if kind == "SPF":
                kind = "TXT" if not has_txt else None
            if kind not in TYPES or value == "NONE":
                continue
            seen.add(kind)
            yield kind, "SERVFAIL" if value == "TIMEOUT" else data(kind, value)


def lines(zonedata):
    yield "zone"
    for owner, entries in zonedata.items():
        for kind, text in records(entries):
            yield "Z %s %s %s" % (name(owner), kind, text)


def play(program, text):
    done = subprocess.run([program], input=text, stdout=subprocess.PIPE, check=True, encoding="latin-1", timeout=600)
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    return {row[0]: row[1:] for row in rows}
