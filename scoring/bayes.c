/* bayes.c - the classifier; see bayes.h */
#include "config.h"
#include "scoring/bayes.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include "scoring/bayes-slots.h"
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define CACHE_LINE 64
_Static_assert(offsetof(struct bayes_block, slots) % CACHE_LINE == 0, "a slot may lie in two cache lines");

#define RATE 0.2f
#define RATE_EARLY 2.0  /* times that with the first lesson, */
#define EARLY_FOR 400.0 /* and how many lessons take it nearer to RATE by a factor of e */
#define STEP_LEAST 1e-6f
#define DEVIATION 0.45 /* |f(w) - 0.5| of a feature that counts */
#define ODDS_LEAST(deviation) ((0.5 + (deviation)) / (0.5 - (deviation)))
#define LOGIT_MAX 8 /* of a member, for the combiner */

static const double scale[BAYES_MEMBERS] = { 1, 1, 1, 0.5, 0.5 };
/* beginnings of a message, in logits: see with_beginning() */
#define BEGINNING_LESS 1.3
#define BEGINNING_DOUBT 1.0 /* above it, that of a ham is worth learning */

#define PRIOR_SCALE 0.5
#define COUNTS_TRUSTED 20.0 /* messages of the rarer kind: then counts say half of what they say later */

/* the combiner's variances, at first and at least: with none it would never follow mail that changes */
#define WEIGHT_SPREAD 0.002
#define WEIGHT_SPREAD_LEAST 0.0005
#define BIAS_SPREAD 1.0
#define BIAS_SPREAD_LEAST 0.1
#define NEWS_LEAST 0.01 /* of p (1 - p): no lesson says nothing */

/* see bayes_is_sure() */
#define SURE_LOGIT 3.0
#define SURE_LEARNED 200

void bayes_init(struct bayes_block *b)
{
    b->magic = BAYES_MAGIC;
    b->version = FEATURES_VERSION;
    b->combiner.bias_spread = (float)BIAS_SPREAD;
    for (int i = 0; i < BAYES_MEMBERS; i++) {
        b->combiner.weight[i] = 1.0f / BAYES_MEMBERS;
        b->combiner.weight_spread[i] = (float)WEIGHT_SPREAD;
    }
    b->state = BAYES_READY;
}

int bayes_check(const struct bayes_block *b, struct err *e)
{
    if (b->magic != BAYES_MAGIC)
        return err_set(e, ERR_INPUT, "this is no classifier's store");
    if (b->version != FEATURES_VERSION)
        return err_set(e, ERR_INPUT,
                       "the classifier's store is of version %u, this program reads %d: learn anew",
                       b->version, FEATURES_VERSION);
    return 0;
}

struct bayes_features bayes_features_of(const struct features *f)
{
    struct bayes_features list = { .tokens = f->tokens.v, .pairs = f->pairs.v, .grams = f->grams.v };
    list.n_tokens = f->tokens.n;
    list.n_pairs = f->pairs.n;
    list.n_grams = f->grams.n;
    list.n_cuts = f->n_cuts;
    memcpy(list.cuts, f->cuts, sizeof(list.cuts));
    return list;
}

/* ---- Robinson's f(w) of what is counted */

/* f(w) is to 1 - f(w) as spam to ham: so far no division, no logarithm. */
struct odds {
    double spam, ham;
};

/* A product of odds, as the logarithm of a product costs as much as that of one. */
struct ratios {
    double per_spam, per_ham; /* one by messages learned */
    double product, sum;      /* sum of logarithms, without product's */
    size_t used;
};

#define PRODUCT_MAX 1e200

static struct ratios ratios_by(struct bayes_counts learned)
{
    bool both = learned.spam && learned.ham;
    return (struct ratios){ .per_spam = both ? 1.0 / learned.spam : 0,
                            .per_ham = both ? 1.0 / learned.ham : 0,
                            .product = 1 };
}

/* How counts are taken. */
struct belief {
    double strength, unknown; /* Robinson's s, x */
    double odds_least;        /* of a feature that counts */
};
static const struct belief ours = { 0.1, 0.5, ODDS_LEAST(DEVIATION) };
/* Who brings counts along has counted for long, and has no other members to ask. */
static const struct belief theirs = { 0.0178, 0.52, ODDS_LEAST(0.375) };

