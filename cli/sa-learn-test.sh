#!/bin/sh
# sa-learn-test.sh - tamis-sa-learn as scripts use it; tests/parity/sa-learn.py has it beside sa-learn
# Runs the program of the build tree in a private directory. One line a check, "ok" or "not ok"; exit 1 when one
# failed.
set -u
TAMIS_BUILDDIR=$(cd "${TAMIS_BUILDDIR:-.}" && pwd)
TAMIS_SRCDIR=$(cd "${TAMIS_SRCDIR:-${srcdir:-.}}" && pwd)
# shellcheck source=/dev/null
. "$TAMIS_SRCDIR/tests/lib.sh"
. "$TAMIS_SRCDIR/cli/test-lib.sh"
td_mkdir || exit 99
dir=$td_made
trap td_cleanup EXIT
trap 'exit 1' HUP INT TERM
cd "$dir" || exit 99
conf=$dir/tamis.conf input=/dev/null

# run CODE NAME ARGUMENT...: tamis-sa-learn; exit code, and what it printed in out and err
run() {
	code=$1 name=$2
	shift 2
	"$TAMIS_BUILDDIR/tamis-sa-learn" --tamis-conf "$conf" "$@" >out 2>err <$input
	exited "$code" "$name" $?
}
learned() { # LEARNED EXAMINED
	has out "Learned tokens from $1 message(s) ($2 message(s) examined)"
}
counts() { # SPAM HAM
	"$TAMIS_BUILDDIR/tamis-sa-learn" --tamis-conf "$conf" --dump magic >out 2>err
	has out "$(printf '%10d          0  non-token data: nspam' "$1")" "$(printf '%10d          0  non-token data: nham' "$2")"
}
message() { # KIND NUMBER
	printf 'From: a@%s.example.org\nSubject: %s %d\nMessage-ID: <%s.%d@example.org>\n\nThis is %s %d!\n' \
		"$1" "$1" "$2" "$1" "$2" "$1" "$2"
}
mbox() { # KIND FIRST LAST
	i=$2
	while [ "$i" -le "$3" ]; do
		echo "From a@example.org Tue Nov 24 04:14:11 2026"
		message "$1" "$i"
		echo
		i=$((i + 1))
	done
}
mbx() { # KIND FIRST LAST
	printf '*mbx*\r\n%2041s' ''
	i=$2
	while [ "$i" -le "$3" ]; do
		message "$1" "$i" >one.mbx
		printf '24-Nov-2026 04:14:11 +0000,%d;000000000001-0000%04d\r\n' "$(wc -c <one.mbx)" "$i"
		cat one.mbx
		i=$((i + 1))
	done
	rm one.mbx
}

mkdir run state dir dir/below md md/cur md/new md/tmp boxes
printf 'runtime_directory = run\nstate_directory = state\nvirus_scan = no\nworkers = 1\n' >"$conf"
for n in 1 2 3 4; do message spam $n >spam.$n; done
message ham 1 >ham.1
mbox spam 10 12 >three.mbox
mbox spam 20 21 >boxes/two
mbx spam 30 31 >uw
{ echo "no mail here"; mbox spam 40 41; echo "From the start a line"; echo "From a@b Tue Nov 24 04:14:11 2026"; } >odd.mbox
message spam 50 >dir/a
message spam 51 >dir/.hidden
message spam 52 >dir/,52
message spam 53 >dir/below/b
message ham 60 >md/cur/60:2,S
message ham 61 >md/cur/61:2,ST
message ham 62 >md/new/62
message ham 63 >md/tmp/63
message spam 70 | gzip >packed
{ message spam 71; head -c 600000 /dev/zero | tr '\0' x; } >large

