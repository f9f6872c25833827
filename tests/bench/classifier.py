#!/usr/bin/env python3
"""classifier.py - one classifier on a labelled stream: judge each message, then learn it

usage: classifier.py tamis|bogofilter|spamassassin|rspamd DIRECTORY LIST OUT

DIRECTORY is new and keeps the database. OUT gets label and score a line, for roc.py. Prints CPU (all of its
processes) in ms a message and the size of the database. TAMIS_BUILDDIR says where ours is."""
import json
import os
import resource
import subprocess
import sys


def labelled(path):
    with open(path) as lines:
        return [line.rstrip("\n").split(" ", 1) for line in lines if line.strip()]


def tamis(directory, path, out):
    settings = ["state_directory=" + directory, "runtime_directory=" + directory + "/run", "virus_scan=no",
                "bayes_directory=" + directory + "/bayes", "log=" + directory + "/log"]
    command = [os.environ.get("TAMIS_BUILDDIR", ".") + "/tamis", "classify", "--learn-after", "--json", "--files-from", path]
    command += [word for setting in settings for word in ("--set", setting)]
    labels = dict((name, label) for label, name in labelled(path))
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        for line in process.stdout:
            row = json.loads(line)
            out.write("%s %.17g\n" % (labels[row["file"]], row["logit"]))
    return process.returncode


def bogofilter(directory, path, out):
    command = ["bogofilter", "-C", "-d", directory]
    for label, name in labelled(path):
        with open(name, "rb") as mail:
            said = subprocess.run(command + ["-TT"], stdin=mail, stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL, check=False)
            mail.seek(0)
            subprocess.run(command + ["-s" if label == "spam" else "-n"], stdin=mail, check=True)
        words = said.stdout.split()
        out.write("%s %.17g\n" % (label, float(words[-1]) - 0.5 if words else 0))
    return 0


def script(command, directory, path, out):
    command[-1] = os.path.join(os.path.dirname(os.path.abspath(__file__)), command[-1])
    with open(path, "rb") as stream:
        return subprocess.run(command + [directory], stdin=stream, stdout=out, check=False).returncode


def spamassassin(directory, path, out):
    return script(["perl", "classifier-sa.pl"], directory, path, out)


def rspamd(directory, path, out):
    return script([sys.executable, "classifier-rspamd.py"], directory, path, out)


def main(arguments):
    runs = {"tamis": tamis, "bogofilter": bogofilter, "spamassassin": spamassassin, "rspamd": rspamd}
    if len(arguments) != 4 or arguments[0] not in runs:
        sys.exit(__doc__)
    name, directory, path, target = arguments
    os.mkdir(directory)
    with open(target, "w") as out:
        code = runs[name](directory, path, out)
    if code != 0:
        sys.exit("classifier.py: %s ended with %d" % (name, code))
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    size = sum(os.stat(os.path.join(folder, file)).st_blocks * 512 for folder, _, files in os.walk(directory) for file in files)
    print("%-14s %8.2f ms CPU a message, %6.1f MB on disk" % (
        name, 1000 * (used.ru_utime + used.ru_stime) / len(labelled(path)), size / 1e6))


if __name__ == "__main__":
    main(sys.argv[1:])
