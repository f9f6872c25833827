/* inline.h - files that lie in text: uuencode, its base64 kind, yEnc
 * Mail clients show such a block of a text part as an attachment, whatever the part's type says.
 *
 *     begin 644 name / lines / end            uuencode (POSIX 1003.1)
 *     begin-base64 644 name / lines / ====    the same with base64
 *     =ybegin line=128 size=n name=x / =yend  yEnc 1.2
 *
 * Input: text; lines end with LF, CRLF or a bare CR. Output: decoded bytes in an arena. A block without an
 * end goes to the next one, broken lines are read as far as they go. Linear in the text, and all blocks
 * together are not longer than three times the text. Never fails. */
#ifndef CLAMGLUE_INLINE_H
#define CLAMGLUE_INLINE_H

#include "base/arena.h"

struct inline_file {
    struct slice name;  /* as written, may be empty */
    struct slice bytes; /* decoded */
};

struct inline_finder {
    struct slice rest;
};

void inline_begin(struct inline_finder *f, struct slice text);
/* The next file; false when there is no more. */
bool inline_next(struct inline_finder *f, struct arena *a, struct inline_file *file);

#endif
