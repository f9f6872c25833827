/* hits.c - what was found in one message, while libclamav is at work; see hits.h */
#include "clamglue/hits.h"

#include <stdio.h>

void hits_reset(struct hits *h)
{
    h->n = h->told = 0;
    h->more = false;
    h->classes = 0;
}

static bool same(const struct hit *a, const struct hit *b)
{
    return a->kind == b->kind && a->class == b->class && strcmp(a->name, b->name) == 0 &&
           (a->kind != FINDING_NOTE || strcmp(a->where, b->where) == 0);
}

void hits_add(struct hits *h, enum finding_kind kind, enum verdict_class class, double score,
              struct slice name, const char *where)
{
    struct hit hit = { .kind = kind, .class = class, .score = score };
    h->told++;
    name_clean(hit.name, name);
    snprintf(hit.where, sizeof(hit.where), "%s", where);
    for (size_t i = 0; i < h->n; i++)
        if (same(&h->v[i], &hit))
            return;
    bool new_class = class != CLASS_CLEAN && !(h->classes & CLASS_BIT(class));
    if (class != CLASS_CLEAN)
        h->classes |= CLASS_BIT(class);
    if (h->n >= HITS_MAX)
        h->more = true;
    if (h->n < HITS_MAX || new_class) /* a flood must not hide a class */
        h->v[h->n++] = hit;
}

void hits_class(struct hits *h, enum verdict_class class, const char *reason, const char *where)
{
    hits_add(h, FINDING_CLASS, class, 0, slice_str(reason), where);
}

void hits_signature(struct hits *h, const struct conf_list *rules, const char *name, const char *where)
{
    struct name_meaning m;
    name_meaning(rules, slice_str(name), &m);
    hits_add(h, m.kind, m.class, m.score, slice_str(m.reason ? m.reason : name), where);
}

bool hits_have_class(const struct hits *h, enum verdict_class class, const char *reason)
{
    for (size_t i = 0; i < h->n; i++)
        if (h->v[i].kind == FINDING_CLASS && h->v[i].class == class && strcmp(h->v[i].name, reason) == 0)
            return true;
    return false;
}

void hits_tell(const struct hits *h, struct arena *a, struct finding_list *list)
{
    for (size_t i = 0; i < h->n; i++) {
        const struct hit *hit = &h->v[i];
        finding_add(list, a, hit->kind, hit->class, hit->score, slice_str(hit->name), slice_str(hit->where));
    }
    if (h->more)
        finding_add(list, a, FINDING_CLASS, CLASS_UNCHECKED_LIMIT, 0, SLICE("virus_findings"), SLICE(""));
}
