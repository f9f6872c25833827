#!/bin/sh
# sa-test.sh - tamis-spamassassin as recipes and scripts use it
# Runs the program of the build tree in a private directory with rules of its own. One line a check, "ok" or
# "not ok"; exit 1 when one failed.
set -u
# shellcheck source=/dev/null
. "$(dirname "$0")/test-lib.sh"
program=${TAMIS_BUILDDIR:-.}/tamis-spamassassin
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
cd "$dir" || exit 99
HOME=$dir
export HOME

# run CODE NAME INPUT OPTION...: exit code; what it printed is in out and err
run() {
	code=$1 name=$2 input=$3
	shift 3
	"$program" -L -C rules --siteconfigpath site "$@" >out 2>err <"$input"
	exited "$code" "$name" $?
}
has() {
	for text; do
		if grep -qF -e "$text" out; then ok "  has: $text"; else not_ok "  has not: $text"; fi
	done
}
says() {
	for text; do
		if grep -qF -e "$text" err; then ok "  says: $text"; else not_ok "  does not say: $text"; fi
	done
}
hasnt() {
	if grep -qF -e "$1" out; then not_ok "  has: $1"; else ok "  has not: $1"; fi
}
same() {
	if cmp -s "$1" out; then ok "  is $1"; else not_ok "  is not $1"; fi
}

mkdir rules site files .spamassassin
cat >rules/10.cf <<'X'
clear_headers
add_header all Status "_YESNO_, score=_SCORE_ required=_REQD_ tests=_TESTS_"
clear_report_template
report Points: _SCORE_ of _REQD_
report _SUMMARY_
body     T_PILLS   /cheap pills/i
describe T_PILLS   Speaks of cheap pills
score    T_PILLS   6
header   T_HELLO   Subject =~ /hello/i
score    T_HELLO   1.5
X
printf 'From: a@example.org\nTo: b@example.net\nSubject: Hello\n\nhow are you\n' >ham
printf 'From: a@example.org\nTo: b@example.net\nSubject: Hello\n\nbuy cheap pills\n' >spam
printf 'From: a@example.org\r\nSubject: Hello\r\n\r\nbuy cheap pills\r\n' >crlf

run 0 'ham gets fields' ham
has 'X-Spam-Status: No, score=1.5 required=5.0 tests=T_HELLO' 'how are you'
hasnt 'Points:'
run 0 'a report is added with -t' ham -L -t
has 'Points: 1.5 of 5.0' ' 1.5 T_HELLO                No description available.'
run 0 'spam is wrapped' spam
has 'X-Spam-Status: Yes, score=7.5 required=5.0 tests=T_HELLO,T_PILLS' 'Points: 7.5 of 5.0' \
	' 6.0 T_PILLS                BODY: Speaks of cheap pills' 'x-spam-type=original'
cp out wrapped
run 0 'and can be unwrapped' wrapped -d
same spam
run 0 'as can what has CRLF' crlf
cp out wrapped
run 0 'with -d' wrapped --remove-markup
same crlf
run 0 '-d -t checks what was unwrapped' wrapped -d -t
has 'Points: 7.5 of 5.0'
run 5 'the exit code says spam with -e' spam -e
run 7 'with the number given' spam --error-code=7
run 9 'or bundled' spam -Lte9
run 0 'but not of ham' ham -e
run 0 'lines on the command line are read last' spam --cf 'report_safe 0' --cf 'rewrite_header Subject [S]' \
	--cf='score T_HELLO 0.5'
has 'Subject: [S] Hello' 'X-Spam-Prev-Subject: Hello' 'score=6.5'
cp out marked
run 0 'and what they did is taken away again' marked -d
same spam
echo 'required_score 1' >prefs
run 5 'preferences are read' ham -p prefs -e
cp prefs .spamassassin/user_prefs
run 5 'those of the user where none are named' ham -x -e
rm .spamassassin/user_prefs
echo 'score T_HELLO 3' >site/local.cf
run 0 'files of the site are read behind the stock' ham
has 'score=3.0'
rm site/local.cf
cp ham files/1
cp spam files/2
run 0 'files are filtered one after the other' /dev/null files/1 files/2
has 'score=1.5' 'score=7.5'
run 0 'and those of a directory' /dev/null files
has 'score=1.5' 'score=7.5'
{ echo 'From a@example.org Mon Jan  1 10:00:00 2024'; cat ham; echo; echo 'From a@example.org Mon Jan  1 10:00:01 2024'
	cat spam; } >box
run 0 'and those of an mbox' box --mbox
has 'score=1.5' 'score=7.5' 'From a@example.org Mon Jan  1 10:00:01 2024'
run 1 'a file that is not there is named' /dev/null files/1 nowhere
says 'nowhere: No such file'
has 'score=1.5'

run 0 'good rules pass --lint' /dev/null --lint
echo 'body BROKEN /(/' >site/bad.cf
run 1 'bad ones do not' /dev/null --lint
says 'bad.cf" line 1:' 'lint: 1 issues detected'
run 0 'the rest works' ham
has 'tests=T_HELLO'
rm site/bad.cf
mkdir 'my rules, two' && cp rules/10.cf 'my rules, two/' && echo 'required_score 1' >'my prefs'
run 5 'paths may have blanks and commas' ham -C 'my rules, two' -p 'my prefs' -e
has 'tests=T_HELLO'
run 78 'no rules at all are refused' ham -C nowhere
run 64 'a wrong option is wrong usage' ham --nonsense
says 'nonsense'
run 69 'what Tamis does not do is said' ham --add-to-welcomelist
says 'welcomelist_from'
run 0 'nobody is reported to' ham -r
has '1 message(s) examined.'
says 'unable to report message'
run 0 'the version is the one that rules see' /dev/null -V
has 'SpamAssassin version 4.0.1'
run 0 'help' /dev/null --help
has '--configpath PATH'
exit $failed
