#!/bin/sh
# postfix-disable.sh - takes out of Postfix what postfix-enable.sh put in
# usage: postfix-disable.sh [--yes] [--config DIR]
#
#   --config DIR  another instance's configuration (MAIL_CONFIG)
#   --yes         don't ask; without a terminal nothing is done unless this is given
#
# main.cf and master.cf become what they were, byte for byte, when nobody changed them since. Else each setting that
# is still ours gets its old value back; what was changed since stays, and is named. The change is shown and asked
# for, copies are kept in DIR/tamis/, `postfix check' has to agree, and Postfix is reloaded.
#
# examples: postfix-disable.sh
#           postfix-disable.sh --yes --config /etc/postfix-in
me=postfix-disable
yes=no wanted_config=
# shellcheck source=contrib/postfix-common.sh
. "$(dirname "$0")/postfix-common.sh"

usage() {
    sed -n '2,/^me=/{/^me=/d;s/^# \{0,1\}//;p;}' "$0"
}

while [ $# -gt 0 ]; do
    case $1 in
    --yes) yes=yes ;;
    --help | -h) usage && exit 0 ;;
    --config)
        [ $# -ge 2 ] || die "$1 needs a value; --help says more"
        wanted_config=$2
        shift
        ;;
    *) die "$1: no such option; --help says more" ;;
    esac
    shift
done

# A list without what we appended to it: AFTER is BEFORE, and ours. Prints nothing and is false when it isn't there.
without_ours() { # NOW BEFORE AFTER
    NOW=$1 BEFORE=$2 AFTER=$3 awk 'BEGIN {
        now = ENVIRON["NOW"]; before = ENVIRON["BEFORE"]; after = ENVIRON["AFTER"]
        item = before == "" ? after : substr(after, length(before) + 3)
        if (item == "" || !(i = index(now, item))) exit 1
        head = substr(now, 1, i - 1); tail = substr(now, i + length(item))
        sub(/[ \t,]+$/, "", head); sub(/^[ \t,]+/, "", tail)
        print head (head != "" && tail != "" ? ", " : "") tail
    }' </dev/null
}

restore() { # NAME set|unset BEFORE AFTER
    now=$(value_of "$1")
    if [ "$now" = "$4" ]; then
        if [ "$2" = set ]; then set_value "$1" "$3"; else unset_value "$1"; fi
        return
    fi
    case $1 in
    smtpd_milters | non_smtpd_milters)
        if rest=$(without_ours "$now" "$3" "$4"); then
            say "$1 was changed since; only our milter is taken out"
            if [ -n "$rest" ] || [ "$2" = set ]; then set_value "$1" "$rest"; else unset_value "$1"; fi
            return
        fi
        ;;
    esac
    say "$1 was changed since, to \`$now': it stays so (we had set \`$4', before it was \`$3')"
}

remove_service() { # NAME/TYPE
    has_service "$1" || return 0
    if postconf -c "$work" -n | grep -qE "^[a-z_]*transport(_maps)? = .*${1%/*}:"; then
        say "something still uses the service $1 of master.cf: it stays"
    else
        postconf -c "$work" -MX "$1" && pc_age || die "postconf -MX $1 failed"
    fi
}

# The newest change first, so that a setting changed twice gets back to the first.
undo_main() {
    awk '{ line[NR] = $0 } END { for (i = NR; i > 0; i--) print line[i] }' "$kept/state" >"$work/undo"
    # fields may be empty, and blanks count: no read with tabs as IFS, which are one when there are two
    while read -r line <&3; do
        case $line in main"$pc_tab"*) ;; *) continue ;; esac
        line=${line#*"$pc_tab"} name=${line%%"$pc_tab"*}
        line=${line#*"$pc_tab"} was=${line%%"$pc_tab"*}
        line=${line#*"$pc_tab"}
        restore "$name" "$was" "${line%%"$pc_tab"*}" "${line#*"$pc_tab"}"
    done 3<"$work/undo"
}

undo_master() {
    for name in $(sed -n "s/^service$pc_tab//p" "$kept/state"); do
        remove_service "$name"
    done
}

# By file: one that nobody touched comes back as it was.
undo() {
    if cmp -s "$kept/main.cf.after" "$work/main.cf"; then
        cp "$kept/main.cf.before" "$work/main.cf"
    else
        say "main.cf was changed since: each setting is looked at"
        undo_main
    fi
    if cmp -s "$kept/master.cf.after" "$work/master.cf"; then
        cp "$kept/master.cf.before" "$work/master.cf"
    else
        say "master.cf was changed since: only our service is taken out"
        undo_master
    fi
}

pc_open "$wanted_config"
if [ ! -f "$kept/state" ]; then
    say "not enabled in $config by postfix-enable.sh: nothing to do"
    exit 0
fi
undo
if pc_changed; then
    pc_apply
else
    say "nothing of ours is left in main.cf and master.cf"
fi
rm -f "$kept/state" "$kept"/*.before "$kept"/*.after || die "$kept/state: cannot be removed"
pc_done
say "Tamis is out of this Postfix; tamisd itself was not stopped"
