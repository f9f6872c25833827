/* lmtp.h - an LMTP server: the protocol without I/O (RFC 2033, 2920, 1870, 6152, 6531, 2034)
 * Bytes from the client go in, replies come out, and in between the caller is asked: for a recipient, for the
 * bytes of a message, and at its end once for each recipient that was taken, with the replies flushed in
 * between, so that a client hears of each copy as soon as that copy is safe.
 *
 * A message ends with CRLF.CRLF and nothing else; a dot is taken off only behind a CRLF. Line ends of the
 * message become LF; bare CR and bare LF stay as they are.
 * Limits: lines of LMTP_LINE_MAX bytes (longer: 500, the rest is skipped), recipients, bytes of a message,
 * LMTP_ERRORS_MAX wrong commands (then 421). */
#ifndef DELIVERY_LMTP_H
#define DELIVERY_LMTP_H

#include "base/arena.h"
#include "base/buf.h"
#include "delivery/answer.h"

#define LMTP_LINE_MAX 4096
#define LMTP_ERRORS_MAX 20

struct lmtp_ops {
    /* A recipient, without brackets. -1: *a says why not. */
    int (*recipient)(void *ctx, struct slice address, struct answer *a);
    /* DATA: a message comes. -1: not now, as *a says. */
    int (*begin)(void *ctx, struct answer *a);
    void (*bytes)(void *ctx,
                  struct slice bytes); /* of the text as it is to be stored, in pieces of any size */
    /* All of it came: now for recipient 0, 1, ... of those taken. */
    void (*complete)(void *ctx);
    void (*deliver)(void *ctx, size_t recipient, struct answer *a);
    /* The transaction is over, however it ended: recipients and bytes are done with. May come at any time. */
    void (*forget)(void *ctx);
    void (*flush)(void *ctx, struct buf *out); /* sends what is in out, and empties it */
};

struct lmtp_limits {
    size_t message_max;
    unsigned recipients_max;
};

enum lmtp_phase { LMTP_COMMANDS, LMTP_DATA, LMTP_CLOSED };

struct lmtp {
    const struct lmtp_ops *ops;
    void *ctx;
    struct lmtp_limits limits;
    const char *host;
    enum lmtp_phase phase;
    bool greeted, has_sender;
    char sender[LMTP_LINE_MAX];
    size_t sender_n;
    unsigned recipients, errors;
    /* a command's line that has not ended */
    char line[LMTP_LINE_MAX];
    size_t line_n;
    bool line_too_long;
    /* inside a message */
    int dot; /* how much of CRLF . CRLF was seen, see lmtp-data.c */
    size_t size;
    bool too_large;
};

void lmtp_init(struct lmtp *l, const struct lmtp_ops *ops, void *ctx, const struct lmtp_limits *limits,
               const char *host, struct buf *out);
/* Takes all of `in`. In LMTP_CLOSED nothing more is read: send what is in out and close. */
void lmtp_feed(struct lmtp *l, struct slice in, struct buf *out);
/* The client is gone, or its time is over: a message that was on its way is dropped. */
void lmtp_closed(struct lmtp *l);
static inline struct slice lmtp_sender(const struct lmtp *l)
{
    return slice_of(l->sender, l->sender_n);
}

/* for lmtp.c */
void lmtp_data_begin(struct lmtp *l);
/* Takes bytes of a message; how many, up to and with its end. *ended: that was all of it. */
size_t lmtp_data(struct lmtp *l, struct slice in, bool *ended);

/* The reply of one line. */
void lmtp_put_answer(struct buf *out, const struct answer *a);

#endif
