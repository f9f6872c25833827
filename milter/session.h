/* session.h - one connection of an MTA: the milter dialogue without the milter
 * The callbacks of libmilter say what the MTA said; the session answers what to tell it. No socket, no
 * SMFICTX: what an MTA can be asked to do is the table in milter/effects.h, so unit tests and the fuzz target
 * play whole connections. Events may come in any order, any number of times: an MTA may abort between any two
 * of them, repeat HELO after STARTTLS, send several messages, or close without a connect.
 *
 * Promises: never an accept before the end of a message (Postfix versions then skip the next one); at the
 * end, every fault of ours is a temporary failure. The one exception is `mode = observe`, which changes
 * nothing about any mail: there our own faults are logged and the message passes.
 * One thread at a time. */
#ifndef MILTER_SESSION_H
#define MILTER_SESSION_H

#include <sys/socket.h>
#include "milter/early.h"
#include "milter/effects.h"
#include "milter/transaction.h"

enum session_reply {
    SESSION_CONTINUE, /* go on; at the end of a message: it passes, with the edits made */
    SESSION_SKIP,     /* nothing more of this kind, please; where it was granted */
    SESSION_REJECT,
    SESSION_TEMPFAIL,
    SESSION_DISCARD,
};

/* what the MTA granted */
struct session_grants {
    unsigned edits;     /* set of GRANT_ */
    bool leading_space; /* header values come and go with the space behind the colon */
    bool skip;
    unsigned answers; /* set of EARLY_ANSWERS_: events whose answer it waits for */
};

#define SESSION_NAME_MAX 512

struct session {
    struct gateway *gateway;
    struct mta mta;
    struct session_grants grants;
    bool has_client, warned;
    char client_name[SESSION_NAME_MAX], client_address[64], helo[SESSION_NAME_MAX];
    unsigned client_port;
    struct early early;
    struct transaction t;
    struct dkim_crypto *crypto; /* made when first needed */
};

/* NULL: no memory */
struct session *session_new(struct gateway *g, const struct mta *mta);
void session_free(struct session **s);
void session_granted(struct session *s, const struct session_grants *grants);

/* host: the verified name as the MTA says it; address: NULL for a local submission. */
enum session_reply session_connect(struct session *s, const char *host, const struct sockaddr *address);
void session_helo(struct session *s, const char *helo);
enum session_reply session_mail(struct session *s, const char *sender);
enum session_reply session_rcpt(struct session *s, const char *recipient);
enum session_reply session_data(struct session *s);
void session_header(struct session *s, const char *name, const char *value);
void session_header_done(struct session *s);
enum session_reply session_body(struct session *s, struct slice bytes);
enum session_reply session_end_of_message(struct session *s);
void session_abort(struct session *s);

#endif
