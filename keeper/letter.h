/* letter.h - a stored message as text that every SMTP server reads as one message
 * What is stored came over a wire, but not every server agrees on what may be on one: bare CR, bare LF, NUL,
 * lines over 998 bytes, 8-bit text where the next server takes none. The mildest form that is safe is taken:
 *
 *   AS_IS    nothing of it: the bytes as they are (a last line without its end gets one)
 *   ENCODED  only in bodies of leaf parts of a MIME structure that all readers agree on, outside of what is
 *            signed or encrypted: those parts become base64, and what they decode to is the same bytes
 *   WRAPPED  anywhere else: a new message with the fields a reader looks at, an explanation, and the stored
 *            message, byte for byte, as an attachment in base64
 *
 * In fields of the message's own header, CR and NUL become spaces, LF ends a line as it does for everybody,
 * and lines too long are folded, at white space where there is any. A mbox "From " line goes; so do release
 * marks (they are ours to give). Nothing else is added, removed or put in another order.
 * Limits: out->max; the memory of the parsed message (past it: WRAPPED). Fails: never on content. */
#ifndef KEEPER_LETTER_H
#define KEEPER_LETTER_H

#include "base/buf.h"
#include "base/err.h"

enum letter_form { LETTER_AS_IS, LETTER_ENCODED, LETTER_WRAPPED };

/* eight_bit: the server offered 8BITMIME. out: empty, on the heap; gets lines that end in CRLF. -1: no room.
 */
int letter_make(struct buf *out, struct slice message, bool eight_bit, enum letter_form *form,
                struct err *e) MUST_CHECK;

struct letter_cover {
    const char *from, *to, *subject, *date,
        *message_id;   /* values, ASCII; line ends and controls become spaces */
    const char *intro; /* text/plain; lines end in LF */
};

/* A fresh message with this one attached: as message/rfc822 where AS_IS or ENCODED is enough, else as in
 * WRAPPED. */
int letter_attach(struct buf *out, struct slice message, bool eight_bit, const struct letter_cover *cover,
                  enum letter_form *form, struct err *e) MUST_CHECK;

#endif
