/* uri-list.c - URIs without repetition; see uri-list.h
 * A table with open addressing, at most half full, keyed like the boundaries of MIME: mail cannot choose URIs
 * that collide. */
#include "config.h"
#include "message/uri-list.h"

#include "message/keyed-hash.h"

uint64_t uri_list_hash(const struct uri *u)
{
    return keyed_hash(u->raw) + (unsigned)u->source * 31u + (unsigned)u->link;
}

/* where u is, or would be */
static size_t slot_of(const struct uri_list *list, const struct uri *u, uint64_t hash)
{
    size_t mask = list->n_seen - 1, i = (size_t)hash & mask;
    for (; list->seen[i].uri; i = (i + 1) & mask) {
        const struct uri *v = list->seen[i].uri;
        if (list->seen[i].hash == hash && v->source == u->source && v->link == u->link &&
            slice_eq(v->raw, u->raw))
            break;
    }
    return i;
}

bool uri_list_has(const struct uri_list *list, const struct uri *u, uint64_t hash)
{
    return list->n_seen && list->seen[slot_of(list, u, hash)].uri;
}

bool uri_list_room(struct uri_list *list, const struct message_limits *l)
{
    if (list->n < l->uri_max_count)
        return true;
    list->truncated = true;
    return false;
}

static void put(struct uri_list *list, struct uri_slot slot)
{
    size_t mask = list->n_seen - 1, i = (size_t)slot.hash & mask;
    while (list->seen[i].uri)
        i = (i + 1) & mask;
    list->seen[i] = slot;
}

static void grow(struct uri_list *list, struct arena *a)
{
    const struct uri_slot *old = list->seen;
    size_t n = list->n_seen;
    list->n_seen = n ? n * 2 : 32;
    list->seen = arena_array(a, list->n_seen, sizeof(*list->seen));
    for (size_t i = 0; i < n; i++)
        if (old[i].uri)
            put(list, old[i]);
}

void uri_list_add(struct uri_list *list, struct arena *a, const struct uri *u, uint64_t hash)
{
    struct uri *kept = ARENA_NEW(a, struct uri);
    *kept = *u;
    kept->next = NULL;
    if (list->tail == NULL)
        list->tail = &list->first;
    if (list->n * 2 >= list->n_seen)
        grow(list, a);
    put(list, (struct uri_slot){ kept, hash });
    *list->tail = kept;
    list->tail = &kept->next;
    list->n++;
}
