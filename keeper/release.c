/* release.c - a held message goes out again: the keeper's part; see release.h */
#include "config.h"
#include "keeper/release.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/ipc.h"
#include "base/log.h"
#include "base/os.h"
#include "keeper/release-send.h"

#define MEMORY_MAX ((size_t)256 << 20)
#define FRAME_MAX 2000
#define GRACE_MS 5000 /* for the child's own deadlines to pass first */

enum { CHILD_MESSAGE = 3, CHILD_CHANNEL, CHILD_END };

struct target_state {
    bool sending; /* its mark is noted: only the child knows more */
    bool over;
};

struct release {
    struct release_host host;
    struct arena arena;
    struct release_entry entry;
    struct slice id;
    struct release_target *targets;
    struct target_state *states;
    size_t n_targets;
    int asker, channel;
    pid_t child;
    uint64_t deadline;
};

bool release_may(enum release_asker asker, class_set classes)
{
    const class_set milder = CLASS_BIT(CLASS_CLEAN) | CLASS_BIT(CLASS_BAD_HEADER) | CLASS_BIT(CLASS_SPAMMY) |
                             CLASS_BIT(CLASS_SPAM);
    return asker == RELEASE_BY_ADMIN || (classes & ~milder) == 0;
}

/* ---- answers */

/* An asker that went away changes nothing. */
static void answer(struct release *r, const struct release_line *l)
{
    struct buf b;
    struct err e;
    buf_init(&b, FRAME_MAX);
    release_line_put(&b, l);
    if (r->asker >= 0 && ipc_send(r->asker, buf_slice(&b), NULL, 0, &e) != 0)
        r->asker = -1;
    buf_deinit(&b);
}

static void tell(struct release *r, struct slice address, enum release_result result, struct slice text)
{
    const struct release_line l = { .address = address, .result = result, .text = text };
    log_info("release id=%.*s to=<%.*s> result=%s: %.*s", SLICE_ARG(r->id), SLICE_ARG(address),
             release_result_names[result], SLICE_ARG(text));
    answer(r, &l);
}

/* ---- whom it goes to */

static const struct release_mark *mark_of(const struct release_entry *entry, struct slice address)
{
    for (size_t i = 0; i < entry->n_marks; i++)
        if (slice_eq(entry->marks[i].address, address))
            return &entry->marks[i];
    return NULL;
}

static void add_target(struct release *r, struct slice address, bool attach)
{
    for (size_t i = 0; i < r->n_targets; i++)
        if (slice_eq(r->targets[i].address, address))
            return;
    r->targets[r->n_targets++] = (struct release_target){ .address = address, .attach = attach };
}

static void skip(struct release *r, struct slice address, const char *why)
{
    tell(r, address, RELEASE_SKIPPED, slice_str(why));
}

static void consider(struct release *r, const struct release_order *o, struct slice address,
                     enum release_state state, bool attach)
{
    if (o->again || (state == RELEASE_STATE_HELD && mark_of(&r->entry, address) == NULL))
        add_target(r, address, attach);
    else if (state == RELEASE_STATE_RELEASED)
        skip(r, address, "released before; --again releases it once more");
    else if (state == RELEASE_STATE_DELIVERED)
        skip(r, address, "has got it; --again sends it once more");
    else
        skip(r, address,
             "was sent before and no answer came, so it may have arrived; --again sends it once more");
}

static const struct release_recipient *find_recipient(const struct release_entry *entry, struct slice address)
{
    for (size_t i = 0; i < entry->n_recipients; i++)
        if (slice_ieq(entry->recipients[i].address, address))
            return &entry->recipients[i];
    return NULL;
}

static int choose_named(struct release *r, const struct release_order *o, struct err *e)
{
    for (size_t i = 0; i < o->n_to; i++) /* all or none: a slip of the pen releases nothing */
        if (find_recipient(&r->entry, o->to[i]) == NULL)
            return err_set(e, ERR_INPUT, "%.*s is no recipient of %.*s",
                           SLICE_ARG(slice_sub(o->to[i], 0, 100)), SLICE_ARG(r->id));
    for (size_t i = 0; i < o->n_to; i++) {
        const struct release_recipient *to = find_recipient(&r->entry, o->to[i]);
        consider(r, o, to->address, to->state, false);
    }
    return 0;
}

