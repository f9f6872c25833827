/* byte-set.h - a set of bytes, as a value */
#ifndef SCORING_BYTE_SET_H
#define SCORING_BYTE_SET_H

#include <stdbool.h>
#include <stdint.h>

struct byte_set {
    uint64_t v[4];
};

static inline void byte_set_add(struct byte_set *s, unsigned char c)
{
    s->v[c / 64] |= (uint64_t)1 << c % 64;
}

static inline bool byte_set_has(const struct byte_set *s, unsigned char c)
{
    return s->v[c / 64] >> c % 64 & 1;
}

static inline void byte_set_join(struct byte_set *s, const struct byte_set *other)
{
    for (unsigned i = 0; i < 4; i++)
        s->v[i] |= other->v[i];
}

static inline void byte_set_invert(struct byte_set *s)
{
    for (unsigned i = 0; i < 4; i++)
        s->v[i] = ~s->v[i];
}

static inline bool byte_set_within(const struct byte_set *s, const struct byte_set *other)
{
    for (unsigned i = 0; i < 4; i++)
        if (s->v[i] & ~other->v[i])
            return false;
    return true;
}

static inline bool byte_set_meets(const struct byte_set *s, const struct byte_set *other)
{
    for (unsigned i = 0; i < 4; i++)
        if (s->v[i] & other->v[i])
            return true;
    return false;
}

/* with a-z in place of A-Z */
static inline struct byte_set byte_set_lower(const struct byte_set *s)
{
    static const uint64_t upper = ((uint64_t)1 << 26) - 1;
    struct byte_set out = *s;
    uint64_t letters = out.v[1] >> 1 & upper; /* 'A' is 65, 'a' 32 more */
    out.v[1] = (out.v[1] & ~(upper << 1)) | letters << 33;
    return out;
}

static inline unsigned byte_set_count(const struct byte_set *s)
{
    unsigned n = 0;
    for (unsigned i = 0; i < 4; i++)
        n += (unsigned)__builtin_popcountll(s->v[i]);
    return n;
}

#endif
