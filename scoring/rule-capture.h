/* rule-capture.h - named captures of patterns, and templates that use them
 * A pattern with (?<NAME>...) gives NAME the text that matched there; a later rule's pattern may say %{NAME},
 * which then stands for that text (or for any of several). Names are capital letters, digits and single _;
 * %{NAME(ARGUMENT)} asks a report tag that takes one. */
#ifndef SCORING_RULE_CAPTURE_H
#define SCORING_RULE_CAPTURE_H

#include "base/arena.h"

struct rule_names {
    struct slice *v; /* each once, in order */
    size_t n;
};

/* NULL: none */
const struct rule_names *rule_captures(struct arena *a, struct slice pattern);
const struct rule_names *rule_templates(struct arena *a, struct slice pattern);

/* The text that stands for values[0..n-1]: (?:one|other), with every byte but letters, digits and _ escaped.
 */
struct slice rule_capture_text(struct arena *a, const struct slice *values, size_t n);
/* The pattern with texts[i] in place of each %{names->v[i]}. */
struct slice rule_template_fill(struct arena *a, struct slice pattern, const struct rule_names *names,
                                const struct slice *texts);
/* The pattern with "any text" in place of each %{NAME}, and with what matches nothing in place of `without`
 * (empty: of none). Matches wherever one with values, none of which is `without`'s, does; or it does not
 * compile (a name in a class). */
struct slice rule_template_any(struct arena *a, struct slice pattern, const struct rule_names *names,
                               struct slice without);

#endif
