#!/bin/sh
# tamis-junk.sh - what a user of Roundcube marked is learned: called by its plugin markasjunk (driver cmd_learn)
# usage: tamis-junk.sh spam|ham USER FILE   see recipes/roundcube.md
# The web server runs it as www-data or the like, who may not speak to the keeper: hence sudo. Exit 2: called wrongly;
# else what `tamis learn` says.
case $1 in spam | ham) ;; *) echo "tamis-junk.sh: spam or ham? not '$1'" >&2 && exit 2 ;; esac
case $2 in '' | *[!A-Za-z0-9@._+=-]*) echo "tamis-junk.sh: not a name that can be written down: '$2'" >&2 && exit 2 ;; esac
if [ ! -s "$3" ]; then
    echo "tamis-junk.sh: no message in '$3'" >&2
    exit 2
fi
exec sudo -n -u tamis tamis learn "--$1" --quiet "--for=$2" - <"$3"
