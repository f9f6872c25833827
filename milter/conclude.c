/* conclude.c - the end of a message; see conclude.h
 * Two steps, each with its own guard against a message that wants too much memory: look (the engine has a
 * guard of its own, which takes ours away) and decide. */
#include "config.h"
#include "milter/conclude.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>
#include "base/os.h"
#include "base/log.h"
#include "milter/macros.h"
#include "milter/passing.h"
#include "keeper/mark.h"
#include "policy/logline.h"

#define LOADER_WAIT_MS 10000 /* for another engine when ours lost its loader */
#define LOADER_TICK_MS 50

struct conclusion {
    struct session *s;
    struct slice id;
    char own_id[40];
    struct engine_result result;
    struct verdict verdict;
    struct plan plan;
    bool released; /* by its mark, see milter/passing.h */
    bool gone;     /* the MTA went away while we looked */
    enum session_reply reply;
};

/* The queue id; where the MTA has none (or not yet), one of our own. */
static void name_message(struct conclusion *c)
{
    struct transaction *t = &c->s->t;
    macros_fill(&t->envelope, &t->arena, &c->s->mta);
    c->id = t->envelope.queue_id;
    if (c->id.n == 0) {
        unsigned long long n = atomic_fetch_add(&c->s->gateway->next_id, 1);
        snprintf(c->own_id, sizeof(c->own_id), "T%llx-%llx", (unsigned long long)time(NULL), n);
        c->id = slice_str(c->own_id);
    }
}

static bool still_there(void *ctx)
{
    struct conclusion *c = ctx;
    if (!c->gone && c->s->mta.ops->progress(c->s->mta.ctx) != 0)
        c->gone = true;
    return !c->gone;
}

static void add_class(struct conclusion *c, enum verdict_class class, const char *name)
{
    finding_add(&c->result.findings, &c->s->t.arena, FINDING_CLASS, class, 0, slice_str(name),
                slice_of(NULL, 0));
}

/* The loader died, with all workers: not this message's fault, and the supervisor starts another one. */
static bool engine_lost(const struct engine_result *r)
{
    const struct finding *f = r->findings.first;
    return f && f->class == CLASS_UNCHECKED_FAULT && slice_eq(f->name, SLICE(ENGINE_LOST));
}

static bool wait_for_another_engine(struct conclusion *c)
{
    struct transaction *t = &c->s->t;
    uint64_t now = clock_ms(), give_up = now + LOADER_WAIT_MS,
             tick = now + t->snapshot->config.gateway.progress_interval;
    while (!snapshots_renew(&c->s->gateway->snapshots, &t->snapshot)) {
        if (now > give_up || atomic_load(&c->s->gateway->draining))
            return false;
        if (now > tick) {
            if (!still_there(c))
                return false;
            tick = now + t->snapshot->config.gateway.progress_interval;
        }
        usleep(LOADER_TICK_MS * 1000);
        now = clock_ms();
    }
    return true;
}

static void check(struct conclusion *c)
{
    struct transaction *t = &c->s->t;
    const struct snapshot *s = t->snapshot;
    const struct engine_request q = {
        .envelope = &t->envelope,
        .spool = &t->spool,
        .tick_ms = s->config.gateway.progress_interval,
        .tick = still_there,
        .tick_ctx = c,
    };
    s->check(s->engine, &q, &t->arena, &c->result);
}

static void look(struct conclusion *c)
{
    struct transaction *t = &c->s->t;
    name_message(c);
    transaction_finish(t);
    if (t->arena.used > TRANSACTION_ARENA_MAX / 2) /* the engine must never be left by a jump */
        transaction_fail(t, FAULT_MEMORY);
    if (t->fault != FAULT_NONE)
        return;
    check(c);
    if (engine_lost(&c->result) && wait_for_another_engine(c))
        check(c);
}

/* The message failed for now: for so long already that trying again is no answer any more? */
static bool aged(struct conclusion *c)
{
    struct transaction *t = &c->s->t;
    struct slice bytes;
    struct err e = { 0 };
    const class_set failing = CLASS_BIT(CLASS_UNCHECKED_CRASH) | CLASS_BIT(CLASS_UNCHECKED_FAULT);
    if (!(c->verdict.classes & failing) || t->fault != FAULT_NONE || c->gone)
        return false;
    if (spool_map(t->spool.fd, t->spool.n, &bytes, &e) != 0) {
        log_warning("id=%.*s: %s", SLICE_ARG(c->id), e.text);
        return false;
    }
    bool old = age_table_note(c->s->gateway->age, bytes, &t->envelope, clock_ms(),
                              t->snapshot->config.policy.fault_age);
    spool_unmap(&bytes);
    return old;
}

static void judge(struct conclusion *c)
{
    struct transaction *t = &c->s->t;
    const struct policy_options *o = &t->snapshot->config.policy;
    if (t->over_size)
        add_class(c, CLASS_UNCHECKED_LIMIT, "size");
    if (t->fault != FAULT_NONE)
        add_class(c, CLASS_UNCHECKED_FAULT, faults[t->fault].name);
    c->released = passing_apply(t, c->id, &c->result.findings);
    verdict_decide(&c->verdict, &c->result.findings, o, false);
    if (aged(c))
        verdict_decide(&c->verdict, &c->result.findings, o, true);
}

