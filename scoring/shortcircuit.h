/* shortcircuit.h - rules after which no others are run (SpamAssassin's plugin Shortcircuit)
 * A rule with `shortcircuit NAME ham|spam|on` that hits, or a sum past shortcircuit_max_spam_score (below
 * shortcircuit_min_ham_score), ends the evaluation with the step at hand: rules of the same kind and priority
 * still run. SHORTCIRCUIT is then a hit, with the score that says so. */
#ifndef SCORING_SHORTCIRCUIT_H
#define SCORING_SHORTCIRCUIT_H

#include "scoring/rule.h"

#define SHORTCIRCUIT_NAME SLICE("SHORTCIRCUIT")

/* From the settings and the rules, all of which are final. */
void shortcircuit_load(struct ruleset *set);
/* Whether the hit of r, after which the sum is total, ends it; *score is SHORTCIRCUIT's. */
bool shortcircuit_stops(const struct shortcircuits *c, const struct rule *r, double total, double *score);

#endif
