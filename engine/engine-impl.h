/* engine-impl.h - what an engine is made of; for engine.c (life, loader) and check.c (one message) only */
#ifndef ENGINE_ENGINE_IMPL_H
#define ENGINE_ENGINE_IMPL_H

#include <stdatomic.h>
#include "engine/crash.h"
#include "engine/engine.h"
#include "engine/pool.h"
#include "engine/proto.h"

enum engine_state { ENGINE_STARTING, ENGINE_READY, ENGINE_FAILED };

struct engine {
    enum engine_kind kind;
    const char *worker; /* what one is called */
    struct engine_options o;
    int loader; /* channel; read by the thread only */
    pthread_t thread;
    struct pool pool;
    struct crash_table crashes;
    _Atomic uint64_t next_id, messages, retries;
    struct {
        _Atomic uint64_t asked, late, failed, refused, waited_ms, marked;
    } dns; /* as struct engine_dns_counts */
    /* under lock */
    pthread_mutex_t lock;
    pthread_cond_t changed;
    enum engine_state state;
    struct err error; /* ENGINE_FAILED */
    struct ruleset_summary rules;
    struct database_summary database;
    int loader_pid;
};

#endif
