/* features-fuzz.c - any bytes as a message: what the classifier sees of it
 * Holds: no set is larger than its limit nor holds a feature twice, and the same message gives the same
 * features, whether names of tokens are asked for or not. What is left out by options only makes less. */
#include <stdlib.h>
#include "scoring/features.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static void check_set(const struct feature_set *s, size_t max, struct arena *a)
{
    check(s->n <= max);
    uint64_t *v = arena_array(a, s->n + 1, sizeof(*v));
    if (s->n)
        memcpy(v, s->v, s->n * sizeof(*v));
    qsort(v, s->n, sizeof(*v), compare);
    for (size_t i = 1; i < s->n; i++)
        check(v[i - 1] != v[i]);
}

static void check_limits(const struct features *f, struct arena *a)
{
    check_set(&f->tokens, FEATURES_TOKENS_MAX, a);
    check_set(&f->pairs, FEATURES_PAIRS_MAX, a);
    check_set(&f->grams, FEATURES_GRAMS_MAX, a);
}

static void check_same_set(const struct feature_set *one, const struct feature_set *two)
{
    check(one->n == two->n && (one->n == 0 || memcmp(one->v, two->v, one->n * sizeof(*one->v)) == 0));
}

static void check_same(const struct features *one, const struct features *two)
{
    check(memcmp(one->id, two->id, FEATURES_ID_SIZE) == 0);
    check_same_set(&one->tokens, &two->tokens);
    check_same_set(&one->pairs, &two->pairs);
    check_same_set(&one->grams, &two->grams);
}

static void make(struct features *f, struct arena *a, struct slice raw, const struct features_options *o,
                 struct feature_names *names)
{
    static const struct envelope unknown;
    struct message_limits limits;
    struct message *m = ARENA_NEW(a, struct message);
    message_limits_default(&limits);
    message_parse(m, a, raw, &unknown, &limits);
    features_make(f, a, m, o, names);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool warm;
    struct features one, two, less;
    struct feature_names names = { 0 };
    struct arena a;
    struct slice raw = slice_of((const char *)data, size);
    if (!warm)
        message_warm();
    warm = true;
    arena_init(&a, 512 << 20);
    make(&one, &a, raw, NULL, NULL);
    make(&two, &a, raw, NULL, &names);
    check_limits(&one, &a);
    check_same(&one, &two);
    const struct features_options some = { .without = size ? data[0] & 31 : 0 };
    make(&less, &a, raw, &some, NULL);
    check_limits(&less, &a);
    check(memcmp(one.id, less.id, FEATURES_ID_SIZE) == 0);
    check(one.tokens.n == one.tokens.max || less.tokens.n <= one.tokens.n);
    arena_deinit(&a);
    return 0;
}
