#!/bin/sh
# cli-test.sh - the command line as people and scripts use it
# Runs tamis of the build tree in a private directory with rules of its own. One line a check, "ok" or "not ok";
# exit 1 when one failed.
set -u
# shellcheck source=/dev/null
. "$(dirname "$0")/test-lib.sh"
tamis=${TAMIS_BUILDDIR:-.}/tamis
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
cd "$dir" || exit 99
unset NO_COLOR

# run CODE NAME COMMAND...: exit code, and what it printed in out and err
run() {
	code=$1 name=$2
	shift 2
	"$@" >out 2>err </dev/null
	exited "$code" "$name" $?
}
lines() {
	n=$(wc -l <"$1")
	if [ "$n" -eq "$2" ]; then ok "  $2 lines"; else not_ok "  $n lines, not $2"; fi
}

# ---- material
mkdir rules more
cat >rules/10.cf <<'X'
body     T_PILLS   /cheap pills/i
describe T_PILLS   Speaks of cheap pills
score    T_PILLS   3
header   T_CLIENT  Received =~ /192\.0\.2\.77/
score    T_CLIENT  1
body     __PILL    /pill/
body     T_ESC     /\x1bred/
score    T_ESC     0.5
X
cat >more/20.cf <<'X'
header   T_HELLO   Subject =~ /hello/
describe T_HELLO   Greets
score    T_HELLO   2.5
X
cat >plain.eml <<'X'
From: a@example.com
To: b@example.com
Subject: hello
Date: Tue, 24 Nov 2026 04:14:11 +0000
Message-ID: <1@example.com>

Nothing here.
X
sed 's/Nothing here/Cheap pills, a pill a day/' plain.eml >pills.eml
sed 's/$/\r/' pills.eml >crlf.eml
{ echo 'From a@example.com Tue Nov 24 04:14:11 2026'; cat pills.eml; } >mbox.eml
printf 'rules_path = rules\nruntime_directory = run\nstate_directory = state\nvirus_scan = no\ndns = no\n' >tamis.conf
set -- -c "$dir/tamis.conf"

# ---- the program
run 0 "--version" "$tamis" --version
has out "tamis "
run 0 "--help" "$tamis" --help
has out scan lint rules config status
run 2 "no command is a mistake" "$tamis"
run 2 "an unknown command" "$tamis" frobnicate
has err "no command frobnicate"
for command in scan lint rules config status help; do
	run 0 "$command --help" "$tamis" "$command" --help
	has out "usage: tamis $command" "--set NAME=VALUE" "Examples:"
done
run 2 "an unknown option" "$tamis" scan --frobnicate plain.eml
has err "--frobnicate"
run 2 "an option without its value" "$tamis" scan plain.eml --rules
run 2 "no file" "$tamis" scan "$@"

# ---- scan
run 0 "scan" "$tamis" scan "$@" plain.eml pills.eml
has out "plain.eml: clean, 0.0 of 5.0 points" "pills.eml: clean, 3.0 of 5.0 points" T_PILLS "Speaks of cheap pills" \
	'"Cheap pills"'
