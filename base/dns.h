/* dns.h - questions to the DNS: asked together, waited for once
 * Who evaluates a message (auth/, scoring/) asks ahead what it can (dns_ask), does other work, and takes
 * answers when it needs them (dns_get, which waits until the message's deadline). Names and types that were
 * asked before cost nothing. Where answers come from is a dns_source: the resolver process
 * (base/dns-link.h), or a table in memory (base/dns-table.h: tests, and results that are replayed).
 *
 * An answer's bytes are hostile: what a source gives is looked over here, so that counts, lengths and names
 * are as said below; what records say is for the caller to check. Nothing here blocks past the deadline. One
 * thread.
 *
 * Names as text: dots between labels, "\DDD" for any byte; what comes back is in lower case, without a final
 * dot, with other bytes than [!-~], backslashes, and dots inside labels as \DDD. */
#ifndef BASE_DNS_H
#define BASE_DNS_H

#include <stdint.h>
#include "base/arena.h"
#include "base/slice.h"

/* RFC 1035, 3596 */
enum dns_type {
    DNS_A = 1,
    DNS_NS = 2,
    DNS_CNAME = 5,
    DNS_SOA = 6,
    DNS_PTR = 12,
    DNS_MX = 15,
    DNS_TXT = 16,
    DNS_AAAA = 28,
};

enum dns_status {
    DNS_FOUND,   /* records of the type, at least one */
    DNS_NO_DATA, /* the name is there, without such records */
    DNS_NO_NAME, /* NXDOMAIN */
    DNS_FAILED,  /* SERVFAIL, REFUSED, a signature that is no good, an answer that cannot be read */
    DNS_LATE,    /* no answer before the deadline */
    DNS_LIMIT,   /* not asked: the message or its client has asked too much, or there is no resolver */
};

#define DNS_NAME_MAX 253    /* bytes of a name as text, without a final dot; \DDD is one */
#define DNS_RECORDS_MAX 100 /* of an answer; more are left out, and `cut` is set */
#define DNS_ANSWER_MAX (64 * 1024)

struct dns_record {
    /* A: 4 bytes, AAAA: 16. TXT: its strings joined without anything between them, any bytes. NS, CNAME,
     * PTR, MX: a name; "" is the root. SOA: the primary's name. */
    struct slice data;
    unsigned preference; /* MX */
    struct dns_record *next;
};

struct dns_answer {
    enum dns_status status;
    struct slice name;  /* as asked, in lower case; empty where it could not be asked */
    enum dns_type type; /* as asked, or 0 */
    bool secure;        /* validated by DNSSEC */
    bool cut;
    uint32_t ttl;           /* seconds */
    struct slice canonical; /* where CNAMEs led to; empty: nowhere else */
    size_t n;
    struct dns_record *records; /* of the type asked, in the order of the answer */
    struct slice reason;        /* of DNS_FAILED, for logs; may be empty */
};

/* Where questions go. */
struct dns_source {
    void *ctx;
    /* Takes a question; may keep it until flush or take. false: no resolver. */
    bool (*ask)(void *ctx, uint32_t id, struct slice name, enum dns_type type);
    /* Sends on what was kept. */
    void (*flush)(void *ctx);
    /* The next answer, in `a`: 1; 0: none within timeout_ms; -1: the source is gone. */
    int (*take)(void *ctx, unsigned timeout_ms, struct arena *a, uint32_t *id, struct dns_answer *answer);
    uint32_t (*new_id)(void *ctx); /* of a question: late answers to an earlier message are no one's */
};

struct dns_limits {
    unsigned deadline_ms; /* of all waiting together, from dns_init */
    unsigned questions;   /* of a message */
};

/* The more questions have answers the less the others are waited for, down to this share of the deadline (as
 * SpamAssassin's rbl_timeout): a list that is dead must not cost every message all of it. */
#define DNS_LEAST_PERCENT 40
#define DNS_PATIENCE_MS 10 /* so long nobody is told of a wait */

struct dns_entry;

struct dns {
    struct arena *a;                 /* the message's */
    const struct dns_source *source; /* NULL: every answer is DNS_LIMIT */
    struct dns_limits limits;
    uint64_t began; /* clock_ms() */
    struct dns_entry **table, *newest;
    size_t n, n_answered; /* questions; without those that were late */
    bool gone;
    /* Called once, when it has waited longer than DNS_PATIENCE_MS; may be NULL. */
    void (*on_wait)(void *ctx);
    void *on_wait_ctx;
    /* what it was like, for report and log */
    unsigned asked, late, failed, refused; /* refused: over the limit */
    unsigned waited_ms;
};

/* source may be NULL; it and the arena outlive d. */
void dns_init(struct dns *d, struct arena *a, const struct dns_source *source,
              const struct dns_limits *limits);
/* Asks without waiting. A name that is none (empty labels, labels over 63 or 253 bytes in all) is answered
 * DNS_NO_NAME at once. A final dot is left off. */
void dns_ask(struct dns *d, struct slice name, enum dns_type type);
/* Questions go out together: now, or with the next dns_get or dns_peek. */
void dns_send(struct dns *d);
/* The answer; asks and waits when needed. Never NULL; lives as long as the message. */
const struct dns_answer *dns_get(struct dns *d, struct slice name, enum dns_type type);
/* When nothing is waited for any more, by what is here now; clock_ms(). */
uint64_t dns_ends(const struct dns *d);
/* The answer if it is there now, else NULL; reads what has come in, does not wait. */
const struct dns_answer *dns_peek(struct dns *d, struct slice name, enum dns_type type);
/* "4.3.2.1" of "1.2.3.4" (and of "::ffff:1.2.3.4"), nibbles for IPv6; empty when it is no address. In `a`. */
struct slice dns_reversed(struct arena *a, struct slice address);
const char *dns_status_name(enum dns_status status);
const char *dns_type_name(enum dns_type type);
/* 0: none of those above. "TXT", in any case. */
enum dns_type dns_type_by_name(struct slice name);

#endif
