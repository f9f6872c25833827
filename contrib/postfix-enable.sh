#!/bin/sh
# postfix-enable.sh - puts tamisd, and if wanted tamis-deliver, before this machine's Postfix
# usage: postfix-enable.sh [--yes] [--config DIR] [--milter ADDRESS] [--deliver HOW]... [--lmtp ADDRESS] [--force]
#
#   --deliver lmtp             mail for local users goes to tamis-deliver by LMTP (mailbox_transport)
#   --deliver virtual          mail for virtual_mailbox_domains goes there (virtual_transport)
#   --deliver mailbox_command  local(8) runs tamis-deliver as the user, for each message
#   --milter ADDRESS           where tamisd listens: unix:PATH, relative to the queue directory (unix:tamis/milter.sock),
#                              or inet:HOST:PORT
#   --lmtp ADDRESS             where `tamis-deliver --lmtp' listens (unix:tamis/lmtp.sock)
#   --agent PATH               the program of mailbox_command (/usr/sbin/tamis-deliver)
#   --config DIR               another instance's configuration (MAIL_CONFIG)
#   --yes                      don't ask; without a terminal nothing is done unless this is given
#   --force                    though nobody listens at a socket
#
# Other milters stay and come first. The change is shown and asked for; copies of main.cf and master.cf are kept in
# DIR/tamis/; `postfix check' has to agree, else all is put back; then Postfix is reloaded. postfix-disable.sh takes
# it out again.
#
# examples: postfix-enable.sh
#           postfix-enable.sh --deliver lmtp --deliver virtual
#           postfix-enable.sh --yes --config /etc/postfix-in
me=postfix-enable
yes=no force=no wanted_config= deliver=
milter=unix:tamis/milter.sock lmtp=unix:tamis/lmtp.sock agent=/usr/sbin/tamis-deliver
service=tamis/unix
# shellcheck source=contrib/postfix-common.sh
. "$(dirname "$0")/postfix-common.sh"

usage() {
    sed -n '2,/^me=/{/^me=/d;s/^# \{0,1\}//;p;}' "$0"
}

while [ $# -gt 0 ]; do
    case $1 in
    --yes) yes=yes ;;
    --force) force=yes ;;
    --help | -h) usage && exit 0 ;;
    --config | --milter | --lmtp | --agent | --deliver)
        [ $# -ge 2 ] || die "$1 needs a value; --help says more"
        case $1 in
        --config) wanted_config=$2 ;;
        --milter) milter=$2 ;;
        --lmtp) lmtp=$2 ;;
        --agent) agent=$2 ;;
        --deliver) deliver="$deliver $2" ;;
        esac
        shift
        ;;
    *) die "$1: no such option; --help says more" ;;
    esac
    shift
done
for how in $deliver; do
    case $how in lmtp | virtual | mailbox_command) ;; *) die "--deliver $how: lmtp, virtual or mailbox_command" ;; esac
done

wants() { # HOW
    case " $deliver " in *" $1 "*) ;; *) false ;; esac
}

! wants lmtp || ! wants mailbox_command ||
    die "of --deliver lmtp and mailbox_command only one can be: local(8) takes mailbox_transport first"

# ---- where it listens

chrooted() { # COMMAND...: services of master.cf that run one of these, chrooted
    postconf -c "$work" -M 2>/dev/null | awk -v names=" $* " '
        index(names, " " $8 " ") && ($5 == "y") { print $1 "/" $2 }'
}

# unix:PATH as a daemon sees it that runs in the queue directory, chrooted or not.
below_queue() { # ADDRESS COMMAND...
    address=$1
    shift
    case $address in
    unix:"$queue"/*) echo "unix:${address#unix:"$queue"/}" ;;
    unix:/*)
        [ -z "$(chrooted "$@")" ] || die "$address is outside of $queue, and these services are chrooted: $(chrooted "$@" | tr '\n' ' ')"
        echo "$address"
        ;;
    unix:?* | inet:?*:?* | inet6:?*:?*) echo "$address" ;;
    *) die "$address: should be unix:PATH or inet:HOST:PORT" ;;
    esac
}

listens() { # ADDRESS WHAT
    case $1 in
    unix:/*) path=${1#unix:} ;;
    unix:*) path=$queue/${1#unix:} ;;
    *) return 0 ;;
    esac
    [ ! -S "$path" ] || return 0
    [ $force = yes ] || die "$path: no socket there, mail would have to wait: start $2 first (or --force)"
    warn "$path: no socket there; until $2 runs, mail waits at its sender or in the queue"
}

# ---- the milter

remember() { # NAME: before it is changed
    if is_set "$1"; then was=set; else was=unset; fi
    before=$(value_of "$1")
}

change() { # NAME VALUE
    remember "$1"
    set_value "$1" "$2"
    printf 'main\t%s\t%s\t%s\t%s\n' "$1" "$was" "$before" "$(value_of "$1")" >>"$work/state"
}

# The way Postfix treats a milter: for all, where nobody said something else; else for ours alone.
choose_item() {
    item=$milter
    action=$(value_of milter_default_action) protocol=$(value_of milter_protocol)
    for pair in milter_default_action=tempfail milter_protocol=6; do
        name=${pair%%=*}
        ! is_set "$name" || [ "$(expanded "$name")" = "${pair#*=}" ] || item="{ $milter, default_action=tempfail, protocol=6 }"
    done
    if [ "$item" != "$milter" ]; then
        say "milter_default_action = $action, milter_protocol = $protocol stay for other milters; ours has its own"
        return
    fi
    for pair in milter_default_action=tempfail milter_protocol=6; do
        name=${pair%%=*}
        is_set "$name" || change "$name" "${pair#*=}"
    done
}

has_milter() { # NAME
    expanded "$1" | tr ' ,{}\t' '\n\n\n\n\n' | grep -qxF -e "$milter"
}

add_milter() { # NAME
    has_milter "$1" && return
    old=$(value_of "$1")
    change "$1" "${old:+$old, }$item"
}

enable_milter() {
    has_milter smtpd_milters && has_milter non_smtpd_milters && return
    choose_item
    # of two where one refers to the other, what is referred to is first
    case $(value_of smtpd_milters) in
    *'$non_smtpd_milters'* | *'${non_smtpd_milters}'*) add_milter non_smtpd_milters && add_milter smtpd_milters ;;
    *) add_milter smtpd_milters && add_milter non_smtpd_milters ;;
    esac
}

# ---- the delivery agent

# Our own entry: lines of any length, for this hop alone, so that what arrives is what was checked.
enable_service() {
    if has_service $service; then
        postconf -c "$work" -M $service | grep -q 'lmtp.*lmtp_line_length_limit=0' && return
        die "master.cf has a service $service that is not ours"
    fi
    postconf -c "$work" -M "$service=${service%/*} ${service#*/} - - n - - lmtp -o lmtp_line_length_limit=0" && pc_age ||
        die "postconf -M failed"
    printf 'service\t%s\n' $service >>"$work/state"
}

