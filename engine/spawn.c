/* spawn.c - fork one worker and wait until it is ready; see spawn.h
 * A worker has told that it is in its sandbox before anybody may give it a message; what went wrong instead
 * comes back through the same pipe. */
#include "engine/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/ipc.h"
#include "base/log.h"
#include "engine/handoff.h"
#include "engine/kind.h"

/* Above the places that are given out below; 0: it is none. */
static int aside(int fd)
{
    return fd < 0 ? 0 : fcntl(fd, F_DUPFD_CLOEXEC, LOADER_FD_END);
}

/* Of all that the loader has open a worker keeps its channels, the log's descriptor and 0 to 2. */
static void __attribute__((noreturn))
become_worker(struct worker_setup *setup, worker_main *run, int channel, int ready)
{
    const char *name = loader_kinds[setup->config->kind]->worker_process;
    sigset_t none;
    const int given[LOADER_FD_END] = { [LOADER_FD_CHANNEL] = aside(channel),
                                       [LOADER_FD_CONFIG] = aside(ready),
                                       [LOADER_FD_RESOLVER] = aside(setup->resolver) };
    for (int fd = LOADER_FD_CHANNEL; fd < LOADER_FD_END; fd++)
        if (given[fd] > 0 && dup2(given[fd], fd) < 0)
            _exit(70);
    setup->channel = LOADER_FD_CHANNEL;
    setup->ready = LOADER_FD_CONFIG;
    if (setup->resolver >= 0)
        setup->resolver = LOADER_FD_RESOLVER;
    else
        close(LOADER_FD_RESOLVER);
    if (close_range(LOADER_FD_END, ~0U, 0) != 0)
        _exit(70);
    if (log_fd() != LOADER_FD_LOG) {
        close(LOADER_FD_LOG);           /* may be anything then */
        log_adopt(STDERR_FILENO, name); /* no syslog: a sandbox lets nobody open it anew */
    } else
        log_adopt(LOADER_FD_LOG, name);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    run(setup);
    _exit(70);
}

/* Until the worker is in its sandbox; else why it is not. */
static int await_ready(int ready, const char *worker, struct err *e)
{
    struct pollfd pfd = { .fd = ready, .events = POLLIN };
    int rc;
    do
        rc = poll(&pfd, 1, SPAWN_PATIENCE);
    while (rc < 0 && errno == EINTR);
    if (rc == 0)
        return err_set(e, ERR_RETRY, "a %s is not ready after %d s", worker, SPAWN_PATIENCE / 1000);
    if (read(ready, e, sizeof(*e)) != sizeof(*e))
        return err_set(e, ERR_SYSTEM, "a %s ended before it was ready", worker);
    e->text[sizeof(e->text) - 1] = 0;
    return e->kind == ERR_NONE ? 0 : -1;
}

pid_t spawn_worker(const struct worker_setup *given, worker_main *run, int *channel, struct err *e)
{
    int ends[2], ready[2] = { -1, -1 };
    struct worker_setup setup = *given;
    const char *worker = loader_kinds[setup.config->kind]->worker;
    pid_t pid = -1;
    *channel = -1;
    if (ipc_pair(ends, e) != 0)
        return -1;
    if (pipe2(ready, O_CLOEXEC) != 0 || (pid = fork()) < 0)
        err_sys(e, "a %s cannot be forked", worker);
    if (pid == 0)
        become_worker(&setup, run, ends[1], ready[1]);
    fd_close(&ends[1]);
    fd_close(&ready[1]);
    if (pid > 0 && await_ready(ready[0], worker, e) != 0) {
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        pid = -1;
    }
    fd_close(&ready[0]);
    if (pid < 0)
        fd_close(&ends[0]);
    *channel = ends[0];
    return pid;
}
