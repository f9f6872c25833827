/* uri-list.h - URIs without repetition (inside of message/uri) */
#ifndef MESSAGE_URI_LIST_H
#define MESSAGE_URI_LIST_H

#include "message/uri.h"

/* of raw, source and link: what makes a URI the same */
uint64_t uri_list_hash(const struct uri *u);
bool uri_list_has(const struct uri_list *list, const struct uri *u, uint64_t hash);
/* false and truncated set: there are as many as there may be. */
bool uri_list_room(struct uri_list *list, const struct message_limits *l);
/* A copy of u, which is not in the list; there is room. */
void uri_list_add(struct uri_list *list, struct arena *a, const struct uri *u, uint64_t hash);

#endif
