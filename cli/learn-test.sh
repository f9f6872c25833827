#!/bin/sh
# learn-test.sh - learn, classify and bayes as people and scripts use them; then through a running service
# Runs tamis of the build tree in a private directory with rules of its own. One line a check, "ok" or "not ok";
# exit 1 when one failed.
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

# run CODE NAME ARGUMENT...: tamis; exit code, and what it printed in out and err
run() {
	code=$1 name=$2
	shift 2
	"$td_tamis" "$@" -c "$conf" >out 2>err <$input
	exited "$code" "$name" $?
}

message() { # KIND NUMBER
	printf 'From: a@%s.example.org\nTo: b@example.net\nSubject: %s %d\nMessage-ID: <%s.%d@example.org>\n' \
		"$1" "$1" "$2" "$1" "$2"
	if [ "$1" = spam ]; then
		printf '\nCheap pills, winner, number %d: click now!\n' "$2"
	else
		printf '\nThe minutes of our meeting number %d are attached.\n' "$2"
	fi
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

# ---- material
mkdir rules run state folder folder/below Maildir Maildir/cur Maildir/new Maildir/tmp
printf 'rules_path = rules\nruntime_directory = run\nstate_directory = state\nvirus_scan = no\ndns = no\n' >"$conf"
cat >rules/10.cf <<'X'
body     BAYES_00  eval:check_bayes('0.00', '0.05')
tflags   BAYES_00  nice learn
score    BAYES_00  0 0 -1.5 -1.5
body     BAYES_99  eval:check_bayes('0.95', '1.00')
tflags   BAYES_99  learn
score    BAYES_99  0 0 6 6
X
for n in 1 2 3 4 5 6 7; do message spam $n >spam.$n; done
message spam 10 >folder/one
message spam 11 >folder/below/two
message spam 12 >folder/.hidden
message ham 20 >Maildir/cur/20:2,S
message ham 21 >Maildir/new/21
{ cat spam.5; echo "From the start a line of text."; } >quoted
{ echo "From a@example.org Tue Nov 24 04:14:11 2026"; sed 's/^From the/>From the/' quoted; } >quoted.mbox

# ---- learning
run 0 "a file" learn --spam spam.1
has out "1 learned as spam, 0 known before; the classifier knows 1 spam and 0 ham"
run 0 "the same again, and another" learn --spam spam.1 spam.2
has out "1 learned as spam, 1 known before; the classifier knows 2 spam and 0 ham"
run 0 "under the other label" learn --ham spam.2
has out "1 learned as ham, 0 known before; the classifier knows 1 spam and 1 ham"
run 0 "forgotten" learn --forget spam.2 spam.3
has out "1 forgotten, 1 not remembered; the classifier knows 1 spam and 0 ham"
run 0 "a directory, without what begins with a dot" learn --spam folder
has out "2 learned as spam, 0 known before; the classifier knows 3 spam and 0 ham"
echo "3 V1 N22" >Maildir/dovecot-uidlist
message ham 22 >Maildir/tmp/half
run 0 "a Maildir, its messages alone" learn --ham Maildir
has out "2 learned as ham" "3 spam and 2 ham"
mbox spam 30 32 >three.mbox
run 0 "an mbox" learn --spam three.mbox
has out "3 learned as spam" "6 spam and 2 ham"
run 0 ">From of an mbox is From" learn --spam quoted.mbox
has out "1 learned as spam"
run 0 "which is the message before it was quoted" learn --spam quoted
has out "0 learned as spam, 1 known before; the classifier knows 7 spam"
input=spam.4
run 0 "standard input" learn --spam -
has out "1 learned as spam" "8 spam and 2 ham"
input=/dev/null
run 1 "a file that is not there, and one that is" learn --spam nothing spam.3 --quiet
has err "nothing: No such file"
run 0 "which was learned" bayes stats
has out "spam learned                 9"
run 2 "two labels" learn --spam --ham spam.1
run 2 "no messages" learn --spam
run 2 "no label" learn spam.1

# ---- taking back
run 0 "by a name" learn --ham spam.6 spam.7 --who carol@example.org
has out "2 learned as ham" "9 spam and 4 ham"
run 0 "what she taught" learn --undo carol@example.org
has out "2 lessons taken back"
run 1 "only once" learn --undo carol@example.org
has out "0 lessons taken back"
run 0 "counts are what they were" bayes stats
has out "spam learned                 9" "ham learned                  2"

# ---- asking
run 0 "classify" classify spam.6 Maildir/new/21
has out "%  spam.6" "%  Maildir/new/21"
run 0 "as JSON" classify --json spam.6
has out '"file":"spam.6"' '"bayes":0.' '"logit":' '"cpu_ms":'
run 0 "explain" explain --local spam.6
has out "spam.6: clean, 0.0 of 5.0 points, action pass" "0.0 points are less than required_score (5.0)" \
	"9 spam and 2 ham learned" "likely to be spam" "its rules are silent before 200 spam and 200 ham" "w:pills" "for ham"
run 0 "as JSON" explain --json --local spam.6
has out '"bayes":{"spam_learned":9,"ham_learned":2,"probability":0.' '{"token":"w:pills","share":0.'
run 0 "without the classifier" explain --no-bayes spam.6
has out "has learned nothing, or is not used"
run 2 "a stream without labels" classify --learn-after spam.6
has err "--learn-after needs labels"
printf 'spam spam.6\nham %s\nspam spam.7\n' "Maildir/new/21" >list
run 0 "a stream, learned as it goes" classify --learn-after --files-from list --json
if [ "$(sed 's/.*"file":"\([^"]*\)".*/\1/' out | tr '\n' ' ')" = "spam.6 Maildir/new/21 spam.7 " ]; then
	ok "  in the order of the list"
else
	not_ok "  not in the order of the list"
fi
echo "spam.6" >unlabelled
run 2 "a list without labels" classify --learn-after --files-from unlabelled
has err 'unlabelled:1: write "spam PATH" or "ham PATH"'
run 0 "what was new was learned, the known one not twice" bayes stats
has out "spam learned                11" "ham learned                  2"

# ---- the store
run 0 "check" bayes check
has out "good"
run 0 "backup" bayes backup saved
run 0 "all of the last hour taken back" learn --undo 1h
run 0 "nothing is left" bayes stats
has out "spam learned                 0" "ham learned                  0"
run 0 "restore" bayes restore saved
run 0 "all is there again" bayes stats
has out "spam learned                11"
run 1 "a backup that is not there" bayes restore nothing
has err "nothing is not there"
exec 9>state/bayes/lock
flock 9
run 75 "a second writer" learn --spam spam.1
has err "the classifier is being written by another process"
run 75 "restore beside a writer" bayes restore saved
exec 9>&-
printf 'xxxx' | dd of=state/bayes/checkpoint bs=1 seek=4000 conv=notrunc 2>/dev/null
run 1 "check of a damaged store" bayes check
has err "checkpoint has a damaged page: restore a backup"
run 75 "which learns nothing" learn --spam spam.1
has err "checkpoint has a damaged page"
run 75 "and says nothing" classify spam.1
head -c 1000 saved >short
run 1 "half a backup is refused" bayes restore short
run 0 "a whole one is put in its place" bayes restore saved
has err "what was there stays as checkpoint.old"
run 0 "which is good" bayes check
run 0 "and has all" bayes stats
has out "spam learned                11"

# ---- another program's
{
	echo ".MSG_COUNT 300 300 20261124"
	echo "pills 250 1 20261124"
	echo "Cheap 120 2 20261124"
	echo "subj:spam 290 0 20261124"
	echo "from:spam.example.org 280 0 20261124"
	echo "minutes 0 200 20261124"
	echo "meeting 3 220 20261124"
	echo "from:ham.example.org 0 260"
	echo "no counts at all"
} >words
run 0 "a dump of bogofilter" bayes import words --set bayes_directory=taken
has out "7 of 9 tokens taken over, from 300 spam and 300 ham"
run 0 "which is counted" bayes stats --set bayes_directory=taken
has out "spam learned               300" "taken over                 300 spam, 300 ham"
run 1 "once" bayes import words --set bayes_directory=taken
has err "would count twice"
run 0 "and speaks" scan --json spam.1 Maildir/new/21 --set bayes_directory=taken
has out BAYES_99 BAYES_00
cp -r rules quiet && echo "bayes_ignore_from *@spam.example.org" >quiet/20.cf && echo "bayes_ignore_to *@example.com" >>quiet/20.cf
run 0 "but not of whom it is not to" scan --json spam.1 Maildir/new/21 --set bayes_directory=taken --rules quiet
hasnt out BAYES_99
has out BAYES_00
echo "bayes_path /var/lib/spamassassin/bayes" >>quiet/20.cf
run 0 "lint names what has no effect" lint --not-yet --rules quiet
has out "quiet/20.cf:3" "bayes_path has no effect" "bayes_directory"
run 0 "in words" explain spam.1 --set bayes_directory=taken
has out "from:spam.example.org" "w:pills"
run 1 "what is no dump" bayes import spam.1 --set bayes_directory=taken2
has err "this is no dump of bogofilter's"
# ends of the SHA-1 of "pills", "minutes", "H*F:D*spam.example.org", "H*F:D*ham.example.org"
{
	printf 'v\t3\tdb_version # this must be the first line!!!\nv\t300\tnum_spam\nv\t300\tnum_nonspam\n'
	printf 't\t250\t1\t1031930397\t71f9451190\nt\t0\t200\t1\tc4c335bfc9\nt\t280\t0\t1\t5af0ac6048\nt\t0\t260\t1\tad2b4583c8\n'
	printf 's\th\tabc@sa_generated\n'
} >theirs
run 0 "a backup of SpamAssassin" bayes import theirs --set bayes_directory=sa
has out "4 of 4 tokens taken over, from 300 spam and 300 ham" "1 messages that it remembers passed over"
run 0 "which is said" bayes stats --set bayes_directory=sa
has out "of SpamAssassin; it speaks with 100 %"
run 1 "once, too" bayes import words --set bayes_directory=sa
has err "would count twice"
run 0 "it speaks from the first message on" scan --json spam.1 Maildir/new/21 --set bayes_directory=sa
has out BAYES_99 BAYES_00
run 0 "also alone" classify spam.1 Maildir/new/21 --set bayes_directory=sa
hasnt out unknown
run 0 "and in its own words" explain spam.1 --set bayes_directory=sa
has out "sa:H*F:D*spam.example.org" "sa:pills"
sed 's/^t.*c4c335bfc9/t\tx\t1\t1\tc4c335bfc9/' theirs >broken
run 1 "a line that is wrong" bayes import broken --set bayes_directory=taken2
has err "broken: line 5: a token without its three numbers"
run 0 "export" bayes export exported --set bayes_directory=taken
has exported "db_version" "$(printf 'v\t300\tnum_spam')"
run 0 "and back" bayes import exported --set bayes_directory=taken2
run 0 "with all" bayes stats --set bayes_directory=taken2
has out "taken over                 300 spam, 300 ham"

# ---- a running service
mbox spam 1 200 >spam.mbox
mbox ham 1 200 >ham.mbox
message spam 999 >new.spam
message ham 999 >new.ham
cat >spam.mt <<'X'
case what was learned as spam
    header From: a@spam.example.org
    header Subject: spam 998
    body Cheap pills, winner, number 998: click now!\n
    end
    reply continue
    log *BAYES_99*
X
chmod -R a+rX "$dir"
td_start "$dir/td" "rules_path=$dir/rules" || exit 1
conf=$td_conf
run 0 "the keeper learns" learn --spam spam.mbox
has out "200 learned as spam, 0 known before; the classifier knows 200 spam and 0 ham"
run 0 "as long as it knows too little it is silent" scan --json new.spam
hasnt out BAYES_
run 0 "it learns ham" learn --ham ham.mbox
has out "200 learned as ham, 0 known before; the classifier knows 200 spam and 200 ham"
run 0 "and knows what it learned" learn --ham ham.mbox
has out "0 learned as ham, 200 known before"
run 0 "a store of one's own beside it" learn --spam spam.1 --set bayes_directory=own
has out "1 learned as spam, 0 known before; the classifier knows 1 spam and 0 ham"
run 75 "restore beside the service" bayes restore saved
has err "is being written by another process"
run 0 "check beside the service" bayes check
has out "good, 400 lessons"
"$td_tamis" scan --json new.spam new.ham -c "$conf" >out 2>err
has out BAYES_99 BAYES_00
if [ ! -e "$td_dir/state/bayes/live" ] && [ -s "$td_dir/state/bayes/journal" ]; then
	ok "what is mapped is no file"
else
	not_ok "what is mapped is a file"
fi
for p in /proc/[0-9]*; do # the keeper of this service
	[ "$(cat "$p/comm" 2>/dev/null)" = tamis-keeper ] && [ "$(cut -d' ' -f4 "$p/stat" 2>/dev/null)" = "$td_pid" ] &&
		kill -9 "${p#/proc/}"
done
run 0 "a keeper that died has it again" learn --ham ham.mbox
has out "0 learned as ham, 200 known before; the classifier knows 200 spam and 200 ham"
i=0
until grep -q "its rules begin now" "$td_log" || [ $i -ge 300 ]; do
	sleep 0.1
	i=$((i + 1))
done
i=0
until "$TAMIS_BUILDDIR/tests/milter/mtplay" --socket "$td_socket" --timeout 30000 spam.mt >out 2>err || [ $i -ge 100 ]; do
	sleep 0.1
	i=$((i + 1))
done
td_processes=$(td_roles)
"$TAMIS_BUILDDIR/tests/milter/mtplay" --socket "$td_socket" --timeout 30000 spam.mt >out 2>err
got=$?
tail -n 3 "$td_log" >>err
if [ $got = 0 ]; then ok "when it has learned enough the filter uses it by itself"; else not_ok "the filter does not use it"; fi
# what users teach: only what was filtered for them, which the service's account must be able to know
if [ "$(id -u)" = 0 ]; then
	stat -c '%a %U %G' "$td_dir/state/verdict.key" >out 2>err
	has out "640 root $(id -gn nobody)"
fi
run 0 "a user's mail that this service has not filtered" learn --spam --for bob@example.net new.spam
has out "0 learned as spam, 0 known before, 1 not filtered for bob@example.net"
run 0 "where the site lets users teach any mail" learn --spam --for bob@example.net --set bayes_users=any new.spam
has out "1 learned as spam"
run 0 "undo what that user taught" learn --undo bob@example.net
has out "1 lessons taken back"
run 0 "undo through the keeper" learn --undo 1h
has out "400 lessons taken back"
if td_healthy >out 2>err; then ok "the service is well"; else not_ok "the service is not well"; fi
if td_stop >out 2>err; then ok "and stops"; else not_ok "does not stop"; fi

# ---- lessons that nobody gave
cat >>rules/10.cf <<'X'
header   SURE_HEAD  Subject =~ /winner/i
score    SURE_HEAD  7
body     SURE_BODY  /Cheap pills/i
score    SURE_BODY  7
X
learned() { # CLASS DOMAIN AUTOLEARN: a case that says so
	cat <<X
case $1 of $2 is autolearn=$3
    mail <a@$2>
    header From: a@$2
    header Subject: $([ "$1" = spam ] && echo You are the winner || echo minutes) $2 $4
    header Message-ID: <$1.$4@$2>
    body $([ "$1" = spam ] && echo 'Cheap pills' || echo 'The minutes') $4\n
    end
    reply continue
    final X-Spam-Status: * autolearn=$3 autolearn_force=no *
X
}
count() { # NAME: of the status
	td_status | grep -o '"autolearn":{[^}]*' | grep -o "\"$1\":[0-9]*" | cut -d: -f2
}
counted() { # NAME NUMBER DESCRIPTION
	i=0
	until [ "$(count "$1")" = "$2" ] || [ $i -ge 100 ]; do
		sleep 0.1
		i=$((i + 1))
	done
	if [ "$(count "$1")" = "$2" ]; then ok "$3"; else not_ok "$3: $(count "$1")"; fi
}
play() { # FILE DESCRIPTION
	"$TAMIS_BUILDDIR/tests/milter/mtplay" --socket "$td_socket" --timeout 30000 "$1" >out 2>err
	got=$?
	tail -n 3 "$td_log" >>err
	if [ $got = 0 ]; then ok "$2"; else not_ok "$2"; fi
}
conf=$dir/tamis.conf
chmod -R a+rX "$dir"
td_start "$dir/td2" "rules_path=$dir/rules" || exit 1
learned ham ham.example no 1 >off.mt
play off.mt "nothing is learned until somebody asks for it"
if td_stop >out 2>err; then ok "stops"; else not_ok "does not stop"; fi
td_start "$dir/td3" "rules_path=$dir/rules" bayes_autolearn=yes bayes_autolearn_domain=2 reject_score=100 || exit 1
conf=$td_conf
{
	learned ham ham.example ham 1
	learned ham ham.example ham 2
	learned ham ham.example no 3
	learned ham other.example ham 4
	learned ham other.example ham 4
	learned spam spam.example spam 5
} >auto.mt
play auto.mt "what rules are sure of is learned, within bounds"
counted ham 3 "three of ham"
counted spam 1 "one of spam"
counted known 1 "the same one once"
counted refused 1 "one past the bound of its domain"
run 0 "the keeper has them" bayes stats
has out "spam learned                 1" "ham learned                  3"
run 0 "all of them can be taken back" learn --undo autolearn
has out "4 lessons taken back"
if td_healthy >out 2>err; then ok "the service is well"; else not_ok "the service is not well"; fi
if td_stop >out 2>err; then ok "and stops"; else not_ok "does not stop"; fi
td_start "$dir/td3" "rules_path=$dir/rules" bayes_autolearn=yes bayes_autolearn_domain=2 reject_score=100 || exit 1
{
	learned ham ham.example no 6
	learned ham third.example ham 7
} >again.mt
play again.mt "a restart gives nobody a second day"
kill -HUP "$td_pid"
learned ham ham.example no 8 >again.mt
play again.mt "nor does a reload"
if td_stop >out 2>err; then ok "and stops"; else not_ok "does not stop"; fi
exit $failed
