/* serve-connection.c - one LMTP connection; see serve.h */
#include "config.h"
#include "delivery/serve.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include "base/log.h"
#include "base/os.h"
#include "delivery/lmtp.h"
#include "delivery/mailtext.h"

#define IDLE_MS (300 * 1000) /* RFC 5321 4.5.3.2.7 */
#define READ_BYTES (64 * 1024)
#define RECIPIENT_BYTES 16384 /* of the arena; looked-up users with their texts */

static volatile sig_atomic_t stopping;

struct connection {
    const struct agent *g;
    int fd;
    bool gone;
    struct lmtp lmtp;
    struct arena arena; /* of a transaction */
    struct agent_recipient *recipients;
    size_t n, cap;
    struct mailtext mail;
    struct answer failed; /* of the message as a whole */
    struct buf out;
};

/* ---- what the protocol asks */

static int on_recipient(void *ctx, struct slice address, struct answer *a)
{
    struct connection *c = ctx;
    if (!ARENA_TRY(&c->arena))
        return answer_set(a, ANSWER_FAULT, "too many recipients for the memory of one message");
    if (c->n == c->cap) {
        size_t cap = c->cap ? 2 * c->cap : 8;
        c->recipients = arena_grow(&c->arena, c->recipients, c->n, cap, sizeof(*c->recipients));
        c->cap = cap;
    }
    int r = agent_find(c->g, address, &c->arena, &c->recipients[c->n], a);
    c->arena.can_escape = false;
    if (r != 0)
        log_info("to=<%.*s>: %s", SLICE_ARG(slice_sub(address, 0, 320)), a->text);
    else
        c->n++;
    return r;
}

static int on_begin(void *ctx, struct answer *a)
{
    struct connection *c = ctx;
    const struct config *o = c->g->config;
    return mailtext_open(&c->mail, c->g->spool_dir, o->gateway.spool_memory_max, o->deliver.message_max, a);
}

static void on_bytes(void *ctx, struct slice bytes)
{
    struct connection *c = ctx;
    mailtext_add(&c->mail, bytes);
}

static void on_complete(void *ctx)
{
    struct connection *c = ctx;
    c->failed = (struct answer){ 0 };
    if (mailtext_finish(&c->mail, &c->failed) != 0 && c->failed.kind == ANSWER_DONE)
        answer_set(&c->failed, ANSWER_FAULT, "the message could not be kept");
}

static void on_deliver(void *ctx, size_t i, struct answer *a)
{
    struct connection *c = ctx;
    const struct agent_mail m = { c->mail.text, true, lmtp_sender(&c->lmtp) };
    *a = c->failed;
    if (a->kind == ANSWER_DONE)
        agent_deliver(c->g, &m, &c->recipients[i], a);
}

static void on_forget(void *ctx)
{
    struct connection *c = ctx;
    mailtext_close(&c->mail);
    arena_reset(&c->arena);
    c->recipients = NULL;
    c->n = c->cap = 0;
}

static void on_flush(void *ctx, struct buf *out)
{
    struct connection *c = ctx;
    struct slice rest = buf_slice(out);
    while (rest.n && !c->gone) {
        ssize_t n = send(c->fd, rest.p, rest.n, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            c->gone = true; /* what is stored stays stored: the client will send it again */
        else
            rest = slice_from(rest, (size_t)n);
    }
    buf_reset(out);
}

static const struct lmtp_ops ops = { on_recipient, on_begin,  on_bytes, on_complete,
                                     on_deliver,   on_forget, on_flush };

/* ---- the loop */

static void on_term(int signal)
{
    stopping = signal;
}

/* > 0: bytes; 0: the client is gone; -1: it said nothing for too long, or we stop */
static ssize_t read_some(struct connection *c, char *bytes, size_t n)
{
    uint64_t until = clock_ms() + IDLE_MS;
    for (;;) {
        struct pollfd p = { .fd = c->fd, .events = POLLIN };
        uint64_t now = clock_ms();
        if (now >= until || (stopping && c->lmtp.phase == LMTP_COMMANDS && !c->lmtp.has_sender))
            return -1;
        int ready = poll(&p, 1, (int)(until - now < 1000 ? until - now : 1000));
        if (ready > 0) {
            ssize_t got = recv(c->fd, bytes, n, 0);
            if (got >= 0 || errno != EINTR)
                return got < 0 ? 0 : got;
        }
    }
}

void serve_connection(const struct agent *g, int fd)
{
    static char bytes[READ_BYTES];
    static struct connection c;
    const struct deliver_options *o = &g->config->deliver;
    const struct lmtp_limits limits = { o->message_max, o->recipients_max };
    const struct sigaction term = { .sa_handler = on_term, .sa_flags = SA_RESTART }; /* children inherit it */
    const struct timeval patience = { .tv_sec = IDLE_MS / 1000 };
    ssize_t n;
    memset(&c, 0, sizeof(c));
    c.g = g;
    c.fd = fd;
    sigaction(SIGTERM, &term, NULL);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)); /* for who reads no replies */
    arena_init(&c.arena, (size_t)RECIPIENT_BYTES * (o->recipients_max + 64));
    buf_init(&c.out, 1 << 20);
    lmtp_init(&c.lmtp, &ops, &c, &limits, g->host, &c.out);
    on_flush(&c, &c.out);
    while (!c.gone && c.lmtp.phase != LMTP_CLOSED && (n = read_some(&c, bytes, sizeof(bytes))) != 0) {
        if (n < 0) {
            buf_printf(&c.out, "421 4.4.2 %s %s\r\n", g->host, stopping ? "stopping" : "timeout");
            on_flush(&c, &c.out);
            break;
        }
        lmtp_feed(&c.lmtp, slice_of(bytes, (size_t)n), &c.out);
        on_flush(&c, &c.out);
    }
    lmtp_closed(&c.lmtp);
    buf_deinit(&c.out);
    arena_deinit(&c.arena);
}
