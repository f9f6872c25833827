/* autolearn.c - lessons that nobody gave; see autolearn.h */
#include "config.h"
#include "milter/autolearn.h"

#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "base/log.h"
#include "base/os.h"
#include "keeper/client.h"
#include "message/keyed-hash.h"

#define TIMEOUT_MS 5000
#define ITEM_MAX ((size_t)256 * 1024)
#define SLOTS (2 * AUTOLEARN_NAMES)

struct waiting {
    bool spam;
    int item;
    size_t bytes;
    char socket[200];
};

/* how many lessons a domain or network has given on the day */
struct name {
    uint64_t hash; /* 0: free */
    unsigned lessons;
};

struct autolearning {
    pthread_mutex_t lock;
    pthread_cond_t more;
    struct waiting queue[AUTOLEARN_QUEUE];
    unsigned first, n, reserved;
    unsigned day, lessons[2]; /* [spam] */
    struct name *names;
    unsigned n_names;
    struct autolearn_counts counts;
};

struct autolearning *autolearning_new(void)
{
    struct autolearning *a = calloc(1, sizeof(*a));
    if (a == NULL || (a->names = calloc(SLOTS, sizeof(*a->names))) == NULL)
        fatal("no memory for lessons");
    pthread_mutex_init(&a->lock, NULL);
    pthread_cond_init(&a->more, NULL);
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
    free((*a)->names);
    free(*a);
    *a = NULL;
}

/* ---- bounds */

static uint64_t hash_of(char kind, struct slice text)
{
    uint64_t key = keyed_hash_key(), h = keyed_hash_add(0, key, kind);
    for (size_t i = 0; i < text.n; i++)
        h = keyed_hash_add(h, key, ascii_lower(text.p[i]));
    return h ? h : 1;
}

/* A /24, or a /48 of IPv6; what is no address stands for itself. */
static uint64_t hash_of_network(struct slice address)
{
    static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
    char text[INET6_ADDRSTRLEN + 1];
    unsigned char b[16];
    if (address.n >= sizeof(text))
        return hash_of('n', address);
    memcpy(text, address.p, address.n);
    text[address.n] = 0;
    if (inet_pton(AF_INET, text, b) == 1)
        return hash_of('4', slice_of((const char *)b, 3));
    if (inet_pton(AF_INET6, text, b) != 1)
        return hash_of('n', address);
    bool v4 = memcmp(b, mapped, sizeof(mapped)) == 0;
    return v4 ? hash_of('4', slice_of((const char *)b + 12, 3)) : hash_of('6', slice_of((const char *)b, 6));
}

/* NULL: the table is full */
static struct name *name_of(struct autolearning *a, uint64_t hash)
{
    size_t at = hash % SLOTS;
    while (a->names[at].hash && a->names[at].hash != hash)
        at = (at + 1) % SLOTS;
    if (a->names[at].hash == 0) {
        if (a->n_names == AUTOLEARN_NAMES)
            return NULL;
        a->n_names++;
        a->names[at].hash = hash;
    }
    return &a->names[at];
}

static void begin_day(struct autolearning *a, unsigned day)
{
    if (a->day == day)
        return;
    a->day = day;
    a->n_names = 0;
    memset(a->lessons, 0, sizeof(a->lessons));
    memset(a->names, 0, SLOTS * sizeof(*a->names));
}

/* Who stands for nothing has no domain: only its network is a bound then. */
static bool within_bounds(struct autolearning *a, const struct autolearn_bounds *b, bool spam,
                          struct slice domain, struct slice client)
{
    struct name *d = domain.n ? name_of(a, hash_of('d', domain)) : NULL;
    struct name *n = client.n ? name_of(a, hash_of_network(client)) : NULL;
    if (a->lessons[spam] >= b->day || (d && d->lessons >= b->domain) || (n && n->lessons >= b->network) ||
        (domain.n && d == NULL) || (client.n && n == NULL))
        return false;
    a->lessons[spam]++;
    if (d)
        d->lessons++;
    if (n)
        n->lessons++;
    return true;
}

enum autolearn_answer autolearning_ask(struct autolearning *a, const struct autolearn_bounds *b, bool spam,
                                       struct slice domain, struct slice client, unsigned day)
{
    enum autolearn_answer answer = AUTOLEARN_WILL;
    if (a == NULL)
        return AUTOLEARN_BUSY;
    pthread_mutex_lock(&a->lock);
    begin_day(a, day);
    if (a->n + a->reserved >= AUTOLEARN_QUEUE) {
        answer = AUTOLEARN_BUSY;
        a->counts.dropped++;
    } else if (!within_bounds(a, b, spam, domain, client)) {
        answer = AUTOLEARN_BOUND;
        a->counts.bound++;
    } else
        a->reserved++;
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

static struct waiting wait_for_one(struct autolearning *a)
{
    pthread_mutex_lock(&a->lock);
    while (a->n == 0)
        pthread_cond_wait(&a->more, &a->lock);
    struct waiting w = a->queue[a->first];
    a->first = (a->first + 1) % AUTOLEARN_QUEUE;
    a->n--;
    pthread_mutex_unlock(&a->lock);
    return w;
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

static void *teach_all(void *arg)
{
    struct autolearning *a = arg;
    for (;;) {
        struct waiting w = wait_for_one(a);
        struct err e = { 0 };
        cut_to_size(&w);
        enum bayes_kind kind = w.spam ? BAYES_LEARN_SPAM : BAYES_LEARN_HAM;
        int done = w.item < 0 ? -1
                              : keeper_teach_new(w.socket, kind, BAYES_AUTOLEARN_PERCENT, SLICE("autolearn"),
                                                 w.item, TIMEOUT_MS, &e);
        if (done < 0)
            log_debug("autolearn: %s", e.text);
        count(a, w.spam, done);
        fd_close(&w.item);
    }
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
