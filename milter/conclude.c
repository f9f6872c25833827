/* conclude.c - the end of a message; see conclude.h
 * Two steps, each with its own guard against a message that wants too much memory: look (the engine has a
 * guard of its own, which takes ours away) and decide. */
#include "config.h"
#include "milter/conclude.h"

#include <stdio.h>
#include <time.h>
#include "base/os.h"
#include "base/log.h"
#include "milter/holding.h"
#include "milter/inspect.h"
#include "milter/judging.h"
#include "milter/lesson.h"
#include "milter/macros.h"
#include "milter/passing.h"
#include "auth/authres-write.h"
#include "keeper/mark.h"
#include "policy/dmarc.h"
#include "policy/logline.h"
#include "policy/sign.h"
#include "policy/strip.h"

struct conclusion {
    struct session *s;
    struct slice id;
    char own_id[40];
    struct inspection seen;
    struct judgement judged;
    struct plan plan;
    struct holding held;
    struct lesson lesson;
    bool released; /* by its mark, see milter/passing.h */
    enum sign_outcome signed_how;
    struct slice signed_as;
    const char *results; /* value of Authentication-Results; NULL: none is written */
    struct slice mapped; /* the message, while it is signed */
    enum session_reply reply;
    bool done;
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

static void add_class(struct conclusion *c, enum verdict_class class, const char *name)
{
    finding_add(&c->seen.result.findings, &c->s->t.arena, FINDING_CLASS, class, 0, slice_str(name),
                slice_of(NULL, 0));
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
    inspect(c->s, &c->seen);
}

/* While DMARC is known of nobody, it is not this message that is odd. */
static bool waits_for_the_dns(const struct conclusion *c)
{
    class_set failing = c->judged.verdict.classes & VERDICT_FAILING;
    return failing == CLASS_BIT(CLASS_DMARC_TEMPERROR) &&
           !dmarc_tally_known(&c->s->gateway->dmarc, clock_ms(), c->s->t.snapshot->config.policy.fault_age);
}

/* The message failed for now: for so long already that trying again is no answer any more? */
static bool aged(struct conclusion *c)
{
    struct transaction *t = &c->s->t;
    struct slice bytes;
    struct err e = { 0 };
    if (!(c->judged.verdict.classes & VERDICT_FAILING) || t->fault != FAULT_NONE || c->seen.gone)
        return false;
    if (spool_map(t->spool.fd, t->spool.n, &bytes, &e) != 0) {
        log_warning("id=%.*s: %s", SLICE_ARG(c->id), e.text);
        return false;
    }
    bool old = age_table_note(c->s->gateway->age, bytes, &t->envelope, clock_ms(),
                              t->snapshot->config.policy.fault_age);
    spool_unmap(&bytes);
    return old && !waits_for_the_dns(c);
}

static void judge_sender(struct conclusion *c)
{
    const struct auth_results *r = c->seen.result.written.auth;
    struct transaction *t = &c->s->t;
    if (r && r->dmarc.code != AUTH_NOT_RUN)
        dmarc_tally_note(&c->s->gateway->dmarc, &r->dmarc, clock_ms());
    dmarc_findings(&c->seen.result.findings, &t->arena, r, &t->snapshot->config.policy);
}

static void judge(struct conclusion *c)
{
    struct transaction *t = &c->s->t;
    struct finding_list *findings = &c->seen.result.findings;
    if (t->over_size)
        add_class(c, CLASS_UNCHECKED_LIMIT, "size");
    if (t->fault != FAULT_NONE)
        add_class(c, CLASS_UNCHECKED_FAULT, faults[t->fault].name);
    judge_sender(c);
    c->released = passing_apply(t, c->id, findings);
    judge_message(&c->judged, t, findings, false);
    if (aged(c))
        judge_message(&c->judged, t, findings, true);
}

static int hash_of(const struct spool *spool, struct seal_message *out, struct err *e)
{
    struct slice bytes = spool_short(spool);
    bool maps = bytes.p == NULL;
    if (maps && spool_map(spool->fd, spool->n, &bytes, e) != 0)
        return -1;
    seal_hash(bytes, out);
    if (maps)
        spool_unmap(&bytes);
    return 0;
}

/* What will reach a mailbox carries its verdict, signed. */
static bool prepare_seal(const struct conclusion *c, struct plan_seal *seal)
{
    const struct transaction *t = &c->s->t;
    struct timespec now;
    struct err e = { 0 };
    if (!c->s->gateway->has_key || t->fault != FAULT_NONE || t->over_size || c->seen.gone ||
        c->judged.verdict.action >= ACTION_TEMPFAIL || t->snapshot->config.policy.mode == MODE_OBSERVE)
        return false;
    if (hash_of(&t->spool, &seal->message, &e) != 0) {
        log_warning("id=%.*s: no verdict is signed: %s", SLICE_ARG(c->id), e.text);
        return false;
    }
    clock_gettime(CLOCK_REALTIME, &now);
    seal->key = c->s->gateway->key;
    seal->now = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
    seal->verdicts = c->judged.of_recipient;
    return true;
}

/* Of mail that comes in; what our own people send is ours to sign. */
static const char *auth_results(const struct conclusion *c)
{
    struct transaction *t = &c->s->t;
    const struct policy_options *o = &t->snapshot->config.policy;
    struct slice id = strip_authserv_id(o, t->envelope.my_name);
    struct buf value;
    if (c->seen.result.written.auth == NULL || t->envelope.auth_user.n || id.n == 0)
        return NULL;
    buf_init_in(&value, &t->arena, AUTHRES_WRITE_MAX);
    authres_write(&value, c->seen.result.written.auth, id);
    return value.full ? NULL : value.p;
}

static void plan(struct conclusion *c)
{
    struct transaction *t = &c->s->t;
    struct plan_seal seal = { 0 };
    c->results = auth_results(c);
    const struct plan_message m = {
        .envelope = &t->envelope,
        .remove = t->notes.v,
        .n_remove = t->notes.n,
        .has_subject = t->notes.has_subject,
        .subject = t->notes.subject,
        .id = c->id,
        .decision = &c->judged.decision,
        .written = &c->seen.result.written,
        .auth_results = c->results,
        .scanned = c->seen.scanned,
        .scanner = c->seen.scanner[0] ? c->seen.scanner : NULL,
        .seal = prepare_seal(c, &seal) ? &seal : NULL,
        .incomplete = t->over_size,
        .leading_space = c->s->grants.leading_space,
    };
    plan_make(&c->plan, &t->arena, &c->judged.verdict, &m, &t->snapshot->config.policy);
    if (c->plan.reply == REPLY_REJECT &&
        c->judged.verdict.action != ACTION_REJECT) { /* too many forged fields */
        c->judged.verdict.action = ACTION_REJECT;
        c->judged.verdict.hold_copy = false;
    }
}

/* ---- signatures */

/* Over what the plan leaves of the message. What was held once and comes again is none of our
 * clients', though it comes from this machine, and even where its mark is no good any more. */
static void sign(struct conclusion *c)
{
    struct transaction *t = &c->s->t;
    struct err e = { 0 };
    if (!signer_any(t->snapshot->signer) || t->fault != FAULT_NONE || t->over_size || c->seen.gone ||
        passing_is_marked(&t->notes) || c->plan.reply != REPLY_ACCEPT)
        return;
    if (c->s->crypto == NULL)
        c->s->crypto = dkim_crypto_new();
    c->signed_how = SIGN_FAILED;
    if (spool_map(t->spool.fd, t->spool.n, &c->mapped, &e) != 0) {
        log_error("id=%.*s: cannot be signed: %s", SLICE_ARG(c->id), e.text);
        return;
    }
    const struct sign_message m = {
        .signer = t->snapshot->signer,
        .options = &t->snapshot->config.sign,
        .crypto = c->s->crypto,
        .envelope = &t->envelope,
        .raw = c->mapped,
        .inet = c->s->gateway->inet,
        .leading_space = c->s->grants.leading_space,
        .now = time(NULL),
        .arc = c->seen.result.written.auth ? &c->seen.result.written.auth->arc : NULL,
        .results = slice_str(c->results),
    };
    c->signed_how = sign_plan(&c->plan, &t->arena, &m, &c->signed_as);
    if (c->signed_how == SIGN_FAILED)
        log_error("id=%.*s: cannot be signed: %.*s", SLICE_ARG(c->id), SLICE_ARG(c->signed_as));
}

/* Whatever the plan was, the answer is now: try again. */
static enum session_reply fail(struct conclusion *c, enum fault fault)
{
    const struct fault_info *f = &faults[fault];
    c->judged.verdict.action = ACTION_TEMPFAIL;
    c->judged.verdict.hold_copy = false; /* nor does the log say that one is held */
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
        log_error("the MTA does not let a milter%s%s%s%s: see milter_protocol and the filter's flags",
                  missing & GRANT_ADD_HEADERS ? " add headers" : "",
                  missing & GRANT_CHANGE_HEADERS ? " change headers" : "",
                  missing & GRANT_QUARANTINE ? " hold messages" : "",
                  missing & GRANT_DELETE_RECIPIENTS ? " take recipients off" : "");
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
    if (c->seen.gone)
        return SESSION_TEMPFAIL;
    if (t->fault != FAULT_NONE && !c->plan.observed)
        return fail(c, t->fault);
    if (c->signed_how == SIGN_FAILED || !may_run(c))
        return fail(c, FAULT_SYSTEM);
    take_off_mark(c);
    enum fault fault = holding_store(&c->held, t, &c->plan, &c->judged, c->id);
    if (fault != FAULT_NONE)
        return fail(c, fault);
    if (effects_run(&c->plan, &c->s->mta, &e) == 0)
        return replies[c->plan.reply];
    holding_undo(&c->held, t);
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
        .cpu_ms = (double)c->seen.result.cpu_us / 1000,
        .wait_ms = c->seen.result.wait_ms,
        .total_ms = (unsigned)(clock_ms() - t->started_ms),
        .tries = c->seen.result.tries,
        .held = c->held.id,
        .auth = c->seen.result.written.auth,
        .signed_as =
            c->signed_how == SIGN_SIGNED || c->signed_how == SIGN_SEALED ? c->signed_as : slice_of(NULL, 0),
    };
    gateway_count(c->s->gateway, COUNT_TOTAL);
    gateway_count(c->s->gateway, c->seen.gone ? COUNT_ABORTED : counts[c->judged.verdict.action]);
    buf_init_in(&line, &t->arena, LOG_LINE_MAX);
    logline_make(&line, c->id, &t->envelope, &c->judged.verdict, &n, c->plan.observed);
    log_write(c->seen.gone ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO, "%.*s%s", SLICE_ARG(buf_slice(&line)),
              c->seen.gone ? " (the MTA went away)" : "");
}

