/* store-release.h - the store as a release sees it (struct release_store in keeper/release.h) */
#ifndef KEEPER_STORE_RELEASE_H
#define KEEPER_STORE_RELEASE_H

#include "keeper/index.h"
#include "keeper/release.h"

struct store_release {
    struct store *store;
    struct index *index; /* follows every note */
};

void store_release_table(struct release_store *table, struct store_release *s);

#endif
