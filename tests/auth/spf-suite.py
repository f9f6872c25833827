"""spf-suite.py - plays the public test suite of RFC 7208 (YAML) and prints passed/total
usage: spf-suite.py AUTH-PLAY FILE.yml [-v]. Exit 1 below 99 %."""
import sys

import yaml
import zones

WANTED = 0.99


def cases(path):
    with open(path, "rb") as f:
        for number, scenario in enumerate(yaml.safe_load_all(f)):
            yield number, scenario


def script(path, expected):
    out = []
    for number, scenario in cases(path):
        out.extend(zones.lines(scenario["zonedata"]))
        for case, test in scenario["tests"].items():
            key = "%d/%s" % (number, case)
            expected[key] = test
            out.append("T " + "\t".join([key] + [zones.field(test[f] or "") for f in ("host", "helo", "mailfrom")]))
    return "\n".join(out) + "\n"


def wrong(test, got):
    """why a result is not what the suite wants, or None"""
    result, explanation, reason = got
    allowed = test["result"] if isinstance(test["result"], list) else [test["result"]]
    if result not in allowed:
        return "%s, not %s (%s)" % (result, " or ".join(allowed), reason)
    want = test.get("explanation")
    if want is None:
        return None
    if want == "DEFAULT":
        want = ""
    return None if explanation == want else 'explanation "%s", not "%s"' % (explanation, want)


def main(program, path, verbose):
    expected = {}
    text = script(path, expected)
    got = zones.play(program, text)
    failed = 0
    for key, test in expected.items():
        why = wrong(test, got[key])
        failed += why is not None
        if why or verbose:
            print("%s %s: %s" % ("not ok" if why else "ok", key, why or got[key][0]))
    total = len(expected)
    print("RFC 7208 test suite: %d passed, %d failed" % (total - failed, failed))
    return 0 if total and total - failed >= WANTED * total else 1


sys.exit(main(sys.argv[1], sys.argv[2], "-v" in sys.argv))
