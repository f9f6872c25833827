#!/usr/bin/env python3
"""faults.py - a fault at every system call of a delivery

usage: faults.py [-v] [--every N] AGENT FAULT_SO DIRECTORY

For each way in (standard input, LMTP), each mailbox and each state of it, the n-th call that writes, syncs,
opens, makes or moves something fails, for every n: with an error, half done, or by kill -9. Afterwards:
  success was told  <=>  exactly one whole copy is there      (kill: then at least one)
  anything else is told as "try again": exit 75, reply 4xx, or a closed connection
A loss: told as delivered and not there whole. A lie: told as failed and there, or told for good.
Recorded order of one run of each: the file is synced before it is moved, the folder behind it before the answer.
"""
import argparse
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time

HOWS = ["ENOSPC", "EDQUOT", "EIO", "EINTR", "EROFS", "SHORT", "KILL"]
BODY = "".join("line %d of a message that is longer than one write\n" % i for i in range(400))
MAIL = "From: a@example.org\nSubject: fault\nX-Marker: %s\n\n" + BODY + "end of it\n"


class Run:
    def __init__(self, args, scenario):
        self.a = args
        self.way, self.box, self.fresh, self.folder = scenario
        self.dir = args.directory
        self.home = os.path.join(self.dir, "home")
        self.user = os.path.join(self.home, "bob")
        self.state = os.path.join(self.dir, "state")
        self.calls = os.path.join(self.dir, "calls")
        self.sock = os.path.join(self.dir, "lmtp.sock")

    def name(self):
        return "%s to %s%s, %s" % (self.way, self.box, "/" + self.folder if self.folder else "",
                                   "new" if self.fresh else "there")

    def settings(self):
        box = {"maildir": "maildir:~/Maildir", "mbox": "mbox:~/mbox"}[self.box]
        s = ["log=" + os.path.join(self.dir, "log"), "state_directory=" + self.dir, "deliver_min_uid=1",
             "deliver_users=text:" + os.path.join(self.dir, "users"), "deliver_mailbox=" + box,
             "deliver_listen=unix:" + self.sock, "deliver_socket_group=", "deliver_lock_timeout=1s",
             "deliver_detail_folder=" + ("create" if self.folder else "no")]
        return [w for x in s for w in ("--set", x)]

    def reset(self, at, how, log=False):
        shutil.rmtree(self.user, ignore_errors=True)
        for path in (self.state, self.calls, self.sock):
            if os.path.exists(path):
                os.unlink(path)
        if not self.fresh:
            self.deliver(dict(os.environ), "before")
        env = dict(os.environ, LD_PRELOAD=self.a.fault, FAULT_STATE=self.state, FAULT_AT=str(at), FAULT_HOW=how)
        with open(self.state, "wb") as f:
            f.write(bytes(16))
        os.chmod(self.state, 0o666)
        if log:
            env["FAULT_LOG"] = self.calls
            open(self.calls, "w").close()
            os.chmod(self.calls, 0o666)
        return env

    def faults(self):
        return struct.unpack("QQ", open(self.state, "rb").read(16))

    def address(self):
        return "bob+" + self.folder + "@example.com" if self.folder else "bob@example.com"

    def deliver(self, env, marker):
        """"done", "again", "final", or "silence" (nothing was said)"""
        return self.by_pipe(env, marker) if self.way == "pipe" else self.by_lmtp(env, marker)

    def by_pipe(self, env, marker):
        p = subprocess.run([self.a.agent] + self.settings() + ["-f", "s@example.org", "--", self.address()],
                           input=(MAIL % marker).encode(), env=env, stdout=subprocess.PIPE,
                           stderr=subprocess.DEVNULL, timeout=60)
        if p.returncode < 0:
            return "silence"  # Postfix defers
        return {0: "done", 75: "again"}.get(p.returncode, "final")

    def by_lmtp(self, env, marker):
        server = subprocess.Popen([self.a.agent, "--lmtp"] + self.settings(), env=env, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL)
        try:
            return self.talk(server, marker)
        finally:
            server.terminate()
            server.wait()

    def talk(self, server, marker):
        s = socket.socket(socket.AF_UNIX)
        s.settimeout(30)
        for _ in range(2000):
            try:
                s.connect(self.sock)
                break
            except OSError:
                if server.poll() is not None:
                    return "silence"
                time.sleep(0.002)
        f = s.makefile("rwb")
        try:
            text = (MAIL % marker).replace("\n", "\r\n")
            f.readline()
            f.write(("LHLO t\r\nMAIL FROM:<s@example.org>\r\nRCPT TO:<%s>\r\nDATA\r\n" % self.address()).encode())
            f.flush()
            for _ in range(6 + 2):
                f.readline()
            last = f.readline()
            if not last.startswith(b"354"):
                return self.said(last)
            f.write(text.encode() + b".\r\n")
            f.flush()
            return self.said(f.readline())
        except OSError:
            return "silence"
        finally:
            s.close()

    def said(self, line):
        return {b"2": "done", b"4": "again", b"5": "final"}.get(line[:1], "silence")

    def copies(self, marker):
        """whole copies, and others (in new/ or cur/, or in the mbox)"""
        whole = other = 0
        want = (MAIL % marker).split("\n", 2)[2]
        for path, _, files in os.walk(self.user):
            for name in files:
                file = os.path.join(path, name)
                if self.box == "maildir" and os.path.basename(path) not in ("new", "cur"):
                    continue
                if name.endswith((".lock", ".tmp")) or name in ("subscriptions", "maildirfolder"):
                    continue
                text = open(file, "rb").read().decode("latin-1")
                if self.box == "mbox":
                    n = text.count("X-Marker: %s\n\n%send of it\n\n" % (marker, BODY))
                    whole += n
                    other += text.count("X-Marker: %s\n" % marker) - n
                elif "X-Marker: %s\n" % marker in text or "X-Marker: before" not in text:
                    if text.endswith(want):
                        whole += 1
                    else:
                        other += 1
        return whole, other


