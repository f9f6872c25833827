/* virus-life.h - the supervisor's side of virus loaders: started, replaced, kept
 * One loader is in force or none; one more may be loading. A new one is started when the service has become
 * ready, when the one in force says that its database is not the newest any more, when options of viruses
 * have changed with a reload, and, with back-off, after a death or a failure. The old one stays until the new
 * one is ready (concurrent), or goes first (serial); with auto, memory decides. A new one that fails leaves
 * the old one where it is. Everything goes to the gateway by control frames and comes back as calls of this.
 */
#ifndef MILTER_VIRUS_LIFE_H
#define MILTER_VIRUS_LIFE_H

#include "base/buf.h"
#include "milter/backoff.h"
#include "policy/config.h"
#include "engine/loader.h"

enum virus_phase {
    VIRUS_OFF,      /* virus_scan = no, or there is no gateway */
    VIRUS_WAITING,  /* for the time of the next try; the one in force, if any, goes on */
    VIRUS_LOADING,  /* one is on its way */
    VIRUS_DROPPING, /* serial: the old one is on its way out */
    VIRUS_DONE,     /* nothing to do */
};

struct virus_life {
    const struct loader_account *account;
    const char *scratch; /* folder, prepared */
    enum virus_phase phase;
    const struct config *config; /* of the generation in force; borrowed */
    struct buf options;          /* what the latest one was started with, as text */
    pid_t current, next;         /* loaders; 0: none */
    unsigned next_serial;
    bool again; /* something changed while one was loading */
    struct backoff backoff;
    struct err last; /* why the latest one failed: said once */
};

void virus_life_init(struct virus_life *v, const struct loader_account *account, const char *scratch);
void virus_life_deinit(struct virus_life *v);
/* This configuration is in force, with that gateway. */
void virus_life_follow(struct virus_life *v, const struct config *c, int control, unsigned *serial);
/* The gateway is gone, and the loaders with it. */
void virus_life_stop(struct virus_life *v);
/* What the gateway says; false: that serial is none of ours. */
bool virus_life_taken(struct virus_life *v, unsigned serial, int control, unsigned *last_serial);
bool virus_life_refused(struct virus_life *v, unsigned serial, const struct err *why);
void virus_life_changed(struct virus_life *v, int control, unsigned *serial);
void virus_life_gone(struct virus_life *v, int control, unsigned *serial);
/* false: no child of ours */
bool virus_life_died(struct virus_life *v, pid_t pid, int status);
/* When virus_life_tick has something to do (clock_ms); 0: not by itself. */
uint64_t virus_life_due(const struct virus_life *v);
void virus_life_tick(struct virus_life *v, int control, unsigned *serial);

#endif
