/* bayes-item-fuzz.c - any bytes as what a worker says of a message
 * What is read is within the limits and is written as it was; what the classifier makes of it is a number,
 * with what was taken over from SpamAssassin, before it learned it as spam and as ham, after that, and when
 * that is taken back. */
#include <math.h>
#include <stdlib.h>
#include "scoring/bayes.h"
#include "scoring/sa-tokens.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define TEXT_MAX ((size_t)1 << 20)

static struct bayes_block *block;

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void check_limits(const struct bayes_features *f)
{
    check(f->n_tokens <= FEATURES_TOKENS_MAX && f->n_pairs <= FEATURES_PAIRS_MAX);
    check(f->n_grams <= FEATURES_GRAMS_MAX && f->n_sa <= SA_TOKENS_MAX);
}

static void check_verdict(const struct bayes_features *f)
{
    struct bayes_result r;
    bayes_classify(block, f, 1, 1, &r);
    check(isfinite(r.logit) && r.probability >= 0 && r.probability <= 1);
    for (size_t i = 0; i < BAYES_MEMBERS; i++)
        check(isfinite(r.member[i]));
    double *share = calloc(f->n_tokens + 1, sizeof(*share));
    check(share != NULL);
    bayes_shares(block, f, share);
    for (size_t i = 0; i < f->n_tokens; i++)
        check(isfinite(share[i]));
    free(share);
    share = calloc(f->n_sa + 1, sizeof(*share));
    check(share != NULL);
    bayes_sa_shares(block, f, share);
    for (size_t i = 0; i < f->n_sa; i++)
        check(isfinite(share[i]));
    free(share);
}

/* Learned as the last byte says, and as the opposite; the block goes from input to input. */
static void check_lessons(const struct bayes_features *f, bool spam)
{
    check_verdict(f);
    bayes_learn(block, f, spam, 1);
    check_verdict(f);
    bayes_learn(block, f, !spam, 0.01);
    check_verdict(f);
    bayes_unlearn(block, f, !spam, 0.01);
    bayes_unlearn(block, f, spam, 1);
    check_verdict(f);
    bayes_learn(block, f, spam, 1);
}

static void check_written(const struct bayes_item *item, struct slice text)
{
    struct buf out;
    buf_init(&out, TEXT_MAX);
    bayes_item_write(&out, item);
    check(slice_eq(buf_slice(&out), text));
    buf_deinit(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = slice_of((const char *)data, size);
    struct bayes_item item;
    struct arena a;
    if (block == NULL) {
        block = calloc(1, BAYES_BYTES);
        check(block != NULL);
        bayes_init(block);
        bayes_import(block, 0x0102030405, 7, 1);
        bayes_import_end(block, BAYES_SA_KEYS, 10, 10);
    }
    block->imported = (struct bayes_counts){ 10, 10 };
    block->learned = (struct bayes_counts){ 20, 20 }; /* so that the import goes on speaking */
    arena_init(&a, 16 << 20);
    if (bayes_item_get(text, &a, &item)) {
        check_limits(&item.features);
        if (item.features.n_sa == 0)
            check_written(&item, text);
        check_lessons(&item.features, data[size - 1] & 1);
    }
    arena_deinit(&a);
    return 0;
}
