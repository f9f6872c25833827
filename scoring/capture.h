/* capture.h - what named groups of patterns matched in this message, and patterns made of that
 * A rule with (?<NAME>...) gives NAME its text; a later rule's %{NAME} stands for it (rule-capture.h). Values
 * of one rule replace those of an earlier one, as in SpamAssassin. Limits: CAPTURE_VALUES_MAX of a name, each
 * cut to CAPTURE_BYTES_MAX. */
#ifndef SCORING_CAPTURE_H
#define SCORING_CAPTURE_H

#include "scoring/rule.h"

#define CAPTURE_VALUES_MAX 100
#define CAPTURE_BYTES_MAX 1000

struct capture {
    struct slice name;
    const struct rule *rule; /* whose values these are */
    struct slice *v;
    size_t n;
    struct capture *next;
};

/* What the running rule's pattern matched in text at `from`. */
void capture_take(struct check *c, const struct regex *re, struct slice text, size_t from);
/* NULL when there is none */
const struct capture *capture_find(const struct check *c, struct slice name);
/* Whether text may have one of the values of r's needed name in it (true where it has none): where it has
 * not, the rule's pattern does not match. */
bool capture_may_match(const struct check *c, const struct rule *r, struct slice text);
/* The rule's template with values put in, compiled for the interpreter: the caller's to free. NULL: a name
 * has no value, and the rule does not run. */
struct regex *capture_pattern(struct check *c, const struct rule *r);

#endif
