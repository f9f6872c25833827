/* kind.h - what differs between the rules loader and the virus loader
 * A table of two rows. The loader itself (loader.c) forks, counts and buries workers of either kind and knows
 * neither rules nor viruses.
 *
 * Order: load (with the rights of the start, before there is any worker), drop of privileges, then a worker
 * at a time: before_worker, fork, run; after_worker when it is gone; unload at the end. changed is asked
 * every KIND_TICK ms. All of it in the loader's one thread. */
#ifndef ENGINE_KIND_H
#define ENGINE_KIND_H

#include "clamglue/virus.h"
#include "engine/loader.h"
#include "engine/proto.h"

#define KIND_TICK 500 /* ms */

struct auth;

/* what workers share */
struct loaded {
    struct ruleset *rules;           /* ENGINE_RULES */
    struct auth *auth;               /* ENGINE_RULES, with the network; workers have a copy each */
    const struct bayes_block *bayes; /* ENGINE_RULES: mapped, read-only; NULL: no classifier */
    struct clam_database *db;        /* ENGINE_VIRUS */
    struct virus_scanner *scanner;   /* ENGINE_VIRUS */
    char scratch[300];               /* ENGINE_VIRUS: folder of this loader's own */
    uint64_t seen, seen_at;          /* ENGINE_VIRUS: stamps of the database on disk */
    uint64_t told;                   /* ENGINE_VIRUS: the stamp, ENGINE_RULES: 1, when a change was said */
    uint64_t warn_at;                /* ENGINE_VIRUS: of its age again; clock_ms() */
};

struct loader_kind {
    const char *argument; /* in argv */
    const char *process;  /* name in ps and in the log: 15 bytes at most */
    const char *worker_process;
    const char *loader, *worker; /* in sentences */
    worker_main *run;
    int (*load)(struct loaded *l, const struct loader_config *c, const struct loader_account *account,
                struct err *e);
    void (*unload)(struct loaded *l);
    /* What the engine is told when all is loaded: m is a LOADER_READY. */
    void (*describe)(const struct loaded *l, struct proto_loader *m);
    /* Its scratch folder, made for worker number serial; NULL where it needs none. */
    const char *(*before_worker)(struct loaded *l, uint32_t serial);
    void (*after_worker)(struct loaded *l, uint32_t serial);
    /* Whether there is something newer to load; once for each change. */
    bool (*changed)(struct loaded *l, const struct loader_config *c);
};

extern const struct loader_kind loader_kind_rules, loader_kind_virus;
extern const struct loader_kind *const loader_kinds[ENGINE_KIND_COUNT]; /* engine/role.c */

#endif
