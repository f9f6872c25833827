#!/bin/sh
# quickstart.sh - see Tamis work, on a fresh Debian 12 as root
# usage: sh contrib/quickstart.sh [--keep] | --stop
# Installs what the build needs, builds in build/, starts tamisd and a private Postfix (unpacked, not
# installed; own directories; one loopback port), sends nine mails by SMTP and prints what became of each, then
# lists what is held and releases one. Viruses are looked for with the machine's own database, or with a test
# database that knows EICAR. Nothing on the machine is replaced, and nothing stays running, but with --keep. Exit 0
# when all went as they should.
TAMIS_SRCDIR=$(cd "$(dirname "$0")/.." && pwd)
TAMIS_BUILDDIR=$TAMIS_SRCDIR/build
export TAMIS_SRCDIR TAMIS_BUILDDIR
state=$TAMIS_BUILDDIR/quickstart.state
packages="build-essential autoconf automake pkg-config ca-certificates libpcre2-dev libssl-dev libpsl-dev libidn2-dev
    libunistring-dev libjansson-dev libseccomp-dev libunbound-dev libmilter-dev libclamav-dev libarchive-dev libmagic-dev
    libsqlite3-dev zlib1g-dev publicsuffix"
. "$TAMIS_SRCDIR/tests/lib.sh"
. "$TAMIS_SRCDIR/tests/e2e/postfix.sh"
. "$TAMIS_SRCDIR/tests/e2e/six.sh"

say() {
    echo "-- $*"
}

die() {
    echo "quickstart: $*" >&2
    exit 1
}

# ---- what was kept by an earlier run

stop_kept() {
    [ -f "$state" ] || return 0
    # shellcheck disable=SC1090
    . "$state"
    rm -f "$state"
    say "stopping what --keep left running"
    pf_root=$TAMIS_BUILDDIR/cache/postfix
    # a pid may be somebody else's by now
    [ "$(readlink "/proc/$pf_pid/cwd")" = "$pf_dir/queue" ] && pf_stop
    pf_accounts_remove
    [ "$(readlink "/proc/$td_pid/exe")" = "$TAMIS_BUILDDIR/tamisd" ] && td_stop
    pf_pid= td_pid=
    td_cleanup
}

remember() {
    for name in td_pid td_dirs td_conf td_dir td_log pf_pid pf_dir pf_made_user pf_made_group; do
        eval "echo \"$name='\$$name'\""
    done >"$state"
}

# ---- build

install_packages() {
    missing=
    for package in $packages; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    say "installing$missing"
    # shellcheck disable=SC2086
    apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing
}

build() {
    [ ! -f "$TAMIS_SRCDIR/config.status" ] || die "the source directory is configured: make distclean first"
    mkdir -p "$TAMIS_BUILDDIR" || return 1
    log=$TAMIS_BUILDDIR/quickstart.log
    if [ ! -f "$TAMIS_BUILDDIR/Makefile" ]; then
        say "configuring (log: build/quickstart.log)"
        { [ -x "$TAMIS_SRCDIR/configure" ] || "$TAMIS_SRCDIR/autogen.sh"; } >"$log" 2>&1 &&
            (cd "$TAMIS_BUILDDIR" && "$TAMIS_SRCDIR/configure" --prefix=/usr --sysconfdir=/etc --localstatedir=/var \
                --runstatedir=/run) >>"$log" 2>&1 || { tail -n 30 "$log"; return 1; }
    fi
    say "building in build/"
    make -C "$TAMIS_BUILDDIR" -s -j"$(nproc)" all >>"$log" 2>&1 || { tail -n 30 "$log"; return 1; }
}

# ---- the show

start_both() {
    td_mkdir && dir=$td_made && mkdir "$dir/td" || return 1
    say "unpacking Postfix below build/cache/ (nothing is installed)"
    pf_fetch "$TAMIS_BUILDDIR/cache" && pf_accounts || return 1
    database=/var/lib/clamav
    if ! ls $database/*.c[vl]d >/dev/null 2>&1; then
        say "no virus database in $database: using a test database that knows EICAR"
        database=$dir/db
        td_virus_database "$database" || return 1
    fi
    # carol wants to see nothing that is spammy; bob has it tagged
    echo "carol@example.net action_spammy=quarantine" >"$dir/recipients"
    chmod -R a+rX "$dir"
    pf_wanted_port=$(pf_free_port)
    say "starting tamisd: milter at $dir/td/run/milter.sock"
    td_start "$dir/td" milter_socket_group="$(id -gn "$pf_owner")" virus_scan=yes clamav_database="$database" \
        quarantine_method=store recipient_policy="text:$dir/recipients" release_relay="inet:127.0.0.1:$pf_wanted_port" || return 1
    td_wait_virus || return 1
    pf_setup "$dir/pf" "$td_socket" && pf_start || return 1
    say "started Postfix: SMTP at 127.0.0.1:$pf_port, as $pf_owner, files in $dir/pf"
}

# show NAME WHAT ANSWER PLACE [FIELD VALUE]: a row of the table; all patterns have to match
show() {
    name=$1 what=$2 good=yes
    answer=$(six_answer "$name")
    place=$(six_where "$name")
    file=$(six_file "$name")
    # shellcheck disable=SC2254
    case $answer in $3) ;; *) good="no: the answer should be like $3" ;; esac
    # shellcheck disable=SC2254
    case $place in $4) ;; *) good="no: it should be in $4" ;; esac
    if [ -n "$5" ]; then
        # shellcheck disable=SC2254
        case $(six_field "$file" "$5") in $6) ;; *) good="no: $5 should be like $6" ;; esac
    fi
    echo
    echo "$what"
    echo "   SMTP answered  $answer"
    echo "   it lies in     $place"
    [ -z "$file" ] || for field in Subject X-Spam-Flag X-Spam-Level X-Spam-Status X-Virus-Scanned X-Tamis-Verdict; do
        six_field "$file" $field | sed "s/^/   $field: /"
    done
    echo "   as expected    $good"
    [ "$good" = yes ] || failed=$((failed + 1))
}

check() { # TEXT COMMAND...
    text=$1
    shift
    if "$@"; then echo "   $text, as expected"; else echo "   $text: no" && failed=$((failed + 1)); fi
}

show_two() {
    check "carol's copy is held" sh -c "'$td_tamis' quarantine show '$(six_entry_of 9-two)' -c '$td_conf' | grep -q 'carol@example.net: held'"
    check "and not in her mailbox" sh -c "! ls '$pf_dir/mail/carol/new/'* >/dev/null 2>&1"
}

# Of a message that was delivered to some and held for others.
six_entry_of() {
    six_quarantine search "$(six_id "$1")" --json | sed -n 's/.*"id":"\([0-9a-z]*\)".*/\1/p'
}