static inline struct odds odds_of(const struct ratios *r, uint32_t counts, const struct belief *by)
{
    double spam = spam_of(counts), ham = ham_of(counts), n = spam + ham;
    spam *= r->per_spam;
    ham *= r->per_ham;
    double unknown = by->strength * (spam + ham);
    return (struct odds){ n * spam + unknown * by->unknown, n * ham + unknown * (1 - by->unknown) };
}

static double probability(const struct ratios *r, uint32_t counts, const struct belief *by)
{
    const struct odds o = odds_of(r, counts, by);
    return o.spam + o.ham > 0 ? o.spam / (o.spam + o.ham) : 0.5;
}

/* log(f(w) / (1 - f(w))), where that says enough */
static inline void __attribute__((always_inline))
add_ratio(struct ratios *r, uint32_t counts, const struct belief *by)
{
    const struct odds o = odds_of(r, counts, by);
    if (!(o.spam > by->odds_least * o.ham || o.ham > by->odds_least * o.spam))
        return;
    r->used++;
    r->product *= o.spam / o.ham;
    if (r->product > PRODUCT_MAX || r->product < 1 / PRODUCT_MAX) {
        r->sum += log(r->product);
        r->product = 1;
    }
}

static double ratios_sum(const struct ratios *r)
{
    return r->sum + log(r->product);
}

static double log_ratio(struct ratios r, uint32_t counts, const struct belief *by)
{
    add_ratio(&r, counts, by);
    return ratios_sum(&r);
}

/* ---- what another program had learned, see bayes_import()
 * Its counts lie among those of pairs, under features of their own, and are never added to: own lessons know
 * features that it did not count, so that both need their own numbers of messages. There is room while few
 * own messages were learned, which is as long as it is asked; later it gives way slot by slot. */

static uint64_t prior_feature(uint64_t token)
{
    return ((token & BAYES_TOKEN_USED) ^ 0x7072696f72u) * 0x9e3779b97f4a7c15u >> 32;
}

static const uint32_t *prior_counts(const struct bayes_block *b, uint64_t prior)
{
    return b->slots[slot_at(prior)].pairs;
}

static uint32_t prior_find(const struct bayes_block *b, uint64_t token)
{
    const uint64_t prior = prior_feature(token);
    return counts_find(prior_counts(b, prior), pair_check(prior));
}

static struct bayes_counts own_of(const struct bayes_block *b)
{
    const struct bayes_counts l = b->learned, i = b->imported;
    return (struct bayes_counts){ l.spam > i.spam ? l.spam - i.spam : 0, l.ham > i.ham ? l.ham - i.ham : 0 };
}

double bayes_import_part(const struct bayes_block *b)
{
    const struct bayes_counts own = own_of(b);
    double n = (double)own.spam + own.ham;
    if (b->imported.spam == 0 || b->imported.ham == 0 || n >= BAYES_IMPORT_RAMP)
        return 0;
    return 1 - n / BAYES_IMPORT_RAMP;
}

bool bayes_wants_sa(const struct bayes_block *b)
{
    return b->imported_kind == BAYES_SA_KEYS && bayes_import_part(b) > 0;
}

/* It cannot speak of a message whose keys nobody made, as when one is learned. */
static double prior_part(const struct bayes_block *b, const struct bayes_features *f)
{
    return b->imported_kind == BAYES_SA_KEYS && f->n_sa == 0 ? 0 : bayes_import_part(b);
}

/* ---- what features of a message add up to, from its beginning on */

struct tally {
    struct feature_cut seen;
    double a, b, word;
    struct ratios tokens, pairs, prior;
    double prior_part, trust; /* in counts */
};

/* What a few messages have or lack says little yet of what all have. */
static double trust_in_counts(struct bayes_counts learned)
{
    double n = learned.spam < learned.ham ? learned.spam : learned.ham;
    return n / (n + COUNTS_TRUSTED);
}