if [ -s err ]; then not_ok "  quiet on stderr"; else ok "  quiet on stderr"; fi
hasnt out "$(printf '\033')"
run 0 "scan -v" "$tamis" scan "$@" -v pills.eml
has out "rules/10.cf:1" "subrules: __PILL" "ms CPU"
mkdir "$dir/site" && cp "$dir"/rules/* "$dir/site" && echo "required_score 7.5" >"$dir/site/zz.cf"
run 0 "explain" "$tamis" explain "$@" --set required_score=3 pills.eml
has out "pills.eml: spammy, 3.0 of 3.0 points, action tag" "-> tag         3.0 points reach required_score (3.0)" \
	"rules/10.cf:1" "Speaks of cheap pills" 'matched "Cheap pills"' "3.000  points in all" "__PILL" "has learned nothing"
hasnt out "$(printf '\033')"
run 0 "explain --json" "$tamis" explain "$@" --json --set required_score=3 pills.eml
has out '"why":[{"class":"spammy","action":"tag","reason":"3.0 points reach required_score (3.0)"}]' \
	'"rule":"T_PILLS","score":3,"where":"' '"matched":"Cheap pills"' '"bayes":null'
run 0 "scan: required_score of the site's rule files" "$tamis" scan "$@" --rules "$dir/site" --json pills.eml
has out '"required":7.5'
run 0 "scan: tamis.conf wins" "$tamis" scan "$@" --rules "$dir/site" --set required_score=3 --json pills.eml
has out '"required":3,'
run 0 "scan: options win over the file" "$tamis" scan "$@" --set required_score=3 pills.eml
has out "spammy, 3.0 of 3.0 points, action tag"
run 0 "scan --json" "$tamis" scan "$@" --json pills.eml
lines out 1
has out '{"file":"pills.eml","score":3,"required":5,"class":"clean","classes":["clean"],' \
	'"hits":[{"rule":"T_PILLS","score":3}]' '"subrules":["__PILL"]' '"virus":[]' '"bayes":null' '"cpu_ms":'
run 0 "scan: the flags of a scanner that is not there" "$tamis" scan "$@" --local --no-clamav --no-bayes plain.eml

run 0 "scan --rules, twice" "$tamis" scan --local --no-clamav --rules rules --rules more --json pills.eml
has out '"rule":"T_PILLS"' '"rule":"T_HELLO"' '"score":5.5' '"class":"spammy"'
run 0 "scan --rules replaces" "$tamis" scan "$@" --rules more --json pills.eml
hasnt out T_PILLS
run 2 "scan: rules that are not there" "$tamis" scan --local --no-clamav --rules nowhere plain.eml
has err nowhere

# ---- viruses
mkdir db
{
	printf 'Test.Eicar:0:*:'
	printf '%s%s' 'X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-' 'STANDARD-ANTIVIRUS-TEST-FILE!$H+H*' | od -An -tx1 | tr -d ' \n'
	echo
} >db/test.ndb
{
	sed '/^$/q' plain.eml
	printf '%s%s\n' 'X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-' 'STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'
} >eicar.eml
chmod 755 . db
run 0 "scan: a virus" "$tamis" scan "$@" --set virus_scan=yes --set clamav_database="$dir/db" --json eicar.eml plain.eml
lines out 2
has out '"virus":["Test.Eicar.UNOFFICIAL"]' '"class":"virus"' '"virus":[]' '"class":"clean"'
run 75 "scan: without a database nothing is clean" "$tamis" scan "$@" --set virus_scan=yes \
	--set clamav_database="$dir/nodb" --json eicar.eml plain.eml
lines out 2
hasnt out '"class":"clean"'
has out '"class":"unchecked/fault"' '"reason":"virus_database"'
has err 'no virus database' nodb freshclam --no-clamav
run 1 "lint: no virus database" "$tamis" lint "$@" --set virus_scan=yes --set clamav_database="$dir/nodb"
has err 'no virus database' freshclam
run 0 "lint: a virus database" "$tamis" lint "$@" --set virus_scan=yes --set clamav_database="$dir/db"

run 0 "scan: what a milter would know" "$tamis" scan "$@" --json --client 192.0.2.77 --client-name mx.example.net \
	--helo mx.example.net --from a@example.com --rcpt b@example.com --rcpt '<c@example.com>' plain.eml
has out T_CLIENT
run 0 "scan: without it the file's own" "$tamis" scan "$@" --json --from a@example.com plain.eml
hasnt out T_CLIENT
run 2 "scan: an address that is none" "$tamis" scan "$@" --client mx.example.net plain.eml
run 2 "scan: --helo alone" "$tamis" scan "$@" --helo mx.example.net plain.eml

run 0 "scan: line ends and mbox lines change nothing" "$tamis" scan "$@" --json pills.eml crlf.eml mbox.eml
sed 's/.*"hits"/"hits"/; s/"cpu_ms".*//; s/,"findings":\[[^]]*\]//' out | sort -u >same
lines same 1
"$tamis" scan "$@" --json - <pills.eml >out 2>err
has out '{"file":"-",' T_PILLS

run 1 "scan: a file that cannot be read" "$tamis" scan "$@" --json plain.eml gone.eml . pills.eml
lines out 2
has err "gone.eml: No such file" ".: Is a directory"

# order, with files that take longer between
i=0
: >list
while [ $i -lt 60 ]; do
	{ cat plain.eml; [ $((i % 7)) -ne 0 ] || head -c 300000 /dev/zero | tr '\0' 'x' | fold -w 70; } >"m $i.eml"
	echo "m $i.eml" >>list
	i=$((i + 1))
