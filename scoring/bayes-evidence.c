/* bayes-evidence.c - what the classifier's opinion rests on; see bayes-evidence.h */
#include "config.h"
#include "scoring/bayes-evidence.h"

#include <math.h>
#include <stdlib.h>
#include "scoring/bayes-rules.h"
#include "scoring/eval-lists.h"
#include "scoring/features-settings.h"
#include "scoring/rule.h"
#include "scoring/sa-tokens.h"

#define SHARE_LEAST 0.0005

static int by_share(const void *a, const void *b)
{
    double x = fabs(((const struct bayes_word *)a)->share), y = fabs(((const struct bayes_word *)b)->share);
    return (x < y) - (x > y);
}

static void count(struct bayes_evidence *e, const struct bayes_word *w)
{
    e->learned += w->token.spam + w->token.ham > 0 || fabs(w->share) >= SHARE_LEAST;
    e->spammy += w->share >= SHARE_LEAST;
    e->hammy += w->share <= -SHARE_LEAST;
}

/* Those that speak for one side, out of all, which are in order. */
static size_t pick(const struct bayes_word *all, size_t n, bool spam, struct bayes_word *out)
{
    size_t k = 0;
    for (size_t i = 0; i < n && k < BAYES_EVIDENCE_MAX; i++)
        if (spam ? all[i].share >= SHARE_LEAST : all[i].share <= -SHARE_LEAST)
            out[k++] = all[i];
    return k;
}

/* all words of a message */
struct weighing {
    const struct bayes_block *b;
    struct bayes_features list;
    struct arena *a;
    struct bayes_word *all;
    size_t n;
};

static void weigh_tokens(struct weighing *w, const struct feature_names *names)
{
    double *share = arena_array(w->a, w->list.n_tokens + 1, sizeof(*share));
    bayes_shares(w->b, &w->list, share);
    for (size_t i = 0; i < w->list.n_tokens && i < names->n; i++) {
        struct bayes_word *word = &w->all[w->n++];
        *word = (struct bayes_word){ .text = names->v[i].text, .share = share[i] };
        bayes_token_find(w->b, w->list.tokens[i], &word->token);
    }
}

static void weigh_sa(struct weighing *w, const struct sa_tokens *sa)
{
    double *share = arena_array(w->a, w->list.n_sa + 1, sizeof(*share));
    bayes_sa_shares(w->b, &w->list, share);
    for (size_t i = 0; i < w->list.n_sa; i++) {
        if (share[i] == 0)
            continue;
        struct bayes_word *word = &w->all[w->n++];
        *word = (struct bayes_word){ .share = share[i] };
        word->text = arena_printf(w->a, "sa:%.*s", SLICE_ARG(sa->texts[i]));
        bayes_sa_find(w->b, sa->keys[i], &word->token);
    }
}

static void choose(struct bayes_evidence *e, struct weighing *w)
{
    struct bayes_word *spam = arena_array(w->a, BAYES_EVIDENCE_MAX, sizeof(*spam)),
                      *ham = arena_array(w->a, BAYES_EVIDENCE_MAX, sizeof(*ham));
    for (size_t i = 0; i < w->n; i++)
        count(e, &w->all[i]);
    qsort(w->all, w->n, sizeof(*w->all), by_share);
    e->n_spam = pick(w->all, w->n, true, spam);
    e->n_ham = pick(w->all, w->n, false, ham);
    for (size_t i = 0; i < e->n_spam; i++)
        spam[i].distance = bayes_token_distance(w->b, &spam[i].token);
    for (size_t i = 0; i < e->n_ham; i++)
        ham[i].distance = bayes_token_distance(w->b, &ham[i].token);
    e->spam = spam;
    e->ham = ham;
    e->tokens = w->n;
}

void bayes_evidence_find(struct bayes_evidence *e, const struct bayes_block *b, struct message *m,
                         const struct features_options *o, const struct ruleset *set)
{
    struct feature_names names = { 0 };
    struct sa_tokens sa = { .n = 0 };
    struct features f;
    struct views v;
    memset(e, 0, sizeof(*e));
    if (b->state != BAYES_READY)
        return;
    features_make(&f, m->arena, m, o, &names);
    struct weighing w = { .b = b, .list = bayes_features_of(&f), .a = m->arena };
    if (bayes_wants_sa(b)) {
        views_init(&v, m, set);
        sa_tokens_make(&sa, &v, o);
        bayes_features_ask(&w.list, &sa);
    }
    bayes_classify(b, &w.list, 1, 1, &e->result);
    w.all = arena_array(w.a, w.list.n_tokens + w.list.n_sa + 1, sizeof(*w.all));
    weigh_tokens(&w, &names);
    weigh_sa(&w, &sa);
    choose(e, &w);
}

static void note(const struct check *c, const char *name, struct slice text)
{
    finding_add(c->out, c->m->arena, FINDING_NOTE, CLASS_CLEAN, 0, slice_str(name), text);
}

static void note_words(const struct check *c, const struct bayes_word *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        note(c, "bayes_token",
             arena_printf(c->m->arena, "%+.4f %u %u %.*s", v[i].share, v[i].token.spam, v[i].token.ham,
                          SLICE_ARG(slice_sub(v[i].text, 0, 200))));
}

void bayes_evidence_note(struct check *c, size_t most)
{
    struct bayes_evidence e;
    struct bayes_rules rules = bayes_rules_of(&c->set->settings);
    if (c->bayes == NULL || !rules.used)
        return;
    const struct features_options o = features_options_of(c->set, c->scratch);
    bayes_evidence_find(&e, c->bayes, c->m, &o, c->set);
    note(c, "bayes_learned",
         arena_printf(c->m->arena, "%u %u %u %u", c->bayes->learned.spam, c->bayes->learned.ham,
                      rules.min_spam, rules.min_ham));
    if (eval_bayes_ignores(c))
        note(c, "bayes_ignored", SLICE(""));
    if (!e.result.known)
        return;
    note(c, "bayes_logit", arena_printf(c->m->arena, "%.4f", e.result.logit));
    note_words(c, e.spam, e.n_spam < most ? e.n_spam : most);
    note_words(c, e.ham, e.n_ham < most ? e.n_ham : most);
}
