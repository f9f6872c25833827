/* uri-list.c - URIs without repetition; see uri-list.h
 * A table with open addressing, at most half full, keyed like the boundaries of MIME: mail cannot choose URIs
 * that collide. */
#include "config.h"
#include "message/uri-list.h"

#include "message/keyed-hash.h"

static size_t slot_of(const struct uri_list *list, const struct uri *u)
{
    uint64_t hash = keyed_hash(u->raw) + (unsigned)u->source * 31u + (unsigned)u->link;
    size_t i = (size_t)hash & (list->n_seen - 1);
    while (list->seen[i]) {
        const struct uri *v = list->seen[i];
        if (v->source == u->source && v->link == u->link && slice_eq(v->raw, u->raw))
            break;
        i = (i + 1) & (list->n_seen - 1);
    }
    return i;
}

bool uri_list_has(const struct uri_list *list, const struct uri *u)
{
    return list->n_seen && list->seen[slot_of(list, u)];
}

bool uri_list_room(struct uri_list *list, const struct message_limits *l)
{
    if (list->n < l->uri_max_count)
        return true;
    list->truncated = true;
    return false;
}

static void grow(struct uri_list *list, struct arena *a)
{
    list->n_seen = list->n_seen ? list->n_seen * 2 : 32;
    list->seen = arena_array(a, list->n_seen, sizeof(*list->seen));
    for (struct uri *u = list->first; u; u = u->next)
        list->seen[slot_of(list, u)] = u;
}

void uri_list_add(struct uri_list *list, struct arena *a, struct uri *u)
{
    if (list->tail == NULL)
        list->tail = &list->first;
    if (list->n * 2 >= list->n_seen)
        grow(list, a);
    list->seen[slot_of(list, u)] = u;
    *list->tail = u;
    list->tail = &u->next;
    list->n++;
}
