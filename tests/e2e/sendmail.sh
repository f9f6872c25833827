# sendmail.sh - a private Sendmail: sourced by end-to-end tests, the counterpart of postfix.sh
# Nothing of it touches the system's mail: the packages are unpacked, not installed (installed, they would push
# Postfix out); configuration, queue, mailboxes and log are in one directory; the only port is on loopback, and
# no name is looked up in DNS. Needs root, as Sendmail does.
#
#   sm_fetch CACHE          unpack Sendmail below CACHE, once; sets sm_root
#   sm_setup DIR MILTER     make DIR (etc, queue, mail, maillog); MILTER as in milter_listen, or empty
#   sm_start, sm_stop       sets sm_port; sm_wanted_port, when set before sm_setup, is taken
#   sm_run ARG...           sendmail(8) of this Sendmail: -bp -qQ, -qf, -bt, ...
#   sm_queued               how many messages are in its queue, held ones apart
#   sm_held ID              a message that its quarantine holds, as a mail; false when there is none
#   sm_cleanup              stop
# Mail to bob, carol and dave@example.net is for the accounts games, news and uucp (every Debian has them, and
# F=w asks for an account), by aliases. The mailer is SM_MAILER, called as `SM_MAILER -f SENDER -- USER` as root;
# when that is not set, a script that puts what it reads into DIR/mail/USER/new/.
. "$TAMIS_SRCDIR/tests/e2e/postfix.sh" # for pf_free_port

sm_pid=

# Shared libraries come from their packages: libraries start nothing.
sm_libraries() {
    sm_missing=
    for sm_pair in libdb-5.3.so:libdb5.3 libldap-2.5.so.0:libldap-2.5-0 libnsl.so.2:libnsl2 libsasl2.so.2:libsasl2-2 \
        libssl.so.3:libssl3 libwrap.so.0:libwrap0; do
        ldconfig -p | grep -q "${sm_pair%%:*} " || sm_missing="$sm_missing ${sm_pair##*:}"
    done
    # shellcheck disable=SC2086
    [ -z "$sm_missing" ] || DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $sm_missing
}

sm_fetch() {
    sm_root=$1/sendmail
    sm_program=$sm_root/usr/libexec/sendmail/sendmail
    if [ ! -x "$sm_program" ]; then
        rm -rf "$sm_root" "$sm_root.new" "$1/deb"
        mkdir -p "$1/deb" || return 1
        sm_libraries >&2 || return 1
        (cd "$1/deb" && apt-get download -q -o APT::Sandbox::User=root sendmail-bin sendmail-cf) >&2 || return 1
        for sm_deb in "$1"/deb/sendmail-*.deb; do
            dpkg-deb -x "$sm_deb" "$sm_root.new" || return 1
        done
        mv "$sm_root.new" "$sm_root" && rm -rf "$1/deb" || return 1
    fi
    # set-gid it would not take LD_PRELOAD; root needs no such bit
    chmod g-s "$sm_program" || return 1
    ! ldd "$sm_program" | grep 'not found' >&2
}

