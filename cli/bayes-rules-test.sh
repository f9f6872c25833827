#!/bin/sh
# bayes-rules-test.sh - what rule files say of the classifier has the effect that SpamAssassin documents
# Runs tamis of the build tree in a private directory. One line a check, "ok" or "not ok"; exit 1
# when one failed.
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

# run CODE NAME ARGUMENT...: tamis
run() {
	code=$1 name=$2
	shift 2
	"$td_tamis" "$@" -c "$dir/tamis.conf" >out 2>err </dev/null
	exited "$code" "$name" $?
}
message() { # KIND NUMBER
	printf 'From: a@%s.example.org\nTo: b@example.net\nSubject: %s %d\nX-Mark: %s-mark\nMessage-ID: <%s.%d@example.org>\n' \
		"$1" "$1" "$2" "$1" "$1" "$2"
	if [ "$1" = spam ]; then
		printf '\nCheap pills, winner, number %d: click now!\n' "$2"
	else
		printf '\nThe minutes of our meeting number %d are attached.\n' "$2"
	fi
}
# rules LINE...: the rule file, with these lines at its end
rules() {
	cp base.cf rules/10.cf
	for line; do echo "$line" >>rules/10.cf; done
}
# hits NAME MESSAGE RULE... of which one with a - in front must not hit; with the lines of `rules` before
hits() {
	name=$1 file=$2
	shift 2
	run 0 "$name" scan --json "$file"
	for rule; do
		if [ "$rule" != "${rule#-}" ]; then
			hasnt out "\"rule\":\"${rule#-}\""
		else
			has out "\"rule\":\"$rule\""
		fi
	done
}

mkdir rules run state
printf 'rules_path = rules\nruntime_directory = run\nstate_directory = state\nvirus_scan = no\ndns = no\nworkers = 1\n' >tamis.conf
cat >base.cf <<'X'
bayes_min_spam_num 12
bayes_min_ham_num 11
body     BAYES_00  eval:check_bayes('0.00', '0.30')
tflags   BAYES_00  nice learn
score    BAYES_00  0 0 -1.5 -1.5
body     BAYES_99  eval:check_bayes('0.70', '1.00')
tflags   BAYES_99  learn
score    BAYES_99  0 0 6 6
body     OWN_LOW   eval:check_bayes('0', '0.5')
body     OWN_HIGH  eval:check_bayes('0.5', 'undef')
body     OWN_NONE  eval:check_bayes('1.5', '2')
header   SETS      exists:From
score    SETS      1 2 3 4
header   LEARN_SET eval:check_for_faraway_charset_in_headers()
header   PLAIN     exists:To
tflags   PLAIN     learn
X
rules
for n in 1 2 3 4 5 6 7 8 9 10 11 12; do message spam "$n"; done >/dev/null
for n in 1 2 3 4 5 6 7 8 9 10 11 12 20; do
	message spam "$n" >"spam.$n"
	message ham "$n" >"ham.$n"
done

# ---- how much it must have learned
run 0 "eleven of spam" learn --quiet --spam spam.1 spam.2 spam.3 spam.4 spam.5 spam.6 spam.7 spam.8 spam.9 spam.10 spam.11
run 0 "and of ham" learn --quiet --ham ham.1 ham.2 ham.3 ham.4 ham.5 ham.6 ham.7 ham.8 ham.9 ham.10 ham.11
hits "are too few of spam" spam.20 -BAYES_99 -OWN_HIGH PLAIN
has out '"score":1' '{"rule":"SETS","score":1' '"bayes":null'
run 0 "one more" learn --quiet --spam spam.12
hits "are enough" spam.20 BAYES_99 OWN_HIGH -OWN_LOW -OWN_NONE -BAYES_00 PLAIN
has out '{"rule":"SETS","score":3' '{"rule":"BAYES_99","score":6' '"bayes":0.'
hits "for ham, too" ham.20 BAYES_00 OWN_LOW -OWN_HIGH -BAYES_99
has out '{"rule":"BAYES_00","score":-1.5'
rules 'bayes_min_ham_num 12'
hits "unless more is wanted of ham" spam.20 -BAYES_99 -OWN_HIGH
has out '{"rule":"SETS","score":1'

# ---- switches
for line in 'use_bayes 0' 'use_bayes_rules 0' 'use_learner 0'; do
	rules "$line"
	hits "$line" spam.20 -BAYES_99 -OWN_HIGH
	has out '{"rule":"SETS","score":1' '"bayes":null'
done
rules 'use_bayes 0' 'use_bayes 1'
hits "the last line counts" spam.20 BAYES_99
rules 'bayes_ignore_from *@spam.example.org'
hits "not of mail from whom it is not to judge" spam.20 -BAYES_99 -OWN_HIGH
run 0 "  which explain says" explain --local spam.20
has out "its rules are silent: bayes_ignore_from or bayes_ignore_to names this mail"
run 0 "  as JSON, too" explain --json --local spam.20
has out '"ignored":true'
hits "of others" ham.20 BAYES_00
rules 'bayes_ignore_to b@example.net'
hits "not of mail to whom it is not to judge" ham.20 -BAYES_00 -OWN_LOW

