/* loader.c - load once, fork workers, keep their number; see loader.h
 * One thread, one poll: the engine's channel and the deaths of children. A worker is handed to the engine
 * when it has told that it is in its sandbox. When workers die young the next one is forked after a pause
 * that doubles up to FORK_PAUSE_MAX: short, since a flood of messages that kill must not stop other mail, and
 * long enough that forking never becomes the work of the machine. Fails: nothing loaded, no worker at the
 * first try: LOADER_FAILED, 78. Later a worker that cannot be made is logged and tried again. */
#include "engine/loader.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/ipc.h"
#include "base/log.h"
#include "base/sandbox.h"
#include "engine/handoff.h"
#include "engine/kind.h"
#include "engine/proto.h"
#include "engine/resolver.h"
#include "engine/spawn.h"
#include "message/message.h"

#define EXIT_CONFIG 78
#define WORKERS_MAX 256
/* ms */
#define YOUNG 1000
#define FORK_COST 50
#define FORK_CREDIT 10000
#define FORK_AGAIN 1000
#define RETIRE_PATIENCE 5000
#define WATCH_AGAIN 1000

struct child {
    pid_t pid; /* 0: free */
    uint32_t serial;
    uint64_t since;
    uint64_t kill_at; /* retired: to be gone by then; 0: in service */
};

struct loader {
    const struct loader_config *config;
    const struct loader_kind *kind;
    worker_main *run;
    struct loaded loaded;
    uint64_t look_at;    /* for something newer */
    int channel, deaths; /* deaths: a signalfd */
    bool ending;
    unsigned usual, want; /* workers; more than usual while some wait */
    int hub;              /* where clients of the resolver are made; -1: no network */
    int watch;            /* a client that asks nothing: its end is the resolver's; -1: to be made */
    uint64_t watch_at;    /* not before */
    uint32_t last_serial;
    uint64_t fork_at; /* not before */
    uint64_t debt;    /* ms: each death of a young worker adds FORK_COST; paid off when the clock is there */
    struct child children[2 * WORKERS_MAX]; /* those in service, and as many retired */
};

/* ---- what the engine is told */

static void tell(struct loader *l, const struct proto_loader *m, int fd)
{
    struct err e;
    struct buf out;
    buf_init(&out, 1024);
    proto_put_loader(&out, m);
    if (ipc_send(l->channel, buf_slice(&out), &fd, fd < 0 ? 0 : 1, &e) != 0)
        l->ending = true;
    buf_deinit(&out);
}

static void tell_failure(struct loader *l, const struct err *why)
{
    struct proto_loader m = { .type = PROTO_LOADER_FAILED, .status = (int32_t)why->kind };
    memcpy(m.error, why->text, sizeof(m.error));
    tell(l, &m, -1);
    if (l->ending) /* there is nobody to say it */
        log_error("%s", why->text);
}

static void tell_ready(struct loader *l)
{
    struct proto_loader m = { .type = PROTO_LOADER_READY, .pid = getpid() };
    l->kind->describe(&l->loaded, &m);
    tell(l, &m, -1);
}

/* ---- workers */

/* Without one it scores without the network. */
static int connect_worker(struct loader *l)
{
    struct err e;
    int fd = l->hub >= 0 ? resolver_connect(l->hub, &e) : -1;
    if (l->hub >= 0 && fd < 0)
        log_warning("a worker without the network: %s", e.text);
    return fd;
}

static int add_worker(struct loader *l, struct child *c, struct err *e)
{
    int channel, resolver = connect_worker(l);
    uint32_t serial = l->last_serial + 1;
    const struct worker_setup setup = { .config = l->config,
                                        .loaded = &l->loaded,
                                        .scratch = l->kind->before_worker(&l->loaded, serial),
                                        .resolver = resolver,
                                        .loader = getpid() };
    pid_t pid = spawn_worker(&setup, l->run, &channel, e);
    fd_close(&resolver);
    if (pid < 0) {
        l->kind->after_worker(&l->loaded, serial);
        return -1;
    }
    l->last_serial = serial;
    *c = (struct child){ .pid = pid, .serial = serial, .since = clock_ms() };
    struct proto_loader m = { .type = PROTO_LOADER_WORKER, .pid = pid, .serial = c->serial };
    tell(l, &m, channel);
    fd_close(&channel);
    return 0;
}

/* ---- keeping their number */

