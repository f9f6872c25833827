/* check.c - one message to a worker and back; see engine.h
 * try = check out a worker, hand the message over, wait, take the answer. A worker that does not answer as it
 * should is discarded, whatever the reason, and the message goes to another one. Only a worker that has read
 * the message counts as a try, and against the client. */
#include "engine/engine-impl.h"

#include <errno.h>
#include <poll.h>
#include "base/log.h"

#define TRIES_MAX 2
/* a worker that died idle is no fault of the message; but not for ever */
#define HANDOVERS_MAX 16
/* CPU time that a worker may report beyond the time that went by: two clocks, read at different moments */
#define CPU_SLACK_US 1000000

enum outcome { DONE, NOT_HANDED, UNREAD, DIED, HUNG, LIED, ORPHANED, LATE, GONE };

static const struct outcome_info {
    const char *name; /* of the finding */
    const char *verb; /* in the log */
    enum pool_end end;
    bool blamed; /* on the message, and its client */
} outcomes[] = {
    [DONE] = { "done", "is done", POOL_ENDED, false },
    [NOT_HANDED] = { "handover", "did not take", POOL_ENDED, false },
    [UNREAD] = { "unread", "died without having read", POOL_ENDED, false },
    [DIED] = { "died", "died over", POOL_ENDED, true },
    [HUNG] = { "hung", "hung over", POOL_HUNG, true },
    [LIED] = { "lied", "lied about", POOL_LIED, true },
    [ORPHANED] = { "loader", "died with its loader over", POOL_ENDED, false },
    [LATE] = { "deadline", "was late with", POOL_UNWANTED, false },
    [GONE] = { "gone", "is not needed any more for", POOL_UNWANTED, false },
};

struct call {
    struct engine *engine;
    const struct engine_request *q;
    struct arena *a;
    struct engine_result *r;
    struct patience patience;
    uint64_t id, since; /* of this try; since: clock_ms() at the handover */
};

static void add_class(struct call *c, enum verdict_class class, const char *name)
{
    finding_add(&c->r->findings, c->a, FINDING_CLASS, class, 0, slice_str(name), SLICE(""));
}

static enum outcome hand_over(struct call *c, struct pool_worker *w)
{
    struct err e;
    c->id = c->engine->next_id++;
    buf_reset(&w->out);
    proto_put_check(&w->out, c->id, c->q->spool->n, c->q->envelope);
    if (w->out.full)
        bug("a request of more than %d bytes", IPC_FRAME_MAX);
    c->since = clock_ms();
    if (ipc_send(w->fd, buf_slice(&w->out), &c->q->spool->fd, 1, &e) == 0)
        return DONE;
    log_debug("scorer %d: message not handed over: %s", (int)w->pid, e.text);
    return NOT_HANDED;
}

/* Until something can be read, if only the end. The kernel marks the channel with an error when its other end
 * is closed while our request is in there. */
static enum outcome wait_for_answer(struct call *c, const struct pool_worker *w)
{
    uint64_t hung_at = c->since + c->engine->o.worker_deadline;
    uint64_t until = hung_at < c->patience.deadline ? hung_at : c->patience.deadline;
    for (;;) {
        struct pollfd pfd = { .fd = w->fd, .events = POLLIN };
        uint64_t now = clock_ms(), end = patience_slice(&c->patience, until);
        int rc = poll(&pfd, 1, end > now ? (int)(end - now) : 0);
        if (rc > 0)
            return pfd.revents & POLLERR ? UNREAD : DONE;
        if (rc < 0 && errno != EINTR)
            bug("poll: %m");
        now = clock_ms();
        if (now >= until)
            return now >= hung_at ? HUNG : LATE;
        if (!patience_tick(&c->patience, now))
            return GONE;
    }
}

static enum outcome lie(const struct pool_worker *w, const char *what)
{
    log_warning("scorer %d lied: %s", (int)w->pid, what);
    return LIED;
}

static enum outcome read_answer(struct call *c, const struct pool_worker *w, size_t n)
{
    struct proto_result answer;
    uint64_t most = (clock_ms() - c->since) * 1000 + CPU_SLACK_US;
    if (!proto_get_result(slice_of(w->in, n), c->a, &answer))
        return lie(w, "not a result");
    if (answer.id != c->id)
        return lie(w, "a result of something else");
    if (answer.cpu_us > most)
        return lie(w, "more CPU time than went by");
    c->r->findings = answer.findings;
    c->r->cpu_us = answer.cpu_us;
    return DONE;
}

