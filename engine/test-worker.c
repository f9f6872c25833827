/* test-worker.c - workers that do what a worker must not; see test-worker.h */
#include "engine/test-worker.h"

#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include "base/ipc.h"
#include "base/sandbox.h"
#include "engine/proto.h"
#include "engine/worker.h"
#include "message/spool.h"

struct liar {
    const struct worker_setup *setup;
    struct arena a;
    struct proto_check check;
    struct slice word, rest; /* of the message's first line */
    unsigned messages;
};

static void put_named(struct liar *l, struct buf *out, uint64_t id, struct slice name)
{
    struct finding_list list = { 0 };
    finding_add(&list, &l->a, FINDING_RULE, CLASS_CLEAN, 1, name, SLICE(""));
    proto_put_result(out, id, 1, &(struct engine_dns){ 0 }, &(struct engine_written){ 0 }, &list);
}

static void send_frame(struct liar *l, const struct buf *out, const int *fd)
{
    struct err e;
    if (ipc_send(l->setup->channel, buf_slice(out), fd, fd != NULL, &e) != 0)
        _exit(1);
}

static void say(struct liar *l, uint64_t id)
{
    struct buf out;
    buf_init(&out, IPC_FRAME_MAX);
    put_named(l, &out, id, SLICE("ANSWER"));
    send_frame(l, &out, NULL);
    buf_deinit(&out);
}

static void answer(struct liar *l)
{
    say(l, l->check.id);
}

/* A true answer with some bytes changed: at from the end when negative. */
static void say_changed(struct liar *l, long at, const void *bytes, size_t n)
{
    struct buf out;
    buf_init(&out, IPC_FRAME_MAX);
    put_named(l, &out, l->check.id, SLICE("ANSWER"));
    memcpy(out.p + (at < 0 ? (long)out.n + at : at), bytes, n);
    send_frame(l, &out, NULL);
    buf_deinit(&out);
}

static void __attribute__((noreturn)) sleep_for_ever(void)
{
    for (;;)
        pause();
}

static void do_abort(struct liar *l)
{
    signal(SIGABRT, SIG_DFL);
    abort();
}

static void do_segv(struct liar *l)
{
    signal(SIGSEGV, SIG_DFL);
    raise(SIGSEGV);
}

static void do_exit(struct liar *l)
{
    _exit(0);
}

static void do_hang(struct liar *l)
{
    sleep_for_ever();
}

static void do_wrong_id(struct liar *l)
{
    say(l, l->check.id + 1);
}

static void do_twice(struct liar *l)
{
    answer(l);
    answer(l);
}

/* a result for a message that it has not seen yet */
static void do_ahead(struct liar *l)
{
    answer(l);
    say(l, l->check.id + 1);
}

#define AT_COUNT 77 /* u8 type, u64 id, u64 cpu_us, 21 of the DNS, 39 of what was written; u32 findings */
#define AT_CPU 9
#define AT_TEXT 38
#define AT_SCORE 83  /* u8 kind, u8 class behind the count */
#define AT_LENGTH 95 /* double score, u32 count; u32 length of the name */
#define AT_NAME 99

/* text that was not asked for */
static void do_text(struct liar *l)
{
    say_changed(l, AT_TEXT, &(uint64_t){ 1 }, 8);
}

static void do_huge_count(struct liar *l)
{
    say_changed(l, AT_COUNT, &(uint32_t){ UINT32_MAX }, 4);
}

static void do_huge_length(struct liar *l)
{
    say_changed(l, AT_LENGTH, &(uint32_t){ UINT32_MAX }, 4);
}

static void do_nan(struct liar *l)
{
    say_changed(l, AT_SCORE, &(double){ NAN }, 8);
}

static void do_infinite(struct liar *l)
{
    say_changed(l, AT_SCORE, &(double){ -INFINITY }, 8);
}

static void do_crlf(struct liar *l)
{
    say_changed(l, AT_NAME, "A\r\nB:", 5);
}

static void do_cpu(struct liar *l)
{
    say_changed(l, AT_CPU, &(uint64_t){ UINT64_MAX }, 8);
}

static void do_garbage(struct liar *l)
{
    struct buf out;
    buf_init(&out, IPC_FRAME_MAX);
    memset(buf_reserve(&out, IPC_FRAME_MAX - 1), 0xa5, IPC_FRAME_MAX - 1);
    out.n = IPC_FRAME_MAX - 1;
    send_frame(l, &out, NULL);
    buf_deinit(&out);
}

static void do_long_frame(struct liar *l)
{
    size_t n = IPC_FRAME_MAX + 1;
    char *p = calloc(1, n);
    if (p == NULL || send(l->setup->channel, p, n, MSG_NOSIGNAL) != (ssize_t)n)
        _exit(1);
    free(p);
}

static void do_empty_frame(struct liar *l)
{
    (void)!send(l->setup->channel, "", 0, MSG_NOSIGNAL);
    sleep_for_ever();
}

static void do_descriptor(struct liar *l)
{
    struct buf out;
    int fd = STDERR_FILENO;
    buf_init(&out, IPC_FRAME_MAX);
    put_named(l, &out, l->check.id, SLICE("ANSWER"));
    send_frame(l, &out, &fd);
    buf_deinit(&out);
}

/* gone to the engine, alive to the loader */
static void do_close(struct liar *l)
{
    close(l->setup->channel);
    sleep_for_ever();
}

static void do_slow(struct liar *l)
{
    usleep(300000);
    answer(l);
}

