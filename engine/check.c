/* check.c - one message to a worker and back; see engine.h
 * try = check out a worker, hand the message over, wait, take the answer. A worker that does not answer as it
 * should is discarded, whatever the reason, and the message goes to another one. Only a worker that has read
 * the message counts as a try, and against the client. */
#include "engine/engine-impl.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <unistd.h>
#include "base/log.h"
#include "base/os.h"

#define TRIES_MAX 2
/* a worker that died idle is no fault of the message; but not for ever */
#define HANDOVERS_MAX 16
/* CPU time that a worker may report beyond the time that went by: two clocks, read at different moments */
#define CPU_SLACK_US 1000000
/* bytes of a text beside those of the message, with their line ends changed: fields, report, wrapping */
#define TEXT_MORE (32 * 1024 * 1024)

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

static void add_class(struct engine_call *c, enum verdict_class class, const char *name)
{
    finding_add(&c->r->findings, c->a, FINDING_CLASS, class, 0, slice_str(name), SLICE(""));
}

static uint64_t text_max(const struct engine_call *c)
{
    return 2 * (uint64_t)c->q->spool->n + TEXT_MORE;
}

/* A fresh one for each try, of a size that stays: what is not written takes no memory. */
static int make_text(struct engine_call *c)
{
    fd_close(&c->text_fd);
    if (!(c->q->wanted.what & WANT_TEXT))
        return 0;
    c->text_fd = memfd_create("tamis-text", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (c->text_fd < 0 || ftruncate(c->text_fd, (off_t)text_max(c)) < 0 ||
        fcntl(c->text_fd, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) < 0) {
        log_error("no memory for a text: %m");
        return -1;
    }
    return 0;
}

static enum outcome hand_over(struct engine_call *c, struct pool_worker *w)
{
    struct err e;
    if (make_text(c) < 0)
        return NOT_HANDED;
    c->id = c->engine->next_id++;
    buf_reset(&w->out);
    proto_put_check(&w->out, c->id, c->q->spool->n, &c->q->wanted, c->q->envelope);
    if (w->out.full)
        bug("a request of more than %d bytes", IPC_FRAME_MAX);
    c->since = clock_ms();
    const int fds[] = { c->q->spool->fd, c->text_fd };
    if (ipc_send(w->fd, buf_slice(&w->out), fds, c->text_fd < 0 ? 1 : 2, &e) == 0)
        return DONE;
    log_debug("%s %d: message not handed over: %s", c->engine->worker, (int)w->pid, e.text);
    return NOT_HANDED;
}

/* Until something can be read, if only the end. The kernel marks the channel with an error when its other end
 * is closed while our request is in there. */
static enum outcome wait_for_answer(struct engine_call *c, const struct pool_worker *w)
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

static enum outcome lie(const struct engine_call *c, const struct pool_worker *w, const char *what)
{
    log_warning("%s %d lied: %s", c->engine->worker, (int)w->pid, what);
    return LIED;
}

static enum outcome read_answer(struct engine_call *c, const struct pool_worker *w, size_t n)
{
    struct proto_result answer;
    uint64_t most = (clock_ms() - c->since) * 1000 + CPU_SLACK_US;
    if (!proto_get_result(slice_of(w->in, n), c->a, &answer))
        return lie(c, w, "not a result");
    if (answer.id != c->id)
        return lie(c, w, "a result of something else");
    if (answer.cpu_us > most)
        return lie(c, w, "more CPU time than went by");
    if (answer.written.text > (c->text_fd < 0 ? 0 : text_max(c)))
        return lie(c, w, "more text than there is room for");
    c->r->findings = answer.findings;
    c->r->written = answer.written;
    c->r->dns = answer.dns;
    c->r->cpu_us = answer.cpu_us;
    return DONE;
}

/* Once a message; a second time is no answer. */
static bool is_waiting(const struct engine_call *c, const struct pool_worker *w, size_t n)
{
    uint64_t id;
    return !w->waits && proto_get_waiting(slice_of(w->in, n), &id) && id == c->id;
}

static enum outcome take_answer(struct engine_call *c, struct pool_worker *w)
{
    struct ipc_received got;
    struct err e;
    for (;;) {
        enum outcome outcome = wait_for_answer(c, w);
        if (outcome != DONE)
            return outcome;
        switch (ipc_recv(w->fd, w->in, sizeof(w->in), 0, &got, &e)) {
        case 1:
            if (!is_waiting(c, w, got.n))
                return read_answer(c, w, got.n);
            pool_waits(&c->engine->pool, w);
            break;
        case 0: return DIED;
        default:
            if (e.kind != ERR_RETRY)
                return lie(c, w, e.text);
        }
    }
}

static void log_end(const struct engine_call *c, int pid, enum outcome outcome)
{
    struct buf text;
    buf_init(&text, 1000);
    log_quote(&text, c->q->envelope->queue_id, 100);
    buf_add_str(&text, " of client ");
    log_quote(&text, c->q->envelope->client_address, 100);
    log_warning("%s %d %s message %s, try %u", c->engine->worker, pid, outcomes[outcome].verb, text.p,
                c->r->tries);
    buf_deinit(&text);
}

/* libclamav was short of something: what it is like after that nobody knows. */
static bool left_odd(const struct engine_call *c)
{
    return c->engine->kind == ENGINE_VIRUS && (c->r->findings.classes & CLASS_BIT(CLASS_UNCHECKED_FAULT));
}

static void count_dns(struct engine *engine, const struct engine_dns *d)
{
    engine->dns.asked += d->asked;
    engine->dns.late += d->late;
    engine->dns.failed += d->failed;
    engine->dns.refused += d->refused;
    engine->dns.waited_ms += d->waited_ms;
    engine->dns.marked += d->late || d->failed || d->refused;
}

/* What was done with the worker that had the message, which is given back in every case. */
static enum outcome settle(struct engine_call *c, enum outcome outcome)
{
    struct pool_worker *w = c->worker;
    int pid = w->pid;
    c->worker = NULL;
    c->r->tries += outcome != NOT_HANDED && outcome != UNREAD;
    if (outcome == DONE) {
        c->r->text_fd = c->text_fd;
        c->text_fd = -1;
        count_dns(c->engine, &c->r->dns);
        pool_return(&c->engine->pool, w, left_odd(c) || c->r->dns.gone);
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

static enum pool_answer checkout(struct engine_call *c, struct pool_worker **w)
{
    uint64_t from = clock_ms();
    enum pool_answer answer = pool_checkout(&c->engine->pool, &c->patience, w);
    c->r->wait_ms += (unsigned)(clock_ms() - from);
    return answer;
}

static void end(struct engine_call *c, enum verdict_class class, const char *name)
{
    if (name)
        add_class(c, class, name);
    fd_close(&c->text_fd);
    c->done = true;
}

/* After a try: the result stands, or another worker gets the message. */
static void judge(struct engine_call *c, enum outcome outcome)
{
    const struct outcome_info *info = &outcomes[outcome];
    if (outcome == DONE)
        end(c, CLASS_CLEAN, NULL);
    else if (info->blamed && c->r->tries == TRIES_MAX)
        end(c, CLASS_UNCHECKED_CRASH, info->name);
    else if (outcome == LATE || outcome == GONE || c->handovers++ == HANDOVERS_MAX)
        end(c, CLASS_UNCHECKED_FAULT, info->name);
    else if (info->blamed)
        c->engine->retries++;
}

/* Until a worker has the message, or the result stands. */
static void give_out(struct engine_call *c)
{
    static const char *const faults[] = {
        [POOL_LATE] = "deadline", [POOL_CALLER_GONE] = "gone", [POOL_LOST] = ENGINE_LOST
    };
    while (!c->done && c->worker == NULL) {
        enum pool_answer answer = checkout(c, &c->worker);
        if (answer != POOL_GOT) {
            c->worker = NULL;
            end(c, CLASS_UNCHECKED_FAULT, faults[answer]);
        } else if (hand_over(c, c->worker) != DONE)
            judge(c, settle(c, NOT_HANDED));
    }
}

void engine_begin(struct engine_call *c, struct engine *engine, const struct engine_request *q,
                  struct arena *a, struct engine_result *r)
{
    uint64_t now = clock_ms();
    *c = (struct engine_call){ .engine = engine, .q = q, .a = a, .r = r, .text_fd = -1 };
    memset(r, 0, sizeof(*r));
    r->text_fd = -1;
    if (!q->spool->finished || q->spool->fd < 0)
        bug("engine_begin: the spool is not finished");
    engine->messages++;
    if (a->max - a->used < ENGINE_RESULT_MEMORY)
        end(c, CLASS_UNCHECKED_FAULT, "memory");
    else if (crash_over(&engine->crashes, q->envelope->client_address, now))
        end(c, CLASS_UNCHECKED_FAULT, "client");
    else {
        patience_init(&c->patience, now + (q->deadline_ms ? q->deadline_ms : engine->o.message_deadline),
                      q->tick_ms, q->tick, q->tick_ctx);
        give_out(c);
    }
}

void engine_finish(struct engine_call *c)
{
    while (!c->done) {
        judge(c, settle(c, take_answer(c, c->worker)));
        give_out(c);
    }
}

void engine_check(struct engine *engine, const struct engine_request *q, struct arena *a,
                  struct engine_result *r)
{
    struct engine_call c;
    engine_begin(&c, engine, q, a, r);
    engine_finish(&c);
}

void engine_check_both(struct engine *rules, struct engine *virus, const struct engine_request *q,
                       struct arena *a, struct engine_result *of_rules, struct engine_result *of_virus)
{
    struct engine_call scorer, scanner;
    struct engine_request only_findings = *q;
    only_findings.wanted = (struct engine_wanted){ 0 };
    engine_begin(&scanner, virus, &only_findings, a, of_virus);
    engine_begin(&scorer, rules, q, a, of_rules);
    engine_finish(&scorer);
    engine_finish(&scanner);
}

void engine_result_add(struct engine_result *r, struct arena *a, const struct engine_result *more)
{
    for (const struct finding *f = more->findings.first; f; f = f->next) {
        struct finding *copy = finding_add(&r->findings, a, f->kind, f->class, f->score, f->name, f->detail);
        if (copy->kind == f->kind && copy != r->findings.closing)
            copy->count = f->count;
    }
    r->cpu_us += more->cpu_us;
    if (more->dns.asked)
        r->dns = more->dns;
    r->wait_ms += more->wait_ms;
    r->tries = more->tries > r->tries ? more->tries : r->tries;
}
