/* prefilter.h - which rules may hit in a text, found in one scan
 * Made of what each pattern needs (literal.h), one table for each kind of text, immutable. A rule without a
 * usable set of strings is not known to it and always judged. What it says is "may hit, in these pieces";
 * only the pattern itself says "hits". */
#ifndef SCORING_PREFILTER_H
#define SCORING_PREFILTER_H

#include "scoring/rule.h"
#include "scoring/view.h"

/* the pieces of a view that a rule is worth judging in: from <= i < to */
struct prefilter_range {
    uint32_t from, to;
};

struct prefilter;

/* In the arena; of the rules in tests[], all other fields of which are final. */
struct prefilter *prefilter_new(struct arena *a, struct rule *const *tests, size_t n);
/* Whether ranges[] speaks of the rule once its kind of text has been scanned. */
bool prefilter_knows(const struct prefilter *f, const struct rule *r);
/* Sets ranges[number] of each rule of that type that it knows; an empty range: it cannot hit. Linear in the
 * text, but for rules of which many strings are met. */
void prefilter_scan(const struct prefilter *f, enum rule_type type, const struct view *view,
                    struct prefilter_range *ranges);

#endif
