/* names.h - a table from names to numbers
 * Open addressing; keys are borrowed and must live as long as the table, which lives in its arena. A number
 * is below NAMES_NONE. Used for rules, header specifications, and URIs already seen. */
#ifndef SCORING_NAMES_H
#define SCORING_NAMES_H

#include "base/arena.h"

#define NAMES_NONE UINT32_MAX

struct names_slot {
    struct slice key; /* p is NULL: free */
    uint32_t number;
};

struct names {
    struct arena *a;
    struct names_slot *slots;
    size_t n, cap; /* cap is a power of two, or 0 */
};

void names_init(struct names *t, struct arena *a);
/* NAMES_NONE when it is not there */
uint32_t names_find(const struct names *t, struct slice key);
/* The number already there under that key, or NAMES_NONE after `number` was added. key.p is not NULL. */
uint32_t names_add(struct names *t, struct slice key, uint32_t number);

#endif
