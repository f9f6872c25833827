/* signals.c - the supervisor's signals as bytes to read; see signals.h */
#include "config.h"
#include "milter/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

static int ends[2]; /* the handler's; a process has one set of signals */

static void on_signal(int number)
{
    int saved = errno;
    unsigned char byte = (unsigned char)number;
    (void)!write(ends[1], &byte, 1);
    errno = saved;
}

int signals_catch(int *fd, struct err *e)
{
    static const int caught[] = { SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGCHLD };
    struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART | SA_NOCLDSTOP };
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
        return err_sys(e, "pipe");
    for (size_t i = 0; i < sizeof(caught) / sizeof(caught[0]); i++)
        sigaction(caught[i], &action, NULL);
    signal(SIGPIPE, SIG_IGN);
    *fd = ends[0];
    return 0;
}
