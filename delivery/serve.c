/* serve.c - the LMTP server: a process a connection; see serve.h */
#include "config.h"
#include "delivery/serve.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/listen.h"
#include "base/log.h"
#include "base/notify.h"
#include "base/os.h"
#include "base/sandbox.h"

#define EXIT_CANNOT_START 78
#define STOP_MS (20 * 1000) /* for messages in work at a stop */

struct server {
    struct agent agent;
    struct listen_address address;
    int fd, signals;
    unsigned connections;
    bool stopping;
    serve_load_fn *load;
    void *ctx;
};

/* ---- the socket */

/* Made for the MTA's group when it is not there. Its parents are the admin's. */
static int make_directory(const struct server *s, const char *group, struct err *e)
{
    char path[sizeof(s->address.path)];
    struct stat st;
    snprintf(path, sizeof(path), "%s", s->address.path);
    char *slash = strrchr(path, '/');
    if (slash == NULL || slash == path)
        return 0;
    *slash = 0;
    if (stat(path, &st) == 0)
        return 0;
    if (mkdir(path, 0750) != 0)
        return err_sys(e, "cannot make %s", path);
    struct group *g = *group ? getgrnam(group) : NULL;
    if (g && (chown(path, (uid_t)-1, g->gr_gid) != 0 || chmod(path, 0750) != 0))
        return err_sys(e, "owner and mode of %s", path);
    return 0;
}

static int bind_socket(struct server *s, struct err *e)
{
    const struct deliver_options *o = &s->agent.config->deliver;
    const char *group = sandbox_is_root() ? o->socket_group : "";
    if (*o->listen == 0)
        return err_set(e, ERR_CONFIG, "deliver_listen is empty: write unix:/PATH or inet:127.0.0.1:PORT");
    if (listen_parse(&s->address, o->listen, e) != 0)
        return -1;
    if (s->address.family == LISTEN_UNIX && make_directory(s, group, e) != 0)
        return -1;
    if (listen_open(&s->address, o->socket_mode, group, &s->fd, e) != 0)
        return -1;
    return fcntl(s->fd, F_SETFL, O_NONBLOCK) == 0 ? 0 : err_sys(e, "deliver_listen");
}

/* ---- connections */

static void __attribute__((noreturn)) run_connection(const struct server *s, int fd)
{
    struct agent agent = s->agent;
    struct err unused = { 0 }; /* the start has said it */
    sigset_t none;
    sigemptyset(&none);
    signal(SIGCHLD, SIG_DFL);
    signal(SIGHUP, SIG_IGN); /* the parent's alone, whoever else gets them */
    signal(SIGUSR1, SIG_IGN);
    close(s->fd);
    close(s->signals);
    prctl(PR_SET_NAME, "tamis-lmtp");
    sigprocmask(SIG_SETMASK, &none, NULL);
    (void)agent_read_key(&agent, &unused);
    serve_connection(&agent, fd);
    _exit(0);
}

static void accept_one(struct server *s)
{
    int fd = accept4(s->fd, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0) { /* no descriptors, or no memory: the client still waits, and poll says so at once */
        if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
            usleep(100000);
        return;
    }
    pid_t pid = fork();
    if (pid == 0)
        run_connection(s, fd);
    if (pid < 0)
        log_error("no process for a connection: %m"); /* the client sees it closed, and comes again */
    else
        s->connections++;
    close(fd);
}

static void reap(struct server *s)
{
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        s->connections -= s->connections > 0;
        if (WIFSIGNALED(status))
            log_error("a connection's process (%d) died by signal %d", (int)pid, WTERMSIG(status));
    }
}

/* ---- signals */

static int catch_signals(struct server *s, struct err *e)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    sigaddset(&set, SIGUSR1);
    sigaddset(&set, SIGCHLD);
    signal(SIGPIPE, SIG_IGN);
    if (sigprocmask(SIG_BLOCK, &set, NULL) != 0 ||
        (s->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK)) < 0)
        return err_sys(e, "signals");
    return 0;
}

static void reload(struct server *s)
{
    struct agent next;
    notify_reloading();
    if (s->load(s->ctx, &next) == 0) {
        fd_close(&s->agent.spool_dir);
        s->agent = next;
        log_info("configuration loaded anew");
    } else
        log_error("the configuration is not good: the one before stays");
    notify_ready("");
}

static void on_signal(struct server *s)
{
    struct signalfd_siginfo i;
    while (read(s->signals, &i, sizeof(i)) == sizeof(i)) {
        if (i.ssi_signo == SIGCHLD)
            reap(s);
        else if (i.ssi_signo == SIGHUP)
            reload(s);
        else if (i.ssi_signo == SIGUSR1)
            log_reopen();
        else
            s->stopping = true;
    }
}

/* ---- the loop */

static void step(struct server *s)
{
    bool full = s->connections >= s->agent.config->deliver.connections_max;
    struct pollfd p[] = { { .fd = s->signals, .events = POLLIN },
                          { .fd = full ? -1 : s->fd, .events = POLLIN } };
    if (poll(p, 2, -1) < 0 && errno != EINTR)
        fatal("poll: %m");
    if (p[0].revents)
        on_signal(s);
    if (p[1].revents && !s->stopping)
        accept_one(s);
}

static void stop(struct server *s)
{
    uint64_t until = clock_ms() + STOP_MS;
    notify_stopping();
    listen_remove(&s->address);
    fd_close(&s->fd);
    signal(SIGTERM, SIG_IGN);
    kill(0, SIGTERM); /* of our group: serve() made it ours */
    while (s->connections && clock_ms() < until) {
        struct pollfd p = { .fd = s->signals, .events = POLLIN };
        poll(&p, 1, 200);
        on_signal(s);
    }
    if (s->connections)
        log_warning("%u connections were in work at the end: their clients will try again", s->connections);
}

int serve(serve_load_fn *load, void *ctx)
{
    struct server s = { .fd = -1, .signals = -1, .load = load, .ctx = ctx };
    struct err e = { 0 };
    if (load(ctx, &s.agent) != 0)
        return EXIT_CANNOT_START;
    setpgid(0, 0);
    if (catch_signals(&s, &e) != 0 || bind_socket(&s, &e) != 0) {
        log_error("deliver_listen: %s", e.text);
        return EXIT_CANNOT_START;
    }
    log_info("tamis-deliver %s takes mail on %s", PACKAGE_VERSION, s.agent.config->deliver.listen);
    notify_ready("");
    while (!s.stopping)
        step(&s);
    stop(&s);
    return 0;
}
