/* rule-meta.h - what stands behind `meta NAME`
 * An expression (expr.h) of rules' names and numbers, rules_matching(GLOB) (the sum of all that match, * and
 * ? stand for any characters and any one) and local_tests_only. `()` is a declaration: 0.
 *
 * Checked as it is read; compiled when all rules are known. Of rules_matching() all together
 * META_MATCHING_MAX names are taken. */
#ifndef SCORING_RULE_META_H
#define SCORING_RULE_META_H

#include "scoring/rule.h"

#define META_MATCHING_MAX 100000

/* `()` */
bool rule_meta_is_declaration(struct slice text);
/* 0, or -1 with ERR_INPUT */
int rule_meta_check(struct arena *a, struct slice text, struct err *e) MUST_CHECK;
/* Makes test.expr of all metas. Rules that they name and nobody defines are added to the set. */
void rule_meta_compile(struct ruleset *set, unsigned rules_max, struct rule_problems *problems);

#endif
