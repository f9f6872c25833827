/* serve.c - the keeper; see serve.h */
#include "config.h"
#include "keeper/serve.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "base/ipc.h"
#include "base/log.h"
#include "base/os.h"
#include "keeper/ask.h"
#include "keeper/client-release.h"
#include "keeper/index.h"
#include "keeper/release.h"
#include "keeper/serve-bayes.h"
#include "keeper/store-release.h"

#define PEERS_MAX 200
#define JOBS_MAX 4
#define IDLE_MS 30000 /* a peer that connects and says nothing */
#define EXPIRE_MS 60000
#define EXPIRE_AT_ONCE 100
#define MEMORY ((size_t)256 << 20)
#define LIST_MAX ((size_t)1 << 30)

struct peer {
    int fd; /* -1: free */
    uint64_t since;
};

struct job {
    struct release *release; /* NULL: free */
    int asker;
};

struct keeper {
    const struct quarantine_options *o;
    const char *directory;
    struct store store;
    struct index index;
    struct mark_key key;
    bool open;
    struct arena a;
    struct keeper_bayes bayes;
    struct store_release binding;
    struct release_store release_store;
    struct release_host host;
    struct peer peers[PEERS_MAX];
    struct job jobs[JOBS_MAX];
    uint64_t expire_at;
    char frame[IPC_FRAME_MAX];
};

/* ---- the store */

static int open_store(struct keeper *k, struct err *e)
{
    if (k->open)
        return 0;
    if (store_open(&k->store, k->directory, e) != 0)
        return -1;
    if (mark_key_open(k->store.dir, "release.key", &k->key, e) != 0 ||
        index_load(&k->index, &k->store, e) != 0) {
        index_deinit(&k->index);
        store_close(&k->store);
        return -1;
    }
    k->open = true;
    log_info("quarantine: %zu entries, %llu MB", k->index.n, (unsigned long long)k->index.bytes >> 20);
    return 0;
}

static int remove_entry(struct keeper *k, const char *id, struct err *e)
{
    if (store_delete(&k->store, id, e) != 0)
        return -1;
    index_remove(&k->index, id);
    return 0;
}

/* The newest stays, however large: its sender was just told that it is held. */
static bool expired(const struct keeper *k, const struct index_row *r)
{
    if (k->o->max_size && k->index.bytes > k->o->max_size && r != k->index.rows[k->index.n - 1])
        return true;
    return k->o->max_age && r->held_at > 0 && time(NULL) - r->held_at > (time_t)(k->o->max_age / 1000);
}

/* Oldest first; damaged entries are somebody's to look at. At most `most`. */
static unsigned expire(struct keeper *k, unsigned most)
{
    unsigned gone = 0;
    struct err e;
    for (size_t i = 0; i < k->index.n && gone < most;) {
        const struct index_row *r = k->index.rows[i];
        if (r->damaged) {
            i++;
            continue;
        }
        if (!expired(k, r))
            break;
        char id[KEEPER_ID_SIZE];
        memcpy(id, r->id, sizeof(id));
        if (remove_entry(k, id, &e) != 0) {
            log_error("%s", e.text);
            break;
        }
        gone++;
    }
    if (gone)
        log_info("quarantine: %u entries expired, %zu are left", gone, k->index.n);
    return gone;
}

/* ---- answers */

/* false: nobody waits for it any more */
static bool answer(int fd, const char *text, const int *fds, unsigned n_fds)
{
    const struct keeper_answer a = { .done = true, .text = slice_str(text) };
    struct buf b;
    struct err e;
    buf_init(&b, KEEPER_ANSWER_MAX);
    keeper_answer_put(&b, &a);
    bool sent = ipc_send(fd, buf_slice(&b), fds, n_fds, &e) == 0;
    if (!sent)
        log_debug("quarantine: %s", e.text);
    buf_deinit(&b);
    return sent;
}

static void refuse(int fd, const struct err *why)
{
    const struct keeper_answer a = { .e = *why };
    struct buf b;
    struct err e;
    buf_init(&b, KEEPER_ANSWER_MAX);
    keeper_answer_put(&b, &a);
    if (ipc_send(fd, buf_slice(&b), NULL, 0, &e) != 0)
        log_debug("quarantine: %s", e.text);
    buf_deinit(&b);
}

static int memory_file(struct slice text, struct err *e)
{
    int fd = memfd_create("tamis-answer", MFD_CLOEXEC);
    while (fd >= 0 && text.n) {
        ssize_t n = write(fd, text.p, text.n);
        if (n <= 0) {
            fd_close(&fd);
            break;
        }
        text = slice_from(text, (size_t)n);
    }
    return fd >= 0 ? fd : err_set(e, ERR_RETRY, "the keeper has no memory for its answer");
}

