# postfix.sh - a private Postfix: sourced by the quickstart, the end-to-end test and the soak
# Nothing of it touches the system's mail: the package is unpacked, not installed; configuration, queue, data,
# mailboxes and log are in one directory; the only port is on loopback. Needs root, as Postfix does.
#
#   pf_fetch CACHE          unpack Postfix below CACHE, once; sets pf_root
#   pf_setup DIR MILTER     make DIR (etc, queue, data, mail, maillog); MILTER as in smtpd_milters, or empty
#   pf_start, pf_stop       sets pf_port; pf_wanted_port, when set before pf_setup, is taken
#   pf_run COMMAND ARG...   postqueue, postcat, postsuper, ... of this Postfix
#   pf_queued               how many messages are in its queue
#   pf_held ID              a held message, as a mail; false when there is none
#   pf_cleanup              stop, and remove what pf_setup made outside of DIR (accounts)
# Mail to bob, carol and dave@example.net lands in DIR/mail/USER/new/. XCLIENT is allowed from loopback.

pf_account=_tamispf
pf_group=_tamispd
pf_made_user=
pf_made_group=
pf_pid=

# Shared libraries come from their packages: libraries start nothing.
pf_libraries() {
    pf_missing=
    for pf_pair in libdb-5.3.so:libdb5.3 libicuuc.so.72:libicu72 libnsl.so.2:libnsl2 libsasl2.so.2:libsasl2-2 \
        libssl.so.3:libssl3; do
        ldconfig -p | grep -q "${pf_pair%%:*} " || pf_missing="$pf_missing ${pf_pair##*:}"
    done
    [ -z "$pf_missing" ] || DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $pf_missing
}

pf_fetch() {
    pf_root=$1/postfix
    if [ ! -x "$pf_root/usr/lib/postfix/sbin/master" ]; then
        rm -rf "$pf_root" "$1/deb"
        mkdir -p "$1/deb" || return 1
        pf_libraries >&2 || return 1
        # as another user apt could not write here, and says so in a warning
        (cd "$1/deb" && apt-get download -q -o APT::Sandbox::User=root postfix) >&2 || return 1
        dpkg-deb -x "$1"/deb/postfix_*.deb "$pf_root.new" && mv "$pf_root.new" "$pf_root" || return 1
        rm -rf "$1/deb"
    fi
    LD_LIBRARY_PATH=$pf_root/usr/lib/postfix
    export LD_LIBRARY_PATH
    ! ldd "$pf_root/usr/lib/postfix/sbin/smtpd" "$pf_root/usr/lib/postfix/sbin/cleanup" | grep 'not found' >&2
}

# The postfix account where there is one; else one of our own, that pf_cleanup removes.
pf_accounts() {
    if getent passwd postfix >/dev/null; then
        pf_owner=postfix
    else
        pf_owner=$pf_account
        if ! getent passwd $pf_account >/dev/null; then
            useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin \
                $pf_account || return 1
            pf_made_user=$pf_account
        fi
    fi
    if getent group postdrop >/dev/null; then
        pf_setgid=postdrop
    else
        pf_setgid=$pf_group
        if ! getent group $pf_group >/dev/null; then
            groupadd --system $pf_group || return 1
            pf_made_group=$pf_group
        fi
    fi
}

pf_accounts_remove() {
    [ -z "$pf_made_user" ] || userdel "$pf_made_user" 2>/dev/null
    [ -z "$pf_made_group" ] || groupdel "$pf_made_group" 2>/dev/null
    pf_made_user=
    pf_made_group=
}

# A port that nobody listens on: chosen by chance, looked up in /proc/net/tcp.
pf_free_port() {
    while :; do
        pf_try=$(od -An -N2 -tu2 /dev/urandom | tr -d ' ')
        pf_try=$((20000 + pf_try % 12000))
        grep -qi ":$(printf %04X $pf_try) 00000000:0000 0A" /proc/net/tcp /proc/net/tcp6 2>/dev/null || break
    done
    echo $pf_try
}

pf_main_cf() {
    cat <<END
compatibility_level = 3.6
command_directory = $pf_root/usr/sbin
daemon_directory = $pf_root/usr/lib/postfix/sbin
shlib_directory = $pf_root/usr/lib/postfix
meta_directory = $pf_root/etc/postfix
queue_directory = $pf_dir/queue
data_directory = $pf_dir/data
maillog_file = $pf_dir/maillog
maillog_file_prefixes = $pf_dir
mail_owner = $pf_owner
setgid_group = $pf_setgid
default_privs = nobody
import_environment = MAIL_CONFIG TZ LANG=C LD_LIBRARY_PATH=$LD_LIBRARY_PATH
export_environment = TZ LANG=C LD_LIBRARY_PATH=$LD_LIBRARY_PATH

myhostname = mx.example.net
mydomain = example.net
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_peername_lookup = no
smtpd_authorized_xclient_hosts = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
alias_maps =
alias_database =
local_recipient_maps =
default_transport = error:this Postfix sends nothing anywhere

virtual_mailbox_domains = example.net
virtual_mailbox_base = $pf_dir/mail
virtual_mailbox_maps = texthash:$pf_dir/etc/mailboxes
virtual_uid_maps = static:$(id -u nobody)
virtual_gid_maps = static:$(id -g nobody)
virtual_minimum_uid = 1
virtual_mailbox_limit = 0
message_size_limit = 104857600

smtpd_milters = $pf_milter
milter_default_action = tempfail
milter_protocol = 6
smtpd_client_connection_count_limit = 0
smtpd_hard_error_limit = 10000
anvil_status_update_time = 3600s
minimal_backoff_time = 5s
maximal_backoff_time = 10s
queue_run_delay = 5s
END
}

