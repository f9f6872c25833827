/* dns-link.c - a dns_source that is a channel to the resolver process; see dns-link.h
 * Reading moves on before it allocates: an arena that is used up jumps out in the middle of a frame, and the
 * next message goes on behind that answer. */
#include "base/dns-link.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include "base/ipc.h"
#include "base/os.h"

struct dns_link {
    int fd;
    bool gone;
    struct dns_source source;
    uint32_t last_id;
    uint64_t client;
    struct buf out;
    struct wire in; /* answers of a frame that were not taken yet */
    struct dns_counts counts;
    bool counted;
    char buffer[IPC_FRAME_MAX]; /* last: only touched pages take memory */
};

/* ---- questions */

static void flush(void *ctx)
{
    struct dns_link *link = ctx;
    if (link->out.n && !link->gone)
        (void)!ipc_send(link->fd, buf_slice(&link->out), NULL, 0, NULL); /* gone: that shows by take */
    buf_reset(&link->out);
}

static bool ask(void *ctx, uint32_t id, struct slice name, enum dns_type type)
{
    struct dns_link *link = ctx;
    const struct dns_question q = { id, type, name };
    if (link->out.n + DNS_QUESTION_MAX > link->out.max)
        flush(link);
    if (link->out.n == 0) {
        wire_put_u8(&link->out, DNS_FRAME_ASK);
        wire_put_u64(&link->out, link->client);
    }
    dns_question_put(&link->out, &q);
    return !link->gone;
}

static uint32_t new_id(void *ctx)
{
    return ++((struct dns_link *)ctx)->last_id;
}

/* ---- answers */

/* A frame, if one comes: 1; 0: none; -1: gone. */
static int receive(struct dns_link *link, unsigned timeout_ms)
{
    struct pollfd pfd = { .fd = link->fd, .events = POLLIN };
    struct ipc_received got;
    struct err e;
    if (link->gone)
        return -1;
    if (timeout_ms && poll(&pfd, 1, (int)timeout_ms) <= 0)
        return 0;
    int rc = ipc_recv(link->fd, link->buffer, sizeof(link->buffer), 0, &got, &e);
    if (rc < 0 && e.kind == ERR_RETRY)
        return 0;
    if (rc <= 0) {
        link->gone = true;
        return -1;
    }
    wire_read(&link->in, slice_of(link->buffer, got.n));
    return 1;
}

static void read_head(struct dns_link *link)
{
    switch (wire_u8(&link->in)) {
    case DNS_FRAME_ANSWERS: break;
    case DNS_FRAME_COUNTS: link->counted = dns_counts_get(&link->in, &link->counts); break;
    default: link->in.bad = true;
    }
    if (link->in.bad)
        link->gone = true;
}

static int take(void *ctx, unsigned timeout_ms, struct arena *a, uint32_t *id, struct dns_answer *answer)
{
    struct dns_link *link = ctx;
    while (link->in.rest.n == 0) {
        int rc = receive(link, timeout_ms);
        if (rc <= 0)
            return rc;
        read_head(link);
        if (link->gone)
            return -1;
    }
    if (dns_answer_get(&link->in, a, id, answer))
        return 1;
    link->in.rest.n = 0;
    link->gone = true;
    return -1;
}

bool dns_link_gone(struct dns_link *link)
{
    struct pollfd pfd = { .fd = link->fd, .events = 0 };
    if (!link->gone && poll(&pfd, 1, 0) > 0)
        link->gone = true;
    return link->gone;
}

int dns_link_counts(struct dns_link *link, unsigned timeout_ms, struct dns_counts *counts, struct err *e)
{
    static const char question = DNS_FRAME_COUNTS;
    uint64_t until = clock_ms() + timeout_ms, now;
    if (ipc_send(link->fd, slice_of(&question, 1), NULL, 0, e) != 0)
        return -1;
    for (link->counted = false; !link->counted && (now = clock_ms()) < until;) {
        if (receive(link, (unsigned)(until - now)) < 0)
            return err_set(e, ERR_RETRY, "the resolver is gone");
        if (link->in.rest.n)
            read_head(link);
        link->in.rest.n = 0; /* answers that nobody waits for */
    }
    *counts = link->counts;
    return link->counted ? 0 : err_set(e, ERR_RETRY, "the resolver does not answer");
}

/* ---- a link */

struct dns_link *dns_link_new(int channel)
{
    struct dns_link *link = calloc(1, sizeof(*link));
    if (link == NULL)
        fatal("out of memory: a channel to the resolver");
    link->fd = channel;
    (void)fcntl(channel, F_SETFL, O_NONBLOCK);
    link->source =
        (struct dns_source){ .ctx = link, .ask = ask, .flush = flush, .take = take, .new_id = new_id };
    buf_init(&link->out, IPC_FRAME_MAX);
    return link;
}

void dns_link_free(struct dns_link **link)
{
    if (*link == NULL)
        return;
    fd_close(&(*link)->fd);
    buf_deinit(&(*link)->out);
    free(*link);
    *link = NULL;
}

const struct dns_source *dns_link_source(struct dns_link *link)
{
    return &link->source;
}

static uint64_t hash(const unsigned char *p, size_t n)
{
    uint64_t h = 14695981039346656037u;
    for (size_t i = 0; i < n; i++)
        h = (h ^ p[i]) * 1099511628211u;
    return h ? h : 1;
}

/* An IPv6 client has a /64 to change addresses in. */
void dns_link_set_client(struct dns_link *link, struct slice address)
{
    unsigned char b[16];
    char text[INET6_ADDRSTRLEN] = "";
    link->client = 0;
    if (address.n == 0 || address.n >= sizeof(text))
        return;
    memcpy(text, address.p, address.n);
    if (inet_pton(AF_INET, text, b) == 1)
        link->client = hash(b, 4);
    else if (inet_pton(AF_INET6, text, b) == 1)
        link->client = hash(b, 8);
}
