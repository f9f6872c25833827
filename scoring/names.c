/* names.c - a table from names to numbers; see names.h
 * FNV-1a and linear probing, at most half full. Keys out of a mail may be made to collide: whoever puts such
 * keys in caps their number. */
#include "config.h"
#include "scoring/names.h"

#define NAMES_FIRST 64

void names_init(struct names *t, struct arena *a)
{
    memset(t, 0, sizeof(*t));
    t->a = a;
}

static uint64_t hash_of(struct slice key)
{
    uint64_t h = 0xcbf29ce484222325;
    for (size_t i = 0; i < key.n; i++)
        h = (h ^ (unsigned char)key.p[i]) * 0x100000001b3;
    return h ^ h >> 32;
}

/* the slot that has the key, or the free one where it belongs; the table is never full */
static struct names_slot *slot_of(const struct names *t, struct slice key)
{
    size_t i = hash_of(key) & (t->cap - 1);
    while (t->slots[i].key.p && !slice_eq(t->slots[i].key, key))
        i = (i + 1) & (t->cap - 1);
    return &t->slots[i];
}

static void grow(struct names *t)
{
    struct names old = *t;
    t->cap = old.cap ? old.cap * 2 : NAMES_FIRST;
    t->slots = arena_array(t->a, t->cap, sizeof(*t->slots));
    for (size_t i = 0; i < old.cap; i++)
        if (old.slots[i].key.p)
            *slot_of(t, old.slots[i].key) = old.slots[i];
}

uint32_t names_find(const struct names *t, struct slice key)
{
    struct names_slot *s = t->cap ? slot_of(t, key) : NULL;
    return s && s->key.p ? s->number : NAMES_NONE;
}

uint32_t names_add(struct names *t, struct slice key, uint32_t number)
{
    if (t->n * 2 >= t->cap)
        grow(t);
    struct names_slot *s = slot_of(t, key);
    if (s->key.p)
        return s->number;
    *s = (struct names_slot){ key, number };
    t->n++;
    return NAMES_NONE;
}
