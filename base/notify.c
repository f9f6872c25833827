/* notify.c - tells the service manager how we are; see notify.h */
#include "config.h"
#include "base/notify.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static const char *notify_path;

void notify_init(const char *path)
{
    notify_path = path && (path[0] == '/' || path[0] == '@') ? path : NULL;
}

static void notify(const char *text)
{
    struct sockaddr_un u = { .sun_family = AF_UNIX };
    size_t n = notify_path ? strlen(notify_path) : 0;
    if (n == 0 || n >= sizeof(u.sun_path))
        return;
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return;
    memcpy(u.sun_path, notify_path, n);
    if (u.sun_path[0] == '@')
        u.sun_path[0] = 0;
    (void)sendto(fd, text, strlen(text), MSG_NOSIGNAL, (struct sockaddr *)&u,
                 (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n));
    close(fd);
}

void notify_ready(const char *status)
{
    char text[300];
    snprintf(text, sizeof(text), "READY=1\nSTATUS=%.200s", status);
    notify(text);
}

void notify_reloading(void)
{
    char text[100];
    struct timespec now; /* the manager wants to know which reload this answers */
    clock_gettime(CLOCK_MONOTONIC, &now);
    snprintf(text, sizeof(text), "RELOADING=1\nMONOTONIC_USEC=%lld",
             (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000);
    notify(text);
}

void notify_stopping(void)
{
    notify("STOPPING=1\nSTATUS=Finishing the messages in work");
}
