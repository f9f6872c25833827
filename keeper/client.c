/* client.c - ask the keeper; see client.h */
#include "config.h"
#include "keeper/client.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/ipc.h"
#include "base/log.h"
#include "base/os.h"
#include "keeper/sidecar.h"

#define LIST_MAX ((size_t)1 << 30)

/* an answer that holds what came with it */
struct reply {
    char frame[KEEPER_ANSWER_MAX];
    struct keeper_answer answer;
    struct ipc_received got;
};

static int await(int fd, uint64_t until, struct err *e)
{
    for (;;) {
        struct pollfd p = { .fd = fd, .events = POLLIN };
        uint64_t now = clock_ms();
        if (poll(&p, 1, now < until ? (int)(until - now) : 0) > 0)
            return 0;
        if (clock_ms() >= until)
            return err_set(e, ERR_RETRY, "the keeper does not answer in time");
    }
}

/* fds_wanted: with a DONE. What came is the caller's, with ipc_close_fds. */
static int receive(int fd, uint64_t until, unsigned fds_wanted, struct reply *r, struct err *e)
{
    if (await(fd, until, e) != 0)
        return -1;
    int rc = ipc_recv(fd, r->frame, sizeof(r->frame), 2, &r->got, e);
    if (rc == 0)
        return err_set(e, ERR_RETRY, "the keeper went away");
    if (rc < 0)
        return -1;
    if (!keeper_answer_get(slice_of(r->frame, r->got.n), &r->answer) ||
        r->got.n_fds != (r->answer.done ? fds_wanted : 0)) {
        ipc_close_fds(&r->got);
        return err_set(e, ERR_RETRY, "the keeper answers what no keeper answers");
    }
    if (r->answer.done)
        return 0;
    *e = r->answer.e;
    return -1;
}

static int ask(const char *socket_path, const struct keeper_request *q, const int *fds, unsigned timeout_ms,
               unsigned fds_wanted, struct reply *r, struct err *e)
{
    struct buf frame;
    uint64_t until = clock_ms() + timeout_ms;
    int fd = keeper_connect(socket_path, until, e);
    if (fd < 0)
        return -1;
    buf_init(&frame, IPC_FRAME_MAX);
    keeper_request_put(&frame, q);
    int rc = ipc_send(fd, buf_slice(&frame), fds, keeper_request_fds(q->what), e);
    buf_deinit(&frame);
    if (rc == 0)
        rc = receive(fd, until, fds_wanted, r, e);
    fd_close(&fd);
    return rc;
}

static int read_all(int fd, size_t most, struct buf *out, struct err *e)
{
    struct stat st;
    if (fstat(fd, &st) != 0 || st.st_size < 0 || (uint64_t)st.st_size > most)
        return err_set(e, ERR_RETRY, "the keeper's answer is too long");
    for (off_t at = 0; at < st.st_size;) {
        char *p = buf_reserve(out, (size_t)(st.st_size - at));
        ssize_t n = p ? pread(fd, p, (size_t)(st.st_size - at), at) : -1;
        if (n <= 0)
            return err_set(e, ERR_RETRY, "the keeper's answer cannot be read");
        out->n += (size_t)n;
        at += n;
    }
    return 0;
}

/* ---- hold */

static int sidecar_file(const struct keeper_entry *entry, struct err *e)
{
    struct buf text;
    buf_init(&text, SIDECAR_MAX + 1);
    int fd = sidecar_write(entry, &text, e) == 0 ? memfd_create("tamis-sidecar", MFD_CLOEXEC) : -2;
    if (fd == -1)
        err_set(e, ERR_RETRY, "sidecar: %s", strerror(errno));
    if (fd >= 0 && write(fd, text.p, text.n) != (ssize_t)text.n) {
        err_set(e, ERR_RETRY, "sidecar: cannot be written");
        fd_close(&fd);
    }
    buf_deinit(&text);
    return fd < 0 ? -1 : fd;
}

int keeper_hold(const char *socket_path, const struct spool *spool, const struct keeper_entry *entry,
                unsigned timeout_ms, char id[KEEPER_ID_SIZE], struct err *e)
{
    const struct keeper_request q = { .what = KEEPER_ASK_HOLD };
    struct keeper_entry sent = *entry;
    struct reply r;
    snprintf(sent.id, sizeof(sent.id), "0"); /* no id yet */
    sent.size = spool->n;
    int fds[2] = { spool->fd, sidecar_file(&sent, e) };
    if (fds[1] < 0)
        return -1;
    int rc = ask(socket_path, &q, fds, timeout_ms, 0, &r, e);
    fd_close(&fds[1]);
    if (rc != 0)
        return -1;
    if (!keeper_id_good(r.answer.text))
        return err_set(e, ERR_RETRY, "the keeper gives an id that is none");
    snprintf(id, KEEPER_ID_SIZE, "%.*s", SLICE_ARG(r.answer.text));
    return 0;
}

/* ---- by id */

static int about(const char *socket_path, enum keeper_ask what, const char *id, unsigned timeout_ms,
                 struct reply *r, struct err *e)
{
    const struct keeper_request q = { .what = what, .text = slice_sub(slice_str(id), 0, KEEPER_WORDS_MAX) };
    return ask(socket_path, &q, NULL, timeout_ms, what == KEEPER_ASK_SHOW ? 2 : 0, r, e);
}

