/* scan-run.c - many files through the engine, results in order; see scan.h */
#include "cli/scan.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include "base/os.h"
#include "cli/command.h"
#include "policy/dmarc.h"
#include "policy/report.h"

#define TEXT_MAX (16u << 20)
#define ARENA_MAX ((size_t)256 << 20)
#define CHUNK (64 * 1024)

/* results that may wait for the one before them */
#define WINDOW_PER_THREAD 8

struct slot {
    struct buf text;
    bool done;
};

struct run {
    const struct scan *s;
    struct scan_totals *t;
    pthread_mutex_t lock;
    pthread_cond_t written;
    struct slot *slots;
    size_t window;
    size_t taken, next; /* names taken by threads; the first one not yet written */
    bool failed;        /* no more output possible: stop */
};

/* what one thread works with */
struct hand {
    struct run *r;
    struct arena arena;
    struct spool spool;
    char chunk[CHUNK];
};

enum outcome { SCANNED, UNREADABLE, FAULT };

/* ---- one file */

static int spool_file(struct hand *h, int fd, struct err *e)
{
    for (;;) {
        ssize_t n = read(fd, h->chunk, sizeof(h->chunk));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_set(e, ERR_INPUT, "%s", strerror(errno));
        if (n == 0)
            break;
        if (spool_add(&h->spool, slice_of(h->chunk, (size_t)n), e) < 0 && !h->spool.truncated)
            return -1;
        if (h->spool.truncated) /* the gateway, too, looks at the first message_max bytes only */
            break;
    }
    return spool_finish(&h->spool, e);
}

/* Opens the spool and fills it; the caller closes it in any case. */
static int read_file(struct hand *h, const char *name, const struct spool_options *o, struct err *e)
{
    bool from_stdin = strcmp(name, "-") == 0;
    int fd = from_stdin ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return err_set(e, ERR_INPUT, "%s", strerror(errno));
    int r = spool_file(h, fd, e);
    if (!from_stdin)
        fd_close(&fd);
    return r;
}

static double thread_cpu_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static bool has_fault(const struct verdict *v)
{
    return v->classes & CLASS_BIT(CLASS_UNCHECKED_FAULT);
}

static void look(struct hand *h, const struct engine_request *q, struct engine_result *r)
{
    const struct scan *s = h->r->s;
    struct engine_result of_virus;
    if (s->virus) {
        engine_check_both(s->engine, s->virus, q, &h->arena, r, &of_virus);
        engine_result_add(r, &h->arena, &of_virus);
        return;
    }
    engine_check(s->engine, q, &h->arena, r);
    if (s->virus_missing)
        finding_add(&r->findings, &h->arena, FINDING_CLASS, CLASS_UNCHECKED_FAULT, 0, SLICE("virus_database"),
                    SLICE(""));
}

static enum outcome check(struct hand *h, const char *name, double since, struct buf *out)
{
    const struct scan *s = h->r->s;
    const struct engine_request q = { .envelope = s->envelope,
                                      .spool = &h->spool,
                                      .wanted = { WANT_AUTH | (s->explain ? WANT_EVIDENCE : 0), NAN } };
    struct engine_result r;
    struct verdict v;
    look(h, &q, &r);
    if (h->spool.truncated)
        finding_add(&r.findings, &h->arena, FINDING_CLASS, CLASS_UNCHECKED_LIMIT, 0, SLICE("message_max"),
                    SLICE(""));
    dmarc_findings(&r.findings, &h->arena, r.written.auth, &s->config->policy);
    verdict_decide(&v, &r.findings, &s->config->policy, false);
    double cpu_ms = (double)r.cpu_us / 1e3 + thread_cpu_ms() - since;
    if (s->explain)
        (s->json ? explain_json : explain_print)(out, s, name, &v);
    else if (s->json)
        report_json(out, name, &v, r.written.auth, cpu_ms);
    else
        scan_print(out, s, name, &v, cpu_ms);
    return has_fault(&v) ? FAULT : SCANNED;
}

