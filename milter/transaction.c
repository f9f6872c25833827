/* transaction.c - one message while it comes in; see transaction.h */
#include "config.h"
#include "milter/transaction.h"

#include <time.h>
#include "base/os.h"
#include "base/log.h"

#define CHARGE_STEP (64 * 1024) /* bytes are charged in steps: fewer turns of a lock that all share */
#define LINE_MAX_BYTES (4 * 1024 * 1024)
#define LINE_KEEP_BYTES (64 * 1024)

const struct fault_info faults[FAULT_COUNT] = {
    [FAULT_OVERLOAD] = { "overload", "451", "4.3.2", "Too many messages at once, try again later" },
    [FAULT_NO_SPACE] = { "space", "452", "4.3.1", "No space to look at the message, try again later" },
    [FAULT_SYSTEM] = { "spool", "451", "4.3.0", "Cannot look at the message now, try again later" },
    [FAULT_MEMORY] = { "memory", "451", "4.3.0", "Cannot look at the message now, try again later" },
    [FAULT_STORE] = { "store", "451", "4.3.0", "Cannot hold the message now, try again later" },
    [FAULT_RECIPIENTS] = { "recipients", "451", "4.5.3", "Too many recipients, send to fewer at once" },
};

void transaction_init(struct transaction *t, struct gateway *g)
{
    memset(t, 0, sizeof(*t));
    t->gateway = g;
    arena_init(&t->arena, TRANSACTION_ARENA_MAX);
    buf_init(&t->line, LINE_MAX_BYTES);
}

void transaction_deinit(struct transaction *t)
{
    transaction_end(t);
    buf_deinit(&t->line);
    arena_deinit(&t->arena);
}

void transaction_end(struct transaction *t)
{
    struct gateway *g = t->gateway;
    struct arena arena = t->arena;
    struct buf line = t->line;
    if (t->spool_open)
        spool_close(&t->spool);
    if (t->admitted)
        admission_leave(&g->admission, t->charged);
    snapshots_return(&g->snapshots, &t->snapshot);
    arena_reset(&arena);
    if (line.cap > LINE_KEEP_BYTES) {
        buf_deinit(&line);
        buf_init(&line, LINE_MAX_BYTES);
    }
    *t = (struct transaction){ .gateway = g, .arena = arena, .line = line };
}

bool transaction_begin(struct transaction *t)
{
    transaction_end(t);
    struct snapshot *now = snapshots_take(&t->gateway->snapshots);
    if (now == NULL)
        return false;
    t->active = true;
    t->recipients_max = now->config.gateway.recipients_max;
    t->envelope.received_at = time(NULL);
    snapshots_return(&t->gateway->snapshots, &now);
    return true;
}

void transaction_fail(struct transaction *t, enum fault fault)
{
    if (t->fault == FAULT_NONE)
        t->fault = fault;
}

struct slice transaction_address(struct slice address)
{
    if (address.n >= 2 && address.p[0] == '<' && address.p[address.n - 1] == '>')
        return slice_sub(address, 1, address.n - 2);
    return address;
}

void transaction_sender(struct transaction *t, struct slice address)
{
    t->envelope.has_sender = true;
    t->envelope.sender = arena_dup(&t->arena, transaction_address(address));
}

void transaction_recipient(struct transaction *t, struct slice address)
{
    struct envelope *env = &t->envelope;
    env->recipients_total++;
    if (env->n_recipients >= t->recipients_max)
        return;
    if (env->n_recipients == t->recipients_cap) {
        size_t cap = t->recipients_cap ? t->recipients_cap * 2 : 8;
        env->recipients =
            arena_grow(&t->arena, env->recipients, env->n_recipients, cap, sizeof(*env->recipients));
        t->recipients_cap = cap;
    }
    env->recipients[env->n_recipients] = arena_dup(&t->arena, transaction_address(address));
    env->n_recipients++;
}

static struct admission_limits limits_of(const struct transaction *t)
{
    const struct gateway_options *o = &t->snapshot->config.gateway;
    return (struct admission_limits){ .messages = o->messages_max, .bytes = o->spool_bytes_max };
}

