/* resolver-role.h - the resolver as a process of tamisd, and the hub where its clients are made
 * Both ends of the hub stay with the supervisor, so that one resolver follows another and nobody has to be
 * told. With dns = no there is none; it is started anew when its options have changed. */
#ifndef MILTER_RESOLVER_ROLE_H
#define MILTER_RESOLVER_ROLE_H

#include "engine/resolver.h"
#include "milter/backoff.h"
#include "policy/config.h"

struct resolver_role {
    struct resolver_hub hub;
    pid_t pid; /* 0: none */
    struct backoff backoff;
    struct buf options; /* that it was started with, as text */
};

int resolver_role_init(struct resolver_role *r, struct err *e) MUST_CHECK;
/* Starts it, if it is wanted and it is time, or ends it. */
void resolver_role_follow(struct resolver_role *r, const struct config *c,
                          const struct loader_account *account);
/* false: not that process */
bool resolver_role_died(struct resolver_role *r, pid_t pid, int status, unsigned delay_max);
/* When resolver_role_follow has something to do; 0: not by itself. */
uint64_t resolver_role_due(const struct resolver_role *r);
void resolver_role_stop(struct resolver_role *r);

#endif