static enum outcome scan_one(struct hand *h, const char *name, struct buf *out)
{
    const struct spool_options o = { .dir_fd = -1,
                                     .memory_max = h->r->s->config->gateway.message_max,
                                     .max = h->r->s->config->gateway.message_max };
    struct err e;
    enum outcome outcome = UNREADABLE;
    double since = thread_cpu_ms();
    arena_reset(&h->arena);
    if (spool_open(&h->spool, &o, &e) < 0) {
        cli_complain("%s: %s", name, e.text);
        return UNREADABLE;
    }
    if (read_file(h, name, &o, &e) < 0)
        cli_complain("%s: %s", name, e.text);
    else
        outcome = check(h, name, since, out);
    spool_close(&h->spool);
    return outcome;
}

/* ---- order */

/* The next name, once its result has a place to wait in; false at the end. */
static bool take(struct run *r, size_t *index)
{
    pthread_mutex_lock(&r->lock);
    while (!r->failed && r->taken < r->s->n_names && r->taken >= r->next + r->window)
        pthread_cond_wait(&r->written, &r->lock);
    bool more = !r->failed && r->taken < r->s->n_names;
    *index = r->taken;
    if (more)
        r->taken++;
    pthread_mutex_unlock(&r->lock);
    return more;
}

/* Writes all results that are next in order. */
static void write_ready(struct run *r)
{
    struct slot *slot;
    while ((slot = &r->slots[r->next % r->window])->done) {
        if (!r->failed && cli_write(&slot->text) < 0)
            r->failed = true;
        buf_reset(&slot->text);
        slot->done = false;
        r->next++;
    }
    pthread_cond_broadcast(&r->written);
}

static void count(struct scan_totals *t, enum outcome outcome)
{
    t->scanned += outcome != UNREADABLE;
    t->unreadable += outcome == UNREADABLE;
    t->faults += outcome == FAULT;
}

static void *work(void *arg)
{
    struct run *r = arg;
    struct hand *h = calloc(1, sizeof(*h));
    size_t i;
    if (h == NULL)
        fatal("no memory for a thread");
    h->r = r;
    arena_init(&h->arena, ARENA_MAX);
    while (take(r, &i)) {
        struct slot *slot = &r->slots[i % r->window]; /* ours until it is done */
        enum outcome outcome = scan_one(h, r->s->names[i], &slot->text);
        pthread_mutex_lock(&r->lock);
        count(r->t, outcome);
        slot->done = true;
        write_ready(r);
        pthread_mutex_unlock(&r->lock);
    }
    arena_deinit(&h->arena);
    free(h);
    return NULL;
}

static void run_threads(struct run *r)
{
    pthread_t *threads = calloc(r->s->threads, sizeof(*threads));
    unsigned n = 0;
    if (threads == NULL)
        fatal("no memory for threads");
    while (n < r->s->threads && pthread_create(&threads[n], NULL, work, r) == 0)
        n++;
    if (n == 0)
        work(r);
    for (unsigned i = 0; i < n; i++)
        pthread_join(threads[i], NULL);
    free(threads);
}

int scan_run(const struct scan *s, struct scan_totals *t)
{
    struct run r = { .s = s, .t = t, .window = (size_t)s->threads * WINDOW_PER_THREAD };
    memset(t, 0, sizeof(*t));
    pthread_mutex_init(&r.lock, NULL);
    pthread_cond_init(&r.written, NULL);
    r.slots = calloc(r.window, sizeof(*r.slots));
    if (r.slots == NULL)
        fatal("no memory for %zu results", r.window);
    for (size_t i = 0; i < r.window; i++)
        buf_init(&r.slots[i].text, TEXT_MAX);
    run_threads(&r);
    for (size_t i = 0; i < r.window; i++)
        buf_deinit(&r.slots[i].text);
    free(r.slots);
    pthread_cond_destroy(&r.written);
    pthread_mutex_destroy(&r.lock);
    return r.failed ? -1 : 0;
}
