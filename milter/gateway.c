/* gateway.c - the process between the MTA and the engine; see gateway.h
 * Threads: libmilter's pool (Debian: one for each connection that has something to do; elsewhere one a
 * connection), its listener (main), the control thread here, status. The control thread alone takes snapshots
 * from the supervisor, puts them in force and frees those that are done. */
#include "config.h"
#include "milter/gateway.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>
#include "base/log.h"
#include "base/os.h"
#include "base/sandbox.h"
#include "milter/callbacks.h"
#include "milter/control.h"
#include "milter/lend.h"
#include "milter/status.h"

#define THREAD_STACK (512 * 1024)        /* address space; what is touched counts */
#define PACKET_MAX (1024 * 1024)         /* of the milter protocol: a header field is one packet */
#define READY_WAIT_MS (120 * 1000)       /* for a loader to compile its rules */
#define VIRUS_READY_WAIT_MS (600 * 1000) /* for a virus loader to load its database */
#define READY_TICK_MS 50
#define REAP_TICK_MS 200
#define RULES_TICK_MS                                                                                        \
    1000 /* the engine has a thread of its own that hears of changes; this is how late we are */
#define LAST_WORDS_MS 100 /* libmilter writes an answer after our callback returned */

struct control {
    struct gateway *g;
    struct snapshot *pending; /* waits for its loader */
    uint64_t pending_until;
    struct engine *virus; /* waits for its loader */
    unsigned virus_serial;
    uint64_t virus_until;
    bool dropping;       /* the supervisor waits for the end of the virus engine */
    unsigned rules_told; /* serial of the snapshot whose rules have changed, as was said */
};

static struct gateway gateway;

/* ---- the end */

/* Waits for the messages in work, then ends the process: connections without a message are simply closed. */
static void __attribute__((noreturn)) drain_and_exit(struct gateway *g, unsigned ms)
{
    unsigned in_work, waiting, quiet = 0;
    size_t bytes;
    uint64_t give_up = clock_ms() + ms;
    atomic_store(&g->draining, true);
    do {
        usleep(LAST_WORDS_MS * 1000);
        admission_get(&g->admission, &in_work, &waiting, &bytes);
        quiet = in_work + waiting == 0 ? quiet + 1 : 0;
    } while (quiet < 2 && clock_ms() < give_up);
    if (in_work)
        log_warning("%u messages were in work at the end: their senders will try again", in_work);
    autolearning_save(g->autolearning);
    _exit(0);
}

/* ---- snapshots */

static void say(const struct control_frame *f)
{
    struct err e = { 0 };
    if (control_send(GATEWAY_FD_CONTROL, f, NULL, 0, &e) != 0)
        log_warning("to the supervisor: %s", e.text);
}

static void tell(unsigned serial, const struct err *refused)
{
    struct control_frame f = { .type = refused ? CONTROL_REFUSED : CONTROL_TAKEN, .serial = serial };
    if (refused)
        f.error = *refused;
    say(&f);
}

static struct snapshot *read_snapshot(int conf, int *channel, unsigned serial, struct err *e)
{
    struct stat st;
    struct snapshot *s = NULL;
    if (fstat(conf, &st) != 0 || st.st_size == 0) {
        err_set(e, ERR_INPUT, "an empty configuration");
        return NULL;
    }
    void *p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, conf, 0);
    if (p == MAP_FAILED) {
        err_sys(e, "configuration");
        return NULL;
    }
    s = snapshot_new(slice_of(p, (size_t)st.st_size), serial, e);
    munmap(p, (size_t)st.st_size);
    if (s == NULL)
        return NULL;
    s->engine = engine_new(ENGINE_RULES, &s->config.engine, *channel, e);
    *channel = -1; /* the engine's now, even when it failed */
    if (s->engine == NULL)
        snapshot_free(&s);
    return s;
}

static void on_snapshot(struct control *c, unsigned serial, struct ipc_received *r)
{
    struct err e = { 0 };
    snapshot_free(&c->pending);
    c->pending = read_snapshot(r->fds[0], &r->fds[1], serial, &e);
    c->pending_until = clock_ms() + READY_WAIT_MS;
    if (c->pending == NULL)
        tell(serial, &e);
}

/* Maps hold the site's options as they were when they were read. */
static void follow_rules(struct snapshot *s)
{
    static struct engine_status status;
    struct err e;
    double before = s->config.policy.required_score;
    engine_get_status(s->engine, &status);
    s->client_zones = arena_dup(&s->arena, slice_str(status.rules.client_zones));
    s->autolearns = status.rules.autolearns;
    policy_follow_rules(&s->config.policy, status.rules.required);
    if (s->config.policy.required_score == before)
        return;
    struct policy_maps *maps = policy_maps_load(&s->config.policy, &s->config.early, &s->arena, &e);
    if (maps == NULL) {
        log_warning("%s: maps keep the required_score that they were read with", e.text);
        return;
    }
    policy_maps_free(&s->maps);
    s->maps = maps;
}