static void decide(struct conclusion *c)
{
    judge(c);
    lesson_consider(&c->lesson, c->s, &c->seen, &c->judged, c->released);
    plan(c);
    sign(c);
    c->reply = act(c);
    report(c);
    c->done = true;
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

/* Learned only what was decided, and answered so. */
static bool learnable(const struct conclusion *c)
{
    return c->done && c->reply != SESSION_TEMPFAIL && c->s->t.fault == FAULT_NONE &&
           c->plan.reply != REPLY_TEMPFAIL;
}

static enum session_reply finish(struct conclusion *c)
{
    struct session *s = c->s;
    if (!guarded(c, look))
        transaction_fail(&s->t, FAULT_MEMORY);
    bool decided = guarded(c, decide);
    if (c->mapped.n)
        spool_unmap(&c->mapped);
    if (decided)
        return c->reply;
    log_error("id=%.*s: out of the memory a message may have", SLICE_ARG(c->id));
    gateway_count(s->gateway, COUNT_TOTAL);
    gateway_count(s->gateway, COUNT_TEMPFAILED);
    return fail(c, FAULT_MEMORY);
}

enum session_reply conclude(struct session *s)
{
    struct conclusion c = { .s = s, .seen.lesson = -1, .reply = SESSION_TEMPFAIL };
    enum session_reply reply = finish(&c);
    lesson_end(&c.lesson, s, &c.seen, learnable(&c));
    return reply;
}
