# tamis-ham.sieve - mail that was moved out of Junk, but not into Trash, is learned as ham
require ["vnd.dovecot.pipe", "copy", "imapsieve", "environment", "variables"];
if environment :is "imap.mailbox" "Trash" { stop; }
if environment :matches "imap.user" "*" { set "user" "${1}"; }
pipe :copy "tamis-learn.sh" ["ham", "${user}"];
