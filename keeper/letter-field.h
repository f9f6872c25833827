/* letter-field.h - header fields as SMTP can carry them; see letter.h */
#ifndef KEEPER_LETTER_FIELD_H
#define KEEPER_LETTER_FIELD_H

#include "base/buf.h"
#include "message/header.h"

#define LETTER_NAME_MAX 200 /* a longer name can't be folded */

/* The field in lines of at most 998 bytes that end in CRLF. ascii: bytes >= 0x80 become ?. */
void letter_field(struct buf *out, const struct header *h, bool ascii);

#endif
