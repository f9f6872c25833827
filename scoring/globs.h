/* globs.h - many patterns with * and ?, asked at once
 * As SpamAssassin writes lists of addresses: "*" is any text, "?" any byte, all else itself, upper and lower
 * case being the same. Found by their ends (most are "*@example.org"), so that a question costs about the
 * same for ten patterns as for ten thousand. Lives in an arena. */
#ifndef SCORING_GLOBS_H
#define SCORING_GLOBS_H

#include "scoring/names.h"

struct glob {
    struct slice key;     /* as written, in lower case */
    struct slice pattern; /* what is matched: bytes that SpamAssassin fears are "_" */
    bool removed;
    uint32_t next; /* of those with the same end; UINT32_MAX: none */
};

struct globs {
    struct arena *a;
    struct glob *v;
    size_t n, cap, n_there; /* n_there: not removed */
    struct names keys;      /* numbers in v */
    struct names ends;      /* "@example.org" -> the first number in v */
    uint32_t odd;           /* the first of those that have no such end */
    bool fearless;          /* NUL, backslash and ( are themselves */
};

void globs_init(struct globs *g, struct arena *a);
/* Number of the pattern, which may have been there before. */
uint32_t globs_add(struct globs *g, struct slice pattern);
/* that very pattern, not those it covers */
void globs_remove(struct globs *g, struct slice pattern);
/* Call once, when all are added. */
void globs_finish(struct globs *g);

/* text is in lower case. Numbers of all that match, in no order: for (at = 0; globs_next(g, text, &at, &n);)
 */
bool globs_next(const struct globs *g, struct slice text, uint64_t *at, uint32_t *number);
bool globs_have(const struct globs *g, struct slice text);

/* the whole text; linear in either, times the other at worst */
bool glob_match(struct slice pattern, struct slice text);

#endif