/* Keys have no places: what they say is said of every beginning. */
static void add_keys(const struct bayes_block *b, const struct bayes_features *f, struct tally *t)
{
    for (size_t i = 0; i < f->n_sa; i++)
        add_ratio(&t->prior, prior_find(b, f->sa[i]), &theirs);
}

static struct tally tally_of(const struct bayes_block *b, const struct bayes_features *f)
{
    const struct bayes_counts own = own_of(b);
    struct tally t = { .tokens = ratios_by(own),
                       .pairs = ratios_by(own),
                       .prior = ratios_by(b->imported),
                       .prior_part = prior_part(b, f),
                       .trust = trust_in_counts(own) };
    if (bayes_wants_sa(b))
        add_keys(b, f, &t);
    return t;
}

/* Lines are fetched for what stands behind this stretch, too: it comes next. */
static void add_tokens(const struct bayes_block *b, const struct bayes_features *f, size_t to,
                       struct tally *t)
{
    const uint64_t *v = f->tokens;
    float sa = 0, sb = 0, word = 0;
    for (size_t i = t->seen.tokens; i < to; i++) {
        if (i + AHEAD < f->n_tokens) {
            __builtin_prefetch(&b->slots[slot_at(v[i + AHEAD])]);
            __builtin_prefetch(&b->buckets[bucket_at(v[i + AHEAD])]);
        }
        const struct bayes_slot *s = &b->slots[slot_at(v[i])];
        const struct bayes_bucket *w = &b->buckets[bucket_at(v[i])];
        sa += s->a;
        sb += s->b;
        word += w->weight;
        add_ratio(&t->tokens, counts_find(w->tokens, token_check(v[i])), &ours);
    }
    t->a += (double)sa;
    t->b += (double)sb;
    t->word += (double)word;
}

static void add_pairs(const struct bayes_block *b, const struct bayes_features *f, size_t to, struct tally *t)
{
    const uint64_t *v = f->pairs;
    float sb = 0;
    for (size_t i = t->seen.pairs; i < to; i++) {
        if (i + AHEAD < f->n_pairs)
            __builtin_prefetch(&b->slots[slot_at(v[i + AHEAD])]);
        const struct bayes_slot *s = &b->slots[slot_at(v[i])];
        sb += s->b;
        add_ratio(&t->pairs, counts_find(s->pairs, pair_check(v[i])), &ours);
    }
    t->b += (double)sb;
}

static void add_grams(const struct bayes_block *b, const struct bayes_features *f, size_t to, struct tally *t)
{
    const uint64_t *v = f->grams;
    float sa = 0, sb = 0;
    for (size_t i = t->seen.grams; i < to; i++) {
        if (i + AHEAD < f->n_grams)
            __builtin_prefetch(&b->slots[slot_at(v[i + AHEAD])]);
        const struct bayes_slot *s = &b->slots[slot_at(v[i])];
        sa += s->a;
        sb += s->b;
    }
    t->a += (double)sa;
    t->b += (double)sb;
}

static void add_prior(const struct bayes_block *b, const struct bayes_features *f, size_t to, struct tally *t)
{
    for (size_t i = t->seen.tokens; i < to; i++)
        add_ratio(&t->prior, prior_find(b, f->tokens[i]), &theirs);
}

static void add_up_to(const struct bayes_block *b, const struct bayes_features *f,
                      const struct feature_cut *to, struct tally *t)
{
    if (t->prior_part > 0 && b->imported_kind == BAYES_OUR_TOKENS)
        add_prior(b, f, to->tokens, t);
    add_tokens(b, f, to->tokens, t);
    add_grams(b, f, to->grams, t);
    add_pairs(b, f, to->pairs, t);
    t->seen = *to;
}

static double over_root(double sum, size_t n)
{
    return n ? sum / sqrt((double)n) : 0;
}

static void members(const struct tally *t, double out[BAYES_MEMBERS])
{
    const struct feature_cut *n = &t->seen;
    out[0] = over_root(t->a, n->tokens + n->grams);
    out[1] = over_root(t->b, n->tokens + n->grams + n->pairs);
    out[2] = over_root(t->word, n->tokens);
    out[3] = t->trust * over_root(ratios_sum(&t->tokens), t->tokens.used);
    out[4] = t->trust * over_root(ratios_sum(&t->pairs), t->pairs.used);
}

