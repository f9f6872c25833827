/* answers.c - the resolver's memory; see answers.h
 * One record a name and type, in a hash table and in one of three lists: in line, on its way (the oldest
 * first), known (used last at the end). */
#include "engine/answers.h"

#include <stdlib.h>
#include <sys/queue.h>
#include "base/dns-name.h"
#include "base/err.h"
#include "message/keyed-hash.h"

#define BUCKETS 16384
#define ON_THEIR_WAY_MAX 1500 /* libunbound's sockets, one each */
#define IN_LINE_MAX 20000
#define WAITERS_MAX 200000 /* of all lookups */
/* ms */
#define TTL_LEAST 5000
#define TTL_MOST 3600000
#define TTL_NEGATIVE 900000
#define TTL_FAILED 15000
#define MINUTE 60000
/* clients of the last minute, by hash, in groups */
#define GROUPS 1024
#define GROUP 8

enum state { IN_LINE, ON_ITS_WAY, KNOWN };

struct waiter {
    uint64_t asker;
    uint32_t id;
    struct waiter *next;
};

struct lookup {
    TAILQ_ENTRY(lookup) list;
    struct lookup *next; /* in its bucket */
    uint32_t hash;
    enum dns_type type;
    enum state state;
    uint64_t since, expires;
    void *errand;
    struct waiter *waiters;
    char *body;
    size_t body_n, name_n;
    char name[]; /* with a NUL */
};

TAILQ_HEAD(lookups, lookup);

struct client {
    uint64_t key;
    unsigned lookups; /* no less than it caused */
};

struct answers {
    struct answers_setup setup;
    struct lookup *table[BUCKETS];
    struct lookups lists[KNOWN + 1];
    size_t in_list[KNOWN + 1], waiters;
    struct dns_counts counts;
    struct buf said; /* a body of our own */
    uint64_t minute;
    struct client clients[GROUPS][GROUP];
};

/* ---- records */

static uint32_t hash_of(struct slice name, enum dns_type type)
{
    uint64_t h = keyed_hash(name) + (uint64_t)type; /* whoever sends mail chooses the names */
    return (uint32_t)(h ^ h >> 32);
}

static size_t bytes_of(const struct lookup *l)
{
    return sizeof(*l) + l->name_n + 1 + l->body_n + 64; /* malloc's own */
}

static struct lookup *find(struct answers *a, struct slice name, enum dns_type type, uint32_t hash)
{
    for (struct lookup *l = a->table[hash % BUCKETS]; l; l = l->next)
        if (l->hash == hash && l->type == type && slice_eq(slice_of(l->name, l->name_n), name))
            return l;
    return NULL;
}

static void enlist(struct answers *a, struct lookup *l, enum state state)
{
    l->state = state;
    TAILQ_INSERT_TAIL(&a->lists[state], l, list);
    a->in_list[state]++;
    if (state == KNOWN)
        a->counts.bytes += bytes_of(l);
}

static void delist(struct answers *a, struct lookup *l)
{
    TAILQ_REMOVE(&a->lists[l->state], l, list);
    a->in_list[l->state]--;
    if (l->state == KNOWN)
        a->counts.bytes -= bytes_of(l);
}

static void forget(struct answers *a, struct lookup *l)
{
    struct lookup **at = &a->table[l->hash % BUCKETS];
    while (*at != l)
        at = &(*at)->next;
    *at = l->next;
    delist(a, l);
    for (struct waiter *w = l->waiters, *next; w; w = next) {
        next = w->next;
        free(w);
        a->waiters--;
    }
    free(l->body);
    free(l);
}

static void *get_memory(size_t n)
{
    void *p = calloc(1, n);
    if (p == NULL)
        fatal("resolver: out of memory");
    return p;
}

static struct lookup *make(struct answers *a, struct slice name, enum dns_type type, uint32_t hash)
{
    struct lookup *l = get_memory(sizeof(*l) + name.n + 1);
    memcpy(l->name, name.p, name.n);
    l->name_n = name.n;
    l->type = type;
    l->hash = hash;
    l->next = a->table[hash % BUCKETS];
    a->table[hash % BUCKETS] = l;
    enlist(a, l, IN_LINE);
    return l;
}