point() { # NAME VALUE
    [ "$(value_of "$1")" != "$2" ] || return 0
    old=$(expanded "$1")
    ! is_set "$1" || [ -z "$old" ] || say "$1 is now \`$old'; postfix-disable.sh brings that back"
    change "$1" "$2"
}

enable_delivery() {
    ! wants lmtp && ! wants virtual || enable_service
    ! wants lmtp || point mailbox_transport "${service%/*}:$lmtp"
    ! wants virtual || point virtual_transport "${service%/*}:$lmtp"
    # local(8) expands these, not main.cf
    ! wants mailbox_command || point mailbox_command "$agent -f \"\$SENDER\" -a \"\$EXTENSION\" -- \"\$USER\""
}

# ---- what may surprise

warn_of_overrides() {
    postconf -c "$work" -P 2>/dev/null | grep -E '/(smtpd_milters|non_smtpd_milters|milter_default_action|milter_protocol|mailbox_transport|mailbox_command|virtual_transport) *=' |
        while read -r line; do
            warn "master.cf overrides: $line; there main.cf does not count, and this stays as it is"
        done
    [ -z "$(expanded content_filter)" ] || warn "content_filter is set: mail that comes back from it by SMTP passes Tamis twice, unless that service of master.cf has -o receive_override_options=no_milters"
}

warn_of_delivery() {
    if wants mailbox_command; then
        [ -z "$(expanded mailbox_transport)" ] || warn "mailbox_transport is set: local(8) takes that, and no mailbox_command"
        [ -z "$(expanded mailbox_command_maps)" ] || warn "mailbox_command_maps is set, and comes before mailbox_command"
    fi
    if wants mailbox_command || wants lmtp; then
        [ -z "$(expanded mailbox_transport_maps)" ] || warn "mailbox_transport_maps is set, and comes first"
        [ -n "$(expanded mydestination)" ] || warn "mydestination is empty: there is no mail for local users"
    fi
    ! wants virtual || [ -n "$(expanded virtual_mailbox_domains)" ] || warn "virtual_mailbox_domains is empty"
}

# Whole files only while nobody else changed them between two enablings; else settings are all there is.
write_files() {
    if [ ! -f "$kept/state" ]; then
        cp "$work/main.cf.before" "$work/master.cf.before" "$kept" || return 1
    elif ! cmp -s "$kept/main.cf.after" "$work/main.cf.before" || ! cmp -s "$kept/master.cf.after" "$work/master.cf.before"; then
        rm -f "$kept"/*.before "$kept"/*.after
        return
    fi
    cp "$work/main.cf" "$kept/main.cf.after" && cp "$work/master.cf" "$kept/master.cf.after"
}

write_state() {
    write_files && cat "$work/state" >>"$kept/state" && sync "$kept/state" || die "$kept: cannot be written"
}

pc_open "$wanted_config"
: >"$work/state"
milter=$(below_queue "$milter" smtpd cleanup) || exit 1
lmtp=$(below_queue "$lmtp" nothing) || exit 1
enable_milter
enable_delivery
warn_of_overrides
warn_of_delivery
if ! pc_changed; then
    say "already enabled in $config: nothing to do"
    exit 0
fi
listens "$milter" tamisd
! wants lmtp && ! wants virtual || listens "$lmtp" "tamis-deliver --lmtp"
! wants mailbox_command || [ -x "$agent" ] || [ $force = yes ] || die "$agent: no such program (or --force)"
pc_apply
write_state
pc_done
say "mail passes Tamis now; postfix-disable.sh takes it out again"