static struct feature_cut all_of(const struct bayes_features *f)
{
    return (struct feature_cut){ (uint32_t)f->n_tokens, (uint32_t)f->n_pairs, (uint32_t)f->n_grams };
}

/* ---- regressions */

static double sigmoid(double z)
{
    return 1 / (1 + exp(-z));
}

/* Large steps at first: the first messages have to tell all. */
static float rate_now(const struct bayes_block *b)
{
    const struct bayes_counts own = own_of(b);
    double lessons = (double)own.spam + own.ham;
    return RATE * (float)(1 + (RATE_EARLY - 1) * exp(-lessons / EARLY_FOR));
}

/* One step of a regression for one feature: gradient g. */
static inline void step(float *weight, float *sum, float g, float rate)
{
    float total = *sum + g * g;
    *sum = total;
    *weight += rate * g / sqrtf(total + STEP_LEAST);
}

/* Both regressions at once: roots and quotients are what a lesson costs beside memory. Where ga is 0, the
 * first one does not know the feature. */
static inline void step_both(struct bayes_slot *s, float ga, float gb, float rate)
{
#ifdef __SSE2__
    const __m128 g = _mm_setr_ps(ga, gb, 0, 0), was = _mm_loadu_ps(&s->a);
    const __m128 total = _mm_add_ps(_mm_movehl_ps(was, was), _mm_mul_ps(g, g));
    const __m128 root = _mm_sqrt_ps(_mm_add_ps(total, _mm_set1_ps(STEP_LEAST)));
    const __m128 weights = _mm_add_ps(was, _mm_div_ps(_mm_mul_ps(_mm_set1_ps(rate), g), root));
    _mm_storeu_ps(&s->a, _mm_movelh_ps(weights, total));
#else
    step(&s->a, &s->a_sum, ga, rate);
    step(&s->b, &s->b_sum, gb, rate);
#endif
}

/* What a message asks of each regression. */
struct push {
    float a, b, word; /* gradients */
    float rate;
};

/* Pairs are known to the second regression alone. */
static void step_slots(struct bayes_block *b, const uint64_t *v, size_t n, const struct push *p, bool with_a)
{
    for (size_t i = 0; i < n; i++) {
        if (i + AHEAD < n)
            __builtin_prefetch(&b->slots[slot_at(v[i + AHEAD])], 1);
        step_both(&b->slots[slot_at(v[i])], with_a ? p->a : 0, p->b, p->rate);
    }
}

static void step_words(struct bayes_block *b, const uint64_t *v, size_t n, const struct push *p)
{
    for (size_t i = 0; i < n; i++) {
        struct bayes_bucket *w = &b->buckets[bucket_at(v[i])];
        step(&w->weight, &w->sum, p->word, p->rate);
    }
}

static float gradient(double logit, bool spam, size_t n, double weight)
{
    return n ? (float)(weight * (spam - sigmoid(logit)) / sqrt((double)n)) : 0;
}

static void regressions_learn(struct bayes_block *b, const struct bayes_features *f, const double member[3],
                              bool spam, double weight)
{
    const size_t n = f->n_tokens + f->n_grams;
    const struct push p = { .a = gradient(member[0], spam, n, weight),
                            .b = gradient(member[1], spam, n + f->n_pairs, weight),
                            .word = gradient(member[2], spam, f->n_tokens, weight),
                            .rate = rate_now(b) };
    step_slots(b, f->tokens, f->n_tokens, &p, true);
    step_slots(b, f->grams, f->n_grams, &p, true);
    step_slots(b, f->pairs, f->n_pairs, &p, false);
    step_words(b, f->tokens, f->n_tokens, &p);
}

/* ---- counts */

static void count_all(struct bayes_block *b, const struct bayes_features *f, bool spam)
{
    for (size_t i = 0; i < f->n_tokens; i++)
        count_one(counts_make(b->buckets[bucket_at(f->tokens[i])].tokens, token_check(f->tokens[i])), spam);
    for (size_t i = 0; i < f->n_pairs; i++)
        count_one(counts_make(b->slots[slot_at(f->pairs[i])].pairs, pair_check(f->pairs[i])), spam);
}

