/* net-subtest.h - what an answer of a list must be for a rule to hit
 * Three dialects of SpamAssassin's: check_rbl's (a mask of bits, an address, else a pattern without
 * delimiters), uridnssub's (mask, N-M, VALUE/MASK; numbers decimal, 0x, or as an address), and askdns's (as
 * that, or /pattern/, "text", [NXDOMAIN,...]). What a list says when it refuses to answer (127.255.255.x)
 * fits only a test that names it. */
#ifndef SCORING_NET_SUBTEST_H
#define SCORING_NET_SUBTEST_H

#include "scoring/net.h"

enum net_subtest_kind {
    SUBTEST_ANY,
    SUBTEST_MASK,
    SUBTEST_RANGE,
    SUBTEST_MASKED,
    SUBTEST_TEXT,
    SUBTEST_PATTERN,
    SUBTEST_RCODES
};

struct net_subtest {
    enum net_subtest_kind kind;
    uint64_t low, high;  /* MASK: low; RANGE: both; MASKED: value and mask */
    struct slice text;   /* as written; TEXT: what is compared */
    struct regex *re;    /* PATTERN */
    uint32_t rcodes;     /* RCODES: bits */
    bool names_refusals; /* 127.255.255.x */
};

/* -1: *e says what to write. An empty text is SUBTEST_ANY. Patterns are kept by p->set->net. */
int net_subtest_rbl(struct net_subtest *t, struct eval_prepare *p, struct slice text, struct err *e);
int net_subtest_pattern(struct net_subtest *t, struct eval_prepare *p, struct slice text, struct err *e);
int net_subtest_uri(struct net_subtest *t, struct slice text, struct err *e);
int net_subtest_askdns(struct net_subtest *t, struct arena *a, const struct net_settings *s,
                       struct slice text, struct err *e);

/* text: what the record says; address: it is one ("127.0.0.2"); refused: see net_listing(). */
bool net_subtest_fits(struct check *c, const struct net_subtest *t, struct slice text, bool address,
                      bool refused);

#endif
