/* bayes-item.c - id and features of a message on the wire; see bayes.h */
#include "config.h"
#include "scoring/bayes.h"

#include "base/wire.h"
#include "scoring/sa-tokens.h"

void bayes_features_ask(struct bayes_features *f, const struct sa_tokens *sa)
{
    f->sa = sa->keys;
    f->n_sa = sa->n;
}

static void put_set(struct buf *out, const uint64_t *v, size_t n)
{
    wire_put_u32(out, (uint32_t)n);
    wire_put(out, v, n * sizeof(*v));
}

void bayes_item_write(struct buf *out, const struct bayes_item *item)
{
    wire_put(out, item->id, sizeof(item->id));
    put_set(out, item->features.tokens, item->features.n_tokens);
    put_set(out, item->features.pairs, item->features.n_pairs);
    put_set(out, item->features.grams, item->features.n_grams);
    bayes_cuts_put(out, &item->features);
}

void bayes_item_put(struct buf *out, const struct features *f, const struct sa_tokens *sa)
{
    struct bayes_item item = { .features = bayes_features_of(f) };
    memcpy(item.id, f->id, sizeof(item.id));
    bayes_item_write(out, &item);
    if (sa && sa->n)
        put_set(out, sa->keys, sa->n);
}

static const uint64_t *get_set(struct wire *w, struct arena *a, size_t max, size_t *n)
{
    *n = wire_u32(w);
    if (*n > max || w->bad || w->rest.n < *n * sizeof(uint64_t)) {
        w->bad = true;
        *n = 0;
    }
    uint64_t *v = arena_array(a, *n + 1, sizeof(*v));
    wire_get(w, v, *n * sizeof(*v));
    return v;
}

static bool goes_on(const struct feature_cut *before, const struct feature_cut *c,
                    const struct bayes_features *f)
{
    return c->tokens >= before->tokens && c->pairs >= before->pairs && c->grams >= before->grams &&
           c->tokens <= f->n_tokens && c->pairs <= f->n_pairs && c->grams <= f->n_grams;
}

void bayes_cuts_put(struct buf *out, const struct bayes_features *f)
{
    wire_put_u32(out, (uint32_t)f->n_cuts);
    wire_put(out, f->cuts, f->n_cuts * sizeof(*f->cuts));
}

void bayes_cuts_get(struct wire *w, struct bayes_features *f)
{
    struct feature_cut before = { 0, 0, 0 };
    f->n_cuts = wire_u32(w);
    w->bad |= f->n_cuts > FEATURES_CUTS;
    for (size_t i = 0; i < f->n_cuts && !w->bad; i++) {
        wire_get(w, &f->cuts[i], sizeof(f->cuts[i]));
        w->bad |= !goes_on(&before, &f->cuts[i], f);
        before = f->cuts[i];
    }
}

bool bayes_item_get(struct slice text, struct arena *a, struct bayes_item *item)
{
    struct wire w;
    struct bayes_features *f = &item->features;
    wire_read(&w, text);
    wire_get(&w, item->id, sizeof(item->id));
    f->tokens = get_set(&w, a, FEATURES_TOKENS_MAX, &f->n_tokens);
    f->pairs = get_set(&w, a, FEATURES_PAIRS_MAX, &f->n_pairs);
    f->grams = get_set(&w, a, FEATURES_GRAMS_MAX, &f->n_grams);
    bayes_cuts_get(&w, f);
    f->n_sa = 0;
    if (w.rest.n && !w.bad) {
        f->sa = get_set(&w, a, SA_TOKENS_MAX, &f->n_sa);
        w.bad |= f->n_sa == 0; /* no keys are written as nothing */
    }
    return wire_done(&w);
}