static void discount_all(struct bayes_block *b, const struct bayes_features *f, bool spam)
{
    for (size_t i = 0; i < f->n_tokens; i++)
        discount_one(counts_at(b->buckets[bucket_at(f->tokens[i])].tokens, token_check(f->tokens[i])), spam);
    for (size_t i = 0; i < f->n_pairs; i++)
        discount_one(counts_at(b->slots[slot_at(f->pairs[i])].pairs, pair_check(f->pairs[i])), spam);
}

/* ---- the whole */

static double clipped(double z)
{
    return z > LOGIT_MAX ? LOGIT_MAX : z < -LOGIT_MAX ? -LOGIT_MAX : z;
}

static double combine(const struct bayes_combiner *c, const double member[BAYES_MEMBERS])
{
    double z = c->bias;
    for (int i = 0; i < BAYES_MEMBERS; i++)
        z += c->weight[i] * clipped(scale[i] * member[i]);
    return z;
}

static double with_prior(double own, const struct tally *t)
{
    const double part = t->prior_part;
    if (part <= 0)
        return own;
    return (1 - part) * own + part * clipped(PRIOR_SCALE * over_root(ratios_sum(&t->prior), t->prior.used));
}

/* One number of the combiner after a lesson, as if it were independent of the others. */
static void settle(float *value, float *spread, double x, double error, double news, double least)
{
    *value = (float)(*value + *spread * x * error);
    *spread = (float)fmax(least, *spread / (1 + *spread * x * x * news));
}

/* Newton's steps of a Bayesian regression: large while little is known of a number, then smaller. */
static void combiner_learn(struct bayes_block *b, const double member[BAYES_MEMBERS], bool spam,
                           double weight)
{
    struct bayes_combiner *c = &b->combiner;
    double x[BAYES_MEMBERS], p = sigmoid(combine(c, member)), spread = c->bias_spread;
    for (int i = 0; i < BAYES_MEMBERS; i++) {
        x[i] = clipped(scale[i] * member[i]);
        spread += c->weight_spread[i] * x[i] * x[i];
    }
    double news = weight * fmax(p * (1 - p), NEWS_LEAST), error = weight * (spam - p) / (1 + news * spread);
    settle(&c->bias, &c->bias_spread, 1, error, news, BIAS_SPREAD_LEAST);
    for (int i = 0; i < BAYES_MEMBERS; i++)
        settle(&c->weight[i], &c->weight_spread[i], x[i], error, news, WEIGHT_SPREAD_LEAST);
}

/* A beginning of the message, and what is said of it. */
struct view {
    struct feature_cut cut;
    double member[BAYES_MEMBERS], logit;
};

/* The whole message, and that beginning of it which looks most like spam. */
static void look(const struct bayes_block *b, const struct bayes_features *f, struct view *whole,
                 struct view *worst)
{
    struct tally t = tally_of(b, f);
    worst->logit = -INFINITY;
    for (size_t i = 0; i <= f->n_cuts; i++) {
        whole->cut = i < f->n_cuts ? f->cuts[i] : all_of(f);
        add_up_to(b, f, &whole->cut, &t);
        members(&t, whole->member);
        whole->logit = with_prior(combine(&b->combiner, whole->member), &t);
        if (whole->logit > worst->logit)
            *worst = *whole;
    }
}

/* Good words put behind a spam do not change its beginning. The whole is never much less than that, but
 * somewhat, as a beginning is less to go by. */
static double with_beginning(double whole, double worst)
{
    return fmax(whole, worst - BEGINNING_LESS);
}

void bayes_classify(const struct bayes_block *b, const struct bayes_features *f, unsigned min_spam,
                    unsigned min_ham, struct bayes_result *out)
{
    struct view whole, worst;
    *out = (struct bayes_result){ .known = b->state == BAYES_READY && b->learned.spam >= min_spam &&
                                           b->learned.ham >= min_ham };
    if (!out->known)
        return;
    look(b, f, &whole, &worst);
    memcpy(out->member, whole.member, sizeof(out->member));
    out->logit = with_beginning(whole.logit, worst.logit);
    out->probability = sigmoid(out->logit);
}