/* Puts the pending one in force when its loader is ready. */
static void try_pending(struct control *c)
{
    struct err e = { 0 };
    unsigned serial = c->pending->serial;
    if (engine_wait_ready(c->pending->engine, READY_TICK_MS, &e) == 0) {
        log_set_level((enum log_level)c->pending->config.service.log_level);
        follow_rules(c->pending);
        snapshots_install(&c->g->snapshots, c->pending);
        c->pending = NULL;
        tell(serial, NULL);
    } else if (e.kind != ERR_RETRY || clock_ms() > c->pending_until) {
        snapshot_free(&c->pending);
        tell(serial, &e);
    }
}

/* ---- the virus engine */

static void on_virus(struct control *c, unsigned serial, struct ipc_received *r)
{
    struct engine_options o;
    struct err e = { 0 };
    struct snapshot *s = snapshots_take(&c->g->snapshots);
    engine_free(&c->virus);
    engine_options_virus(&o, &s->config.engine, &s->config.virus);
    snapshots_return(&c->g->snapshots, &s);
    c->virus = engine_new(ENGINE_VIRUS, &o, r->fds[0], &e);
    r->n_fds = 0; /* the engine's now */
    c->virus_serial = serial;
    c->virus_until = clock_ms() + VIRUS_READY_WAIT_MS;
    if (c->virus == NULL)
        tell(serial, &e);
}

static void try_virus(struct control *c)
{
    struct err e = { 0 };
    if (engine_wait_ready(c->virus, READY_TICK_MS, &e) == 0) {
        scanners_install(&c->g->scanners, c->virus);
        c->virus = NULL;
        tell(c->virus_serial, NULL);
    } else if (e.kind != ERR_RETRY || clock_ms() > c->virus_until) {
        engine_free(&c->virus);
        tell(c->virus_serial, &e);
    }
}

static void on_virus_drop(struct control *c)
{
    engine_free(&c->virus);
    scanners_install(&c->g->scanners, NULL);
    c->dropping = true;
}

/* What has to be seen from time to time: how many ms until the next look, -1: there is no need. */
static int look_after_scanners(struct control *c)
{
    const struct control_frame gone = { .type = CONTROL_VIRUS_GONE },
                               changed = { .type = CONTROL_VIRUS_CHANGED };
    unsigned left = scanners_reap(&c->g->scanners);
    if (c->dropping && left == 0) {
        c->dropping = false;
        say(&gone);
    }
    if (scanners_outdated(&c->g->scanners))
        say(&changed);
    return scanners_any(&c->g->scanners) || left ? REAP_TICK_MS : -1;
}

/* ---- rules */

static void look_after_rules(struct control *c)
{
    struct snapshot *s = snapshots_take(&c->g->snapshots);
    if (s && s->serial != c->rules_told && engine_changes(s->engine)) {
        const struct control_frame changed = { .type = CONTROL_RULES_CHANGED, .serial = s->serial };
        c->rules_told = s->serial;
        say(&changed);
    }
    snapshots_return(&c->g->snapshots, &s);
}

/* ---- frames */

static void on_log(struct ipc_received *r)
{
    if (log_fd() > STDERR_FILENO)
        dup3(r->fds[0], log_fd(), O_CLOEXEC);
}

static void on_frame(struct control *c)
{
    struct control_frame f;
    struct ipc_received r;
    struct err e = { 0 };
    int got = control_recv(GATEWAY_FD_CONTROL, &f, &r, &e);
    if (got == 0) {
        log_error("the supervisor is gone: stopping");
        struct snapshot *s = snapshots_take(&c->g->snapshots);
        drain_and_exit(c->g, s ? s->config.service.drain_time : 0);
    }
    if (got < 0) {
        log_error("from the supervisor: %s", e.text);
        return;
    }
    if (f.type == CONTROL_SNAPSHOT)
        on_snapshot(c, f.serial, &r);
    else if (f.type == CONTROL_VIRUS)
        on_virus(c, f.serial, &r);
    else if (f.type == CONTROL_VIRUS_DROP)
        on_virus_drop(c);
    else if (f.type == CONTROL_LOG)
        on_log(&r);
    else if (f.type == CONTROL_DRAIN)
        drain_and_exit(c->g, f.drain_ms);
    ipc_close_fds(&r);
}

static void control_step(struct control *c)
{
    struct pollfd p = { .fd = GATEWAY_FD_CONTROL, .events = POLLIN };
    int timeout = c->pending || c->virus ? 0 : look_after_scanners(c);
    look_after_rules(c);
    if (timeout < 0)
        timeout = RULES_TICK_MS;
    if (snapshots_reap(&c->g->snapshots) > 0 && timeout > REAP_TICK_MS)
        timeout = REAP_TICK_MS;
    if (poll(&p, 1, timeout) > 0)
        on_frame(c);
    if (c->pending)
        try_pending(c);
    if (c->virus)
        try_virus(c);
}