/* answers, and is dead before the next message */
static void do_die_after(struct liar *l)
{
    answer(l);
    _exit(3);
}

/* "crash-once FILE": only who makes the file dies */
static void do_crash_once(struct liar *l)
{
    int fd = open(arena_str(&l->a, l->rest), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd >= 0)
        do_abort(l);
    answer(l);
}

static void do_count(struct liar *l)
{
    char name[32];
    struct buf out;
    buf_init(&out, IPC_FRAME_MAX);
    snprintf(name, sizeof(name), "MESSAGE_%u", l->messages);
    put_named(l, &out, l->check.id, slice_str(name));
    send_frame(l, &out, NULL);
    buf_deinit(&out);
}

static void say_waiting(struct liar *l)
{
    struct buf out;
    buf_init(&out, IPC_FRAME_MAX);
    proto_put_waiting(&out, l->check.id);
    send_frame(l, &out, NULL);
    buf_deinit(&out);
}

/* until there is a file of the name behind the word */
static void do_wait(struct liar *l)
{
    char *path = arena_str(&l->a, l->rest);
    say_waiting(l);
    for (int i = 0; i < 4000 && access(path, F_OK) != 0; i++)
        usleep(5000);
    answer(l);
}

static void do_wait_twice(struct liar *l)
{
    say_waiting(l);
    say_waiting(l);
    answer(l);
}

static const struct behaviour {
    const char *word;
    void (*run)(struct liar *l);
} behaviours[] = {
    { "answer", answer },
    { "abort", do_abort },
    { "segv", do_segv },
    { "exit", do_exit },
    { "hang", do_hang },
    { "wrong-id", do_wrong_id },
    { "twice", do_twice },
    { "ahead", do_ahead },
    { "unasked-text", do_text },
    { "huge-count", do_huge_count },
    { "huge-length", do_huge_length },
    { "nan", do_nan },
    { "infinite", do_infinite },
    { "crlf", do_crlf },
    { "cpu", do_cpu },
    { "garbage", do_garbage },
    { "long-frame", do_long_frame },
    { "empty-frame", do_empty_frame },
    { "descriptor", do_descriptor },
    { "close", do_close },
    { "slow", do_slow },
    { "die-after", do_die_after },
    { "crash-once", do_crash_once },
    { "count", do_count },
    { "wait", do_wait },
    { "wait-twice", do_wait_twice },
};

static void behave(struct liar *l)
{
    for (size_t i = 0; i < sizeof(behaviours) / sizeof(behaviours[0]); i++)
        if (slice_eq(l->word, slice_str(behaviours[i].word))) {
            behaviours[i].run(l);
            return;
        }
    _exit(9);
}

static bool receive(struct liar *l)
{
    static char in[IPC_FRAME_MAX];
    struct ipc_received got;
    struct err e;
    struct slice raw;
    arena_reset(&l->a);
    if (ipc_recv(l->setup->channel, in, sizeof(in), 1, &got, &e) != 1 ||
        !proto_get_check(slice_of(in, got.n), &l->a, &l->check) ||
        spool_map(got.fds[0], l->check.size, &raw, &e) != 0)
        return false;
    l->rest = slice_trim(arena_dup(&l->a, raw));
    slice_cut(&l->rest, ' ', &l->word);
    l->messages++;
    spool_unmap(&raw);
    ipc_close_fds(&got);
    return true;
}

static void be_ready(const struct worker_setup *setup, enum err_kind kind, const char *text)
{
    struct err e = { .kind = kind };
    snprintf(e.text, sizeof(e.text), "%s", text);
    (void)!write(setup->ready, &e, sizeof(e));
    close(setup->ready);
}

static void liar_main(const struct worker_setup *setup)
{
    static struct liar l;
    struct err e;
    l.setup = setup;
    arena_init(&l.a, 1 << 20);
    if (sandbox_die_with_parent(setup->loader, &e) != 0)
        _exit(1);
    be_ready(setup, ERR_NONE, "");
    while (receive(&l))
        behave(&l);
    _exit(0);
}

static void attempt(struct liar *l)
{
    uint64_t n;
    struct buf out;
    const struct sandbox_attempt *a = slice_uint(l->rest, 10000, &n) ? sandbox_attempt(n) : NULL;
    buf_init(&out, IPC_FRAME_MAX);
    put_named(l, &out, l->check.id,
              a == NULL       ? SLICE("none")
              : a->run() == 0 ? SLICE("WORKED")
                              : SLICE("refused"));
    send_frame(l, &out, NULL);
    buf_deinit(&out);
}

static void probe_main(const struct worker_setup *setup)
{
    static struct liar l;
    l.setup = setup;
    arena_init(&l.a, 1 << 20);
    worker_settle(setup);
    while (receive(&l))
        attempt(&l);
    _exit(0);
}

static void broken_main(const struct worker_setup *setup)
{
    be_ready(setup, ERR_CONFIG, "no sandbox here: get another kernel");
    _exit(1);
}

static void silent_main(const struct worker_setup *setup)
{
    _exit(1);
}

worker_main *test_worker_by_name(const char *name)
{
    static const struct {
        const char *name;
        worker_main *run;
    } workers[] = {
        { "liar", liar_main }, { "probe", probe_main }, { "broken", broken_main }, { "silent", silent_main }
    };
    for (size_t i = 0; i < sizeof(workers) / sizeof(workers[0]); i++)
        if (strcmp(workers[i].name, name) == 0)
            return workers[i].run;
    fprintf(stderr, "no test worker %s\n", name);
    exit(2);
}