static enum outcome take_answer(struct call *c, struct pool_worker *w)
{
    struct ipc_received got;
    struct err e;
    for (;;) {
        enum outcome outcome = wait_for_answer(c, w);
        if (outcome != DONE)
            return outcome;
        switch (ipc_recv(w->fd, w->in, sizeof(w->in), 0, &got, &e)) {
        case 1: return read_answer(c, w, got.n);
        case 0: return DIED;
        default:
            if (e.kind != ERR_RETRY)
                return lie(w, e.text);
        }
    }
}

static void log_end(const struct call *c, int pid, enum outcome outcome)
{
    struct buf text;
    buf_init(&text, 1000);
    log_quote(&text, c->q->envelope->queue_id, 100);
    buf_add_str(&text, " of client ");
    log_quote(&text, c->q->envelope->client_address, 100);
    log_warning("scorer %d %s message %s, try %u", pid, outcomes[outcome].verb, text.p, c->r->tries);
    buf_deinit(&text);
}

/* One try with one worker, which is given back in every case. */
static enum outcome try_worker(struct call *c, struct pool_worker *w)
{
    int pid = w->pid;
    enum outcome outcome = hand_over(c, w);
    if (outcome == DONE)
        outcome = take_answer(c, w);
    c->r->tries += outcome != NOT_HANDED && outcome != UNREAD;
    if (outcome == DONE) {
        pool_return(&c->engine->pool, w);
        return DONE;
    }
    pool_discard(&c->engine->pool, w, outcomes[outcome].end);
    if (outcome == DIED && pool_loader_gone(&c->engine->pool))
        outcome = ORPHANED;
    if (outcome != NOT_HANDED)
        log_end(c, pid, outcome);
    if (outcomes[outcome].blamed)
        crash_count(&c->engine->crashes, c->q->envelope->client_address, clock_ms());
    return outcome;
}

static enum pool_answer checkout(struct call *c, struct pool_worker **w)
{
    uint64_t from = clock_ms();
    enum pool_answer answer = pool_checkout(&c->engine->pool, &c->patience, w);
    c->r->wait_ms += (unsigned)(clock_ms() - from);
    return answer;
}

static void run(struct call *c)
{
    static const char *const faults[] = {
        [POOL_LATE] = "deadline", [POOL_CALLER_GONE] = "gone", [POOL_LOST] = ENGINE_LOST
    };
    for (unsigned handovers = 0;; handovers++) {
        struct pool_worker *w;
        enum pool_answer answer = checkout(c, &w);
        if (answer != POOL_GOT) {
            add_class(c, CLASS_UNCHECKED_FAULT, faults[answer]);
            return;
        }
        enum outcome outcome = try_worker(c, w);
        const struct outcome_info *info = &outcomes[outcome];
        if (outcome == DONE)
            return;
        if (info->blamed && c->r->tries == TRIES_MAX) {
            add_class(c, CLASS_UNCHECKED_CRASH, info->name);
            return;
        }
        if (outcome == LATE || outcome == GONE || handovers == HANDOVERS_MAX) {
            add_class(c, CLASS_UNCHECKED_FAULT, info->name);
            return;
        }
        if (info->blamed)
            c->engine->retries++;
    }
}

void engine_check(struct engine *engine, const struct engine_request *q, struct arena *a,
                  struct engine_result *r)
{
    struct call c = { .engine = engine, .q = q, .a = a, .r = r };
    uint64_t now = clock_ms();
    memset(r, 0, sizeof(*r));
    if (!q->spool->finished || q->spool->fd < 0)
        bug("engine_check: the spool is not finished");
    engine->messages++;
    if (a->max - a->used < ENGINE_RESULT_MEMORY)
        add_class(&c, CLASS_UNCHECKED_FAULT, "memory");
    else if (crash_over(&engine->crashes, q->envelope->client_address, now))
        add_class(&c, CLASS_UNCHECKED_FAULT, "client");
    else {
        patience_init(&c.patience, now + (q->deadline_ms ? q->deadline_ms : engine->o.message_deadline),
                      q->tick_ms, q->tick, q->tick_ctx);
        run(&c);
    }
}
