/* lookup.h - the DNS for a process with many threads
 * Channels to the resolver, made when they are needed: each thread borrows one, uses it as the source of a
 * struct dns (base/dns.h), and gives it back. What was asked and not waited for is answered to nobody, but
 * known to the resolver from then on: that is how to ask ahead. Thread-safe. */
#ifndef ENGINE_LOOKUP_H
#define ENGINE_LOOKUP_H

#include "base/dns-link.h"

struct lookup_pool;

/* hub: the clients' end (engine/resolver.h), the pool's from here on; -1: no network, nothing is lent. */
struct lookup_pool *lookup_pool_new(int hub);
/* Everything was given back. */
void lookup_pool_free(struct lookup_pool **pool);
/* NULL: there is no resolver. */
struct dns_link *lookup_borrow(struct lookup_pool *pool);
void lookup_give_back(struct lookup_pool *pool, struct dns_link **link);

#endif