bool bayes_is_sure(const struct bayes_block *b, const struct bayes_features *f, bool spam)
{
    struct bayes_result r;
    bayes_classify(b, f, SURE_LEARNED, SURE_LEARNED, &r);
    return r.known && (spam ? r.logit : -r.logit) > SURE_LOGIT;
}

static struct bayes_features beginning(const struct bayes_features *f, const struct feature_cut *cut)
{
    struct bayes_features part = *f;
    part.n_tokens = cut->tokens;
    part.n_pairs = cut->pairs;
    part.n_grams = cut->grams;
    return part;
}

/* A ham whose beginning looks like spam teaches that beginning, too. */
static void learn_views(struct bayes_block *b, const struct bayes_features *f, bool spam, double weight)
{
    struct view whole, worst;
    look(b, f, &whole, &worst);
    combiner_learn(b, whole.member, spam, weight);
    regressions_learn(b, f, whole.member, spam, weight);
    if (spam || worst.logit < BEGINNING_DOUBT)
        return;
    struct bayes_features part = beginning(f, &worst.cut);
    regressions_learn(b, &part, worst.member, false, weight);
}

/* A lesson is the same for who has keys of an import and for who has not. */
static struct bayes_features our_own(const struct bayes_features *f)
{
    struct bayes_features own = *f;
    own.n_sa = 0;
    return own;
}

void bayes_learn(struct bayes_block *b, const struct bayes_features *f, bool spam, double weight)
{
    const struct bayes_features own = our_own(f);
    learn_views(b, &own, spam, weight);
    if (spam)
        b->learned.spam++;
    else
        b->learned.ham++;
    count_all(b, f, spam);
    b->serial++;
}

void bayes_unlearn(struct bayes_block *b, const struct bayes_features *f, bool was_spam, double weight)
{
    const struct bayes_features own = our_own(f);
    struct view whole, worst;
    look(b, &own, &whole, &worst);
    regressions_learn(b, f, whole.member, !was_spam, weight);
    if (was_spam && b->learned.spam)
        b->learned.spam--;
    else if (!was_spam && b->learned.ham)
        b->learned.ham--;
    discount_all(b, f, was_spam);
    b->serial++;
}

static void describe(const struct bayes_block *b, size_t i, uint32_t counts, struct bayes_token *t)
{
    const struct ratios own = ratios_by(own_of(b));
    t->spam = spam_of(counts);
    t->ham = ham_of(counts);
    t->probability = probability(&own, counts, &ours);
    snprintf(t->name, sizeof(t->name), "%08x%02x", (unsigned)i, (unsigned)(counts >> 24));
}

bool bayes_token_at(const struct bayes_block *b, size_t i, struct bayes_token *t)
{
    describe(b, i, b->buckets[i / BAYES_WAYS].tokens[i % BAYES_WAYS], t);
    return t->spam + t->ham > 0;
}

bool bayes_token_find(const struct bayes_block *b, uint64_t token, struct bayes_token *t)
{
    const uint32_t *tokens = b->buckets[bucket_at(token)].tokens;
    *t = (struct bayes_token){ .probability = 0.5 };
    for (size_t i = 0; i < BAYES_WAYS; i++)
        if (tokens[i] && tokens[i] >> 24 == token_check(token))
            return bayes_token_at(b, bucket_at(token) * BAYES_WAYS + i, t);
    return false;
}

/* More of the other kind brings it nearer to that one's side. */
unsigned bayes_token_distance(const struct bayes_block *b, const struct bayes_token *t)
{
    const struct bayes_counts own = own_of(b);
    const struct ratios by = ratios_by(own);
    const double side = t->probability > 0.5 ? 1 : -1;
    uint32_t least = 0, most = COUNT_MAX - (side > 0 ? t->ham : t->spam);
    if (t->spam + t->ham == 0 || own.spam == 0 || own.ham == 0 || fabs(t->probability - 0.5) < DEVIATION)
        return 0;
    while (least + 1 < most) {
        uint32_t middle = (least + most) / 2;
        uint32_t counts =
            side > 0 ? counts_of(0, t->spam, t->ham + middle) : counts_of(0, t->spam + middle, t->ham);
        if (side * (probability(&by, counts, &ours) - 0.5) < DEVIATION)
            most = middle;
        else
            least = middle;
    }
    return most;
}

