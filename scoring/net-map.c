/* net-map.c - names to small numbers; see net-map.h */
#include "config.h"
#include "scoring/net-map.h"

#define KEY_MAX 1024 /* no longer text is looked for */

void net_map_init(struct net_map *m, struct arena *a)
{
    *m = (struct net_map){ .v = NULL };
    names_init(&m->names, a);
}

static uint32_t place(struct net_map *m, struct slice key)
{
    uint32_t at = names_find(&m->names, key);
    if (at != NAMES_NONE)
        return at;
    if ((m->n & (m->n - 1)) == 0) /* full at each power of two */
        m->v = arena_grow(m->names.a, m->v, m->n, m->n ? 2 * m->n : 1, 1);
    at = (uint32_t)m->n++;
    names_add(&m->names, key.p ? key : SLICE(""), at);
    return at;
}

void net_map_set(struct net_map *m, struct slice key, unsigned char value)
{
    uint32_t number = place(m, key);
    unsigned char *at = &m->v[number];
    m->n_set += (value != 0) - (*at != 0);
    *at = value;
}

unsigned char net_map_get(const struct net_map *m, struct slice key)
{
    uint32_t at = m->n_set ? names_find(&m->names, key) : NAMES_NONE;
    return at == NAMES_NONE ? 0 : m->v[at];
}

unsigned char net_map_find(const struct net_map *m, struct slice text)
{
    char lower[KEY_MAX];
    if (m->n_set == 0 || text.n > sizeof(lower))
        return 0;
    for (size_t i = 0; i < text.n; i++)
        lower[i] = ascii_lower(text.p[i]);
    return net_map_get(m, slice_of(lower, text.n));
}
