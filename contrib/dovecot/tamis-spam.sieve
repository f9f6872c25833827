# tamis-spam.sieve - mail that was moved into Junk is learned as spam
require ["vnd.dovecot.pipe", "copy", "imapsieve", "environment", "variables"];
if environment :matches "imap.user" "*" { set "user" "${1}"; }
pipe :copy "tamis-learn.sh" ["spam", "${user}"];
