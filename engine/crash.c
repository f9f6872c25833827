/* crash.c - deaths of workers, counted per client; see crash.h
 * The table is small and searched from end to end, and only while somebody is in it. */
#include "engine/crash.h"

#include <arpa/inet.h>

void crash_init(struct crash_table *t, unsigned limit, uint64_t window)
{
    memset(t, 0, sizeof(*t));
    pthread_mutex_init(&t->lock, NULL);
    t->limit = limit;
    t->window = window;
}

void crash_deinit(struct crash_table *t)
{
    pthread_mutex_destroy(&t->lock);
}

/* IPv4 as ::ffff:a.b.c.d, so that both spellings are one client; false for what is no address */
static bool key_of(struct slice address, uint8_t key[16])
{
    static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
    char text[INET6_ADDRSTRLEN];
    if (address.n == 0 || address.n >= sizeof(text))
        return false;
    memcpy(text, address.p, address.n);
    text[address.n] = 0;
    memcpy(key, mapped, sizeof(mapped));
    if (inet_pton(AF_INET, text, key + sizeof(mapped)) == 1)
        return true;
    if (inet_pton(AF_INET6, text, key) != 1)
        return false;
    if (memcmp(key, mapped, sizeof(mapped)) != 0)
        memset(key + 8, 0, 8);
    return true;
}

/* Clients whose window is over are dropped on the way. */
static struct crash_client *find(struct crash_table *t, const uint8_t key[16], uint64_t now)
{
    struct crash_client *found = NULL;
    for (size_t i = 0; i < t->n;) {
        struct crash_client *c = &t->clients[i];
        if (now >= c->since + t->window) {
            *c = t->clients[--t->n];
            continue;
        }
        if (memcmp(c->key, key, sizeof(c->key)) == 0)
            found = c;
        i++;
    }
    return found;
}

static struct crash_client *add(struct crash_table *t, const uint8_t key[16], uint64_t now)
{
    struct crash_client *c = &t->clients[0];
    if (t->n < CRASH_CLIENTS)
        c = &t->clients[t->n++];
    else
        for (size_t i = 1; i < t->n; i++)
            if (t->clients[i].last < c->last)
                c = &t->clients[i];
    *c = (struct crash_client){ .since = now };
    memcpy(c->key, key, sizeof(c->key));
    return c;
}

void crash_count(struct crash_table *t, struct slice address, uint64_t now)
{
    uint8_t key[16];
    if (t->limit == 0 || !key_of(address, key))
        return;
    pthread_mutex_lock(&t->lock);
    struct crash_client *c = find(t, key, now);
    if (c == NULL)
        c = add(t, key, now);
    c->last = now;
    c->deaths++;
    pthread_mutex_unlock(&t->lock);
}

bool crash_over(struct crash_table *t, struct slice address, uint64_t now)
{
    uint8_t key[16];
    if (t->limit == 0 || !key_of(address, key))
        return false;
    pthread_mutex_lock(&t->lock);
    const struct crash_client *c = find(t, key, now);
    bool over = c && c->deaths >= t->limit;
    pthread_mutex_unlock(&t->lock);
    return over;
}
