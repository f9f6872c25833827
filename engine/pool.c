/* pool.c - the workers that an engine has; see pool.h
 * States: IDLE (in the idle list) <-> BUSY (held by a thread) -> GOING (channel closed, LOADER_DEAD awaited)
 * -> freed. LOADER_DEAD may come first; then the record goes when its holder gives it back. The idle list is
 * a stack: the worker used last has its memory in the caches. */
#include "engine/pool.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <time.h>
#include "base/log.h"
#include "engine/proto.h"

/* Kept for the next one who waits, so that it can be signalled with the lock given up: who wakes with the
 * lock still held goes to sleep at once again. */
struct pool_waiter {
    pthread_cond_t cond;
    struct pool_worker *worker; /* set by who gives */
    struct pool_waiter *next;
};

void pool_init(struct pool *p, int loader, unsigned worker_messages, unsigned waiting_max)
{
    memset(p, 0, sizeof(*p));
    pthread_mutex_init(&p->lock, NULL);
    p->loader = loader;
    p->worker_messages = worker_messages;
    p->waiting_max = waiting_max;
    p->last = &p->first;
}

static void free_worker(struct pool *p, struct pool_worker *w)
{
    struct pool_worker **at = &p->all;
    while (*at != w)
        at = &(*at)->next;
    *at = w->next;
    fd_close(&w->fd);
    buf_deinit(&w->out);
    free(w);
}

void pool_deinit(struct pool *p)
{
    while (p->all) {
        if (p->all->state == POOL_BUSY)
            bug("engine freed while scorer %d is in use", (int)p->all->pid);
        free_worker(p, p->all);
    }
    for (struct pool_waiter *w = p->spare, *next; w; w = next) {
        next = w->next;
        pthread_cond_destroy(&w->cond);
        free(w);
    }
    pthread_mutex_destroy(&p->lock);
}

/* The loader's end may be closed: then there is nobody to tell. */
static void tell_loader(struct pool *p, enum proto_type type, const struct pool_worker *w)
{
    struct proto_loader m = { .type = type, .pid = w->pid, .serial = w->serial };
    struct buf out;
    buf_init(&out, 1024);
    proto_put_loader(&out, &m);
    if (ipc_send(p->loader, buf_slice(&out), NULL, 0, NULL) != 0)
        log_debug("scorer %d: the rules loader cannot be told", (int)w->pid);
    buf_deinit(&out);
}

/* With the lock held, for all below. */
static void want(struct pool *p, unsigned extra)
{
    struct proto_loader m = { .type = PROTO_ENGINE_WANT, .status = (int32_t)extra };
    struct buf out;
    p->extra = extra;
    buf_init(&out, 1024);
    proto_put_loader(&out, &m);
    if (ipc_send(p->loader, buf_slice(&out), NULL, 0, NULL) != 0)
        log_debug("the loader cannot be told to have %u more workers", extra);
    buf_deinit(&out);
}

/* Somebody is in line while others wait. */
static void grow(struct pool *p)
{
    unsigned most = p->waits < p->waiting_max ? p->waits : p->waiting_max;
    unsigned need = p->extra + p->waiting;
    if (p->waiting && p->extra < most)
        want(p, need < most ? need : most);
}

static void waits_no_more(struct pool *p, struct pool_worker *w)
{
    p->waits -= w->waits;
    w->waits = false;
}

static void close_channel(struct pool *p, struct pool_worker *w)
{
    fd_close(&w->fd);
    w->state = POOL_GOING;
    if (w->dead || p->lost)
        free_worker(p, w);
}

static void leave_idle(struct pool *p, struct pool_worker *w)
{
    struct pool_worker **at = &p->idle;
    while (*at != w)
        at = &(*at)->next_idle;
    *at = w->next_idle;
    p->n_idle--;
    if (p->n_idle < p->least_idle)
        p->least_idle = p->n_idle;
}

static void depart(struct pool *p, struct pool_worker *w)
{
    w->asked = true;
    p->counts.recycled++;
    close_channel(p, w);
}

/* Who is to be woken when the lock is given up, if anybody. */
static struct pool_waiter *make_available(struct pool *p, struct pool_worker *w)
{
    struct pool_waiter *first = p->first;
    if (first == NULL) {
        w->state = POOL_IDLE;
        w->next_idle = p->idle;
        p->idle = w;
        p->n_idle++;
        return NULL;
    }
    p->first = first->next;
    if (p->first == NULL)
        p->last = &p->first;
    w->state = POOL_BUSY;
    first->worker = w;
    return first;
}

static void unlock_and_wake(struct pool *p, struct pool_waiter *woken)
{
    pthread_mutex_unlock(&p->lock);
    if (woken)
        pthread_cond_signal(&woken->cond);
}

