/* bayes-saver.c - a checkpoint made beside the lessons; see bayes-saver.h
 * The thread touches nothing of its owner's but the copy, the folder and the journal's file, which is only
 * added to; and says nothing, as the owner may fork while it runs. */
#include "config.h"
#include "keeper/bayes-saver.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include "keeper/bayes-checkpoint.h"

#define LARGE_PAGE ((size_t)2 << 20)
#define COPY_BYTES ((BAYES_BYTES + LARGE_PAGE - 1) / LARGE_PAGE * LARGE_PAGE)

struct bayes_saver {
    pthread_t thread;
    int folder;
    struct bayes_block *copy;
    struct bayes_shortening plan;
    int failed;
    struct err e;
    bool done;
};

/* In large pages where there are any: most of the time of a copy goes into finding small ones. */
static struct bayes_block *copy_of(const struct bayes_block *b)
{
    void *p = mmap(NULL, COPY_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED)
        return NULL;
    (void)madvise(p, COPY_BYTES, MADV_HUGEPAGE);
    return memcpy(p, b, BAYES_BYTES);
}

static void *save(void *ctx)
{
    struct bayes_saver *s = ctx;
    s->failed = bayes_checkpoint_write(s->folder, "checkpoint", s->copy, &s->e);
    if (s->failed == 0)
        s->failed = bayes_journal_copy(&s->plan, &s->e);
    __atomic_store_n(&s->done, true, __ATOMIC_RELEASE);
    return NULL;
}

/* Signals are the owner's. */
static int start_thread(struct bayes_saver *s)
{
    sigset_t all, old;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    int failed = pthread_create(&s->thread, NULL, save, s);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    return failed;
}

static void free_saver(struct bayes_saver *s)
{
    if (s->copy)
        munmap(s->copy, COPY_BYTES);
    free(s);
}

struct bayes_saver *bayes_saver_start(int folder, const struct bayes_block *b, struct bayes_shortening *plan,
                                      struct err *e)
{
    struct bayes_saver *s = calloc(1, sizeof(*s));
    if (s == NULL)
        fatal("no memory for a checkpoint");
    s->folder = folder;
    s->plan = *plan;
    s->copy = copy_of(b);
    if (s->copy && (errno = start_thread(s)) == 0)
        return s;
    err_sys(e, "classifier: memory for a checkpoint");
    bayes_shortening_drop(plan);
    free_saver(s);
    return NULL;
}

bool bayes_saver_done(const struct bayes_saver *s)
{
    return __atomic_load_n(&s->done, __ATOMIC_ACQUIRE);
}

int bayes_saver_end(struct bayes_saver **out, uint64_t *serial, struct bayes_shortening *plan, struct err *e)
{
    struct bayes_saver *s = *out;
    pthread_join(s->thread, NULL);
    *out = NULL;
    *serial = s->copy->serial;
    *plan = s->plan;
    *e = s->e;
    int failed = s->failed;
    if (failed)
        bayes_shortening_drop(plan);
    free_saver(s);
    return failed;
}
