#!/bin/sh
# postfix.sh - contrib/postfix-enable.sh and postfix-disable.sh, on the configuration of a private Postfix
# usage: TAMIS_BUILDDIR=... postfix.sh [-c CACHE]   Needs root (Postfix does) and, once, the package archive. Mail is
# not sent; what Postfix makes of the settings is asked of postconf and `postfix check'. The systemd units, too. Prints a line a case and
# `N passed, N failed, N skipped`.
TAMIS_SRCDIR=${TAMIS_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
TAMIS_BUILDDIR=${TAMIS_BUILDDIR:-$PWD}
export TAMIS_SRCDIR TAMIS_BUILDDIR
cache=$TAMIS_BUILDDIR/cache
[ "$1" != -c ] || cache=$2
. "$TAMIS_SRCDIR/tests/lib.sh"
. "$TAMIS_SRCDIR/tests/e2e/postfix.sh"
. "$TAMIS_SRCDIR/tests/e2e/checks.sh"
checks_of contrib

finish() {
    pf_cleanup
    td_cleanup
}
trap finish EXIT
trap 'exit 1' INT TERM HUP

if [ "$(id -u)" != 0 ]; then
    echo "skip contrib: Postfix can only be run by root"
    checks_end 1
    exit
fi
ours=unix:tamis/milter.sock
td_mkdir && dir=$td_made || exit 1
pf_fetch "$cache" && pf_setup "$dir/pf" "" || exit 1
# `postfix' that tells what it was asked, and fails at what is in $dir/fail from the second time on
mkdir "$dir/bin"
cat >"$dir/bin/postfix" <<END
#!/bin/sh
echo "\$3" >>'$dir/asked'
touch -t 202001010000 '$pf_dir/etc/main.cf' '$pf_dir/etc/master.cf' # a file just written is read a second later
if [ "\$(cat '$dir/fail' 2>/dev/null)" = "\$3" ] && [ "\$(grep -c "^\$3" '$dir/asked')" = "\${FAIL_AT:-2}" ]; then exit 1; fi
exec '$pf_root/usr/sbin/postfix' "\$@"
END
chmod +x "$dir/bin/postfix"
PATH=$dir/bin:$pf_root/usr/sbin:$PATH
export PATH
etc=$pf_dir/etc
grep -vE '^(smtpd_milters|milter_)' "$etc/main.cf" >"$etc/main.new" && mv "$etc/main.new" "$etc/main.cf"
cat >>"$etc/main.cf" <<'END'
# a comment,   with blanks
mynetworks_style =
    host
END
cp -r "$etc" "$dir/pristine"

fresh() { # LINE...: main.cf as at the start, and these
    rm -rf "$etc" "$dir/asked" "$dir/fail" && cp -r "$dir/pristine" "$etc" || return 1
    for line; do
        sed -i "/^${line%% *} =/d" "$etc/main.cf"
        echo "$line" >>"$etc/main.cf"
    done
    age
    cp "$etc/main.cf" "$dir/main.was" && cp "$etc/master.cf" "$dir/master.was"
}

enable() {
    sh "$TAMIS_SRCDIR/contrib/postfix-enable.sh" --config "$etc" --force "$@" >"$dir/out" 2>&1 </dev/null || { cat "$dir/out" && return 1; }
    age
}

disable() {
    sh "$TAMIS_SRCDIR/contrib/postfix-disable.sh" --config "$etc" "$@" >"$dir/out" 2>&1 </dev/null || { cat "$dir/out" && return 1; }
    age
}

age() {
    touch -t 202001010000 "$etc"/*.cf
}

refuses() { # COMMAND...
    if "$@"; then cat "$dir/out" && return 1; fi
}

is() { # NAME VALUE, as Postfix understands it
    like "$(postconf -c "$etc" -xh "$1" 2>&1)" "$2"
}

says() {
    grep -q -e "$1" "$dir/out" || { cat "$dir/out" && return 1; }
}

as_before() {
    diff "$dir/main.was" "$etc/main.cf" && diff "$dir/master.was" "$etc/master.cf"
}

# ---- in and out

fresh
check "without a terminal, nothing is done" refuses enable
check "and it says what to write" says "--yes"
check "and both files are as before" as_before
check "enable" enable --yes
check "the change is shown" says "^+smtpd_milters = $ours"
check "Postfix likes it" "$pf_root/usr/sbin/postfix" -c "$etc" check
check "smtpd's milters" is smtpd_milters "$ours"
check "cleanup's milters" is non_smtpd_milters "$ours"
check "milter_default_action" is milter_default_action tempfail
check "milter_protocol" is milter_protocol 6
check "a dated copy is kept" sh -c "cmp '$dir/main.was' '$etc'/tamis/2*/main.cf"
cp "$etc/main.cf" "$dir/main.enabled"
check "a second time" enable --yes
check "it says: already" says already
check "and changes nothing" cmp "$dir/main.enabled" "$etc/main.cf"
check "disable without a terminal" refuses disable
check "disable" disable --yes
check "both files are as before" as_before
check "disable a second time" disable --yes
check "it says: not enabled" says "not enabled"

# ---- delivery

fresh "mailbox_transport = error:other" "mydestination = localhost"
check "enable with delivery by LMTP" enable --yes --deliver lmtp --deliver virtual
check "mailbox_transport" is mailbox_transport tamis:unix:tamis/lmtp.sock
check "virtual_transport" is virtual_transport tamis:unix:tamis/lmtp.sock
check "the service leaves long lines alone" like "$(postconf -c "$etc" -Ph tamis/unix/lmtp_line_length_limit)" 0
check "other services are as before" sh -c "grep -v -e tamis -e lmtp_line '$etc/master.cf' | diff '$dir/master.was' -"
check "what was there is named" says "error:other"
check "with delivery a second time" enable --yes --deliver lmtp --deliver virtual
check "with delivery, it says: already" says already
check "disable takes delivery out" disable --yes
check "delivery: both files are as before" as_before

fresh "mydestination = localhost"
check "enable with mailbox_command" enable --yes --deliver mailbox_command
check "mailbox_command" grep -qxF 'mailbox_command = /usr/sbin/tamis-deliver -f "$SENDER" -a "$EXTENSION" -- "$USER"' "$etc/main.cf"
check "mailbox_command: disable" disable --yes
check "mailbox_command: both files are as before" as_before
check "LMTP and mailbox_command exclude each other" refuses enable --yes --deliver lmtp --deliver mailbox_command

check "milter first" enable --yes
check "and delivery later" enable --yes --deliver virtual
check "disable takes out both" disable --yes
check "both: files are as before" as_before
enable --yes && sed -i 's/^myhostname = .*/myhostname = mx3.example.net/' "$etc/main.cf" && enable --yes --deliver virtual
check "two enablings, and a change between: disable" disable --yes
sed -i 's/^myhostname = .*/myhostname = mx3.example.net/' "$dir/main.was"
check "the change between is kept" as_before

# ---- other milters

fresh "smtpd_milters = inet:127.0.0.1:8891" 'non_smtpd_milters = $smtpd_milters' "milter_default_action = accept"
check "enable beside a milter" enable --yes
item="{ $ours, default_action=tempfail, protocol=6 }"
check "the other comes first" is smtpd_milters "inet:127.0.0.1:8891, $item"
check "a reference brings ours once" is non_smtpd_milters "inet:127.0.0.1:8891, $item"
check "the other's default action stays" is milter_default_action accept
check "beside a milter, a second time" enable --yes
check "beside a milter, it says: already" says already
check "disable beside a milter" disable --yes
check "beside a milter: files are as before" as_before

# ---- what the admin changed since

fresh "smtpd_milters = inet:127.0.0.1:8891"
enable --yes --deliver virtual
postconf -c "$etc" -e "smtpd_milters=$(postconf -c "$etc" -h smtpd_milters), inet:127.0.0.1:8892" "virtual_transport=virtual" \
    "myhostname=mx2.example.net"
echo "other unix - - n - - smtp" >>"$etc/master.cf"
check "disable after changes" disable --yes
check "a milter added since is kept" is smtpd_milters "inet:127.0.0.1:8891, inet:127.0.0.1:8892"
check "ours is out of cleanup's milters" is non_smtpd_milters ""
check "a transport set since is kept" is virtual_transport virtual
check "and named" says "virtual_transport was changed since"
check "a name set since is kept" is myhostname mx2.example.net
check "a service added since is kept" grep -q '^other unix' "$etc/master.cf"
check "our service is out" sh -c "! grep -q tamis '$etc/master.cf'"

# ---- checks that fail

fresh
echo check >"$dir/fail"
check "postfix check fails after the change" refuses enable --yes --deliver virtual
check "it says so" says "does not like"
check "rolled back: files are as before" as_before
check "rolled back: nothing is left enabled" sh -c "! ls '$etc/tamis/state' 2>/dev/null"
fresh
echo "mail_owner = nosuchuser" >>"$etc/main.cf"
check "a Postfix that is broken already" refuses enable --yes
check "is left alone" says "already fails"

# ---- overrides, chroot, sockets

fresh
sed -i 's/smtpd$/smtpd -o smtpd_milters=/' "$etc/master.cf"
check "enable with an override in master.cf" enable --yes
check "the override is named" says "overrides: .*smtpd_milters"
fresh
sed -i 's/^\(127.*inet n - \)n/\1y/' "$etc/master.cf"
check "a socket that a chrooted smtpd cannot see" refuses enable --yes --milter unix:/run/tamis/milter.sock
check "one below the queue directory" enable --yes --milter "unix:$pf_dir/queue/tamis/milter.sock"
check "is written from there" is smtpd_milters "$ours"
fresh
check "no socket there: refused" refuses sh "$TAMIS_SRCDIR/contrib/postfix-enable.sh" --yes --config "$etc"
check "no socket: both files are as before" as_before

# ---- a Postfix that runs

pf_start || exit 1
check "enable while Postfix runs" enable --yes
check "it is reloaded" eventually grep -q 'reload' "$pf_dir/maillog"
rm -f "$dir/asked" && echo reload >"$dir/fail"
FAIL_AT=1 && export FAIL_AT
check "a reload that fails" refuses disable --yes
check "disable is rolled back" is smtpd_milters "$ours"
rm -f "$dir/fail"
check "disable while Postfix runs" disable --yes
check "Postfix ran: both files are as before" as_before
for script in enable disable; do
    check "postfix-$script.sh --help has examples" sh -c "sh '$TAMIS_SRCDIR/contrib/postfix-$script.sh' --help | grep -q '^examples: '"
done

# ---- units: our programs need not be installed for it

unit_is_good() { # NAME
    mkdir -p "$dir/units" && sed 's,@sbindir@/[^ ]*,/bin/true,' "$TAMIS_SRCDIR/contrib/systemd/$1" >"$dir/units/$1" || return 1
    said=$(env -u LD_LIBRARY_PATH systemd-analyze verify --man=no "$dir/units/$1" 2>&1) && [ -z "$said" ] || { echo "$said" && return 1; }
}

skipped=0
for unit in tamisd.service tamis-deliver.service; do
    if command -v systemd-analyze >/dev/null; then
        check "$unit is understood" unit_is_good $unit
    else
        echo "skip contrib: $unit: no systemd-analyze here" && skipped=$((skipped + 1))
    fi
done
checks_end $skipped