/* A new worker has come: one that retires may leave. */
static void let_one_leave(struct pool *p)
{
    struct pool_worker *w = p->all;
    while (w && !(w->retiring && !w->leaving && w->state != POOL_GOING))
        w = w->next;
    if (w == NULL)
        return;
    w->leaving = true;
    if (w->state == POOL_IDLE) {
        leave_idle(p, w);
        depart(p, w);
    }
}

int pool_add(struct pool *p, int32_t pid, uint32_t serial, int fd, struct err *e)
{
    struct pool_worker *w = malloc(sizeof(*w));
    int flags = fcntl(fd, F_GETFL);
    if (w == NULL || flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0) {
        err_sys(e, "scorer %d cannot be taken", (int)pid);
        fd_close(&fd);
        free(w);
        return -1;
    }
    memset(w, 0, offsetof(struct pool_worker, in));
    w->pid = pid;
    w->serial = serial;
    w->fd = fd;
    buf_init(&w->out, IPC_FRAME_MAX);
    pthread_mutex_lock(&p->lock);
    let_one_leave(p);
    w->next = p->all;
    p->all = w;
    unlock_and_wake(p, make_available(p, w));
    return 0;
}

bool pool_dead(struct pool *p, int32_t pid, uint32_t serial, int status)
{
    bool unasked = false;
    pthread_mutex_lock(&p->lock);
    struct pool_worker *w = p->all;
    while (w && (w->serial != serial || w->pid != pid))
        w = w->next;
    if (w) {
        unasked = !w->asked;
        if (unasked) {
            p->counts.deaths++;
            p->counts.last_death = status;
        }
        w->dead = true;
        if (w->state == POOL_IDLE)
            leave_idle(p, w);
        if (w->state != POOL_BUSY)
            free_worker(p, w);
    }
    pthread_mutex_unlock(&p->lock);
    return unasked;
}

void pool_lost(struct pool *p)
{
    pthread_mutex_lock(&p->lock);
    p->lost = true;
    p->idle = NULL;
    p->n_idle = 0;
    for (struct pool_worker *w = p->all, *next; w; w = next) {
        next = w->next;
        if (w->state != POOL_BUSY)
            free_worker(p, w);
    }
    for (struct pool_waiter *at = p->first; at; at = at->next)
        pthread_cond_signal(&at->cond);
    pthread_mutex_unlock(&p->lock);
}

static void leave_line(struct pool *p, struct pool_waiter *me)
{
    struct pool_waiter **at = &p->first;
    while (*at != me)
        at = &(*at)->next;
    *at = me->next;
    if (me->next == NULL)
        p->last = at;
}

static void sleep_until(struct pool *p, struct pool_waiter *me, uint64_t until)
{
    struct timespec ts = { .tv_sec = (time_t)(until / 1000), .tv_nsec = (long)(until % 1000) * 1000000 };
    pthread_cond_timedwait(&me->cond, &p->lock, &ts);
}

/* In line, with the lock held, until a worker is given or there is a reason to go without. */
static enum pool_answer stand_in_line(struct pool *p, struct pool_waiter *me, struct patience *patience)
{
    for (;;) {
        uint64_t now = clock_ms();
        if (me->worker)
            return POOL_GOT;
        if (p->lost)
            return POOL_LOST;
        if (now >= patience->deadline)
            return POOL_LATE;
        pthread_mutex_unlock(&p->lock);
        bool there = patience_tick(patience, now);
        pthread_mutex_lock(&p->lock);
        if (!there)
            return POOL_CALLER_GONE;
        if (me->worker == NULL && !p->lost)
            sleep_until(p, me, patience_slice(patience, patience->deadline));
    }
}

static struct pool_waiter *new_waiter(void)
{
    struct pool_waiter *me = malloc(sizeof(*me));
    pthread_condattr_t monotonic;
    if (me == NULL)
        fatal("out of memory: no place in line");
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&me->cond, &monotonic);
    pthread_condattr_destroy(&monotonic);
    return me;
}

static struct pool_waiter *join_line(struct pool *p)
{
    struct pool_waiter *me = p->spare;
    if (me)
        p->spare = me->next;
    else
        me = new_waiter();
    me->worker = NULL;
    me->next = NULL;
    *p->last = me;
    p->last = &me->next;
    p->waiting++;
    grow(p);
    return me;
}

static enum pool_answer wait_for_worker(struct pool *p, struct patience *patience, struct pool_worker **out,
                                        struct pool_waiter **woken)
{
    struct pool_waiter *me = join_line(p);
    enum pool_answer answer = stand_in_line(p, me, patience);
    p->waiting--;
    *out = me->worker;
    if (me->worker == NULL)
        leave_line(p, me);
    else if (answer != POOL_GOT) /* given while the caller went away */
        *woken = make_available(p, me->worker);
    me->next = p->spare;
    p->spare = me;
    return answer;
}

