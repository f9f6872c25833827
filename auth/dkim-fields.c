/* dkim-fields.c - the fields that h= names; see dkim-fields.h */
#include "auth/dkim-fields.h"

#include <stdlib.h>
#include "auth/dkim-tags.h"

struct entry {
    struct slice name, field;
    size_t at;
};

/* Sorted by name without case, of one name the lowest field first. taken: of the group that begins there. */
struct dkim_fields {
    struct entry *v;
    size_t *taken;
    size_t n;
};

static int by_name(struct slice a, struct slice b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    for (size_t i = 0; i < n; i++) {
        int d = (unsigned char)ascii_lower(a.p[i]) - (unsigned char)ascii_lower(b.p[i]);
        if (d)
            return d;
    }
    return (a.n > b.n) - (a.n < b.n);
}

static int by_name_from_below(const void *x, const void *y)
{
    const struct entry *a = x, *b = y;
    int d = by_name(a->name, b->name);
    return d ? d : (a->at < b->at) - (a->at > b->at);
}

struct dkim_fields *dkim_fields_new(struct arena *a, const struct header_block *header)
{
    struct dkim_fields *f = ARENA_NEW(a, struct dkim_fields);
    f->n = header->n;
    f->v = arena_array(a, f->n + 1, sizeof(*f->v));
    f->taken = arena_array(a, f->n + 1, sizeof(*f->taken));
    for (size_t i = 0; i < f->n; i++)
        f->v[i] = (struct entry){ header->v[i].name, header->v[i].field, i };
    qsort(f->v, f->n, sizeof(*f->v), by_name_from_below);
    return f;
}

/* The first of a name's group, or f->n. */
static size_t group(const struct dkim_fields *f, struct slice name)
{
    size_t low = 0, high = f->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (by_name(f->v[middle].name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < f->n && by_name(f->v[low].name, name) == 0 ? low : f->n;
}

size_t dkim_fields_count(const struct dkim_fields *f, struct slice name)
{
    size_t first = group(f, name), i = first;
    while (i < f->n && slice_ieq(f->v[i].name, name))
        i++;
    return i - first;
}

/* NULL: none is left of that name */
static const struct entry *take(struct dkim_fields *f, struct slice name)
{
    size_t first = group(f, name), i = first == f->n ? f->n : first + f->taken[first];
    if (i >= f->n || !slice_ieq(f->v[i].name, name))
        return NULL;
    f->taken[first]++;
    return &f->v[i];
}

size_t dkim_fields_put(struct dkim_fields *f, struct slice list, enum dkim_canon how, struct dkim_sink *out,
                       struct slice cover)
{
    struct slice name;
    size_t covered = 0;
    memset(f->taken, 0, f->n * sizeof(*f->taken));
    while (dkim_item(&list, &name)) {
        const struct entry *e = take(f, name);
        if (e == NULL)
            continue;
        dkim_canon_field(out, how, e->field);
        covered += slice_ieq(name, cover);
    }
    return covered;
}
