/* autolearn.c - lessons that nobody gave; see autolearn.h */
#include "config.h"
#include "milter/autolearn.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include "base/log.h"
#include "base/os.h"
#include "keeper/client.h"

#define TIMEOUT_MS 5000
#define ITEM_MAX ((size_t)256 * 1024)
#define SAVE_MS 5000

struct waiting {
    bool spam;
    int item;
    size_t bytes;
    char socket[200];
};

struct autolearning {
    pthread_mutex_t lock;
    pthread_cond_t more;
    struct waiting queue[AUTOLEARN_QUEUE];
    unsigned first, n, reserved;
    struct lesson_day day;
    int dir; /* where it is kept; -1: nowhere */
    bool unsaved;
    uint64_t saved_at;
    pthread_mutex_t file; /* taken before lock */
    struct autolearn_counts counts;
};

static void init_locks(struct autolearning *a)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&a->lock, NULL);
    pthread_mutex_init(&a->file, NULL);
    pthread_cond_init(&a->more, &attributes);
    pthread_condattr_destroy(&attributes);
}

static void read_day(struct autolearning *a);

struct autolearning *autolearning_new(int dir)
{
    struct autolearning *a = calloc(1, sizeof(*a));
    if (a == NULL)
        fatal("no memory for lessons");
    init_locks(a);
    lesson_day_init(&a->day);
    a->dir = dir;
    read_day(a);
    return a;
}

void autolearning_free(struct autolearning **a)
{
    if (*a == NULL)
        return;
    for (unsigned i = 0; i < (*a)->n; i++)
        close((*a)->queue[((*a)->first + i) % AUTOLEARN_QUEUE].item);
    pthread_cond_destroy(&(*a)->more);
    pthread_mutex_destroy(&(*a)->lock);
    pthread_mutex_destroy(&(*a)->file);
    lesson_day_deinit(&(*a)->day);
    free(*a);
    *a = NULL;
}

/* ---- what the day has had, over restarts */

