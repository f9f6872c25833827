/* rule-order.h - in which order tests run
 * By priority, then by kind: header, functions on headers, body, uri, functions on the body (mimeheader and
 * uri_detail are such), rawbody, its functions, full, its functions. What a meta depends on runs no later
 * than the meta's priority says, but what asks the network no earlier than PRIORITY_NET. */
#ifndef SCORING_RULE_ORDER_H
#define SCORING_RULE_ORDER_H

#include "scoring/rule.h"

/* After the metas are compiled: passes priorities down to what metas need, and TFLAG_NET up from there. */
void rule_inherit(struct ruleset *set);
/* Fills set->tests. */
void rule_order(struct ruleset *set);

/* After shortcircuits are known: fills set->asking. Where none ends the run, what needs answers comes behind
 * all that needs none, so that it waits while others work. */
void rule_order_asking(struct ruleset *set);

/* Rules of one priority run in this order, lowest first: header, functions of headers, body, uri ... */
int rule_kind_order(const struct rule *r);

#endif
