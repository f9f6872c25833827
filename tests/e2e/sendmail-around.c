/* sendmail-around.c - a library for LD_PRELOAD: the world as a private Sendmail sees it
 * Sendmail waits a minute when the host's name has no dot, asks DNS before it has read its configuration, and
 * logs to syslog only. Here the host is mx.example.net at 127.0.0.1, there are no other names, and what it
 * logs is appended to the file SM_LOG, a line a call. Built and used by sendmail.sh. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <resolv.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINE_MAX_BYTES 4096

static char our_name[] = "mx.example.net";
static char log_path[LINE_MAX_BYTES];

/* Sendmail clears its environment later on. */
static void __attribute__((constructor)) start(void)
{
    const char *path = getenv("SM_LOG");
    snprintf(log_path, sizeof(log_path), "%s", path ? path : "/dev/null");
}

int gethostname(char *name, size_t size)
{
    snprintf(name, size, "%s", our_name);
    return 0;
}

static struct hostent *us(void)
{
    static struct in_addr address;
    static char *addresses[] = { (char *)&address, NULL }, *aliases[] = { NULL };
    static struct hostent host;
    address.s_addr = htonl(INADDR_LOOPBACK);
    host = (struct hostent){ our_name, aliases, AF_INET, sizeof(address), addresses };
    return &host;
}

static struct hostent *nobody(void)
{
    h_errno = HOST_NOT_FOUND;
    return NULL;
}

struct hostent *gethostbyname2(const char *name, int family)
{
    return family == AF_INET && strcasecmp(name, our_name) == 0 ? us() : nobody();
}

struct hostent *gethostbyaddr(const void *address, socklen_t n, int family)
{
    const struct in_addr loopback = { htonl(INADDR_LOOPBACK) };
    return family == AF_INET && n == sizeof(loopback) && memcmp(address, &loopback, n) == 0 ? us() : nobody();
}

#undef res_query
int res_query(const char *name, int class, int type, unsigned char *answer, int size)
{
    (void)name, (void)class, (void)type, (void)answer, (void)size;
    nobody();
    return -1;
}

#undef res_search
int res_search(const char *name, int class, int type, unsigned char *answer, int size)
{
    return res_query(name, class, type, answer, size);
}

#undef res_querydomain
int res_querydomain(const char *name, const char *domain, int class, int type, unsigned char *answer,
                    int size)
{
    (void)domain;
    return res_query(name, class, type, answer, size);
}

/* One write a line: several processes append. Sendmail closes what it does not know, so nothing is kept open.
 */
void __syslog_chk(int priority, int flag, const char *fmt, ...)
{
    char line[LINE_MAX_BYTES];
    va_list ap;
    (void)priority, (void)flag;
    va_start(ap, fmt);
    int n = vsnprintf(line, sizeof(line) - 1, fmt, ap);
    va_end(ap);
    if (n < 0)
        return;
    if (n > (int)sizeof(line) - 2)
        n = (int)sizeof(line) - 2;
    line[n++] = '\n';
    int fd = open(log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (fd < 0)
        return;
    if (write(fd, line, (size_t)n) != n)
        abort();
    close(fd);
}
