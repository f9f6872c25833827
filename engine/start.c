/* start.c - start a loader; see loader.h
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

/* above the loader's own descriptors, so that none overwrites another */
#define FD_SAFE 16

/* log -1: the loader has none */
static int place_all(int channel, int config, int log, int bayes)
{
    int from[LOADER_FD_END] = { [LOADER_FD_CHANNEL] = channel,
                                [LOADER_FD_CONFIG] = config,
                                [LOADER_FD_LOG] = log,
                                [LOADER_FD_BAYES] = bayes > 0 ? bayes : -1 };
    for (int i = LOADER_FD_CHANNEL; i < LOADER_FD_END; i++)
        if (from[i] >= 0 && (from[i] = fcntl(from[i], F_DUPFD_CLOEXEC, FD_SAFE)) < 0)
            return -1;
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
become_loader(const char *argument, int channel, int config, int bayes, const struct buf *failure)
{
    char *argv[] = { program_invocation_name, (char *)argument, NULL };
    if (place_all(channel, config, log_fd(), bayes) == 0)
        execv("/proc/self/exe", argv);
    (void)!send(LOADER_FD_CHANNEL, failure->p, failure->n, MSG_NOSIGNAL);
    _exit(127);
}

static pid_t fork_loader(const struct loader_kind *kind, int channel, int config, int bayes, struct err *e)
{
    struct buf failure;
    sigset_t all, old;
    failure_frame(&failure, kind);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    pid_t pid = fork();
    if (pid == 0)
        become_loader(kind->argument, channel, config, bayes, &failure);
    if (pid < 0)
        err_sys(e, "%s: fork", kind->loader);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
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
    *pid = ipc_pair(ends, e) == 0 ? fork_loader(loader_kinds[c->kind], ends[1], config, c->bayes, e) : -1;
    fd_close(&config);
    fd_close(&ends[1]);
    if (*pid < 0) {
        fd_close(&ends[0]);
        return -1;
    }
    *channel = ends[0];
    return 0;
}
