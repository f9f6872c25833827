/* rule-regex.h - a pattern as rule files write it
 * `/.../flags`, `m{...}flags`, `qr(...)flags`, or any other delimiter behind m or qr; flags i m s x (a, d and
 * p are taken and change nothing). Patterns are bytes. Refused: Perl code `(?{`, PCRE2's own verbs at the
 * front, other flags, an unescaped delimiter inside. Limits: REGEX_TEXT_MAX bytes. */
#ifndef SCORING_RULE_REGEX_H
#define SCORING_RULE_REGEX_H

#include "base/regex.h"
#include "scoring/literal-set.h"

#define REGEX_TEXT_MAX (512 * 1024) /* the stock set has one of 224 KB */

/* NULL with ERR_INPUT. *literals (may be NULL) is what a text must have in it (literal.h). */
struct regex *rule_regex_new(struct slice text, struct literal_set *literals, struct err *e);
/* The same without JIT and literals: for patterns made anew for a message, where no page may become
 * executable. */
struct regex *rule_regex_interpreted(struct slice text, struct err *e);
/* What regex_new() gets of it; 0, or -1 with *e. */
int rule_regex_read(struct slice text, struct slice *pattern, unsigned *flags, struct err *e) MUST_CHECK;

#endif
