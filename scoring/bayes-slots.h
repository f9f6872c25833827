/* bayes-slots.h - where the features of a message stand in the block; between files of the classifier
 * A feature is a number of 32 bits. What is asked of it together stands together, in one cache line, as the
 * time goes into fetching lines:
 *   token  bits 0-18: slot of the regressions; 14-31: bucket of tokens; 0-7: check within the bucket
 *   pair   bits 0-18: slot of the regressions, with the counts of pairs; 24-31: check within the slot
 *   gram   bits 0-18: slot of the regressions
 * Counts are four to a bucket, each with a check of 8 bits: those of another feature are taken for its own
 * once in some 64 times where the bucket is full. */
#ifndef SCORING_BAYES_SLOTS_H
#define SCORING_BAYES_SLOTS_H

#include "scoring/bayes.h"

#define COUNT_MAX 4095u
#define AHEAD 16 /* features whose lines are fetched while others are worked on */

static inline size_t slot_at(uint64_t feature)
{
    return feature & ((1u << BAYES_SLOT_BITS) - 1);
}

static inline size_t bucket_at(uint64_t token)
{
    return token >> 14 & ((1u << BAYES_BUCKET_BITS) - 1);
}

static inline uint32_t token_check(uint64_t token)
{
    return token & 0xff;
}

static inline uint32_t pair_check(uint64_t pair)
{
    return pair >> 24 & 0xff;
}

static inline uint32_t spam_of(uint32_t counts)
{
    return counts >> 12 & COUNT_MAX;
}

static inline uint32_t ham_of(uint32_t counts)
{
    return counts & COUNT_MAX;
}

static inline uint32_t counts_of(uint32_t check, uint32_t spam, uint32_t ham)
{
    return check << 24 | spam << 12 | ham;
}

/* What is counted under that check, 0 for nothing. All four at once, without a branch that could be guessed
 * wrong: no two of a bucket have the same check. */
static inline uint32_t counts_find(const uint32_t bucket[BAYES_WAYS], uint32_t check)
{
    typedef uint32_t four __attribute__((vector_size(sizeof(uint32_t) * BAYES_WAYS)));
    four v;
    memcpy(&v, bucket, sizeof(v));
    v &= (four)(v >> 24 == (four){ check, check, check, check });
    return v[0] | v[1] | v[2] | v[3];
}

/* NULL: nothing is counted. */
static inline uint32_t *counts_at(uint32_t bucket[BAYES_WAYS], uint32_t check)
{
    for (unsigned i = 0; i < BAYES_WAYS; i++)
        if (bucket[i] && bucket[i] >> 24 == check)
            return &bucket[i];
    return NULL;
}

/* Its counts, or else a free place, or the one that says least, made its own. The least of four numbers,
 * again without a branch: its own counts are below all others. */
static inline uint32_t *counts_make(uint32_t bucket[BAYES_WAYS], uint32_t check)
{
    uint32_t least = UINT32_MAX;
    for (unsigned i = 0; i < BAYES_WAYS; i++) {
        const uint32_t total = spam_of(bucket[i]) + ham_of(bucket[i]),
                       own = total && bucket[i] >> 24 == check;
        const uint32_t says = (own ? 0 : total + 1) * BAYES_WAYS + i;
        least = says < least ? says : least;
    }
    uint32_t *counts = &bucket[least % BAYES_WAYS];
    *counts = least < BAYES_WAYS ? *counts : counts_of(check, 0, 0);
    return counts;
}

static inline void count_one(uint32_t *counts, bool spam)
{
    uint32_t s = spam_of(*counts) + spam, h = ham_of(*counts) + !spam;
    if (s > COUNT_MAX || h > COUNT_MAX) {
        s /= 2;
        h /= 2;
    }
    *counts = counts_of(*counts >> 24, s, h);
}

/* What counts nothing any more is free again. */
static inline void discount_one(uint32_t *counts, bool spam)
{
    if (counts == NULL || (spam ? spam_of(*counts) : ham_of(*counts)) == 0)
        return;
    uint32_t left = *counts - (spam ? 1u << 12 : 1u);
    *counts = spam_of(left) + ham_of(left) ? left : 0;
}

#endif
