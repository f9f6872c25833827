#!/bin/sh
# tamis-learn.sh - what a user moved is learned: called by tamis-spam.sieve and tamis-ham.sieve
# usage: tamis-learn.sh spam|ham USER <MESSAGE   in Dovecot's sieve_pipe_bin_dir; see recipes/dovecot.md
# Dovecot runs it as the owner of the mailbox, who may not speak to the keeper: hence sudo.
case $1 in spam | ham) ;; *) exit 2 ;; esac
exec sudo -n -u tamis tamis learn "--$1" --quiet --for "${2:-imapsieve}" -
