#!/usr/bin/env python3
"""rivals.py - mail to a running rspamd or spamd, and what it cost

usage: rivals.py rspamd|spamd PORT PID CONNECTIONS WARMUP LIST
Sends each message of LIST once (the first WARMUP of them before the clock starts), over CONNECTIONS connections at a
time, and prints the CPU a message of PID and all that descend from it, children that ended included.
"""
import os
import socket
import sys
import threading

HEAD = {
    'rspamd': 'POST /checkv2 HTTP/1.0\r\nContent-Length: %d\r\n\r\n',
    'spamd': 'SYMBOLS SPAMC/1.5\r\nContent-length: %d\r\n\r\n',
}


def ask(kind, port, message):
    with socket.create_connection(('127.0.0.1', port), 120) as s:
        s.sendall((HEAD[kind] % len(message)).encode() + message)
        if kind == 'spamd':
            s.shutdown(socket.SHUT_WR)
        answer = b''
        while chunk := s.recv(65536):
            answer += chunk
    good = b' 200 ' in answer[:20] if kind == 'rspamd' else b' 0 EX_OK' in answer[:30]
    if not good:
        raise RuntimeError('%s: %r' % (kind, answer[:80]))


def stat(pid):
    with open('/proc/%s/stat' % pid, encoding='latin-1') as f:
        fields = f.read().rsplit(')', 1)[1].split()
    return int(fields[1]), sum(map(int, fields[11:15]))  # parent, ticks with children that were waited for


def cpu_ms(root):
    all_of = {}
    for name in os.listdir('/proc'):
        if name.isdigit():
            try:
                all_of[int(name)] = stat(name)
            except OSError:
                pass
    family, ticks = {root}, 0
    while True:
        more = {p for p, (parent, _) in all_of.items() if parent in family} - family
        if not more:
            break
        family |= more
    for pid in family:
        ticks += all_of.get(pid, (0, 0))[1]
    return ticks * 1000 / os.sysconf('SC_CLK_TCK')


def play(kind, port, connections, messages):
    lock, failed = threading.Lock(), []
    rest = iter(messages)

    def run():
        while True:
            with lock:
                name = next(rest, None)
            if name is None:
                return
            try:
                with open(name, 'rb') as f:
                    ask(kind, port, f.read())
            except (OSError, RuntimeError) as e:
                failed.append('%s: %s' % (name, e))
    threads = [threading.Thread(target=run) for _ in range(connections)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return failed


def main():
    kind, port, pid, connections, warmup, name = sys.argv[1:]
    with open(name, encoding='utf-8') as f:
        messages = f.read().split('\n')[:-1]
    warmup = int(warmup)
    play(kind, int(port), int(connections), messages[:warmup])
    before = cpu_ms(int(pid))
    failed = play(kind, int(port), int(connections), messages[warmup:])
    spent = cpu_ms(int(pid)) - before
    n = len(messages) - warmup
    print('%-24s %8.3f ms CPU a message (%d messages, %d failed)' % (kind, spent / n, n, len(failed)))
    for text in failed[:3]:
        print('  ' + text)


if __name__ == '__main__':
    main()