#define FOR_CHILDREN(l, c)                                                                                   \
    for (struct child * (c) = (l)->children; (c) < (l)->children + 2 * WORKERS_MAX; (c)++)

static struct child *child_with(struct loader *l, pid_t pid)
{
    FOR_CHILDREN(l, c)
    if (c->pid == pid)
        return c;
    return NULL;
}

static unsigned in_service(struct loader *l)
{
    unsigned n = 0;
    FOR_CHILDREN(l, c)
    n += c->pid && c->kill_at == 0;
    return n;
}

static void charge_young_death(struct loader *l)
{
    uint64_t now = clock_ms();
    l->debt = (l->debt > now ? l->debt : now) + FORK_COST;
    if (l->debt > now + FORK_CREDIT)
        l->fork_at = l->debt - FORK_CREDIT;
}

/* 0, or -1 when there could be no first worker. */
static int top_up(struct loader *l)
{
    struct child *free_slot;
    struct err e;
    while (!l->ending && in_service(l) < l->want && clock_ms() >= l->fork_at &&
           (free_slot = child_with(l, 0)) != NULL) {
        if (add_worker(l, free_slot, &e) == 0)
            continue;
        if (l->last_serial == 0) {
            tell_failure(l, &e);
            return -1;
        }
        log_error("%s", e.text);
        l->fork_at = clock_ms() + FORK_AGAIN;
    }
    return 0;
}

static void bury(struct loader *l, struct child *c, int status)
{
    struct proto_loader m = {
        .type = PROTO_LOADER_DEAD, .pid = c->pid, .serial = c->serial, .status = status
    };
    if (c->kill_at == 0 && clock_ms() - c->since < YOUNG)
        charge_young_death(l);
    l->kind->after_worker(&l->loaded, c->serial);
    *c = (struct child){ .pid = 0 };
    tell(l, &m, -1);
}

static void reap(struct loader *l)
{
    struct signalfd_siginfo info[16];
    int status;
    pid_t pid;
    (void)!read(l->deaths, info, sizeof(info)); /* several deaths may be one signal */
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        struct child *c = child_with(l, pid);
        if (c)
            bury(l, c, status);
    }
}

static void kill_overdue(struct loader *l)
{
    uint64_t now = clock_ms();
    FOR_CHILDREN(l, c)
    if (c->kill_at && now >= c->kill_at)
        kill(c->pid, SIGKILL);
}

/* ---- what the engine says */

/* A retired worker may work on a message yet when the next one is here. */
static uint64_t retired_until(const struct loader *l)
{
    return clock_ms() + l->config->engine.worker_deadline + SPAWN_PATIENCE + RETIRE_PATIENCE;
}

static void take_frame(struct loader *l, const struct proto_loader *m)
{
    struct child *c = child_with(l, m->pid);
    if (c == NULL || c->serial != m->serial)
        return; /* it died meanwhile */
    if (m->type == PROTO_ENGINE_KILL)
        kill(c->pid, SIGKILL);
    else if (c->kill_at == 0)
        c->kill_at = retired_until(l);
}

static void take_want(struct loader *l, const struct proto_loader *m)
{
    unsigned most = l->config->engine.workers_waiting_max, extra = (unsigned)m->status;
    l->want = l->usual + (extra < most ? extra : most);
}

static void hear_engine(struct loader *l)
{
    char buffer[1024];
    struct ipc_received got;
    struct proto_loader m;
    struct err e;
    int rc = ipc_recv(l->channel, buffer, sizeof(buffer), 0, &got, &e);
    if (rc == 1 && proto_get_loader(slice_of(buffer, got.n), &m) &&
        (m.type == PROTO_ENGINE_KILL || m.type == PROTO_ENGINE_RETIRE))
        take_frame(l, &m);
    else if (rc == 1 && m.type == PROTO_ENGINE_WANT)
        take_want(l, &m);
    else {
        if (rc != 0)
            log_error("the engine said what no engine says: the %s ends", l->kind->loader);
        l->ending = true;
    }
}

/* ---- the resolver */

/* When it dies all workers need new channels. */
static void watch_resolver(struct loader *l, short revents)
{
    const struct proto_loader m = { .type = PROTO_LOADER_RENEW };
    struct err e;
    bool renew = l->watch_at > 0;
    if (revents) {
        fd_close(&l->watch);
        renew = true;
    }
    if (l->hub < 0 || l->watch >= 0 || clock_ms() < l->watch_at)
        return;
    l->watch = resolver_connect(l->hub, &e);
    l->watch_at = l->watch < 0 ? clock_ms() + WATCH_AGAIN : 0;
    if (renew && l->watch >= 0)
        tell(l, &m, -1);
}