# As Debian's sendmail.mc, but for paths, DNS, and what depends on the load of the machine.
sm_mc() {
    cat <<END
include(\`$sm_root/usr/share/sendmail/cf/debian/autoconf.m4')dnl
define(\`MAIL_SETTINGS_DIR', \`$sm_dir/etc/')dnl
OSTYPE(\`debian')dnl
define(\`confDOMAIN_NAME', \`mx.example.net')dnl
define(\`confDONT_PROBE_INTERFACES', \`True')dnl
define(\`confSERVICE_SWITCH_FILE', \`$sm_dir/etc/service.switch')dnl
define(\`ALIAS_FILE', \`$sm_dir/etc/aliases')dnl
define(\`QUEUE_DIR', \`$sm_dir/queue')dnl
define(\`confPID_FILE', \`$sm_dir/pid')dnl
define(\`STATUS_FILE', \`$sm_dir/statistics')dnl
define(\`HELP_FILE', \`$sm_dir/etc/helpfile')dnl
define(\`confHOST_STATUS_DIRECTORY', \`')dnl
define(\`confDEAD_LETTER_DROP', \`$sm_dir/dead.letter')dnl
define(\`confCONTROL_SOCKET_NAME', \`')dnl
define(\`confDONT_BLAME_SENDMAIL', \`TrustStickyBit')dnl
define(\`confTO_IDENT', \`0')dnl
define(\`confQUEUE_LA', \`1000')dnl
define(\`confREFUSE_LA', \`1000')dnl
define(\`confMILTER_LOG_LEVEL', \`14')dnl
FEATURE(\`nocanonify')dnl
FEATURE(\`accept_unresolvable_domains')dnl
FEATURE(\`use_cw_file')dnl
FEATURE(\`no_default_msa')dnl
DAEMON_OPTIONS(\`Family=inet, Name=MTA-v4, Port=$sm_port, Addr=127.0.0.1')dnl
define(\`LOCAL_MAILER_PATH', \`$sm_mailer')dnl
define(\`LOCAL_MAILER_ARGS', \`${sm_mailer##*/} -f \$g -- \$u')dnl
END
    [ -z "$sm_milter" ] || echo "INPUT_MAIL_FILTER(\`tamis', \`S=local:${sm_milter#unix:}, F=T, T=C:30s;S:60s;R:5m;E:10m')dnl"
    # as contrib/recipes/sendmail.md has it for tamis-deliver: no decoding on the way
    echo "MODIFY_MAILER_FLAGS(\`LOCAL', \`-9')dnl"
    echo "MAILER(\`local')dnl"
    echo "MAILER(\`smtp')dnl"
}

sm_store() {
    cat <<END
#!/bin/sh
# -f SENDER -- USER
mkdir -p '$sm_dir/mail'/"\$4/new" '$sm_dir/mail'/"\$4/tmp" || exit 75
file=\$(mktemp '$sm_dir/mail'/"\$4/tmp/XXXXXXXX") || exit 75
cat >"\$file" || exit 75
echo "\$*" >>'$sm_dir/calls'
mv "\$file" '$sm_dir/mail'/"\$4/new/"
END
}

sm_setup() {
    sm_dir=$1
    sm_milter=$2
    sm_port=${sm_wanted_port:-$(pf_free_port)}
    mkdir -p "$sm_dir/etc" "$sm_dir/queue" "$sm_dir/mail" || return 1
    chmod 755 "$sm_dir" "$sm_dir/etc" && chmod 700 "$sm_dir/queue" || return 1
    ${CC:-cc} -shared -fPIC -O1 -Wall -o "$sm_dir/around.so" "$TAMIS_SRCDIR/tests/e2e/sendmail-around.c" || return 1
    sm_mailer=${SM_MAILER:-$sm_dir/store}
    sm_store >"$sm_dir/store" && chmod 755 "$sm_dir/store" || return 1
    printf 'bob: games\ncarol: news\ndave: uucp\n' >"$sm_dir/etc/aliases"
    echo example.net >"$sm_dir/etc/local-host-names"
    printf 'passwd\tfiles\nhosts\tfiles\naliases\tfiles\n' >"$sm_dir/etc/service.switch"
    : >"$sm_dir/etc/trusted-users"
    : >"$sm_dir/statistics"
    sm_mc >"$sm_dir/etc/sendmail.mc"
    sm_cf=$sm_root/usr/share/sendmail/cf
    m4 -D_CF_DIR_="$sm_cf/" "$sm_cf/m4/cf.m4" "$sm_dir/etc/sendmail.mc" >"$sm_dir/etc/sendmail.cf" || return 1
    sm_run -bi >"$sm_dir/newaliases.out" 2>&1 || { cat "$sm_dir/newaliases.out" >&2 && return 1; }
}

sm_run() {
    SM_LOG=$sm_dir/maillog LD_PRELOAD=$sm_dir/around.so "$sm_program" -C "$sm_dir/etc/sendmail.cf" "$@"
}

sm_start() {
    SM_LOG=$sm_dir/maillog LD_PRELOAD=$sm_dir/around.so "$sm_program" -C "$sm_dir/etc/sendmail.cf" -bD -q1m </dev/null >"$sm_dir/out" 2>&1 &
    sm_pid=$!
    sm_i=0
    until grep -qi "0100007F:$(printf %04X "$sm_port") 00000000:0000 0A" /proc/net/tcp; do
        sm_i=$((sm_i + 1))
        [ $sm_i -lt 100 ] && kill -0 "$sm_pid" 2>/dev/null || {
            echo "sendmail did not start:" >&2
            cat "$sm_dir/out" "$sm_dir/maillog" >&2
            return 1
        }
        sleep 0.1
    done
}

sm_stop() {
    [ -n "$sm_pid" ] || return 0
    kill "$sm_pid" 2>/dev/null
    wait "$sm_pid" 2>/dev/null
    # those who talk to a client or deliver go on for a while
    sm_i=0
    while [ -n "$(sm_processes)" ] && [ $sm_i -lt 100 ]; do
        sm_i=$((sm_i + 1))
        # shellcheck disable=SC2046
        [ $sm_i -lt 30 ] || kill $(sm_processes) 2>/dev/null
        sleep 0.1
    done
    sm_pid=
}

# Pids of this instance: its processes are in its queue.
sm_processes() {
    for sm_exe in /proc/[0-9]*/exe; do
        [ "$(readlink "$sm_exe" 2>/dev/null)" = "$sm_program" ] || continue
        sm_proc=${sm_exe%/exe}
        [ "$(readlink "$sm_proc/cwd" 2>/dev/null)" != "$sm_dir/queue" ] || echo "${sm_proc#/proc/}"
    done
}

# A message has its data in df*; a control file hf* says that it is held.
sm_queued() {
    sm_n=0
    for sm_file in "$sm_dir"/queue/df*; do
        [ ! -e "$sm_file" ] || [ -e "$sm_dir/queue/hf${sm_file##*/df}" ] || sm_n=$((sm_n + 1))
    done
    echo $sm_n
}

# Fields are H lines in the control file, `H?FLAGS?Name: value`, continued by lines that begin with a blank.
sm_held() {
    [ -f "$sm_dir/queue/hf$1" ] || return 1
    awk '/^H/ { sub(/^H(\?[^?]*\?)*/, ""); print; on = 1; next } /^[ \t]/ { if (on) print; next } { on = 0 }' \
        "$sm_dir/queue/hf$1"
    echo
    cat "$sm_dir/queue/df$1"
}

sm_cleanup() {
    sm_stop
}
