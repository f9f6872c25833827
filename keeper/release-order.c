/* release-order.c - what is said between the command and the keeper; see release-order.h */
#include "keeper/release-order.h"

#define ADDRESS_MAX 1000
#define ID_MAX 64

enum { FLAG_ALL = 1, FLAG_AGAIN = 2 };

const char *const release_result_names[RELEASE_RESULT_COUNT] = {
    [RELEASE_DONE] = "released", [RELEASE_LATER] = "later",     [RELEASE_REFUSED] = "refused",
    [RELEASE_UNSURE] = "unsure", [RELEASE_SKIPPED] = "skipped",
};

void release_order_put(struct buf *out, const struct release_order *o)
{
    wire_put_slice(out, o->id);
    wire_put_u8(out, (uint8_t)((o->all ? FLAG_ALL : 0) | (o->again ? FLAG_AGAIN : 0)));
    wire_put_slice(out, o->attach_to);
    wire_put_u32(out, (uint32_t)o->n_to);
    for (size_t i = 0; i < o->n_to; i++)
        wire_put_slice(out, o->to[i]);
}

bool release_order_get(struct wire *in, struct arena *a, struct release_order *o)
{
    memset(o, 0, sizeof(*o));
    o->id = wire_slice(in, ID_MAX);
    uint8_t flags = wire_u8(in);
    o->all = flags & FLAG_ALL;
    o->again = flags & FLAG_AGAIN;
    o->attach_to = wire_slice(in, ADDRESS_MAX);
    o->n_to = wire_u32(in);
    if (in->bad || o->n_to > RELEASE_TO_MAX || flags > (FLAG_ALL | FLAG_AGAIN))
        return false;
    o->to = arena_array(a, o->n_to, sizeof(*o->to));
    for (size_t i = 0; i < o->n_to; i++)
        o->to[i] = wire_slice(in, ADDRESS_MAX);
    return wire_done(in);
}

void release_line_put(struct buf *out, const struct release_line *l)
{
    wire_put_u8(out, l->end);
    wire_put_u8(out, (uint8_t)l->result);
    wire_put_slice(out, slice_sub(l->address, 0, ADDRESS_MAX));
    wire_put_slice(out, slice_sub(l->text, 0, RELEASE_TEXT_MAX));
}

bool release_line_get(struct wire *in, struct release_line *l)
{
    uint8_t end = wire_u8(in), result = wire_u8(in);
    l->end = end;
    l->result = (enum release_result)result;
    l->address = wire_slice(in, ADDRESS_MAX);
    l->text = wire_slice(in, RELEASE_TEXT_MAX);
    return wire_done(in) && end <= 1 && result < RELEASE_RESULT_COUNT;
}