done
run 0 "scan --files-from" "$tamis" scan "$@" --json --set workers=3 plain.eml --files-from list pills.eml
sed 's/^{"file":"//; s/".*//' out >names
{ echo plain.eml; cat list; echo pills.eml; } >wanted
if cmp -s names wanted; then ok "  in the order given"; else not_ok "  in the order given"; fi
: >empty
run 0 "scan: an empty list" "$tamis" scan "$@" --files-from empty
run 1 "scan: a list that is not there" "$tamis" scan "$@" --files-from nolist
"$tamis" scan "$@" --json --files-from - <list >out 2>err
lines out 60
"$tamis" scan "$@" --json --files-from list 2>err | head -1 >out
lines out 1
if [ -s err ]; then not_ok "  a closed pipe is no error"; else ok "  a closed pipe is no error"; fi

# odd files
: >nothing.eml
head -c 200000 /dev/urandom >noise.eml
printf 'Subject: x\n\n\033red\a\n' >escape.eml
run 0 "scan: odd files" "$tamis" scan "$@" nothing.eml noise.eml escape.eml
has out 'nothing.eml: ' 'noise.eml: ' '"\x1bred"'
hasnt out "$(printf '\033')"
run 0 "scan: past message_max the rest is unchecked" "$tamis" scan "$@" --json --set message_max=64k "m 0.eml"
has out '"class":"unchecked/limit"' message_max

# colour: on a terminal only, and not with NO_COLOR
# not every container has terminals to give
if script -qec true /dev/null >/dev/null 2>&1 </dev/null; then
	script -qec "$tamis scan -c $dir/tamis.conf plain.eml" /dev/null >out 2>err </dev/null
	has out "$(printf '\033[32mclean')"
	NO_COLOR=1 script -qec "$tamis scan -c $dir/tamis.conf plain.eml" /dev/null >out 2>err </dev/null
	hasnt out "$(printf '\033')"
fi

