/* supervisor.c - the parent of all processes; see supervisor.h
 * One thread, one poll: signals, the gateway's channel, and timers. */
#include "config.h"
#include "keeper/bayes-live.h"
#include "milter/supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/ipc.h"
#include "base/log.h"
#include "milter/backoff.h"
#include "milter/control.h"
#include "milter/directories.h"
#include "milter/gateway.h"
#include "milter/generation.h"
#include "milter/holdings.h"
#include "milter/keeper-role.h"
#include "milter/resolver-role.h"
#include "base/notify.h"
#include "milter/signals.h"
#include "milter/spawn.h"
#include "milter/virus-life.h"

#define STOP_GRACE_MS 3000 /* beyond drain_time, then SIGKILL */

struct supervisor {
    const struct supervisor_options *o;
    struct holdings h;
    struct virus_life virus;
    struct keeper_role keeper;
    struct resolver_role resolver;
    char scratch[PATH_MAX];
    int signals;
    uint64_t started_ms;
    unsigned serial;
    struct generation *current, *next; /* in force; offered and not yet taken */
    pid_t gateway;
    int control; /* the gateway's channel */
    struct backoff gateway_backoff, loader_backoff;
    int ready_fd;
    bool stopping, reload_wanted, quit;
    uint64_t kill_at;
    int exit_code;
};

/* A poll's timeout that ends at a time, too. */
static int until(uint64_t at, int timeout)
{
    uint64_t now = clock_ms();
    if (at == 0)
        return timeout;
    if (at <= now)
        return 0;
    int left = at - now > INT_MAX ? INT_MAX : (int)(at - now);
    return timeout < 0 || left < timeout ? left : timeout;
}

/* ---- start and end of the service */

static void cannot_start(struct supervisor *s, const char *what)
{
    log_error("cannot start: %s", what);
    if (log_fd() != STDERR_FILENO) /* who typed the command reads it here */
        fprintf(stderr, "tamisd: cannot start: %s\n", what);
    s->exit_code = EXIT_CANNOT_START;
    s->quit = true;
}

static void announce(struct supervisor *s)
{
    char text[100];
    snprintf(text, sizeof(text), "Filtering on %s", s->current->config.service.milter_listen);
    notify_ready(text);
    if (s->ready_fd >= 0) {
        (void)!write(s->ready_fd, "+", 1);
        fd_close(&s->ready_fd);
    }
}

/* Everything before the first process. */
static int prepare(struct supervisor *s, struct err *e)
{
    s->next = generation_load(s->o->conf_path, s->o->set, s->o->n_set, e);
    if (s->next == NULL)
        return -1;
    const struct service_options *o = &s->next->config.service;
    if (log_open(o->log, "tamisd", e) != 0)
        return -1;
    log_set_level((enum log_level)o->log_level);
    if (holdings_open(&s->h, &s->next->config, e) != 0)
        return -1;
    virus_life_init(&s->virus, &s->h.worker, s->scratch);
    return directories_scratch(&s->next->config, &s->h.worker, s->scratch, e);
}

/* ---- the gateway */

static const struct service_options *service(const struct supervisor *s)
{
    return &(s->current ? s->current : s->next)->config.service;
}

static int start_gateway(struct supervisor *s, struct err *e)
{
    int pair[2], log = log_fd() > STDERR_FILENO ? log_fd() : -1;
    char log_word[20];
    char *const argv[] = { (char *)"tamisd", (char *)"--role=gateway", log_word, NULL };
    const struct control_frame start = {
        .type = CONTROL_START,
        .drop = s->h.gateway.drop,
        .uid = s->h.gateway.uid,
        .gid = s->h.gateway.gid,
        .started_ms = s->started_ms,
    };
    snprintf(log_word, sizeof(log_word), "--log=%d",
             log >= 0       ? GATEWAY_FD_LOG
             : log_fd() < 0 ? -1
                            : STDERR_FILENO);
    if (ipc_pair(pair, e) != 0)
        return -1;
    const int fds[] = { pair[1], s->h.milter_fd,         s->h.status_fd, s->h.spool_fd, s->h.key_fd,
                        log,     s->resolver.hub.clients };
    int failed = spawn_self(argv, fds, sizeof(fds) / sizeof(fds[0]), &s->gateway, e);
    close(pair[1]);
    s->control = pair[0];
    if (failed || control_send(s->control, &start, NULL, 0, e) != 0) {
        fd_close(&s->control);
        return -1;
    }
    fcntl(s->control, F_SETFL, O_NONBLOCK);
    backoff_started(&s->gateway_backoff, clock_ms());
    return 0;
}

/* Without it mail is scored by rules alone. */
static int bayes_reader(const struct supervisor *s)
{
    struct err e;
    int fd = s->h.bayes_fd < 0 ? -1 : bayes_live_reader(s->h.bayes_fd, &e);
    if (fd < 0 && s->h.bayes_fd >= 0)
        log_warning("%s: mail is scored without the classifier", e.text);
    return fd;
}

