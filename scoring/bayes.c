/* bayes.c - the classifier; see bayes.h */
#include "config.h"
#include "scoring/bayes.h"

#include <math.h>
#include <stdio.h>

#define RATE 0.2
#define STEP_LEAST 1e-6
#define STRENGTH 0.0178 /* Robinson's s */
#define UNKNOWN 0.52    /* Robinson's x */
#define DEVIATION 0.375 /* |f(w) - 0.5| of a feature that counts */
#define LOGIT_MAX 8     /* of a member, for the combiner */
#define COUNT_MAX 4095u
#define WAYS 4
#define AHEAD 16 /* features whose slots are fetched while others are worked on */

static const double scale[BAYES_MEMBERS] = { 1, 1, 1, 0.5, 0.5 };
/* beginnings of a message, in logits: see with_beginning() */
#define BEGINNING_FREE 1.0
#define BEGINNING_SHARE 0.7
#define BEGINNING_MOST 2.0
#define BEGINNING_DOUBT (-1.0) /* above it, that of a ham is worth learning */

#define PRIOR_SCALE 0.5
#define COMBINER_RATE 0.002
#define BIAS_RATE 0.03

void bayes_init(struct bayes_block *b)
{
    b->magic = BAYES_MAGIC;
    b->version = FEATURES_VERSION;
    for (int i = 0; i < BAYES_MEMBERS; i++)
        b->combiner.weight[i] = 1.0f / BAYES_MEMBERS;
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

/* ---- slots */

static size_t lr_slot(uint64_t feature)
{
    return feature & ((1u << BAYES_LR_BITS) - 1);
}

static size_t word_slot(uint64_t feature)
{
    return feature >> 24 & ((1u << BAYES_WORD_BITS) - 1);
}

static uint32_t check_of(uint64_t feature)
{
    return (uint32_t)(feature >> 56) | 1;
}

static uint32_t spam_of(uint32_t slot)
{
    return slot >> 12 & COUNT_MAX;
}

static uint32_t ham_of(uint32_t slot)
{
    return slot & COUNT_MAX;
}

static uint32_t slot_of(uint32_t check, uint32_t spam, uint32_t ham)
{
    return check << 24 | spam << 12 | ham;
}

/* NULL: there is none */
static const uint32_t *find(const uint32_t *table, unsigned bits, uint64_t feature)
{
    size_t at = feature >> 8 & ((1u << bits) - 1);
    for (unsigned i = 0; i < WAYS; i++)
        if (table[at ^ i] >> 24 == check_of(feature))
            return &table[at ^ i];
    return NULL;
}

/* A free slot of the feature's four, or the one that says least. */
static uint32_t *find_or_make(uint32_t *table, unsigned bits, uint64_t feature)
{
    size_t at = feature >> 8 & ((1u << bits) - 1);
    uint32_t *least = &table[at];
    for (unsigned i = 0; i < WAYS; i++) {
        uint32_t *slot = &table[at ^ i];
        if (*slot >> 24 == check_of(feature))
            return slot;
        if (spam_of(*slot) + ham_of(*slot) < spam_of(*least) + ham_of(*least))
            least = slot;
    }
    *least = slot_of(check_of(feature), 0, 0);
    return least;
}

/* ---- what features of a message add up to, from its beginning on */

struct tally {
    struct feature_cut seen;
    double a, b, word, token, pair, prior;
    size_t tokens_used, pairs_used, prior_used;
};

/* ---- what another program had learned, see bayes_import()
 * Its counts lie among those of pairs, under features of their own, and are never added to: own lessons know
 * features that it did not count, so that both need their own numbers of messages. There is room while few
 * own messages were learned, which is as long as it is asked; later it gives way slot by slot. */

static uint64_t prior_feature(uint64_t token)
{
    return (token ^ 0x7072696f72u) * 0x9e3779b97f4a7c15u;
}

static struct bayes_counts own_of(const struct bayes_block *b)
{
    const struct bayes_counts l = b->learned, i = b->imported;
    return (struct bayes_counts){ l.spam > i.spam ? l.spam - i.spam : 0, l.ham > i.ham ? l.ham - i.ham : 0 };
}

/* How far the import still speaks: 1 when nothing was learned here, 0 when enough was. */
static double prior_part(const struct bayes_block *b)
{
    const struct bayes_counts own = own_of(b);
    double n = (double)own.spam + own.ham;
    if (b->imported.spam == 0 || b->imported.ham == 0 || n >= BAYES_IMPORT_RAMP)
        return 0;
    return 1 - n / BAYES_IMPORT_RAMP;
}

static void add_slots(const struct bayes_block *b, const uint64_t *v, size_t from, size_t to, bool with_a,
                      struct tally *t)
{
    float sa = 0, sb = 0;
    for (size_t i = from; i < to; i++) {
        if (i + AHEAD < to)
            __builtin_prefetch(&b->lr[lr_slot(v[i + AHEAD])]);
        const struct bayes_weights *w = &b->lr[lr_slot(v[i])];
        sa += w->a;
        sb += w->b;
    }
    t->a += with_a ? (double)sa : 0;
    t->b += (double)sb;
}

static void add_words(const struct bayes_block *b, const uint64_t *v, size_t from, size_t to, struct tally *t)
{
    float sum = 0;
    for (size_t i = from; i < to; i++) {
        if (i + AHEAD < to)
            __builtin_prefetch(&b->word[word_slot(v[i + AHEAD])]);
        sum += b->word[word_slot(v[i])];
    }
    t->word += (double)sum;
}

/* Robinson's f(w) of what a slot counts */
static double degree(uint32_t slot, double per_spam, double per_ham)
{
    double spam = spam_of(slot), ham = ham_of(slot), n = spam + ham;
    if (n == 0)
        return 0.5;
    spam *= per_spam;
    ham *= per_ham;
    return (STRENGTH * UNKNOWN + n * spam / (spam + ham)) / (STRENGTH + n);
}

/* log(f(w) / (1 - f(w))), 0 where that says too little */
static double log_ratio(uint32_t slot, double per_spam, double per_ham)
{
    double p = degree(slot, per_spam, per_ham);
    return fabs(p - 0.5) < DEVIATION ? 0 : log(p / (1 - p));
}

static double add_ratios(const struct bayes_counts *learned, const uint32_t *table, unsigned bits,
                         const uint64_t *v, size_t from, size_t to, size_t *used)
{
    double per_spam = 1.0 / learned->spam, per_ham = 1.0 / learned->ham, sum = 0;
    for (size_t i = from; i < to; i++) {
        if (i + AHEAD < to)
            __builtin_prefetch(&table[v[i + AHEAD] >> 8 & ((1u << bits) - 1)]);
        const uint32_t *slot = find(table, bits, v[i]);
        double ratio = slot ? log_ratio(*slot, per_spam, per_ham) : 0;
        *used += ratio != 0;
        sum += ratio;
    }
    return sum;
}

static void add_prior(const struct bayes_block *b, const uint64_t *v, size_t from, size_t to, struct tally *t)
{
    double per_spam = 1.0 / b->imported.spam, per_ham = 1.0 / b->imported.ham;
    for (size_t i = from; i < to; i++) {
        const uint32_t *slot = find(b->pair, BAYES_PAIR_BITS, prior_feature(v[i]));
        double ratio = slot ? log_ratio(*slot, per_spam, per_ham) : 0;
        t->prior_used += ratio != 0;
        t->prior += ratio;
    }
}

static void add_up_to(const struct bayes_block *b, const struct bayes_features *f,
                      const struct feature_cut *to, struct tally *t)
{
    const struct feature_cut *from = &t->seen;
    const struct bayes_counts learned = own_of(b);
    add_slots(b, f->tokens, from->tokens, to->tokens, true, t);
    add_slots(b, f->grams, from->grams, to->grams, true, t);
    add_slots(b, f->pairs, from->pairs, to->pairs, false, t);
    add_words(b, f->tokens, from->tokens, to->tokens, t);
    if (learned.spam && learned.ham) {
        t->token += add_ratios(&learned, b->token, BAYES_TOKEN_BITS, f->tokens, from->tokens, to->tokens,
                               &t->tokens_used);
        t->pair +=
            add_ratios(&learned, b->pair, BAYES_PAIR_BITS, f->pairs, from->pairs, to->pairs, &t->pairs_used);
    }
    if (prior_part(b) > 0)
        add_prior(b, f->tokens, from->tokens, to->tokens, t);
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
    out[3] = over_root(t->token, t->tokens_used);
    out[4] = over_root(t->pair, t->pairs_used);
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

/* One step of a regression for one feature: gradient g. */
static void step(float *weight, float *sum, double g)
{
    double total = *sum + g * g;
    *sum = (float)total;
    *weight = (float)(*weight + RATE * g / sqrt(total + STEP_LEAST));
}

static void step_slots(struct bayes_block *b, const uint64_t *v, size_t n, double ga, double gb)
{
    for (size_t i = 0; i < n; i++) {
        size_t at = lr_slot(v[i]);
        if (ga != 0)
            step(&b->lr[at].a, &b->lr_step[at].a, ga);
        step(&b->lr[at].b, &b->lr_step[at].b, gb);
    }
}

static double gradient(double logit, bool spam, size_t n, double weight)
{
    return n ? weight * (spam - sigmoid(logit)) / sqrt((double)n) : 0;
}

static void regressions_learn(struct bayes_block *b, const struct bayes_features *f, const double member[3],
                              bool spam, double weight)
{
    double ga = gradient(member[0], spam, f->n_tokens + f->n_grams, weight);
    double gb = gradient(member[1], spam, f->n_tokens + f->n_grams + f->n_pairs, weight);
    double gw = gradient(member[2], spam, f->n_tokens, weight);
    step_slots(b, f->tokens, f->n_tokens, ga, gb);
    step_slots(b, f->grams, f->n_grams, ga, gb);
    step_slots(b, f->pairs, f->n_pairs, 0, gb);
    for (size_t i = 0; i < f->n_tokens; i++) {
        size_t at = word_slot(f->tokens[i]);
        step(&b->word[at], &b->word_step[at], gw);
    }
}

/* ---- counts */

static void count(uint32_t *slot, bool spam)
{
    uint32_t s = spam_of(*slot) + spam, h = ham_of(*slot) + !spam;
    if (s > COUNT_MAX || h > COUNT_MAX) {
        s /= 2;
        h /= 2;
    }
    *slot = slot_of(*slot >> 24, s, h);
}

static void count_all(uint32_t *table, unsigned bits, const uint64_t *v, size_t n, bool spam)
{
    for (size_t i = 0; i < n; i++)
        count(find_or_make(table, bits, v[i]), spam);
}

/* A slot that counts nothing any more is free again. */
static void discount_all(uint32_t *table, unsigned bits, const uint64_t *v, size_t n, bool spam)
{
    for (size_t i = 0; i < n; i++) {
        const uint32_t *slot = find(table, bits, v[i]);
        uint32_t one = spam ? 1u << 12 : 1u;
        if (slot == NULL || (spam ? spam_of(*slot) : ham_of(*slot)) == 0)
            continue;
        uint32_t left = *slot - one;
        table[slot - table] = spam_of(left) + ham_of(left) ? left : 0;
    }
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

static double with_prior(double own, const struct tally *t, double part)
{
    return part > 0 ? (1 - part) * own + part * clipped(PRIOR_SCALE * over_root(t->prior, t->prior_used))
                    : own;
}

static void combiner_learn(struct bayes_block *b, const double member[BAYES_MEMBERS], bool spam,
                           double weight)
{
    struct bayes_combiner *c = &b->combiner;
    double error = weight * (spam - sigmoid(combine(c, member)));
    c->bias = (float)(c->bias + BIAS_RATE * error);
    for (int i = 0; i < BAYES_MEMBERS; i++)
        c->weight[i] = (float)(c->weight[i] + COMBINER_RATE * error * clipped(scale[i] * member[i]));
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
    struct tally t = { .a = 0 };
    const double part = prior_part(b);
    worst->logit = -INFINITY;
    for (size_t i = 0; i <= f->n_cuts; i++) {
        whole->cut = i < f->n_cuts ? f->cuts[i] : all_of(f);
        add_up_to(b, f, &whole->cut, &t);
        members(&t, whole->member);
        whole->logit = with_prior(combine(&b->combiner, whole->member), &t, part);
        if (whole->logit > worst->logit)
            *worst = *whole;
    }
}

/* Good words put behind a spam do not change its beginning. A little more than the whole is only said of it
 * where the beginning is much worse, as a beginning is less to go by. */
static double with_beginning(double whole, double worst)
{
    double raised = whole + BEGINNING_SHARE * (worst - BEGINNING_FREE - whole);
    double least = worst - BEGINNING_MOST;
    return fmax(whole, fmax(raised, least));
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

void bayes_learn(struct bayes_block *b, const struct bayes_features *f, bool spam, double weight)
{
    learn_views(b, f, spam, weight);
    if (spam)
        b->learned.spam++;
    else
        b->learned.ham++;
    count_all(b->token, BAYES_TOKEN_BITS, f->tokens, f->n_tokens, spam);
    count_all(b->pair, BAYES_PAIR_BITS, f->pairs, f->n_pairs, spam);
    b->serial++;
}

void bayes_unlearn(struct bayes_block *b, const struct bayes_features *f, bool was_spam, double weight)
{
    struct view whole, worst;
    look(b, f, &whole, &worst);
    regressions_learn(b, f, whole.member, !was_spam, weight);
    if (was_spam && b->learned.spam)
        b->learned.spam--;
    else if (!was_spam && b->learned.ham)
        b->learned.ham--;
    discount_all(b->token, BAYES_TOKEN_BITS, f->tokens, f->n_tokens, was_spam);
    discount_all(b->pair, BAYES_PAIR_BITS, f->pairs, f->n_pairs, was_spam);
    b->serial++;
}

bool bayes_token_at(const struct bayes_block *b, size_t i, struct bayes_token *t)
{
    uint32_t slot = b->token[i];
    const struct bayes_counts own = own_of(b);
    t->spam = spam_of(slot);
    t->ham = ham_of(slot);
    t->probability = own.spam && own.ham ? degree(slot, 1.0 / own.spam, 1.0 / own.ham) : 0.5;
    snprintf(t->name, sizeof(t->name), "%08x%02x", (unsigned)i, (unsigned)(slot >> 24));
    return t->spam + t->ham > 0;
}

bool bayes_token_find(const struct bayes_block *b, uint64_t token, struct bayes_token *t)
{
    const uint32_t *slot = find(b->token, BAYES_TOKEN_BITS, token);
    *t = (struct bayes_token){ .probability = 0.5 };
    return slot && bayes_token_at(b, (size_t)(slot - b->token), t);
}

/* More of the other kind brings it nearer to that one's side. */
unsigned bayes_token_distance(const struct bayes_block *b, const struct bayes_token *t)
{
    const struct bayes_counts own = own_of(b);
    const double side = t->probability > 0.5 ? 1 : -1;
    uint32_t least = 0, most = COUNT_MAX - (side > 0 ? t->ham : t->spam);
    if (t->spam + t->ham == 0 || own.spam == 0 || own.ham == 0 || fabs(t->probability - 0.5) < DEVIATION)
        return 0;
    while (least + 1 < most) {
        uint32_t middle = (least + most) / 2;
        uint32_t slot =
            side > 0 ? slot_of(0, t->spam, t->ham + middle) : slot_of(0, t->spam + middle, t->ham);
        if (side * (degree(slot, 1.0 / own.spam, 1.0 / own.ham) - 0.5) < DEVIATION)
            most = middle;
        else
            least = middle;
    }
    return most;
}

struct factors {
    double member[4], prior; /* of each sum over tokens */
};

/* one token's in each member over tokens */
static double share_of(const struct bayes_block *b, uint64_t token, const struct factors *k)
{
    const struct bayes_weights *w = &b->lr[lr_slot(token)];
    const uint32_t *slot = find(b->token, BAYES_TOKEN_BITS, token);
    const uint32_t *prior = k->prior > 0 ? find(b->pair, BAYES_PAIR_BITS, prior_feature(token)) : NULL;
    const struct bayes_counts own = own_of(b);
    double ratio = slot && own.spam && own.ham ? log_ratio(*slot, 1.0 / own.spam, 1.0 / own.ham) : 0;
    double sum = k->member[0] * w->a + k->member[1] * w->b + k->member[2] * b->word[word_slot(token)] +
                 k->member[3] * ratio;
    return prior ? sum + k->prior * log_ratio(*prior, 1.0 / b->imported.spam, 1.0 / b->imported.ham) : sum;
}

void bayes_shares(const struct bayes_block *b, const struct bayes_features *f, double *share)
{
    struct tally t = { .a = 0 };
    const struct feature_cut all = all_of(f);
    const double part = prior_part(b);
    struct factors k;
    add_up_to(b, f, &all, &t);
    const size_t n[4] = { f->n_tokens + f->n_grams, f->n_tokens + f->n_grams + f->n_pairs, f->n_tokens,
                          t.tokens_used };
    for (int i = 0; i < 4; i++)
        k.member[i] = (1 - part) * over_root(b->combiner.weight[i] * scale[i], n[i]);
    k.prior = part * over_root(PRIOR_SCALE, t.prior_used);
    for (size_t i = 0; i < f->n_tokens; i++)
        share[i] = share_of(b, f->tokens[i], &k);
}

/* ---- from another program */

void bayes_import(struct bayes_block *b, uint64_t token, uint32_t spam, uint32_t ham)
{
    uint32_t *slot = find_or_make(b->pair, BAYES_PAIR_BITS, prior_feature(token));
    uint64_t s = (uint64_t)spam_of(*slot) + spam, h = (uint64_t)ham_of(*slot) + ham;
    while (s > COUNT_MAX || h > COUNT_MAX) {
        s /= 2;
        h /= 2;
    }
    *slot = slot_of(*slot >> 24, (uint32_t)s, (uint32_t)h);
}

void bayes_import_end(struct bayes_block *b, uint32_t spam, uint32_t ham)
{
    b->learned.spam += spam;
    b->learned.ham += ham;
    b->imported.spam += spam;
    b->imported.ham += ham;
    b->serial++;
}
