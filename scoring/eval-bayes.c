/* eval-bayes.c - functions that ask the classifier: BAYES_00 to BAYES_999 by the probability that it gives
 * It says nothing before it has learned bayes_min_spam_num spam and bayes_min_ham_num ham (200 each), nor
 * with `use_bayes 0`, nor of mail from or to those that bayes_ignore_from and bayes_ignore_to name; what it
 * says is noted once a message, for reports. */
#include "config.h"
#include "scoring/bayes-rules.h"
#include "scoring/bayes.h"
#include "scoring/eval-lists.h"
#include "scoring/eval.h"
#include "scoring/features-settings.h"
#include "scoring/rule.h"
#include "scoring/sa-tokens.h"

static void note(struct check *c, const struct bayes_result *r)
{
    struct slice text = arena_printf(c->m->arena, "%.6f", r->probability);
    finding_add(c->out, c->m->arena, FINDING_NOTE, CLASS_CLEAN, 0, SLICE("bayes"), text);
}

/* What SpamAssassin learned is asked for with its own words. */
static void ask_import(struct check *c, const struct features_options *o, struct bayes_features *list)
{
    struct sa_tokens *sa = ARENA_NEW(c->m->arena, struct sa_tokens);
    sa_tokens_make(sa, &c->views, o);
    bayes_features_ask(list, sa);
}

const struct bayes_result *check_bayes(struct check *c)
{
    if (c->bayes_result)
        return c->bayes_result;
    struct bayes_result *r = ARENA_NEW(c->m->arena, struct bayes_result);
    struct bayes_rules rules = bayes_rules_of(&c->set->settings);
    if (c->bayes && rules.used && !eval_bayes_ignores(c)) {
        struct features *f = ARENA_NEW(c->m->arena, struct features);
        const struct features_options o = features_options_of(c->set, c->scratch);
        features_make(f, c->m->arena, c->m, &o, NULL);
        struct bayes_features list = bayes_features_of(f);
        if (bayes_wants_sa(c->bayes))
            ask_import(c, &o, &list);
        bayes_classify(c->bayes, &list, rules.min_spam, rules.min_ham, r);
        if (r->known)
            note(c, r);
    }
    c->bayes_result = r;
    return r;
}

/* min < probability <= max, and 0 belongs to the first band */
static double run_check_bayes(struct check *c, const struct eval_args *args, const void *prepared)
{
    (void)prepared;
    const struct bayes_result *r = check_bayes(c);
    double min = eval_number(args, 0, 0), max = eval_number(args, 1, 1);
    return r->known && (min == 0 || r->probability > min) && r->probability <= max;
}

static const struct eval_function bayes_rows[] = {
    { .name = "check_bayes",
      .plugin = "Bayes",
      .flags = EVAL_LEARN,
      .min_args = 2,
      .max_args = 2,
      .run = run_check_bayes },
};
EVAL_FAMILY(eval_bayes, "Bayes", bayes_rows);
