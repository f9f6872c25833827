#!/bin/sh
# lint.sh - includes go one way, layout is clang-format's, cppcheck has nothing to say
# usage: tests/lint.sh [SOURCE DIRECTORY]. Exit 0 when all three agree.
cd "${1:-$(dirname "$0")/..}" || exit 2
bad=0

sources() {
    find base message scoring auth clamglue engine policy keeper milter delivery console cli tests contrib \
        -name "$1" -type f 2>/dev/null | sort
}

# A folder may include itself and those named here (doc/ARCHITECTURE.md).
allowed() {
    case $1 in
    base) echo ;;
    message) echo base ;;
    scoring | auth | clamglue) echo base message ;;
    engine) echo base message scoring auth clamglue ;;
    policy) echo base message scoring auth clamglue engine ;;
    keeper) echo base message scoring auth clamglue engine policy ;;
    parity) echo base message scoring auth ;; # looks at what rules see
    tests) echo base ;; # what shows the product from outside does not look inside
    *) echo base message scoring auth clamglue engine policy keeper ;;
    esac
}

for file in $(sources '*.[ch]'); do
    folder=${file%%/*}
    case $file in tests/parity/*) folder=parity ;; esac
    for included in $(sed -n 's/^ *# *include *"\([a-z]*\)\/.*/\1/p' "$file" | sort -u); do
        case " $folder $(allowed "$folder") " in
        *" $included "*) ;;
        *) echo "$file: $folder/ must not include $included/" && bad=1 ;;
        esac
    done
    case $file in
    milter/*) ;;
    *) grep -Hn 'include *<libmilter' "$file" && echo "$file: only milter/ knows libmilter" && bad=1 ;;
    esac
    case $file in
    clamglue/*) ;;
    *) grep -HnE 'include *<(clamav|archive|magic)' "$file" &&
        echo "$file: only clamglue/ knows libclamav, libarchive and libmagic" && bad=1 ;;
    esac
    case $file in
    engine/upstream.c) ;;
    *) grep -Hn 'include *<unbound' "$file" && echo "$file: only engine/upstream.c knows libunbound" && bad=1 ;;
    esac
    case $file in
    base/regex*) ;;
    *) grep -Hn 'include *<pcre2' "$file" && echo "$file: only base/regex knows PCRE2" && bad=1 ;;
    esac
done

if command -v clang-format >/dev/null; then
    # shellcheck disable=SC2046
    clang-format --dry-run -Werror $(sources '*.[ch]' | grep -v -e '-table\.h$') || bad=1
else
    echo "lint: clang-format is not there; on Debian: apt-get install clang-format" && bad=1
fi

if command -v cppcheck >/dev/null; then
    cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr \
        --suppressions-list=tests/cppcheck.txt --error-exitcode=1 -j "$(nproc)" -I. -D_GNU_SOURCE \
        -D__x86_64__ $(sources '*.c') || bad=1
else
    echo "lint: cppcheck is not there; on Debian: apt-get install cppcheck" && bad=1
fi
[ $bad = 0 ] && echo "lint: nothing to say"
exit $bad
