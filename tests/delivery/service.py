#!/usr/bin/env python3
"""service.py - tamis-deliver as others start it: the LMTP service with clients that vanish, many at once, reload,
stop; the command with what it inherits

usage: service.py AGENT DIRECTORY
"""
import os
import re
import signal
import smtplib
import socket
import subprocess
import sys
import threading
import time

agent, top = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
sock, log, conf = (os.path.join(top, n) for n in ("lmtp.sock", "log", "tamis.conf"))
home = os.path.join(top, "home")
passed = failed = 0
MAIL = "From: a@example.org\r\nSubject: %s\r\n\r\nbody\r\n"


def check(name, good, why=""):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    print("%sok service: %s%s" % ("" if good else "not ", name, "" if good or not why else ": %s" % (why,)), flush=True)


def stored(subject):
    n = 0
    for path, _, files in os.walk(home):
        if os.path.basename(path) in ("new", "cur", "tmp"):
            n += sum(("Subject: %s\n" % subject) in open(os.path.join(path, f), encoding="latin-1").read() for f in files)
    return n


def connect():
    return smtplib.LMTP(sock, timeout=20) if hasattr(smtplib, "LMTP") else None


def send(subject, to="bob@example.com"):
    s = connect()
    try:
        refused = s.sendmail("s@example.org", [to], MAIL % subject)
        return not refused
    except smtplib.SMTPException as e:
        return e
    finally:
        s.close()


def raw(text):
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(20)
    s.connect(sock)
    s.sendall(text.encode("latin-1"))
    return s


def write_conf(more=""):
    with open(conf, "w") as f:
        f.write("log = %s\nstate_directory = %s\ndeliver_min_uid = 1\ndeliver_users = text:%s/users\n"
                "deliver_listen = unix:%s\ndeliver_socket_group =\ndeliver_connections_max = 30\n%s\n"
                % (log, top, top, sock, more))


def unit_arguments():
    """As systemd would start us."""
    unit = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../contrib/systemd/tamis-deliver.service")
    return re.search(r"^ExecStart=\S+(.*)$", open(unit).read(), re.M).group(1).split()


def open_files():
    return len(os.listdir("/proc/%d/fd" % server.pid))


def delivery_field(subject):
    for path, _, files in os.walk(home):
        for name in files:
            text = open(os.path.join(path, name), encoding="latin-1").read()
            if "Subject: %s\n" % subject in text:
                return re.search("^X-Tamis-Delivery: (.*)$", text, re.M).group(1)


def play_server():
    """An LMTP server that only we, and not the users, may connect to. Takes one message."""
    at = socket.socket(socket.AF_UNIX)
    at.bind(os.path.join(top, "server.sock"))
    os.chmod(os.path.join(top, "server.sock"), 0o600)
    at.listen(1)

    def serve():
        c = at.accept()[0]
        c.sendall(b"220 x\r\n")
        text = False
        for line in c.makefile("rb"):
            if text and line != b".\r\n":
                continue
            if line == b"QUIT\r\n":
                break
            text = line == b"DATA\r\n"
            c.sendall(b"354 go\r\n" if text else b"250 2.0.0 ok\r\n")

    threading.Thread(target=serve, daemon=True).start()


def command(recipient, subject):
    """Its exit code; started by somebody who does not wait for his children."""
    return subprocess.run([agent, "-c", conf, "-f", "s@example.org", "--", recipient], input=(MAIL % subject).encode(),
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60,
                          preexec_fn=lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN)).returncode


def wait_for(what, seconds=10):
    until = time.time() + seconds
    while not what() and time.time() < until:
        time.sleep(0.02)
    return what()


def logged(text):
    return open(log).read().count(text)


os.makedirs(home, exist_ok=True)
uid, gid = (65534, 65534) if os.getuid() == 0 else (os.getuid(), os.getgid())
if os.getuid() == 0:
    os.chown(home, uid, gid)
with open(os.path.join(top, "users"), "w") as f:
    f.write("".join("%s@example.com uid=%d gid=%d home=%s/%s\n" % (u, uid, gid, home, u) for u in ("bob", "carol")))
    f.write("erin@example.com uid=%d gid=%d mailbox=lmtp:unix:%s/server.sock\n" % (uid, gid, top))
    f.write("dave@example.com uid=%d gid=%d home=%s mailbox=mbox:~/mbox\n" % (uid, gid, home))
write_conf()