/* ---- answers without asking */

static void say_status(struct answers *a, const struct dns_question *q, uint64_t asker,
                       enum dns_status status)
{
    const struct dns_answer answer = { .status = status };
    buf_reset(&a->said);
    dns_body_put(&a->said, &answer);
    a->setup.answer(a->setup.ctx, asker, q->id, q->type, buf_slice(&a->said));
}

/* Its place, or that of the one with the fewest lookups of its group, who is counted on for it ("space
 * saving"): a client that was put out comes back with no fewer than it had, so many clients buy none of them
 * more than its limit, and who is limited for others must share a group with eight that are near it. */
static struct client *client_for(struct answers *a, uint64_t key)
{
    uint64_t hash = keyed_hash_step(key % KEYED_HASH_PRIME, keyed_hash_key(),
                                    0); /* who has many addresses chooses none of them */
    struct client *group = a->clients[hash % GROUPS], *least = group;
    for (struct client *c = group; c < group + GROUP; c++) {
        if (c->key == key)
            return c;
        if (c->lookups < least->lookups)
            least = c;
    }
    least->key = key;
    return least;
}

/* Whether its lookup is one too many. */
static bool over_limit(struct answers *a, uint64_t key, uint64_t now)
{
    if (a->setup.client_lookups == 0 || key == 0)
        return false;
    if (now >= a->minute + MINUTE) {
        memset(a->clients, 0, sizeof(a->clients));
        a->minute = now;
    }
    struct client *c = client_for(a, key);
    if (c->lookups >= a->setup.client_lookups)
        return true;
    c->lookups++;
    return false;
}

/* ---- lookups */

static uint64_t lifetime(enum dns_status status, uint32_t ttl)
{
    uint64_t ms = (uint64_t)ttl * 1000;
    uint64_t most = status == DNS_FOUND ? TTL_MOST : TTL_NEGATIVE;
    if (status == DNS_FAILED)
        return TTL_FAILED;
    return ms < TTL_LEAST ? TTL_LEAST : ms > most ? most : ms;
}

static void tell_waiters(struct answers *a, struct lookup *l)
{
    struct waiter *w = l->waiters;
    l->waiters = NULL;
    while (w) {
        struct waiter *next = w->next;
        a->setup.answer(a->setup.ctx, w->asker, w->id, l->type, slice_of(l->body, l->body_n));
        free(w);
        a->waiters--;
        w = next;
    }
}

static void make_room(struct answers *a)
{
    while (a->counts.bytes > a->setup.bytes && !TAILQ_EMPTY(&a->lists[KNOWN]))
        forget(a, TAILQ_FIRST(&a->lists[KNOWN]));
}

static void conclude(struct answers *a, struct lookup *l, enum dns_status status, uint32_t ttl,
                     struct slice body, uint64_t now)
{
    delist(a, l);
    free(l->body); /* of a time before */
    l->body = get_memory(body.n + 1);
    memcpy(l->body, body.p, body.n);
    l->body_n = body.n;
    l->errand = NULL;
    l->expires = now + lifetime(status, ttl);
    enlist(a, l, KNOWN);
    a->counts.failed += status == DNS_FAILED;
    tell_waiters(a, l);
}

static void conclude_failed(struct answers *a, struct lookup *l, const char *why, uint64_t now)
{
    const struct dns_answer answer = { .status = DNS_FAILED, .reason = slice_str(why) };
    buf_reset(&a->said);
    dns_body_put(&a->said, &answer);
    conclude(a, l, DNS_FAILED, 0, buf_slice(&a->said), now);
}

static void start_those_in_line(struct answers *a, uint64_t now)
{
    struct lookup *l;
    while (a->in_list[ON_ITS_WAY] < ON_THEIR_WAY_MAX && (l = TAILQ_FIRST(&a->lists[IN_LINE])) != NULL) {
        delist(a, l);
        l->since = now;
        enlist(a, l, ON_ITS_WAY);
        l->errand = a->setup.ask(a->setup.ctx, l->name, l->type, l);
        a->counts.lookups++;
        if (l->errand == NULL)
            conclude_failed(a, l, "not asked", now);
    }
}

