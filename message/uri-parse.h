/* uri-parse.h - one URI taken apart (inside of message/uri; uri_parse() itself is in uri.h) */
#ifndef MESSAGE_URI_PARSE_H
#define MESSAGE_URI_PARSE_H

#include "message/uri.h"

#define URI_MAX 8192

bool uri_has_scheme(struct slice s);
/* reference seen from base, a parsed http, https or ftp address */
struct slice uri_resolve(struct arena *a, const struct uri *base, struct slice reference);

#endif
