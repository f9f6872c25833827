/* bayes-lesson.c - one lesson of the classifier, as the journal keeps it; see bayes-lesson.h */
#include "config.h"
#include "keeper/bayes-lesson.h"

#include <math.h>
#include <zlib.h>
#include "keeper/bayes-pack.h"
#include "scoring/bayes-seen.h"

#define MAGIC 0x6c657333u /* "les3" */

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
}

/* ---- features: those between two cuts are a set, which has no order */

struct stretch {
    struct feature_cut from, to;
};

/* The one before cut i, or before the end. */
static struct stretch stretch_of(const struct bayes_features *f, size_t i)
{
    const struct feature_cut all = { (uint32_t)f->n_tokens, (uint32_t)f->n_pairs, (uint32_t)f->n_grams };
    struct stretch s = { .to = i < f->n_cuts ? f->cuts[i] : all };
    if (i > 0)
        s.from = f->cuts[i - 1];
    return s;
}

static void put_features(struct buf *out, const struct bayes_features *f, struct arena *a)
{
    struct bit_writer w = { .out = out };
    for (size_t i = 0; i <= f->n_cuts; i++) {
        const struct stretch s = stretch_of(f, i);
        bayes_pack_put(&w, f->tokens + s.from.tokens, s.to.tokens - s.from.tokens, BAYES_TOKEN_USED, a);
        bayes_pack_put(&w, f->pairs + s.from.pairs, s.to.pairs - s.from.pairs, BAYES_PAIR_USED, a);
        bayes_pack_put(&w, f->grams + s.from.grams, s.to.grams - s.from.grams, BAYES_GRAM_USED, a);
    }
    bayes_pack_end(&w);
}

static bool get_features(struct slice text, struct arena *a, struct bayes_features *f)
{
    uint64_t *tokens = arena_array(a, f->n_tokens + 1, sizeof(*tokens));
    uint64_t *pairs = arena_array(a, f->n_pairs + 1, sizeof(*pairs));
    uint64_t *grams = arena_array(a, f->n_grams + 1, sizeof(*grams));
    struct bit_reader r = { .rest = text };
    for (size_t i = 0; i <= f->n_cuts; i++) {
        const struct stretch s = stretch_of(f, i);
        bayes_pack_get(&r, tokens + s.from.tokens, s.to.tokens - s.from.tokens, BAYES_TOKEN_USED);
        bayes_pack_get(&r, pairs + s.from.pairs, s.to.pairs - s.from.pairs, BAYES_PAIR_USED);
        bayes_pack_get(&r, grams + s.from.grams, s.to.grams - s.from.grams, BAYES_GRAM_USED);
    }
    f->tokens = tokens;
    f->pairs = pairs;
    f->grams = grams;
    return bayes_pack_done(&r);
}

/* ---- records */

bool bayes_lesson_put(struct buf *out, const struct bayes_lesson *l, struct arena *a)
{
    static const char head[BAYES_RECORD_HEAD];
    buf_add(out, head, sizeof(head));
    put_rest(out, l);
    put_features(out, &l->features, a);
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

size_t bayes_lesson_head(struct slice text, struct bayes_lesson *l)
{
    struct wire w;
    struct slice rest = rest_of(text);
    memset(l, 0, sizeof(*l));
    wire_read(&w, rest);
    return rest.n && get_head(&w, l) ? BAYES_RECORD_HEAD + rest.n : 0;
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
    return get_features(w.rest, a, &l->features) ? n : 0;
}

unsigned bayes_lesson_version(struct slice text)
{
    uint32_t magic;
    if (text.n < sizeof(magic))
        return 0;
    memcpy(&magic, text.p, sizeof(magic));
    return magic >> 8 == MAGIC >> 8 && (magic & 0xff) > '0' && (magic & 0xff) <= '9' ? (magic & 0xff) - '0'
                                                                                     : 0;
}

void bayes_lesson_apply(struct bayes_block *b, const struct bayes_lesson *l)
{
    bool spam = bayes_is_spam(l->kind);
    if (bayes_is_learned(l->kind)) {
        bayes_learn(b, &l->features, spam, l->weight);
        bayes_seen_learned(b, l->id, spam, l->weight);
    } else {
        bayes_unlearn(b, &l->features, spam, l->weight);
        bayes_seen_taken_back(b, l->id);
    }
    b->serial = l->serial;
}
