/* smtp-send.c - the driver of base/smtp over a socket; see smtp-send.h */
#include "config.h"
#include "base/smtp-send.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include "base/os.h"

/* ---- connecting */

/* 1: ready; 0: the time is over; -1: errno */
static int wait_for(int fd, short events, uint64_t deadline)
{
    for (;;) {
        uint64_t now = clock_ms();
        struct pollfd p = { .fd = fd, .events = events };
        if (now >= deadline)
            return 0;
        int n = poll(&p, 1, deadline - now > 1000000 ? 1000000 : (int)(deadline - now));
        if (n > 0 || (n < 0 && errno != EINTR))
            return n;
    }
}

static int connect_one(const struct sockaddr *address, socklen_t n, const char *relay, uint64_t deadline,
                       struct err *e)
{
    int failed = 0;
    socklen_t size = sizeof(failed);
    int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return err_sys(e, "socket");
    if (connect(fd, address, n) == 0)
        return fd;
    if (errno != EINPROGRESS)
        failed = errno;
    else if (wait_for(fd, POLLOUT, deadline) <= 0)
        failed = ETIMEDOUT;
    else
        getsockopt(fd, SOL_SOCKET, SO_ERROR, &failed, &size);
    if (failed == 0)
        return fd;
    close(fd);
    return err_set(e, ERR_RETRY, "cannot reach %.80s: %s", relay, strerror(failed));
}

static int connect_unix(struct slice path, const char *relay, uint64_t deadline, struct err *e)
{
    struct sockaddr_un u = { .sun_family = AF_UNIX };
    if (path.n == 0 || path.p[0] != '/' || path.n >= sizeof(u.sun_path))
        return err_set(e, ERR_CONFIG, "\"%.80s\" is no relay: a unix socket needs an absolute, short path",
                       relay);
    memcpy(u.sun_path, path.p, path.n);
    return connect_one((struct sockaddr *)&u, sizeof(u), relay, deadline, e);
}

/* "HOST:PORT", "[ADDRESS]:PORT": the last colon counts */
static bool split_inet(struct slice s, char host[256], char port[8])
{
    size_t colon = s.n;
    uint64_t number;
    while (colon > 0 && s.p[colon - 1] != ':')
        colon--;
    if (colon < 2 || !slice_uint(slice_from(s, colon), 65535, &number) || number == 0)
        return false;
    struct slice name = slice_sub(s, 0, colon - 1);
    if (name.n > 2 && name.p[0] == '[' && name.p[name.n - 1] == ']')
        name = slice_sub(name, 1, name.n - 2);
    if (name.n > 255 || slice_chr(name, 0) >= 0)
        return false;
    memcpy(host, name.p, name.n);
    host[name.n] = 0;
    snprintf(port, 8, "%u", (unsigned)number);
    return true;
}

static int connect_inet(struct slice where, const char *relay, uint64_t deadline, struct err *e)
{
    char host[256], port[8];
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *found, *one;
    int fd = -1;
    if (!split_inet(where, host, port))
        return err_set(e, ERR_CONFIG, "\"%.80s\" is no relay: write inet:127.0.0.1:25 or unix:/path", relay);
    int why = getaddrinfo(host, port, &hints, &found);
    if (why != 0)
        return err_set(e, ERR_RETRY, "cannot find %.80s: %s", relay, gai_strerror(why));
    for (one = found; one && fd < 0; one = one->ai_next)
        fd = connect_one(one->ai_addr, one->ai_addrlen, relay, deadline, e);
    freeaddrinfo(found);
    return fd;
}

int smtp_connect(const char *relay, uint64_t deadline, struct err *e)
{
    struct slice s = slice_trim(slice_str(relay));
    if (slice_istarts(s, SLICE("unix:")))
        return connect_unix(slice_from(s, 5), relay, deadline, e);
    if (slice_istarts(s, SLICE("inet:")))
        return connect_inet(slice_from(s, 5), relay, deadline, e);
    return err_set(e, ERR_CONFIG, "\"%.80s\" is no relay: write inet:127.0.0.1:25 or unix:/path", relay);
}

void smtp_local_address(int fd, char address[SMTP_LOCAL_SIZE])
{
    struct sockaddr_storage a = { 0 };
    socklen_t n = sizeof(a);
    address[0] = 0;
    if (getsockname(fd, (struct sockaddr *)&a, &n) != 0)
        return;
    if (a.ss_family == AF_INET)
        inet_ntop(AF_INET, &((struct sockaddr_in *)&a)->sin_addr, address, SMTP_LOCAL_SIZE);
    else if (a.ss_family == AF_INET6)
        inet_ntop(AF_INET6, &((struct sockaddr_in6 *)&a)->sin6_addr, address, SMTP_LOCAL_SIZE);
}

