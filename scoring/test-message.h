/* test-message.h - a message from text, for tests */
#ifndef SCORING_TEST_MESSAGE_H
#define SCORING_TEST_MESSAGE_H

#include <stdlib.h>
#include "message/message.h"

struct test_message {
    struct arena arena;
    struct message_limits limits;
    struct envelope envelope;
    struct message m;
};

/* freed by test_message_free; env may be NULL */
static inline struct test_message *test_message_new(struct slice text, const struct envelope *env)
{
    struct test_message *t = calloc(1, sizeof(*t));
    if (t == NULL)
        abort();
    arena_init(&t->arena, 256 << 20);
    message_limits_default(&t->limits);
    if (env)
        t->envelope = *env;
    message_parse(&t->m, &t->arena, text, &t->envelope, &t->limits);
    return t;
}

static inline void test_message_free(struct test_message *t)
{
    arena_deinit(&t->arena);
    free(t);
}

#endif
