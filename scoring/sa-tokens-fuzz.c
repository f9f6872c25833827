/* sa-tokens-fuzz.c - any bytes as a message, cut into SpamAssassin's words
 * Holds: no word is empty or too long, none comes twice, keys have 40 bits, and the same message gives the
 * same. */
#include <stdlib.h>
#include "scoring/sa-tokens.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct message_limits limits;

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void make(struct sa_tokens *t, struct arena *a, struct slice text)
{
    struct message *m = ARENA_NEW(a, struct message);
    struct views *v = ARENA_NEW(a, struct views);
    message_parse(m, a, text, NULL, &limits);
    views_init(v, m, NULL);
    sa_tokens_make(t, v, NULL);
}

static void check_words(const struct sa_tokens *t)
{
    check(t->n <= SA_TOKENS_MAX);
    for (size_t i = 0; i < t->n; i++) {
        check(t->texts[i].n > 0 && t->texts[i].n <= SA_WORD_MAX && t->keys[i] >> 40 == 0);
        for (size_t k = i > 20 ? i - 20 : 0; k < i; k++)
            check(!slice_eq(t->texts[k], t->texts[i]));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool started;
    struct arena a;
    struct sa_tokens one, two;
    if (!started) {
        message_limits_default(&limits);
        message_warm();
        started = true;
    }
    arena_init(&a, (size_t)1 << 30);
    make(&one, &a, slice_of((const char *)data, size));
    make(&two, &a, slice_of((const char *)data, size));
    check_words(&one);
    check(one.n == two.n && memcmp(one.keys, two.keys, one.n * sizeof(*one.keys)) == 0);
    arena_deinit(&a);
    return 0;
}
