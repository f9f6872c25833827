/* families.c - what settings become, family by family; see families.h */
#include "config.h"
#include "scoring/families.h"

#include "scoring/features-settings.h"
#include "scoring/freemail.h"
#include "scoring/lists.h"
#include "scoring/net-settings.h"
#include "scoring/report-settings.h"
#include "scoring/view-uri.h"

/* 0 there is no limit */
static size_t size_limit(const struct settings *s, const char *name)
{
    double n = settings_number(s, SETTING_TEXT, name, -1);
    return n < 0 ? 0 : n < 1 ? SIZE_MAX : n > 1e12 ? (size_t)1e12 : (size_t)n;
}

static void texts_load(struct text_settings *t, const struct settings *s)
{
    t->as_they_are = !settings_bool(s, SETTING_TEXT, "normalize_charset", true);
    t->body_part_max = size_limit(s, "body_part_scan_size");
    t->rawbody_part_max = size_limit(s, "rawbody_part_scan_size");
}

void families_load(struct ruleset *set, struct rule_problems *problems)
{
    trust_load(&set->trust, &set->arena, &set->settings, problems);
    texts_load(&set->texts, &set->settings);
    set->features = features_settings_load(&set->arena, &set->settings, problems);
    set->lists = lists_load(&set->arena, &set->settings, problems);
    set->freemail = freemail_load(&set->arena, &set->settings, problems);
    set->net = net_settings_load(&set->arena, &set->settings, problems);
    set->report = report_load(&set->arena, &set->settings, problems);
    set->uri_rules = uri_rules_load(&set->arena, &set->settings, problems);
}

void families_free(struct ruleset *set)
{
    features_settings_free(set->features);
    freemail_free(set->freemail);
    net_settings_free(set->net);
    uri_rules_free(set->uri_rules);
}
