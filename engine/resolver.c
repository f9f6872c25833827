/* resolver.c - the process that asks the DNS for all others; see resolver.h
 * One thread and one poll: the hub, libunbound's descriptor, and the clients. What answers of one turn go to
 * a client goes in one frame. A client that does not read gets no more than one frame kept; what comes then
 * is lost to it, and late. */
#include "engine/resolver.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/resource.h>
#include "base/dns-frame.h"
#include "base/ipc.h"
#include "base/log.h"
#include "base/os.h"
#include "base/sandbox.h"
#include "engine/answers.h"
#include "engine/upstream.h"

#define EXIT_CONFIG 78
#define CLIENTS_MAX 1024
#define FILES_MAX 8192
#define TICK 1000
#define FRAMES_A_TURN 16 /* of one client, so that none keeps the others waiting */
#define PATIENCE_LEAST 5000

struct client {
    int fd; /* -1: free */
    uint64_t serial;
    bool full;
    struct buf out;
};

struct resolver {
    int hub;
    bool ending;
    struct upstream *upstream;
    struct answers *answers;
    uint64_t serial, tick_at;
    size_t n; /* clients have been below this */
    struct client clients[CLIENTS_MAX];
    struct pollfd pfds[CLIENTS_MAX + 2];
    char in[IPC_FRAME_MAX];
};

/* libunbound's callback has no other way to us */
static struct resolver *self;

/* ---- clients */

static void drop_client(struct client *c)
{
    fd_close(&c->fd);
    buf_deinit(&c->out);
    c->serial = 0;
}

static void take_client(struct resolver *r, int fd)
{
    size_t i = 0;
    while (i < r->n && r->clients[i].fd >= 0)
        i++;
    if (i == CLIENTS_MAX || fcntl(fd, F_SETFL, O_NONBLOCK) != 0) {
        log_warning("resolver: more than %d clients: one is refused", CLIENTS_MAX);
        fd_close(&fd);
        return;
    }
    r->n = i == r->n ? i + 1 : r->n;
    /* the low bits find it again */
    r->clients[i] = (struct client){ .fd = fd, .serial = ++r->serial * CLIENTS_MAX + i };
    buf_init(&r->clients[i].out, IPC_FRAME_MAX);
}

static void hear_hub(struct resolver *r)
{
    struct ipc_received got;
    struct err e;
    char byte[16];
    int rc;
    while ((rc = ipc_recv(r->hub, byte, sizeof(byte), 1, &got, &e)) == 1)
        for (unsigned i = 0; i < got.n_fds; i++)
            take_client(r, got.fds[i]);
    if (rc == 0)
        r->ending = true;
    else if (e.kind != ERR_RETRY)
        log_warning("resolver: %s", e.text);
}

static void flush(struct client *c)
{
    struct err e;
    if (c->out.n == 0)
        return;
    c->full = ipc_send(c->fd, buf_slice(&c->out), NULL, 0, &e) != 0;
    if (!c->full)
        buf_reset(&c->out);
}

static void flush_all(struct resolver *r)
{
    for (size_t i = 0; i < r->n; i++)
        if (r->clients[i].fd >= 0 && !r->clients[i].full)
            flush(&r->clients[i]);
}

/* ---- answers */

static void answer(void *ctx, uint64_t asker, uint32_t id, enum dns_type type, struct slice body)
{
    struct resolver *r = ctx;
    struct client *c = &r->clients[asker % CLIENTS_MAX];
    if (c->serial != asker)
        return; /* gone */
    if (c->out.n + body.n + 16 > IPC_FRAME_MAX)
        flush(c);
    if (c->out.n + body.n + 16 > IPC_FRAME_MAX)
        return;
    if (c->out.n == 0)
        wire_put_u8(&c->out, DNS_FRAME_ANSWERS);
    wire_put_u32(&c->out, id);
    wire_put_u16(&c->out, (uint16_t)type);
    wire_put(&c->out, body.p, body.n);
}

static void on_upstream(void *lookup, enum dns_status status, uint32_t ttl, struct slice body)
{
    answers_take(self->answers, lookup, status, ttl, body, clock_ms());
}

static void *ask(void *ctx, const char *name, enum dns_type type, void *lookup)
{
    struct resolver *r = ctx;
    return upstream_ask(r->upstream, name, type, lookup);
}

static void cancel(void *ctx, void *errand)
{
    (void)ctx;
    upstream_cancel(errand);
}

/* ---- questions */

static void say_counts(struct resolver *r, struct client *c)
{
    struct dns_counts counts;
    flush(c);
    if (c->full)
        return;
    answers_counts(r->answers, &counts);
    dns_counts_put(&c->out, &counts);
    flush(c);
}

