/* trust.h - which relays are ours: trusted_networks, internal_networks, msa_networks and their like
 * Networks as SpamAssassin writes them: 10.1, 10/8, 192.168.0.0/16, IPv6, `!` for "not"; the first that fits
 * decides, 127/8 and ::1 are always in. */
#ifndef SCORING_TRUST_H
#define SCORING_TRUST_H

#include "base/arena.h"
#include "base/err.h"
#include "scoring/rule-problem.h"
#include "scoring/settings.h"

struct network {
    unsigned char ip[16]; /* IPv4 as ::ffff:a.b.c.d */
    unsigned bits;        /* 0..128 */
    bool negated;
};

struct networks {
    struct network *v;
    size_t n;
    bool configured; /* a line of the admin's; else only what is always in */
};

struct trust {
    struct networks trusted, internal, msa;
    struct slice *originating_ip_headers; /* names of fields */
    size_t n_originating;
    bool always_trust_envelope_sender;
    struct slice envelope_sender_header; /* empty: none */
};

void trust_load(struct trust *t, struct arena *a, const struct settings *s, struct rule_problems *problems);
/* ip: text, IPv4 or IPv6, "IPv6:" may stand before it; no network has what is no address */
bool networks_have(const struct networks *n, struct slice ip);

/* ---- one network */

/* -1: *e says what to write */
int network_read(struct slice text, struct network *net, struct err *e);
bool network_has(const struct network *net, const unsigned char *ip);
/* ip: 16 bytes, as in struct network; false: text is no address */
bool network_address(struct slice text, unsigned char *ip);
bool network_is_v4(const struct network *net);

#endif