/* ---- requests: 0 when answered, else *e is the answer */

typedef int handler(struct keeper *k, int fd, const struct keeper_request *q, struct ipc_received *got,
                    struct err *e);

static int read_sidecar(struct keeper *k, int fd, struct keeper_entry *entry, struct err *e)
{
    struct stat st;
    if (fstat(fd, &st) != 0 || st.st_size < 0 || (uint64_t)st.st_size > SIDECAR_MAX)
        return err_set(e, ERR_INPUT, "a sidecar that is too long");
    char *p = arena_alloc(&k->a, (size_t)st.st_size + 1);
    if (pread(fd, p, (size_t)st.st_size, 0) != st.st_size)
        return err_set(e, ERR_INPUT, "a sidecar that cannot be read");
    return sidecar_read(slice_of(p, (size_t)st.st_size), "sidecar", &k->a, entry, e);
}

/* Who asked has given up before he was told: his message comes again. */
static int take_back(struct keeper *k, const struct keeper_entry *entry, struct err *e)
{
    log_warning("quarantine: %s is not held: who asked waits no more", entry->id);
    return remove_entry(k, entry->id, e);
}

/* While a slow disk makes the askers give up, holding for those who have would keep it slow. */
static bool given_up(int fd)
{
    struct pollfd p = { .fd = fd };
    return poll(&p, 1, 0) > 0 && (p.revents & (POLLHUP | POLLERR));
}

static int hold(struct keeper *k, int fd, const struct keeper_request *q, struct ipc_received *got,
                struct err *e)
{
    struct keeper_entry entry;
    struct stat st;
    (void)q;
    if (given_up(fd))
        return err_set(e, ERR_RETRY, "quarantine: a message is not held: who asked waits no more");
    if (read_sidecar(k, got->fds[1], &entry, e) != 0)
        return -1;
    if (fstat(got->fds[0], &st) != 0 || (uint64_t)st.st_size != entry.size)
        return err_set(e, ERR_INPUT, "a message of another size than its sidecar says");
    store_new_id(entry.id);
    entry.held_at = (int64_t)time(NULL);
    if (store_hold(&k->store, got->fds[0], &entry, e) != 0)
        return -1;
    index_put(&k->index, &entry);
    if (!answer(fd, entry.id, NULL, 0))
        return take_back(k, &entry, e);
    expire(k, EXPIRE_AT_ONCE);
    return 0;
}

/* The id as a string; false: it is none. */
static bool id_of(const struct keeper_request *q, char id[KEEPER_ID_SIZE], struct err *e)
{
    if (!keeper_id_good(q->text)) {
        err_set(e, ERR_INPUT, "that is no id of an entry");
        return false;
    }
    memcpy(id, q->text.p, q->text.n);
    id[q->text.n] = 0;
    return true;
}

static int forget(struct keeper *k, int fd, const struct keeper_request *q, struct ipc_received *got,
                  struct err *e)
{
    char id[KEEPER_ID_SIZE];
    (void)got;
    if (!id_of(q, id, e) || remove_entry(k, id, e) != 0)
        return -1;
    answer(fd, "", NULL, 0);
    return 0;
}

static int list(struct keeper *k, int fd, const struct keeper_request *q, struct ipc_received *got,
                struct err *e)
{
    struct buf text;
    (void)got;
    buf_init(&text, LIST_MAX);
    index_list(&k->index, q->text, q->most, &text);
    int file = memory_file(buf_slice(&text), e);
    buf_deinit(&text);
    if (file < 0)
        return -1;
    answer(fd, "", &file, 1);
    fd_close(&file);
    return 0;
}

static int show(struct keeper *k, int fd, const struct keeper_request *q, struct ipc_received *got,
                struct err *e)
{
    char id[KEEPER_ID_SIZE];
    struct keeper_entry entry;
    struct buf text;
    int files[2] = { -1, -1 };
    (void)got;
    if (!id_of(q, id, e) || store_read(&k->store, id, &k->a, &entry, e) != 0)
        return -1;
    buf_init(&text, SIDECAR_MAX + 1);
    if (sidecar_write(&entry, &text, e) == 0 && (files[1] = store_message(&k->store, id, e)) >= 0)
        files[0] = memory_file(buf_slice(&text), e);
    buf_deinit(&text);
    if (files[0] >= 0)
        answer(fd, "", files, 2);
    int rc = files[0] >= 0 ? 0 : -1;
    fd_close(&files[0]);
    fd_close(&files[1]);
    return rc;
}

