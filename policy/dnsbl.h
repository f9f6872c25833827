/* dnsbl.h - lists of client addresses in the DNS, as votes (RFC 5782)
 * A site is written as Postfix's postscreen_dnsbl_sites has it: ZONE[=FILTER][*WEIGHT]. FILTER is an address
 * of answers that count, each part a number or [1;3..5]; without one all of 127.0.0.0/8 counts. WEIGHT may be
 * negative (a list of good ones); without one it is 1. What a list answers outside 127.0.0.0/8, and
 * 127.255.255.0/24 (a list that refuses to talk to this resolver), is never a vote. */
#ifndef POLICY_DNSBL_H
#define POLICY_DNSBL_H

#include "base/conf.h"
#include "base/dns.h"

#define DNSBL_SITES_MAX 50
#define DNSBL_WEIGHT_MAX 1000

struct dnsbl_part {
    uint64_t values[4]; /* a set of 0..255 */
};

struct dnsbl_site {
    struct slice zone; /* lower case */
    int weight;
    struct dnsbl_part parts[4];
};

struct dnsbl_sites {
    struct dnsbl_site *v;
    size_t n;
};

/* ERR_CONFIG: "SITE: what is wrong, and what to write". */
int dnsbl_sites_read(const struct conf_list *words, struct arena *a, struct dnsbl_sites *out,
                     struct err *e) MUST_CHECK;

/* The same of lists that rules ask: "TYPE ZONE" lines (engine_status). What is no such line is left out. */
void dnsbl_zones_ask(struct slice lines, struct dns *d, struct slice address);

struct dnsbl_votes {
    int sum;
    struct slice worst; /* the zone of the heaviest vote against; empty: none */
    unsigned unheard;   /* lists that did not answer, or refused to */
};

/* Whether lists are asked about an address: it is one, and not of a private or local network. */
bool dnsbl_may_ask(struct slice address);
/* Asks all, without waiting. */
void dnsbl_sites_ask(const struct dnsbl_sites *sites, struct dns *d, struct slice address);
/* Waits for the answers, until the deadline of d. */
void dnsbl_sites_count(const struct dnsbl_sites *sites, struct dns *d, struct slice address,
                       struct dnsbl_votes *votes);

#endif
