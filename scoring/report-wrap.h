/* report-wrap.h - lines of a report, and the values of header fields
 * SpamAssassin's own way of breaking lines (bytes count, a tab counts 8), of folding a field's value and of
 * encoding it (RFC 2047). Pure text to text, linear. */
#ifndef SCORING_REPORT_WRAP_H
#define SCORING_REPORT_WRAP_H

#include "base/buf.h"

struct report_wrap {
    struct slice first;  /* what the first line begins with */
    struct slice prefix; /* and all others */
    size_t width;
    bool over;   /* a line is broken when it is too long, not before it gets so */
    bool commas; /* lines end behind white space or a comma; else at white space, which goes to the next piece
                  */
};
void report_wrap(struct buf *out, struct slice text, const struct report_wrap *w);

/* The value of X-Spam-NAME from a template's text: folded, or on one line; lines that go on begin with a tab.
 */
void report_fold(struct buf *out, struct slice name, struct slice text, bool fold);
/* Lines that are not ASCII become encoded words. */
void report_encode(struct buf *out, struct slice text);

/* what Perl takes for white space */
static inline bool report_blank(char c)
{
    return ascii_space(c) || c == '\f' || c == '\v';
}

#endif