void transaction_admit(struct transaction *t)
{
    if (t->snapshot == NULL) {
        t->snapshot = snapshots_take(&t->gateway->snapshots);
        t->started_ms = clock_ms();
    }
    if (t->admitted || t->fault != FAULT_NONE)
        return;
    const struct gateway_options *o = &t->snapshot->config.gateway;
    struct admission_limits limits = limits_of(t);
    /* a person who submits mail sits before the screen; a server has a queue */
    t->admitted = admission_enter(&t->gateway->admission, &limits,
                                  t->envelope.auth_user.n ? o->submission_wait : o->admission_wait);
    if (!t->admitted)
        transaction_fail(t, FAULT_OVERLOAD);
}

static void fail_spool(struct transaction *t, const struct err *e)
{
    log_warning("spool: %s", e->text);
    transaction_fail(t, e->kind == ERR_RETRY ? FAULT_NO_SPACE : FAULT_SYSTEM);
}

static bool open_spool(struct transaction *t)
{
    const struct gateway_options *o = &t->snapshot->config.gateway;
    struct err e = { 0 };
    t->spool_options = (struct spool_options){ .dir_fd = t->gateway->spool_dir,
                                               .memory_max = o->spool_memory_max,
                                               .max = o->message_max };
    if (spool_open(&t->spool, &t->spool_options, &e) != 0)
        fail_spool(t, &e);
    else
        t->spool_open = true;
    return t->spool_open;
}

static bool charge(struct transaction *t, size_t n)
{
    struct admission_limits limits = limits_of(t);
    if (n <= t->charged - t->size)
        return true;
    size_t more = n - (t->charged - t->size);
    if (more < CHARGE_STEP && admission_grow(&t->gateway->admission, &limits, CHARGE_STEP))
        more = CHARGE_STEP;
    else if (!admission_grow(&t->gateway->admission, &limits, more)) {
        transaction_fail(t, FAULT_OVERLOAD);
        return false;
    }
    t->charged += more;
    return true;
}

/* Puts bytes into the spool, up to message_max. */
static void spool_bytes(struct transaction *t, struct slice bytes)
{
    struct err e = { 0 };
    transaction_admit(t);
    if (transaction_full(t) || (!t->spool_open && !open_spool(t)))
        return;
    size_t room = t->spool_options.max - t->size;
    if (bytes.n > room) {
        t->over_size = true;
        bytes.n = room;
    }
    if (!charge(t, bytes.n))
        return;
    if (spool_add(&t->spool, bytes, &e) != 0)
        fail_spool(t, &e);
    else
        t->size += bytes.n;
}

/* The MTA gives folds with LF alone; on the wire they were CRLF. */
static void add_folded(struct buf *b, struct slice value)
{
    struct slice line;
    while (slice_line(&value, &line)) {
        bool ended = line.p[line.n - 1] == '\n';
        buf_add_slice(b, ended ? slice_chomp(line) : line);
        if (ended)
            buf_add_str(b, "\r\n");
    }
}

void transaction_header(struct transaction *t, struct slice name, struct slice value, bool leading_space)
{
    transaction_admit(t);
    buf_reset(&t->line);
    buf_add_slice(&t->line, name);
    buf_add_str(&t->line, leading_space ? ":" : ": ");
    add_folded(&t->line, value);
    buf_add_str(&t->line, "\r\n");
    if (t->line.full) /* longer than any message we take */
        t->over_size = true;
    else
        spool_bytes(t, buf_slice(&t->line));
    notes_take(&t->notes, &t->arena, &t->snapshot->config.policy, t->envelope.my_name, name, value);
}

void transaction_header_done(struct transaction *t)
{
    if (!t->header_done)
        spool_bytes(t, SLICE("\r\n"));
    t->header_done = true;
}

void transaction_body(struct transaction *t, struct slice bytes)
{
    transaction_header_done(t);
    spool_bytes(t, bytes);
}

void transaction_finish(struct transaction *t)
{
    struct err e = { 0 };
    transaction_header_done(t);
    if (t->spool_open && t->fault == FAULT_NONE && spool_finish(&t->spool, &e) != 0)
        fail_spool(t, &e);
}