# ---- what it looks at: the same when it learns and when it judges
mark() { # NAME RULES-LINE: learns anew with that line; then what explain shows without it
	rules "$2"
	run 0 "$1" learn --quiet --spam spam.1 spam.2 spam.3 spam.4 --set bayes_directory="$dir/$3"
	run 0 "  and ham" learn --quiet --ham ham.1 ham.2 ham.3 ham.4 --set bayes_directory="$dir/$3"
	rules "$4"
	run 0 "  explained" explain --local spam.20 --set bayes_directory="$dir/$3"
}
mark "a field counts" '' one ''
has out "x-mark:" "w:pills"
mark "unless it was left out when it learned" 'bayes_ignore_header X-Mark' two ''
hasnt out "x-mark:"
has out "w:pills"
mark "or when it judges" '' one 'bayes_ignore_header X-MARK'
hasnt out "x-mark:"
mark "sources" 'bayes_token_sources novisible' three ''
hasnt out "w:pills"
has out "x-mark:"
mark "stop words" 'bayes_stopword_languages en' four ''
has out "w:pills"
rules 'bayes_stopword_en (?:pills|winner)' 'bayes_stopword_languages en'
run 0 "judged by" explain --local spam.20 --set bayes_directory="$dir/one"
hasnt out "w:pills"
hasnt out "w:winner"
has out "w:click"

# ---- where nothing is to be learned
rules 'use_bayes 0'
run 1 "use_bayes 0" learn --spam spam.20
has err "use_bayes 0"
rules 'bayes_path /tmp/x' 'bayes_stopword_de und' 'bayes_token_sources words'
run 1 "lint" lint --not-yet
has out "10.cf:17: not yet: bayes_path has no effect" "10.cf:18: not yet: bayes_stopword_de has no effect" \
	"10.cf:19: error: bayes_token_sources: write some of"

# ---- tags, and what is learned by itself, in a service with what was learned above
rules 'clear_headers' 'add_header all Tokens _TOKENSUMMARY_' 'add_header all Spammy _SPAMMYTOKENS(2,short)_' \
	'add_header all Counts _BAYESTC_ _BAYESTCLEARNED_ _BAYESTCSPAMMY_ _BAYESTCHAMMY_' \
	'add_header all Hammy _HAMMYTOKENS(1,long)_' 'add_header all Bayes _BAYES_' 'bayes_ignore_from *@list.example.org' \
	'score SETS 0.01' 'score OWN_LOW 0.01' 'score PLAIN -0.5' 'score BAYES_00 0 0 -1.5 -1.5'
case_of() { # NAME ADDRESS AUTOLEARN LINE...
	printf 'case %s\n    mail <%s>\n    header From: %s\n    header To: b@example.net\n    header Subject: minutes\n' "$1" "$2" "$2"
	printf '    header X-Mark: ham-mark\n    header Message-ID: <%s>\n    body The minutes of our meeting\\n\n    end\n' "$2"
	printf '    reply continue\n    final X-Spam-Status: * autolearn=%s *\n' "$3"
	shift 3
	for line; do printf '    final X-Spam-%s\n' "$line"; done
}
{
	case_of "tags of tokens" a@ham.example.org ham 'Tokens: Tokens: new, *; hammy, *; neutral, *; spammy, *.' 'Bayes: 0.*' \
		'Hammy: 0.*--*h-*s--?d--*:*' 'Counts: * * * *'
	case_of "of whom it says nothing" a@list.example.org no 'Tokens: Bayes not run.' 'Hammy: Tokens not available.'
} >tags.mt
mkdir -p td/state && cp -r state/bayes td/state/
chmod -R a+rX "$dir"
[ "$(id -u)" != 0 ] || chown -R nobody td
if td_start "$dir/td" "rules_path=$dir/rules" "bayes_directory=$dir/td/state/bayes" bayes_autolearn=yes; then
	i=0 # its rules begin when the keeper has the classifier ready
	until "$TAMIS_BUILDDIR/tests/milter/mtplay" --socket "$td_socket" --timeout 30000 tags.mt >out 2>err || [ $i -ge 100 ]; do
		sleep 0.1
		i=$((i + 1))
	done
	td_processes=$(td_roles)
	"$TAMIS_BUILDDIR/tests/milter/mtplay" --socket "$td_socket" --timeout 30000 tags.mt >out 2>err
	exited 0 "tags, and autolearn, leave out whom they are told to" $?
	tail -n 5 "$td_log" >>err
	if td_healthy >out 2>err; then ok "the service is well"; else not_ok "the service is not well"; fi
	if td_stop >out 2>err; then ok "and stops"; else not_ok "does not stop"; fi
else
	not_ok "no service"
fi
exit $failed
