/* admission.c - how many messages and bytes are in work at once; see admission.h */
#include "config.h"
#include "milter/admission.h"

#include <errno.h>
#include <time.h>

void admission_init(struct admission *a)
{
    pthread_condattr_t attr;
    *a = (struct admission){ .lock = PTHREAD_MUTEX_INITIALIZER };
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&a->freed, &attr);
    pthread_condattr_destroy(&attr);
}

void admission_deinit(struct admission *a)
{
    pthread_cond_destroy(&a->freed);
    pthread_mutex_destroy(&a->lock);
}

static struct timespec from_now(unsigned ms)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    t.tv_sec += ms / 1000;
    t.tv_nsec += (long)(ms % 1000) * 1000000;
    if (t.tv_nsec >= 1000000000) {
        t.tv_sec++;
        t.tv_nsec -= 1000000000;
    }
    return t;
}

static bool has_room(const struct admission *a, const struct admission_limits *l)
{
    return a->in_work < l->messages && a->bytes < l->bytes;
}

bool admission_enter(struct admission *a, const struct admission_limits *l, unsigned wait_ms)
{
    struct timespec until = from_now(wait_ms);
    int timed_out = wait_ms == 0;
    pthread_mutex_lock(&a->lock);
    a->waiting++;
    while (!has_room(a, l) && !timed_out)
        timed_out = pthread_cond_timedwait(&a->freed, &a->lock, &until) == ETIMEDOUT;
    a->waiting--;
    bool in = has_room(a, l);
    if (in)
        a->in_work++;
    pthread_mutex_unlock(&a->lock);
    return in;
}

bool admission_grow(struct admission *a, const struct admission_limits *l, size_t n)
{
    pthread_mutex_lock(&a->lock);
    bool fits = a->bytes <= l->bytes && n <= l->bytes - a->bytes;
    if (fits)
        a->bytes += n;
    pthread_mutex_unlock(&a->lock);
    return fits;
}

void admission_leave(struct admission *a, size_t bytes)
{
    pthread_mutex_lock(&a->lock);
    a->in_work--;
    a->bytes -= bytes;
    if (a->waiting) /* all of them: one message may free the bytes of many */
        pthread_cond_broadcast(&a->freed);
    pthread_mutex_unlock(&a->lock);
}

void admission_get(struct admission *a, unsigned *in_work, unsigned *waiting, size_t *bytes)
{
    pthread_mutex_lock(&a->lock);
    *in_work = a->in_work;
    *waiting = a->waiting;
    *bytes = a->bytes;
    pthread_mutex_unlock(&a->lock);
}
