/* listen.c - the addresses we listen on; see listen.h
 * The name of a unix socket gets its mode and group between bind and listen: until listen nobody can connect,
 * so there is no moment with wrong permissions. */
#include "config.h"
#include "base/listen.h"

#include <errno.h>
#include <grp.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include "base/os.h"
#include "base/slice.h"

#define BACKLOG 512

static int parse_path(struct listen_address *a, struct slice path, struct err *e)
{
    a->family = LISTEN_UNIX;
    if (path.n == 0 || path.p[0] != '/')
        return err_set(e, ERR_CONFIG, "a unix socket needs an absolute path: write unix:/path");
    if (path.n >= sizeof(a->path))
        return err_set(e, ERR_CONFIG, "the path of a unix socket may have at most %zu bytes",
                       sizeof(a->path) - 1);
    memcpy(a->path, path.p, path.n);
    a->path[path.n] = 0;
    return 0;
}

static int parse_port(struct listen_address *a, struct slice port, struct err *e)
{
    uint64_t number;
    if (!slice_uint(port, 65535, &number) || number == 0)
        return err_set(e, ERR_CONFIG, "the port must be a number from 1 to 65535: write inet:127.0.0.1:8891");
    a->port = (unsigned)number;
    return 0;
}

static int parse_host(struct listen_address *a, struct slice host, struct err *e)
{
    if (host.n >= 2 && host.p[0] == '[' && host.p[host.n - 1] == ']')
        host = slice_sub(host, 1, host.n - 2);
    if (host.n == 0)
        return err_set(e, ERR_CONFIG,
                       "the host is missing: write inet:127.0.0.1:8891 (or * for every address)");
    if (host.n >= sizeof(a->host))
        return err_set(e, ERR_CONFIG, "the host name is too long");
    memcpy(a->host, host.p, host.n);
    a->host[host.n] = 0;
    return 0;
}

/* "host:port" or "port@host"; an address of IPv6 has colons of its own, so the last one counts */
static int parse_inet(struct listen_address *a, struct slice rest, struct err *e)
{
    ptrdiff_t at = slice_chr(rest, '@');
    if (at >= 0) {
        if (parse_port(a, slice_sub(rest, 0, (size_t)at), e) != 0)
            return -1;
        return parse_host(a, slice_from(rest, (size_t)at + 1), e);
    }
    size_t colon = rest.n;
    while (colon > 0 && rest.p[colon - 1] != ':')
        colon--;
    if (colon == 0) /* a port alone would mean every address for libmilter, nothing for Postfix */
        return parse_host(a, slice_of("", 0), e);
    if (parse_port(a, slice_from(rest, colon), e) != 0)
        return -1;
    return parse_host(a, slice_sub(rest, 0, colon - 1), e);
}

int listen_parse(struct listen_address *a, const char *text, struct err *e)
{
    memset(a, 0, sizeof(*a));
    struct slice s = slice_trim(slice_str(text)), kind;
    if (s.n && s.p[0] == '/')
        return parse_path(a, s, e);
    ptrdiff_t colon = slice_chr(s, ':');
    kind = slice_sub(s, 0, colon < 0 ? 0 : (size_t)colon);
    s = slice_from(s, (size_t)(colon + 1));
    if (slice_ieq(kind, SLICE("unix")) || slice_ieq(kind, SLICE("local")))
        return parse_path(a, s, e);
    if (!slice_ieq(kind, SLICE("inet")) && !slice_ieq(kind, SLICE("inet6")))
        return err_set(e, ERR_CONFIG,
                       "\"%.60s\" is no address: write unix:/path, inet:host:port or inet6:[address]:port",
                       text);
    a->family = kind.n == 4 ? LISTEN_INET : LISTEN_INET6;
    return parse_inet(a, s, e);
}

int listen_mode(unsigned written)
{
    int mode = 0;
    for (unsigned place = 1; written; place *= 8, written /= 10) {
        if (written % 10 > 7 || place > 64)
            return -1;
        mode += (int)(written % 10 * place);
    }
    return mode;
}

/* ---- unix */

static struct sockaddr_un unix_address(const struct listen_address *a)
{
    struct sockaddr_un u = { .sun_family = AF_UNIX };
    memcpy(u.sun_path, a->path, sizeof(u.sun_path));
    return u;
}

static int type_of(const struct listen_address *a)
{
    return a->type ? a->type : SOCK_STREAM;
}

