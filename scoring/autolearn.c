/* autolearn.c - whether a message may be learned by itself; see autolearn.h
 * Rules of the score set with the classifier that count nothing in the one without are left out; those that
 * did not run there because they count nothing with it are missed, as SpamAssassin misses them. */
#include "config.h"
#include "scoring/autolearn.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include "base/buf.h"
#include "scoring/rule.h"
#include "scoring/shortcircuit.h"

#define HAM_BELOW 0.1
#define SPAM_FROM 12.0
#define POINTS_EACH 3 /* of header and of body, for spam */
#define OPPOSITE 1.0  /* points of the classifier's own rules the other way */
#define FORCED_MAX 400

const char *const autolearn_option_names[] = { "rules", "no", "yes", NULL };

enum area { AREA_NONE, AREA_HEADER, AREA_BODY, AREA_META };

/* By which text a test is, as SpamAssassin sorts it: `full`, and what asks the network, are of none. */
static enum area area_of(const struct rule_test *t)
{
    enum rule_type type = t->type == RULE_EVAL ? t->eval_of : t->type;
    if (t->type == RULE_EVAL && t->eval.f && (t->eval.f->flags & EVAL_RBL))
        return AREA_NONE;
    switch (type) {
    case RULE_HEADER:
    case RULE_EXISTS: return AREA_HEADER;
    case RULE_BODY:
    case RULE_RAWBODY:
    case RULE_URI:
    case RULE_MIMEHEADER:
    case RULE_URI_DETAIL: return AREA_BODY;
    case RULE_META: return AREA_META;
    default: return AREA_NONE;
    }
}

static double to_three_decimals(double x)
{
    char text[400];
    snprintf(text, sizeof(text), "%.3f", x);
    return strtod(text, NULL);
}

/* A meta's points are shared out by what it names, as often as it does. */
static void share_meta(struct autolearn *l, const struct ruleset *set, const struct expr *x, double score)
{
    unsigned header = 0, body = 0;
    for (unsigned i = 0; x && i < x->n; i++) {
        if (x->steps[i].op != EXPR_VALUE)
            continue;
        enum area area = area_of(&set->rules[x->steps[i].index]->test);
        header += area == AREA_HEADER;
        body += area == AREA_BODY;
    }
    if (header + body == 0)
        return;
    l->header += to_three_decimals(score * ((double)header / (header + body)));
    l->body += to_three_decimals(score * ((double)body / (header + body)));
}

static void add_points(struct autolearn *l, const struct ruleset *set, const struct rule *r, double score)
{
    enum area area = r->tflags & TFLAG_AUTOLEARN_HEADER ? AREA_HEADER
                     : r->tflags & TFLAG_AUTOLEARN_BODY ? AREA_BODY
                                                        : area_of(&r->test);
    l->points += score;
    if (area == AREA_HEADER)
        l->header += score;
    else if (area == AREA_BODY)
        l->body += score;
    else if (area == AREA_META)
        share_meta(l, set, r->test.expr, score);
}

/* once: of a rule that hit several times each hit is one */
static void add_hit(struct autolearn *l, const struct ruleset *set, const struct rule *r, struct buf *forced)
{
    double score = r->scores[set->score_set & ~(unsigned)SCORE_SET_LEARNED];
    if (r->tflags & (TFLAG_NOAUTOLEARN | TFLAG_USERCONF))
        return;
    if (r->tflags & TFLAG_LEARN) {
        l->learned += r->score;
        return;
    }
    if ((r->tflags & TFLAG_AUTOLEARN_FORCE) && forced->n + r->name.n < FORCED_MAX)
        buf_printf(forced, "%.*s,", SLICE_ARG(r->name));
    if (score != 0)
        add_points(l, set, r, score);
}

static const struct rule *rule_of(const struct ruleset *set, struct slice name)
{
    uint32_t number = names_find(&set->names, name);
    return number == NAMES_NONE ? NULL : set->rules[number];
}

static bool says(const struct finding_list *hits, struct slice rule)
{
    for (const struct finding *f = hits->first; f; f = f->next)
        if (f->kind == FINDING_RULE && slice_eq(f->name, rule))
            return true;
    return false;
}

static double threshold(const struct ruleset *set, const char *name, double otherwise)
{
    return settings_number(&set->settings, SETTING_BAYES, name, otherwise);
}

static bool known_already(const struct ruleset *set, const struct finding_list *hits, bool spam)
{
    return settings_bool(&set->settings, SETTING_BAYES, "bayes_auto_learn_on_error", false) &&
           says(hits, spam ? SLICE("BAYES_99") : SLICE("BAYES_00"));
}

static bool sure_spam(const struct autolearn *l, bool spam)
{
    return (l->forced.n || (l->body >= POINTS_EACH && l->header >= POINTS_EACH)) && l->learned >= -OPPOSITE &&
           spam;
}

static enum autolearn_kind judge(const struct autolearn *l, const struct ruleset *set,
                                 const struct finding_list *hits, bool spam)
{
    bool as_ham = l->points < threshold(set, "bayes_auto_learn_threshold_nonspam", HAM_BELOW);
    bool as_spam = !as_ham && l->points >= threshold(set, "bayes_auto_learn_threshold_spam", SPAM_FROM);
    if (as_ham ? l->learned > OPPOSITE || spam : !as_spam || !sure_spam(l, spam))
        return AUTOLEARN_NO;
    if (known_already(set, hits, as_spam))
        return AUTOLEARN_NO;
    return as_spam ? AUTOLEARN_SPAM : AUTOLEARN_HAM;
}

void autolearn_decide(struct autolearn *out, const struct ruleset *set, const struct finding_list *hits,
                      bool spam, struct arena *a)
{
    struct buf forced;
    *out = (struct autolearn){ .kind = AUTOLEARN_OFF };
    if (!set->autolearns || says(hits, SHORTCIRCUIT_NAME)) /* the rest of the rules was not asked */
        return;
    buf_init_in(&forced, a, FORCED_MAX + 8);
    for (const struct finding *f = hits->first; f; f = f->next) {
        const struct rule *r = f->kind == FINDING_RULE ? rule_of(set, f->name) : NULL;
        for (uint32_t i = 0; r && i < f->count && i < 1000; i++)
            add_hit(out, set, r, &forced);
    }
    out->forced = buf_slice(&forced);
    out->points = to_three_decimals(out->points);
    out->kind = judge(out, set, hits, spam);
}

struct slice autolearn_text(struct arena *a, const struct autolearn *l)
{
    static const char *const words[AUTOLEARN_KINDS] = { [AUTOLEARN_OFF] = "disabled",
                                                        [AUTOLEARN_NO] = "no",
                                                        [AUTOLEARN_HAM] = "ham",
                                                        [AUTOLEARN_SPAM] = "spam" };
    if (l->kind == AUTOLEARN_OFF)
        return SLICE("disabled");
    if (l->forced.n)
        return arena_printf(a, "%s autolearn_force=yes (%.*s)", words[l->kind], SLICE_ARG(l->forced));
    return arena_printf(a, "%s autolearn_force=no", words[l->kind]);
}
