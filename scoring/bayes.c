/* bayes.c - the classifier; see bayes.h */
#include "config.h"
#include "scoring/bayes.h"

#include <math.h>

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
    return (
        struct bayes_features){ f->tokens.v, f->pairs.v, f->grams.v, f->tokens.n, f->pairs.n, f->grams.n };
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

/* ---- regressions */

struct sums {
    double a, b, word;
};

static void add_slots(const struct bayes_block *b, const uint64_t *v, size_t n, bool with_a, struct sums *s)
{
    float sa = 0, sb = 0;
    for (size_t i = 0; i < n; i++) {
        if (i + AHEAD < n)
            __builtin_prefetch(&b->lr[lr_slot(v[i + AHEAD])]);
        const struct bayes_weights *w = &b->lr[lr_slot(v[i])];
        sa += w->a;
        sb += w->b;
    }
    s->a += with_a ? sa : 0;
    s->b += sb;
}

static void add_words(const struct bayes_block *b, const uint64_t *v, size_t n, struct sums *s)
{
    float sum = 0;
    for (size_t i = 0; i < n; i++) {
        if (i + AHEAD < n)
            __builtin_prefetch(&b->word[word_slot(v[i + AHEAD])]);
        sum += b->word[word_slot(v[i])];
    }
    s->word += sum;
}

static double over_root(double sum, size_t n)
{
    return n ? sum / sqrt((double)n) : 0;
}

static void regressions(const struct bayes_block *b, const struct bayes_features *f, double out[3])
{
    struct sums s = { 0, 0, 0 };
    add_slots(b, f->tokens, f->n_tokens, true, &s);
    add_slots(b, f->grams, f->n_grams, true, &s);
    add_slots(b, f->pairs, f->n_pairs, false, &s);
    add_words(b, f->tokens, f->n_tokens, &s);
    out[0] = over_root(s.a, f->n_tokens + f->n_grams);
    out[1] = over_root(s.b, f->n_tokens + f->n_grams + f->n_pairs);
    out[2] = over_root(s.word, f->n_tokens);
}

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

/* log(f(w) / (1 - f(w))) of what a slot counts, 0 where that says too little */
static double log_ratio(uint32_t slot, double per_spam, double per_ham)
{
    double spam = spam_of(slot), ham = ham_of(slot), n = spam + ham;
    if (n == 0)
        return 0;
    spam *= per_spam;
    ham *= per_ham;
    double p = (STRENGTH * UNKNOWN + n * spam / (spam + ham)) / (STRENGTH + n);
    return fabs(p - 0.5) < DEVIATION ? 0 : log(p / (1 - p));
}

static double chi(const struct bayes_block *b, const uint32_t *table, unsigned bits, const uint64_t *v,
                  size_t n)
{
    double per_spam = 1.0 / b->learned.spam, per_ham = 1.0 / b->learned.ham, sum = 0;
    size_t used = 0;
    for (size_t i = 0; i < n; i++) {
        if (i + AHEAD < n)
            __builtin_prefetch(&table[v[i + AHEAD] >> 8 & ((1u << bits) - 1)]);
        const uint32_t *slot = find(table, bits, v[i]);
        double ratio = slot ? log_ratio(*slot, per_spam, per_ham) : 0;
        used += ratio != 0;
        sum += ratio;
    }
    return over_root(sum, used);
}

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

static void members(const struct bayes_block *b, const struct bayes_features *f, double out[BAYES_MEMBERS])
{
    bool both = b->learned.spam && b->learned.ham;
    regressions(b, f, out);
    out[3] = both ? chi(b, b->token, BAYES_TOKEN_BITS, f->tokens, f->n_tokens) : 0;
    out[4] = both ? chi(b, b->pair, BAYES_PAIR_BITS, f->pairs, f->n_pairs) : 0;
}

static double combine(const struct bayes_combiner *c, const double member[BAYES_MEMBERS])
{
    double z = c->bias;
    for (int i = 0; i < BAYES_MEMBERS; i++)
        z += c->weight[i] * clipped(scale[i] * member[i]);
    return z;
}

static void combiner_learn(struct bayes_combiner *c, const double member[BAYES_MEMBERS], bool spam,
                           double weight)
{
    double error = weight * (spam - sigmoid(combine(c, member)));
    c->bias = (float)(c->bias + BIAS_RATE * error);
    for (int i = 0; i < BAYES_MEMBERS; i++)
        c->weight[i] = (float)(c->weight[i] + COMBINER_RATE * error * clipped(scale[i] * member[i]));
}

void bayes_classify(const struct bayes_block *b, const struct bayes_features *f, unsigned min_spam,
                    unsigned min_ham, struct bayes_result *out)
{
    *out = (struct bayes_result){ .known = b->state == BAYES_READY && b->learned.spam >= min_spam &&
                                           b->learned.ham >= min_ham };
    if (!out->known)
        return;
    members(b, f, out->member);
    out->logit = combine(&b->combiner, out->member);
    out->probability = sigmoid(out->logit);
}

/* Messages are many, counts of them are not: both halve together, or a slot would seem to have fewer than it
 * has. */
void bayes_learn(struct bayes_block *b, const struct bayes_features *f, bool spam, double weight)
{
    double member[BAYES_MEMBERS];
    members(b, f, member);
    combiner_learn(&b->combiner, member, spam, weight);
    regressions_learn(b, f, member, spam, weight);
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
    double member[BAYES_MEMBERS];
    members(b, f, member);
    regressions_learn(b, f, member, !was_spam, weight);
    if (was_spam && b->learned.spam)
        b->learned.spam--;
    else if (!was_spam && b->learned.ham)
        b->learned.ham--;
    discount_all(b->token, BAYES_TOKEN_BITS, f->tokens, f->n_tokens, was_spam);
    discount_all(b->pair, BAYES_PAIR_BITS, f->pairs, f->n_pairs, was_spam);
    b->serial++;
}

double bayes_token_weight(const struct bayes_block *b, uint64_t token)
{
    const uint32_t *slot = find(b->token, BAYES_TOKEN_BITS, token);
    if (slot == NULL || b->learned.spam == 0 || b->learned.ham == 0)
        return 0;
    return log_ratio(*slot, 1.0 / b->learned.spam, 1.0 / b->learned.ham);
}
