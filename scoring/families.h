/* families.h - what settings become, family by family
 * Called once, when a rule set is finished, before functions are prepared and after all files are read. */
#ifndef SCORING_FAMILIES_H
#define SCORING_FAMILIES_H

#include "scoring/rule.h"

void families_load(struct ruleset *set, struct rule_problems *problems);
/* Frees what does not lie in the set's arena. */
void families_free(struct ruleset *set);

#endif
