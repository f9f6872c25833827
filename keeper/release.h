/* release.h - a held message goes out again
 * One release is one forked child of the keeper: it talks SMTP to the relay, one transaction for each
 * address, each with a mark of its own (keeper/mark.h). The child reads the message and nothing else; what is
 * to be remembered is written by the keeper itself, and in this order, so that whatever dies when, nobody
 * gets the message twice without being asked, and nothing is lost:
 *
 *   the mark is in the sidecar      -> the child may send the text (from here on it may have arrived)
 *   the relay said 250              -> the recipient is released, the mark gone
 *   the relay said no, or nobody    -> the mark gone; the recipient is as before
 *   no answer, or the keeper died   -> the mark stays: only `again` sends to that address
 *
 * Redeeming is the other half: the gateway asks whether a mark on a message that comes in is good. It is
 * noted as used before it is called so.
 *
 * Knows the store by the table below alone. Limits: one deadline for each address, one for the whole. */
#ifndef KEEPER_RELEASE_H
#define KEEPER_RELEASE_H

#include "keeper/mark.h"
#include "keeper/release-order.h"
#include "message/verdict.h"

enum release_state { RELEASE_STATE_HELD, RELEASE_STATE_DELIVERED, RELEASE_STATE_RELEASED };

struct release_recipient {
    struct slice address;
    enum release_state state; /* HELD: has not got it, whatever the sender was told */
};

struct release_mark {
    struct slice address;
    struct slice hmac;
    bool used;
};

struct release_entry {
    int message; /* descriptor, the caller's to close; read-only */
    size_t size;
    struct slice sender;
    struct slice subject;
    class_set classes;
    struct slice *viruses; /* names found when it was held */
    size_t n_viruses;
    struct release_recipient *recipients;
    size_t n_recipients;
    struct release_mark *marks; /* at most one an address */
    size_t n_marks;
};

enum release_event {
    RELEASE_NOTE_SENDING, /* a mark for this address, unused, in place of any other */
    RELEASE_NOTE_USED,    /* its mark is used up */
    RELEASE_NOTE_DONE,    /* no mark any more; a recipient of that address is released */
    RELEASE_NOTE_FAILED,  /* no mark any more */
};

struct release_store {
    /* The entry, all of it in the arena but the descriptor. -1: there is none (ERR_INPUT), or it can't be
     * read. */
    int (*open)(void *ctx, struct slice id, struct arena *a, struct release_entry *entry, struct err *e);
    /* 0: on disk. hmac: with SENDING. */
    int (*note)(void *ctx, struct slice id, enum release_event what, struct slice address, struct slice hmac,
                struct err *e);
    void *ctx;
};

struct release_host {
    const struct release_store *store;
    const struct mark_key *key;
    const char *relay;     /* as in base/smtp-send.h */
    const char *helo;      /* empty: the host's name */
    const char *from;      /* of messages with an attachment; empty: postmaster of the host */
    unsigned timeout_ms;   /* for one address */
    unsigned mark_life_ms; /* from the making of a mark until it is no good any more */
};

/* Who asks. A user may not let out what an admin has to look at. */
enum release_asker { RELEASE_BY_ADMIN, RELEASE_BY_USER };
bool release_may(enum release_asker asker, class_set classes);

struct release;

/* request: a release_order. Answers go to asker (SOCK_SEQPACKET, stays the caller's; never waited for). NULL:
 * nothing was begun, *e says why. */
struct release *release_begin(const struct release_host *h, enum release_asker asker, struct slice request,
                              int asker_fd, struct err *e);
/* What is sent when nothing was begun. */
void release_refuse(int asker_fd, const struct err *e);
int release_fd(const struct release *r);            /* readable: release_step */
uint64_t release_deadline(const struct release *r); /* clock_ms(); then release_step, too */
bool release_step(struct release *r);               /* true: it is over */
/* Ends a child that is still there. */
void release_free(struct release **r);

/* The keeper's half of keeper_redeem (keeper/client.h): request and answer are frames, see redeem.h. */
void release_redeem(const struct release_host *h, struct slice request, struct buf *answer);

#endif
