/* agent.h - one message to one recipient
 * The recipient is looked up by the caller's process; all that touches a user's files, and all that reads the
 * message, runs in a child that is the user and nobody else. The child has a deadline; one that dies or
 * passes it is a temporary failure. */
#ifndef DELIVERY_AGENT_H
#define DELIVERY_AGENT_H

#include "base/keyfile.h"
#include "delivery/answer.h"
#include "delivery/users.h"
#include "policy/config.h"

struct agent {
    const struct config *config;
    const struct users *users;
    bool has_key;
    unsigned char key[KEYFILE_BYTES];
    char host[256];
    int spool_dir; /* for large messages; -1: none */
};

/* Opens what is opened once. config and users stay the caller's. */
void agent_init(struct agent *g, const struct config *config, const struct users *users);

/* The key of verdicts anew: tamisd may have made one since. -1: what was read before stays. */
int agent_read_key(struct agent *g, struct err *e);

struct agent_recipient {
    struct slice address; /* as the MTA wrote it */
    struct slice before;  /* before aliases; or empty */
    struct users_address parts;
    struct user user;
};

/* Fills r, whose texts live in the arena. */
int agent_find(const struct agent *g, struct slice address, struct arena *a, struct agent_recipient *r,
               struct answer *answer) MUST_CHECK;

struct agent_mail {
    struct slice text; /* LF */
    bool has_sender;
    struct slice sender;
};

/* *answer is what to say; one line is logged. */
void agent_deliver(const struct agent *g, const struct agent_mail *m, const struct agent_recipient *r,
                   struct answer *answer);

#endif