static int expire_now(struct keeper *k, int fd, const struct keeper_request *q, struct ipc_received *got,
                      struct err *e)
{
    char number[24];
    (void)q;
    (void)got;
    (void)e;
    snprintf(number, sizeof(number), "%u", expire(k, EXPIRE_AT_ONCE));
    answer(fd, number, NULL, 0);
    return 0;
}

static handler *handler_of(enum keeper_ask what)
{
    switch (what) {
    case KEEPER_ASK_HOLD: return hold;
    case KEEPER_ASK_FORGET:
    case KEEPER_ASK_DELETE: return forget;
    case KEEPER_ASK_LIST: return list;
    case KEEPER_ASK_SHOW: return show;
    case KEEPER_ASK_EXPIRE: return expire_now;
    case KEEPER_ASK_LEARN:
    case KEEPER_ASK_UNLEARN:
    case KEEPER_ASK_BLOCK: break; /* no matter of the quarantine */
    }
    return NULL;
}

static bool is_lesson(enum keeper_ask what)
{
    return what == KEEPER_ASK_LEARN || what == KEEPER_ASK_UNLEARN || what == KEEPER_ASK_BLOCK;
}

static int teach(struct keeper *k, int fd, const struct keeper_request *q, struct ipc_received *got,
                 struct err *e)
{
    struct keeper_bayes_answer a;
    if (keeper_bayes_answer(&k->bayes, q, got->n_fds ? got->fds[0] : -1, &k->a, &a, e) != 0)
        return -1;
    answer(fd, a.text, &a.fd, a.fd >= 0);
    fd_close(&a.fd);
    return 0;
}

static int carry_out(struct keeper *k, int fd, const struct keeper_request *q, struct ipc_received *got,
                     struct err *e)
{
    if (is_lesson(q->what))
        return teach(k, fd, q, got, e);
    return open_store(k, e) == 0 ? handler_of(q->what)(k, fd, q, got, e) : -1;
}

static void serve_request(struct keeper *k, int fd, struct slice frame, struct ipc_received *got)
{
    struct keeper_request q;
    struct err e = { 0 };
    if (!keeper_request_get(frame, &q) || got->n_fds != keeper_request_fds(q.what)) {
        log_warning("quarantine: a request that makes no sense");
        return;
    }
    arena_reset(&k->a);
    if (!ARENA_TRY(&k->a))
        err_set(&e, ERR_INPUT, "the entry is too large to be read");
    else if (carry_out(k, fd, &q, got, &e) == 0)
        return;
    if (e.kind != ERR_INPUT)
        log_error("%s", e.text);
    refuse(fd, &e);
}

/* ---- releases */

static struct job *free_job(struct keeper *k)
{
    for (size_t i = 0; i < JOBS_MAX; i++)
        if (k->jobs[i].release == NULL)
            return &k->jobs[i];
    return NULL;
}

/* true: the connection is the job's now */
static bool begin_release(struct keeper *k, int fd, struct slice request)
{
    struct job *job = free_job(k);
    struct err e = { 0 };
    if (job == NULL)
        err_set(&e, ERR_RETRY, "the keeper is busy with %d other releases: try again", JOBS_MAX);
    else if (open_store(k, &e) == 0 &&
             (job->release = release_begin(&k->host, RELEASE_BY_ADMIN, request, fd, &e))) {
        job->asker = fd;
        return true;
    }
    release_refuse(fd, &e);
    return false;
}

static void redeem(struct keeper *k, int fd, struct slice request)
{
    struct buf b;
    struct err e;
    if (open_store(k, &e) != 0) {
        log_error("%s", e.text);
        return; /* the connection ends: a fault to who asks */
    }
    buf_init(&b, IPC_FRAME_MAX);
    release_redeem(&k->host, request, &b);
    if (ipc_send(fd, buf_slice(&b), NULL, 0, &e) != 0)
        log_debug("quarantine: %s", e.text);
    buf_deinit(&b);
}

static void step_jobs(struct keeper *k)
{
    for (size_t i = 0; i < JOBS_MAX; i++) {
        struct job *job = &k->jobs[i];
        if (job->release && release_step(job->release)) {
            release_free(&job->release);
            fd_close(&job->asker);
        }
    }
}

/* ---- peers */

static bool may_ask(int fd)
{
    struct ucred who;
    socklen_t n = sizeof(who);
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &n) == 0 && (who.uid == 0 || who.uid == geteuid());
}

static void take_peer(struct keeper *k, int listening)
{
    int fd = accept4(listening, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0)
        return;
    for (size_t i = 0; i < PEERS_MAX && may_ask(fd); i++)
        if (k->peers[i].fd < 0) {
            k->peers[i] = (struct peer){ fd, clock_ms() };
            return;
        }
    close(fd);
}