static enum pool_answer take(struct pool *p, struct patience *patience, struct pool_worker **out)
{
    struct pool_waiter *woken = NULL;
    enum pool_answer answer = POOL_GOT;
    pthread_mutex_lock(&p->lock);
    *out = p->idle;
    if (p->lost)
        answer = POOL_LOST;
    else if (p->idle) {
        p->idle->state = POOL_BUSY;
        leave_idle(p, p->idle);
    } else
        answer = wait_for_worker(p, patience, out, &woken);
    unlock_and_wake(p, woken);
    return answer;
}

/* Nothing may be there to read: nothing was asked. */
static bool is_silent(const struct pool_worker *w, enum pool_end *why)
{
    struct pollfd pfd = { .fd = w->fd, .events = POLLIN };
    if (poll(&pfd, 1, 0) == 0)
        return true;
    *why = pfd.revents & POLLHUP ? POOL_ENDED : POOL_LIED;
    return false;
}

enum pool_answer pool_checkout(struct pool *p, struct patience *patience, struct pool_worker **out)
{
    for (;;) {
        enum pool_end why;
        enum pool_answer answer = take(p, patience, out);
        if (answer != POOL_GOT || is_silent(*out, &why))
            return answer;
        if (why == POOL_LIED)
            log_warning("scorer %d said something without being asked: killed", (int)(*out)->pid);
        pool_discard(p, *out, why);
    }
}

void pool_return(struct pool *p, struct pool_worker *w, bool odd)
{
    struct pool_waiter *woken = NULL;
    pthread_mutex_lock(&p->lock);
    w->messages++;
    waits_no_more(p, w);
    if (p->lost || w->dead)
        close_channel(p, w);
    else if (w->leaving)
        depart(p, w);
    else {
        bool worn = p->worker_messages && w->messages >= p->worker_messages;
        if ((worn || odd) && !w->retiring) {
            w->retiring = true;
            tell_loader(p, PROTO_ENGINE_RETIRE, w);
        }
        woken = make_available(p, w);
    }
    unlock_and_wake(p, woken);
}

void pool_discard(struct pool *p, struct pool_worker *w, enum pool_end why)
{
    pthread_mutex_lock(&p->lock);
    waits_no_more(p, w);
    if (why != POOL_ENDED) {
        w->asked = true;
        p->counts.kills++;
        p->counts.lies += why == POOL_LIED;
    }
    if (!w->dead && !p->lost) /* one that only closed its channel must go, too */
        tell_loader(p, PROTO_ENGINE_KILL, w);
    close_channel(p, w);
    pthread_mutex_unlock(&p->lock);
}

void pool_waits(struct pool *p, struct pool_worker *w)
{
    pthread_mutex_lock(&p->lock);
    p->waits += !w->waits;
    w->waits = true;
    grow(p);
    pthread_mutex_unlock(&p->lock);
}

void pool_renew(struct pool *p)
{
    pthread_mutex_lock(&p->lock);
    for (struct pool_worker *w = p->all; w; w = w->next)
        if (!w->retiring && w->state != POOL_GOING) {
            w->retiring = true;
            tell_loader(p, PROTO_ENGINE_RETIRE, w);
        }
    pthread_mutex_unlock(&p->lock);
}

/* The loader is told first, so that it makes no other in its place. */
static void let_extra_leave(struct pool *p)
{
    struct pool_worker *w = p->idle;
    while (w && w->retiring)
        w = w->next_idle;
    if (w == NULL)
        return;
    want(p, p->extra - 1);
    tell_loader(p, PROTO_ENGINE_RETIRE, w);
    leave_idle(p, w);
    depart(p, w);
}

void pool_tick(struct pool *p)
{
    pthread_mutex_lock(&p->lock);
    unsigned needless = p->least_idle < p->extra ? p->least_idle : p->extra;
    for (unsigned i = 0; i < needless && !p->lost; i++)
        let_extra_leave(p);
    p->least_idle = p->n_idle;
    pthread_mutex_unlock(&p->lock);
}

bool pool_loader_gone(struct pool *p)
{
    struct pollfd pfd = { .fd = p->loader, .events = 0 };
    return poll(&pfd, 1, 0) > 0 && (pfd.revents & (POLLHUP | POLLERR));
}

void pool_status(struct pool *p, struct engine_status *s)
{
    size_t room = sizeof(s->worker_pids) / sizeof(s->worker_pids[0]);
    pthread_mutex_lock(&p->lock);
    s->workers = s->busy = 0;
    for (const struct pool_worker *w = p->all; w; w = w->next) {
        if (w->state == POOL_GOING)
            continue;
        if (s->workers < room)
            s->worker_pids[s->workers] = w->pid;
        s->workers++;
        s->busy += w->state == POOL_BUSY;
    }
    s->waiting = p->waiting;
    s->deaths = p->counts.deaths;
    s->kills = p->counts.kills;
    s->lies = p->counts.lies;
    s->recycled = p->counts.recycled;
    s->last_death = p->counts.last_death;
    pthread_mutex_unlock(&p->lock);
}
