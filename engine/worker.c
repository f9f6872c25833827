/* worker.c - what all workers do; see worker.h
 * A message that wants more memory than its arena has jumps out of the parsers: what was found before is kept
 * and unchecked/limit "memory" added, so that asking for memory does not hide anything. */
#include "engine/worker.h"

#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>
#include "base/ipc.h"
#include "base/log.h"
#include "base/os.h"
#include "base/sandbox.h"
#include "engine/kind.h"
#include "engine/proto.h"
#include "message/spool.h"

/* descriptors that a scorer has: 0-2, its channel, the log, the message; and some room */
#define SCORER_FILES 16
/* containers in containers, each with temporary files */
#define VIRUS_FILES 256
#define EXIT_SOFTWARE 70
/* Messages up to here are read, others mapped: for a few pages the page tables cost more than a copy, and
 * many times more in a virtual machine. */
#define COPY_MAX (128 * 1024)
/* for what is found after the arena is used up */
#define SPARE_MEMORY (64 * 1024)

struct worker {
    const struct worker_setup *setup;
    const struct worker_work *work;
    struct arena a, spare;
    struct buf out;
    uint64_t cpu_told; /* us, up to the last answer */
    /* one message */
    struct proto_check check;
    struct slice raw;
    struct message message;
    struct finding_list findings;
    struct engine_written written;
    struct engine_dns dns;
    char in[IPC_FRAME_MAX];
};

void worker_settle(const struct worker_setup *setup)
{
    const struct loader_config *c = setup->config;
    bool virus = c->kind == ENGINE_VIRUS;
    struct sandbox_limits limits = { .memory = c->engine.worker_memory,
                                     .open_files = virus ? VIRUS_FILES : SCORER_FILES,
                                     .scratch = setup->scratch,
                                     .without_landlock = !c->virus.landlock };
    struct err e = { ERR_NONE, "" };
    int ready = setup->ready;
    prctl(PR_SET_NAME, loader_kinds[c->kind]->worker_process);
    heap_stays_small(0);
    populate_files();
    int rc = sandbox_die_with_parent(setup->loader, &e);
    if (rc == 0)
        rc = sandbox_enter(virus ? SANDBOX_VIRUS : SANDBOX_SCORER, &limits, &e);
    if (write(ready, &e, sizeof(e)) != sizeof(e) || rc != 0)
        _exit(EXIT_SOFTWARE);
    fd_close(&ready);
}

static void look(struct worker *w)
{
    message_parse(&w->message, &w->a, w->raw, &w->check.envelope, &w->setup->config->message);
    w->work->look(w->work->ctx, &w->message, &w->findings);
}

static void write_wanted(struct worker *w, int text_fd)
{
    struct engine_written written = { 0 };
    const struct worker_order order = { &w->check.wanted,           &w->a,   w->raw,  &w->check.envelope,
                                        &w->setup->config->message, text_fd, &written };
    if (w->check.wanted.what == 0 || w->work->write == NULL)
        return;
    w->work->write(w->work->ctx, &order);
    w->written = written;
}

static void add_class(struct worker *w, enum verdict_class class, const char *name)
{
    finding_add(&w->findings, &w->spare, FINDING_CLASS, class, 0, slice_str(name), SLICE(""));
}

/* Asks for one byte more than there may be, so that a longer message shows. */
static int copy_message(struct worker *w, int spool, struct err *e)
{
    size_t n = w->check.size;
    char *p = arena_alloc(&w->a, n + 1);
    ssize_t got = pread(spool, p, n + 1, 0);
    if (got < 0)
        return err_sys(e, "spool: read");
    if ((size_t)got != n)
        return err_set(e, ERR_INPUT, "spool: %zd bytes read of a message announced as %zu", got, n);
    w->raw = slice_of(p, n);
    return 0;
}

static int open_message(struct worker *w, int spool, struct err *e)
{
    return w->check.size <= COPY_MAX ? copy_message(w, spool, e)
                                     : spool_map(spool, w->check.size, &w->raw, e);
}