show_release() {
    echo
    echo "tamis quarantine list"
    six_quarantine list | cut -c 1-150 | sed 's/^/   /'
    echo "tamis quarantine release, of the broken one"
    six_quarantine release "$(six_entry 6-broken)" | sed 's/^/   /'
    i=0
    until [ -n "$(six_delivered 6-broken)" ] || [ $i -ge 50 ]; do
        i=$((i + 1))
        sleep 0.1
    done
    check "it lies in $(six_delivered 6-broken)" [ -n "$(six_delivered 6-broken)" ]
    check "without the mark that let it pass" sh -c "! grep -qi '^X-Tamis-Release' '$pf_dir/$(six_delivered 6-broken)'"
}

six_delivered() {
    case $(six_where "$1") in mail/*) six_where "$1" ;; esac
}

show_all() {
    failed=0
    show 1-plain "A plain letter" "250 *" "mail/bob/new/*" X-Spam-Status "No, *"
    show 2-newsletter "An HTML newsletter" "250 *" "mail/bob/new/*" X-Spam-Status "No, *"
    show 3-spammy "A spammy letter: delivered, tagged" "250 *" "mail/bob/new/*" X-Spam-Flag YES
    show 4-gtube "GTUBE, the test for spam filters: rejected" "550 5.7.1 *" nowhere
    show 5-forged "Forged X-Spam-* fields: replaced by ours" "250 *" "mail/bob/new/*" X-Spam-Status "No, score=[!-]*"
    show 6-broken "A broken MIME structure, that two readers read differently: held" "250 *" "quarantine, *"
    show 7-infected "EICAR, the test for virus scanners, in a zip: rejected, a copy held" "550 5.7.1 *" "quarantine, *"
    show 8-encrypted "An encrypted zip, which nobody can look into: delivered, tagged" "250 *" "mail/bob/new/*" \
        Subject "?UNCHECKED? *"
    show 9-two "A spammy letter to bob, who has it tagged, and to carol, who has it held" "250 *" "mail/bob/new/*" \
        X-Spam-Flag YES
    show_two
    show_release
    echo
    echo "tamisd's log:"
    grep ' id=\|^id=' "$td_log" | sed 's/^/   /'
    why=$(td_healthy) || { echo "   $why"; failed=$((failed + 1)); }
}

say_how() {
    remember
    cat <<END

Left running. To talk to it:
   SMTP                 127.0.0.1:$pf_port, for bob, carol and dave@example.net
   delivered mail       $pf_dir/mail/
   tamisd's log         $td_log
   its state            build/tamis status -c $td_conf
   scan a file          build/tamis scan -c $td_conf FILE
   queue, held mail     LD_LIBRARY_PATH=$LD_LIBRARY_PATH $pf_root/usr/sbin/postqueue -c $pf_dir/etc -p
   configuration        $td_conf, then kill -HUP $td_pid
To stop and remove it: sh contrib/quickstart.sh --stop
END
}

keep=no
case $1 in
'') ;;
--keep) keep=yes ;;
--stop) stop_kept && exit 0 ;;
*) sed -n '2,7s/^# //p' "$0" && exit 2 ;;
esac
[ "$(id -u)" = 0 ] || die "Postfix can only be run by root; sh contrib/quickstart.sh as root"

finish() {
    pf_cleanup
    td_cleanup
}
trap 'exit 1' INT TERM HUP
install_packages || die "packages could not be installed"
build || die "the build failed"
stop_kept
trap finish EXIT
start_both || die "it did not start"
say "sending nine mails"
six_names_all="$six_names_all $six_names_more"
six_dir=$dir
six_send || die "mail was not delivered"
show_all
echo
if [ $failed != 0 ]; then
    echo "$failed of these did not go as they should."
    exit 1
fi
echo "All as expected."
[ $keep = no ] || { say_how && trap - EXIT; }
exit 0
