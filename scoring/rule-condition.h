/* rule-condition.h - if, ifplugin, else and endif in rule files
 * A condition knows version, perl_version, local_tests_only, plugin(NAME), can(NAME), has(NAME) and the
 * operators of expr.h. What a function is asked about and we do not have is false (plugins.h), so that rules
 * which need it are left out; a condition that cannot be read is a problem and false.
 *
 * `else` of an `if` that stands inside a false one stays false. Limits: IF_DEPTH_MAX; deeper ones are false.
 */
#ifndef SCORING_RULE_CONDITION_H
#define SCORING_RULE_CONDITION_H

#include "base/err.h"
#include "scoring/plugins.h"

#define IF_DEPTH_MAX 64

/* The version that rule files are told, as `version` reads it and `require_version` is compared to. */
#define RULES_VERSION 4.000001

struct condition_stack {
    struct {
        bool outer, value, has_else;
        unsigned line;
    } v[IF_DEPTH_MAX];
    unsigned depth; /* may be above IF_DEPTH_MAX: then all above are false */
};

/* 1 true, 0 false, -1 ERR_INPUT */
int condition_value(struct arena *a, const struct plugins *plugins, struct slice text, struct err *e);

void condition_if(struct condition_stack *s, bool value, unsigned line);
/* -1: there is no `if` (or it has its `else` already) */
int condition_else(struct condition_stack *s);
int condition_endif(struct condition_stack *s);
/* whether lines count here */
bool condition_active(const struct condition_stack *s);

#endif
