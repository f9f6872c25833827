/* load.h - mail files played at a milter by N connections at once
 * Each connection is a thread that takes the next message off a common counter, so that the order is that of
 * the list and the work is shared. Latency is what an SMTP client waits for after its final dot: from the
 * end-of-message packet to the verdict; and from MAIL to the verdict.
 * Limits: all messages are in memory, in the form in which they go over the wire. */
#ifndef TESTS_MILTER_LOAD_H
#define TESTS_MILTER_LOAD_H

#include "tests/milter/client.h"
#include "tests/milter/mailfile.h"

struct load_options {
    const char *socket;
    unsigned connections;
    uint64_t messages;       /* to play in all; more than files: round again */
    unsigned per_connection; /* messages before a connection is opened anew; 0: never */
    unsigned clients;        /* client addresses in use, from 198.18.0.0/15 (RFC 2544) */
    bool unique;             /* a line of its own in each message, so that no two are the same */
    unsigned timeout_ms;
    const char *log_errors; /* not NULL: where each error is printed, as text before it */
};

struct load_message {
    const char *path;
    struct mail mail;
};

enum load_reply { LOAD_ACCEPT, LOAD_REJECT, LOAD_TEMPFAIL, LOAD_DISCARD, LOAD_ERROR, LOAD_REPLIES };
extern const char *const load_reply_names[LOAD_REPLIES];

struct load_result {
    uint64_t replies[LOAD_REPLIES];
    uint64_t edits, held, tagged, progress, bytes;
    double seconds;
    size_t n;                 /* latencies: in the order of their end */
    float *end_ms, *whole_ms; /* heap; freed by load_result_deinit */
};

struct load;

/* Called by one of the threads whenever `every` further messages are done; the others go on. */
typedef void load_tick_fn(void *ctx, uint64_t done);

void load_run(const struct load_options *o, const struct load_message *messages, size_t n, uint64_t first,
              uint64_t every, load_tick_fn *tick, void *ctx, struct load_result *r);
void load_result_deinit(struct load_result *r);
/* the q-th part (0..1) of n values, which are sorted by it */
float load_quantile(float *v, size_t n, double q);

#endif
