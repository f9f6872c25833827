/* needles.h - many short strings, looked for at once
 * Each needle belongs to an owner, a number of the caller's. Upper and lower case are the same. A needle that
 * is not in a text may be reported now and then (a few other bytes are the same, too); one that is, always
 * is. Immutable once finished; in the caller's arena. */
#ifndef SCORING_NEEDLES_H
#define SCORING_NEEDLES_H

#include "base/arena.h"
#include "scoring/literal-set.h"

struct needles;

struct needles *needles_new(struct arena *a);
/* All of the set, which is not any; strings have LITERAL_LEAST to LITERAL_KEEP bytes. */
void needles_add(struct needles *n, const struct literal_set *s, uint32_t owner);
void needles_finish(struct needles *n);
/* owner: of a needle; piece: the caller's; at: where in the text it begins */
typedef void needle_fn(void *ctx, uint32_t owner, size_t piece, size_t at);
/* Calls found() for each needle in the text, in order of their places, an owner's maybe several times. */
void needles_scan(const struct needles *n, struct slice text, size_t piece, needle_fn *found, void *ctx);

#endif
