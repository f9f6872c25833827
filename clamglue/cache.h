/* cache.h - what was clean before
 * Keys (virus_key) of pieces that libclamav has scanned as a whole without any hit. Only clean results: a hit
 * is always found anew. Belongs to one scanner, in one process: a worker's word is not trusted by others, so
 * its results are not shared. A table of fixed size; a new key takes the place of an older one. */
#ifndef CLAMGLUE_CACHE_H
#define CLAMGLUE_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include "clamglue/virus.h"

struct clean_cache;

/* entries 0: NULL, and every function takes it for an empty cache. */
struct clean_cache *clean_cache_new(size_t entries);
void clean_cache_free(struct clean_cache **c);
bool clean_cache_has(const struct clean_cache *c, const unsigned char key[VIRUS_KEY_SIZE]);
void clean_cache_add(struct clean_cache *c, const unsigned char key[VIRUS_KEY_SIZE]);

#endif
