/* counted.h - things of which one is in force, each kept until its last user is done
 * What snapshots and virus engines have in common. Who takes one returns it; one that is replaced is retired,
 * and handed out by counted_unused when nobody uses it any more. Embedded as the first member of the thing.
 * Thread-safe. */
#ifndef MILTER_COUNTED_H
#define MILTER_COUNTED_H

#include <pthread.h>
#include <stdbool.h>

struct counted {
    unsigned users;
    struct counted *next; /* in the list of retired ones */
};

struct counted_set {
    pthread_mutex_t lock;
    struct counted *current, *retired;
};

void counted_init(struct counted_set *set);
void counted_deinit(struct counted_set *set);
/* The one in force, used once more; NULL where there is none. */
struct counted *counted_take(struct counted_set *set);
/* NULL-safe */
void counted_return(struct counted_set *set, struct counted *c);
/* Where another one is in force by now: takes that one in place of *c. */
bool counted_renew(struct counted_set *set, struct counted **c);
/* Puts c, or nothing, in force; the one before is retired. */
void counted_install(struct counted_set *set, struct counted *c);
/* A retired one that nobody uses, off the list and the caller's now; NULL. left: how many are retired yet. */
struct counted *counted_unused(struct counted_set *set, unsigned *left);

#endif
