/* loader.h - a loader and how a process becomes one
 * There are two kinds (engine/options.h): the rules loader, whose workers are scorers, and the virus loader,
 * whose workers scan with libclamav. What differs between them is in engine/kind.h.
 * A program that uses the engine starts a loader by executing itself with the argument --role=loader or
 * --role=virus-loader; its
 * main() calls engine_role_main() first thing, which does not return in such a process. Protocol between
 * loader and engine: engine/proto.h. */
#ifndef ENGINE_LOADER_H
#define ENGINE_LOADER_H

#include <sys/types.h>
#include "auth/options.h"
#include "base/conf.h"
#include "engine/options.h"
#include "message/limits.h"
#include "scoring/ruleset.h"

/* what a loader is told: only this role's options */
struct loader_config {
    int kind;  /* enum engine_kind */
    int bayes; /* ENGINE_RULES: descriptor of what the classifier learned, for reading alone, the caller's; 0:
                  none */
    int resolver; /* ENGINE_RULES: the clients' end of a hub (engine/resolver.h), the caller's; 0: none */
    bool dns_by_rules; /* ENGINE_RULES: where rule files say dns_available no, nobody is asked who sent it */
    bool bare;         /* ENGINE_RULES: no rules are loaded, its workers only give features */
    struct message_limits message;
    struct scoring_options scoring; /* ENGINE_RULES */
    struct auth_options auth;       /* ENGINE_RULES */
    struct engine_options engine;
    struct dns_options dns;     /* ENGINE_RULES */
    struct virus_options virus; /* ENGINE_VIRUS */
};

struct loader_account {
    bool drop; /* we are root: workers and loader become uid:gid */
    uid_t uid;
    gid_t gid;
};

/* If argv says that this is a loader: runs it and exits. Called at the top of main() by every program with an
 * engine.
 */
void engine_role_main(int argc, char **argv);
/* Starts a loader. *channel: the engine's end. 0 or -1; an error in the rules comes later, by
 * engine_wait_ready. The caller reaps *pid; the loader ends, and ends its workers, when the channel's last
 * copy is closed. */
int loader_start(const struct loader_config *c, const struct loader_account *account, pid_t *pid,
                 int *channel, struct err *e) MUST_CHECK;

/* ---- the seam between loader and workers
 * A loader forks processes that run a worker_main: scorer_main (engine/worker.h). Tests have programs of
 * their own, which give a worker that dies, hangs or lies to engine_role_main_with: no such thing is in a
 * product. */
struct worker_setup {
    const struct loader_config *config;
    const struct loaded *loaded; /* shared by all workers, see engine/kind.h */
    const char *scratch;         /* ENGINE_VIRUS: a folder of its own */
    int channel;                 /* to the engine */
    int resolver;                /* ENGINE_RULES: to the resolver; -1: no network */
    int ready;                   /* for worker_settle, which closes it */
    pid_t loader;
};
typedef void worker_main(const struct worker_setup *setup); /* does not return */

void engine_role_main_with(int argc, char **argv, worker_main *run);

/* The loader itself: until its channel is closed (0) or what it loads or the first worker fail (78). */
int loader_run(const struct loader_config *c, const struct loader_account *account, int channel,
               worker_main *run);

#endif
