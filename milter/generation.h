/* generation.h - one loaded configuration, with the rules loader that belongs to it
 * The supervisor's side of a snapshot: made at start and at each reload, handed to the gateway, replaced
 * whole. */
#ifndef MILTER_GENERATION_H
#define MILTER_GENERATION_H

#include "engine/loader.h"
#include "policy/config.h"

struct generation {
    unsigned serial; /* of the last offer to the gateway */
    bool taken;      /* the gateway said yes to it */
    struct arena arena;
    struct config config;
    int gateway_conf; /* sealed memfd: the gateway's options */
    pid_t loader;     /* 0: none */
};

/* path: the file, NULL for none. Problems are logged with file and line. */
struct generation *generation_load(const char *path, const char *const *set, size_t n_set, struct err *e);
void generation_free(struct generation **g);
/* Starts a loader; *channel is the engine's end. bayes, resolver: as in struct loader_config. */
int generation_start_loader(struct generation *g, const struct loader_account *account, int bayes,
                            int resolver, int *channel, struct err *e) MUST_CHECK;

#endif
