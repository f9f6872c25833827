/* meta.h - metas in an order in which each comes after what it depends on
 * A meta in a circle is refused, by the names of the circle; any other name that does not run counts as 0.
 * As in SpamAssassin, a meta with score 0 is evaluated on the way, when all it needs is ready in its turn:
 * where it is then 0, so it is for others, but where it hits, or is not evaluated at all, those who depend on
 * it are not evaluated either. Linear but for circles; no recursion. */
#ifndef SCORING_META_H
#define SCORING_META_H

#include "scoring/rule.h"

/* Fills set->metas, n_metas, expr_depth, all_metas; clears `runs` of metas that never can. */
void meta_order(struct ruleset *set, struct rule_problems *problems);

#endif
