/* eval-dnsbl.h - between the files of DNSEval's functions */
#ifndef SCORING_EVAL_DNSBL_H
#define SCORING_EVAL_DNSBL_H

#include "scoring/net-subtest.h"

#define DNSBL_ADDRESSES_MAX 9 /* of a message, asked of one list */

/* which relays a list is asked about, by the ending of the set's name */
enum dnsbl_relays {
    DNSBL_ALL,
    DNSBL_LAST_EXTERNAL,
    DNSBL_NOT_FIRST_HOP,
    DNSBL_FIRST_TRUSTED,
    DNSBL_UNTRUSTED
};

/* arguments of a rule: set, zone, test */
struct dnsbl {
    const struct rule *rule;
    struct slice set, zone;
    enum dnsbl_relays relays;
    enum dns_type type;
    struct net_subtest subtest;
};

/* ask() of the functions that look at relays; run() of all */
void dnsbl_ask_relays(struct check *c, const struct eval_args *args, const void *prepared,
                      enum ask_round round);
double dnsbl_run(struct check *c, const struct eval_args *args, const void *prepared);
int dnsbl_prepare(struct eval_prepare *p, void **prepared, struct err *e);
/* Asks about a host or an address; hosts that are none are not asked about. */
void dnsbl_ask_host(struct check *c, const struct dnsbl *d, struct slice host);
/* Asks for KEY.ZONE. */
void dnsbl_ask(struct check *c, const struct dnsbl *d, struct slice key, struct slice about);
/* Fills set->client_zones, when it is known which rules run. */
void dnsbl_client_zones(struct ruleset *set);
/* Whether rules ask lists at all. */
bool dnsbl_on(const struct check *c);

#endif
