/* engine.c - an engine's life, and its ear for the loader; see engine.h
 * One thread reads what the loader says and does nothing else. It ends when the loader closes its channel,
 * when the loader says what no loader of ours says, or by engine_free. What checks a message is check.c. */
#include "engine/engine-impl.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include "base/log.h"
#include "engine/kind.h"

static void set_state(struct engine *engine, enum engine_state state)
{
    pthread_mutex_lock(&engine->lock);
    if (engine->state == ENGINE_STARTING)
        engine->state = state;
    pthread_cond_broadcast(&engine->changed);
    pthread_mutex_unlock(&engine->lock);
}

static void take_ready(struct engine *engine, const struct proto_loader *m)
{
    pthread_mutex_lock(&engine->lock);
    engine->loader_pid = m->pid;
    if (engine->kind == ENGINE_RULES) {
        engine->rules =
            (struct ruleset_summary){ .rules = m->rules, .subrules = m->subrules, .problems = m->problems };
        engine->rules.required = (double)m->built / 1000;
        engine->rules.autolearns = m->status == 1;
        memcpy(engine->rules.hash, m->hash, sizeof(engine->rules.hash));
        memcpy(engine->rules.client_zones, m->zones, sizeof(engine->rules.client_zones));
        memcpy(engine->rules.name_servers, m->servers, sizeof(engine->rules.name_servers));
    } else {
        engine->database = (struct database_summary){ .signatures = m->rules, .built = m->built };
        memcpy(engine->database.versions, m->error, sizeof(m->error));
    }
    pthread_mutex_unlock(&engine->lock);
}

static void take_failed(struct engine *engine, const struct proto_loader *m)
{
    pthread_mutex_lock(&engine->lock);
    err_set(&engine->error, m->status == ERR_CONFIG ? ERR_CONFIG : ERR_SYSTEM, "%s", m->error);
    pthread_mutex_unlock(&engine->lock);
}

static void take_worker(struct engine *engine, const struct proto_loader *m, struct ipc_received *got)
{
    struct err e;
    got->n_fds = 0;
    if (pool_add(&engine->pool, m->pid, m->serial, got->fds[0], &e) != 0)
        log_error("%s", e.text);
    else
        set_state(engine, ENGINE_READY);
}

static void take_dead(struct engine *engine, const struct proto_loader *m)
{
    if (!pool_dead(&engine->pool, m->pid, m->serial, m->status))
        return;
    if (WIFSIGNALED(m->status))
        log_warning("%s %d died: signal %d (%s)", engine->worker, (int)m->pid, WTERMSIG(m->status),
                    strsignal(WTERMSIG(m->status)));
    else
        log_warning("%s %d ended by itself: status %d", engine->worker, (int)m->pid, WEXITSTATUS(m->status));
}

/* With its resolver a worker has lost what it was given. */
static void take_renew(struct engine *engine)
{
    log_info("the resolver died: %ss with new channels take over", engine->worker);
    pool_renew(&engine->pool);
}

static void take_changed(struct engine *engine)
{
    pthread_mutex_lock(&engine->lock);
    engine->database.changes++;
    pthread_mutex_unlock(&engine->lock);
}

unsigned engine_changes(struct engine *engine)
{
    pthread_mutex_lock(&engine->lock);
    unsigned n = engine->database.changes;
    pthread_mutex_unlock(&engine->lock);
    return n;
}

/* false: that is no frame of a loader */
static bool take_frame(struct engine *engine, struct slice frame, struct ipc_received *got)
{
    struct proto_loader m;
    if (!proto_get_loader(frame, &m) || got->n_fds != (m.type == PROTO_LOADER_WORKER ? 1 : 0))
        return false;
    switch (m.type) {
    case PROTO_LOADER_READY: take_ready(engine, &m); return true;
    case PROTO_LOADER_FAILED: take_failed(engine, &m); return true;
    case PROTO_LOADER_WORKER: take_worker(engine, &m, got); return true;
    case PROTO_LOADER_DEAD: take_dead(engine, &m); return true;
    case PROTO_LOADER_CHANGED: take_changed(engine); return true;
    case PROTO_LOADER_RENEW: take_renew(engine); return true;
    default: return false;
    }
}

/* Until the loader says something; extra workers leave meanwhile. */
static void wait_for_loader(struct engine *engine)
{
    struct pollfd pfd = { .fd = engine->loader, .events = POLLIN };
    while (poll(&pfd, 1, POOL_TICK) <= 0)
        pool_tick(&engine->pool);
}

