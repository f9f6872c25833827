/* base64.h - base64 in lines of 76, RFC 2045 6.8 */
#ifndef KEEPER_BASE64_H
#define KEEPER_BASE64_H

#include "base/buf.h"

/* Lines apart by CRLF, none behind the last. */
void base64_lines(struct buf *out, struct slice bytes);

#endif