static int choose_all(struct release *r, const struct release_order *o, struct err *e)
{
    const struct release_entry *entry = &r->entry;
    if (!o->all && entry->n_recipients > 1)
        return err_set(e, ERR_INPUT, "%.*s has %zu recipients: say --all, or --to ADDRESS", SLICE_ARG(r->id),
                       entry->n_recipients);
    for (size_t i = 0; i < entry->n_recipients; i++)
        consider(r, o, entry->recipients[i].address, entry->recipients[i].state, false);
    return 0;
}

static int choose(struct release *r, const struct release_order *o, struct err *e)
{
    size_t room = r->entry.n_recipients + 1;
    r->targets = arena_array(&r->arena, room, sizeof(*r->targets));
    r->states = arena_array(&r->arena, room, sizeof(*r->states));
    if (o->attach_to.n && (o->n_to || o->all))
        return err_set(e, ERR_INPUT, "--attach-to does not go with --to and --all");
    if (o->attach_to.n) {
        consider(r, o, arena_dup(&r->arena, o->attach_to), RELEASE_STATE_HELD, true);
        return 0;
    }
    return o->n_to ? choose_named(r, o, e) : choose_all(r, o, e);
}

/* ---- the child */

static void __attribute__((noreturn)) become_child(struct release *r, int channel)
{
    const struct release_work w = { .host = &r->host,
                                    .entry = &r->entry,
                                    .id = r->id,
                                    .targets = r->targets,
                                    .n_targets = r->n_targets,
                                    .parent = CHILD_CHANNEL };
    sigset_t none;
    /* above first, so that neither overwrites the other */
    int m = fcntl(r->entry.message, F_DUPFD_CLOEXEC, 16), c = fcntl(channel, F_DUPFD_CLOEXEC, 16);
    if (m < 0 || c < 0 || dup2(m, CHILD_MESSAGE) < 0 || dup2(c, CHILD_CHANNEL) < 0 ||
        close_range(CHILD_END, ~0U, 0) != 0)
        _exit(70);
    r->entry.message = CHILD_MESSAGE;
    signal(SIGTERM, SIG_DFL);
    signal(SIGINT, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    release_child(&w);
}

static int start(struct release *r, struct err *e)
{
    int ends[2];
    pid_t us = getpid();
    if (ipc_pair(ends, e) != 0)
        return -1;
    r->child = fork();
    if (r->child == 0) {
        if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != us)
            _exit(70);
        become_child(r, ends[1]);
    }
    fd_close(&ends[1]);
    r->channel = ends[0];
    if (r->child < 0)
        return err_sys(e, "a release cannot be forked");
    fcntl(r->channel, F_SETFL, O_NONBLOCK);
    r->deadline = clock_ms() + (uint64_t)r->host.timeout_ms * r->n_targets + GRACE_MS;
    return 0;
}

/* ---- the life of a release */

static int prepare(struct release *r, enum release_asker asker, struct slice request, struct err *e)
{
    struct release_order o;
    struct wire in;
    wire_read(&in, arena_dup(&r->arena, request));
    if (!release_order_get(&in, &r->arena, &o))
        return err_set(e, ERR_INPUT, "this is no order to release");
    r->id = o.id;
    if (r->host.store->open(r->host.store->ctx, o.id, &r->arena, &r->entry, e) != 0)
        return -1;
    if (!release_may(asker, r->entry.classes))
        return err_set(e, ERR_INPUT, "%.*s is %s: only an admin may release it", SLICE_ARG(r->id),
                       verdict_classes[verdict_highest(r->entry.classes)].name);
    return choose(r, &o, e);
}

struct release *release_begin(const struct release_host *h, enum release_asker asker, struct slice request,
                              int asker_fd, struct err *e)
{
    struct release *r = calloc(1, sizeof(*r));
    if (r == NULL)
        return err_set(e, ERR_RETRY, "no memory for a release"), NULL;
    r->host = *h;
    r->asker = asker_fd;
    r->channel = r->entry.message = -1;
    arena_init(&r->arena, MEMORY_MAX);
    if (prepare(r, asker, request, e) != 0 || start(r, e) != 0)
        release_free(&r);
    return r;
}

