/* html-entity.h - character references (inside of message/html)
 * WHATWG HTML 13.2.5.72 and following: named ones with and without semicolon, numeric ones with the
 * windows-1252 remap. */
#ifndef MESSAGE_HTML_ENTITY_H
#define MESSAGE_HTML_ENTITY_H

#include "base/buf.h"

/* s.p[0] is '&'. Returns the bytes taken and writes the text (at most 8 bytes) to out, *n its length; returns
 * 0 when no reference stands there. in_attribute: the stricter rule for names without semicolon. */
size_t html_reference(struct slice s, bool in_attribute, char out[8], size_t *n);
/* An attribute's value with its references decoded: the slice itself when it has none. */
struct slice html_unescape(struct arena *a, struct slice value);

#endif
