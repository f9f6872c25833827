/* answers.h - the resolver's memory: answers that are known, and questions on their way
 * A question that is known is answered at once; one that is on its way has one more who waits for it; else
 * it is asked, or stands in line while too many are. Answers are kept for their time to live, within bounds,
 * failures for a short while. A client that causes too many lookups in a minute is answered DNS_LIMIT.
 *
 * Who asks is a number of the caller's (base/dns-frame.h's id beside it); one that is gone just gets nothing
 * sent. Times are clock_ms(), given by the caller. One thread. Fails: out of memory ends the process. */
#ifndef ENGINE_ANSWERS_H
#define ENGINE_ANSWERS_H

#include "base/dns-frame.h"

struct answers;

struct answers_setup {
    size_t bytes;            /* of answers that are kept */
    unsigned client_lookups; /* a minute; 0: no limit */
    unsigned patience;       /* ms for one lookup; then it is DNS_FAILED */
    void *ctx;               /* for all three */
    /* Asks; answers_take(lookup) comes later. NULL: cannot. */
    void *(*ask)(void *ctx, const char *name, enum dns_type type, void *lookup);
    void (*cancel)(void *ctx, void *errand);
    void (*answer)(void *ctx, uint64_t asker, uint32_t id, enum dns_type type, struct slice body);
};

struct answers *answers_new(const struct answers_setup *setup);
void answers_free(struct answers **answers);
/* q->name: any bytes. client: as in an ASK. */
void answers_ask(struct answers *a, const struct dns_question *q, uint64_t asker, uint64_t client,
                 uint64_t now);
/* An answer from upstream. */
void answers_take(struct answers *a, void *lookup, enum dns_status status, uint32_t ttl, struct slice body,
                  uint64_t now);
/* Gives up what takes too long. To be called now and then. */
void answers_tick(struct answers *a, uint64_t now);
void answers_counts(const struct answers *a, struct dns_counts *counts);

#endif
