#!/bin/sh
# debian-source.sh - the source of a Debian package, for the public test suites that some hold
# usage: debian-source.sh PACKAGE DIRECTORY      unpacks what upstream released below DIRECTORY
# Asks apt's own mirrors, with lists of its own: nothing of the machine's changes. Exit 1: cannot be had.
package=$1 directory=$2
mkdir -p "$directory/lists/partial" && cd "$directory" || exit 1
mirror=$(grep -rhoE 'https?://[^ ]*debian/?( |$)' /etc/apt/sources.list /etc/apt/sources.list.d 2>/dev/null | head -1)
for suite in bookworm trixie; do # the newer of both
    echo "deb-src ${mirror:-http://deb.debian.org/debian} $suite main"
done >sources.list
own="-o Dir::Etc::SourceList=$PWD/sources.list -o Dir::Etc::SourceParts=/dev/null -o Dir::State::Lists=$PWD/lists -o APT::Sandbox::User=root"
# shellcheck disable=SC2086
apt-get $own update >apt.out 2>&1 || { tail -3 apt.out >&2; exit 1; }
# shellcheck disable=SC2086
url=$(apt-get $own source --print-uris "$package" 2>/dev/null | sed -n "s/^'\([^']*\.orig\.tar\.[a-z0-9]*\)'.*/\1/p")
[ -n "$url" ] || { echo "debian-source.sh: apt knows no source of $package" >&2; exit 1; }
/usr/lib/apt/apt-helper download-file "$url" source.tar >apt.out 2>&1 || { tail -3 apt.out >&2; exit 1; }
tar xf source.tar
