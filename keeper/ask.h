/* ask.h - what is asked of the keeper, and what it answers: the frames
 * A connection carries one request and its answer. A request's first byte says what it is; releases have
 * frames of their own (keeper/release-order.h, keeper/redeem.h). HOLD    two descriptors: the message, and
 * its sidecar as text    -> DONE: the id FORGET  id: the copy is wanted no more, the message comes again  ->
 * DONE LIST    most, words                                              -> DONE, one descriptor: a line an
 * entry SHOW    id                                  -> DONE, two descriptors: the sidecar, and the message
 *   DELETE  id                                                       -> DONE
 *   EXPIRE  nothing                                                  -> DONE: how many went; ask until 0
 * or FAILED: kind and text of an error. */
#ifndef KEEPER_ASK_H
#define KEEPER_ASK_H

#include "base/wire.h"
#include "base/err.h"

enum keeper_ask {
    KEEPER_ASK_HOLD = 'h',
    KEEPER_ASK_FORGET = 'f',
    KEEPER_ASK_LIST = 'l',
    KEEPER_ASK_SHOW = 's',
    KEEPER_ASK_DELETE = 'd',
    KEEPER_ASK_EXPIRE = 'x',
};

#define KEEPER_WORDS_MAX 1000
#define KEEPER_ANSWER_MAX 1024

struct keeper_request {
    enum keeper_ask what;
    struct slice text; /* id or words */
    uint32_t most;     /* LIST */
};
void keeper_request_put(struct buf *out, const struct keeper_request *r);
/* Without its first byte having been looked at; slices of the frame. */
bool keeper_request_get(struct slice frame, struct keeper_request *r);
unsigned keeper_request_fds(enum keeper_ask what);

struct keeper_answer {
    bool done;
    struct err e;      /* not done */
    struct slice text; /* done */
};
void keeper_answer_put(struct buf *out, const struct keeper_answer *a);
bool keeper_answer_get(struct slice frame, struct keeper_answer *a);

#endif
