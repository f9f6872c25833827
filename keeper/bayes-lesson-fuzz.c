/* bayes-lesson-fuzz.c - any bytes as a journal: records one after the other
 * An input that begins with 'F' has its first record's sum put right, so that what lies behind it is reached.
 * Holds: what is whole has a head, all is within its limits, and what was read is written and read again as
 * the same. */
#include <math.h>
#include <stdlib.h>
#include <zlib.h>
#include "keeper/bayes-lesson.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void check_limits(const struct bayes_lesson *l)
{
    const struct bayes_features *f = &l->features;
    check(l->kind >= BAYES_LEARN_SPAM && l->kind <= BAYES_TAKE_BACK_HAM);
    check(isfinite(l->weight) && l->weight > 0 && l->weight <= 1 && l->who.n <= BAYES_WHO_MAX);
    check(f->n_tokens <= FEATURES_TOKENS_MAX && f->n_pairs <= FEATURES_PAIRS_MAX);
    check(f->n_grams <= FEATURES_GRAMS_MAX);
}

static void check_set(const uint64_t *one, const uint64_t *two, size_t n)
{
    check(n == 0 || memcmp(one, two, n * sizeof(*one)) == 0);
}

static void check_features(const struct bayes_features *one, const struct bayes_features *two)
{
    check_set(one->tokens, two->tokens, one->n_tokens);
    check_set(one->pairs, two->pairs, one->n_pairs);
    check_set(one->grams, two->grams, one->n_grams);
}

static void check_same(const struct bayes_lesson *one, const struct bayes_lesson *two)
{
    check(one->kind == two->kind && one->serial == two->serial && one->at == two->at);
    check(memcmp(one->id, two->id, BAYES_ID_SIZE) == 0);
    check(one->features.n_tokens == two->features.n_tokens && one->features.n_pairs == two->features.n_pairs);
    check(one->features.n_grams == two->features.n_grams);
}

static void check_again(const struct bayes_lesson *l, size_t n, struct arena *a)
{
    struct bayes_lesson again;
    struct buf out;
    buf_init(&out, (size_t)2 * BAYES_LESSON_MAX);
    if (bayes_lesson_put(&out, l, a)) {
        check(out.n == n && bayes_lesson_get(buf_slice(&out), a, &again) == n);
        check_same(l, &again);
        check_features(&l->features, &again.features);
        check(slice_eq(l->who, again.who));
    }
    buf_deinit(&out);
}

/* 0: the journal ends here */
static size_t check_record(struct slice text, struct arena *a)
{
    struct bayes_lesson head, l;
    size_t n = bayes_lesson_head(text, &head);
    check(n <= text.n);
    if (bayes_lesson_get(text, a, &l) != n || n == 0)
        return 0;
    check_limits(&l);
    check_same(&head, &l);
    check_again(&l, n, a);
    return n;
}

static void put_right(char *record, size_t n)
{
    uint32_t length, sum;
    if (n < BAYES_RECORD_HEAD)
        return;
    memcpy(&length, record + 4, sizeof(length));
    if (length > n - BAYES_RECORD_HEAD)
        return;
    sum = (uint32_t)crc32(crc32(0, NULL, 0), (unsigned char *)record + BAYES_RECORD_HEAD, length);
    memcpy(record + 8, &sum, sizeof(sum));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    bool fix = size && data[0] == 'F';
    size -= fix;
    arena_init(&a, 64 << 20);
    char *copy = arena_alloc(&a, size + 1);
    if (size)
        memcpy(copy, data + fix, size);
    if (fix)
        put_right(copy, size);
    struct slice rest = slice_of(copy, size);
    for (size_t n; (n = check_record(rest, &a)) != 0;)
        rest = slice_from(rest, n);
    arena_deinit(&a);
    return 0;
}
