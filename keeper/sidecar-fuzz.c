/* sidecar-fuzz.c - any bytes as a sidecar
 * What is read is within its limits, and can be written: the text is then the same however often it is read
 * and written again. */
#include <stdlib.h>
#include "keeper/sidecar.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good)
{
    if (!good)
        abort();
}

static void check_limits(const struct keeper_entry *entry)
{
    check(keeper_id_good(slice_str(entry->id)));
    check(entry->held_at >= 0 && entry->class < CLASS_COUNT && entry->classes < CLASS_BIT(CLASS_COUNT));
    check(entry->n_recipients <= KEEPER_RECIPIENTS_MAX);
    for (size_t i = 0; i < entry->n_recipients; i++)
        check(entry->recipients[i].class < CLASS_COUNT && entry->recipients[i].action < ACTION_COUNT &&
              entry->recipients[i].state < KEEPER_STATE_COUNT);
    for (const struct finding *f = entry->findings.first; f; f = f->next)
        check(f->kind < FINDING_KIND_COUNT && f->class < CLASS_COUNT && f->count >= 1);
}

static bool read_write(struct slice text, struct arena *a, struct buf *out)
{
    struct keeper_entry entry;
    struct err e = { 0 };
    if (sidecar_read(text, "x", a, &entry, &e) != 0) {
        check(e.kind == ERR_INPUT && e.text[0]);
        return false;
    }
    check_limits(&entry);
    check(sidecar_write(&entry, out, &e) == 0);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct buf first, second;
    arena_init(&a, 2 * SIDECAR_MEMORY);
    buf_init(&first, SIDECAR_MAX + 1);
    buf_init(&second, SIDECAR_MAX + 1);
    if (read_write(slice_of((const char *)data, size), &a, &first)) {
        check(read_write(buf_slice(&first), &a, &second));
        check(slice_eq(buf_slice(&first), buf_slice(&second)));
    }
    buf_deinit(&first);
    buf_deinit(&second);
    arena_deinit(&a);
    return 0;
}
