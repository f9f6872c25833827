/* smtp-reply.h - replies of an SMTP server, read piece by piece
 * RFC 5321 4.2: lines "250-text" and a last "250 text" (or "250" alone), all of one code. A line may end in
 * CRLF or LF. Limits: text of a line past SMTP_LINE_MAX is dropped, more than SMTP_LINES_MAX lines are no
 * reply. The text that is kept is printable ASCII, anything else is ?: it goes into logs and sidecars. */
#ifndef BASE_SMTP_REPLY_H
#define BASE_SMTP_REPLY_H

#include "base/slice.h"

#define SMTP_LINE_MAX 1024
#define SMTP_LINES_MAX 100
#define SMTP_TEXT_MAX 400

struct smtp_reply {
    unsigned code;            /* 200..599; 0: none yet */
    char text[SMTP_TEXT_MAX]; /* its lines, one space between them, cut */
    size_t n;
};

struct smtp_reader {
    char line[SMTP_LINE_MAX];
    size_t n;
    unsigned lines;
    struct smtp_reply reply; /* the one being read, or the last one read */
};

enum smtp_read { SMTP_READ_MORE, SMTP_READ_LINE, SMTP_READ_REPLY, SMTP_READ_BAD };

void smtp_reader_init(struct smtp_reader *r);
/* Takes at most one line off *in. MORE: *in is used up; LINE: one of several lines was read, *line (valid
 * until the next call) is its text behind the code; REPLY: the last one, too, and r->reply is whole;
 * BAD: this is no SMTP. */
enum smtp_read smtp_read(struct smtp_reader *r, struct slice *in, struct slice *line);

#endif
