#!/bin/sh
# tamis-learn.sh - what a user moved is learned: called by tamis-spam.sieve and tamis-ham.sieve
# usage: tamis-learn.sh spam|ham USER <MESSAGE   in Dovecot's sieve_pipe_bin_dir; see recipes/dovecot.md
# Dovecot runs it as the owner of the mailbox, who may not speak to the keeper: hence sudo. Exit 2: called wrongly; else
# what `tamis learn` says.
case $1 in spam | ham) ;; *) echo "tamis-learn.sh: spam or ham? not '$1'" >&2 && exit 2 ;; esac
case $2 in '' | *[!A-Za-z0-9@._+=-]*) echo "tamis-learn.sh: not a name that can be written down: '$2'" >&2 && exit 2 ;; esac
exec sudo -n -u tamis tamis learn "--$1" --quiet "--for=$2" -
