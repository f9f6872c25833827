/* transaction.h - one message while it comes in
 * From MAIL to the end of the message: envelope, spool, notes. Everything is in its arena and goes with
 * transaction_end, whatever happened. A transaction that cannot go on does not answer at once (the events in
 * between have no reply): it remembers its fault, spools nothing more, and the end of the message says so.
 * Limits: gateway options; TRANSACTION_ARENA_MAX. */
#ifndef MILTER_TRANSACTION_H
#define MILTER_TRANSACTION_H

#include "message/envelope.h"
#include "message/spool.h"
#include "milter/gateway.h"
#include "milter/notes.h"

#define TRANSACTION_ARENA_MAX (32 * 1024 * 1024)

/* the first one sticks */
enum fault {
    FAULT_NONE,
    FAULT_OVERLOAD,
    FAULT_NO_SPACE,
    FAULT_SYSTEM,
    FAULT_MEMORY,
    FAULT_STORE,
    FAULT_RECIPIENTS,
    FAULT_COUNT
};

struct fault_info {
    const char *name; /* of the finding: unchecked/fault NAME */
    const char *code, *enhanced, *text;
};
extern const struct fault_info faults[FAULT_COUNT];

struct transaction {
    struct gateway *gateway;
    bool active;
    struct arena arena;
    struct envelope envelope;
    size_t recipients_cap, recipients_max;
    struct snapshot *snapshot; /* from the first byte on: an idle client holds no old engine */
    bool admitted, header_done, over_size;
    struct spool_options spool_options;
    struct spool spool;
    bool spool_open;
    size_t size, charged; /* bytes spooled; bytes charged for them */
    struct buf line;      /* a header field being put together; kept between messages */
    struct notes notes;
    enum fault fault;
    uint64_t started_ms;
};

void transaction_init(struct transaction *t, struct gateway *g);
void transaction_deinit(struct transaction *t);
/* A new message; ends the one before. false: there is no configuration yet. */
bool transaction_begin(struct transaction *t);
void transaction_end(struct transaction *t);
void transaction_fail(struct transaction *t, enum fault fault);

/* Without the brackets. */
struct slice transaction_address(struct slice address);
/* "<a@b>" or "a@b" */
void transaction_sender(struct transaction *t, struct slice address);
void transaction_recipient(struct transaction *t, struct slice address);
/* The first byte is near: takes the snapshot in force, and a place among the messages in work; sets
 * FAULT_OVERLOAD where there is none in time. Done by the first byte, too. */
void transaction_admit(struct transaction *t);
/* leading_space: values come with the space behind the colon. */
void transaction_header(struct transaction *t, struct slice name, struct slice value, bool leading_space);
void transaction_header_done(struct transaction *t);
void transaction_body(struct transaction *t, struct slice bytes);
/* Nothing more will be spooled: the MTA may skip the rest. */
static inline bool transaction_full(const struct transaction *t)
{
    return t->over_size || t->fault != FAULT_NONE;
}
/* Seals the spool. */
void transaction_finish(struct transaction *t);

#endif