/* ---- talking */

struct talk {
    int fd;
    const struct smtp_delivery *d;
    uint64_t deadline;
    struct smtp smtp;
    struct buf out;
    size_t sent; /* of out */
    struct slice text;
    bool gave_up; /* by the caller's word: *e is set */
    struct err *e;
};

static void give_up(struct talk *t)
{
    t->gave_up = true;
    smtp_quit(&t->smtp, &t->out);
}

static void agree(struct talk *t)
{
    if (t->d->text(t->d->ctx, t->smtp.extensions, &t->text, t->e) != 0) {
        give_up(t);
        return;
    }
    const struct smtp_mail mail = {
        .from = t->d->from, .to = t->d->to, .size = t->text.n, .eight_bit = smtp_text_odd(t->text) & SMTP_8BIT
    };
    if (smtp_mail(&t->smtp, &mail, &t->out, t->e) != 0)
        give_up(t);
}

static void send_text(struct talk *t)
{
    if ((t->d->commit && t->d->commit(t->d->ctx, t->e) != 0) ||
        smtp_text(&t->smtp, t->text, &t->out, t->e) != 0)
        give_up(t);
}

/* Sends what there is and hears what comes; false: the connection is no more. */
static bool exchange(struct talk *t)
{
    char in[4096];
    bool writing = t->sent < t->out.n;
    int ready = wait_for(t->fd, writing ? POLLIN | POLLOUT : POLLIN, t->deadline);
    if (ready <= 0)
        return err_set(t->e, ERR_RETRY, "%s",
                       ready == 0 ? "the relay did not answer in time" : strerror(errno)),
               false;
    if (writing) {
        ssize_t n = send(t->fd, t->out.p + t->sent, t->out.n - t->sent, MSG_NOSIGNAL);
        if (n > 0)
            t->sent += (size_t)n;
        else if (errno != EAGAIN && errno != EINTR)
            return err_set(t->e, ERR_RETRY, "the relay hung up: %s", strerror(errno)), false;
    }
    ssize_t n = recv(t->fd, in, sizeof(in), 0);
    if (n > 0)
        smtp_feed(&t->smtp, slice_of(in, (size_t)n), &t->out);
    else if (n == 0 || (errno != EAGAIN && errno != EINTR))
        return err_set(t->e, ERR_RETRY, "the relay hung up"), false;
    return true;
}

/* Without the last bytes of the text no server has it. */
static void lost(struct talk *t)
{
    smtp_closed(&t->smtp);
    if (t->smtp.outcome == SMTP_UNSURE && t->sent < t->out.n)
        t->smtp.outcome = SMTP_BROKEN;
}

static void talk(struct talk *t)
{
    while (t->smtp.phase != SMTP_DONE) {
        if (t->smtp.phase == SMTP_READY)
            agree(t);
        else if (t->smtp.phase == SMTP_TEXT)
            send_text(t);
        else if (!exchange(t))
            lost(t);
    }
}

/* QUIT, if it goes at once: nobody waits for the answer. */
static void part(struct talk *t)
{
    if (t->sent < t->out.n)
        (void)!send(t->fd, t->out.p + t->sent, t->out.n - t->sent, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void explain(struct talk *t)
{
    const struct smtp *s = &t->smtp;
    if (s->outcome == SMTP_LATER || s->outcome == SMTP_REFUSED)
        err_set(t->e, s->outcome == SMTP_LATER ? ERR_RETRY : ERR_INPUT, "the relay said: %u %.150s",
                s->reply.code, s->reply.text);
    else if (!t->gave_up && t->e->kind == ERR_NONE)
        err_set(t->e, ERR_RETRY, "what the relay said is no SMTP");
}

enum smtp_outcome smtp_deliver(int fd, const struct smtp_delivery *d, uint64_t deadline,
                               struct smtp_reply *reply, struct err *e)
{
    struct talk t = { .fd = fd, .d = d, .deadline = deadline, .e = e };
    *e = (struct err){ 0 };
    smtp_init(&t.smtp, d->helo);
    t.smtp.lmtp = d->lmtp;
    buf_init(&t.out, SIZE_MAX / 2);
    talk(&t);
    part(&t);
    if (t.smtp.outcome != SMTP_TAKEN)
        explain(&t);
    *reply = t.smtp.reply;
    buf_deinit(&t.out);
    return t.smtp.outcome;
}