static void *listen_to_loader(void *arg)
{
    struct engine *engine = arg;
    char buffer[4096];
    struct ipc_received got;
    struct err e;
    int rc;
    while (wait_for_loader(engine),
           (rc = ipc_recv(engine->loader, buffer, sizeof(buffer), 1, &got, &e)) == 1) {
        bool taken = take_frame(engine, slice_of(buffer, got.n), &got);
        ipc_close_fds(&got);
        if (!taken) {
            log_error("the %s said what no loader says: given up", loader_kinds[engine->kind]->loader);
            break;
        }
    }
    if (rc < 0)
        log_error("the %s is given up: %s", loader_kinds[engine->kind]->loader, e.text);
    shutdown(engine->loader, SHUT_RDWR); /* then it ends, if it has not */
    pool_lost(&engine->pool);
    set_state(engine, ENGINE_FAILED);
    return NULL;
}

/* Signals are for the program's own threads. */
static int start_thread(struct engine *engine, struct err *e)
{
    sigset_t all, old;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    errno = pthread_create(&engine->thread, NULL, listen_to_loader, engine);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    return errno ? err_sys(e, "engine: thread") : 0;
}

static void destroy(struct engine *engine)
{
    fd_close(&engine->loader);
    pool_deinit(&engine->pool);
    crash_deinit(&engine->crashes);
    pthread_cond_destroy(&engine->changed);
    pthread_mutex_destroy(&engine->lock);
    free(engine);
}

struct engine *engine_new(enum engine_kind kind, const struct engine_options *o, int loader, struct err *e)
{
    struct engine *engine = calloc(1, sizeof(*engine));
    pthread_condattr_t monotonic;
    if (engine == NULL) {
        fd_close(&loader);
        err_set(e, ERR_RETRY, "engine: out of memory");
        return NULL;
    }
    engine->kind = kind;
    engine->worker = loader_kinds[kind]->worker;
    engine->o = *o;
    engine->loader = loader;
    engine->next_id = 1;
    err_set(&engine->error, ERR_SYSTEM, "the %s ended before it was ready", loader_kinds[kind]->loader);
    pthread_mutex_init(&engine->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&engine->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    crash_init(&engine->crashes, o->crash_limit, o->crash_window);
    pool_init(&engine->pool, loader, o->worker_messages, o->workers_waiting_max);
    if (start_thread(engine, e) != 0) {
        destroy(engine);
        return NULL;
    }
    return engine;
}

void engine_free(struct engine **engine)
{
    if (*engine == NULL)
        return;
    shutdown((*engine)->loader, SHUT_RDWR); /* wakes the thread */
    pthread_join((*engine)->thread, NULL);
    destroy(*engine);
    *engine = NULL;
}

int engine_wait_ready(struct engine *engine, unsigned timeout_ms, struct err *e)
{
    uint64_t until = clock_ms() + timeout_ms;
    struct timespec ts = { .tv_sec = (time_t)(until / 1000), .tv_nsec = (long)(until % 1000) * 1000000 };
    int rc = 0;
    pthread_mutex_lock(&engine->lock);
    while (engine->state == ENGINE_STARTING && rc != ETIMEDOUT)
        rc = pthread_cond_timedwait(&engine->changed, &engine->lock, &ts);
    enum engine_state state = engine->state;
    if (state == ENGINE_FAILED && e)
        *e = engine->error;
    pthread_mutex_unlock(&engine->lock);
    if (state == ENGINE_STARTING)
        return err_set(e, ERR_RETRY, "the %s is not ready after %u ms", loader_kinds[engine->kind]->loader,
                       timeout_ms);
    return state == ENGINE_READY ? 0 : -1;
}

void engine_get_status(struct engine *engine, struct engine_status *s)
{
    memset(s, 0, sizeof(*s));
    s->messages = engine->messages;
    s->retries = engine->retries;
    s->dns = (struct engine_dns_counts){ engine->dns.asked,   engine->dns.late,      engine->dns.failed,
                                         engine->dns.refused, engine->dns.waited_ms, engine->dns.marked };
    pthread_mutex_lock(&engine->lock);
    s->rules = engine->rules;
    s->database = engine->database;
    s->loader_pid = engine->loader_pid;
    pthread_mutex_unlock(&engine->lock);
    pool_status(&engine->pool, s);
}

void engine_status_add(struct engine_status *sum, const struct engine_status *s)
{
    sum->messages += s->messages;
    sum->retries += s->retries;
    sum->deaths += s->deaths;
    sum->kills += s->kills;
    sum->lies += s->lies;
    sum->recycled += s->recycled;
    sum->dns.asked += s->dns.asked;
    sum->dns.late += s->dns.late;
    sum->dns.failed += s->dns.failed;
    sum->dns.refused += s->dns.refused;
    sum->dns.waited_ms += s->dns.waited_ms;
    sum->dns.marked += s->dns.marked;
}
