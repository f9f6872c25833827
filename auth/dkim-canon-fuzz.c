/* dkim-canon-fuzz.c - fields and bodies, both ways
 * Holds: what is canonical stays as it is when it is done again; relaxed of simple is relaxed; LF and CRLF
 * give the same; no line of a relaxed body ends in a blank. */
#include <stdint.h>
#include <stdlib.h>
#include "auth/dkim-canon.h"
#include "base/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void add(void *ctx, struct slice piece)
{
    buf_add_slice(ctx, piece);
}

static struct slice canon(struct arena *a, void (*f)(struct dkim_sink *, enum dkim_canon, struct slice),
                          enum dkim_canon how, struct slice text)
{
    struct buf *out = ARENA_NEW(a, struct buf);
    struct dkim_sink sink = { add, out };
    buf_init_in(out, a, 2 * text.n + 16);
    f(&sink, how, text);
    check(!out->full);
    return buf_slice(out);
}

static void check_body(struct arena *a, struct slice text)
{
    struct slice simple = canon(a, dkim_canon_body, CANON_SIMPLE, text);
    struct slice relaxed = canon(a, dkim_canon_body, CANON_RELAXED, text);
    check(simple.n >= 2 && slice_iends(simple, SLICE("\r\n")));
    check(relaxed.n <= simple.n && slice_find(relaxed, SLICE(" \r\n")) < 0);
    check(slice_eq(canon(a, dkim_canon_body, CANON_SIMPLE, simple), simple));
    check(slice_eq(canon(a, dkim_canon_body, CANON_RELAXED, relaxed), relaxed));
    check(slice_eq(canon(a, dkim_canon_body, CANON_RELAXED, simple), relaxed));
}

static void check_field(struct arena *a, struct slice text)
{
    struct slice simple = canon(a, dkim_canon_field, CANON_SIMPLE, text);
    struct slice relaxed = canon(a, dkim_canon_field, CANON_RELAXED, text);
    check(slice_iends(simple, SLICE("\r\n")) && slice_iends(relaxed, SLICE("\r\n")));
    check(slice_eq(canon(a, dkim_canon_field, CANON_SIMPLE, simple), simple));
    struct slice signature = canon(a, dkim_canon_signature, CANON_SIMPLE, text);
    check(signature.n + 2 <= simple.n);
    canon(a, dkim_canon_signature, CANON_RELAXED, text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = slice_of((const char *)data, size);
    struct arena a;
    arena_init(&a, 256 << 20);
    check_body(&a, text);
    check_field(&a, text);
    arena_deinit(&a);
    return 0;
}
