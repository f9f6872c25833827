# dovecot.sh - a private Dovecot: sourced by tests of the delivery agent
# Unpacked, not installed; all its files in one directory; IMAP and LMTP by unix sockets. Needs root.
#   dv_fetch CACHE      unpack it below CACHE, once; sets dv_root
#   dv_start DIR        users of DIR/passwd (passwd-file format, password "secret"), mail in ~/Maildir; sets
#                       dv_imap, dv_lmtp (paths of sockets)
#   dv_stop
dv_pid=

# Where its modules lie is compiled in: another name of the same length, which dv_start makes a link of.
dv_modules=/run/tamis-dovecot/modul
dv_repath() {
    python3 - "$1/usr" $dv_modules <<'END'
import os, sys
old, new = b"/usr/lib/dovecot/modules", sys.argv[2].encode()
assert len(old) == len(new)
for top, _, files in os.walk(sys.argv[1]):
    for path in (os.path.join(top, name) for name in files):
        if not os.path.islink(path):
            text = open(path, "rb").read()
            if old in text:
                open(path, "r+b").write(text.replace(old, new))
END
}

dv_fetch() {
    dv_root=$1/dovecot
    if [ ! -x "$dv_root/usr/sbin/dovecot" ]; then
        rm -rf "$dv_root" "$dv_root.new" "$1/deb"
        mkdir -p "$1/deb" || return 1
        (cd "$1/deb" && apt-get download -q -o APT::Sandbox::User=root dovecot-core dovecot-imapd dovecot-lmtpd libexttextcat-2.0-0 \
            liblua5.3-0 libwrap0 libsodium23 libapparmor1 libstemmer0d libpam0g libcap2 libunwind8) >&2 || return 1
        for dv_deb in "$1"/deb/*.deb; do
            dpkg-deb -x "$dv_deb" "$dv_root.new" || return 1
        done
        dv_repath "$dv_root.new" && mv "$dv_root.new" "$dv_root" && rm -rf "$1/deb" || return 1
    fi
    dv_libs=$dv_root/usr/lib/dovecot:$dv_root/usr/lib/dovecot/modules:$dv_root/usr/lib/dovecot/modules/auth:$dv_root/usr/lib/dovecot/modules/old-stats:$dv_root/usr/lib/$(uname -m)-linux-gnu:$dv_root/lib/$(uname -m)-linux-gnu
    ! LD_LIBRARY_PATH=$dv_libs ldd "$dv_root/usr/sbin/dovecot" "$dv_root/usr/lib/dovecot/imap" "$dv_root/usr/lib/dovecot/lmtp" \
        "$dv_root/usr/lib/dovecot/auth" | grep 'not found' >&2
}

dv_conf() {
    cat <<END
base_dir = $dv_dir/run
state_dir = $dv_dir/state
libexec_dir = $dv_root/usr/lib/dovecot
mail_plugin_dir = $dv_root/usr/lib/dovecot/modules
import_environment = TZ LD_LIBRARY_PATH=$dv_libs
log_path = $dv_dir/log
info_log_path = $dv_dir/log
ssl = no
protocols = imap lmtp
listen = 127.0.0.1
default_internal_user = nobody
default_internal_group = nogroup
default_login_user = $dv_login
disable_plaintext_auth = no
first_valid_uid = 1
first_valid_gid = 1
auth_mechanisms = plain
mail_location = maildir:~/Maildir
lmtp_save_to_detail_mailbox = yes
lda_mailbox_autocreate = yes
mail_fsync = always
passdb {
  driver = passwd-file
  args = $dv_dir/passwd
}
userdb {
  driver = passwd-file
  args = $dv_dir/passwd
}
namespace inbox {
  inbox = yes
  mailbox Junk {
    special_use = \\Junk
  }
}
service imap-login {
  chroot =
  inet_listener imap {
    port = 0
  }
  inet_listener imaps {
    port = 0
  }
  unix_listener $dv_dir/imap.sock {
    mode = 0666
  }
}
service lmtp {
  client_limit = 1
  process_min_avail = 2
  unix_listener $dv_dir/lmtp.sock {
    mode = 0666
  }
}
service auth {
  unix_listener $dv_dir/tamis-userdb {
    mode = 0666
  }
}
service stats {
  unix_listener stats-writer {
    mode = 0666
  }
}
END
}

# Its login processes want an account that is not that of the others.
dv_start() {
    dv_dir=$1
    dv_login=$(getent passwd games daemon bin | head -n 1 | cut -d : -f 1)
    mkdir -p "$dv_dir/run" "$dv_dir/state" && chmod 755 "$dv_dir" || return 1
    mkdir -p ${dv_modules%/*} && ln -sfn "$dv_root/usr/lib/dovecot/modules" $dv_modules || return 1
    dv_conf >"$dv_dir/dovecot.conf"
    : >"$dv_dir/log"
    chmod 666 "$dv_dir/log"
    # dovecot asks doveconf by its full path; the other way round it need not
    LD_LIBRARY_PATH=$dv_libs "$dv_root/usr/bin/doveconf" -f service=master -c "$dv_dir/dovecot.conf" -m master \
        -e "$dv_root/usr/sbin/dovecot" -F -c "$dv_dir/dovecot.conf" >"$dv_dir/out" 2>&1 </dev/null &
    dv_pid=$!
    dv_imap=$dv_dir/imap.sock
    dv_lmtp=$dv_dir/lmtp.sock
    dv_i=0
    until [ -S "$dv_imap" ] && [ -S "$dv_lmtp" ]; do
        dv_i=$((dv_i + 1))
        if [ $dv_i -gt 100 ] || ! kill -0 $dv_pid 2>/dev/null; then
            echo "dovecot did not start:" >&2
            cat "$dv_dir/out" "$dv_dir/log" >&2
            return 1
        fi
        sleep 0.1
    done
}

dv_stop() {
    [ -n "$dv_pid" ] || return 0
    rm -rf ${dv_modules%/*}
    kill $dv_pid 2>/dev/null
    wait $dv_pid 2>/dev/null
    dv_pid=
}