static void plan(struct conclusion *c)
{
    struct transaction *t = &c->s->t;
    const struct plan_message m = {
        .envelope = &t->envelope,
        .remove = t->notes.v,
        .n_remove = t->notes.n,
        .has_subject = t->notes.has_subject,
        .subject = t->notes.subject,
        .id = c->id,
        .leading_space = c->s->grants.leading_space,
    };
    plan_make(&c->plan, &t->arena, &c->verdict, &m, &t->snapshot->config.policy);
}

/* Whatever the plan was, the answer is now: try again. */
static enum session_reply fail(struct conclusion *c, enum fault fault)
{
    const struct fault_info *f = &faults[fault];
    c->verdict.action = ACTION_TEMPFAIL;
    c->s->mta.ops->reply(c->s->mta.ctx, f->code, f->enhanced, f->text);
    return SESSION_TEMPFAIL;
}

static bool may_run(struct conclusion *c)
{
    const char *wrong = plan_check(&c->plan);
    unsigned missing = effects_needed(&c->plan) & ~c->s->grants.edits;
    if (wrong)
        log_error("id=%.*s: a plan that must not be: %s", SLICE_ARG(c->id), wrong);
    if (missing && !c->s->warned)
        log_error("the MTA does not let a milter%s%s%s: see milter_protocol and the filter's flags",
                  missing & GRANT_ADD_HEADERS ? " add headers" : "",
                  missing & GRANT_CHANGE_HEADERS ? " change headers" : "",
                  missing & GRANT_QUARANTINE ? " hold messages" : "");
    c->s->warned |= missing != 0;
    return wrong == NULL && missing == 0;
}

/* Observing changes nothing that others wrote; the mark is ours. */
static void take_off_mark(struct conclusion *c)
{
    const struct mta *mta = &c->s->mta;
    if (c->released && c->plan.observed && (c->s->grants.edits & GRANT_CHANGE_HEADERS) &&
        mta->ops->change_header(mta->ctx, MARK_FIELD, 1, NULL) != 0)
        log_warning("id=%.*s: the MTA did not take off the mark", SLICE_ARG(c->id));
}

static enum session_reply act(struct conclusion *c)
{
    static const enum session_reply replies[] = {
        [REPLY_ACCEPT] = SESSION_CONTINUE,
        [REPLY_REJECT] = SESSION_REJECT,
        [REPLY_TEMPFAIL] = SESSION_TEMPFAIL,
        [REPLY_DISCARD] = SESSION_DISCARD,
    };
    struct transaction *t = &c->s->t;
    struct err e = { 0 };
    if (c->gone)
        return SESSION_TEMPFAIL;
    if (t->fault != FAULT_NONE && !c->plan.observed)
        return fail(c, t->fault);
    if (!may_run(c))
        return fail(c, FAULT_SYSTEM);
    take_off_mark(c);
    if (effects_run(&c->plan, &c->s->mta, &e) == 0)
        return replies[c->plan.reply];
    log_warning("id=%.*s: %s", SLICE_ARG(c->id), e.text);
    return fail(c, FAULT_SYSTEM);
}

static void report(struct conclusion *c)
{
    static const enum gateway_count counts[ACTION_COUNT] = {
        [ACTION_PASS] = COUNT_CLEAN,      [ACTION_TAG] = COUNT_TAGGED,
        [ACTION_QUARANTINE] = COUNT_HELD, [ACTION_TEMPFAIL] = COUNT_TEMPFAILED,
        [ACTION_REJECT] = COUNT_REJECTED, [ACTION_DISCARD] = COUNT_DISCARDED,
    };
    struct transaction *t = &c->s->t;
    struct buf line;
    const struct logline_numbers n = {
        .size = t->size,
        .cpu_ms = (double)c->result.cpu_us / 1000,
        .wait_ms = c->result.wait_ms,
        .total_ms = (unsigned)(clock_ms() - t->started_ms),
        .tries = c->result.tries,
    };
    gateway_count(c->s->gateway, COUNT_TOTAL);
    gateway_count(c->s->gateway, c->gone ? COUNT_ABORTED : counts[c->verdict.action]);
    buf_init_in(&line, &t->arena, LOG_LINE_MAX);
    logline_make(&line, c->id, &t->envelope, &c->verdict, &n, c->plan.observed);
    log_write(c->gone ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO, "%.*s%s", SLICE_ARG(buf_slice(&line)),
              c->gone ? " (the MTA went away)" : "");
}

static void decide(struct conclusion *c)
{
    judge(c);
    plan(c);
    c->reply = act(c);
    report(c);
}

static bool guarded(struct conclusion *c, void (*step)(struct conclusion *))
{
    struct arena *a = &c->s->t.arena;
    if (!ARENA_TRY(a))
        return false;
    step(c);
    a->can_escape = false; /* this frame is about to go */
    return true;
}

enum session_reply conclude(struct session *s)
{
    struct conclusion c = { .s = s, .reply = SESSION_TEMPFAIL };
    if (!guarded(&c, look))
        transaction_fail(&s->t, FAULT_MEMORY);
    if (guarded(&c, decide))
        return c.reply;
    log_error("id=%.*s: out of the memory a message may have", SLICE_ARG(c.id));
    gateway_count(s->gateway, COUNT_TOTAL);
    gateway_count(s->gateway, COUNT_TEMPFAILED);
    return fail(&c, FAULT_MEMORY);
}
