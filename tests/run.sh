#!/bin/sh
# run.sh - everything that belongs in CI, on a fresh Debian 12
# usage: tests/run.sh [--build DIRECTORY] [--no-install] [STEP]...
# Steps, all by default: build lint unit asan sessions sessions-asan miltertest dns faults e2e evasion fuzz.
# Works in build-test/ beside the sources. As root it installs what is missing (packages that build and test; no
# daemon), and runs the end-to-end test; as another user these two are left out.
# The last line is `N passed, N failed, N skipped`; exit 0 when none failed.
TAMIS_SRCDIR=$(cd "$(dirname "$0")/.." && pwd)
export TAMIS_SRCDIR
build=$TAMIS_SRCDIR/build-test
install=yes
passed=0 failed=0 skipped=0
jobs=$(nproc)
[ "$jobs" -le 4 ] || jobs=4
packages="build-essential autoconf automake pkg-config ca-certificates libpcre2-dev libssl-dev libpsl-dev libidn2-dev
    libunistring-dev libjansson-dev libseccomp-dev libunbound-dev libmilter-dev libclamav-dev libarchive-dev libmagic-dev libsqlite3-dev zlib1g-dev
    libcmocka-dev publicsuffix
    clang clang-format llvm libclang-rt-14-dev cppcheck miltertest clamav-testfiles python3 openssl"

while :; do
    case $1 in
    --build) build=$2 && shift 2 ;;
    --no-install) install=no && shift ;;
    -*) sed -n '2,8s/^# //p' "$0" && exit 2 ;;
    *) break ;;
    esac
done
steps=${*:-build lint unit asan sessions sessions-asan miltertest dns faults e2e evasion fuzz}

say() {
    echo "== $(date +%H:%M:%S) $*"
}

finish() {
    say "done"
    echo "$passed passed, $failed failed, $skipped skipped"
    [ $failed = 0 ]
    exit
}

count() { # PASSED FAILED SKIPPED
    passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + ${3:-0}))
}

# The counts in the last line of a log: "N passed, N failed[, N skipped]"; none there is a failure.
count_line() {
    line=$(tail -n 1 "$1")
    case $line in
    [0-9]*' passed, '[0-9]*' failed'*)
        p=${line%% *} rest=${line#*, } s=0
        f=${rest%% *}
        case $rest in *', '*' skipped') s=${rest#*, } s=${s%% *} ;; esac
        count "$p" "$f" "$s"
        ;;
    *) count 0 1 0 && echo "not ok: $1 does not end with its counts: $line" ;;
    esac
}

# Runs a command; its output is shown only when it fails (what it said last).
quietly() { # LOG COMMAND...
    log=$1
    shift
    "$@" >"$log" 2>&1 </dev/null || { tail -n 60 "$log" && return 1; }
}

install_packages() {
    missing=
    for package in $packages; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    say "installing$missing"
    apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing
}

# A configured build directory, with options of its own.
configured() { # DIRECTORY OPTION...
    where=$1
    shift
    mkdir -p "$where" || return 1
    [ -f "$where/Makefile" ] || (cd "$where" && quietly configure.out "$TAMIS_SRCDIR/configure" --enable-werror "$@")
}

step_build() {
    if [ -f "$TAMIS_SRCDIR/config.status" ]; then
        echo "the source directory is configured; make distclean first"
        return 1
    fi
    [ -x "$TAMIS_SRCDIR/configure" ] || quietly "$build/autogen.out" "$TAMIS_SRCDIR/autogen.sh" || return 1
    configured "$build/plain" &&
        quietly "$build/plain/make.out" make -C "$build/plain" -s -j"$jobs" all &&
        quietly "$build/plain/make-check.out" make -C "$build/plain" -s -j"$jobs" check-programs && count 1 0
}

# Single cmocka tests out of the logs of `make check`; a program without them is one test.
count_checks() { # DIRECTORY
    for trs in $(find "$1" -name '*.trs' | sort); do
        log=${trs%.trs}.log
        ok=$(grep -c '^\[       OK \]' "$log")
        bad=$(grep -c '^\[  FAILED  \] [A-Za-z_0-9]*$' "$log")
        skip=$(grep -c '^\[  SKIPPED \] [A-Za-z_0-9]*$' "$log")
        case $(sed -n 's/^:test-result: *//p' "$trs" | head -n 1) in
        PASS) [ "$ok" -gt 0 ] || ok=1 ;;
        SKIP) skip=$((skip + (skip == 0))) ;;
        *)
            [ "$bad" -gt 0 ] || bad=1
            echo "not ok ${log#"$1"/}:"
            grep -vE '^\[( RUN|       OK)' "$log" | tail -n 40
            ;;
        esac
        count "$ok" "$bad" "$skip"
    done
}

