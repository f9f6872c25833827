/* dkim-body.c - hashes of a body; see dkim-body.h
 * Where a length ends, the running hash is copied and ended; the copy is that of SLOT_PART. */
#include "auth/dkim-body.h"

struct pass {
    struct dkim_bodies *b;
    struct dkim_crypto *c;
    enum dkim_canon how;
    uint64_t at;   /* bytes hashed so far */
    uint64_t next; /* the nearest length ahead; UINT64_MAX: none */
};

struct dkim_body *dkim_body_want(struct dkim_bodies *b, enum dkim_canon how, bool has_length, uint64_t length)
{
    for (size_t i = 0; i < b->n; i++) {
        struct dkim_body *w = &b->v[i];
        if (w->how == how && w->has_length == has_length && (!has_length || w->length == length))
            return w;
    }
    if (b->n == DKIM_BODIES_MAX)
        return NULL;
    b->v[b->n] = (struct dkim_body){ .how = how, .has_length = has_length, .length = length };
    return &b->v[b->n++];
}

static bool waits(const struct pass *p, const struct dkim_body *w)
{
    return w->how == p->how && !w->made;
}

static void find_next(struct pass *p)
{
    p->next = UINT64_MAX;
    for (size_t i = 0; i < p->b->n; i++) {
        const struct dkim_body *w = &p->b->v[i];
        if (waits(p, w) && w->has_length && w->length < p->next)
            p->next = w->length;
    }
}

/* Ends those whose length is reached. */
static void reach(struct pass *p)
{
    for (size_t i = 0; i < p->b->n; i++) {
        struct dkim_body *w = &p->b->v[i];
        if (!waits(p, w) || !w->has_length || w->length != p->at)
            continue;
        dkim_hash_copy(p->c, SLOT_BODY, SLOT_PART);
        dkim_hash_end(p->c, SLOT_PART, w->sum);
        w->made = true;
    }
    find_next(p);
}

static void put(void *ctx, struct slice piece)
{
    struct pass *p = ctx;
    while (piece.n) {
        struct slice part =
            slice_sub(piece, 0, p->next - p->at < piece.n ? (size_t)(p->next - p->at) : piece.n);
        dkim_hash_add(p->c, SLOT_BODY, part);
        p->at += part.n;
        piece = slice_from(piece, part.n);
        if (p->at == p->next)
            reach(p);
    }
}

/* What is left are hashes of the whole, and lengths past its end. */
static void finish(struct pass *p)
{
    unsigned char sum[DKIM_HASH];
    dkim_hash_end(p->c, SLOT_BODY, sum);
    for (size_t i = 0; i < p->b->n; i++) {
        struct dkim_body *w = &p->b->v[i];
        if (w->how != p->how)
            continue;
        if (!w->made)
            memcpy(w->sum, sum, DKIM_HASH);
        w->made = true;
        w->total = p->at;
    }
}

static void run(struct dkim_bodies *b, struct dkim_crypto *c, enum dkim_canon how)
{
    struct pass p = { .b = b, .c = c, .how = how };
    struct dkim_sink out = { put, &p };
    bool needed = false;
    for (size_t i = 0; i < b->n; i++)
        needed |= waits(&p, &b->v[i]);
    if (!needed)
        return;
    dkim_hash_begin(c, SLOT_BODY);
    find_next(&p);
    if (p.next == 0)
        reach(&p);
    dkim_canon_body(&out, how, b->body);
    finish(&p);
}

void dkim_bodies_make(struct dkim_bodies *b, struct dkim_crypto *c)
{
    run(b, c, CANON_SIMPLE);
    run(b, c, CANON_RELAXED);
}
