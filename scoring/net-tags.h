/* net-tags.h - what a message says, by SpamAssassin's names of tags, for questions to the DNS
 * SENDERDOMAIN, AUTHORDOMAIN, LASTEXTERNALIP, DKIMDOMAIN, HEADER(From:addr:host) and their like, and what a
 * rule's (?<NAME>...) has matched. A tag may have several values. */
#ifndef SCORING_NET_TAGS_H
#define SCORING_NET_TAGS_H

#include "scoring/check.h"

#define NET_TAG_VALUES_MAX 100

struct net_tag {
    struct slice v[NET_TAG_VALUES_MAX]; /* none empty, each once */
    size_t n;
};

/* name: without the _ around it. Those of signatures are there when c->auth is. */
void net_tag_get(struct check *c, struct slice name, struct net_tag *out);
/* Whether it is known only when it is known who sent the message, or when other rules have run. */
bool net_tag_is_late(struct slice name);

#endif
