/* keyed-hash.c - a hash whose collisions mail cannot choose; see keyed-hash.h */
#include "config.h"
#include "message/keyed-hash.h"

#include <sys/auxv.h>

uint64_t keyed_hash_key(void)
{
    uint64_t key = UINT64_C(0x9e3779b97f4a7c15);
    const void *random = (const void *)getauxval(AT_RANDOM);
    if (random)
        memcpy(&key, random, sizeof(key));
    return key % (KEYED_HASH_PRIME - 1000) + 500;
}

uint64_t keyed_hash(struct slice s)
{
    uint64_t key = keyed_hash_key(), hash = keyed_hash_step(0, key, s.n + 1);
    size_t i = 0;
    for (; i < s.n; i += 7) {
        uint64_t chunk = 0;
        memcpy(&chunk, s.p + i, s.n - i < 7 ? s.n - i : 7);
        hash = keyed_hash_step(hash, key, chunk);
    }
    return hash;
}
