#!/bin/sh
# server-test.sh - the name server of tests says what its zone says
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d /tmp/tamis-dns.XXXXXX)
pid=
trap 'test -z "$pid" || kill "$pid" 2>/dev/null || :; rm -rf "$work"' EXIT
cat >"$work/zone" <<'ZONE'
# what each word does
example.org A 192.0.2.1
example.org TXT "v=spf1 -all" " more"
www.example.org CNAME example.org
*.list.example A 127.0.0.2
broken.example A SERVFAIL
big.example TXT TRUNCATED
big.example TXT "over tcp"
ZONE
python3 "$here/server.py" --ready "$work/port" --log "$work/log" "$work/zone" &
pid=$!
tries=0
while ! test -s "$work/port"; do
    tries=$((tries + 1))
    test $tries -lt 200 || { echo "not ready"; exit 1; }
    sleep 0.05
done
python3 - "$(cat "$work/port")" <<'PY'
import socket, struct, sys
port = int(sys.argv[1])

def question(name, rtype):
    labels = b''.join(bytes([len(p)]) + p.encode() for p in name.split('.'))
    return struct.pack('!6H', 7, 0x100, 1, 0, 0, 0) + labels + b'\0' + struct.pack('!2H', rtype, 1)

def udp(name, rtype):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.settimeout(20)
    s.sendto(question(name, rtype), ('127.0.0.1', port))
    return s.recv(65535)

def tcp(name, rtype):
    s = socket.create_connection(('127.0.0.1', port), 20)
    q = question(name, rtype)
    s.sendall(struct.pack('!H', len(q)) + q)
    data = b''
    while len(data) < 2 or len(data) < 2 + struct.unpack('!H', data[:2])[0]:
        data += s.recv(65535)
    return data[2:]

def expect(answer, rcode, records, text=b''):
    _, flags, _, n, _, _ = struct.unpack_from('!6H', answer)
    assert (flags & 15, n) == (rcode, records) and text in answer, answer

expect(udp('example.org', 1), 0, 1, bytes([192, 0, 2, 1]))
expect(udp('EXAMPLE.org', 16), 0, 1, b'\x0bv=spf1 -all\x05 more')
expect(udp('www.example.org', 1), 0, 2)
expect(udp('example.org', 28), 0, 0)
expect(udp('nowhere.example', 1), 3, 0)
expect(udp('a.b.list.example', 1), 0, 1, bytes([127, 0, 0, 2]))
expect(udp('broken.example', 1), 2, 0)
assert struct.unpack_from('!2H', udp('big.example', 16))[1] & 0x200
expect(tcp('big.example', 16), 0, 1, b'over tcp')
PY
grep -q '^big.example TXT tcp$' "$work/log"
echo "ok"