/* With quarantine_method = hold, too: what was stored before can be let out, and somebody must say that a
 * mark is none. Started before the first loader, which asks what the classifier knows. */
static void keep_keeper(struct supervisor *s)
{
    struct err e = { 0 };
    const struct generation *g = s->current ? s->current : s->next;
    if (g == NULL || s->stopping || s->keeper.pid || s->keeper.backoff.retry_at > clock_ms())
        return;
    struct keeper_gets gets = { s->h.keeper_fd, s->h.bayes_fd, bayes_reader(s) };
    if (keeper_role_start(&s->keeper, &g->config, &s->h.gateway, &gets, &e) != 0) {
        log_error("keeper: %s", e.text);
        s->keeper.pid = 0;
        backoff_died(&s->keeper.backoff, clock_ms(), service(s)->restart_delay_max);
    }
    fd_close(&gets.bayes_reader);
}

static void keep_resolver(struct supervisor *s)
{
    const struct generation *g = s->current ? s->current : s->next;
    if (!s->stopping && g)
        resolver_role_follow(&s->resolver, &g->config, &s->h.worker);
}

/* A new loader for it, and both to the gateway, which answers when the loader is ready. */
static int offer(struct supervisor *s, struct generation *g, struct err *e)
{
    int channel = -1, bayes = bayes_reader(s);
    g->serial = ++s->serial;
    g->taken = false;
    int started = generation_start_loader(g, &s->h.worker, bayes, s->resolver.hub.clients, &channel, e);
    fd_close(&bayes);
    if (started != 0)
        return -1;
    const struct control_frame f = { .type = CONTROL_SNAPSHOT, .serial = g->serial };
    const int fds[] = { g->gateway_conf, channel };
    int failed = control_send(s->control, &f, fds, 2, e);
    close(channel); /* without the gateway the loader ends by itself */
    backoff_started(&s->loader_backoff, clock_ms());
    return failed;
}

static int begin(struct supervisor *s, struct err *e)
{
    keep_keeper(s);
    return offer(s, s->next, e);
}

static void offer_again(struct supervisor *s)
{
    struct err e = { 0 };
    s->loader_backoff.retry_at = 0;
    if (s->gateway == 0 || s->current == NULL)
        return;
    if (offer(s, s->current, &e) != 0) {
        log_error("rules loader: %s", e.text);
        backoff_died(&s->loader_backoff, clock_ms(), service(s)->restart_delay_max);
    }
}

static void restart_gateway(struct supervisor *s)
{
    struct err e = { 0 };
    s->gateway_backoff.retry_at = 0;
    if (start_gateway(s, &e) != 0) {
        log_error("gateway: %s", e.text);
        s->gateway = 0;
        backoff_died(&s->gateway_backoff, clock_ms(), service(s)->restart_delay_max);
        return;
    }
    offer_again(s);
}

/* ---- reload */

static void reload(struct supervisor *s)
{
    struct err e = { 0 };
    struct buf changed;
    if (s->next || s->gateway == 0) { /* one after the other */
        s->reload_wanted = true;
        return;
    }
    s->reload_wanted = false;
    notify_reloading();
    s->next = generation_load(s->o->conf_path, s->o->set, s->o->n_set, &e);
    if (s->next == NULL || offer(s, s->next, &e) != 0) {
        log_error("reload refused, the old configuration stays: %s", e.text);
        generation_free(&s->next);
        announce(s);
        return;
    }
    buf_init(&changed, LOG_LINE_MAX);
    conf_needs_restart(&config_schema, &s->current->config, &s->next->config, &changed);
    if (changed.n)
        log_warning("these options change with a restart only: %s", changed.p);
    buf_deinit(&changed);
}

static void on_taken(struct supervisor *s, unsigned serial)
{
    if (virus_life_taken(&s->virus, serial, s->control, &s->serial))
        return;
    if (s->next && s->next->serial == serial) {
        bool first = s->current == NULL;
        generation_free(&s->current);
        s->current = s->next;
        s->next = NULL;
        log_set_level((enum log_level)s->current->config.service.log_level);
        log_info("%s", first ? "service is ready" : "reload done: new configuration and rules are in force");
        announce(s);
    } else if (!s->current || s->current->serial != serial)
        return;
    s->current->taken = true;
    s->loader_backoff.retry_at = 0;
    if (s->current->loader == 0) /* it died between being ready and being taken */
        backoff_died(&s->loader_backoff, clock_ms(), service(s)->restart_delay_max);
    keep_keeper(s);
    keep_resolver(s);
    virus_life_follow(&s->virus, &s->current->config, s->control, &s->serial);
    if (s->reload_wanted && !s->next)
        reload(s);
}

