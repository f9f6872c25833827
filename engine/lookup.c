/* lookup.c - the DNS for a process with many threads; see lookup.h */
#include "engine/lookup.h"

#include <pthread.h>
#include <stdlib.h>
#include "base/log.h"
#include "base/os.h"
#include "engine/resolver.h"

#define KEPT 16

struct lookup_pool {
    pthread_mutex_t lock;
    int hub;
    size_t n;
    struct dns_link *idle[KEPT];
};

struct lookup_pool *lookup_pool_new(int hub)
{
    struct lookup_pool *pool = calloc(1, sizeof(*pool));
    if (pool == NULL)
        fatal("out of memory: channels to the resolver");
    pthread_mutex_init(&pool->lock, NULL);
    pool->hub = hub;
    return pool;
}

void lookup_pool_free(struct lookup_pool **pool)
{
    if (*pool == NULL)
        return;
    while ((*pool)->n)
        dns_link_free(&(*pool)->idle[--(*pool)->n]);
    fd_close(&(*pool)->hub);
    pthread_mutex_destroy(&(*pool)->lock);
    free(*pool);
    *pool = NULL;
}

static struct dns_link *make(struct lookup_pool *pool)
{
    struct err e;
    int channel = resolver_connect(pool->hub, &e);
    if (channel < 0)
        log_debug("resolver: %s", e.text);
    return channel < 0 ? NULL : dns_link_new(channel);
}

struct dns_link *lookup_borrow(struct lookup_pool *pool)
{
    if (pool->hub < 0)
        return NULL;
    for (;;) {
        struct dns_link *link = NULL;
        pthread_mutex_lock(&pool->lock);
        if (pool->n)
            link = pool->idle[--pool->n];
        pthread_mutex_unlock(&pool->lock);
        if (link == NULL)
            return make(pool);
        if (!dns_link_gone(link))
            return link;
        dns_link_free(&link);
    }
}

void lookup_give_back(struct lookup_pool *pool, struct dns_link **link)
{
    if (*link == NULL)
        return;
    dns_link_set_client(*link, slice_of(NULL, 0));
    pthread_mutex_lock(&pool->lock);
    if (pool->n < KEPT && !dns_link_gone(*link)) {
        pool->idle[pool->n++] = *link;
        *link = NULL;
    }
    pthread_mutex_unlock(&pool->lock);
    dns_link_free(link);
}
