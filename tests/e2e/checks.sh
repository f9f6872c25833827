# checks.sh - cases of the end-to-end scripts, counted: sourced
#   checks_of NAME        what the lines begin with
#   check NAME COMMAND... a case; what the command prints says why it failed
#   like TEXT PATTERN     a shell pattern
#   eventually COMMAND... within ten seconds
#   checks_end [SKIPPED]  prints the counts; false when one failed
passed=0 failed=0 checks_name=

checks_of() {
    checks_name=$1
}

check() {
    name=$1
    shift
    if why=$("$@" 2>&1); then
        passed=$((passed + 1))
        echo "ok $checks_name: $name"
    else
        failed=$((failed + 1))
        echo "not ok $checks_name: $name${why:+: $why}"
    fi
}

like() {
    # shellcheck disable=SC2254
    case $1 in
    $2) ;;
    *) echo "\"$1\" is not like \"$2\"" && return 1 ;;
    esac
}

eventually() {
    i=0
    until "$@"; do
        i=$((i + 1))
        [ $i -lt 100 ] || return 1
        sleep 0.1
    done
}

checks_end() {
    echo "$passed passed, $failed failed, ${1:-0} skipped"
    [ $failed = 0 ]
}
