/* rule-compile.h - what rules' tests become when all lines are read
 * Patterns with their tags replaced, functions with their arguments. A pattern that does not compile is a
 * problem; the definition that it replaced then counts again. */
#ifndef SCORING_RULE_COMPILE_H
#define SCORING_RULE_COMPILE_H

#include "scoring/replace-tags.h"
#include "scoring/rule.h"

void rule_compile(struct ruleset *set, struct replace_tags *tags, struct rule_problems *problems);
/* Functions: found, arguments split and counted, prepared. What they prepare from must be loaded. */
void rule_compile_evals(struct ruleset *set, struct rule_problems *problems);

#endif
