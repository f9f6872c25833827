/* lend.h - the resolver for sessions: a channel for as long as a session asks
 * What struct gateway_dns (milter/gateway.h) means in a service. */
#ifndef MILTER_LEND_H
#define MILTER_LEND_H

#include "milter/gateway.h"

/* Fills *dns, which lends from the pool as long as both live. */
void lend_from(struct lookup_pool *pool, struct gateway_dns *dns);

#endif
