/* message-fuzz.c - a raw message through everything: tree, texts, URIs, relays, findings
 * Holds: texts are valid UTF-8 within their limits, findings are such as finding_put can carry, and the same
 * bytes always give the same findings. An arena that is too small ends in its escape, not in a crash. */
#include <stdint.h>
#include <stdlib.h>
#include "message/charset.h"
#include "message/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void check_texts(struct message *m)
{
    size_t n = 0;
    for (const struct text_part *t = message_texts(m); t; t = t->next) {
        check(utf8_valid(t->utf8) && utf8_valid(t->visible) && utf8_valid(t->invisible));
        check(t->utf8.n <= m->limits->text_max);
        check(t->visible.n <= m->limits->text_max && t->invisible.n <= m->limits->text_max);
        n += t->utf8.n;
    }
    check(n <= m->limits->decoded_max);
    check(utf8_valid(message_subject(m)));
}

static struct slice findings(struct arena *a, struct slice raw, const struct message_limits *l)
{
    struct message m;
    struct finding_list list = { .n = 0 };
    struct buf out;
    message_parse(&m, a, raw, NULL, l);
    check_texts(&m);
    const struct uri_list *uris = message_uris(&m);
    check(uris->n <= l->uri_max_count);
    for (const struct uri *u = uris->first; u; u = u->next)
        check(u->url.n || (u->flags & URI_INVALID));
    message_findings(&m, &list);
    buf_init_in(&out, a, 1 << 20);
    finding_put(&out, &list);
    check(!out.full);
    return buf_slice(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool warm;
    struct message_limits l;
    struct arena a, small;
    if (!warm)
        message_warm();
    warm = true;
    message_limits_default(&l);
    l.mime_max_depth = 6;
    l.mime_max_parts = 50;
    l.text_max = 2000;
    l.decoded_max = 5000;
    l.uri_max_count = 100;
    arena_init(&a, 256 << 20);
    arena_init(&small, 20000);
    struct slice raw = slice_of((const char *)data, size);
    struct slice first = findings(&a, raw, &l), second = findings(&a, raw, &l);
    check(slice_eq(first, second));
    if (ARENA_TRY(&small))
        findings(&small, raw, &l);
    arena_deinit(&small);
    arena_deinit(&a);
    return 0;
}
