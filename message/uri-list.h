/* uri-list.h - URIs without repetition (inside of message/uri) */
#ifndef MESSAGE_URI_LIST_H
#define MESSAGE_URI_LIST_H

#include "message/uri.h"

/* Looks for u (raw, source, link) in the list. */
bool uri_list_has(const struct uri_list *list, const struct uri *u);
/* false and truncated set: there are as many as there may be. */
bool uri_list_room(struct uri_list *list, const struct message_limits *l);
/* u is not in the list, and there is room. */
void uri_list_add(struct uri_list *list, struct arena *a, struct uri *u);

#endif
