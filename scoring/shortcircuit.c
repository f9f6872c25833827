/* shortcircuit.c - rules after which no others are run; see shortcircuit.h */
#include "config.h"
#include "scoring/shortcircuit.h"

#include <math.h>

void shortcircuit_load(struct ruleset *set)
{
    struct shortcircuits *c = &set->stops;
    const struct settings *s = &set->settings;
    c->ham_score = settings_number(s, SETTING_RULES, "shortcircuit_ham_score", -100);
    c->spam_score = settings_number(s, SETTING_RULES, "shortcircuit_spam_score", 100);
    c->min_ham = settings_number(s, SETTING_RULES, "shortcircuit_min_ham_score", -INFINITY);
    c->max_spam = settings_number(s, SETTING_RULES, "shortcircuit_max_spam_score", INFINITY);
    c->has_min = isfinite(c->min_ham);
    c->has_max = isfinite(c->max_spam);
    c->any = c->has_min || c->has_max;
    for (size_t i = 0; i < set->n; i++)
        c->any |= set->rules[i]->shortcircuit != SHORTCIRCUIT_NONE && set->rules[i]->runs;
}

bool shortcircuit_stops(const struct shortcircuits *c, const struct rule *r, double total, double *score)
{
    bool low = c->has_min && total < c->min_ham, high = c->has_max && total > c->max_spam;
    switch (r->shortcircuit) {
    case SHORTCIRCUIT_HAM: *score = c->ham_score; return true;
    case SHORTCIRCUIT_SPAM: *score = c->spam_score; return true;
    case SHORTCIRCUIT_ON: *score = r->score < 0 ? -0.0001 : 0.0001; return true;
    case SHORTCIRCUIT_NONE: break;
    }
    *score = low ? -0.001 : 0.001;
    return low || high;
}
