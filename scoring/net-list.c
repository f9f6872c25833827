/* net-list.c - what a process has learned about lists in the DNS; see net-list.h */
#include "config.h"
#include "scoring/net-list.h"

#include <stdlib.h>
#include "base/err.h"
#include "base/log.h"

#define ZONE_MAX DNS_NAME_MAX
#define LATER_MS (60u * 1000) /* a test without an answer is made again */

struct blocked {
    char zone[ZONE_MAX];
    size_t n;
    uint64_t until;
};

struct net_memory {
    struct net_list v[NET_LISTS_MAX];
    char zones[NET_LISTS_MAX][ZONE_MAX];
    size_t n;
    struct blocked blocked[NET_LISTS_MAX];
    size_t n_blocked;
};

struct net_memory *net_memory_new(void)
{
    struct net_memory *m = calloc(1, sizeof(*m));
    if (m == NULL)
        fatal("no memory for lists in the DNS");
    return m;
}

void net_memory_free(struct net_memory **m)
{
    free(*m);
    *m = NULL;
}

static struct net_list *add(struct net_memory *m, struct slice zone)
{
    struct net_list *l = &m->v[m->n];
    for (size_t i = 0; i < zone.n; i++)
        m->zones[m->n][i] = ascii_lower(zone.p[i]);
    l->zone = slice_of(m->zones[m->n], zone.n);
    m->n++;
    return l;
}

struct net_list *net_memory_list(struct net_memory *m, struct slice zone, enum dns_type type, bool addresses)
{
    for (size_t i = 0; i < m->n; i++)
        if (m->v[i].type == type && m->v[i].addresses == addresses && slice_ieq(m->v[i].zone, zone))
            return &m->v[i];
    if (m->n == NET_LISTS_MAX || zone.n == 0 || zone.n > ZONE_MAX)
        return NULL;
    struct net_list *l = add(m, zone);
    l->type = type;
    l->addresses = addresses;
    return l;
}

void net_memory_begin(struct net_memory *m)
{
    for (size_t i = 0; i < m->n; i++)
        m->v[i].testing = false;
}

/* ---- those that are not asked for a while */

static bool within(struct slice name, struct slice zone)
{
    return slice_iends(name, zone) && (name.n == zone.n || name.p[name.n - zone.n - 1] == '.');
}

bool net_memory_blocked(const struct net_memory *m, struct slice name, uint64_t now)
{
    for (size_t i = 0; i < m->n_blocked; i++)
        if (now < m->blocked[i].until && within(name, slice_of(m->blocked[i].zone, m->blocked[i].n)))
            return true;
    return false;
}

static struct blocked *place(struct net_memory *m, struct slice zone)
{
    for (size_t i = 0; i < m->n_blocked; i++)
        if (slice_eq(slice_of(m->blocked[i].zone, m->blocked[i].n), zone))
            return &m->blocked[i];
    if (m->n_blocked == NET_LISTS_MAX || zone.n > ZONE_MAX)
        return NULL;
    struct blocked *b = &m->blocked[m->n_blocked++];
    memcpy(b->zone, zone.p, zone.n);
    b->n = zone.n;
    return b;
}

void net_memory_block(struct net_memory *m, struct slice zone, uint64_t now, uint64_t until,
                      struct slice rule)
{
    struct blocked *b = place(m, zone);
    if (b == NULL || now < b->until)
        return;
    b->until = until;
    log_warning("%.*s: %.*s refuses to answer (too many questions by way of this resolver?) and is not asked "
                "for %llu s. To ask it no more: dns_query_restriction deny %.*s",
                SLICE_ARG(rule), SLICE_ARG(zone), (unsigned long long)((until - now) / 1000),
                SLICE_ARG(zone));
}

/* ---- those that lie */

static struct slice test_name(const struct net_list *l, struct arena *a)
{
    return arena_printf(a, "%s.%.*s", l->addresses ? "1.0.0.127" : "invalid", SLICE_ARG(l->zone));
}

void net_list_test(struct net_list *l, struct dns *d, struct arena *a, uint64_t now)
{
    if (l->testing || (l->tested_at && now < l->tested_at + NET_LIST_AGAIN_MS))
        return;
    l->testing = true;
    dns_ask(d, test_name(l, a), l->type);
}

static bool says_yes(const struct dns_answer *answer)
{
    for (const struct dns_record *r = answer->records; r; r = r->next)
        if (answer->type == DNS_TXT || (unsigned char)r->data.p[0] == 127)
            return true;
    return false;
}

static void tell_lies(struct net_list *l, uint64_t now)
{
    if (l->told_at == 0 || now >= l->told_at + NET_LIST_AGAIN_MS)
        log_warning("the list %.*s has everything in it (even %s, which no list has) and is not believed",
                    SLICE_ARG(l->zone), l->addresses ? "127.0.0.1" : "the domain \"invalid\"");
    l->told_at = now;
}

/* 127.255.255.x is no yes, and says nothing of whether it would lie. */
static bool refuses(const struct dns_answer *answer)
{
    const struct dns_record *r = answer->records;
    return r && answer->type == DNS_A && memcmp(r->data.p, "\x7f\xff\xff", 3) == 0;
}

bool net_list_lies(struct net_list *l, struct dns *d, struct arena *a, uint64_t now)
{
    if (!l->testing)
        return l->lies;
    const struct dns_answer *answer = dns_get(d, test_name(l, a), l->type);
    bool known =
        answer->status == DNS_FOUND || answer->status == DNS_NO_NAME || answer->status == DNS_NO_DATA;
    l->testing = false;
    l->tested_at = known ? now : now - NET_LIST_AGAIN_MS + LATER_MS;
    if (known)
        l->lies = says_yes(answer) && !refuses(answer);
    if (l->lies)
        tell_lies(l, now);
    return l->lies;
}

void net_list_refuses(struct net_list *l, struct slice answer, uint64_t now)
{
    if (l->told_at && now < l->told_at + NET_LIST_AGAIN_MS)
        return;
    l->told_at = now;
    log_warning(
        "the list %.*s answers %.*s: it refuses to answer this resolver, and nothing counts as listed",
        SLICE_ARG(l->zone), SLICE_ARG(answer));
}