/* One request a connection. */
static void hear_peer(struct keeper *k, struct peer *p)
{
    struct ipc_received got;
    struct err e;
    int rc = ipc_recv(p->fd, k->frame, sizeof(k->frame), 2, &got, &e);
    if (rc < 0 && e.kind == ERR_RETRY)
        return;
    if (rc == 1) {
        struct slice frame = slice_of(k->frame, got.n);
        if (frame.p[0] == KEEPER_ASK_RELEASE && begin_release(k, p->fd, slice_from(frame, 1)))
            p->fd = -1;
        else if (frame.p[0] == KEEPER_ASK_REDEEM)
            redeem(k, p->fd, slice_from(frame, 1));
        else if (frame.p[0] != KEEPER_ASK_RELEASE)
            serve_request(k, p->fd, frame, &got);
        ipc_close_fds(&got);
    }
    fd_close(&p->fd);
}

/* ---- the loop */

#define POLL_MAX (2 + PEERS_MAX + JOBS_MAX)

static nfds_t fill(struct keeper *k, struct pollfd *p, int listening, int life)
{
    nfds_t n = 0;
    p[n++] = (struct pollfd){ .fd = listening, .events = POLLIN };
    p[n++] = (struct pollfd){ .fd = life, .events = POLLIN };
    for (size_t i = 0; i < PEERS_MAX; i++)
        p[n++] = (struct pollfd){ .fd = k->peers[i].fd, .events = POLLIN };
    for (size_t i = 0; i < JOBS_MAX; i++)
        p[n++] = (struct pollfd){ .fd = k->jobs[i].release ? release_fd(k->jobs[i].release) : -1,
                                  .events = POLLIN };
    return n;
}

static void look_at_clock(struct keeper *k)
{
    uint64_t now = clock_ms();
    keeper_bayes_tend(&k->bayes);
    for (size_t i = 0; i < PEERS_MAX; i++)
        if (k->peers[i].fd >= 0 && now - k->peers[i].since > IDLE_MS)
            fd_close(&k->peers[i].fd);
    if (now < k->expire_at)
        return;
    k->expire_at = now + EXPIRE_MS;
    if (k->open && expire(k, EXPIRE_AT_ONCE) == EXPIRE_AT_ONCE)
        k->expire_at = now; /* the rest after whoever waits */
}

static void loop(struct keeper *k, int listening, int life)
{
    struct pollfd p[POLL_MAX];
    for (;;) {
        nfds_t n = fill(k, p, listening, life);
        if (poll(p, n, 1000) < 0 && errno != EINTR)
            fatal("keeper: poll: %m");
        if (p[1].revents)
            return;
        for (size_t i = 0; i < PEERS_MAX; i++)
            if (p[2 + i].revents && p[2 + i].fd == k->peers[i].fd && k->peers[i].fd >= 0)
                hear_peer(k, &k->peers[i]);
        step_jobs(k);
        if (p[0].revents)
            take_peer(k, listening);
        look_at_clock(k);
    }
}

static void clean_up(struct keeper *k)
{
    for (size_t i = 0; i < PEERS_MAX; i++)
        fd_close(&k->peers[i].fd);
    for (size_t i = 0; i < JOBS_MAX; i++) {
        if (k->jobs[i].release)
            fd_close(&k->jobs[i].asker);
        release_free(&k->jobs[i].release);
    }
    index_deinit(&k->index);
    store_close(&k->store);
    arena_deinit(&k->a);
    free(k);
}

int keeper_serve(const struct quarantine_options *o, const char *directory, const struct keeper_bayes *bayes,
                 int listening, int life, struct err *e)
{
    struct keeper *k = calloc(1, sizeof(*k));
    if (k == NULL)
        return err_set(e, ERR_RETRY, "keeper: no memory");
    k->o = o;
    k->directory = directory;
    k->store.dir = -1;
    k->bayes = *bayes;
    arena_init(&k->a, MEMORY);
    index_init(&k->index);
    for (size_t i = 0; i < PEERS_MAX; i++)
        k->peers[i].fd = -1;
    k->binding = (struct store_release){ &k->store, &k->index };
    store_release_table(&k->release_store, &k->binding);
    k->host = (struct release_host){ .store = &k->release_store,
                                     .key = &k->key,
                                     .relay = o->relay,
                                     .helo = o->helo,
                                     .from = o->from,
                                     .timeout_ms = o->release_timeout,
                                     .mark_life_ms = 2 * o->release_timeout + 600000 };
    if (open_store(k, e) != 0)
        log_error("%s; mail that must be held is tempfailed until that is mended", e->text);
    keeper_bayes_start(&k->bayes);
    loop(k, listening, life);
    keeper_bayes_end(&k->bayes);
    clean_up(k);
    return 0;
}
