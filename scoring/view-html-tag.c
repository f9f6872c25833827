/* view-html-tag.c - names of elements, and counts of tags; see view-html-tag.h
 * Names that are not in the table go into a hash table under a key that mail does not know. */
#include "config.h"
#include "scoring/view-html-tag.h"

#include "message/keyed-hash.h"

static const struct row {
    struct slice name;
    unsigned flags;
} rows[] = {
#define X(id, name, flags) { SLICE_INIT(name), flags },
    PAGE_TAGS(X)
#undef X
};

/* as memcmp(), name in any case */
static int compare(struct slice name, struct slice row)
{
    for (size_t i = 0; i < name.n && i < row.n; i++) {
        int d = (unsigned char)ascii_lower(name.p[i]) - (unsigned char)row.p[i];
        if (d)
            return d;
    }
    return name.n < row.n ? -1 : name.n > row.n;
}

enum page_tag page_tag_find(struct slice name)
{
    size_t low = 0, high = TAGS;
    if (name.n > 10) /* blockquote */
        return TAGS;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int d = compare(name, rows[middle].name);
        if (d == 0)
            return (enum page_tag)middle;
        if (d < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return TAGS;
}

struct slice page_tag_name(enum page_tag tag)
{
    return rows[tag].name;
}

unsigned page_tag_flags(enum page_tag tag)
{
    return tag < TAGS ? rows[tag].flags : 0;
}

/* ---- names of their own */

static uint64_t hash(struct slice name)
{
    uint64_t key = keyed_hash_key(), h = 0;
    for (size_t i = 0; i < name.n; i++)
        h = keyed_hash_add(h, key, ascii_lower(name.p[i]));
    return h;
}

static struct page_tag_other *slot(const struct page_tags *t, struct slice name)
{
    for (size_t at = hash(name);; at++) {
        struct page_tag_other *o = &t->others[at & (t->cap_others - 1)];
        if (o->name.p == NULL || slice_ieq(o->name, name))
            return o;
    }
}

static void grow(struct page_tags *t, struct arena *a)
{
    struct page_tags old = *t;
    t->cap_others = old.cap_others ? old.cap_others * 2 : 16;
    t->others = arena_array(a, t->cap_others, sizeof(*t->others));
    for (size_t i = 0; i < old.cap_others; i++)
        if (old.others[i].name.p)
            *slot(t, old.others[i].name) = old.others[i];
}

static int *open_other(struct page_tags *t, struct arena *a, struct slice name)
{
    if (t->n_others * 2 >= t->cap_others)
        grow(t, a);
    struct page_tag_other *o = slot(t, name);
    t->n_others += o->name.p == NULL;
    o->name = name;
    return &o->open;
}

void page_tags_count(struct page_tags *t, struct arena *a, enum page_tag tag, struct slice other, bool good,
                     int step)
{
    int *open = tag < TAGS ? &t->open[tag] : open_other(t, a, other);
    bool first = *open == 0;
    t->tags++;
    t->seen += first;
    t->elements += good;
    t->elements_seen += good && first;
    *open += step + first;
    if (*open < 1) {
        *open = 1;
        t->closed_extra++;
    }
}

void page_tags_declare(struct page_tags *t, struct arena *a, struct slice name)
{
    t->tags++;
    t->elements++;
    *open_other(t, a, name) = 1;
}

int page_tags_open(const struct page_tags *t, struct slice name)
{
    enum page_tag tag = page_tag_find(name);
    if (tag < TAGS)
        return t->open[tag] - 1;
    return t->cap_others && name.n ? slot(t, name)->open - 1 : -1;
}
