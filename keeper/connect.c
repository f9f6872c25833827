/* connect.c - a connection to the keeper; see connect.h */
#include "config.h"
#include "keeper/connect.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include "base/os.h"

#define AGAIN_MS 20

/* With the queue full, a connect() that blocks waits without end. */
static int connect_until(int fd, const struct sockaddr_un *to, uint64_t until)
{
    while (connect(fd, (const struct sockaddr *)to, sizeof(*to)) != 0) {
        if ((errno != EAGAIN && errno != EINTR) || clock_ms() >= until)
            return -1;
        poll(NULL, 0, AGAIN_MS);
    }
    return 0;
}

int keeper_connect(const char *path, uint64_t until, struct err *e)
{
    struct sockaddr_un to = { .sun_family = AF_UNIX };
    if (snprintf(to.sun_path, sizeof(to.sun_path), "%s", path) >= (int)sizeof(to.sun_path)) {
        errno = ENAMETOOLONG;
        return err_set(e, ERR_CONFIG, "the path %.60s... is too long for a socket", path);
    }
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd >= 0 && connect_until(fd, &to, until) == 0)
        return fd;
    int why = errno;
    fd_close(&fd);
    err_set(e, ERR_RETRY, "the keeper is not there (%s: %s)", path, strerror(why));
    errno = why;
    return -1;
}
