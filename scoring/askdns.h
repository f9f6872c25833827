/* askdns.h - askdns NAME TEMPLATE TYPE TEST: a question to the DNS, made of tags
 * `askdns X _AUTHORDOMAIN_.list.example A 127.0.0.2`: each value of each tag makes a question. The rule hits
 * where an answer has a record of the type that fits the test (net-subtest.h), or any without one. */
#ifndef SCORING_ASKDNS_H
#define SCORING_ASKDNS_H

#include "scoring/net-subtest.h"

#define ASKDNS_TAGS_MAX 8
#define ASKDNS_NAMES_MAX 100 /* questions of a rule */

struct askdns {
    struct slice template;
    struct slice tags[ASKDNS_TAGS_MAX]; /* each once, without the _ around it */
    size_t n_tags;
    struct slice zone; /* what stands behind the last tag; empty: nothing */
    bool late;         /* a tag is not known before signatures are */
    enum dns_type type;
    struct net_subtest subtest;
};

/* text: what stands behind the rule's name. NULL: *e says what to write. NOT_SUPPORTED: types of records that
 * are not understood here. */
int askdns_read(struct arena *a, const struct net_settings *s, struct slice text, struct askdns *out,
                struct err *e);
void askdns_ask(struct check *c, const struct rule *r, enum ask_round round);
double askdns_run(struct check *c, const struct rule *r);

#endif
