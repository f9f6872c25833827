/* literal.h - what a text must have in it for a pattern to match
 * Most patterns cannot match where none of a few short strings is ("casino bonus", "free spins"), and to look
 * for all strings of all rules at once costs less than one pattern. */
#ifndef SCORING_LITERAL_H
#define SCORING_LITERAL_H

#include "scoring/literal-set.h"

/* Any text in which the pattern (flags: base/regex.h) matches has one of *out in it, upper and lower case
 * being the same; any where that cannot be said. Of patterns that do not compile it says nothing useful. */
void literal_find(struct slice pattern, unsigned flags, struct literal_set *out);

#endif
