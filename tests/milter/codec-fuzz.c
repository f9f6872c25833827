/* codec-fuzz.c - bytes from a filter: packets and what is in them
 * Whatever comes, a slice lies inside of the input, and taking packets off ends. */
#include <stdint.h>
#include <stdlib.h>
#include "tests/milter/codec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void inside(struct slice s, struct slice all)
{
    if (s.n && (s.p < all.p || s.p + s.n > all.p + all.n))
        abort();
}

static void look_into(const struct mt_packet *p, struct slice all)
{
    struct mt_negotiation n;
    struct mt_edit e;
    struct slice text, names;
    uint32_t stage;
    inside(p->data, all);
    if (mt_negotiation_get(p->data, &n))
        while (mt_symbols_next(&n.symbols, &stage, &names))
            inside(names, all);
    if (mt_edit_get(p, &e)) {
        inside(e.name, all);
        inside(e.value, all);
        if (e.kind != MT_EDIT_OTHER && e.value.n && memchr(e.value.p, 0, e.value.n))
            abort();
    }
    if (mt_text_get(p->data, &text))
        inside(text, all);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice all = slice_of((const char *)data, size), rest = all;
    struct mt_packet p;
    while (mt_packet_get(&rest, &p) == 1) {
        struct buf again;
        look_into(&p, all);
        (void)mt_is_edit(p.command);
        /* what was read is what would be written */
        buf_init(&again, MT_PACKET_MAX + 5);
        size_t at = mt_packet_begin(&again, p.command);
        buf_add_slice(&again, p.data);
        mt_packet_end(&again, at);
        if (again.n != p.data.n + 5 || memcmp(again.p, p.data.p - 5, again.n) != 0)
            abort();
        buf_deinit(&again);
    }
    struct buf names;
    buf_init(&names, 1000);
    mt_actions_print(&names, size ? data[0] * 2u : 0);
    (void)mt_action_by_name(all);
    (void)mt_protocol_by_name(all);
    buf_deinit(&names);
    return 0;
}