static void *control_thread(void *arg)
{
    for (;;)
        control_step(arg);
    return NULL;
}

/* ---- the beginning */

static void become(const struct control_frame *start)
{
    struct err e = { 0 };
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) { /* two a connection */
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    if (start->drop && sandbox_drop(start->uid, start->gid, NULL, 0, &e) != 0)
        fatal("gateway: %s", e.text);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        fatal("gateway: no_new_privs: %s", strerror(errno));
}

/* As the supervisor, who opened and checked it. */
static void take_key(struct gateway *g)
{
    struct err e = { 0 };
    if (keyfile_read(GATEWAY_FD_KEY, "verdict_key", 0, g->key, &e) != 0)
        fatal("gateway: %s", e.text);
    close(GATEWAY_FD_KEY);
    g->has_key = true;
}

static bool is_inet(int fd)
{
    struct sockaddr_storage at = { .ss_family = AF_UNSPEC };
    socklen_t n = sizeof(at);
    return getsockname(fd, (struct sockaddr *)&at, &n) != 0 || at.ss_family != AF_UNIX;
}

static void wait_for_start(struct gateway *g)
{
    struct control_frame f;
    struct ipc_received r;
    struct err e = { 0 };
    if (control_recv(GATEWAY_FD_CONTROL, &f, &r, &e) != 1 || f.type != CONTROL_START)
        fatal("gateway: no start from the supervisor: %s", e.text);
    become(&f);
    g->started_ms = f.started_ms;
}

/* There may be hundreds of threads: small stacks, few heaps. */
static void save_memory(void)
{
    pthread_attr_t attr;
    heap_stays_small(2);
    populate_files();
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, THREAD_STACK);
    pthread_setattr_default_np(&attr);
    pthread_attr_destroy(&attr);
}

static int start_milter(struct gateway *g, unsigned timeout_ms, struct err *e)
{
    char conn[20];
    snprintf(conn, sizeof(conn), "fd:%d", GATEWAY_FD_MILTER);
    openlog("tamisd", LOG_PID, LOG_MAIL); /* libmilter's own complaints */
    smfi_settimeout((int)(timeout_ms / 1000));
    smfi_setmaxdatasize(PACKET_MAX);
    if (smfi_register(callbacks_description(g)) != MI_SUCCESS)
        return err_set(e, ERR_SYSTEM, "libmilter does not register a filter");
    if (smfi_setconn(conn) != MI_SUCCESS || smfi_opensocket(false) != MI_SUCCESS)
        return err_set(e, ERR_SYSTEM, "this libmilter does not take an open socket (fd:N): Debian's does");
    return 0;
}

/* Its signal thread waits for these; a thread that does not block them would be ended by them. */
static void leave_signals_to_libmilter(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    sigaddset(&set, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
}

static void run(struct gateway *g)
{
    static struct control control;
    pthread_t thread;
    struct err e = { 0 };
    control.g = g;
    leave_signals_to_libmilter();
    struct snapshot *first;
    while ((first = snapshots_take(&g->snapshots)) == NULL)
        control_step(&control);
    const struct config *c = &first->config;
    g->age = age_table_new(c->policy.fault_memory);
    g->early_age = age_table_new(c->policy.fault_memory);
    g->autolearning = autolearning_new(g->spool_dir);
    if (autolearning_start(g->autolearning, &e) != 0 || status_start(g, GATEWAY_FD_STATUS, &e) != 0 ||
        start_milter(g, c->gateway.milter_timeout, &e) != 0)
        fatal("gateway: %s", e.text);
    unsigned drain_time = c->service.drain_time;
    snapshots_return(&g->snapshots, &first);
    if (pthread_create(&thread, NULL, control_thread, &control) != 0)
        fatal("gateway: no thread");
    int result = smfi_main();
    if (result != MI_SUCCESS)
        log_error("libmilter ended by itself: %d", result);
    drain_and_exit(g, drain_time); /* a SIGTERM of its own */
}

void gateway_role_main(int argc, char **argv)
{
    struct gateway *g = &gateway;
    if (argc < 3 || strcmp(argv[1], "--role=gateway") != 0 || strncmp(argv[2], "--log=", 6) != 0)
        return;
    prctl(PR_SET_NAME, "tamis-gateway");
    log_adopt(atoi(argv[2] + 6), "tamisd-gateway");
    save_memory();
    snapshots_init(&g->snapshots);
    scanners_init(&g->scanners);
    admission_init(&g->admission);
    g->lookups = lookup_pool_new(GATEWAY_FD_RESOLVER);
    lend_from(g->lookups, &g->dns);
    g->spool_dir = GATEWAY_FD_SPOOL;
    g->inet = is_inet(GATEWAY_FD_MILTER);
    take_key(g);
    wait_for_start(g);
    run(g);
    exit(70);
}
