/* test-bayes.h - blocks of the classifier compared, for tests */
#ifndef SCORING_TEST_BAYES_H
#define SCORING_TEST_BAYES_H

#include "scoring/bayes.h"

/* Whether they count the same of tokens and pairs, whatever their regressions say. */
static inline bool same_counts(const struct bayes_block *a, const struct bayes_block *b)
{
    bool same = true;
    for (size_t i = 0; i < 1 << BAYES_SLOT_BITS && same; i++)
        same = memcmp(a->slots[i].pairs, b->slots[i].pairs, sizeof(a->slots[i].pairs)) == 0;
    for (size_t i = 0; i < 1 << BAYES_BUCKET_BITS && same; i++)
        same = memcmp(a->buckets[i].tokens, b->buckets[i].tokens, sizeof(a->buckets[i].tokens)) == 0;
    return same;
}

#endif
