/* families.c - what settings become, family by family; see families.h */
#include "config.h"
#include "scoring/families.h"

void families_load(struct ruleset *set, struct rule_problems *problems)
{
    trust_load(&set->trust, &set->arena, &set->settings, problems);
}

void families_free(struct ruleset *set)
{
    (void)set;
}
