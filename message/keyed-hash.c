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
    uint64_t hash = 0, key = keyed_hash_key();
    for (size_t i = 0; i < s.n; i++)
        hash = keyed_hash_add(hash, key, s.p[i]);
    return hash;
}