/* false: that is no client of ours. */
static bool take_frame(struct resolver *r, struct client *c, struct slice frame)
{
    struct dns_question q;
    struct wire w;
    wire_read(&w, frame);
    unsigned head = wire_u8(&w);
    if (head == DNS_FRAME_COUNTS && wire_done(&w)) {
        say_counts(r, c);
        return true;
    }
    uint64_t client = wire_u64(&w), now = clock_ms();
    if (head != DNS_FRAME_ASK || w.bad)
        return false;
    while (w.rest.n && dns_question_get(&w, &q))
        answers_ask(r->answers, &q, c->serial, client, now);
    return !w.bad;
}

static void hear_client(struct resolver *r, struct client *c)
{
    struct ipc_received got;
    struct err e;
    for (int i = 0; i < FRAMES_A_TURN; i++) {
        int rc = ipc_recv(c->fd, r->in, sizeof(r->in), 0, &got, &e);
        if (rc < 0 && e.kind == ERR_RETRY)
            return;
        if (rc == 1 && take_frame(r, c, slice_of(r->in, got.n)))
            continue;
        if (rc != 0)
            log_warning("resolver: a client said what none says: dropped");
        drop_client(c);
        return;
    }
}

/* ---- life */

static size_t fill_pfds(struct resolver *r)
{
    r->pfds[0] = (struct pollfd){ .fd = r->hub, .events = POLLIN };
    r->pfds[1] = (struct pollfd){ .fd = upstream_fd(r->upstream), .events = POLLIN };
    for (size_t i = 0; i < r->n; i++) {
        const struct client *c = &r->clients[i];
        r->pfds[i + 2] = (struct pollfd){ .fd = c->fd, .events = (short)(POLLIN | (c->full ? POLLOUT : 0)) };
    }
    return r->n + 2;
}

static void tick(struct resolver *r)
{
    uint64_t now = clock_ms();
    if (now < r->tick_at)
        return;
    r->tick_at = now + TICK;
    answers_tick(r->answers, now);
}

static void turn(struct resolver *r)
{
    size_t n = fill_pfds(r);
    if (poll(r->pfds, n, TICK) < 0 && errno != EINTR)
        fatal("resolver: poll: %m");
    for (size_t i = 2; i < n; i++) {
        struct client *c = &r->clients[i - 2];
        if (r->pfds[i].revents & POLLOUT)
            flush(c);
        if (r->pfds[i].revents & ~POLLOUT)
            hear_client(r, c);
    }
    if (r->pfds[1].revents)
        upstream_process(r->upstream);
    if (r->pfds[0].revents)
        hear_hub(r);
    tick(r);
    flush_all(r);
}

static void more_files(void)
{
    struct rlimit l;
    if (getrlimit(RLIMIT_NOFILE, &l) != 0)
        return;
    l.rlim_cur = l.rlim_max < FILES_MAX ? l.rlim_max : FILES_MAX;
    setrlimit(RLIMIT_NOFILE, &l);
}

/* Files are read, then rights given up, then the sandbox closes; libunbound's thread starts in it. */
static int settle(struct resolver *r, const struct dns_options *o, const struct loader_account *account,
                  struct err *e)
{
    const struct sandbox_limits limits = { .memory = 0 };
    heap_stays_small(
        1); /* a second heap asks /proc whether it may shrink, which kills a process without files */
    r->upstream = upstream_open(o, e);
    if (r->upstream == NULL || upstream_settle(r->upstream, e) != 0)
        return -1;
    upstream_on_answer(r->upstream, on_upstream);
    more_files();
    if (account->drop && sandbox_drop(account->uid, account->gid, NULL, 0, e) != 0)
        return -1;
    return sandbox_enter(SANDBOX_RESOLVER, &limits, e);
}

int resolver_run(const struct dns_options *o, const struct loader_account *account, int hub)
{
    struct err e;
    struct resolver *r = calloc(1, sizeof(*r));
    if (r == NULL)
        fatal("resolver: out of memory");
    self = r;
    r->hub = hub;
    const struct answers_setup setup = {
        .bytes = o->dns_cache_max,
        .client_lookups = o->dns_client_lookups_max,
        .patience = 2 * o->dns_deadline > PATIENCE_LEAST ? 2 * o->dns_deadline : PATIENCE_LEAST,
        .ctx = r,
        .ask = ask,
        .cancel = cancel,
        .answer = answer,
    };
    if (settle(r, o, account, &e) != 0) {
        log_error("%s", e.text);
        return EXIT_CONFIG;
    }
    r->answers = answers_new(&setup);
    while (!r->ending)
        turn(r);
    return 0; /* libunbound's end would wait for its thread; the system is quicker */
}
