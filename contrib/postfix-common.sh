# postfix-common.sh - one change of a Postfix configuration: shown, asked for, kept, checked, rolled back
# Sourced by postfix-enable.sh and postfix-disable.sh. A change is made on copies in $work; pc_apply puts them in
# place. What enabling did is written down in $config/tamis/state:
#   main TAB NAME TAB set|unset TAB VALUE BEFORE TAB VALUE AFTER       a parameter of main.cf
#   service TAB NAME/TYPE                                               a service added to master.cf
# beside {main,master}.cf.before and .after. Dated copies of every change are in $config/tamis/DATE/.

pc_tab=$(printf '\t')
pc_installed=no pc_reloaded=no

say() {
    echo "$me: $*"
}

warn() {
    echo "$me: warning: $*" >&2
}

die() {
    echo "$me: $*" >&2
    exit 1
}

pc_finish() {
    [ $pc_installed = no ] || pc_roll_back
    [ -z "$work" ] || rm -rf "$work"
}

# Finds Postfix and its configuration; copies that for us to work on.
pc_open() { # DIRECTORY, or nothing
    PATH=$PATH:/usr/sbin:/sbin:/usr/local/sbin
    command -v postconf >/dev/null && command -v postfix >/dev/null || die "there is no Postfix here (postconf)"
    config=${1:-${MAIL_CONFIG:-$(postconf -dh config_directory)}}
    [ -f "$config/main.cf" ] && [ -f "$config/master.cf" ] || die "$config: no main.cf and master.cf there"
    config=$(cd "$config" && pwd) || exit 1
    [ -w "$config" ] || die "$config: cannot be written; run this as root"
    kept=$config/tamis
    work=$(mktemp -d "${TMPDIR:-/tmp}/tamis-postfix.XXXXXX") || exit 1
    trap pc_finish EXIT
    trap 'exit 1' INT TERM HUP
    for pc_file in main.cf master.cf; do
        cp "$config/$pc_file" "$work/$pc_file" && cp "$config/$pc_file" "$work/$pc_file.before" || exit 1
    done
    pc_age
    queue=$(postconf -c "$config" -xh queue_directory) || die "$config/main.cf cannot be read"
    postfix -c "$config" check || die "\`postfix -c $config check' already fails: put that right first"
    pc_others=$(postconf -c "$config" -xh multi_instance_directories)
    [ -z "$pc_others" ] || say "there are other instances, which stay as they are (--config): $pc_others"
}

# ---- reading and changing the copies

# Postfix reads a file that was just written only after a second, lest it is not whole.
pc_age() {
    touch -t 202001010000 "$work/main.cf" "$work/master.cf"
}

value_of() { # NAME: as written
    postconf -c "$work" -h "$1" 2>/dev/null
}

expanded() { # NAME: with what it refers to
    postconf -c "$work" -xh "$1" 2>/dev/null
}

is_set() { # NAME: does main.cf say something of it?
    [ -n "$(postconf -c "$work" -n "$1" 2>/dev/null)" ]
}

set_value() { # NAME VALUE
    postconf -c "$work" -e "$1=$2" && pc_age || die "postconf -e $1 failed"
}

unset_value() { # NAME
    postconf -c "$work" -X "$1" && pc_age || die "postconf -X $1 failed"
}

has_service() { # NAME/TYPE
    [ -n "$(postconf -c "$work" -M "$1" 2>/dev/null)" ]
}

# ---- putting them in place

pc_changed() {
    ! cmp -s "$work/main.cf" "$work/main.cf.before" || ! cmp -s "$work/master.cf" "$work/master.cf.before"
}

pc_diff() {
    for pc_file in main.cf master.cf; do
        diff -u -L "$config/$pc_file" -L "$config/$pc_file (new)" "$work/$pc_file.before" "$work/$pc_file"
    done
}

pc_ask() {
    [ "$yes" = no ] || return 0
    [ -t 0 ] || die "nothing was changed: there is no terminal to ask at; --yes does it without asking"
    printf '%s: make this change? [y/N] ' "$me"
    read -r pc_answer
    case $pc_answer in
    y | Y | yes | Yes) ;;
    *) die "nothing was changed" ;;
    esac
}

# A file by another's content, whole or not at all, with its owner and mode; a symbolic link stays one.
pc_put() { # FROM TO
    pc_to=$(readlink -f "$2") || return 1
    cp -p "$pc_to" "$pc_to.tamis-new" && cat "$1" >"$pc_to.tamis-new" && sync "$pc_to.tamis-new" &&
        mv -f "$pc_to.tamis-new" "$pc_to"
}

pc_install() { # SUFFIX: "" for the new ones, .before for the old ones
    pc_put "$work/main.cf$1" "$config/main.cf" && pc_put "$work/master.cf$1" "$config/master.cf"
}

pc_roll_back() {
    pc_installed=no
    pc_install .before || { warn "the old files could not be put back; they are in $pc_copy" && return 1; }
    say "main.cf and master.cf are again what they were"
    [ $pc_reloaded = no ] || postfix -c "$config" reload
}

pc_keep() {
    pc_copy=$kept/$(date +%Y%m%d-%H%M%S)
    while [ -e "$pc_copy" ]; do
        pc_copy=$pc_copy+
    done
    mkdir -p "$pc_copy" && cp -p "$config/main.cf" "$config/master.cf" "$pc_copy" || die "$pc_copy: no copy could be made"
}

pc_running() {
    postfix -c "$config" status >/dev/null 2>&1
}

pc_reload() {
    if ! pc_running; then
        say "this Postfix does not run; the change counts when it is started"
        return
    fi
    pc_reloaded=yes
    postfix -c "$config" reload || die "Postfix could not be reloaded"
}

# Shows, asks, keeps a copy, puts in place, checks. Comes back only when all is well; pc_done is to follow.
pc_apply() {
    pc_diff
    pc_ask
    for pc_file in main.cf master.cf; do
        cmp -s "$config/$pc_file" "$work/$pc_file.before" || die "$config/$pc_file was changed meanwhile: start anew"
    done
    pc_keep
    pc_installed=yes
    pc_install '' || die "$config could not be written"
    postfix -c "$config" check || die "\`postfix check' does not like the change"
    pc_reload
    say "the files as they were are in $pc_copy"
}

pc_done() {
    pc_installed=no
}
