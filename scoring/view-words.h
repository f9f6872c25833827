/* view-words.h - a field's value on one line with its encoded words undone (RFC 2047), as SpamAssassin does
 * it Words beside each other are joined before their charset is decoded; what is no word stays. UTF-8 bytes,
 * where the input was not: as view-charset.h. Linear. */
#ifndef SCORING_VIEW_WORDS_H
#define SCORING_VIEW_WORDS_H

#include "base/arena.h"

/* name: of the field; those in which encoded words mean nothing are left alone. */
struct slice view_words_decode(struct arena *a, struct slice name, struct slice value);
/* Folds as one space: what view_words_decode() is given. */
struct slice view_unfold(struct arena *a, struct slice raw);
struct slice view_trim(struct slice s); /* by view_space() */

#endif
