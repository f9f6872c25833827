/* inline.h - files that lie in text: uuencode, its base64 kind, yEnc, BinHex, values of calendars and cards
 * Mail clients show such a block of a text part as an attachment, whatever the part's type says.
 *
 *     begin 644 name / lines / end            uuencode (POSIX 1003.1)
 *     begin-base64 644 name / lines / ====    the same with base64
 *     =ybegin line=128 size=n name=x / =yend  yEnc 1.2
 *     (This file must be converted with ...   BinHex 4, RFC 1741: given out as it stands, since libclamav
 *                                             decodes it where it begins with this line
 *     ATTACH;ENCODING=BASE64...:value         iCalendar and vCard, RFC 5545 3.3.1, RFC 2426
 *
 * Where the mode of uuencode is no octal number the next line must look like one of it: "begin the" is text.
 * Input: text; lines end with LF, CRLF or a bare CR. Output: decoded bytes in an arena, or in the text. A
 * block without an end goes to the next one, broken lines are read as far as they go. Linear in the text, and
 * all blocks together are not longer than five times the text. Never fails. */
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
