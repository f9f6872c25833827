/* view-relay-pattern.h - the shapes of Received fields
 * A pattern is text with fields in it, as in "%h (%r [%i]) by %b with ". It is read at each match (they are
 * short), and means what the same regular expression means, the order of trying included. All blanks in the
 * text are single spaces.
 *
 *   takes non-blanks, at least one, as many as fit     %h helo  %r rdns  %b by  %n ident
 *                                  none are right, too  %H helo  %N ident
 *                                  as few as fit        %d id
 *                                  up to a word's end   %B by
 *                                  with a dot inside    %R rdns
 *                                  the first no digit   %a helo
 *                                  keeps nothing        %w, %W (none are right, too)
 *   %i ip   %I an address that is not kept   %L localhost in any spelling
 *   %x helo: anything but blank ( )    %y helo: anything but )    %s sub: as little as fits
 *   %S sub: anything but ), at least one    %c the same, not kept    %> anything but >    %@ neither blank
 * nor @
 *   %^ anything but a dot    %; neither blank nor ;
 *   %. anything    %+ anything, at least one    %~ anything, as little as fits
 *   %4 up to 40 bytes that are no )    %m 10 to 80 bytes    %1 up to 100 bytes
 *   %o letters, digits, _, at least one    %3 3 to 20 bytes
 *   %? any byte    %j blank or )    %k blank, ) or :    %[ [ or (    %] ] or )    %2 two digits
 *   %# digits    %0 digits, none are right, too    %p . or : and digits    %l a letter    %z zone of an
 * address %v a version such as 15.1.123.4    %g HELO or EHLO    %q ) or [
 *   %| a word's border   %! no " id " follows, %- neither . nor -   %$ the end   %e the end or a blank
 * follows   %{ ... %} once or not at all   %% a percent sign
 *
 * Cost: linear in the text, by remembering for each field from where the rest could not be found. */
#ifndef SCORING_VIEW_RELAY_PATTERN_H
#define SCORING_VIEW_RELAY_PATTERN_H

#include "base/slice.h"

struct relay_captures {
    struct slice ip, rdns, helo, by, ident, id, sub; /* p == NULL: not taken */
};

/* The pattern at the beginning of the text; what follows it does not matter. */
bool relay_match(const char *pattern, struct slice text, struct relay_captures *c);
/* The first place at or after `from` where it matches. */
bool relay_search(const char *pattern, struct slice text, size_t from, struct relay_captures *c);

#endif