class Count:
    cases = losses = lies = unharmed = 0


def judge(run, count, at, how, told, verbose):
    whole, other = run.copies("this")
    kill = how == "KILL"
    count.cases += 1
    problem = None
    if told == "done" and (whole < 1 or (whole > 1 and not kill)):
        problem, count.losses = "LOSS", count.losses + 1
    elif told == "final" or (told in ("again", "silence") and whole and not kill):
        problem, count.lies = "LIE", count.lies + 1
    elif other and not kill:
        problem, count.lies = "HALF A COPY", count.lies + 1
    elif not run.fresh and run.copies("before")[0] != 1:
        problem, count.losses = "LOSS of what was there", count.losses + 1
    if problem or verbose:
        print("  %s: call %d, %s: told %s, whole copies %d, others %d" % (problem or "ok", at, how, told, whole, other))


def order(run):
    """The file, then its folder, then the answer."""
    env = run.reset(0, "", log=True)
    if run.deliver(env, "this") != "done":
        return "the delivery failed without a fault"
    calls = [line.split(" ", 2) for line in open(run.calls).read().splitlines()]
    seen = [(c[1], c[2]) for c in calls]
    if run.box == "maildir":
        moves = [i for i, c in enumerate(seen) if c[0] in ("rename", "link") and ",S=" in c[1]]
        if len(moves) != 1:
            return "moved %d times" % len(moves)
        at = moves[0]
        if not any(c[0] == "fsync" and seen[at][1] in c[1] for c in seen[:at]):
            return "the file was not synced before it was moved"
        if not any(c[0] == "fsync" and c[1].endswith("/new") for c in seen[at:]):
            return "the folder was not synced behind the move"
        last_write = max(i for i, c in enumerate(seen) if c[0] in ("write", "writev") and seen[at][1] in c[1])
        if not any(c[0] == "fsync" for c in seen[last_write:at]):
            return "written to after it was synced"
    else:
        writes = [i for i, c in enumerate(seen) if c[0] in ("write", "writev", "pwrite") and c[1].endswith("/mbox")]
        if not writes or not any(c[0] == "fsync" and c[1].endswith("/mbox") for c in seen[writes[-1]:]):
            return "the box was not synced behind the last write"
    for i, c in enumerate(seen):
        if c[0] == "mkdir" and not (i + 1 < len(seen) and seen[i + 1][0] == "fsync"):
            return "the folder above %s was not synced" % c[1]
    return None


def main():
    p = argparse.ArgumentParser()
    p.add_argument("-v", action="store_true")
    p.add_argument("--every", type=int, default=1, help="only each N-th call")
    p.add_argument("--boxes", default="maildir,mbox")
    p.add_argument("agent")
    p.add_argument("fault")
    p.add_argument("directory")
    a = p.parse_args()
    os.umask(0o022)
    a.agent, a.fault, a.directory = map(os.path.abspath, (a.agent, a.fault, a.directory))
    os.makedirs(os.path.join(a.directory, "home"), exist_ok=True)
    uid, gid = (65534, 65534) if os.getuid() == 0 else (os.getuid(), os.getgid())
    with open(os.path.join(a.directory, "users"), "w") as f:
        f.write("bob@example.com uid=%d gid=%d home=%s/home/bob\n" % (uid, gid, a.directory))
    if os.getuid() == 0:
        os.chmod(a.directory, 0o755)
        os.chown(os.path.join(a.directory, "home"), uid, gid)
    count = Count()
    bad = 0
    for box in a.boxes.split(","):
        for way in ("pipe", "lmtp"):
            for fresh, folder in ((True, ""), (False, ""), (True, "lists")):
                if folder and box != "maildir":
                    continue
                run = Run(a, (way, box, fresh, folder))
                wrong = order(run)
                before = count.cases, count.losses, count.lies
                for how in HOWS:
                    at = 1
                    while True:
                        told = run.deliver(run.reset(at, how), "this")
                        calls, faults = run.faults()
                        if faults == 0 and calls < at:
                            break
                        judge(run, count, at, how, told, a.v)
                        at += a.every
                result = count.cases - before[0], count.losses - before[1], count.lies - before[2]
                good = wrong is None and result[1] == 0 and result[2] == 0
                bad += not good
                print("%sok %s: %d cases, %d losses, %d lies; order of syncs: %s"
                      % ("" if good else "not ", run.name(), *result, wrong or "right"), flush=True)
    print("%d cases, %d losses, %d lies" % (count.cases, count.losses, count.lies))
    return 1 if bad else 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    sys.exit(main())
