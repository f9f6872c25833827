/* items.c - feature lists of many messages, in the order of the messages; see items.h */
#include "config.h"
#include "cli/items.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include "base/os.h"

#define START_MS 60000
#define ARENA_MAX ((size_t)16 << 20)
#define IN_WORK_MAX 64

/* a message in work */
struct place {
    struct arena a;
    struct spool spool;
    struct engine_request q;
    struct engine_call call;
    struct engine_result r;
    char name[PATH_MAX + 32];
    size_t target;
    bool used, begun;
    char why[200]; /* not begun */
};

struct run {
    struct config *c;
    struct spool_options spool;
    const struct items_source *source_of;
    struct mail_source *source;
    struct engine *engine;
    items_fn *fn;
    void *ctx;
    struct items_totals *t;
    struct place *places;
    size_t n_places;
};

static const struct envelope nothing_known;

/* Fills the place's spool: MAIL_... */
static int fill(struct run *r, struct place *p)
{
    struct err e = { 0 };
    const char *name;
    if (spool_open(&p->spool, &r->spool, &e) < 0)
        fatal("%s", e.text);
    int got = mail_source_next(r->source, &p->spool, &name, &p->target, &e);
    if (got != MAIL_END)
        snprintf(p->name, sizeof(p->name), "%s", name);
    snprintf(p->why, sizeof(p->why), "%s", e.text);
    if (got != MAIL_MESSAGE)
        spool_close(&p->spool);
    return got;
}

static bool counts(const struct run *r, const struct place *p)
{
    struct slice bytes;
    struct err e;
    if (r->source_of->may == NULL)
        return true;
    if (spool_map(p->spool.fd, p->spool.n, &bytes, &e) != 0)
        return false;
    bool may = r->source_of->may(r->source_of->may_ctx, bytes);
    spool_unmap(&bytes);
    return may;
}

/* The next one that counts. */
static int next(struct run *r, struct place *p)
{
    int got;
    while ((got = fill(r, p)) == MAIL_TOO_LONG || (got == MAIL_MESSAGE && !counts(r, p))) {
        if (got == MAIL_MESSAGE)
            spool_close(&p->spool);
        r->t->too_long += got == MAIL_TOO_LONG;
        r->t->refused += got == MAIL_MESSAGE;
    }
    return got;
}

/* false: there is no further message */
static bool begin(struct run *r, struct place *p)
{
    int got = next(r, p);
    p->begun = got == MAIL_MESSAGE;
    p->used = got != MAIL_END;
    if (!p->begun)
        return p->used;
    arena_reset(&p->a);
    p->q = (struct engine_request){ .envelope = &nothing_known, .spool = &p->spool };
    p->q.wanted.what = WANT_FEATURES | (r->source_of->use_ignores ? WANT_IGNORES : 0) |
                       (r->source_of->sa_words ? WANT_SA_WORDS : 0);
    engine_begin(&p->call, r->engine, &p->q, &p->a, &p->r);
    return true;
}

static bool read_item(struct place *p, struct bayes_item *item)
{
    if (p->r.text_fd < 0 || p->r.written.text == 0 || p->r.written.text > ARENA_MAX / 4)
        return false;
    size_t n = (size_t)p->r.written.text;
    char *text = arena_alloc(&p->a, n);
    return pread(p->r.text_fd, text, n, 0) == (ssize_t)n && bayes_item_get(slice_of(text, n), &p->a, item);
}

static bool is_ignored(const struct run *r, const struct place *p)
{
    return r->source_of->use_ignores && p->r.text_fd >= 0 && p->r.written.text == 0;
}

static bool finish(struct run *r, struct place *p)
{
    struct bayes_item item;
    const char *why = p->why;
    bool good = false, ignored = false;
    double ms = 0;
    if (p->begun) {
        engine_finish(&p->call);
        ignored = is_ignored(r, p);
        good = read_item(p, &item);
        why = ignored ? NULL : "no worker could read it";
        ms = (double)p->r.cpu_us / 1000;
    }
    r->t->read += good;
    r->t->unreadable += !good && !ignored;
    r->t->faults += p->begun && !good && !ignored;
    bool go_on = r->fn(r->ctx, p->name, p->target, good ? &item : NULL, why, ms);
    if (p->begun) {
        fd_close(&p->r.text_fd);
        spool_close(&p->spool);
    }
    p->used = false;
    return go_on;
}

/* Message i is in place i mod n: whose turn it is has been there longest. */
static void run_all(struct run *r)
{
    bool more = true, go_on = true;
    size_t next = 0;
    for (size_t i = 0; i < r->n_places && more; i++)
        more = begin(r, &r->places[i]);
    while (r->places[next].used) {
        struct place *p = &r->places[next];
        go_on = finish(r, p) && go_on;
        if (go_on && more)
            more = begin(r, p);
        next = (next + 1) % r->n_places;
    }
}

static unsigned workers_of(const struct config *c)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned n = c->engine.workers ? c->engine.workers : cores > 0 ? (unsigned)cores : 1;
    return n < IN_WORK_MAX ? n : IN_WORK_MAX;
}

static void run_places(struct run *r)
{
    r->places = calloc(r->n_places, sizeof(*r->places));
    if (r->places == NULL)
        fatal("no memory for %zu messages", r->n_places);
    for (size_t i = 0; i < r->n_places; i++)
        arena_init(&r->places[i].a, ARENA_MAX);
    run_all(r);
    for (size_t i = 0; i < r->n_places; i++)
        arena_deinit(&r->places[i].a);
    free(r->places);
}

int items_run(const char *program, struct config *c, const struct items_source *source, items_fn *fn,
              void *ctx, struct items_totals *t)
{
    struct own_engine engine = { .bare = true };
    struct err e = { 0 };
    int code = CLI_TRY_AGAIN;
    struct run r = { .c = c, .fn = fn, .ctx = ctx, .t = t, .source_of = source };
    memset(t, 0, sizeof(*t));
    r.n_places = c->engine.workers = workers_of(c);
    r.spool = (struct spool_options){ .dir_fd = -1,
                                      .memory_max = c->gateway.message_max,
                                      .max = c->gateway.message_max };
    own_engine_start(&engine, ENGINE_RULES, c, &e);
    if (engine.engine == NULL || engine_wait_ready(engine.engine, START_MS, &e) < 0)
        fprintf(stderr, "%s: %s\n", program, e.text);
    else {
        r.engine = engine.engine;
        r.source = mail_source_new(source->targets, source->n, source->max);
        run_places(&r);
        mail_source_free(&r.source);
        code = t->unreadable ? CLI_NO : CLI_DONE;
    }
    own_engine_stop(&engine);
    return code;
}
