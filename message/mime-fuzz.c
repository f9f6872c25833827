/* mime-fuzz.c - a message; the limits are small so that they are met
 * Holds: bodies lie in their part, children in their parent's body, siblings one behind the other; order and
 * numbers are those of the document; no limit is passed. */
#include <stdint.h>
#include <stdlib.h>
#include "message/mime.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

static bool inside(struct slice in, struct slice out)
{
    return in.p >= out.p && in.p + in.n <= out.p + out.n;
}

static void check_part(const struct mime_part *p, const struct mime_part *before, struct slice text)
{
    check(inside(p->whole, text) && inside(p->body, p->whole));
    check(p->index == (before ? before->index + 1 : 0));
    check(p->type.n >= 3 && slice_chr(p->type, '/') > 0);
    check((p->child != NULL) == (p->kind != MIME_LEAF));
    check(p->kind != MIME_MESSAGE || p->child->sibling == NULL);
    if (p->parent) {
        check(p->depth == p->parent->depth + 1);
        check(inside(p->whole, p->parent->body));
    }
    if (p->sibling)
        check(p->sibling->parent == p->parent && p->whole.p + p->whole.n < p->sibling->whole.p);
    if (p->child)
        check(p->child == p->next && p->child->parent == p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = slice_of((const char *)data, size);
    struct message_limits l;
    struct arena a;
    struct mime_tree t;
    message_limits_default(&l);
    l.mime_max_depth = 5;
    l.mime_max_parts = 20;
    arena_init(&a, 256 << 20);
    mime_parse(&t, &a, text, &l);
    const struct mime_part *before = NULL;
    unsigned n = 0;
    mime_foreach (p, &t) {
        if (size)
            check_part(p, before, text);
        check(mime_decoded(p, &a, 1000).n <= 1000);
        before = p;
        n++;
    }
    check(n == t.parts && n <= 21 && t.depth <= 6);
    arena_deinit(&a);
    return 0;
}
