/* received.h - the way a message came: Received fields as relays
 * Newest first. Neutral: the clauses of RFC 5321 4.4 (from, by, via, with, id, for, date) and the address in
 * the comment behind `from`, as Postfix, Sendmail, Exim, Exchange and Gmail write them; SpamAssassin's 170
 * dialects are scoring's.
 *
 * A milter is not shown the MTA's own Received. received_synthetic() makes the field that the MTA will write,
 * from the envelope, so that the newest relay is the client. */
#ifndef MESSAGE_RECEIVED_H
#define MESSAGE_RECEIVED_H

#include "message/envelope.h"
#include "message/header.h"

struct relay {
    struct slice ip;   /* textual, canonical (inet_ntop); empty if none */
    struct slice rdns; /* name by the receiver's own look-up; empty if none or "unknown" */
    struct slice helo;
    struct slice by, with, id, for_;
    struct slice auth; /* authenticated user or a word saying so; empty if not */
    bool tls;
    bool parsed;     /* false: no clause could be read */
    bool private_ip; /* RFC 1918, 4193, 6598, loopback, link-local */
    bool synthetic;
    int64_t date;                /* seconds since 1970; -1 if absent or unreadable */
    const struct header *header; /* NULL for the synthetic one */
};

struct relay_list {
    struct relay *v;
    size_t n;
    bool truncated;
};

/* env may be NULL or without a client: then only the message's own fields. */
void received_parse(struct relay_list *list, struct arena *a, const struct header_block *b,
                    const struct envelope *env, const struct message_limits *l);
/* "Received: from HELO (NAME [IP]) by ME (Tamis) with ESMTPSA id ID; DATE\r\n", folded; every value made
 * harmless (no line ends, no parentheses). */
struct slice received_synthetic(struct arena *a, const struct envelope *env);
/* RFC 5322 3.3 date (obsolete forms and named zones too) to seconds since 1970, -1 if unreadable. */
int64_t date_parse(struct slice text);
/* "Tue, 24 Nov 2026 04:14:11 +0000"; out has 40 bytes */
void date_format(int64_t seconds, char out[40]);

#endif
