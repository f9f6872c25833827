/* finding-fuzz.c - lists of findings and envelopes as a worker or gateway may send them
 * The first byte says which. Holds: what is accepted is written again as the same bytes. */
#include <stdint.h>
#include <stdlib.h>
#include "message/envelope.h"
#include "message/finding.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_same(const struct buf *b, struct slice in, const struct wire *w)
{
    if (b->full || !slice_eq(buf_slice(b), slice_sub(in, 0, in.n - w->rest.n)))
        abort();
}

static void try_findings(struct arena *a, struct slice in, struct buf *out)
{
    struct finding_list list;
    struct wire w;
    wire_read(&w, in);
    if (!finding_get(&w, a, &list))
        return;
    size_t n = 0;
    for (const struct finding *f = list.first; f; f = f->next)
        n++;
    if (n != list.n || (list.classes & CLASS_BIT(CLASS_CLEAN)) ||
        verdict_highest(list.classes) >= CLASS_COUNT)
        abort();
    finding_put(out, &list);
    check_same(out, in, &w);
    finding_add(&list, a, FINDING_RULE, CLASS_CLEAN, 1, in, in);
    struct buf small; /* whatever the room, what arrives is a list */
    struct wire again;
    buf_init_in(&small, a, 100);
    finding_put(&small, &list);
    wire_read(&again, buf_slice(&small));
    if (!small.full && !(finding_get(&again, a, &list) && wire_done(&again)))
        abort();
}

static void try_envelope(struct arena *a, struct slice in, struct buf *out)
{
    struct envelope env;
    struct wire w;
    wire_read(&w, in);
    if (!envelope_get(&w, a, &env))
        return;
    envelope_put(out, &env, SIZE_MAX);
    check_same(out, in, &w);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    struct arena a;
    struct buf out;
    struct slice in = slice_of((const char *)data + 1, size - 1);
    arena_init(&a, 64 << 20);
    buf_init_in(&out, &a, 1 << 20);
    if (data[0] & 1)
        try_envelope(&a, in, &out);
    else
        try_findings(&a, in, &out);
    arena_deinit(&a);
    return 0;
}
