/* walker.h - whether a pattern may match, told by a finite automaton in one walk over the text
 * For long patterns that PCRE2 tries at every byte ("ten lists of words, three times, with anything
 * between"). The automaton matches whatever the pattern matches, and more: assertions and back-references are
 * left out, and large counts, and those of groups, are "any number". The walker is immutable and shared; what
 * it finds out about texts it keeps in a cache, which belongs to one worker. */
#ifndef SCORING_WALKER_H
#define SCORING_WALKER_H

#include "base/arena.h"

struct walker;
struct walker_cache;

/* In the arena; NULL where nothing can be said of the pattern, or it is too large. flags: base/regex.h */
struct walker *walker_new(struct arena *a, struct slice pattern, unsigned flags);
/* It matches no text at all. */
bool walker_never_matches(const struct walker *w);
struct walker_cache *walker_cache_new(const struct walker *w);
void walker_cache_free(struct walker_cache **c);
/* False: it does not match anywhere in the text. Linear in the text, with an upper bound on what is new: past
 * it the answer is true. */
bool walker_may_match(struct walker_cache *c, struct slice text);

#endif