static void read_day(struct autolearning *a)
{
    struct buf text;
    char piece[4096];
    ssize_t n = 0;
    int fd = a->dir < 0 ? -1 : openat(a->dir, AUTOLEARN_FILE, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return;
    buf_init(&text, LESSON_DAY_BYTES + 1);
    while (!text.full && (n = read(fd, piece, sizeof(piece))) > 0)
        buf_add(&text, piece, (size_t)n);
    fd_close(&fd);
    if (n < 0 || text.full || !lesson_day_read(&a->day, buf_slice(&text)))
        log_warning("autolearn: what was learned today is not known: the bounds of the day begin anew");
    buf_deinit(&text);
}

static int write_file(int dir, struct slice text)
{
    int fd = openat(dir, AUTOLEARN_FILE ".tmp", O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return -1;
    int done = fd_write_all(fd, text.p, text.n);
    if (done == 0)
        done = fsync(fd);
    fd_close(&fd);
    return done == 0 ? renameat(dir, AUTOLEARN_FILE ".tmp", dir, AUTOLEARN_FILE) : -1;
}

/* A failure leaves the file of before, and is tried again. */
void autolearning_save(struct autolearning *a)
{
    struct buf text;
    if (a == NULL || a->dir < 0)
        return;
    buf_init(&text, LESSON_DAY_BYTES);
    pthread_mutex_lock(&a->file);
    pthread_mutex_lock(&a->lock);
    bool wanted = a->unsaved;
    a->unsaved = false;
    a->saved_at = clock_ms();
    if (wanted)
        lesson_day_write(&a->day, &text);
    pthread_mutex_unlock(&a->lock);
    if (wanted && (text.full || write_file(a->dir, buf_slice(&text)) != 0)) {
        log_debug("autolearn: the day's lessons are not saved: %m");
        pthread_mutex_lock(&a->lock);
        a->unsaved = true;
        pthread_mutex_unlock(&a->lock);
    }
    pthread_mutex_unlock(&a->file);
    buf_deinit(&text);
}

/* ---- asking */

enum autolearn_answer autolearning_ask(struct autolearning *a, const struct lesson_bounds *b, bool spam,
                                       struct slice domain, struct slice client, unsigned day)
{
    enum autolearn_answer answer = AUTOLEARN_WILL;
    if (a == NULL)
        return AUTOLEARN_BUSY;
    pthread_mutex_lock(&a->lock);
    if (a->n + a->reserved >= AUTOLEARN_QUEUE) {
        answer = AUTOLEARN_BUSY;
        a->counts.dropped++;
    } else if (!lesson_day_take(&a->day, b, spam, domain, client, day)) {
        answer = AUTOLEARN_BOUND;
        a->counts.bound++;
    } else {
        a->reserved++;
        a->unsaved = true;
        pthread_cond_signal(&a->more); /* who saves */
    }
    pthread_mutex_unlock(&a->lock);
    return answer;
}

/* ---- the queue */

void autolearning_teach(struct autolearning *a, bool spam, int item, size_t n, const char *socket)
{
    pthread_mutex_lock(&a->lock);
    struct waiting *w = &a->queue[(a->first + a->n++) % AUTOLEARN_QUEUE];
    a->reserved--;
    w->spam = spam;
    w->item = item;
    w->bytes = n;
    snprintf(w->socket, sizeof(w->socket), "%s", socket);
    pthread_cond_signal(&a->more);
    pthread_mutex_unlock(&a->lock);
}

void autolearning_drop(struct autolearning *a)
{
    pthread_mutex_lock(&a->lock);
    a->reserved--;
    pthread_mutex_unlock(&a->lock);
}

static struct timespec monotonic(uint64_t ms)
{
    return (struct timespec){ .tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000 };
}

/* false: it is time to save what the day has had. */
static bool wait_for_one(struct autolearning *a, struct waiting *w)
{
    pthread_mutex_lock(&a->lock);
    bool due = false;
    while (a->n == 0 && !due) {
        const struct timespec until = monotonic(a->saved_at + SAVE_MS);
        if (!a->unsaved)
            pthread_cond_wait(&a->more, &a->lock);
        else
            due = pthread_cond_timedwait(&a->more, &a->lock, &until) == ETIMEDOUT;
    }
    due |= a->unsaved && clock_ms() >= a->saved_at + SAVE_MS;
    if (!due) {
        *w = a->queue[a->first];
        a->first = (a->first + 1) % AUTOLEARN_QUEUE;
        a->n--;
    }
    pthread_mutex_unlock(&a->lock);
    return !due;
}

static void count(struct autolearning *a, bool spam, int done)
{
    pthread_mutex_lock(&a->lock);
    if (done < 0)
        a->counts.dropped++;
    else if (done != BAYES_DONE)
        a->counts.known++;
    else if (spam)
        a->counts.spam++;
    else
        a->counts.ham++;
    pthread_mutex_unlock(&a->lock);
}

/* What a scorer writes into has a size of its own that nobody can change; the keeper takes an item alone. */
static void cut_to_size(struct waiting *w)
{
    char *text = w->bytes <= ITEM_MAX ? malloc(w->bytes + 1) : NULL;
    int fd = text ? memfd_create("tamis-lesson", MFD_CLOEXEC) : -1;
    if (fd >= 0 &&
        (pread(w->item, text, w->bytes, 0) != (ssize_t)w->bytes || fd_write_all(fd, text, w->bytes) != 0))
        fd_close(&fd);
    free(text);
    fd_close(&w->item);
    w->item = fd;
}

static void teach(struct autolearning *a, struct waiting *w)
{
    struct err e = { 0 };
    cut_to_size(w);
    enum bayes_kind kind = w->spam ? BAYES_LEARN_SPAM : BAYES_LEARN_HAM;
    int done = w->item < 0 ? -1
                           : keeper_teach_new(w->socket, kind, BAYES_AUTOLEARN_PERCENT, SLICE("autolearn"),
                                              w->item, TIMEOUT_MS, &e);
    if (done < 0)
        log_debug("autolearn: %s", e.text);
    count(a, w->spam, done);
    fd_close(&w->item);
}

static void *teach_all(void *arg)
{
    struct autolearning *a = arg;
    struct waiting w;
    for (;;)
        if (wait_for_one(a, &w))
            teach(a, &w);
        else
            autolearning_save(a);
    return NULL;
}

int autolearning_start(struct autolearning *a, struct err *e)
{
    pthread_t thread;
    errno = pthread_create(&thread, NULL, teach_all, a);
    if (errno != 0)
        return err_sys(e, "thread for autolearn");
    pthread_detach(thread);
    return 0;
}

void autolearning_counts(struct autolearning *a, struct autolearn_counts *out)
{
    memset(out, 0, sizeof(*out));
    if (a == NULL)
        return;
    pthread_mutex_lock(&a->lock);
    *out = a->counts;
    out->waiting = a->n;
    pthread_mutex_unlock(&a->lock);
}
