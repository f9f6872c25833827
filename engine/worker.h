/* worker.h - a worker: one process, one message at a time
 * Forked by a loader, shares what it has loaded. Reads a CHECK with the spool's descriptor, answers with a
 * RESULT, until its channel is closed: then it exits with 0. All that is wrong with a message is a finding;
 * what is wrong with the process ends it (the engine tries the message once more), by exit 70 where it
 * noticed. */
#ifndef ENGINE_WORKER_H
#define ENGINE_WORKER_H

#include "engine/loader.h"
#include "engine/wanted.h"
#include "message/message.h"

void scorer_main(const struct worker_setup *setup) __attribute__((noreturn));

/* What a worker is to write beside its findings, and where. */
struct worker_order {
    const struct engine_wanted *wanted;
    struct arena *a; /* the message's */
    struct slice raw;
    const struct envelope *envelope;
    const struct message_limits *limits;
    int text_fd; /* with WANT_TEXT */
    struct engine_written *written;
};

/* What a worker does with a message. look and write may jump out by the message's arena; what was found
 * before is kept, and nothing counts as written. */
struct worker_work {
    void (*look)(void *ctx, struct message *m, struct finding_list *out);
    /* What is wanted: after look, or without a look (WANT_NO_RULES). NULL: this kind writes nothing. */
    void (*write)(void *ctx, const struct worker_order *o);
    /* What asking the DNS was like, after look, also one that was jumped out of. NULL: it asks nobody. */
    void (*asked)(void *ctx, struct engine_dns *out);
    void *ctx;
};
/* Of a look: now it waits for others. Once a message. */
void worker_tell_waiting(void);
/* The loop of every worker: settle, then message by message until the channel is closed. */
void worker_run(const struct worker_setup *setup, const struct worker_work *work) __attribute__((noreturn));

/* For a worker_main: after everything was opened, before the first message. Dies with the loader, enters the
 * sandbox, tells the loader. Exits when one of them fails; the loader gets the reason. */
void worker_settle(const struct worker_setup *setup);

#endif
