/* mime-odd.h - where readers differ over a part's fields (inside of message/mime) */
#ifndef MESSAGE_MIME_ODD_H
#define MESSAGE_MIME_ODD_H

#include "message/mime.h"

/* Whether quoting, escapes, RFC 2231 or characters that some readers take as the end of the value, or as part
 * of it, make them look for another boundary than we do. text: the field that b->raw is a slice of. */
bool mime_odd_boundary(const struct param *b, struct slice text);
/* Whether text, a Content-Type field with PARAM_BARE_NAME, has "boundary" without a value. */
bool mime_odd_bare_boundary(struct slice text);
/* A type that is none by the grammar but says multipart, as written: multipart for some readers. */
bool mime_odd_multipart(struct slice type);
/* Sets MIME_HIDDEN_FIELDS. behind: the text from where the body begins (behind empty lines, where the block
 * is empty) up to the first empty line. Call it when type and encoding are known. */
void mime_odd_fields(struct mime_part *p, struct slice behind);
/* Whether much of a body in base64 is none, or stands behind padding. */
bool mime_odd_base64(struct slice body);
/* Whether a line that begins with "--" is followed by a Content- field. */
bool mime_odd_parts(struct slice body);
/* Whether a line begins with "--" and this boundary, which is not empty. */
bool mime_odd_delimited(struct slice body, struct slice boundary);

#endif
