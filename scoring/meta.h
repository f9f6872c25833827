/* meta.h - metas in an order in which each comes after what it depends on
 * A meta in a circle is refused, by the names of the circle. As in SpamAssassin, a meta that depends on a
 * meta with score 0 is never evaluated; any other name that does not run counts as 0. Linear but for circles;
 * no recursion. */
#ifndef SCORING_META_H
#define SCORING_META_H

#include "scoring/rule.h"

/* Fills set->metas, n_metas, expr_depth; clears `runs` of metas that never can. */
void meta_order(struct ruleset *set, struct rule_problems *problems);

#endif