void keeper_forget(const char *socket_path, const char *id, unsigned timeout_ms)
{
    struct reply r;
    struct err e;
    if (about(socket_path, KEEPER_ASK_FORGET, id, timeout_ms, &r, &e) != 0)
        log_warning("quarantine: %s is held though its sender sends it again: %s", id, e.text);
}

int keeper_delete(const char *socket_path, const char *id, unsigned timeout_ms, struct err *e)
{
    struct reply r;
    return about(socket_path, KEEPER_ASK_DELETE, id, timeout_ms, &r, e);
}

int keeper_show(const char *socket_path, const char *id, unsigned timeout_ms, struct buf *sidecar,
                int *message, struct err *e)
{
    struct reply r;
    *message = -1;
    if (about(socket_path, KEEPER_ASK_SHOW, id, timeout_ms, &r, e) != 0)
        return -1;
    int rc = read_all(r.got.fds[0], SIDECAR_MAX, sidecar, e);
    fd_close(&r.got.fds[0]);
    if (rc == 0)
        *message = r.got.fds[1];
    else
        fd_close(&r.got.fds[1]);
    return rc;
}

/* ---- all */

int keeper_list(const char *socket_path, struct slice words, uint32_t most, unsigned timeout_ms,
                struct buf *out, struct err *e)
{
    const struct keeper_request q = { .what = KEEPER_ASK_LIST, .text = words, .most = most };
    struct reply r;
    if (words.n > KEEPER_WORDS_MAX)
        return err_set(e, ERR_INPUT, "more than %d bytes to search for", KEEPER_WORDS_MAX);
    if (ask(socket_path, &q, NULL, timeout_ms, 1, &r, e) != 0)
        return -1;
    int rc = read_all(r.got.fds[0], LIST_MAX, out, e);
    ipc_close_fds(&r.got);
    return rc;
}

static int expire_some(const char *socket_path, unsigned timeout_ms, unsigned *gone, struct err *e)
{
    const struct keeper_request q = { .what = KEEPER_ASK_EXPIRE };
    struct reply r;
    uint64_t n;
    if (ask(socket_path, &q, NULL, timeout_ms, 0, &r, e) != 0)
        return -1;
    if (!slice_uint(r.answer.text, UINT32_MAX, &n))
        return err_set(e, ERR_RETRY, "the keeper answers what no keeper answers");
    *gone = (unsigned)n;
    return 0;
}

int keeper_expire(const char *socket_path, unsigned timeout_ms, unsigned *gone, struct err *e)
{
    unsigned slice = 0;
    int rc;
    *gone = 0;
    while ((rc = expire_some(socket_path, timeout_ms, &slice, e)) == 0 && slice)
        *gone += slice;
    return rc;
}

/* ---- the classifier */

static int teach(const char *socket_path, uint32_t lesson, struct slice who, int item, unsigned timeout_ms,
                 struct err *e)
{
    const struct keeper_request q = { .what = KEEPER_ASK_LEARN, .most = lesson, .text = who };
    struct reply r;
    if (ask(socket_path, &q, &item, timeout_ms, 0, &r, e) != 0)
        return -1;
    return slice_eq(r.answer.text, SLICE("known"))     ? BAYES_KNOWN
           : slice_eq(r.answer.text, SLICE("unknown")) ? BAYES_NOT_KNOWN
                                                       : BAYES_DONE;
}

int keeper_teach(const char *socket_path, enum bayes_kind kind, unsigned percent, struct slice who, int item,
                 unsigned timeout_ms, struct err *e)
{
    return teach(socket_path, kind | percent << 8, who, item, timeout_ms, e);
}

int keeper_teach_new(const char *socket_path, enum bayes_kind kind, unsigned percent, struct slice who,
                     int item, unsigned timeout_ms, struct err *e)
{
    return teach(socket_path, kind | percent << 8 | KEEPER_LEARN_NEW << 16, who, item, timeout_ms, e);
}

int keeper_unteach(const char *socket_path, struct slice who, unsigned hours, unsigned timeout_ms,
                   unsigned *n, struct err *e)
{
    const struct keeper_request q = { .what = KEEPER_ASK_UNLEARN, .most = hours, .text = who };
    struct reply r;
    uint64_t count = 0;
    if (ask(socket_path, &q, NULL, timeout_ms, 0, &r, e) != 0)
        return -1;
    (void)slice_uint(r.answer.text, UINT32_MAX, &count);
    *n = (unsigned)count;
    return 0;
}

int keeper_block(const char *socket_path, const char *folder, unsigned timeout_ms, struct err *e)
{
    const struct keeper_request q = { .what = KEEPER_ASK_BLOCK };
    char here[KEEPER_PLACE_SIZE];
    struct reply r;
    if (keeper_place(folder, here) != 0)
        return err_sys(e, "classifier: %s", folder);
    if (ask(socket_path, &q, NULL, timeout_ms, 1, &r, e) != 0)
        return -1;
    if (slice_eq(r.answer.text, slice_str(here)))
        return r.got.fds[0];
    ipc_close_fds(&r.got);
    return err_set(e, ERR_INPUT, "the keeper's classifier is not in %s", folder);
}
