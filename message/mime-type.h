/* mime-type.h - what a part's header fields say of it (inside of message/mime)
 * Content-Type, Content-Disposition, Content-Transfer-Encoding -> type, boundary, charset, name, encoding,
 * and the flags for what two readers would read differently. */
#ifndef MESSAGE_MIME_TYPE_H
#define MESSAGE_MIME_TYPE_H

#include "message/mime.h"

/* p->headers is read; fallback is the type of a part that gives none (text/plain, message/rfc822). Sets no
 * kind: that also depends on limits. */
void mime_type_read(struct mime_part *p, struct arena *a, struct slice fallback);
bool mime_type_is_multipart(const struct mime_part *p);
/* message/rfc822 and message/global whose body can be read as it stands */
bool mime_type_is_message(const struct mime_part *p);

#endif
