/* net.h - what rules ask the DNS about one message
 * A function that asks has two halves: ask() sends questions off, before any rule runs, and run() takes the
 * answers, when all that needs none has run. Between them lie the questions: each belongs to a list that the
 * function keeps (struct net_questions). The same name and type asked by many rules is one question to the
 * DNS. What is denied by dns_query_restriction, or would go to a list that refuses to answer us, is not
 * asked.
 *
 * Names come out of mail: the DNS's client refuses what is no name and counts them (dns_lookups_max). */
#ifndef SCORING_NET_H
#define SCORING_NET_H

#include "scoring/check.h"
#include "scoring/eval.h"
#include "scoring/net-settings.h"
#include "scoring/rule.h"

struct net_question {
    struct slice name;
    enum dns_type type;
    struct slice zone;               /* of the list that is asked; empty: no list */
    struct slice about;              /* what is looked up there, for the report */
    const struct dns_answer *answer; /* NULL until net_answer() */
    struct net_question *next;
};

struct net_questions {
    struct net_question *first, **tail; /* zeroed: none */
};

#define NET_QUESTIONS_MAX 10000 /* of a message, whoever asks */

/* false: rules ask nothing about this message */
bool net_available(const struct check *c);
/* Asks; NULL where that may not be. name and about live as long as the message. */
struct net_question *net_ask(struct check *c, struct net_questions *to, struct slice name,
                             enum dns_type type);
/* key.zone of a list; about may be key. */
struct net_question *net_ask_list(struct check *c, struct net_questions *to, struct slice key,
                                  struct slice zone, enum dns_type type, struct slice about);
/* The answer, waited for. One that is late counts as none: the rule has not hit. */
const struct dns_answer *net_answer(struct check *c, struct net_question *q);

/* A record of a list's answer as rules see it: "127.0.0.2", or the text; empty when it is none of a list:
 * outside 127/8, or said by a list that says yes to everything. *refused: it is one of those by which a list
 * tells that it does not answer us (127.255.255.x): no listing, and only for a test that names it. */
struct slice net_listing(struct check *c, const struct net_question *q, const struct dns_record *record,
                         bool *refused);

/* All rules' ask(), one after another. */
void net_ask_all(struct check *c, enum ask_round round);
/* After all rules: a list that refuses, by dns_block_rule, is not asked for a while. hit: of that number. */
void net_finish(struct check *c, const double *values);

/* "192.0.2.1" of 4 bytes, in the arena */
struct slice net_dotted(struct arena *a, struct slice address);
/* what the DNS is asked for about an address: 1.2.0.192; empty: it is none */
struct slice net_reversed(struct check *c, struct slice address);
/* _RBL_: questions of lists that had answers, a line each */
void net_put_found(const struct check *c, struct buf *out);

#endif
