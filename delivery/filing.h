/* filing.h - where a message goes, and how it reads there
 * Pure: the verdict in the message is opened, and out come a folder and the text to store, in pieces of the
 * message with our own fields before them. Only a verdict that is signed for this message counts, whatever
 * else the message says of itself. Everything lives in the arena or in the message. */
#ifndef DELIVERY_FILING_H
#define DELIVERY_FILING_H

#include "base/arena.h"
#include "policy/deliver-options.h"
#include "policy/seal.h"

struct filing_mail {
    struct slice text; /* LF; an mbox line before it is dropped */
    bool has_sender;   /* else a Return-Path that is there stays */
    struct slice sender, recipient;
    struct slice before; /* the recipient before aliases, where the MTA said it; or empty */
    struct slice detail; /* of the recipient; or empty */
};

struct filing_rules {
    const struct deliver_options *o;
    const unsigned char *key; /* KEYFILE_BYTES; NULL: nothing is believed */
    unsigned max_age;         /* of a verdict, ms */
    int64_t now;              /* milliseconds since 1970 */
};

struct filing {
    struct slice folder; /* empty: the inbox */
    bool create;         /* where there is no such folder; else the inbox takes it */
    bool spam;
    const char *said; /* of the verdict, for log and header: "good", "no verdict" */
    const struct slice *pieces;
    size_t n;
};

void filing_decide(struct filing *f, const struct filing_mail *m, const struct filing_rules *r,
                   struct arena *a);

#endif
