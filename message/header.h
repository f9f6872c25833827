/* header.h - header fields as they came, in order
 * One parser for the message's own header and for those of MIME parts. Fields are slices of the message;
 * nothing is copied. LF and CRLF lines are both read. RFC 5322 2.2, 3.6.
 *
 * The block ends at an empty line, at the end of the text, or before the first line that is neither a field
 * nor a continuation (HEADER_NO_SEPARATOR: the body then begins with that line). A leading mbox "From " line
 * is skipped (only at the top of a message; flagged). Past a limit the block still ends where it would, but
 * further fields are not listed: HEADER_TRUNCATED. Linear in the block. */
#ifndef MESSAGE_HEADER_H
#define MESSAGE_HEADER_H

#include "message/limits.h"

/* flags of a field */
enum {
    HEADER_8BIT = 1, /* bytes >= 0x80 */
    HEADER_NUL = 2,
    HEADER_CONTROL = 4, /* other control characters than tab, CR and LF of line ends */
    HEADER_BARE_CR = 8,
    HEADER_BLANK_FOLD = 16, /* a continuation line of white space only */
    HEADER_LONG_LINE = 32,  /* a line over 998 bytes */
    HEADER_NAME_SPACE = 64, /* white space between name and colon */
    /* flags of a block (which has the union of its fields' as well) */
    HEADER_NO_SEPARATOR = 256,
    HEADER_TRUNCATED = 512,
    HEADER_MBOX_FROM = 1024,
    HEADER_MIXED_ENDINGS = 2048, /* both LF and CRLF */
    HEADER_NO_BODY = 4096,       /* the text ended inside the block */
};

struct header {
    struct slice name; /* as written, without the white space before the colon */
    struct slice
        value; /* behind the colon: leading space and folds as they came, without the last line end */
    struct slice field; /* the whole of it, last line end included */
    unsigned flags;
};

struct header_block {
    struct header *v;
    size_t n;
    struct slice raw; /* all fields, without the empty line */
    size_t body_at;   /* offset in the parsed text where the body begins */
    unsigned flags;
};

/* top: this is a message's own block (mbox line allowed). */
void header_parse(struct header_block *b, struct arena *a, struct slice text, bool top,
                  const struct message_limits *l);

/* the nth (0 is the first) field of that name, case-insensitive, or NULL */
const struct header *header_find(const struct header_block *b, struct slice name, size_t nth);
size_t header_count(const struct header_block *b, struct slice name);

/* The value on one line: line ends removed where white space follows, as RFC 5322 2.2.3 unfolds (the white
 * space stays), then trimmed. The slice itself where nothing was folded. */
struct slice header_unfold(struct arena *a, struct slice value);
/* header_unfold, then RFC 2047 words decoded, always valid UTF-8. */
struct slice header_decoded(struct arena *a, const struct header *h);

#endif
