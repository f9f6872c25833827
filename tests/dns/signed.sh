#!/bin/sh
# signed.sh - names asked for from the root on, and DNSSEC: what is signed badly is no answer
# usage: tests/dns/signed.sh
# tests/dns/tree.py plays the root and what is below it, on port 53 of loopback: it takes root; skipped without, and
# where the port is taken. The last line is `N passed, N failed[, N skipped]`.
TAMIS_SRCDIR=${TAMIS_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
TAMIS_BUILDDIR=${TAMIS_BUILDDIR:-.}
export TAMIS_SRCDIR TAMIS_BUILDDIR
. "$TAMIS_SRCDIR/tests/lib.sh"
passed=0 failed=0 tree=
finish() {
    [ -z "$tree" ] || kill "$tree" 2>/dev/null
    td_cleanup
}
trap finish EXIT
trap 'exit 1' INT TERM

td_mkdir
dir=$td_made
mkdir "$dir/rules"
echo 'body PLAIN /some text/' >"$dir/rules/10_plain.cf"
python3 "$TAMIS_SRCDIR/tests/dns/tree.py" --ready "$dir/ready" "$dir" 2>"$dir/tree.err" &
tree=$!
tries=0
until [ -f "$dir/ready" ]; do
    tries=$((tries + 1))
    if [ $tries -gt 200 ] || ! td_alive $tree; then
        tree=
        if grep -q 'PermissionError\|Address already in use\|Cannot assign' "$dir/tree.err"; then
            echo "signed.sh: skipped: $(tail -n 1 "$dir/tree.err")"
            echo "0 passed, 0 failed, 1 skipped"
            exit 0
        fi
        cat "$dir/tree.err"
        echo "0 passed, 1 failed"
        exit 1
    fi
    sleep 0.1
done

# NAME DOMAIN TEXT OPTION...: a message of the domain is scanned, and the answer has the text
check() {
    what=$1 domain=$2 text=$3
    shift 3
    printf 'From: Ada <ada@%s>\nTo: bob@example.net\nSubject: hello\n\nsome text\n' "$domain" >"$dir/mail.eml"
    "$td_tamis" scan --json --no-clamav --no-bayes --rules "$dir/rules" --client 192.0.2.10 --helo "mail.$domain" \
        --from "ada@$domain" --set dns_forwarders=none --set dns_root_servers=127.0.53.1 \
        --set "dnssec_trust_anchor=$dir/anchor" "$@" "$dir/mail.eml" >"$dir/out" 2>"$dir/err"
    if grep -q "$text" "$dir/out"; then
        passed=$((passed + 1)) && echo "ok $what"
    else
        failed=$((failed + 1)) && echo "not ok $what" && sed 's/^/    /' "$dir/out" "$dir/err"
    fi
}
passes='"spf":{"result":"pass".*"dmarc":{"result":"pass"'
unknown='"spf":{"result":"temperror".*"dmarc":{"result":"temperror".*"at_stake":"reject"'

check "from the root on" good.example "$passes"
check "signed" good.example "$passes" --set dnssec=yes
check "not signed, and its parent says so" plain.example "$passes" --set dnssec=yes
check "a bad signature is no answer" bad.example "$unknown" --set dnssec=yes
check "signatures taken off: no answer" stripped.example "$unknown" --set dnssec=yes
check "without DNSSEC nobody looks" bad.example "$passes"
echo '. IN DS 1 13 2 0000000000000000000000000000000000000000000000000000000000000000' >"$dir/anchor"
check "another root is trusted: no answer" good.example "$unknown" --set dnssec=yes
echo "$passed passed, $failed failed"
[ $failed = 0 ]
