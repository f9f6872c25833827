/* own-engine.h - a loader and its workers for one run of a program
 * Sandboxed like the service's, also when root calls: the workers then run as worker_user, or user, or, on a
 * machine where the service has no account, nobody. */
#ifndef CLI_OWN_ENGINE_H
#define CLI_OWN_ENGINE_H

#include <sys/types.h>
#include "engine/engine.h"
#include "policy/config.h"

struct own_engine {
    struct engine *engine; /* NULL: not started */
    pid_t loader;
    int bayes; /* set before the start: descriptor of what the classifier learned, the caller's; 0: none */
    pid_t resolver;    /* 0: none; asked only with dns = yes, and by rules */
    bool bare;         /* set before the start: rules are not loaded */
    bool dns_by_rules; /* set before the start: what rule files say of the DNS counts */
    int hub;           /* of a resolver that is not started yet; 0: none */
};

/* Without waiting for it; *e says why where s->engine stays NULL. */
void own_engine_start(struct own_engine *s, enum engine_kind kind, const struct config *c, struct err *e);
/* With dns_by_rules, once the engine is ready: starts the resolver, with the name servers of the rule files
 * where they name any. Questions wait for it meanwhile. */
void own_engine_ask(struct own_engine *s, const struct config *c);
void own_engine_stop(struct own_engine *s);

/* A resolver alone, for who asks the DNS by himself (engine/lookup.h): the clients' end of its hub, the
 * caller's; or -1. *resolver ends when that is closed: own_engine_await reaps it. */
int own_engine_resolver(const struct config *c, pid_t *resolver, struct err *e) MUST_CHECK;
void own_engine_await(pid_t *pid);

#endif
