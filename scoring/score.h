/* score.h - rules against one message
 * The scorer owns what a process needs to evaluate (regex scratch); the ruleset is shared. Findings out: a
 * FINDING_RULE for each hit with a score, a FINDING_SUBRULE for each __ rule, unchecked/regex (name of the
 * rule) where a pattern hit its limit or the message its budget. The sum is policy's. */
#ifndef SCORING_SCORE_H
#define SCORING_SCORE_H

#include "message/message.h"
#include "scoring/ruleset.h"

struct scorer;
struct check;

struct scorer *scorer_new(const struct ruleset *r, const struct scoring_options *o);
void scorer_free(struct scorer **s);
void scorer_evaluate(struct scorer *s, struct message *m, struct finding_list *out);
/* What the last evaluation has left: views, lines for the report. As long as its message lives. */
struct check *scorer_check(struct scorer *s);

#endif