static void on_refused(struct supervisor *s, const struct control_frame *f)
{
    if (virus_life_refused(&s->virus, f->serial, &f->error))
        return;
    if (s->next && s->next->serial == f->serial) {
        if (s->current == NULL) {
            cannot_start(s, f->error.text);
            return;
        }
        log_error("reload refused, the old configuration and rules stay: %s", f->error.text);
        generation_free(&s->next);
        announce(s);
    } else if (s->current && s->current->serial == f->serial && s->loader_backoff.retry_at == 0) {
        log_error("rules loader: %s", f->error.text);
        backoff_died(&s->loader_backoff, clock_ms(), service(s)->restart_delay_max);
    }
}

/* The same configuration and rule files, loaded anew. A reload that is under way does that as well. */
static void on_rules_changed(struct supervisor *s, unsigned serial)
{
    if (s->next == NULL && s->current && s->current->serial == serial && s->current->taken && !s->stopping)
        offer_again(s);
}

static void on_control(struct supervisor *s)
{
    struct control_frame f;
    struct ipc_received r;
    struct err e = { 0 };
    int got = control_recv(s->control, &f, &r, &e);
    if (got < 0 && e.kind == ERR_RETRY)
        return;
    if (got <= 0) { /* it is dying; SIGCHLD says the rest */
        if (got < 0)
            log_error("gateway: %s", e.text);
        fd_close(&s->control);
        if (s->gateway)
            kill(s->gateway, SIGTERM);
        return;
    }
    ipc_close_fds(&r);
    if (f.type == CONTROL_TAKEN)
        on_taken(s, f.serial);
    else if (f.type == CONTROL_REFUSED)
        on_refused(s, &f);
    else if (f.type == CONTROL_VIRUS_CHANGED)
        virus_life_changed(&s->virus, s->control, &s->serial);
    else if (f.type == CONTROL_RULES_CHANGED)
        on_rules_changed(s, f.serial);
    else if (f.type == CONTROL_VIRUS_GONE)
        virus_life_gone(&s->virus, s->control, &s->serial);
}

/* ---- deaths */

static const char *how(int status, char out[60])
{
    if (WIFSIGNALED(status))
        snprintf(out, 60, "killed by signal %d (%s)", WTERMSIG(status), strsignal(WTERMSIG(status)));
    else
        snprintf(out, 60, "exit %d", WEXITSTATUS(status));
    return out;
}

static void gateway_died(struct supervisor *s, int status)
{
    char text[60], first[100];
    s->gateway = 0;
    fd_close(&s->control);
    virus_life_stop(&s->virus);
    if (s->stopping) {
        s->quit = true;
        return;
    }
    if (s->current == NULL) {
        snprintf(first, sizeof(first), "the gateway died at once: %s", how(status, text));
        cannot_start(s, first);
        return;
    }
    if (s->next) { /* what it was about to take is offered to its successor */
        generation_free(&s->next);
        s->reload_wanted = true;
    }
    backoff_died(&s->gateway_backoff, clock_ms(), service(s)->restart_delay_max);
    log_error("the gateway died: %s; a new one starts in %d ms", how(status, text),
              until(s->gateway_backoff.retry_at, -1));
}

static void loader_died(struct supervisor *s, struct generation *g, int status)
{
    char text[60];
    g->loader = 0;
    if (g != s->current || !g->taken || s->stopping || s->gateway == 0)
        return; /* the gateway sees it and refuses */
    backoff_died(&s->loader_backoff, clock_ms(), service(s)->restart_delay_max);
    log_error("the rules loader died: %s; a new one starts in %d ms", how(status, text),
              until(s->loader_backoff.retry_at, -1));
}

static void reap(struct supervisor *s)
{
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        if (pid == s->gateway)
            gateway_died(s, status);
        else if (s->current && pid == s->current->loader)
            loader_died(s, s->current, status);
        else if (s->next && pid == s->next->loader)
            loader_died(s, s->next, status);
        else if (!resolver_role_died(&s->resolver, pid, status, service(s)->restart_delay_max) &&
                 !keeper_role_died(&s->keeper, pid, s->stopping ? 0 : status,
                                   service(s)->restart_delay_max) &&
                 !virus_life_died(&s->virus, pid, status))
            log_debug("process %d ended", (int)pid);
    }
}

/* ---- stopping */

static void stop(struct supervisor *s)
{
    struct err e = { 0 };
    const struct control_frame drain = { .type = CONTROL_DRAIN, .drain_ms = service(s)->drain_time };
    if (s->stopping) { /* said twice */
        s->kill_at = clock_ms();
        return;
    }
    s->stopping = true;
    notify_stopping();
    log_info("stopping: the messages in work get %u s", drain.drain_ms / 1000);
    s->kill_at = clock_ms() + drain.drain_ms + STOP_GRACE_MS;
    if (s->gateway == 0)
        s->quit = true;
    else if (s->control < 0 || control_send(s->control, &drain, NULL, 0, &e) != 0)
        s->kill_at = clock_ms();
}