static void work(struct worker *w, int text_fd)
{
    if (!(w->check.wanted.what & WANT_NO_RULES))
        look(w);
    write_wanted(w, text_fd);
}

/* The arena's mark is set and its memory forgotten here and nowhere else. */
static void check_message(struct worker *w, int spool, int text_fd)
{
    struct err e;
    if (open_message(w, spool, &e) != 0) {
        log_error("%s", e.text);
        add_class(w, CLASS_UNCHECKED_FAULT, "spool");
        return;
    }
    if (ARENA_TRY(&w->a))
        work(w, text_fd);
    else
        add_class(w, CLASS_UNCHECKED_LIMIT, "memory");
    if (w->work->asked && !(w->check.wanted.what & WANT_NO_RULES))
        w->work->asked(w->work->ctx, &w->dns);
    if (w->check.size > COPY_MAX)
        spool_unmap(&w->raw);
}

static void answer(struct worker *w)
{
    struct err e;
    uint64_t now = cpu_us();
    buf_reset(&w->out);
    proto_put_result(&w->out, w->check.id, now - w->cpu_told, &w->dns, &w->written, &w->findings);
    w->cpu_told = now;
    if (ipc_send(w->setup->channel, buf_slice(&w->out), NULL, 0, &e) != 0)
        _exit(0); /* nobody wants it any more */
}

static struct worker *self; /* there is one in a process */

void worker_tell_waiting(void)
{
    struct err e;
    buf_reset(&self->out);
    proto_put_waiting(&self->out, self->check.id);
    if (ipc_send(self->setup->channel, buf_slice(&self->out), NULL, 0, &e) != 0)
        _exit(0);
}

static void forget_message(struct worker *w)
{
    memset(&w->findings, 0, sizeof(w->findings));
    memset(&w->message, 0, sizeof(w->message));
    memset(&w->written, 0, sizeof(w->written));
    memset(&w->dns, 0, sizeof(w->dns));
    arena_reset(&w->a);
    arena_reset(&w->spare);
}

static void take_request(struct worker *w, struct slice frame, struct ipc_received *got)
{
    bool good = proto_get_check(frame, &w->a, &w->check);
    bool text = good && (w->check.wanted.what & WANT_TEXT);
    if (!good || got->n_fds != (text ? 2 : 1)) {
        log_error("a request that no engine sends");
        _exit(EXIT_SOFTWARE);
    }
    check_message(w, got->fds[0], text ? got->fds[1] : -1);
    ipc_close_fds(got);
    answer(w);
    forget_message(w);
}

static struct worker *make_worker(const struct worker_setup *setup, const struct worker_work *work)
{
    struct worker *w = calloc(1, sizeof(*w));
    if (w == NULL)
        fatal("worker: out of memory");
    w->setup = setup;
    w->work = work;
    arena_init(&w->a, setup->config->message.arena_max);
    arena_init(&w->spare, SPARE_MEMORY);
    arena_alloc(&w->spare, 1); /* to keep a block, as the buffer below: with the arena used up malloc may
                                * fail, too */
    buf_init(&w->out, IPC_FRAME_MAX);
    buf_reserve(&w->out, IPC_FRAME_MAX - 1);
    forget_message(w);
    self = w;
    return w;
}

void worker_run(const struct worker_setup *setup, const struct worker_work *work)
{
    struct worker *w = make_worker(setup, work);
    struct ipc_received got;
    struct err e;
    int rc;
    worker_settle(setup);
    w->cpu_told = cpu_us();
    while ((rc = ipc_recv(setup->channel, w->in, sizeof(w->in), 2, &got, &e)) == 1)
        take_request(w, slice_of(w->in, got.n), &got);
    if (rc < 0)
        log_error("worker: %s", e.text);
    _exit(rc < 0 ? EXIT_SOFTWARE : 0);
}