static void wait_for(struct answers *a, struct lookup *l, uint64_t asker, uint32_t id)
{
    struct waiter *w = get_memory(sizeof(*w));
    *w = (struct waiter){ asker, id, l->waiters };
    l->waiters = w;
    a->waiters++;
}

static bool is_type(enum dns_type type)
{
    return dns_type_by_name(slice_str(dns_type_name(type))) == type;
}

static void use_known(struct answers *a, struct lookup *l, const struct dns_question *q, uint64_t asker)
{
    a->counts.cached++;
    TAILQ_REMOVE(&a->lists[KNOWN], l, list);
    TAILQ_INSERT_TAIL(&a->lists[KNOWN], l, list);
    a->setup.answer(a->setup.ctx, asker, q->id, q->type, slice_of(l->body, l->body_n));
}

static void look_up(struct answers *a, struct lookup *l, const struct dns_question *q, struct slice name,
                    uint32_t hash, uint64_t asker, uint64_t client, uint64_t now)
{
    if (a->waiters >= WAITERS_MAX || (l == NULL && a->in_list[IN_LINE] >= IN_LINE_MAX) ||
        (l == NULL && over_limit(a, client, now))) {
        a->counts.limited++;
        say_status(a, q, asker, DNS_LIMIT);
        return;
    }
    a->counts.joined += l != NULL;
    if (l == NULL)
        l = make(a, name, q->type, hash);
    wait_for(a, l, asker, q->id);
    start_those_in_line(a, now);
    make_room(a);
}

void answers_ask(struct answers *a, const struct dns_question *q, uint64_t asker, uint64_t client,
                 uint64_t now)
{
    struct dns_name name;
    a->counts.questions++;
    if (!dns_name_from_text(&name, q->name) || !is_type(q->type)) {
        say_status(a, q, asker, DNS_NO_NAME);
        return;
    }
    uint32_t hash = hash_of(dns_name_slice(&name), q->type);
    struct lookup *l = find(a, dns_name_slice(&name), q->type, hash);
    if (l && l->state == KNOWN && l->expires <= now) {
        forget(a, l);
        l = NULL;
    }
    if (l && l->state == KNOWN)
        use_known(a, l, q, asker);
    else
        look_up(a, l, q, dns_name_slice(&name), hash, asker, client, now);
}

void answers_take(struct answers *a, void *lookup, enum dns_status status, uint32_t ttl, struct slice body,
                  uint64_t now)
{
    conclude(a, lookup, status, ttl, body, now);
    start_those_in_line(a, now);
    make_room(a);
}

void answers_tick(struct answers *a, uint64_t now)
{
    struct lookup *l;
    while ((l = TAILQ_FIRST(&a->lists[ON_ITS_WAY])) != NULL && l->since + a->setup.patience <= now) {
        a->setup.cancel(a->setup.ctx, l->errand);
        a->counts.late++;
        conclude_failed(a, l, "no answer", now);
    }
    start_those_in_line(a, now);
    make_room(a);
}

void answers_counts(const struct answers *a, struct dns_counts *counts)
{
    *counts = a->counts;
    counts->in_flight = a->in_list[ON_ITS_WAY] + a->in_list[IN_LINE];
    counts->entries = a->in_list[KNOWN];
}

/* ---- life */

struct answers *answers_new(const struct answers_setup *setup)
{
    struct answers *a = get_memory(sizeof(*a));
    a->setup = *setup;
    buf_init(&a->said, 1024);
    for (int i = IN_LINE; i <= KNOWN; i++)
        TAILQ_INIT(&a->lists[i]);
    return a;
}

void answers_free(struct answers **answers)
{
    struct answers *a = *answers;
    if (a == NULL)
        return;
    for (int i = IN_LINE; i <= KNOWN; i++)
        while (!TAILQ_EMPTY(&a->lists[i])) {
            struct lookup *l = TAILQ_FIRST(&a->lists[i]);
            if (i == ON_ITS_WAY)
                a->setup.cancel(a->setup.ctx, l->errand);
            forget(a, l);
        }
    buf_deinit(&a->said);
    free(a);
    *answers = NULL;
}
