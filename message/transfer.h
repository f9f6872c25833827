/* transfer.h - Content-Transfer-Encoding undone (RFC 2045 6)
 * base64 and quoted-printable as lenient as mail clients, each oddity flagged, and uuencode for parts that
 * say so. Linear, output never longer than input. */
#ifndef MESSAGE_TRANSFER_H
#define MESSAGE_TRANSFER_H

#include "base/arena.h"

enum transfer_encoding {
    TRANSFER_IDENTITY, /* 7bit, 8bit, binary, none */
    TRANSFER_BASE64,
    TRANSFER_QP,
    TRANSFER_UUENCODE,
    TRANSFER_UNKNOWN, /* a name nobody knows: passed through */
};

enum {
    TRANSFER_BAD_CHAR = 1,    /* characters that do not belong there were skipped */
    TRANSFER_BAD_PADDING = 2, /* = in the middle with data behind it, or missing at the end */
    TRANSFER_BAD_ESCAPE = 4,  /* =XY that is no hexadecimal */
    TRANSFER_CUT = 8,         /* max reached */
};

enum transfer_encoding transfer_by_name(struct slice name);
/* At most max bytes of output. The input slice itself for identity. flags: bits are added. */
struct slice transfer_decode(struct arena *a, struct slice text, enum transfer_encoding enc, size_t max,
                             unsigned *flags);

#endif
