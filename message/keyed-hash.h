/* keyed-hash.h - a hash whose collisions mail cannot choose
 * A polynomial modulo 2^61-1 at a point that is secret to the process (taken from AT_RANDOM, no system call):
 * hashes of all beginnings of a text come along the way. Nothing that goes out may depend on it. */
#ifndef MESSAGE_KEYED_HASH_H
#define MESSAGE_KEYED_HASH_H

#include "base/slice.h"

#define KEYED_HASH_PRIME ((UINT64_C(1) << 61) - 1)

uint64_t keyed_hash_key(void);

static inline uint64_t keyed_hash_step(uint64_t hash, uint64_t key, uint64_t chunk)
{
    unsigned __int128 wide = (unsigned __int128)hash * key + chunk;
    uint64_t sum = (uint64_t)(wide & KEYED_HASH_PRIME) + (uint64_t)(wide >> 61);
    return sum >= KEYED_HASH_PRIME ? sum - KEYED_HASH_PRIME : sum;
}

/* the hash of a text and one more byte; that of the empty text is 0 */
static inline uint64_t keyed_hash_add(uint64_t hash, uint64_t key, char c)
{
    return keyed_hash_step(hash, key, (unsigned char)c + UINT64_C(1));
}

/* Of a whole text, seven bytes a step: another function than keyed_hash_add() over its bytes. */
uint64_t keyed_hash(struct slice s);

#endif
