/* bayes-seen.c - which messages were learned, in the block itself; see bayes-seen.h
 * An entry: 56 bits of the id, 7 of the weight, 1 of the label; 0 is free. */
#include "config.h"
#include "scoring/bayes-seen.h"

#include <math.h>

#define BUCKETS (BAYES_SEEN / BAYES_SEEN_WAYS)

static uint64_t hash_of(const unsigned char id[FEATURES_ID_SIZE])
{
    uint64_t h = 0, word;
    for (size_t i = 0; i < FEATURES_ID_SIZE; i += sizeof(word)) {
        memcpy(&word, id + i, sizeof(word));
        h = (h ^ word) * 0x9e3779b97f4a7c15u;
        h ^= h >> 32;
    }
    h *= 0xbf58476d1ce4e5b9u;
    return h ^ h >> 29;
}

static uint64_t *bucket_of(struct bayes_block *b, uint64_t hash)
{
    return b->seen + (hash >> 51) % BUCKETS * BAYES_SEEN_WAYS;
}

/* BAYES_SEEN_WAYS: it is not there. */
static unsigned place_of(const uint64_t *bucket, uint64_t hash)
{
    unsigned i = 0;
    while (i < BAYES_SEEN_WAYS && (bucket[i] == 0 || (bucket[i] ^ hash << 8) >> 8))
        i++;
    return i;
}

struct bayes_seen bayes_seen_find(const struct bayes_block *b, const unsigned char id[FEATURES_ID_SIZE])
{
    uint64_t hash = hash_of(id);
    const uint64_t *bucket = bucket_of((struct bayes_block *)b, hash);
    unsigned i = place_of(bucket, hash);
    if (i == BAYES_SEEN_WAYS)
        return (struct bayes_seen){ .known = false };
    return (struct bayes_seen){ true, bucket[i] & 1, (float)(bucket[i] >> 1 & 127) / 100 };
}

void bayes_seen_taken_back(struct bayes_block *b, const unsigned char id[FEATURES_ID_SIZE])
{
    uint64_t hash = hash_of(id), *bucket = bucket_of(b, hash);
    unsigned i = place_of(bucket, hash);
    if (i == BAYES_SEEN_WAYS)
        return;
    memmove(bucket + i, bucket + i + 1, (BAYES_SEEN_WAYS - 1 - i) * sizeof(*bucket));
    bucket[BAYES_SEEN_WAYS - 1] = 0;
}

void bayes_seen_learned(struct bayes_block *b, const unsigned char id[FEATURES_ID_SIZE], bool spam,
                        float weight)
{
    uint64_t hash = hash_of(id), *bucket = bucket_of(b, hash);
    long percent = lroundf(100 * weight);
    bayes_seen_taken_back(b, id);
    memmove(bucket + 1, bucket, (BAYES_SEEN_WAYS - 1) * sizeof(*bucket));
    bucket[0] = hash << 8 | (uint64_t)(percent < 1 ? 1 : percent > 100 ? 100 : percent) << 1 | spam;
}
