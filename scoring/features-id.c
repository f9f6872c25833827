/* features-id.c - what tells a message from others; see features.h */
#include "config.h"
#include "scoring/features.h"

#include <endian.h>

#define TEXT_BYTES ((size_t)200 * 1024)
#define LANES 4
#define PACK 64

struct lanes {
    uint64_t v[LANES];
};

static void absorb(struct lanes *l, const char packed[PACK])
{
    static const uint64_t factors[LANES] = { 0x9e3779b97f4a7c15u, 0xbf58476d1ce4e5b9u, 0x94d049bb133111ebu,
                                             0xd6e8feb86659fd93u };
    for (size_t i = 0; i < PACK; i += sizeof(uint64_t)) {
        uint64_t eight;
        memcpy(&eight, packed + i, sizeof(eight));
        eight = le64toh(eight);
        for (int k = 0; k < LANES; k++) {
            l->v[k] = (l->v[k] ^ eight) * factors[k];
            l->v[k] ^= l->v[k] >> 29;
        }
    }
}

/* White space and controls fall out on the way into a buffer, without a branch a byte. */
static void add(struct lanes *l, struct slice s)
{
    char packed[PACK];
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        packed[n] = s.p[i];
        n += (unsigned char)s.p[i] > ' ';
        if (n == PACK) {
            absorb(l, packed);
            n = 0;
        }
    }
    memset(packed + n, 0, PACK - n);
    absorb(l, packed);
}

void features_identify(struct features *f, struct message *m)
{
    static const struct slice names[] = { SLICE_INIT("message-id"), SLICE_INIT("date"), SLICE_INIT("from"),
                                          SLICE_INIT("subject") };
    struct lanes l = { { 1, 2, 3, 4 } };
    size_t left = TEXT_BYTES;
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        const struct header *h = header_find(m->headers, names[i], 0);
        add(&l, h ? h->value : SLICE(""));
    }
    for (struct text_part *t = message_texts(m); t; t = t->next) {
        struct slice text = slice_sub(t->utf8, 0, left);
        add(&l, text);
        left -= text.n;
    }
    for (int k = 0; k < LANES; k++)
        l.v[k] = htole64(l.v[k]);
    memcpy(f->id, l.v, sizeof(f->id));
}
