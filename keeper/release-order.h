/* release-order.h - what is said between `tamis quarantine release` and the keeper
 * One frame there (the order), frames back: a line for each address, then the end. */
#ifndef KEEPER_RELEASE_ORDER_H
#define KEEPER_RELEASE_ORDER_H

#include "base/wire.h"

#define RELEASE_TO_MAX 1000
#define RELEASE_TEXT_MAX 400

struct release_order {
    struct slice id;
    struct slice *to; /* recipients of the entry; none: see all */
    size_t n_to;
    bool all;   /* every recipient that has not got it */
    bool again; /* those, too, that got it, or may have */
    struct slice
        attach_to; /* this address in place of recipients: the message as an attachment; may be empty */
};

enum release_result {
    RELEASE_DONE,    /* the relay has it */
    RELEASE_LATER,   /* the relay does not take it now, or is not there */
    RELEASE_REFUSED, /* the relay, or today's virus database, refused it */
    RELEASE_UNSURE,  /* it went out and no answer came: it may have arrived */
    RELEASE_SKIPPED, /* nothing was done: released before, or perhaps; `again` does it anyway */
    RELEASE_RESULT_COUNT
};
extern const char *const release_result_names[RELEASE_RESULT_COUNT];

struct release_line {
    bool end; /* the last one; with a text: nothing was begun, and why */
    struct slice address;
    enum release_result result;
    struct slice text; /* for people */
};

void release_order_put(struct buf *out, const struct release_order *o);
/* Slices of the frame, the list in the arena. false: release_order_put can't have made it. */
bool release_order_get(struct wire *in, struct arena *a, struct release_order *o);
void release_line_put(struct buf *out, const struct release_line *l);
bool release_line_get(struct wire *in, struct release_line *l);

#endif
