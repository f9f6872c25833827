#!/bin/sh
# table.sh - what a real Postfix does with mail whose delivery agent meets a fault: Tamis beside others
# usage: TAMIS_BUILDDIR=... table.sh [-c CACHE]   Needs root (and mount for the full disk) and the package archive.
# Each agent is run by pipe(8) as nobody, from its unpacked package. A row a fault, a column an agent: what became
# of the mail in Postfix (sent, deferred, bounced, with its code), and how many whole and cut copies lie in the
# mailbox. Lost: sent or bounced without a whole copy. Exit 1 when that is so, or a copy is cut, for Tamis.
TAMIS_SRCDIR=${TAMIS_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
TAMIS_BUILDDIR=${TAMIS_BUILDDIR:-$PWD}
export TAMIS_SRCDIR TAMIS_BUILDDIR
cache=$TAMIS_BUILDDIR/cache
[ "$1" != -c ] || cache=$2
. "$TAMIS_SRCDIR/tests/lib.sh"
. "$TAMIS_SRCDIR/tests/e2e/postfix.sh"
. "$TAMIS_SRCDIR/tests/e2e/dovecot.sh"
agents="tamis dovecot maildrop procmail fdm"
faults="none full killed locked missing symlink owner"
dir=
finish() {
    [ -z "$dir" ] || umount "$dir"/home/*/ 2>/dev/null
    pf_cleanup
    td_cleanup
}
trap finish EXIT
trap 'exit 1' INT TERM HUP

fetch_others() {
    md_root=$cache/mda
    [ -d "$md_root" ] || {
        mkdir -p "$cache/deb" && (cd "$cache/deb" && apt-get download -q -o APT::Sandbox::User=root maildrop procmail fdm \
            libcourier-unicode4 courier-authlib libtdb1 libgdbm6 libltdl7 libpcre3) >&2 || return 1
        for deb in "$cache"/deb/*.deb; do dpkg-deb -x "$deb" "$md_root.new" || return 1; done
        chmod u-s,g-s "$md_root.new"/usr/bin/* && mv "$md_root.new" "$md_root" && rm -rf "$cache/deb"
    }
    lib=$md_root/usr/lib/$(uname -m)-linux-gnu
    md_libs=$lib:$md_root/usr/lib
}

# A script an agent: AGENT HOME, the message on standard input. In $dir/mbox there is "yes" when it is for an mbox.
write_agents() {
    mkdir "$dir/agents" && cp "$dir/fault.so" "$TAMIS_BUILDDIR/tamis-deliver" "$dir/agents/" || return 1
    cat >"$dir/agents/run" <<END
#!/bin/sh
agent=\$1
HOME=$dir/home/\$agent USER=nobody LOGNAME=nobody
export HOME USER LOGNAME
box=\$HOME/Maildir/ mail=maildir:\$HOME/Maildir
[ ! -f $dir/mbox ] || box=\$HOME/mbox mail=mbox:\$HOME/mail:INBOX=\$HOME/mbox
preload=
if [ -f $dir/fault ]; then
    preload=$dir/agents/fault.so
    . $dir/fault
fi
case \$agent in
tamis)
    LD_PRELOAD=\$preload exec $dir/agents/tamis-deliver -c $dir/tamis.conf --set "deliver_mailbox=\$mail" -f s@example.org -- tamis@example.net
    ;;
dovecot)
    LD_PRELOAD=\$preload LD_LIBRARY_PATH=$dv_libs exec $dv_root/usr/bin/doveconf -f service=lda -c $dir/lda.conf -m lda \
        -e $dv_root/usr/lib/dovecot/dovecot-lda -c $dir/lda.conf -f s@example.org -o "mail_location=\$mail"
    ;;
maildrop)
    printf 'to "%s"\n' "\${box%/}" >$dir/filter/maildrop && chmod 600 $dir/filter/maildrop
    LD_PRELOAD=\$preload LD_LIBRARY_PATH=$md_libs exec $md_root/usr/bin/maildrop $dir/filter/maildrop
    ;;
procmail)
    printf 'LOCKSLEEP=1\nLOCKTIMEOUT=1000\nDEFAULT=%s\nORGMAIL=%s\n' "\$box" "\$box" >$dir/filter/procmail
    LD_PRELOAD=\$preload exec $md_root/usr/bin/procmail -p $dir/filter/procmail
    ;;
fdm)
    kind=maildir
    [ ! -f $dir/mbox ] || kind=mbox
    printf 'set lock-types dotlock fcntl\naccount "stdin" stdin\naction "keep" %s "%s"\nmatch all action "keep"\n' \$kind "\${box%/}" >$dir/filter/fdm
    LD_PRELOAD=\$preload LD_LIBRARY_PATH=$md_libs exec $md_root/usr/bin/fdm -f $dir/filter/fdm -m -a stdin fetch
    ;;
esac
END
    chmod 755 "$dir/agents/run" && mkdir "$dir/filter" && chown nobody "$dir/filter"
}

setup() {
    td_mkdir && dir=$td_made && pf_fetch "$cache" && pf_accounts && dv_fetch "$cache" && fetch_others || return 1
    ${CC:-cc} -shared -fPIC -O1 -o "$dir/fault.so" "$TAMIS_SRCDIR/tests/delivery/fault.c" || return 1
    uid=$(id -u nobody) gid=$(id -g nobody)
    echo "tamis@example.net uid=$uid gid=$gid home=$dir/home/tamis" >"$dir/users"
    printf 'log = %s\nstate_directory = %s\ndeliver_users = text:%s\ndeliver_lock_timeout = 3s\n' "$dir/log" "$dir" "$dir/users" >"$dir/tamis.conf"
    : >"$dir/log" && chmod 666 "$dir/log"
    mkdir -p ${dv_modules%/*} && ln -sfn "$dv_root/usr/lib/dovecot/modules" $dv_modules
    cat >"$dir/lda.conf" <<END
base_dir = $dir/none
mail_plugin_dir = $dv_root/usr/lib/dovecot/modules
import_environment = TZ LD_LIBRARY_PATH
log_path = $dir/lda.log
default_internal_user = nobody
default_internal_group = nogroup
first_valid_uid = 1
first_valid_gid = 1
postmaster_address = postmaster@example.net
hostname = mx.example.net
mbox_write_locks = dotlock fcntl
mbox_lock_timeout = 3 secs
mbox_dotlock_change_timeout = 1000 secs
END
    : >"$dir/lda.log" && chmod 666 "$dir/lda.log"
    write_agents || return 1
    pf_setup "$dir/pf" "" || return 1
    echo "transport_maps = texthash:$dir/pf/etc/transport" >>"$dir/pf/etc/main.cf"
    for agent in $agents; do
        echo "$agent@example.net $agent:" >>"$dir/pf/etc/transport"
        echo "$agent@example.net $agent/" >>"$dir/pf/etc/mailboxes"
        echo "$agent unix - n n - 1 pipe flags=Rhu user=nobody null_sender= argv=$dir/agents/run $agent" >>"$dir/pf/etc/master.cf"
    done
    pf_start
}

message() { # NUMBER
    printf 'From: a@example.org\nTo: b@example.net\nSubject: number %s\n\n' "$1"
    awk 'BEGIN { for (i = 0; i < 2000; i++) printf "line %d of a message that is longer than the small disk is\n", i; print "the end of it" }'
}

# The mailbox of an agent as the fault wants it.
prepare() { # AGENT FAULT
    home=$dir/home/$1
    umount "$home" 2>/dev/null
    rm -rf "$home" "$dir/fault" "$dir/mbox" "$dir/state" "$dir/calls" && mkdir -p "$home" || return 1
    [ "$2" != full ] || mount -t tmpfs -o size=64k,mode=755 none "$home" 2>/dev/null || return 1
    mkdir -p "$home/Maildir/new" "$home/Maildir/cur" "$home/Maildir/tmp"
    case $2 in
    killed)
        printf 'FAULT_STATE=%s FAULT_AT=%s FAULT_HOW=KILL FAULT_LOG=%s\nexport FAULT_STATE FAULT_AT FAULT_HOW FAULT_LOG\n' \
            "$dir/state" "${kill_at:-0}" "$dir/calls" >"$dir/fault"
        : >"$dir/calls" && head -c 16 /dev/zero >"$dir/state" && chmod 666 "$dir/state" "$dir/calls"
        ;;
    locked) touch "$dir/mbox" && rm -r "$home/Maildir" && printf 'From x Thu Jan  1 00:00:00 1970\n\nx\n\n' >"$home/mbox" && echo 1 >"$home/mbox.lock" ;;
    missing) rmdir "$home/Maildir/new" "$home/Maildir/tmp" ;;
    symlink) mv "$home/Maildir" "$home/elsewhere" && ln -s elsewhere "$home/Maildir" ;;
    esac
    chown -Rh nobody "$home"
    [ "$2" != owner ] || { chown 1:1 "$home/Maildir/new" && chmod 755 "$home/Maildir/new"; }
}

# Sends one, waits for what Postfix says of it: "sent 2.0.0".
send_one() { # AGENT
    number=$((number + 1)) # seen in this shell only
    message $number >"$dir/mail.eml"
    lines=$(cat "$dir/pf/maillog" 2>/dev/null | wc -l)
    "$TAMIS_BUILDDIR/tests/e2e/smtpsend" --server 127.0.0.1:$pf_port --to "$1@example.net" "$dir/mail.eml" >/dev/null 2>&1
    i=0
    until said=$(tail -n +$((lines + 1)) "$dir/pf/maillog" | grep "pipe\[.*to=<$1@example.net>" | head -n 1) && [ -n "$said" ]; do
        i=$((i + 1))
        [ $i -lt 200 ] || break
        sleep 0.1
    done
    echo "$said" | sed -n 's/.*dsn=\([^,]*\), status=\([a-z]*\).*/\2 \1/p' | grep . || echo "silence"
}

copies() { # AGENT: whole and cut
    whole=0 cut=0
    for file in $(find "$dir/home/$1" -type f \( -path '*/new/*' -o -path '*/cur/*' -o -name mbox -o -name 'mbox[.:]*' \) ! -name '*.lock'); do
        grep -q "^Subject: number $number\$" "$file" || continue
        if grep -q "^the end of it" "$file"; then whole=$((whole + 1)); else cut=$((cut + 1)); fi
    done
}

if [ "$(id -u)" != 0 ]; then
    echo "skip: Postfix needs root"
    exit 0
fi
setup || exit 1
number=0 bad=0
printf '%-9s' fault
for agent in $agents; do printf ' %-34s' "$agent"; done
echo
# Nothing of one row may come again in the next.
fresh_postfix() {
    pf_stop
    pkill -9 -f "^$dir/agents/|$dir/filter/|$dir/lda.conf" 2>/dev/null
    find "$dir/pf/queue" -type f \( -path '*/active/*' -o -path '*/deferred/*' -o -path '*/defer/*' -o -path '*/incoming/*' \) -delete
    pf_start
}

for fault in $faults; do
    fresh_postfix || exit 1
    printf '%-9s' "$fault"
    for agent in $agents; do
        kill_at=0
        if [ "$fault" = killed ]; then # once to count: killed before the last write of the message
            prepare "$agent" killed && send_one "$agent" >/dev/null && fresh_postfix
            kill_at=$(grep -nE ' (write|writev|pwrite) .*Maildir/(tmp|new)/' "$dir/calls" | tail -n 1 | cut -d : -f 1)
        fi
        if ! prepare "$agent" "$fault"; then
            printf ' %-34s' "cannot be had here"
            continue
        fi
        said=$(send_one "$agent")
        number=$((number + 1)) # send_one counted in a shell of its own
        copies "$agent"
        verdict=
        case $said in
        sent*) [ $whole -ge 1 ] || verdict=" LOST" ;;
        bounced*) verdict=" LOST" ;;
        esac
        [ $cut = 0 ] || verdict="$verdict CUT"
        [ "$agent" != tamis ] || [ -z "$verdict" ] || bad=1
        printf ' %-34s' "$said, whole $whole, cut $cut$verdict"
        rm -f "$dir/fault" "$dir/home/$agent/mbox.lock"
    done
    echo
done
rm -rf ${dv_modules%/*}
exit $bad
