/* engine.h - message in, findings out
 * The client that gateway and command line share. Behind it: a loader process (compiles the rules, or loads
 * the virus database, once) and its forked, sandboxed workers: scorers, or virus workers. Who has both has
 * two engines. Thread-safe: engine_check is called by many threads at once and blocks its caller.
 *
 * A worker that dies, hangs past worker_deadline or lies (wrong id, bad lengths, names or descriptors) is
 * killed and the message tried once more by a fresh worker; the second time the result is a single class
 * finding unchecked/crash: "died", "hung" or "lied". No worker to be had before the deadline: unchecked/fault
 * "deadline"; no loader any more: "loader" (a new engine is needed); the caller gone: "gone". So there is
 * always a result, and it is never clean by accident. Deaths are counted per client address: past crash_limit
 * such a client's messages get unchecked/fault "client" at once while others go on. */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include "engine/options.h"
#include "engine/patience.h"
#include "engine/wanted.h"
#include "message/envelope.h"
#include "message/finding.h"
#include "message/spool.h"

struct engine;
struct pool_worker;

/* The name of the unchecked/fault when the loader is gone: what is needed is a new engine. */
#define ENGINE_LOST "loader"

/* loader: a channel (base/ipc.h) to a loader process, see engine/loader.h; owned by the engine from here on.
 * Starts a thread that takes workers from it. */
struct engine *engine_new(enum engine_kind kind, const struct engine_options *o, int loader, struct err *e);
/* The caller guarantees that no engine_check is running. Closes the channel: loader and workers end. */
void engine_free(struct engine **engine);
/* Waits until a worker is ready: 0, or -1: ERR_RETRY when the time is over, else the loader's own error text
 * (bad rules: ERR_CONFIG; it ended: ERR_SYSTEM). */
int engine_wait_ready(struct engine *engine, unsigned timeout_ms, struct err *e) MUST_CHECK;

struct engine_request {
    const struct envelope *envelope;
    const struct spool *spool;   /* finished */
    struct engine_wanted wanted; /* zeroed: nothing but findings */
    unsigned deadline_ms;        /* from now; 0: the option */
    /* called about every tick_ms while waiting (0: never); false: the caller is gone, give up
     * (unchecked/fault). Must return: a jump out of it would keep a worker for ever. */
    unsigned tick_ms;
    bool (*tick)(void *ctx);
    void *tick_ctx;
};

struct engine_result {
    struct finding_list findings;
    struct engine_written written;
    int text_fd; /* with WANT_TEXT: written.text bytes from its begin, the caller's to close; else -1 */
    struct engine_dns dns;
    uint64_t cpu_us;  /* of the worker that answered, for this message */
    unsigned wait_ms; /* for a free worker */
    unsigned tries;
};

/* Findings are made in `a`. With less than ENGINE_RESULT_MEMORY left there: unchecked/fault "memory". */
#define ENGINE_RESULT_MEMORY (2 * 1024 * 1024)
void engine_check(struct engine *engine, const struct engine_request *q, struct arena *a,
                  struct engine_result *r);

/* The same in two steps, so that a scorer and a virus worker look at a message side by side: engine_begin
 * waits for a worker and hands the message over, engine_finish waits for the answer. What q points to stays
 * until then, and so does the arena's room: ENGINE_RESULT_MEMORY for each call that was begun. The caller
 * owns the call; every call that was begun is finished. */
struct engine_call {
    struct engine *engine;
    const struct engine_request *q;
    struct arena *a;
    struct engine_result *r;
    struct patience patience;
    uint64_t id, since;         /* of this try; since: clock_ms() at the handover */
    struct pool_worker *worker; /* has the message */
    int text_fd;                /* where this try's text goes; -1: nowhere */
    unsigned handovers;
    bool done; /* the result stands */
};
void engine_begin(struct engine_call *c, struct engine *engine, const struct engine_request *q,
                  struct arena *a, struct engine_result *r);
void engine_finish(struct engine_call *c);
/* Both at once: the virus worker begins, as it takes longer. */
void engine_check_both(struct engine *rules, struct engine *virus, const struct engine_request *q,
                       struct arena *a, struct engine_result *of_rules, struct engine_result *of_virus);
/* Adds what another engine found and took to *r. */
void engine_result_add(struct engine_result *r, struct arena *a, const struct engine_result *more);

struct engine_status {
    unsigned workers, busy, waiting; /* now */
    uint64_t messages, retries, deaths, kills,
        lies; /* since the start; deaths: all that were not asked for */
    uint64_t recycled;
    struct engine_dns_counts {
        uint64_t asked, late, failed, refused, waited_ms;
        uint64_t marked; /* messages that were scored without an answer */
    } dns;
    int last_death; /* wait status of the latest of `deaths`; 0: none yet */
    struct ruleset_summary {
        unsigned rules, subrules, problems;
        char hash[17];
        double required;         /* required_score as files of the site say it; 0: they do not */
        char client_zones[1000]; /* lists that rules ask about a client, "TYPE ZONE\n" each */
        char name_servers[1000]; /* dns_server of rule files, "ADDRESS@PORT\n" each */
        bool autolearns;         /* messages are to be learned without anybody's word */
    } rules;                     /* ENGINE_RULES */
    struct database_summary {
        unsigned signatures;
        int64_t built;      /* seconds since 1970: the newest signatures */
        char versions[200]; /* of engine and database */
        unsigned changes;   /* times that something newer was seen on disk */
    } database;             /* ENGINE_VIRUS */
    int loader_pid;
    int worker_pids[64]; /* the first 64 */
};
void engine_get_status(struct engine *engine, struct engine_status *s);
/* Adds the counters of an engine that is gone. */
void engine_status_add(struct engine_status *sum, const struct engine_status *s);
/* How often its loader has noticed something newer to load. */
unsigned engine_changes(struct engine *engine);

#endif
