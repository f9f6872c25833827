/* os.c - the few things every process asks of the system; see os.h */
#include "base/os.h"

#include <errno.h>
#include <time.h>
#include <unistd.h>
#include "base/err.h"

void fd_close(int *fd)
{
    int saved = errno;
    if (*fd != -1)
        close(*fd); /* never again on EINTR: Linux has closed it */
    *fd = -1;
    errno = saved;
}

static struct timespec now(clockid_t clock)
{
    struct timespec t;
    if (clock_gettime(clock, &t) != 0)
        bug("clock_gettime(%d) failed", (int)clock);
    return t;
}

uint64_t clock_ms(void)
{
    struct timespec t = now(CLOCK_MONOTONIC);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

uint64_t cpu_us(void)
{
    struct timespec t = now(CLOCK_PROCESS_CPUTIME_ID);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}