void release_refuse(int asker_fd, const struct err *e)
{
    struct release r = { .asker = asker_fd };
    const struct release_line l = { .end = true, .result = RELEASE_SKIPPED, .text = slice_str(e->text) };
    answer(&r, &l);
}

void release_free(struct release **r)
{
    if (*r == NULL)
        return;
    if ((*r)->child > 0) {
        kill((*r)->child, SIGKILL);
        waitpid((*r)->child, NULL, 0);
    }
    fd_close(&(*r)->channel);
    fd_close(&(*r)->entry.message);
    arena_deinit(&(*r)->arena);
    free(*r);
    *r = NULL;
}

int release_fd(const struct release *r)
{
    return r->channel;
}

uint64_t release_deadline(const struct release *r)
{
    return r->deadline;
}

static int note(struct release *r, enum release_event what, struct slice address, struct slice hmac,
                struct err *e)
{
    return r->host.store->note(r->host.store->ctx, r->id, what, address, hmac, e);
}

/* The child wants to send. */
static void permit(struct release *r, size_t i, struct slice hmac)
{
    struct buf b;
    struct err e = { 0 }, gone;
    int noted = note(r, RELEASE_NOTE_SENDING, r->targets[i].address, hmac, &e);
    r->states[i].sending = noted == 0;
    buf_init(&b, FRAME_MAX);
    wire_put_u8(&b, noted == 0);
    wire_put_slice(&b, slice_str(e.text));
    if (ipc_send(r->channel, buf_slice(&b), NULL, 0, &gone) != 0)
        log_warning("release: %s", gone.text);
    buf_deinit(&b);
}

/* What came of it, durable before it is told. */
static void conclude(struct release *r, size_t i, enum release_result result, struct slice text)
{
    struct slice address = r->targets[i].address;
    struct err e = { 0 };
    int noted = 0;
    if (result == RELEASE_DONE)
        noted = note(r, RELEASE_NOTE_DONE, address, slice_of(NULL, 0), &e);
    else if (result != RELEASE_UNSURE && r->states[i].sending)
        noted = note(r, RELEASE_NOTE_FAILED, address, slice_of(NULL, 0), &e);
    if (noted != 0)
        log_error("release id=%.*s: what came of it cannot be noted: %s", SLICE_ARG(r->id), e.text);
    r->states[i].over = true;
    tell(r, address, result, text);
}

static bool hear(struct release *r, struct slice frame)
{
    struct wire in;
    wire_read(&in, frame);
    uint8_t kind = wire_u8(&in);
    uint32_t i = wire_u32(&in);
    uint8_t result = wire_u8(&in);
    struct slice text = wire_slice(&in, RELEASE_TEXT_MAX);
    if (!wire_done(&in) || i >= r->n_targets || r->states[i].over || result >= RELEASE_RESULT_COUNT)
        return false;
    if (kind == RELEASE_SAID_SENDING && !r->states[i].sending)
        permit(r, i, text);
    else if (kind == RELEASE_SAID_OVER)
        conclude(r, i, (enum release_result)result, text);
    else
        return false;
    return true;
}

/* Addresses of which nothing was heard: sent, perhaps, where the mark was noted; else not. */
static void finish(struct release *r, const char *why)
{
    const struct release_line end = { .end = true };
    for (size_t i = 0; i < r->n_targets; i++)
        if (!r->states[i].over)
            conclude(r, i, r->states[i].sending ? RELEASE_UNSURE : RELEASE_LATER, slice_str(why));
    answer(r, &end);
}

bool release_step(struct release *r)
{
    char frame[FRAME_MAX];
    struct ipc_received got;
    struct err e = { 0 };
    for (;;) {
        int n = ipc_recv(r->channel, frame, sizeof(frame), 0, &got, &e);
        if (n == 1 && hear(r, slice_of(frame, got.n)))
            continue;
        if (n == -1 && e.kind == ERR_RETRY && clock_ms() < r->deadline)
            return false;
        finish(r, n == 0   ? "the release ended too early"
                  : n == 1 ? "the release lost its way"
                           : "the time is over");
        return true;
    }
}
