/* cache.c - what was clean before; see cache.h
 * Sets of four by the key's first bytes, which are SHA-256 and so nobody's to choose; within a set the places
 * are taken in turn. */
#include "config.h"
#include "clamglue/cache.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define WAYS 4

struct set {
    unsigned char keys[WAYS][VIRUS_KEY_SIZE];
    uint8_t used, next;
};

struct clean_cache {
    size_t n;
    struct set sets[];
};

struct clean_cache *clean_cache_new(size_t entries)
{
    size_t n = entries / WAYS + (entries % WAYS != 0);
    struct clean_cache *c = entries ? calloc(1, sizeof(*c) + n * sizeof(c->sets[0])) : NULL;
    if (c)
        c->n = n;
    return c;
}

void clean_cache_free(struct clean_cache **c)
{
    free(*c);
    *c = NULL;
}

static size_t index_of(const struct clean_cache *c, const unsigned char *key)
{
    uint64_t h;
    memcpy(&h, key, sizeof(h));
    return h % c->n;
}

bool clean_cache_has(const struct clean_cache *c, const unsigned char key[VIRUS_KEY_SIZE])
{
    if (c == NULL)
        return false;
    const struct set *s = &c->sets[index_of(c, key)];
    for (unsigned i = 0; i < s->used; i++)
        if (memcmp(s->keys[i], key, VIRUS_KEY_SIZE) == 0)
            return true;
    return false;
}

void clean_cache_add(struct clean_cache *c, const unsigned char key[VIRUS_KEY_SIZE])
{
    if (c == NULL || clean_cache_has(c, key))
        return;
    struct set *s = &c->sets[index_of(c, key)];
    memcpy(s->keys[s->next], key, VIRUS_KEY_SIZE);
    s->next = (uint8_t)((s->next + 1) % WAYS);
    if (s->used < WAYS)
        s->used++;
}
