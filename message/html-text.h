/* html-text.h - text as a page shows it: white space collapsed, blocks on lines of their own (inside of
 * message/html). Grows in the arena up to a cap; what does not fit is cut between characters and `full` is
 * set. */
#ifndef MESSAGE_HTML_TEXT_H
#define MESSAGE_HTML_TEXT_H

#include "base/buf.h"

struct html_text {
    struct buf b;
    bool space, line; /* to be written before the next word */
    bool full;
};

void html_text_init(struct html_text *t, struct arena *a, size_t max);
/* source: as in the page; references: decode them; pre: line ends are kept. */
void html_text_put(struct html_text *t, struct slice source, bool references, bool pre);
void html_text_space(struct html_text *t);
void html_text_break(struct html_text *t);
struct slice html_text_done(const struct html_text *t);

#endif