/* Somebody left a name behind: remove it if it is a socket on which nobody answers. */
static int remove_stale(const struct listen_address *a, struct err *e)
{
    struct stat st;
    struct sockaddr_un u = unix_address(a);
    if (lstat(a->path, &st) != 0)
        return errno == ENOENT ? 0 : err_sys(e, "%s", a->path);
    if (!S_ISSOCK(st.st_mode))
        return err_set(e, ERR_CONFIG, "%s exists and is not a socket: remove it or write another path",
                       a->path);
    int fd = socket(AF_UNIX, type_of(a) | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return err_sys(e, "socket");
    int failed = connect(fd, (struct sockaddr *)&u, sizeof(u)) != 0 ? errno : 0;
    close(fd);
    if (failed != ECONNREFUSED && failed != ENOENT)
        return err_set(e, ERR_CONFIG, "%s is taken: another program answers on it (is tamisd running?)",
                       a->path);
    if (unlink(a->path) != 0 && errno != ENOENT)
        return err_sys(e, "cannot remove the stale socket %s", a->path);
    return 0;
}

static int set_access(const struct listen_address *a, unsigned written, const char *group, struct err *e)
{
    int mode = listen_mode(written);
    if (mode < 0)
        return err_set(e, ERR_CONFIG, "socket mode %u: write octal digits, for example 660", written);
    if (group[0]) {
        struct group *g = getgrnam(group);
        if (g == NULL)
            return err_set(e, ERR_CONFIG, "no group %s: create it, or name the MTA's group", group);
        if (chown(a->path, (uid_t)-1, g->gr_gid) != 0)
            return err_sys(e, "cannot give %s to the group %s", a->path, group);
    }
    if (chmod(a->path, (mode_t)mode) != 0)
        return err_sys(e, "mode of %s", a->path);
    return 0;
}

static int unix_failed(const struct listen_address *a, struct err *e)
{
    int directory = (int)(strrchr(a->path, '/') - a->path);
    if (errno == ENOENT)
        return err_set(e, ERR_CONFIG, "%s: the directory %.*s does not exist: create it", a->path, directory,
                       a->path);
    if (errno == EACCES || errno == EPERM || errno == EROFS)
        return err_set(e, ERR_CONFIG, "%s: no permission to write in %.*s: start as root or change its owner",
                       a->path, directory, a->path);
    return err_sys(e, "%s", a->path);
}

static int open_unix(const struct listen_address *a, unsigned mode, const char *group, int *fd_r,
                     struct err *e)
{
    struct sockaddr_un u = unix_address(a);
    if (remove_stale(a, e) != 0)
        return -1;
    int fd = socket(AF_UNIX, type_of(a) | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return err_sys(e, "socket");
    mode_t old = umask(0177);
    int failed = bind(fd, (struct sockaddr *)&u, sizeof(u));
    umask(old);
    if (failed)
        unix_failed(a, e);
    else if ((failed = set_access(a, mode, group, e)) == 0 && (failed = listen(fd, BACKLOG)) != 0)
        err_sys(e, "listen on %s", a->path);
    if (failed) {
        close(fd);
        return -1;
    }
    *fd_r = fd;
    return 0;
}

void listen_remove(const struct listen_address *a)
{
    if (a->family == LISTEN_UNIX)
        unlink(a->path);
}

/* ---- inet */

static int inet_failed(const struct listen_address *a, struct err *e)
{
    if (errno == EADDRINUSE)
        return err_set(e, ERR_CONFIG,
                       "port %u of %s is taken by another program (`ss -ltnp` shows it): stop it or write "
                       "another port",
                       a->port, a->host);
    if (errno == EACCES)
        return err_set(e, ERR_CONFIG,
                       "no permission to listen on port %u: write one above 1023, or start as root", a->port);
    if (errno == EADDRNOTAVAIL)
        return err_set(e, ERR_CONFIG, "%s is no address of this machine", a->host);
    return err_sys(e, "listen on %s port %u", a->host, a->port);
}

static int bind_inet(const struct addrinfo *ai, int *fd_r)
{
    int on = 1, fd = socket(ai->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    /* Accepted sockets inherit it. libmilter sends each edit by itself: with Nagle's algorithm the second one
     * waits for the MTA's delayed acknowledgement, 40 ms a message. */
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    if (ai->ai_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
    if (bind(fd, ai->ai_addr, ai->ai_addrlen) != 0 || listen(fd, BACKLOG) != 0) {
        int saved = errno;
        close(fd);
        errno = saved;
        return -1;
    }
    *fd_r = fd;
    return 0;
}

static int open_inet(const struct listen_address *a, int *fd_r, struct err *e)
{
    char port[8];
    bool every = strcmp(a->host, "*") == 0;
    struct addrinfo *found = NULL, hints = {
        .ai_family = a->family == LISTEN_INET ? AF_INET : AF_INET6,
        .ai_socktype = SOCK_STREAM,
        .ai_flags = AI_PASSIVE | AI_NUMERICSERV,
    };
    snprintf(port, sizeof(port), "%u", a->port);
    int failed = getaddrinfo(every ? NULL : a->host, port, &hints, &found);
    if (failed)
        return err_set(e, ERR_CONFIG, "host %.100s: %s: write a numeric address", a->host,
                       gai_strerror(failed));
    if (bind_inet(found, fd_r) != 0)
        failed = inet_failed(a, e);
    freeaddrinfo(found);
    return failed;
}

int listen_open(const struct listen_address *a, unsigned mode, const char *group, int *fd, struct err *e)
{
    return a->family == LISTEN_UNIX ? open_unix(a, mode, group, fd, e) : open_inet(a, fd, e);
}
