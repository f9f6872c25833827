/* families.c - what settings become, family by family; see families.h */
#include "config.h"
#include "scoring/families.h"

#include "scoring/freemail.h"
#include "scoring/lists.h"
#include "scoring/report-settings.h"
#include "scoring/view-uri.h"

void families_load(struct ruleset *set, struct rule_problems *problems)
{
    trust_load(&set->trust, &set->arena, &set->settings, problems);
    set->lists = lists_load(&set->arena, &set->settings, problems);
    set->freemail = freemail_load(&set->arena, &set->settings, problems);
    set->report = report_load(&set->arena, &set->settings, problems);
    set->uri_rules = uri_rules_load(&set->arena, &set->settings, problems);
}

void families_free(struct ruleset *set)
{
    freemail_free(set->freemail);
    uri_rules_free(set->uri_rules);
}
