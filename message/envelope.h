/* envelope.h - what the MTA knows of a message besides its bytes
 * Filled by the gateway from milter events and macros, or by `tamis scan` from its options. Slices in the
 * session's or message's arena. All of it comes from outside and may hold any byte but NUL.
 * Sender and recipients are without angle brackets; the null sender is an empty slice with has_sender set. */
#ifndef MESSAGE_ENVELOPE_H
#define MESSAGE_ENVELOPE_H

#include "base/wire.h"

/* bytes of one value on the wire; what is longer is cut by envelope_put (no MTA takes such an address) */
#define ENVELOPE_VALUE_MAX 4096

struct envelope {
    bool has_client; /* a client is known: make the synthetic Received */
    bool has_sender;
    struct slice client_address; /* "192.0.2.1", "2001:db8::1", empty for a local submission */
    struct slice client_name;    /* verified name; empty when there is none ("unknown") */
    struct slice client_ptr;     /* name by PTR alone, unverified; may be empty */
    unsigned client_port;
    struct slice helo;
    struct slice sender;
    struct slice *recipients;
    size_t n_recipients;      /* present here */
    size_t recipients_total;  /* in the transaction: those sent to a worker may be fewer */
    struct slice queue_id;    /* {i}; may be empty until the end */
    struct slice my_name;     /* {j}, the MTA's host name */
    struct slice daemon_name; /* {daemon_name} */
    struct slice auth_user, auth_type, auth_author; /* SASL: {auth_authen}, {auth_type}, {auth_author} */
    struct slice tls_version, tls_cipher;           /* empty: no TLS */
    int64_t received_at;                            /* seconds since 1970 */
};

/* At most max_bytes of recipients go along; recipients_total tells how many there were. */
void envelope_put(struct buf *out, const struct envelope *env, size_t max_bytes);
/* Copies into the arena. false on bytes that envelope_put can't have made. */
bool envelope_get(struct wire *in, struct arena *a, struct envelope *env);

#endif
