/* session-fixture.h - an MTA that writes down what it is told, and an engine that finds what it is told to
 * For session-test.c and session-fuzz.c. */
#ifndef MILTER_SESSION_FIXTURE_H
#define MILTER_SESSION_FIXTURE_H

#include <stdlib.h>
#include "milter/session.h"

struct fake_macro {
    const char *name, *value;
};

struct fixture {
    struct gateway g;
    struct snapshot *snapshot;
    struct session *s;
    /* the MTA */
    struct buf told; /* one line an effect */
    struct fake_macro macros[16];
    int fail_at;                /* that effect (1: the first) is not taken; 0: none */
    int effects, progress_left; /* progress_left: then the MTA is gone; -1: never */
    /* the engine */
    void (*finds)(struct fixture *x, const struct engine_request *q, struct arena *a,
                  struct engine_result *r);
    unsigned checks, ticks;
    struct buf seen;          /* the spool of the last message */
    struct envelope envelope; /* valid inside finds */
};

static struct fixture *fixture_now; /* a struct engine is opaque */

static int fake_took(struct fixture *x)
{
    return ++x->effects == x->fail_at ? -1 : 0;
}

static int fake_add(void *ctx, const char *name, const char *value)
{
    struct fixture *x = ctx;
    buf_printf(&x->told, "add %s:%s\n", name, value);
    return fake_took(x);
}

static int fake_insert(void *ctx, unsigned position, const char *name, const char *value)
{
    struct fixture *x = ctx;
    buf_printf(&x->told, "insert %u %s:%s\n", position, name, value);
    return fake_took(x);
}

static int fake_change(void *ctx, const char *name, unsigned index, const char *value)
{
    struct fixture *x = ctx;
    if (value)
        buf_printf(&x->told, "change %s %u:%s\n", name, index, value);
    else
        buf_printf(&x->told, "delete %s %u\n", name, index);
    return fake_took(x);
}

static int fake_quarantine(void *ctx, const char *reason)
{
    struct fixture *x = ctx;
    buf_printf(&x->told, "hold %s\n", reason);
    return fake_took(x);
}

static int fake_delete_recipient(void *ctx, const char *address)
{
    struct fixture *x = ctx;
    buf_printf(&x->told, "remove %s\n", address);
    return fake_took(x);
}

static int fake_reply(void *ctx, const char *code, const char *enhanced, const char *text)
{
    struct fixture *x = ctx;
    buf_printf(&x->told, "reply %s %s %s\n", code, enhanced, text);
    return fake_took(x);
}

static int fake_progress(void *ctx)
{
    struct fixture *x = ctx;
    if (x->progress_left == 0)
        return -1;
    x->progress_left -= x->progress_left > 0;
    return 0;
}

static const char *fake_macro(void *ctx, const char *name)
{
    struct fixture *x = ctx;
    for (size_t i = 0; i < sizeof(x->macros) / sizeof(x->macros[0]); i++)
        if (x->macros[i].name && strcmp(x->macros[i].name, name) == 0)
            return x->macros[i].value;
    return NULL;
}

static const struct effects_ops fake_effects = {
    .add_header = fake_add,
    .insert_header = fake_insert,
    .change_header = fake_change,
    .delete_recipient = fake_delete_recipient,
    .quarantine = fake_quarantine,
    .reply = fake_reply,
    .progress = fake_progress,
    .macro = fake_macro,
};

static void fake_check(struct engine *engine, const struct engine_request *q, struct arena *a,
                       struct engine_result *r)
{
    struct fixture *x = fixture_now;
    struct slice bytes;
    struct err e = { 0 };
    (void)engine;
    x->checks++;
    x->envelope = *q->envelope;
    if (spool_map(q->spool->fd, q->spool->n, &bytes, &e) != 0)
        bug("the spool cannot be mapped: %s", e.text);
    buf_reset(&x->seen);
    buf_add_slice(&x->seen, bytes);
    spool_unmap(&bytes);
    memset(r, 0, sizeof(*r));
    r->tries = 1;
    for (unsigned i = 0; i < x->ticks; i++)
        if (!q->tick(q->tick_ctx))
            break;
    if (x->finds)
        x->finds(x, q, a, r);
}

static void fixture_open(struct fixture *x)
{
    const struct mta mta = { .ops = &fake_effects, .ctx = x };
    const struct session_grants all = {
        .edits = GRANT_ADD_HEADERS | GRANT_CHANGE_HEADERS | GRANT_QUARANTINE | GRANT_DELETE_RECIPIENTS,
        .leading_space = true,
        .skip = true,
        .answers = EARLY_ANSWERS_CONNECT | EARLY_ANSWERS_RECIPIENT,
    };
    x->s = session_new(&x->g, &mta);
    session_granted(x->s, &all);
}

/* Defaults, with the MTA's hold queue, without viruses, and with the engine above. */
static struct snapshot *fixture_snapshot(void)
{
    struct snapshot *s = calloc(1, sizeof(*s));
    struct err e = { 0 };
    arena_init(&s->arena, 1 << 20);
    conf_defaults(&config_schema, &s->arena, &s->config);
    s->config.virus.scan = false;
    s->config.policy.quarantine_method = QUARANTINE_HOLD;
    s->hold = keeper_hold;
    s->check = fake_check;
    s->maps = policy_maps_load(&s->config.policy, &s->config.early, &s->arena, &e);
    return s;
}

static void fixture_init(struct fixture *x)
{
    memset(x, 0, sizeof(*x));
    fixture_now = x;
    buf_init(&x->told, 1 << 20);
    buf_init(&x->seen, 64 << 20);
    x->progress_left = -1;
    snapshots_init(&x->g.snapshots);
    scanners_init(&x->g.scanners);
    admission_init(&x->g.admission);
    x->g.age = age_table_new(100);
    x->g.early_age = age_table_new(100);
    x->g.spool_dir = -1;
    x->snapshot = fixture_snapshot();
    x->snapshot->config.gateway.admission_wait = x->snapshot->config.gateway.submission_wait = 0;
    snapshots_install(&x->g.snapshots, x->snapshot);
    fixture_open(x);
}

/* Whatever happened, nothing may be left. */
static void fixture_deinit(struct fixture *x)
{
    unsigned in_work, waiting;
    size_t bytes;
    session_free(&x->s);
    admission_get(&x->g.admission, &in_work, &waiting, &bytes);
    if (in_work || waiting || bytes || x->snapshot->counted.users)
        bug("left behind: %u messages, %zu bytes, %u users", in_work, bytes, x->snapshot->counted.users);
    snapshots_deinit(&x->g.snapshots);
    scanners_deinit(&x->g.scanners);
    admission_deinit(&x->g.admission);
    age_table_free(&x->g.age);
    age_table_free(&x->g.early_age);
    buf_deinit(&x->told);
    buf_deinit(&x->seen);
}

#endif