def look_up(address):
    p = subprocess.run([agent, "--check", "-c", conf, address], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return p.returncode, re.sub(" +", " ", p.stdout.decode())


code, text = look_up("Bob+lists@example.com")
check("--check says where mail goes", code == 0 and "mailbox maildir %s/bob/Maildir\ndetail lists\n" % home in text, (code, text))
check("--check of nobody", look_up("ghost@example.com") == (67, "recipient ghost@example.com\nrefused 5.1.1 no such user here\n"),
      look_up("ghost@example.com"))
server = subprocess.Popen([agent, "-c", conf] + unit_arguments(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
try:
    check("it listens", wait_for(lambda: os.path.exists(sock)))
    check("a message is stored", send("first") is True and stored("first") == 1)

    for cut in range(0, 60, 7):
        text = "LHLO x\r\nMAIL FROM:<s@x>\r\nRCPT TO:<bob@example.com>\r\nDATA\r\n" + MAIL % "cut"
        raw(text[: len(text) - cut]).close()
    raw(text + ".").close()
    raw(text + ".\r").close()
    check("after clients that vanished", send("after") is True)
    check("nothing of theirs is stored", stored("cut") == 0)
    s = raw(text + ".\r\n")
    s.close()
    send("between")
    check("of a client that does not wait for the answer there is at most one copy", stored("cut") <= 1)

    results = []
    threads = [threading.Thread(target=lambda i=i: results.append(send("many%d" % i, ("bob", "carol")[i % 2] + "@example.com")))
               for i in range(60)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    check("60 clients at once", all(r is True for r in results), results)
    check("each is there once", all(stored("many%d" % i) == 1 for i in range(60)))

    check("without a key no verdict is believed", delivery_field("first") == "unverified (no key to check it with)",
          delivery_field("first"))
    with open(os.path.join(top, "verdict.key"), "wb") as f:
        os.fchmod(f.fileno(), 0o600)
        f.write(os.urandom(32))
    send("keyed")
    check("one that tamisd has made since is found", delivery_field("keyed") == "unverified (no verdict)",
          delivery_field("keyed"))
    play_server()
    handed = send("handed", "erin@example.com")
    check("handed over to a server that the user may not connect to", handed is True, handed)

    idle = [raw("") for _ in range(30)]
    time.sleep(0.3)
    late = raw("LHLO x\r\n")
    late.settimeout(0.5)
    try:
        heard = late.recv(100)
    except socket.timeout:
        heard = b""
    check("past deliver_connections_max a client waits", heard == b"", heard)
    for s in idle:
        s.close()
    late.settimeout(20)
    check("and is heard when there is room", late.recv(100).startswith(b"220 "))
    late.close()

    write_conf("deliver_users = nosuchsource:x")
    os.kill(server.pid, signal.SIGHUP)
    check("a bad configuration is refused", wait_for(lambda: logged("the one before stays") == 1))
    check("and the one before stays", send("still") is True)
    write_conf("deliver_catch_all = carol@example.com")
    os.kill(server.pid, signal.SIGHUP)
    check("a good one is taken", wait_for(lambda: logged("configuration loaded anew") == 1))
    check("and is in force", send("caught", "nobody@example.com") is True)
    files = open_files()
    for n in range(2, 5):
        os.kill(server.pid, signal.SIGHUP)
        wait_for(lambda: logged("configuration loaded anew") == n)
    check("after reloads no more files are open", open_files() == files, "%d, were %d" % (open_files(), files))

    lock = os.path.join(home, "mbox.lock")
    open(lock, "w").close()
    locked = []
    waiting = threading.Thread(target=lambda: locked.append(send("locked", "dave@example.com")))
    waiting.start()
    s = raw("LHLO x\r\nMAIL FROM:<s@x>\r\nRCPT TO:<bob@example.com>\r\nDATA\r\n" + MAIL % "last")
    wait_for(lambda: False, 0.5)
    os.killpg(server.pid, signal.SIGUSR1)  # as `systemctl kill` does, to all
    wait_for(lambda: False, 0.3)
    server.terminate()
    time.sleep(0.3)
    s.sendall(b".\r\n")
    heard = b""
    try:
        while b"\n250 2.1.5 stored" not in heard:
            more = s.recv(4096)
            if not more:
                break
            heard += more
    except OSError:
        pass
    os.unlink(lock)
    waiting.join()
    check("a delivery that is in work at the stop is finished", locked == [True], locked)
    check("a message that is on its way at the stop is finished", b"250 2.1.5 stored" in heard and stored("last") == 1, heard)
    server.wait(30)
    check("it stops cleanly", server.returncode == 0, server.returncode)
    check("its socket is gone", not os.path.exists(sock))
    check("no process died", logged("died by signal") == 0)

    code = command("bob@example.com", "ignored")
    check("the command, where SIGCHLD is ignored", code == 0 and stored("ignored") == 1, code)
    code = command("", "nobody")
    check("an empty recipient is the caller's fault, not an unknown user", code == 75, code)
finally:
    server.kill()
    server.wait()
print("%d passed, %d failed" % (passed, failed))
sys.exit(failed != 0)
