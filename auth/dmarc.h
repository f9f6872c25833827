/* dmarc.h - does what proves itself belong to the From that people see, and what does its owner ask (RFC
 * 7489) Input:  the domains of From, the results of SPF (MAIL FROM identity) and DKIM, a source of answers.
 * Output: a result with reason and the owner's policy; `aligned` of each signature (relaxed).
 *
 * From:      every address of every From field counts (three domains; more are permerror). Each must pass; of
 *            several that fail the one with the strictest policy is the result, whatever else is wrong with
 *            From. So a second From, or one that cannot be read, hides nothing.
 * Records:   at the From domain, else at the organizational domain by the public suffix list (RFC
 * 7489 3.2, not DMARCbis' tree walk), else at the public suffix above it if that record says psd=y (RFC
 * 9091). psd=n makes the domain of the record the organizational one, psd=y the one below it. Policy:    p;
 * for what lies below the record's domain sp; np where the From domain does not exist. pct (by a draw that
 * the caller makes) and t=y lower it by one step: reject, quarantine, none.
 *
 * temperror: the record, or what would have proved it, could not be asked for. The policy is not applied;
 * `at_stake` is what it might be, for whoever would rather have the message come again: nothing where the
 * From domain itself is proved, or where the policy is known and asks for nothing. Where the record of a
 * domain cannot be had because its own servers fail, the one above it speaks for it. */
#ifndef AUTH_DMARC_H
#define AUTH_DMARC_H

#include "base/dns.h"
#include "message/auth_result.h"

#define DMARC_FROM_MAX 3

struct dmarc_from {
    struct slice domain[DMARC_FROM_MAX]; /* auth_domain(), different ones */
    size_t n;
    const char *wrong; /* NULL; else why it is permerror, unless one of the domains fails: as reason */
};

struct dmarc_terms {
    unsigned draw; /* 0..99, for pct= */
    bool partial;  /* a signature that leaves some of the body unsigned (l=) proves something */
};

void dmarc_ask(struct dns *d, struct arena *a, const struct dmarc_from *from);
/* r->spf and r->signatures are read. */
void dmarc_check(struct dns *d, struct arena *a, const struct dmarc_from *from,
                 const struct dmarc_terms *terms, struct auth_results *r);
/* r->dmarc_author, from r->signatures; partial ones count, as for SpamAssassin */
void dmarc_check_author(struct dns *d, struct arena *a, const struct dmarc_from *from,
                        const struct dmarc_terms *terms, struct auth_results *r);

#endif
