/* net-map.h - names of hosts, domains, hashes and the like to small numbers
 * Later lines of rule files change what earlier ones said, which struct names does not know. Keys are in
 * lower case and live as long as the arena. */
#ifndef SCORING_NET_MAP_H
#define SCORING_NET_MAP_H

#include "scoring/names.h"

struct net_map {
    struct names names; /* to places in v */
    unsigned char *v;
    size_t n; /* v has room for the next power of two */
    size_t n_set;
};

void net_map_init(struct net_map *m, struct arena *a);
/* 0: as if it were not there */
void net_map_set(struct net_map *m, struct slice key, unsigned char value);
/* 0 when it is not there */
unsigned char net_map_get(const struct net_map *m, struct slice key);
/* The same, of a text of any case. */
unsigned char net_map_find(const struct net_map *m, struct slice text);

#endif
