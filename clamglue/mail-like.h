/* mail-like.h - is this file a message that must be taken apart?
 * libclamav decides by the first bytes and misses some. Here it is one when it begins with a header block
 * that has a field of MIME, whatever its own name and type say, or when its name is that of a saved message.
 * Without such a field there is nothing in it but text. Linear. */
#ifndef CLAMGLUE_MAIL_LIKE_H
#define CLAMGLUE_MAIL_LIKE_H

#include "base/slice.h"

/* name: may be NULL */
bool mail_like(struct slice bytes, const char *name);

#endif
