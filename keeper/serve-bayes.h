/* serve-bayes.h - the keeper teaches the classifier
 * The store is opened by the first lesson and kept; what the keeper gets are feature lists that a sandboxed
 * worker made. A lesson is durable when it is answered. */
#ifndef KEEPER_SERVE_BAYES_H
#define KEEPER_SERVE_BAYES_H

#include "keeper/ask.h"
#include "keeper/bayes-store.h"

struct keeper_bayes {
    const char *folder;
    struct bayes_store_options o;
    int reader;                /* of o.live, for who asks; 0: nobody may */
    struct bayes_store *store; /* NULL: not open */
    uint64_t again;            /* clock_ms() before which a damaged one is not tried anew, and */
    struct err damage;         /* what was wrong with it */
};

/* Opens it at start, so that scorers have what was learned; an error is logged, and tried again with the next
 * lesson. */
void keeper_bayes_start(struct keeper_bayes *b);
/* Now and then. */
void keeper_bayes_tend(struct keeper_bayes *b);
void keeper_bayes_end(struct keeper_bayes *b);

struct keeper_bayes_answer {
    char text[KEEPER_PLACE_SIZE];
    int fd; /* -1: none; the caller's */
};
/* fd: KEEPER_ASK_LEARN's. */
int keeper_bayes_answer(struct keeper_bayes *b, const struct keeper_request *q, int fd, struct arena *a,
                        struct keeper_bayes_answer *answer, struct err *e) MUST_CHECK;

#endif
