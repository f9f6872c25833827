/* redeem.h - "is this mark good?": the frames between gateway and keeper */
#ifndef KEEPER_REDEEM_H
#define KEEPER_REDEEM_H

#include "base/wire.h"
#include "keeper/mark.h"
#include "message/verdict.h"

#define REDEEM_VIRUSES_MAX 200

struct redeem_request {
    struct slice mark; /* the field's value */
    unsigned char hash[MARK_HASH_SIZE];
    struct slice recipient, client;
};

enum redeem_answer { REDEEM_NO, REDEEM_GOOD, REDEEM_FAULT, REDEEM_ANSWER_COUNT };

struct redeem_pass {
    enum redeem_answer answer;
    class_set waived;
    struct slice *viruses;
    size_t n_viruses;
    struct slice id;
};

void redeem_request_put(struct buf *out, const struct redeem_request *r);
bool redeem_request_get(struct wire *in, struct redeem_request *r);
void redeem_pass_put(struct buf *out, const struct redeem_pass *p);
bool redeem_pass_get(struct wire *in, struct arena *a, struct redeem_pass *p);

#endif