# nobody looks inside a message as root; nobody is left behind
mkfifo pipe
"$tamis" scan "$@" --set workers=1 - <pipe >out 2>err &
scan=$!
exec 3>pipe
children() { cat /proc/[0-9]*/status 2>/dev/null | awk -v p="$1" '
	/^Pid:/ { pid = $2 } /^PPid:/ { ppid = $2 } /^Uid:/ { if (ppid == p) print pid, $2 }'; }
worker= tries=0
while [ -z "$worker" ] && [ $tries -lt 200 ]; do
	loader=$(children $scan | head -1)
	[ -z "$loader" ] || worker=$(children "${loader%% *}" | head -1)
	tries=$((tries + 1))
	[ -n "$worker" ] || sleep 0.05
done
# The loader reads rules as who started it and drops before the first worker: only now its account is final.
loader=$(children $scan | head -1)
if [ -z "$worker" ]; then
	not_ok "scan: a worker is running"
elif [ "$(id -u)" = 0 ] && { [ "${worker#* }" = 0 ] || [ "${loader#* }" = 0 ]; }; then
	not_ok "scan: loader and worker are not root"
else
	ok "scan: loader and worker are not root"
fi
cat pills.eml >&3
exec 3>&-
wait $scan
[ $? = 0 ] && ok "scan: from a pipe" || not_ok "scan: from a pipe"
for pid in ${loader%% *} ${worker%% *}; do
	if [ -d "/proc/$pid" ]; then not_ok "scan: process $pid is left behind"; else ok "scan: process is gone"; fi
done

# ---- lint
run 0 "lint" "$tamis" lint "$@"
has out "4 rules and 1 subrules from 1 files: nothing to complain about"
mkdir bad
printf 'body T_GOOD /x/\n\nbody T_BAD /(/\n' >bad/30.cf
run 1 "lint: a broken rule" "$tamis" lint --rules bad
has out "bad/30.cf:3: error: "
run 1 "lint: no rules at all" "$tamis" lint --rules more --rules nowhere
has err nowhere
run 2 "lint takes no files" "$tamis" lint rules

# ---- rules
run 0 "rules --cost" "$tamis" rules --cost "$@" plain.eml pills.eml
has out "2 messages, " "T_PILLS  " "10.cf:1" "texts made and scanned"
run 1 "rules: a file that is not there" "$tamis" rules --cost "$@" plain.eml nowhere.eml
has out "1 messages, "
has err "nowhere.eml"
run 2 "rules wants to know what is asked" "$tamis" rules "$@" plain.eml
has err "tamis rules --cost"

# ---- config
run 0 "config" "$tamis" config "$@"
has out "required_score = 5" "rules_path = $dir/rules" "workers = 0" "mime_max_depth = "
run 0 "config -n" "$tamis" config -n "$@" --set mode=observe
has out "mode = observe" "runtime_directory = $dir/run"
hasnt out required_score
run 0 "config -d" "$tamis" config -d "$@" mode rules_path
lines out 2
hasnt out "$dir"
run 1 "config of a name that is none" "$tamis" config "$@" mode requird_score
has out "mode = enforce"
printf 'mode = observe\n\nrequird_score = 4\nworkers = many\n' >broken.conf
run 2 "config: a broken file" "$tamis" config -c broken.conf
has err "broken.conf:3: " "did you mean required_score" "broken.conf:4: "
run 2 "config: no such file" "$tamis" config -c gone.conf
for command in "help --man" "config --man"; do
	# shellcheck disable=SC2086
	run 0 "$command" "$tamis" $command
	has out ".TH TAMIS" ".SH NAME" ".SH \"SEE ALSO\""
	if command -v groff >/dev/null; then
		groff -man -Tutf8 -ww out >/dev/null 2>err
		if [ -s err ]; then not_ok "  groff has nothing to complain about"; else ok "  groff has nothing to complain about"; fi
	fi
done

# ---- status
run 75 "status: nobody listens" "$tamis" status "$@"
has err "run/status.sock"
mkdir run
serve() { # answers one client with the text of a file
	perl -MIO::Socket::UNIX -e 'my $s = IO::Socket::UNIX->new(Local => $ARGV[0], Listen => 1) or die $!;
		print "ready\n"; close STDOUT; alarm 30; my $c = $s->accept; local $/; open my $f, "<", $ARGV[1];
		print {$c} <$f>; close $c' run/status.sock "$1" >ready &
	server=$!
	until [ -s ready ]; do kill -0 $server || break; sleep 0.02; done
}
cat >answer <<'X'
{"version":"0.1.0","pid":17,"uptime":93784,"mode":"observe","milter_listen":"unix:/x\u001b",
 "rules":{"rules":21,"hash":"abc"},"workers":{"configured":2,"pids":[18,19]},"surprise":{"deep":{"er":true}}}
X
serve answer
run 0 "status" "$tamis" status "$@"
wait "$server"
rm -f run/status.sock ready
has out "version " "0.1.0" "1d 02:03:04" "observe" 'unix:/x\x1b' "18 19" "surprise" "er "
serve answer
run 0 "status --json" "$tamis" status "$@" --json
wait "$server"
rm -f run/status.sock ready
has out '"uptime":93784' '"surprise"'
echo '["not", "an object"' >answer
serve answer
run 75 "status: an answer that is none" "$tamis" status "$@"
wait "$server"
rm -f run/status.sock ready
run 2 "status: a path too long for a socket" "$tamis" status --set "runtime_directory=/$(printf '%0200d' 0)"

# ---- dkim
keygen="dkim keygen --set user= --directory $dir/keys"
# shellcheck disable=SC2086
run 0 "dkim keygen" "$tamis" $keygen Example.com s1 "$@"
has out 's1._domainkey.example.com. IN TXT ( "v=DKIM1; k=rsa; p=' "$dir/keys/example.com.s1.pem"
[ "$(stat -c %a keys/example.com.s1.pem)" = 600 ] && ok "  only its owner reads it" || not_ok "  mode of the key"
if sed -n 's/^[^"]*"\(.*\)"$/\1/p' out | grep -q '.\{256\}'; then not_ok "  a string over 255"; else ok "  strings up to 255"; fi
cp keys/example.com.s1.pem before
# shellcheck disable=SC2086
run 1 "dkim keygen: never over a key that is there" "$tamis" $keygen example.com s1 "$@"
cmp -s before keys/example.com.s1.pem && ok "  it is as it was" || not_ok "  it was changed"
# shellcheck disable=SC2086
run 0 "dkim keygen --ed25519" "$tamis" $keygen --ed25519 example.com e1 "$@"
has out 'k=ed25519; p='
run 0 "dkim record" "$tamis" dkim record example.com e1 "$dir/keys/example.com.e1.pem" "$@"
has out 'e1._domainkey.example.com. IN TXT ( "v=DKIM1; k=ed25519; p='
run 1 "dkim record: no key" "$tamis" dkim record example.com e1 "$dir/rules/10.cf" "$@"
# shellcheck disable=SC2086
run 2 "dkim keygen: no domain" "$tamis" $keygen ../x s1 "$@"
# shellcheck disable=SC2086
run 2 "dkim keygen: bits" "$tamis" $keygen --bits 512 example.com s2 "$@"
run 2 "dkim without more" "$tamis" dkim "$@"
echo "example.com s1 $dir/keys/none.pem" >keymap
run 1 "lint: a key that is not there" "$tamis" lint --set "dkim_keys=text:$dir/keymap" "$@"
has err "none.pem"

exit $failed
