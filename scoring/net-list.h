/* net-list.h - what a process has learned about lists in the DNS
 * A list may refuse to answer (too many questions from this resolver), and one that is given up by its owner
 * may say yes to everything: neither must be taken for a listing. Each is named in the log once, then again
 * after NET_LIST_AGAIN_MS. RFC 5782 5: no list has 127.0.0.1, nor the domain INVALID. */
#ifndef SCORING_NET_LIST_H
#define SCORING_NET_LIST_H

#include <stdint.h>
#include "base/dns.h"

#define NET_LISTS_MAX 128
#define NET_LIST_AGAIN_MS (3600u * 1000)

struct net_list {
    struct slice zone; /* in lower case; memory of the struct's owner */
    enum dns_type type;
    bool addresses; /* asked for addresses, else for names */
    bool lies;
    bool testing;        /* in this message */
    uint64_t tested_at;  /* 0: never */
    uint64_t told_at;    /* that it refuses or lies */
    uint64_t not_before; /* not asked until then, by dns_block_rule */
};

struct net_memory;

struct net_memory *net_memory_new(void);
void net_memory_free(struct net_memory **m);
/* NULL when there are too many */
struct net_list *net_memory_list(struct net_memory *m, struct slice zone, enum dns_type type, bool addresses);
/* A new message. */
void net_memory_begin(struct net_memory *m);
/* Whether a name stands in a zone that is not asked now. */
bool net_memory_blocked(const struct net_memory *m, struct slice name, uint64_t now);
void net_memory_block(struct net_memory *m, struct slice zone, uint64_t now, uint64_t until,
                      struct slice rule);

/* Asks what no list has, when that is due. */
void net_list_test(struct net_list *l, struct dns *d, struct arena *a, uint64_t now);
/* Whether it says yes to that. May wait for the answer. */
bool net_list_lies(struct net_list *l, struct dns *d, struct arena *a, uint64_t now);
/* It answered that it does not answer. */
void net_list_refuses(struct net_list *l, struct slice answer, uint64_t now);

#endif