/* ---- life */

static void look_for_changes(struct loader *l)
{
    const struct proto_loader m = { .type = PROTO_LOADER_CHANGED };
    if (clock_ms() < l->look_at)
        return;
    l->look_at = clock_ms() + KIND_TICK;
    if (l->kind->changed(&l->loaded, l->config))
        tell(l, &m, -1);
}

static int wait_ms(struct loader *l)
{
    uint64_t now = clock_ms(), next = l->config->kind == ENGINE_VIRUS ? now + KIND_TICK : UINT64_MAX;
    if (l->hub >= 0 && l->watch < 0)
        next = now + WATCH_AGAIN;
    if (in_service(l) < l->want)
        next = l->fork_at > now ? l->fork_at : now + FORK_AGAIN;
    FOR_CHILDREN(l, c)
    if (c->kill_at && c->kill_at < next)
        next = c->kill_at > now ? c->kill_at : now + FORK_AGAIN;
    return next == UINT64_MAX ? -1 : (int)(next - now);
}

static int serve(struct loader *l)
{
    watch_resolver(l, 0);
    while (!l->ending) {
        struct pollfd pfds[] = { { .fd = l->channel, .events = POLLIN },
                                 { .fd = l->deaths, .events = POLLIN },
                                 { .fd = l->watch, .events = POLLIN } };
        if (top_up(l) != 0)
            return EXIT_CONFIG;
        if (poll(pfds, 3, wait_ms(l)) < 0 && errno != EINTR)
            bug("poll: %m");
        if (pfds[1].revents)
            reap(l);
        if (pfds[0].revents)
            hear_engine(l);
        kill_overdue(l);
        watch_resolver(l, pfds[2].revents);
        look_for_changes(l);
    }
    return 0;
}

/* None is left behind, not even one that is stopped. */
static void end_workers(struct loader *l)
{
    FOR_CHILDREN(l, c)
    if (c->pid) {
        kill(c->pid, SIGKILL);
        waitpid(c->pid, NULL, 0);
        l->kind->after_worker(&l->loaded, c->serial);
        c->pid = 0;
    }
}

static int watch_deaths(struct loader *l, struct err *e)
{
    sigset_t deaths;
    sigemptyset(&deaths);
    sigaddset(&deaths, SIGCHLD);
    sigprocmask(SIG_BLOCK, &deaths, NULL);
    l->deaths = signalfd(-1, &deaths, SFD_CLOEXEC | SFD_NONBLOCK);
    return l->deaths < 0 ? err_sys(e, "signalfd") : 0;
}

/* All that needs files and rights. */
static int prepare(struct loader *l, const struct loader_account *account, struct err *e)
{
    message_warm();
    if (watch_deaths(l, e) != 0 || l->kind->load(&l->loaded, l->config, account, e) != 0)
        return -1;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return err_sys(e, "no_new_privs");
    return account->drop ? sandbox_drop(account->uid, account->gid, NULL, 0, e) : 0;
}

static unsigned workers_wanted(const struct engine_options *o)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned n = o->workers ? o->workers : cores > 0 ? (unsigned)cores : 1;
    return n < WORKERS_MAX ? n : WORKERS_MAX;
}

int loader_run(const struct loader_config *c, const struct loader_account *account, int channel,
               worker_main *run)
{
    struct loader *l = calloc(1, sizeof(*l));
    struct err e;
    int status = EXIT_CONFIG;
    if (l == NULL)
        fatal("loader: out of memory");
    l->config = c;
    l->kind = loader_kinds[c->kind];
    l->run = run ? run : l->kind->run;
    l->channel = channel;
    l->deaths = -1;
    l->usual = l->want = workers_wanted(&c->engine);
    l->hub = c->kind == ENGINE_RULES && c->dns.dns && fcntl(LOADER_FD_RESOLVER, F_GETFD) >= 0
                 ? LOADER_FD_RESOLVER
                 : -1;
    l->watch = -1;
    if (prepare(l, account, &e) != 0)
        tell_failure(l, &e);
    else {
        tell_ready(l);
        status = serve(l);
    }
    end_workers(l);
    fd_close(&l->deaths);
    fd_close(&l->watch);
    l->kind->unload(&l->loaded);
    free(l);
    return status;
}