run 64 "nothing asked" spam.1
run 64 "an option that is none" --nosuch
run 0 "a message" --spam spam.1
learned 1 1
run 0 "again" --spam spam.1
learned 0 1
input=ham.1
run 0 "standard input" --ham
learned 1 1
input=/dev/null
run 0 "and both labels" --spam spam.2 spam.3 --ham ham.1
learned 2 3
counts 3 1
run 0 "relearned" --ham spam.3
counts 2 2
run 0 "forgotten" --forget spam.3 spam.4
has out "Forgot tokens from 1 message(s) (2 message(s) examined)"
counts 2 1
run 0 "an mbox by its name" --spam three.mbox
learned 3 3
run 0 "a folder of mboxes" --spam --mbox boxes
learned 2 2
run 0 "MBX" --spam --mbx uw
learned 2 2
run 1 "what is not" --spam --mbx spam.1
has err "this is no mailbox in MBX format"
run 0 "an mbox with other things in it" --spam odd.mbox
learned 2 2
run 0 "a folder" --spam dir
learned 2 2
run 0 "a Maildir" --ham md
learned 2 2
run 0 "gzip" --spam packed
learned 1 1
run 1 "a large message is left out" --spam large
learned 0 0
run 0 "or not" --spam --max-size 0 large
learned 1 1
run 1 "a file that is not there" --spam nothing
has err "no access to nothing: No such file or directory"
run 0 "beside one that is" --spam nothing spam.4
learned 1 1
printf 'spam:mbox:three.mbox\n\nham::md\nham.1\n' >list
run 0 "a list" --ham --folders list
learned 0 6
run 0 "a pattern" --spam 'spam.*' --showdots
has err "...."
run 0 "quiet" --spam -q spam.1
hasnt out Learned
counts 17 3

# ---- the store
run 0 "backup" --backup
cp out saved
has out "$(printf 'v\t17\tnum_spam')" "$(printf 'v\t3\tnum_nonspam')"
run 0 "data of a dump" --dump data --regexp '^0000'
has out " 0000"
hasnt out non-token
run 1 "a dump of nothing known" --dump nothing
run 0 "clear" --clear
counts 0 0
run 0 "restore" --restore saved
counts 17 3
if "$td_tamis" classify -c "$conf" spam.1 >out 2>err && grep -q '^ *[89][0-9].*spam.1' out; then
	ok "  all of it"
else
	not_ok "  not all of it"
fi
sed '$d' saved >short
run 1 "half a backup" --restore short
has err "short: its end is missing"
sed 's/^b	[0-9]*	./&A/' saved >damaged
run 1 "a damaged backup" --restore damaged
has err "damaged: it is damaged"
printf 'v\t3\tdb_version # this must be the first line!!!\nv\t1\tnum_spam\nv\t1\tnum_nonspam\nt\t1\t0\t0\t0011223344\n' >theirs
run 0 "one of SpamAssassin" --restore theirs
has err "1 of 1 tokens taken over"
counts 1 1
sed 's/0011223344/00112/' theirs >bad
run 1 "a damaged one" --restore bad
has err "bad: line 4: a token that is not ten hexadecimal digits"
counts 1 1
run 0 "back to ours" --restore saved
counts 17 3
mkdir theirdb
run 0 "another database" --dbpath theirdb --spam spam.1
learned 1 1
if [ -d theirdb/bayes_tamis ]; then ok "  beside theirs"; else not_ok "  not beside theirs"; fi
run 0 "by its full name" --dbpath theirdb/bayes --spam spam.1
learned 0 1
exec 9>state/bayes/lock
flock 9
run 75 "a second writer" --spam spam.1
has err "is being written by another process"
exec 9>&-
printf 'xxxx' | dd of=state/bayes/checkpoint bs=1 seek=4000 conv=notrunc 2>/dev/null
run 1 "a damaged store" --spam spam.1
has err "checkpoint has a damaged page"
run 0 "is replaced by a backup" --restore saved
counts 17 3

# ---- a running service
chmod -R a+rX "$dir"
td_start "$dir/td" "rules_path=$TAMIS_SRCDIR/rules" || exit 1
conf=$td_conf
run 0 "the keeper learns" --spam three.mbox
learned 3 3
run 0 "and forgets" --forget three.mbox
has out "Forgot tokens from 3 message(s) (3 message(s) examined)"
run 75 "clear beside the service" --clear
if td_healthy >out 2>err; then ok "the service is well"; else not_ok "the service is not well"; fi
td_stop >out 2>err || not_ok "does not stop"
exit $failed
