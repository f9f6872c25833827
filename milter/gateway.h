/* gateway.h - what all sessions of the gateway share, and how a process becomes one
 * The supervisor executes tamisd with --role=gateway; gateway_role_main() then never returns. Descriptors are
 * inherited at fixed numbers. */
#ifndef MILTER_GATEWAY_H
#define MILTER_GATEWAY_H

#include <stdatomic.h>
#include "engine/lookup.h"
#include "milter/admission.h"
#include "milter/autolearn.h"
#include "milter/dmarc-tally.h"
#include "milter/scanners.h"
#include "milter/snapshot.h"
#include "base/dns.h"
#include "base/keyfile.h"
#include "policy/age.h"

enum {
    GATEWAY_FD_CONTROL = 3, /* milter/control.h */
    GATEWAY_FD_MILTER,      /* listening */
    GATEWAY_FD_STATUS,      /* listening */
    GATEWAY_FD_SPOOL,       /* directory */
    GATEWAY_FD_KEY,         /* verdict_key; closed once it is read */
    GATEWAY_FD_LOG,         /* log file; closed for syslog, stderr */
    GATEWAY_FD_RESOLVER,    /* where its clients are made (engine/resolver.h) */
    GATEWAY_FD_END
};

enum gateway_count {
    COUNT_TOTAL, /* messages that reached their end */
    COUNT_CLEAN,
    COUNT_TAGGED,
    COUNT_HELD,
    COUNT_REJECTED,
    COUNT_TEMPFAILED,
    COUNT_DISCARDED,
    COUNT_ABORTED, /* ended by the other side */
    COUNT_EARLY,   /* recipients and clients refused before a message was read; not in the total */
    COUNT_COUNT
};

/* keeper_redeem's type (keeper/client-release.h) */
struct keeper_pass;
typedef int gateway_redeem_fn(const char *socket, struct slice mark, const unsigned char hash[32],
                              struct slice recipient, struct slice client_address, unsigned timeout_ms,
                              struct arena *a, struct keeper_pass *pass, struct err *e);

/* Where sessions ask the DNS: a source for one thread, and back. The seam where a test puts answers of its
 * own. */
struct gateway_loan {
    const struct dns_source *source;
    struct dns_link *link; /* the service's own */
};
struct gateway_dns {
    void *ctx;
    /* false: there is no resolver just now */
    bool (*take)(void *ctx, struct slice client_address, struct gateway_loan *loan);
    void (*give)(void *ctx, struct gateway_loan *loan);
};

struct gateway {
    struct snapshots snapshots;
    struct scanners scanners;
    struct admission admission;
    struct lookup_pool *lookups; /* NULL: in tests of sessions */
    struct age_table *age;
    struct age_table *early_age; /* of clients whose SPF could not be asked for */
    struct dmarc_tally dmarc;
    struct autolearning *autolearning; /* NULL: nothing is learned by itself */
    int spool_dir;
    bool inet;    /* the milter's socket is one of the network, whatever a reload has made of milter_listen */
    bool has_key; /* else no verdict is signed: tests of sessions */
    unsigned char key[KEYFILE_BYTES]; /* of X-Tamis-Verdict */
    atomic_bool draining;             /* no new messages */
    atomic_uint_fast64_t next_id;
    atomic_uint_fast64_t counts[COUNT_COUNT];
    uint64_t started_ms;       /* of the service, CLOCK_MONOTONIC */
    struct gateway_dns dns;    /* take NULL: nobody is to be asked */
    gateway_redeem_fn *redeem; /* the seam where a test puts a keeper of its own; NULL: keeper_redeem */
};

static inline void gateway_count(struct gateway *g, enum gateway_count what)
{
    atomic_fetch_add_explicit(&g->counts[what], 1, memory_order_relaxed);
}

void gateway_role_main(int argc, char **argv);

#endif
