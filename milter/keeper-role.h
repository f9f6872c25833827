/* keeper-role.h - the keeper as a process of tamisd
 * The supervisor executes tamisd with --role=keeper; it opens nothing but the quarantine and has only its own
 * options. It runs until the supervisor's end of its life line is closed, and is started again when it dies.
 * keeper.sock in runtime_directory is bound once and stays: who connects while there is none waits. */
#ifndef MILTER_KEEPER_ROLE_H
#define MILTER_KEEPER_ROLE_H

#include "engine/loader.h"
#include "milter/backoff.h"
#include "policy/config.h"

/* the supervisor's side */
struct keeper_role {
    pid_t pid; /* 0: none */
    int line;  /* our end of its life line */
    struct backoff backoff;
};

void keeper_role_init(struct keeper_role *k);
/* The caller's. */
struct keeper_gets {
    int listening;           /* of keeper.sock */
    int bayes, bayes_reader; /* what scorers map, to be written and to be shown; -1: none */
};
int keeper_role_start(struct keeper_role *k, const struct config *c, const struct loader_account *account,
                      const struct keeper_gets *gets, struct err *e) MUST_CHECK;
/* false: not that process */
bool keeper_role_died(struct keeper_role *k, pid_t pid, int status, unsigned delay_max);
void keeper_role_stop(struct keeper_role *k);

/* If argv says --role=keeper: runs it and exits. */
void keeper_role_main(int argc, char **argv);

#endif
