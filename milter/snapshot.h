/* snapshot.h - configuration and engine that belong together
 * Immutable, swapped whole, counted by the messages that use it: a message ends under the rules it began
 * with. The one in force is `current`; those replaced are retired and freed by snapshot_reap when their last
 * message is done, on the thread that calls it (freeing an engine waits for its processes).
 * Thread-safe. */
#ifndef MILTER_SNAPSHOT_H
#define MILTER_SNAPSHOT_H

#include "engine/engine.h"
#include "keeper/client.h"
#include "milter/counted.h"
#include "policy/config.h"
#include "policy/maps.h"
#include "policy/signer.h"

/* engine_check's type: the seam where a test puts an engine of its own */
typedef void snapshot_check_fn(struct engine *engine, const struct engine_request *q, struct arena *a,
                               struct engine_result *r);

/* keeper_hold's type, the same for the quarantine */
typedef int snapshot_hold_fn(const char *socket, const struct spool *spool, const struct keeper_entry *entry,
                             unsigned timeout_ms, char id[KEEPER_ID_SIZE], struct err *e);

struct snapshot {
    struct counted counted; /* first */
    unsigned serial;
    struct arena arena; /* of the configuration's texts */
    struct config config;
    struct policy_maps *maps;
    struct signer *signer;
    struct dnsbl_sites dnsbl;
    struct slice client_zones; /* lists that rules ask about a client, see engine_status */
    struct engine *engine;
    bool autolearns; /* its rules say so */
    snapshot_check_fn *check;
    snapshot_hold_fn *hold;
};

/* From a role's configuration text. The engine is set by the caller. */
struct snapshot *snapshot_new(struct slice conf_text, unsigned serial, struct err *e);
/* With its engine. */
void snapshot_free(struct snapshot **s);

struct snapshots {
    struct counted_set set;
    struct engine_status past; /* counters of engines that are gone; under the set's lock */
};

void snapshots_init(struct snapshots *all);
void snapshots_deinit(struct snapshots *all); /* no user may be left */
/* The one in force, for a message; never NULL after the first snapshots_install. */
struct snapshot *snapshots_take(struct snapshots *all);
/* NULL-safe; sets *s to NULL. */
void snapshots_return(struct snapshots *all, struct snapshot **s);
/* Where another one is in force by now: takes that one in place of *s. */
bool snapshots_renew(struct snapshots *all, struct snapshot **s);
/* Puts s in force; the one before is retired. */
void snapshots_install(struct snapshots *all, struct snapshot *s);
/* Frees retired ones that nobody uses; how many are left. */
unsigned snapshots_reap(struct snapshots *all);
/* Of the current engine, with counters of those before it added. */
void snapshots_status(struct snapshots *all, struct engine_status *s);

#endif
