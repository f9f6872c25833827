/* inspect.c - what the engines find about a message; see inspect.h */
#include "config.h"
#include "milter/inspect.h"

#include <stdio.h>
#include <unistd.h>
#include "base/os.h"

#define ENGINE_WAIT_MS 10000 /* for another engine when ours lost its loader, or a first one */
#define ENGINE_TICK_MS 50

struct look {
    struct session *s;
    struct inspection *i;
    struct engine_result rules, virus;
};

static bool still_there(void *ctx)
{
    struct look *l = ctx;
    if (!l->i->gone && l->s->mta.ops->progress(l->s->mta.ctx) != 0)
        l->i->gone = true;
    return !l->i->gone;
}

/* The loader died, with all workers: not this message's fault, and the supervisor starts another one. */
static bool engine_lost(const struct engine_result *r)
{
    const struct finding *f = r->findings.first;
    return f && f->class == CLASS_UNCHECKED_FAULT && slice_eq(f->name, SLICE(ENGINE_LOST));
}

static bool wait_until(struct look *l, bool (*there)(struct look *l))
{
    struct transaction *t = &l->s->t;
    uint64_t now = clock_ms(), give_up = now + ENGINE_WAIT_MS,
             tick = now + t->snapshot->config.gateway.progress_interval;
    while (!there(l)) {
        if (now > give_up || atomic_load(&l->s->gateway->draining))
            return false;
        if (now > tick) {
            if (!still_there(l))
                return false;
            tick = now + t->snapshot->config.gateway.progress_interval;
        }
        usleep(ENGINE_TICK_MS * 1000);
        now = clock_ms();
    }
    return true;
}

static struct engine_request request(struct look *l)
{
    struct transaction *t = &l->s->t;
    return (struct engine_request){
        .envelope = &t->envelope,
        .spool = &t->spool,
        .wanted = { WANT_FIELDS | WANT_AUTH | (t->snapshot->autolearns ? WANT_LESSON : 0),
                    t->snapshot->config.policy.required_score },
        .tick_ms = t->snapshot->config.gateway.progress_interval,
        .tick = still_there,
        .tick_ctx = l,
    };
}

/* ---- rules */

static void check_rules(struct look *l)
{
    const struct engine_request q = request(l);
    const struct snapshot *s = l->s->t.snapshot;
    s->check(s->engine, &q, &l->s->t.arena, &l->rules);
}

/* The features of a message that is to be learned. */
static void take_lesson(struct look *l)
{
    int *fd = &l->rules.text_fd;
    if (!l->s->t.snapshot->autolearns)
        return;
    if (l->rules.written.lesson.what >= LESSON_HAM && l->rules.written.text)
        l->i->lesson = *fd;
    else
        fd_close(fd);
    *fd = -1;
}

static bool another_snapshot(struct look *l)
{
    return snapshots_renew(&l->s->gateway->snapshots, &l->s->t.snapshot);
}

/* ---- viruses */

static bool any_scanner(struct look *l)
{
    return scanners_any(&l->s->gateway->scanners);
}

/* The engine's version, without those of databases: a database says what is not yet known. */
static void name_scanner(struct look *l, const struct scanner *scanner)
{
    snprintf(l->i->scanner, sizeof(l->i->scanner), "Tamis %s, libclamav %.20s", PACKAGE_VERSION,
             scanner->version);
}

static void no_scanner(struct look *l)
{
    l->virus = (struct engine_result){ 0 };
    finding_add(&l->virus.findings, &l->s->t.arena, FINDING_CLASS, CLASS_UNCHECKED_FAULT, 0,
                SLICE("virus_database"), SLICE(""));
}

/* Once more, alone: the engine was lost, or there was none. */
static void check_viruses_again(struct look *l)
{
    struct scanner *scanner = wait_until(l, any_scanner) ? scanners_take(&l->s->gateway->scanners) : NULL;
    const struct engine_request q = request(l);
    if (scanner) {
        name_scanner(l, scanner);
        engine_check(scanner->engine, &q, &l->s->t.arena, &l->virus);
    } else
        no_scanner(l);
    scanners_return(&l->s->gateway->scanners, &scanner);
}

static void check_both(struct look *l)
{
    struct scanner *scanner = scanners_take(&l->s->gateway->scanners);
    const struct engine_request q = request(l);
    const struct snapshot *s = l->s->t.snapshot;
    if (scanner == NULL) {
        check_rules(l);
        check_viruses_again(l);
        return;
    }
    name_scanner(l, scanner);
    engine_check_both(s->engine, scanner->engine, &q, &l->s->t.arena, &l->rules, &l->virus);
    scanners_return(&l->s->gateway->scanners, &scanner);
    if (engine_lost(&l->virus))
        check_viruses_again(l);
}

static bool has_fault(const struct engine_result *r)
{
    return r->findings.classes & CLASS_BIT(CLASS_UNCHECKED_FAULT);
}

void inspect(struct session *s, struct inspection *i)
{
    struct look l = { .s = s, .i = i };
    bool scan = s->t.snapshot->config.virus.scan;
    if (scan)
        check_both(&l);
    else
        check_rules(&l);
    if (engine_lost(&l.rules) && wait_until(&l, another_snapshot))
        check_rules(&l);
    take_lesson(&l);
    i->scanned = scan && !has_fault(&l.virus);
    i->result = l.rules;
    if (scan)
        engine_result_add(&i->result, &s->t.arena, &l.virus);
}