pf_master_cf() {
    cat <<END
127.0.0.1:$pf_port inet n - n - 100 smtpd
pickup    unix  n - n 60 1 pickup
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 300 1 qmgr
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
trace     unix  - - n - 0 bounce
verify    unix  - - n - 1 verify
flush     unix  n - n 1000? 0 flush
proxymap  unix  - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp      unix  - - n - - smtp
relay     unix  - - n - - smtp
showq     unix  n - n - - showq
error     unix  - - n - - error
retry     unix  - - n - - error
discard   unix  - - n - - discard
virtual   unix  - n n - - virtual
anvil     unix  - - n - 1 anvil
scache    unix  - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
END
}

pf_setup() {
    pf_dir=$1
    pf_milter=$2
    pf_accounts || return 1
    pf_port=${pf_wanted_port:-$(pf_free_port)}
    mkdir -p "$pf_dir/etc" "$pf_dir/queue" "$pf_dir/data" "$pf_dir/mail" || return 1
    chmod 755 "$pf_dir" "$pf_dir/etc" "$pf_dir/queue"
    for pf_sub in active bounce corrupt defer deferred flush hold incoming private saved trace; do
        mkdir -p "$pf_dir/queue/$pf_sub" && chmod 700 "$pf_dir/queue/$pf_sub"
        chown "$pf_owner" "$pf_dir/queue/$pf_sub"
    done
    mkdir -p "$pf_dir/queue/maildrop" "$pf_dir/queue/public" "$pf_dir/queue/pid"
    chown "$pf_owner:$pf_setgid" "$pf_dir/queue/maildrop" "$pf_dir/queue/public"
    chmod 730 "$pf_dir/queue/maildrop"
    chmod 710 "$pf_dir/queue/public"
    chown "$pf_owner" "$pf_dir/data"
    chown nobody "$pf_dir/mail"
    pf_main_cf >"$pf_dir/etc/main.cf"
    pf_master_cf >"$pf_dir/etc/master.cf"
    for pf_user in bob carol dave; do
        echo "$pf_user@example.net $pf_user/"
    done >"$pf_dir/etc/mailboxes"
}

# master says by its exit code when it listens.
pf_start() {
    "$pf_root/usr/lib/postfix/sbin/master" -c "$pf_dir/etc" -w </dev/null || {
        echo "postfix did not start:" >&2
        cat "$pf_dir/maillog" >&2
        return 1
    }
    pf_pid=$(tr -d ' ' <"$pf_dir/queue/pid/master.pid")
}

pf_stop() {
    [ -n "$pf_pid" ] || return 0
    kill "$pf_pid" 2>/dev/null
    pf_i=0
    while kill -0 "$pf_pid" 2>/dev/null; do
        pf_i=$((pf_i + 1))
        [ $pf_i -lt 100 ] || kill -9 "$pf_pid" 2>/dev/null
        sleep 0.1
    done
    # its daemons notice that master is gone; none may stay
    pf_i=0
    while [ -n "$(pf_processes)" ] && [ $pf_i -lt 100 ]; do
        pf_i=$((pf_i + 1))
        [ $pf_i -lt 30 ] || kill $(pf_processes) 2>/dev/null
        sleep 0.1
    done
    pf_pid=
}

# Pids of processes that run out of our unpacked package.
pf_processes() {
    for pf_exe in /proc/[0-9]*/exe; do
        case $(readlink "$pf_exe" 2>/dev/null) in
        "$pf_root"/usr/lib/postfix/sbin/*) # of this instance, not of another
            pf_proc=${pf_exe%/exe}
            [ "$(readlink "$pf_proc/cwd" 2>/dev/null)" != "$pf_dir/queue" ] || echo "${pf_proc#/proc/}"
            ;;
        esac
    done
}

pf_run() {
    pf_command=$1
    shift
    "$pf_root/usr/sbin/$pf_command" -c "$pf_dir/etc" "$@"
}

# Messages in the given queues (all but hold when none is named).
pf_queued() {
    [ $# -gt 0 ] || set -- incoming active deferred maildrop
    pf_n=0
    for pf_q; do
        pf_n=$((pf_n + $(find "$pf_dir/queue/$pf_q" -type f | wc -l)))
    done
    echo $pf_n
}

# A held message's content; false when there is none.
pf_held() { # ID
    [ -f "$pf_dir/queue/hold/$1" ] && pf_run postcat -hb "$pf_dir/queue/hold/$1" 2>/dev/null
}

pf_cleanup() {
    pf_stop
    pf_accounts_remove
}
