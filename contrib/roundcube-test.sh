#!/bin/sh
# roundcube-test.sh - contrib/roundcube/tamis-junk.sh as Roundcube calls it, and contrib/dovecot/tamis-learn.sh as
# Dovecot does, with a sudo that does not ask
# Runs tamis of the build tree in a private directory. One line a check, "ok" or "not ok"; exit 1 when one failed.
set -u
TAMIS_BUILDDIR=$(cd "${TAMIS_BUILDDIR:-.}" && pwd)
TAMIS_SRCDIR=$(cd "${TAMIS_SRCDIR:-${srcdir:-.}}" && pwd)
# shellcheck source=/dev/null
. "$TAMIS_SRCDIR/cli/test-lib.sh"
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
cd "$dir" || exit 99
mkdir bin run state
printf 'runtime_directory = run\nstate_directory = state\nvirus_scan = no\nbayes_users = any\nworkers = 1\n' >tamis.conf
echo "rules_path = $TAMIS_SRCDIR/rules" >>tamis.conf
cat >bin/sudo <<END
#!/bin/sh
[ "\$1 \$2 \$3" = "-n -u tamis" ] || exit 99
shift 3
echo "\$*" >>'$dir/asked'
exec "\$@"
END
cat >bin/tamis <<END
#!/bin/sh
exec '$TAMIS_BUILDDIR/tamis' "\$@" -c '$dir/tamis.conf'
END
chmod +x bin/sudo bin/tamis
PATH=$dir/bin:$PATH

# run CODE NAME ARGUMENT...
run() {
	code=$1 name=$2
	shift 2
	sh "$TAMIS_SRCDIR/contrib/roundcube/tamis-junk.sh" "$@" >out 2>err </dev/null
	exited "$code" "$name" $?
}
printf 'From: a@example.org\nSubject: Cheap pills\n\nClick now!\n' >rcmSALearn1
: >empty

run 0 "Junk" spam bob@example.com rcmSALearn1
if [ ! -s out ] && [ ! -s err ]; then ok "  says nothing"; else not_ok "  says something"; fi
tamis bayes stats >out 2>err
has out "spam learned                 1" "ham learned                  0"
run 0 "Not Junk" ham bob@example.com rcmSALearn1
tamis bayes stats >out 2>err
has out "spam learned                 0" "ham learned                  1"
tamis learn --undo bob@example.com >out 2>err
has out "1 lessons taken back"
pattern='^tamis learn --(spam|ham) --quiet --for=[A-Za-z0-9@._+=-]+ -$' # as in recipes/roundcube.md
if grep -qvE "$pattern" asked; then not_ok "sudo was asked for something else"; else ok "sudo allows it"; fi
run 2 "neither" eggs bob rcmSALearn1
run 2 "a name with blanks" spam "bob --set x" rcmSALearn1
run 2 "no name" spam "" rcmSALearn1
run 2 "an empty file" spam bob empty
# moved ARGUMENT...: the other script, which reads the message
moved() {
	code=$1 name=$2
	shift 2
	sh "$TAMIS_SRCDIR/contrib/dovecot/tamis-learn.sh" "$@" <rcmSALearn1 >out 2>err
	exited "$code" "$name" $?
}
moved 0 "moved into Junk" spam bob@example.com
tamis bayes stats >out 2>err
has out "spam learned                 1"
moved 2 "moved by nobody" spam
moved 2 "moved by a name with an option" ham "bob --set=x"
if grep -qvE "$pattern" asked; then not_ok "sudo was asked for something else"; else ok "sudo allows it"; fi
run 2 "no file" spam bob nothing
exit $failed
