/* literal-set.h - a small set of short strings, one of which is in a text
 * Used by literal.c to reason about patterns. Strings are bytes in lower case (ASCII). A set that would get
 * too big becomes "any": nothing is known, which is always true. */
#ifndef SCORING_LITERAL_SET_H
#define SCORING_LITERAL_SET_H

#include "base/slice.h"

#define LITERAL_MAX 15    /* bytes of a string while a pattern is read */
#define LITERAL_KEEP 8    /* bytes of a string that is looked for: they are compared as one word */
#define LITERAL_LEAST 3   /* fewer are in every text */
#define LITERALS_MAX 1200 /* strings in a set */
#define LITERALS_MADE 96  /* strings that are made of those of two sets */

struct literal {
    unsigned char n;
    char p[LITERAL_MAX];
};

struct literal_set {
    bool any;
    unsigned n;
    struct literal v[LITERALS_MAX];
};

void literal_set_any(struct literal_set *s);
/* no string at all, to add to */
void literal_set_none(struct literal_set *s);
/* the empty string alone */
void literal_set_empty(struct literal_set *s);
/* text.n is at most LITERAL_MAX; each once */
void literal_set_add(struct literal_set *s, struct slice text);
void literal_set_copy(struct literal_set *to, const struct literal_set *from);
/* adds all of other; any if either is */
void literal_set_join(struct literal_set *s, const struct literal_set *other);
/* Each of s followed by each of next. False, and s as it was, when that is too many or too long, or either is
 * any. */
bool literal_set_append(struct literal_set *s, const struct literal_set *next);
/* What to look for in a text that has one of s in it: the first LITERAL_KEEP bytes of each; any where one is
 * too short. */
void literal_set_keep(struct literal_set *out, const struct literal_set *s);
/* Takes out what has another one in it: where it is found that is, too. */
void literal_set_thin(struct literal_set *s);
/* How often one of them is met by chance, to compare sets by; more than 1 for any. */
double literal_set_cost(const struct literal_set *s);

#endif
