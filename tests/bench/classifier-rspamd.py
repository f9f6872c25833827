#!/usr/bin/env python3
"""classifier-rspamd.py - rspamd's statistics alone on a stream: judges each message, then learns it

usage: classifier-rspamd.py DIRECTORY <LIST   LIST: "spam PATH" or "ham PATH" a line

Prints label and score a line, 0 in the middle (also where rspamd says nothing: it does so of short messages). A redis
and an rspamd of its own, in DIRECTORY and on free ports of the loopback; they are stopped at the end. It learns each
message (no learn condition, min_learns = 1, which is to its favour); what it refuses is counted on standard error."""
import http.client
import os
import re
import socket
import subprocess
import sys
import time

CONF = """
.include "$CONFDIR/common.conf"
options {{ .include "$CONFDIR/options.inc" }}
options {{ pidfile = "{d}/pid"; control_socket = "{d}/control mode=0600"; filters = "";
    dns {{ nameserver = ["127.0.0.1:1"]; timeout = 0.01s; retransmits = 1; }} }}
logging {{ type = "file"; filename = "{d}/log"; level = "warning"; }}
redis {{ servers = "{d}/redis.sock"; }}
worker "controller" {{ bind_socket = "127.0.0.1:{port}"; count = 1; password = "q"; enable_password = "q";
    secure_ip = "127.0.0.1"; }}
"""
CLASSIFIER = """
classifier "bayes" {{
    tokenizer {{ name = "osb"; }}
    cache {{ }}
    new_schema = true; min_tokens = 11; backend = "redis"; servers = "{d}/redis.sock"; min_learns = 1;
    statfile {{ symbol = "BAYES_HAM"; spam = false; }}
    statfile {{ symbol = "BAYES_SPAM"; spam = true; }}
}}
"""
OFF = """rbl surbl spf dkim arc dmarc asn fuzzy_check dkim_signing greylist ratelimit replies neural history_redis mx_check
rspamd_update url_redirector clickhouse elastic antivirus external_services p0f bimi aws_s3 phishing multimap mime_types
forged_recipients maillist once_received hfilter chartable trie emails spamassassin settings reputation""".split()


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def write(path, text):
    with open(path, "w") as f:
        f.write(text)


def start(directory):
    port = free_port()
    os.makedirs(directory + "/local.d")
    os.makedirs(directory + "/override.d")
    for part in OFF:
        write("%s/local.d/%s.conf" % (directory, part), "enabled = false;\n")
    write(directory + "/override.d/statistic.conf", CLASSIFIER.format(d=directory))
    write(directory + "/rspamd.conf", CONF.format(d=directory, port=port))
    redis = subprocess.Popen(["redis-server", "--port", "0", "--unixsocket", directory + "/redis.sock", "--dir", directory,
                              "--save", "86400 1", "--appendonly", "no"], stdout=subprocess.DEVNULL)
    variables = ["--var=%s=%s" % (name, directory)
                 for name in ("DBDIR", "LOCAL_CONFDIR", "RUNDIR", "LOGDIR")]
    rspamd = subprocess.Popen(["rspamd", "-f", "-i", "-c", directory + "/rspamd.conf"] + variables,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return port, [rspamd, redis]


def wait_for(port):
    """It compiles its databases first: a minute where the machine is busy."""
    for _ in range(1800):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    sys.exit("classifier-rspamd.py: rspamd does not start")


def post(connection, path, mail):
    for attempt in (0, 1):
        try:
            connection.request("POST", path, mail, {"Password": "q"})
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            connection.close()
            if attempt:
                raise
    return None


def score(text):
    """BAYES_SPAM [99.10%] is 0.4910, BAYES_HAM [99.10%] is -0.4910"""
    found = re.search(rb'"BAYES_(SPAM|HAM)":\{[^}]*?"options":\["([0-9.]+)%', text)
    if not found:
        return 0.0
    p = float(found.group(2)) / 100
    if p < 0.5:
        p = 1 - p
    return (p - 0.5) * (1 if found.group(1) == b"SPAM" else -1)


def main(arguments):
    if len(arguments) != 1:
        sys.exit(__doc__)
    port, children = start(os.path.abspath(arguments[0]))
    refused = silent = 0
    try:
        wait_for(port)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for line in sys.stdin:
            label, path = line.rstrip("\n").split(" ", 1)
            with open(path, "rb") as f:
                mail = f.read()
            _, text = post(connection, "/checkv2", mail)
            value = score(text)
            silent += value == 0
            print("%s %.17g" % (label, value))
            code, _ = post(connection, "/learn" + label, mail)
            refused += code != 200
        print("rspamd: %d lessons refused, nothing said of %d" % (refused, silent), file=sys.stderr)
    finally:
        for child in children:
            child.terminate()
        for child in children:
            child.wait(30)


if __name__ == "__main__":
    main(sys.argv[1:])
