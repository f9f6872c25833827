/* view-tree-fuzz.c - any bytes as a message taken apart
 * Holds: parts are in order and of bounded depth, leaves have no children, bodies lie where they should,
 * decoding is never longer than the lines it was made of, text is valid UTF-8, twice is the same. */
#include <stdint.h>
#include <stdlib.h>
#include "message/charset.h"
#include "scoring/view.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct message_limits limits;

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void check_fields(struct arena *a, struct view_part *p)
{
    for (size_t i = 0; i < p->n_fields; i++) {
        struct slice decoded = view_field_decoded(a, &p->fields[i]);
        check(utf8_valid(decoded) || utf8_ascii(p->fields[i].raw) < p->fields[i].raw.n ||
              slice_find(p->fields[i].raw, SLICE("=?")) >= 0);
    }
    check(p->n_fields <= limits.header_max_count);
}

static void check_part(struct arena *a, struct view_part *p)
{
    check(p->depth <= 40 && (p->parent == NULL) == (p->index == 0));
    check(p->next == NULL || p->next->index == p->index + 1);
    check(!p->leaf || p->child == NULL);
    check_fields(a, p);
    if (!p->leaf)
        return;
    struct slice raw = view_part_raw(a, p), decoded = view_part_decoded(a, p);
    check(decoded.n <= raw.n);
    view_part_text(a, p);
    check(p->html || !p->is_text || utf8_valid(p->text) || utf8_ascii(decoded) < decoded.n);
}

static void check_same(const struct view_tree *x, const struct view_tree *y)
{
    check(x->n_parts == y->n_parts && x->flags == y->flags);
    const struct view_part *b = y->root;
    view_parts_foreach(p, x)
    {
        check(p->leaf == b->leaf && p->n_fields == b->n_fields && slice_eq(p->type, b->type));
        check(slice_eq(p->body, b->body));
        b = b->next;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice raw = slice_of((const char *)data, size);
    struct view_tree one, two;
    struct message m;
    struct arena a;
    if (limits.arena_max == 0) {
        message_limits_default(&limits);
        message_warm();
    }
    arena_init(&a, (size_t)1 << 30);
    message_parse(&m, &a, raw, NULL, &limits);
    view_tree_make(&one, &m);
    view_tree_make(&two, &m);
    check_same(&one, &two);
    view_parts_foreach(p, &one) check_part(&a, p);
    arena_deinit(&a);
    return 0;
}
