/* bayes-lesson.c - one lesson of the classifier, as the journal keeps it; see bayes-lesson.h */
#include "config.h"
#include "keeper/bayes-lesson.h"

#include <math.h>
#include <zlib.h>

#define MAGIC 0x6c657332u /* "les2" */

/* 4-grams are told apart by the bits that a slot is found by: half the bytes. */
static uint32_t short_gram(uint64_t gram)
{
    return (uint32_t)(gram & ((1u << BAYES_SLOT_BITS) - 1));
}

static uint32_t checksum(struct slice s)
{
    return (uint32_t)crc32(crc32(0, NULL, 0), (const unsigned char *)s.p, (unsigned)s.n);
}

static void put_rest(struct buf *out, const struct bayes_lesson *l)
{
    const struct bayes_features *f = &l->features;
    wire_put_u8(out, (uint8_t)l->kind);
    wire_put_u64(out, l->serial);
    wire_put_u64(out, (uint64_t)l->at);
    wire_put(out, &l->weight, sizeof(l->weight));
    wire_put(out, l->id, sizeof(l->id));
    wire_put_slice(out, slice_sub(l->who, 0, BAYES_WHO_MAX));
    wire_put_u32(out, (uint32_t)f->n_tokens);
    wire_put_u32(out, (uint32_t)f->n_pairs);
    wire_put_u32(out, (uint32_t)f->n_grams);
    bayes_cuts_put(out, f);
    wire_put(out, f->tokens, f->n_tokens * sizeof(*f->tokens));
    wire_put(out, f->pairs, f->n_pairs * sizeof(*f->pairs));
    for (size_t i = 0; i < f->n_grams; i++)
        wire_put_u32(out, short_gram(f->grams[i]));
}

bool bayes_lesson_put(struct buf *out, const struct bayes_lesson *l)
{
    static const char head[BAYES_RECORD_HEAD];
    buf_add(out, head, sizeof(head));
    put_rest(out, l);
    if (out->full || out->n > BAYES_LESSON_MAX)
        return false;
    struct slice rest = slice_from(buf_slice(out), BAYES_RECORD_HEAD);
    uint32_t words[3] = { MAGIC, (uint32_t)rest.n, checksum(rest) };
    memcpy(out->p, words, sizeof(words));
    return true;
}

/* The rest of the record, empty where it is not whole. */
static struct slice rest_of(struct slice text)
{
    uint32_t words[3];
    if (text.n < BAYES_RECORD_HEAD)
        return SLICE("");
    memcpy(words, text.p, sizeof(words));
    if (words[0] != MAGIC || words[1] > BAYES_LESSON_MAX || words[1] > text.n - BAYES_RECORD_HEAD)
        return SLICE("");
    struct slice rest = slice_sub(text, BAYES_RECORD_HEAD, words[1]);
    return checksum(rest) == words[2] ? rest : SLICE("");
}

static bool get_head(struct wire *w, struct bayes_lesson *l)
{
    l->kind = (enum bayes_kind)wire_u8(w);
    l->serial = wire_u64(w);
    l->at = (int64_t)wire_u64(w);
    wire_get(w, &l->weight, sizeof(l->weight));
    wire_get(w, l->id, sizeof(l->id));
    l->who = wire_slice(w, BAYES_WHO_MAX);
    l->features.n_tokens = wire_u32(w);
    l->features.n_pairs = wire_u32(w);
    l->features.n_grams = wire_u32(w);
    bayes_cuts_get(w, &l->features);
    return !w->bad && l->kind >= BAYES_LEARN_SPAM && l->kind <= BAYES_TAKE_BACK_HAM && isfinite(l->weight) &&
           l->weight > 0 && l->weight <= 1 && l->features.n_tokens <= FEATURES_TOKENS_MAX &&
           l->features.n_pairs <= FEATURES_PAIRS_MAX && l->features.n_grams <= FEATURES_GRAMS_MAX;
}

static bool has_features(const struct wire *w, const struct bayes_features *f)
{
    return w->rest.n == (f->n_tokens + f->n_pairs) * sizeof(uint64_t) + f->n_grams * sizeof(uint32_t);
}

size_t bayes_lesson_head(struct slice text, struct bayes_lesson *l)
{
    struct wire w;
    struct slice rest = rest_of(text);
    memset(l, 0, sizeof(*l));
    wire_read(&w, rest);
    return rest.n && get_head(&w, l) && has_features(&w, &l->features) ? BAYES_RECORD_HEAD + rest.n : 0;
}

static const uint64_t *get_wide(struct wire *w, struct arena *a, size_t n)
{
    uint64_t *v = arena_array(a, n + 1, sizeof(*v));
    wire_get(w, v, n * sizeof(*v));
    return v;
}

static const uint64_t *get_short(struct wire *w, struct arena *a, size_t n)
{
    uint64_t *v = arena_array(a, n + 1, sizeof(*v));
    for (size_t i = 0; i < n; i++)
        v[i] = wire_u32(w);
    return v;
}

size_t bayes_lesson_get(struct slice text, struct arena *a, struct bayes_lesson *l)
{
    struct wire w;
    size_t n = bayes_lesson_head(text, l);
    if (n == 0)
        return 0;
    wire_read(&w, slice_sub(text, BAYES_RECORD_HEAD, n - BAYES_RECORD_HEAD));
    get_head(&w, l);
    l->who = arena_dup(a, l->who);
    l->features.tokens = get_wide(&w, a, l->features.n_tokens);
    l->features.pairs = get_wide(&w, a, l->features.n_pairs);
    l->features.grams = get_short(&w, a, l->features.n_grams);
    return n;
}

void bayes_lesson_apply(struct bayes_block *b, const struct bayes_lesson *l)
{
    bool spam = bayes_is_spam(l->kind);
    if (bayes_is_learned(l->kind))
        bayes_learn(b, &l->features, spam, l->weight);
    else
        bayes_unlearn(b, &l->features, spam, l->weight);
    b->serial = l->serial;
}
