# test-lib.sh - what the tests of the command line share; sourced
# One line a check, "ok" or "not ok"; `failed` is 1 when one failed. What a program printed is in the files out and err.
failed=0

ok() { echo "ok - $1"; }
not_ok() {
	echo "not ok - $1"
	sed 's/^/    out: /' out
	sed 's/^/    err: /' err
	failed=1
}
# exited CODE NAME GOT
exited() {
	if [ "$3" = "$1" ]; then ok "$2"; else not_ok "$2: exit $3, not $1"; fi
}
# has FILE TEXT..., hasnt FILE TEXT
has() {
	file=$1
	shift
	for text; do
		if grep -qF -e "$text" "$file"; then ok "  says: $text"; else not_ok "  does not say: $text"; fi
	done
}
hasnt() {
	if grep -qF -e "$2" "$1"; then not_ok "  says: $2"; else ok "  does not say: $2"; fi
}
