/* mimeheader.h - a field of every part, as `mimeheader` rules read it */
#ifndef SCORING_MIMEHEADER_H
#define SCORING_MIMEHEADER_H

#include "scoring/check.h"

struct rule;
struct rule_test;

struct mimeheader {
    struct slice field; /* "Content-Type", or ALL */
    bool raw;
    struct view values; /* one a part in SpamAssassin's order, empty when absent */
    bool *absent;
    struct mimeheader *next;
};

/* Made once a message and field. The last field of a part counts; ALL is the part's whole header block. */
const struct mimeheader *mimeheader_values(struct check *c, const struct rule_test *test);
/* All of them from part `from` to part `to` (from 1; both included) as one text. */
struct slice mimeheader_joined(struct check *c, const struct mimeheader *h, const struct rule *r);
/* the text of part i for that rule: its [if-unset: ...] where the field is absent */
struct slice mimeheader_value(const struct mimeheader *h, const struct rule *r, size_t i);
/* Which parts rule r looks at: from `*from` to before `*to`, from 0. */
void mimeheader_range(const struct mimeheader *h, const struct rule *r, size_t *from, size_t *to);

#endif
