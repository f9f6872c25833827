/* start.c - start a loader or a resolver; see loader.h, resolver.h
 * By executing ourself, so that it has none of the caller's memory; /proc/self/exe is the running program,
 * even when its file was replaced since. Between fork and exec only what is safe there: the caller may have
 * threads. The caller reaps the loader, which ends when the last copy of *channel is closed. */
#include "engine/handoff.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>
#include "base/ipc.h"
#include "base/log.h"
#include "engine/kind.h"
#include "engine/proto.h"
#include "engine/resolver.h"

/* above the loader's own descriptors, so that none overwrites another */
#define FD_SAFE 16

/* given: by place; -1: nothing goes there */
static int place_all(const int given[LOADER_FD_END])
{
    int from[LOADER_FD_END];
    for (int i = LOADER_FD_CHANNEL; i < LOADER_FD_END; i++) {
        from[i] = given[i];
        if (from[i] >= 0 && (from[i] = fcntl(from[i], F_DUPFD_CLOEXEC, FD_SAFE)) < 0)
            return -1;
    }
    for (int i = LOADER_FD_CHANNEL; i < LOADER_FD_END; i++)
        if (from[i] < 0)
            close(i);
        else if (dup2(from[i], i) < 0) /* clears CLOEXEC */
            return -1;
    return close_range(LOADER_FD_END, ~0U, 0);
}

/* What to say over the channel when exec fails; made before the fork. */
static void failure_frame(struct buf *out, const struct loader_kind *kind)
{
    struct proto_loader m = { .type = PROTO_LOADER_FAILED, .status = ERR_SYSTEM };
    snprintf(m.error, sizeof(m.error),
             "the %s cannot be started: executing /proc/self/exe failed (is /proc mounted, the program "
             "readable?)",
             kind->loader);
    buf_init(out, 1024);
    proto_put_loader(out, &m);
}

/* Signals stay blocked until the new program says otherwise: the caller's handlers are not for it. */
static void __attribute__((noreturn))
become(const char *argument, const int given[LOADER_FD_END], const struct buf *failure)
{
    char *argv[] = { program_invocation_name, (char *)argument, NULL };
    if (place_all(given) == 0)
        execv("/proc/self/exe", argv);
    if (failure)
        (void)!send(LOADER_FD_CHANNEL, failure->p, failure->n, MSG_NOSIGNAL);
    _exit(127);
}

static pid_t fork_self(const char *argument, const int given[LOADER_FD_END], const struct buf *failure)
{
    sigset_t all, old;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    pid_t pid = fork();
    if (pid == 0)
        become(argument, given, failure);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    return pid;
}

static int or_none(int fd)
{
    return fd > 0 ? fd : -1;
}

static pid_t fork_loader(const struct loader_config *c, int channel, int config, struct err *e)
{
    const struct loader_kind *kind = loader_kinds[c->kind];
    const int given[LOADER_FD_END] = { [LOADER_FD_CHANNEL] = channel,
                                       [LOADER_FD_CONFIG] = config,
                                       [LOADER_FD_LOG] = log_fd(),
                                       [LOADER_FD_BAYES] = or_none(c->bayes),
                                       [LOADER_FD_RESOLVER] = or_none(c->resolver) };
    struct buf failure;
    failure_frame(&failure, kind);
    pid_t pid = fork_self(kind->argument, given, &failure);
    if (pid < 0)
        err_sys(e, "%s: fork", kind->loader);
    buf_deinit(&failure);
    return pid;
}

int loader_start(const struct loader_config *c, const struct loader_account *account, pid_t *pid,
                 int *channel, struct err *e)
{
    int ends[2] = { -1, -1 };
    *channel = -1;
    int config = handoff_write(c, account, e);
    if (config < 0)
        return -1;
    *pid = ipc_pair(ends, e) == 0 ? fork_loader(c, ends[1], config, e) : -1;
    fd_close(&config);
    fd_close(&ends[1]);
    if (*pid < 0) {
        fd_close(&ends[0]);
        return -1;
    }
    *channel = ends[0];
    return 0;
}

int resolver_start(const struct dns_options *o, const struct loader_account *account, int hub, pid_t *pid,
                   struct err *e)
{
    const struct loader_config c = { .kind = HANDOFF_RESOLVER, .dns = *o };
    int config = handoff_write(&c, account, e);
    if (config < 0)
        return -1;
    const int given[LOADER_FD_END] = { [LOADER_FD_CHANNEL] = hub,
                                       [LOADER_FD_CONFIG] = config,
                                       [LOADER_FD_LOG] = log_fd(),
                                       [LOADER_FD_BAYES] = -1,
                                       [LOADER_FD_RESOLVER] = -1 };
    *pid = fork_self(RESOLVER_ARGUMENT, given, NULL);
    if (*pid < 0)
        err_sys(e, "resolver: fork");
    fd_close(&config);
    return *pid < 0 ? -1 : 0;
}