struct factors {
    double member[4], prior; /* of each sum over tokens */
    struct ratios own, imported;
};

/* one token's in each member over tokens */
static double share_of(const struct bayes_block *b, uint64_t token, const struct factors *k)
{
    const struct bayes_slot *s = &b->slots[slot_at(token)];
    const struct bayes_bucket *w = &b->buckets[bucket_at(token)];
    double ratio = log_ratio(k->own, counts_find(w->tokens, token_check(token)), &ours);
    double sum = k->member[0] * s->a + k->member[1] * s->b + k->member[2] * w->weight + k->member[3] * ratio;
    if (k->prior <= 0 || b->imported_kind != BAYES_OUR_TOKENS)
        return sum;
    return sum + k->prior * log_ratio(k->imported, prior_find(b, token), &theirs);
}

void bayes_shares(const struct bayes_block *b, const struct bayes_features *f, double *share)
{
    struct tally t = tally_of(b, f);
    const struct feature_cut all = all_of(f);
    struct factors k = { .own = t.tokens, .imported = ratios_by(b->imported) };
    add_up_to(b, f, &all, &t);
    const size_t n[4] = { f->n_tokens + f->n_grams, f->n_tokens + f->n_grams + f->n_pairs, f->n_tokens,
                          t.tokens.used };
    for (int i = 0; i < 4; i++)
        k.member[i] = (1 - t.prior_part) * over_root(b->combiner.weight[i] * scale[i], n[i]);
    k.member[3] *= t.trust;
    k.prior = t.prior_part * over_root(PRIOR_SCALE, t.prior.used);
    for (size_t i = 0; i < f->n_tokens; i++)
        share[i] = share_of(b, f->tokens[i], &k);
}

void bayes_sa_shares(const struct bayes_block *b, const struct bayes_features *f, double *share)
{
    const struct tally t = tally_of(b, f);
    const struct ratios none = ratios_by(b->imported);
    const double factor = t.prior_part * over_root(PRIOR_SCALE, t.prior.used);
    for (size_t i = 0; i < f->n_sa; i++)
        share[i] = factor * log_ratio(none, prior_find(b, f->sa[i]), &theirs);
}

/* ---- from another program */

void bayes_sa_find(const struct bayes_block *b, uint64_t key, struct bayes_token *t)
{
    const struct ratios by = ratios_by(b->imported);
    const uint32_t counts = prior_find(b, key);
    *t = (struct bayes_token){ .spam = spam_of(counts), .ham = ham_of(counts) };
    t->probability = probability(&by, counts, &theirs);
}

/* Whether there is a place that is free, its own, or says less. */
static bool has_room(const uint32_t *counts, uint32_t check, uint64_t n)
{
    for (size_t i = 0; i < BAYES_WAYS; i++)
        if (counts[i] == 0 || counts[i] >> 24 == check || spam_of(counts[i]) + ham_of(counts[i]) < n)
            return true;
    return false;
}

bool bayes_import(struct bayes_block *b, uint64_t token, uint32_t spam, uint32_t ham)
{
    const uint64_t prior = prior_feature(token);
    if (!has_room(prior_counts(b, prior), pair_check(prior), (uint64_t)spam + ham))
        return false;
    uint32_t *counts = counts_make(b->slots[slot_at(prior)].pairs, pair_check(prior));
    uint64_t s = (uint64_t)spam_of(*counts) + spam, h = (uint64_t)ham_of(*counts) + ham;
    while (s > COUNT_MAX || h > COUNT_MAX) {
        s /= 2;
        h /= 2;
    }
    *counts = counts_of(*counts >> 24, (uint32_t)s, (uint32_t)h);
    return true;
}

void bayes_import_end(struct bayes_block *b, enum bayes_imported_kind kind, uint32_t spam, uint32_t ham)
{
    b->imported_kind = kind;
    b->learned.spam += spam;
    b->learned.ham += ham;
    b->imported.spam += spam;
    b->imported.ham += ham;
    b->serial++;
}