static void reopen_log(struct supervisor *s)
{
    struct err e = { 0 };
    const struct control_frame f = { .type = CONTROL_LOG };
    int fd = log_fd();
    log_reopen();
    if (fd > STDERR_FILENO && s->control >= 0 && control_send(s->control, &f, &fd, 1, &e) != 0)
        log_warning("the gateway keeps the old log file: %s", e.text);
}

static void on_signals(struct supervisor *s)
{
    unsigned char numbers[64];
    ssize_t n = read(s->signals, numbers, sizeof(numbers));
    for (ssize_t i = 0; i < n; i++)
        switch (numbers[i]) {
        case SIGCHLD: reap(s); break;
        case SIGTERM:
        case SIGINT: stop(s); break;
        case SIGUSR1: reopen_log(s); break;
        case SIGHUP:
            reopen_log(s);
            reload(s);
            break;
        }
}

static void run_timers(struct supervisor *s)
{
    uint64_t now = clock_ms();
    if (s->kill_at && s->kill_at <= now && s->gateway) {
        kill(s->gateway, SIGKILL);
        s->kill_at = 0;
    }
    if (s->stopping)
        return;
    if (s->gateway_backoff.retry_at && s->gateway_backoff.retry_at <= now)
        restart_gateway(s);
    if (s->loader_backoff.retry_at && s->loader_backoff.retry_at <= now)
        offer_again(s);
    keep_keeper(s);
    keep_resolver(s);
    if (s->gateway)
        virus_life_tick(&s->virus, s->control, &s->serial);
}

static void loop(struct supervisor *s)
{
    while (!s->quit) {
        struct pollfd p[] = { { .fd = s->signals, .events = POLLIN },
                              { .fd = s->control, .events = POLLIN } };
        int timeout = until(s->kill_at, -1);
        timeout = until(s->gateway_backoff.retry_at, timeout);
        timeout = until(s->loader_backoff.retry_at, timeout);
        if (!s->stopping) {
            timeout = until(virus_life_due(&s->virus), timeout);
            timeout = until(s->keeper.pid ? 0 : s->keeper.backoff.retry_at, timeout);
            timeout = until(resolver_role_due(&s->resolver), timeout);
        }
        if (poll(p, 2, timeout) < 0 && errno != EINTR)
            fatal("poll: %s", strerror(errno));
        if (p[1].revents)
            on_control(s);
        if (p[0].revents)
            on_signals(s);
        run_timers(s);
    }
}

/* Loaders end when the gateway's channel closes; who does not is killed. */
static void end_children(struct supervisor *s)
{
    struct generation *all[] = { s->current, s->next };
    uint64_t give_up = clock_ms() + 2000;
    if (s->gateway)
        kill(s->gateway, SIGKILL);
    while (waitpid(-1, NULL, WNOHANG) >= 0 && clock_ms() < give_up)
        usleep(5000);
    for (size_t i = 0; i < 2; i++)
        if (all[i] && all[i]->loader && waitpid(all[i]->loader, NULL, WNOHANG) == 0)
            kill(all[i]->loader, SIGKILL);
    const pid_t others[] = { s->virus.current, s->virus.next, s->keeper.pid, s->resolver.pid };
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if (others[i] > 0 && waitpid(others[i], NULL, WNOHANG) == 0)
            kill(others[i], SIGKILL);
}

static void clean_up(struct supervisor *s)
{
    fd_close(&s->control);
    keeper_role_stop(&s->keeper);
    resolver_role_stop(&s->resolver);
    end_children(s);
    virus_life_deinit(&s->virus);
    if (*s->scratch)
        (void)rmdir(s->scratch); /* made anew at the next start */
    holdings_close(&s->h);
    fd_close(&s->ready_fd);
    generation_free(&s->current);
    generation_free(&s->next);
}

int supervisor_run(const struct supervisor_options *o)
{
    struct err e = { 0 };
    struct supervisor s = {
        .o = o, .signals = -1, .control = -1, .ready_fd = o->ready_fd, .started_ms = clock_ms()
    };
    holdings_init(&s.h);
    keeper_role_init(&s.keeper);
    prctl(PR_SET_CHILD_SUBREAPER, 1); /* workers of a loader that died are reaped here */
    if (signals_catch(&s.signals, &e) != 0 || resolver_role_init(&s.resolver, &e) != 0 ||
        prepare(&s, &e) != 0 || start_gateway(&s, &e) != 0 || begin(&s, &e) != 0)
        cannot_start(&s, e.text);
    loop(&s);
    clean_up(&s);
    if (s.stopping)
        log_info("stopped");
    return s.exit_code;
}
