/* header-fuzz.c - a header block; the first byte gives the limits and whether it is a message's own
 * Holds: fields lie one behind the other in the block, names and values in their field; the block and the
 * body are the text; a value is unfolded to one line and decoded to UTF-8. */
#include <stdint.h>
#include <stdlib.h>
#include "message/charset.h"
#include "message/header.h"

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

static void check_field(struct arena *a, const struct header_block *b, const struct header *h)
{
    check(h->name.n > 0 && inside(h->name, h->field) && inside(h->value, h->field) &&
          inside(h->field, b->raw));
    check(slice_chr(h->name, ':') < 0 && (h->flags & ~b->flags) == 0);
    check(header_find(b, h->name, 0) && header_count(b, h->name) > 0);
    struct slice line = header_unfold(a, h->value);
    check(slice_find(line, SLICE("\n ")) < 0 && slice_find(line, SLICE("\n\t")) < 0);
    check(utf8_valid(header_decoded(a, h)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    struct slice text = slice_of((const char *)data + 1, size - 1);
    struct message_limits l;
    struct header_block b;
    struct arena a;
    message_limits_default(&l);
    if (data[0] & 2)
        l.header_max_count = data[0] >> 4;
    if (data[0] & 4)
        l.header_max_bytes = data[0];
    arena_init(&a, 256 << 20);
    header_parse(&b, &a, text, data[0] & 1, &l);
    check(b.n <= l.header_max_count && b.body_at <= text.n);
    check(inside(b.raw, text) && b.raw.p + b.raw.n <= text.p + b.body_at);
    const char *at = b.raw.p;
    for (size_t i = 0; i < b.n; i++) {
        check_field(&a, &b, &b.v[i]);
        check(b.v[i].field.p == at);
        at += b.v[i].field.n;
    }
    check(at == b.raw.p + b.raw.n || (b.flags & HEADER_TRUNCATED));
    arena_deinit(&a);
    return 0;
}
