/* ask.h - what is asked of the keeper, and what it answers: the frames
 * A connection carries one request and its answer. A request's first byte says what it is (enum keeper_ask);
 * releases have frames of their own (keeper/release-order.h, keeper/redeem.h). The answer is done, with what
 * the enum says, or failed: kind and text of an error. */
#ifndef KEEPER_ASK_H
#define KEEPER_ASK_H

#include "base/wire.h"
#include "base/err.h"

enum keeper_ask {
    /* two descriptors: message, and sidecar as text -> the id */
    KEEPER_ASK_HOLD = 'h',
    /* id: the copy is wanted no more, the message comes again */
    KEEPER_ASK_FORGET = 'f',
    /* most, words -> one descriptor: a line an entry */
    KEEPER_ASK_LIST = 'l',
    /* id -> two descriptors: sidecar, message */
    KEEPER_ASK_SHOW = 's',
    /* id */
    KEEPER_ASK_DELETE = 'd',
    /* -> how many went; ask until 0 */
    KEEPER_ASK_EXPIRE = 'x',
    /* the classifier; one descriptor: a bayes_item; most: kind of lesson, above its 8 bits the weight in
     * percent, and above these 8 enum keeper_learn; text: who -> "done", "known", "unknown" */
    KEEPER_ASK_LEARN = 'n',
    /* most: hours to go back (0: all); text: who (empty: anybody) -> how many */
    KEEPER_ASK_UNLEARN = 'u',
    /* -> one descriptor, for reading alone: what is known (keeper/bayes-live.h); "device:inode" of its folder
     */
    KEEPER_ASK_BLOCK = 'b',
};

enum keeper_learn {
    KEEPER_LEARN_NEW = 1, /* only what is not remembered under any label */
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
/* What KEEPER_ASK_BLOCK says of a folder. -1 with errno. */
#define KEEPER_PLACE_SIZE 48
int keeper_place(const char *folder, char out[KEEPER_PLACE_SIZE]) MUST_CHECK;

void keeper_answer_put(struct buf *out, const struct keeper_answer *a);
bool keeper_answer_get(struct slice frame, struct keeper_answer *a);

#endif
