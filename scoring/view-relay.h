/* view-relay.h - Received fields as SpamAssassin reads them: X-Spam-Relays-*
 * Its dialects of Received, its walk of trust. */
#ifndef SCORING_VIEW_RELAY_H
#define SCORING_VIEW_RELAY_H

#include "scoring/trust.h"

struct view_relay {
    struct slice ip, rdns, helo, by, ident, envfrom, id, auth;
    struct slice lc_rdns, lc_helo, lc_by; /* in lower case */
    bool has_envfrom;                     /* an empty one, too */
    bool no_rdns;                         /* the MTA looks names up, and there was none */
    bool ip_private, internal, msa, trusted;
    struct slice text; /* "[ ip=A rdns=B helo=C by=D ident=E envfrom=F intl=0 id=G auth=H msa=0 ]" */
};

struct view_relays {
    struct view_relay *v; /* newest first; trusted ones, then untrusted ones; internal ones, then external */
    size_t n, n_trusted, n_internal;
    unsigned n_unparseable;
    /* indexes among all Received fields, -1: none (ALL-TRUSTED and its like are cut there) */
    int last_trusted, last_internal;
    struct slice trusted, untrusted, internal, external; /* texts joined by one blank */
};

/* received: values of all Received fields, newest first, folded or not; originating: for each of
 * trust->originating_ip_headers the value of its last field (empty: there is none). */
void view_relays_make(struct view_relays *r, struct arena *a, const struct trust *trust,
                      const struct slice *received, size_t n_received, const struct slice *originating,
                      size_t n_originating);

#endif
