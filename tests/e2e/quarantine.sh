#!/bin/sh
# quarantine.sh - viruses, held mail and its release, recipients with policies of their own: through a real Postfix
# usage: TAMIS_BUILDDIR=... quarantine.sh [-c CACHE]   Needs root (Postfix does) and, once, the package archive.
# Prints a line a case and `N passed, N failed, N skipped`.
TAMIS_SRCDIR=${TAMIS_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
TAMIS_BUILDDIR=${TAMIS_BUILDDIR:-$PWD}
export TAMIS_SRCDIR TAMIS_BUILDDIR
cache=$TAMIS_BUILDDIR/cache
[ "$1" != -c ] || cache=$2
. "$TAMIS_SRCDIR/tests/lib.sh"
. "$TAMIS_SRCDIR/tests/e2e/postfix.sh"
. "$TAMIS_SRCDIR/tests/e2e/six.sh"
. "$TAMIS_SRCDIR/tests/e2e/checks.sh"
checks_of quarantine

finish() {
    pf_cleanup
    td_cleanup
}
trap finish EXIT
trap 'exit 1' INT TERM HUP

state_of() { # NAME ADDRESS
    six_quarantine show "$(six_entry "$1")" | sed -n "s/.* $2: //p"
}
delivered() { # NAME: how often
    grep -rlF "$(sed -n 's/^Message-ID: //p' "$six_dir/mail/$1.eml")" "$pf_dir"/mail/*/new 2>/dev/null | wc -l
}
is() { [ "$("$1" "$2")" = "$3" ] || { "$1" "$2" && return 1; }; }

if [ "$(id -u)" != 0 ]; then
    checks_end 1
    exit 0
fi
td_mkdir && dir=$td_made && mkdir "$dir/td" && td_virus_database "$dir/db" || exit 1
echo "carol@example.net action_spammy=quarantine" >"$dir/recipients"
chmod -R a+rX "$dir"
pf_fetch "$cache" && pf_accounts || exit 1
pf_wanted_port=$(pf_free_port)
td_start "$dir/td" milter_socket_group="$(id -gn "$pf_owner")" virus_scan=yes clamav_database="$dir/db" \
    quarantine_method=store recipient_policy="text:$dir/recipients" release_relay="inet:127.0.0.1:$pf_wanted_port" \
    restart_delay_max=100ms || exit 1
td_wait_virus && pf_setup "$dir/pf" "$td_socket" && pf_start || exit 1
six_dir=$dir
six_names_all="1-plain 6-broken $six_names_more"
check "the mails are sent" six_send

check "clean mail passes" like "$(six_where 1-plain)" "mail/bob/new/*"
check "a virus in a zip is rejected" like "$(six_answer 7-infected)" "550 5.7.1 *"
check "and a copy is held" like "$(six_where 7-infected)" "quarantine, *"
check "of which the sender was told" like "$(state_of 7-infected bob@example.net)" refused
check "an encrypted zip is delivered and tagged" like "$(six_field "$(six_file 8-encrypted)" Subject)" "?UNCHECKED? *"
check "ambiguous MIME is accepted" like "$(six_answer 6-broken)" "250 *"
check "and held" like "$(six_where 6-broken)" "quarantine, *"
check "of two recipients one gets it" like "$(six_where 9-two)" "mail/bob/new/*"
check "and the other has it held" sh -c "! ls '$pf_dir'/mail/carol/new/* >/dev/null 2>&1"
check "as the quarantine says" like "$(state_of 9-two carol@example.net)" held
check "and of the first" like "$(state_of 9-two bob@example.net)" delivered

check "list shows three" like "$(six_quarantine list --json | grep -c '"id"')" 3
check "search finds by words of any field" like "$(six_quarantine search CAROL prize --json | grep -c '"id"')" 1
check "show --raw is the message" sh -c "'$td_tamis' quarantine show --raw '$(six_entry 6-broken)' -c '$td_conf' | tr -d '\r' |
    grep -q '^Subject: Two readers'"
check "no such entry is a no" sh -c "'$td_tamis' quarantine show 00nothing -c '$td_conf'; [ \$? = 1 ]"

entry=$(six_entry 6-broken)
check "release sends it" six_quarantine release "$entry"
check "it arrives" eventually is delivered 6-broken 1
check "without its mark" sh -c "! grep -rqi '^X-Tamis-Release' '$pf_dir/mail'"
check "not twice" sh -c "'$td_tamis' quarantine release '$entry' -c '$td_conf'; [ \$? = 1 ]"
check "with --again it is" six_quarantine release "$entry" --again
check "and arrives again" eventually is delivered 6-broken 2
check "to the one who has not got it" six_quarantine release "$(six_entry 9-two)" --to carol@example.net
check "it arrives there" eventually sh -c "ls '$pf_dir'/mail/carol/new/* >/dev/null 2>&1"
check "its state is kept" like "$(state_of 9-two carol@example.net)" released
check "a virus that an admin lets out arrives" six_quarantine release "$(six_entry 7-infected)"
check "once" eventually is delivered 7-infected 1

# ---- the keeper dies, the disk is full
for pid in $(td_descendants $td_pid); do
    [ "$(cat "/proc/$pid/comm" 2>/dev/null)" != tamis-keeper ] || kill -9 "$pid"
done
six_names_all="6-broken"
check "while it comes back mail is held" six_send
check "in it" like "$(six_answer 6-broken)" "250 *"
check "three more entries than none" like "$(six_quarantine list --json | grep -c '"id"')" 4
check "delete" six_quarantine delete "$entry"
check "is gone" sh -c "'$td_tamis' quarantine show '$entry' -c '$td_conf'; [ \$? = 1 ]"
check "expire" six_quarantine expire
mv "$td_dir/state/quarantine" "$td_dir/state/elsewhere" && : >"$td_dir/state/quarantine"
for pid in $(td_descendants $td_pid); do
    [ "$(cat "/proc/$pid/comm" 2>/dev/null)" != tamis-keeper ] || kill -9 "$pid"
done
six_send
check "without a store what must be held is put off" like "$(six_answer 6-broken)" "451 4.3.0 *"
rm "$td_dir/state/quarantine" && mv "$td_dir/state/elsewhere" "$td_dir/state/quarantine"
six_send
check "and when it is back, held, without a restart" like "$(six_answer 6-broken)" "250 *"
check "no worker died" td_healthy
check "a clean stop" td_stop
checks_end
