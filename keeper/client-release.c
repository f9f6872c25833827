/* client-release.c - ask the keeper about releases; see client-release.h */
#include "config.h"
#include "keeper/client-release.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include "base/ipc.h"
#include "base/os.h"
#include "keeper/connect.h"
#include "keeper/redeem.h"

static int ask(const char *path, const struct buf *request, uint64_t until, struct err *e)
{
    if (request->full)
        return err_set(e, ERR_INPUT, "this is more than one request can hold");
    int fd = keeper_connect(path, until, e);
    if (fd < 0 &&
        errno == ENOENT) /* without a socket there is no keeper to be had; with one, it is coming back */
        e->kind = ERR_CONFIG;
    if (fd >= 0 && ipc_send(fd, buf_slice(request), NULL, 0, e) != 0)
        fd_close(&fd);
    return fd;
}

/* The next answer; false: *e says why there is none. */
static bool hear(int fd, char *frame, uint64_t deadline, struct slice *answer, struct err *e)
{
    struct ipc_received got;
    for (;;) {
        uint64_t now = clock_ms();
        struct pollfd p = { .fd = fd, .events = POLLIN };
        int n = now < deadline ? poll(&p, 1, (int)(deadline - now)) : 0;
        if (n == 0)
            return err_set(e, ERR_RETRY, "the keeper does not answer in time"), false;
        if (n < 0 && errno == EINTR)
            continue;
        n = ipc_recv(fd, frame, IPC_FRAME_MAX, 0, &got, e);
        if (n == 0)
            return err_set(e, ERR_RETRY, "the keeper went away"), false;
        *answer = slice_of(frame, got.n);
        return n == 1;
    }
}

static int take_pass(struct slice answer, struct arena *a, struct keeper_pass *pass, struct err *e)
{
    struct redeem_pass p;
    struct wire in;
    answer = arena_dup(a, answer);
    wire_read(&in, answer);
    memset(pass, 0, sizeof(*pass));
    if (!redeem_pass_get(&in, a, &p) || p.answer == REDEEM_FAULT || p.id.n >= sizeof(pass->id))
        return err_set(e, ERR_RETRY, "the keeper cannot look at a mark now");
    if (p.answer == REDEEM_NO)
        return 0;
    pass->waived = p.waived;
    pass->viruses = p.viruses;
    pass->n_viruses = p.n_viruses;
    memcpy(pass->id, p.id.p, p.id.n);
    return 1;
}

int keeper_redeem(const char *socket, struct slice mark, const unsigned char hash[32], struct slice recipient,
                  struct slice client_address, unsigned timeout_ms, struct arena *a, struct keeper_pass *pass,
                  struct err *e)
{
    struct redeem_request r = { .mark = mark, .recipient = recipient, .client = client_address };
    char *frame = arena_alloc(a, IPC_FRAME_MAX); /* all that may not return is before the descriptor */
    struct buf request;
    struct slice answer;
    memcpy(r.hash, hash, sizeof(r.hash));
    buf_init_in(&request, a, IPC_FRAME_MAX);
    wire_put_u8(&request, KEEPER_ASK_REDEEM);
    redeem_request_put(&request, &r);
    uint64_t until = clock_ms() + timeout_ms;
    int fd = ask(socket, &request, until, e);
    if (fd < 0)
        return e->kind == ERR_CONFIG ? 0 : -1;
    bool heard = hear(fd, frame, until, &answer, e);
    fd_close(&fd);
    return heard ? take_pass(answer, a, pass, e) : -1;
}

/* 1: more to come; 0: the end; -1: nothing was begun */
static int take_line(struct slice answer, void (*each)(void *ctx, const struct release_line *l), void *ctx,
                     struct err *e)
{
    struct release_line l;
    struct wire in;
    wire_read(&in, answer);
    if (!release_line_get(&in, &l))
        return err_set(e, ERR_SYSTEM, "the keeper answers something else");
    if (l.end && l.text.n)
        return err_set(e, ERR_INPUT, "%.*s", SLICE_ARG(l.text));
    if (!l.end)
        each(ctx, &l);
    return !l.end;
}

int keeper_release(const char *socket, const struct release_order *o, unsigned timeout_ms,
                   void (*each)(void *ctx, const struct release_line *l), void *ctx, struct err *e)
{
    char *frame = malloc(IPC_FRAME_MAX);
    struct slice answer;
    struct buf request;
    int more = -1;
    if (frame == NULL)
        return err_set(e, ERR_RETRY, "no memory");
    buf_init(&request, IPC_FRAME_MAX);
    wire_put_u8(&request, KEEPER_ASK_RELEASE);
    release_order_put(&request, o);
    int fd = ask(socket, &request, clock_ms() + timeout_ms, e);
    do
        more = fd >= 0 && hear(fd, frame, clock_ms() + timeout_ms, &answer, e)
                   ? take_line(answer, each, ctx, e)
                   : -1;
    while (more == 1);
    fd_close(&fd);
    buf_deinit(&request);
    free(frame);
    return more;
}
