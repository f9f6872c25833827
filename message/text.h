/* text.h - the readable text of a message
 * Every leaf of type text/plain or text/html (by type, or by a name ending in .htm or .html), decoded,
 * converted to UTF-8; HTML as what is shown and what is hidden. In order of the document. A multipart without
 * (or with a never seen) boundary reads as plain text, as mail clients show it. */
#ifndef MESSAGE_TEXT_H
#define MESSAGE_TEXT_H

#include "message/html.h"
#include "message/mime.h"

struct text_part {
    struct mime_part *part;
    struct slice utf8;      /* the decoded part in UTF-8: for HTML the page's source */
    struct slice visible;   /* == utf8 for plain text */
    struct slice invisible; /* empty for plain text */
    struct html *html;      /* NULL for plain text */
    unsigned charset_flags;
    bool cut;   /* text_max or decoded_max reached */
    bool spent; /* it was decoded_max: little or nothing is left for this part and those behind */
    struct text_part *next;
};

/* Returns the first, NULL when there is none. *truncated is set when a limit was hit. */
struct text_part *text_parts(struct mime_tree *t, struct arena *a, const struct message_limits *l,
                             bool *truncated);

#endif
