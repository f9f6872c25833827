/* bayes-pack.h - sets of numbers in few bits
 * Sorted, and of each what it adds to the one before: with a Rice code whose parameter follows from how many
 * there are, which for evenly spread numbers takes some 1.5 bits more each than a list of places that nothing
 * is known of. Only those bits of a number are kept that `used` has, and the order is that of these.
 *
 * Linear, in the size of what is read or written. */
#ifndef KEEPER_BAYES_PACK_H
#define KEEPER_BAYES_PACK_H

#include "base/buf.h"

/* fewer than 2^16 numbers at once; used has at most 56 bits */
struct bit_writer {
    struct buf *out;
    uint64_t held; /* the last n bits */
    unsigned n;
};
void bayes_pack_put(struct bit_writer *w, const uint64_t *v, size_t n, uint64_t used, struct arena *a);
/* What is left of the last byte is zero. */
void bayes_pack_end(struct bit_writer *w);

struct bit_reader {
    struct slice rest;
    uint64_t held;
    unsigned n;
    bool bad; /* it ended too early, or what was read is no such set */
};
void bayes_pack_get(struct bit_reader *r, uint64_t *v, size_t n, uint64_t used);
/* Everything was read, and well. */
bool bayes_pack_done(const struct bit_reader *r);

#endif
