/* smtp-send.h - the driver of base/smtp over a socket
 * Blocking for its caller, with one deadline for all of it (milliseconds of CLOCK_MONOTONIC). Sends no signal
 * (MSG_NOSIGNAL). Fails: ERR_CONFIG (an address that is none), ERR_RETRY (nobody there, time over). */
#ifndef BASE_SMTP_SEND_H
#define BASE_SMTP_SEND_H

#include "base/smtp.h"

#define SMTP_LOCAL_SIZE 64

/* relay: "inet:HOST:PORT", "inet:[ADDRESS]:PORT" or "unix:/PATH". A connected descriptor, or -1. */
int smtp_connect(const char *relay, uint64_t deadline, struct err *e) MUST_CHECK;
/* Our own end of it, as the server sees its client: "127.0.0.1"; empty for a unix socket. */
void smtp_local_address(int fd, char address[SMTP_LOCAL_SIZE]);

struct smtp_delivery {
    bool lmtp; /* see base/smtp.h */
    const char *helo;
    struct slice from, to;
    /* Asked when the server has said what it can: the text to send (valid until the end). -1: give up. */
    int (*text)(void *ctx, unsigned extensions, struct slice *text, struct err *e);
    /* All is agreed, the text goes next: from here on the server may have it. -1: give up. NULL: not asked.
     */
    int (*commit)(void *ctx, struct err *e);
    void *ctx;
};

/* The outcome; on any but TAKEN *e says why. *reply: the server's last word, code 0 where there was none. The
 * descriptor stays the caller's. */
enum smtp_outcome smtp_deliver(int fd, const struct smtp_delivery *d, uint64_t deadline,
                               struct smtp_reply *reply, struct err *e);

#endif
