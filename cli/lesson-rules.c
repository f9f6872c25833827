/* lesson-rules.c - whether the rule files let anything be learned; see lesson-rules.h */
#include "config.h"
#include "cli/lesson-rules.h"

#define PROBLEM_MEMORY ((size_t)256 << 20)

bool lesson_rules_allow(const struct config *c)
{
    struct scoring_options o = c->scoring;
    struct arena a;
    struct err e;
    arena_init(&a, PROBLEM_MEMORY);
    o.settings_only = true;
    struct ruleset *set = ruleset_load(&o, &a, NULL, &e);
    bool allow = set == NULL || ruleset_learns(set);
    ruleset_free(&set);
    arena_deinit(&a);
    return allow;
}
