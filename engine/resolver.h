/* resolver.h - the process that asks the DNS for all others
 * A hub is a channel pair: one end is the resolver's, the other is held by whoever may make clients (a rules
 * loader, a gateway). A client is a channel of its own (resolver_connect), which a base/dns-link.h speaks
 * over. Who keeps both ends of a hub can start a resolver that died anew: clients that were made meanwhile
 * wait in the hub for it.
 *
 * The resolver executes itself as loaders do (--role=resolver), gives up root, enters its sandbox, and ends
 * when the hub's other end is closed everywhere. */
#ifndef ENGINE_RESOLVER_H
#define ENGINE_RESOLVER_H

#include "engine/loader.h"

#define RESOLVER_ARGUMENT "--role=resolver"

struct resolver_hub {
    int resolver, clients; /* ends; -1: none */
};
int resolver_hub_open(struct resolver_hub *hub, struct err *e) MUST_CHECK;
void resolver_hub_close(struct resolver_hub *hub);
/* hub: the resolver's end, the caller's. The caller reaps *pid. What is wrong with its options the resolver
 * logs; then it exits with 78. */
int resolver_start(const struct dns_options *o, const struct loader_account *account, int hub, pid_t *pid,
                   struct err *e) MUST_CHECK;
/* A new client's channel, or -1 (ERR_RETRY: too many wait for a resolver). hub: the clients' end. */
int resolver_connect(int hub, struct err *e) MUST_CHECK;

/* The process: until the hub is closed (0), or 78. */
int resolver_run(const struct dns_options *o, const struct loader_account *account, int hub);

#endif