checks() { # DIRECTORY
    find "$1" -name '*.trs' -delete
    make -C "$1" -s -k -j"$jobs" check >"$1/check.out" 2>&1
    if [ -z "$(find "$1" -name '*.trs' | head -n 1)" ]; then
        tail -n 40 "$1/check.out"
        return 1
    fi
    count_checks "$1"
}

step_lint() {
    "$TAMIS_SRCDIR/tests/lint.sh" "$TAMIS_SRCDIR" && count 1 0
}

step_unit() {
    checks "$build/plain"
}

step_asan() {
    configured "$build/asan" --enable-asan &&
        quietly "$build/asan/make.out" make -C "$build/asan" -s -j"$jobs" all &&
        quietly "$build/asan/make-check.out" make -C "$build/asan" -s -j"$jobs" check-programs && checks "$build/asan"
}

# A driver that prints its cases and ends with its counts.
driver() { # BUILD SCRIPT [ARGUMENT]...
    TAMIS_BUILDDIR=$build/$1
    export TAMIS_BUILDDIR
    shift
    script=$1
    shift
    "$TAMIS_SRCDIR/tests/$script" "$@" >"$build/driver.out" 2>&1 </dev/null
    cat "$build/driver.out"
    count_line "$build/driver.out"
}

step_sessions() {
    driver plain sessions/run.sh
}

step_sessions_asan() {
    [ -x "$build/asan/tamisd" ] || { echo "no ASan build: run step asan before"; return 1; }
    driver asan sessions/run.sh
}

step_miltertest() {
    driver plain miltertest/run.sh
}

step_e2e() {
    driver plain e2e/run.sh -c "$build/cache"
    driver plain e2e/smuggle.sh -c "$build/cache"
    driver plain e2e/release.sh -c "$build/cache"
    driver plain e2e/quarantine.sh -c "$build/cache"
    driver plain e2e/sign.sh -c "$build/cache"
    driver plain e2e/sendmail-run.sh -c "$build/cache"
    driver plain contrib/postfix.sh -c "$build/cache"
    driver plain e2e/deliver.sh -c "$build/cache"
    driver plain e2e/userdb.sh -c "$build/cache"
}

# A fault at every system call of the delivery agent.
step_dns() {
    driver plain dns/service.sh
    driver plain dns/signed.sh
}

step_faults() {
    driver plain delivery/run.sh
}

# A sample, with the readers that need nothing from the network.
step_evasion() {
    driver plain evasion/run.sh -n -s 200
}

step_fuzz() {
    configured "$build/fuzz" --enable-fuzz CC=clang || return 1
    targets=$(make -C "$build/plain" -s print-fuzz-targets) || return 1
    # shellcheck disable=SC2086
    quietly "$build/fuzz/make.out" make -C "$build/fuzz" -s -j"$jobs" $targets FUZZ_LIBS= || return 1
    (cd "$build/fuzz" && "$TAMIS_SRCDIR/tests/fuzz/run.sh" -t "${FUZZ_SECONDS:-2}" $targets) >"$build/fuzz.out" 2>&1
    cat "$build/fuzz.out"
    count "$(grep -c '^ok ' "$build/fuzz.out")" "$(grep -c '^not ok ' "$build/fuzz.out")"
}

mkdir -p "$build" || exit 1
if [ $install = yes ] && [ "$(id -u)" = 0 ]; then
    install_packages || { count 0 1 && echo "packages cannot be installed" && finish; }
fi
for step in $steps; do
    say "$step"
    case $step in
    build | lint | unit | asan | sessions | miltertest | dns | faults | e2e | evasion | fuzz) step_"$step" ;;
    sessions-asan) step_sessions_asan ;;
    *) echo "no such step: $step" && false ;;
    esac || { count 0 1 && echo "not ok step $step"; }
    [ $failed = 0 ] || [ "$step" != build ] || finish
done
finish
