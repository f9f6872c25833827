#!/bin/sh
# release.sh - what is let out passes once, and nothing else does: through a real, private Postfix
# usage: TAMIS_BUILDDIR=... release.sh [-c CACHE]   Needs root (Postfix does), python3 and, once, the package
# archive. Every mail is spam that Tamis refuses, so that it only arrives by its mark; the store is that of
# keeper/release-serve. Prints a line a case and `N passed, N failed, N skipped`.
TAMIS_SRCDIR=${TAMIS_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
TAMIS_BUILDDIR=${TAMIS_BUILDDIR:-$PWD}
export TAMIS_SRCDIR TAMIS_BUILDDIR
cache=$TAMIS_BUILDDIR/cache
[ "$1" != -c ] || cache=$2
. "$TAMIS_SRCDIR/tests/lib.sh"
. "$TAMIS_SRCDIR/tests/e2e/postfix.sh"
. "$TAMIS_SRCDIR/tests/e2e/checks.sh"
checks_of release
serving=
release_serve=$TAMIS_BUILDDIR/keeper/release-serve
release_py=$TAMIS_SRCDIR/tests/e2e/release.py

serve_stop() {
    [ -z "$serving" ] || { kill "$serving" && wait "$serving"; } 2>/dev/null
    serving=
    rm -f "$dir/td/run/keeper.sock"
}

finish() {
    serve_stop
    pf_cleanup
    td_cleanup
}
trap finish EXIT
trap 'exit 1' INT TERM HUP

serve() { # RELAY
    serve_stop
    "$release_serve" "$dir/td/run/keeper.sock" "$1" "$dir/mail" >>"$dir/serve.log" 2>&1 &
    serving=$!
    i=0
    # it listens when it can be asked
    until "$release_serve" "$dir/td/run/keeper.sock" nothing 2>&1 | grep -q 'no entry' || [ $i -ge 100 ]; do
        i=$((i + 1))
        sleep 0.1
    done
}

delivered() { # USER: files
    find "$pf_dir/mail/$1/new" -type f 2>/dev/null
}

# Released to bob alone: he gets it, once, without the mark.
arrives() { # ENTRY
    rm -rf "$pf_dir/mail/bob" "$pf_dir/mail/carol"
    "$release_serve" "$dir/td/run/keeper.sock" "$1" bob@example.net || return 1
    i=0
    while [ -z "$(delivered bob)" ] && [ $i -lt 100 ]; do
        i=$((i + 1))
        sleep 0.1
    done
    [ "$(delivered bob | wc -l)" = 1 ] && [ -z "$(delivered carol)" ] || { echo "delivered: $(delivered '*')"; return 1; }
    ! grep -i '^x-tamis-release' $(delivered bob)
}

answered() { # CASE PATTERN: the message with the unused mark, sent so
    is=$(python3 "$release_py" send "$pf_port" "$dir/taken" "$1")
    # shellcheck disable=SC2254
    case $is in
    $2) ;;
    *) echo "answered: $is" && return 1 ;;
    esac
}

# A relay that hangs up leaves us with a message whose mark was not used.
take_one() {
    python3 "$release_py" relay "$port" "$dir/taken" >"$dir/relay.out" &
    relay=$!
    i=0
    until grep -q listening "$dir/relay.out" || [ $i -ge 100 ]; do
        i=$((i + 1))
        sleep 0.1
    done
    "$release_serve" "$dir/td/run/keeper.sock" plain bob@example.net | grep -q unsure || { echo "was not unsure"; return 1; }
    wait "$relay" && grep -q '^X-Tamis-Release: plain ' "$dir/taken"
}

setup() {
    td_mkdir && dir=$td_made && mkdir "$dir/td" "$dir/mail" || return 1
    pf_fetch "$cache" && pf_accounts || return 1
    td_start "$dir/td" milter_socket_group="$(id -gn "$pf_owner")" virus_scan=no || return 1
    chmod 755 "$dir/td/run"
    entries=$(python3 "$release_py" make "$dir/mail") || return 1
    pf_setup "$dir/pf" "$td_socket" && pf_start
}

if [ "$(id -u)" != 0 ]; then
    echo "skip release: Postfix needs root"
    checks_end 1
    exit 0
fi
setup || { failed=1; checks_end; exit 1; }
serve "inet:127.0.0.1:$pf_port"
for entry in $entries; do
    check "$entry passes by its mark" arrives "$entry"
done
port=$(pf_free_port)
serve "inet:127.0.0.1:$port"
check "a message whose mark was not used" take_one
for case in body subject type twice; do
    check "a mark is not good with another $case" answered "$case" "550 5.7.1 *"
done
check "a mark is not good for another recipient" answered recipient "550 5.7.1 *"
check "a mark is not good for two recipients" answered two "550 5.7.1 *"
check "a mark is not good from another client" answered client "550 5.7.1 *"
check "a mark is good as it was made" answered as-is "250 2.0.0 *"
check "a mark is not good again" answered as-is "550 5.7.1 *"
check "no worker died" td_healthy
checks_end
