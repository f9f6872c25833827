/* smtp-model.h - where SMTP servers see the end of a message: for tests
 * The strict one knows CRLF.CRLF; the lenient one takes any of CR, LF, CRLF on both sides of the dot, skips
 * NULs, and begins a new line where one is too long. */
#ifndef BASE_SMTP_MODEL_H
#define BASE_SMTP_MODEL_H

#include "base/slice.h"

#define MODEL_LINE (998 + 1) /* the doubled dot does not count, RFC 5321 4.5.3.1.6 */

/* Bytes up to and with the first end; 0: none. */
static inline size_t model_strict_end(struct slice text)
{
    if (slice_starts(text, SLICE(".\r\n")))
        return 3;
    ptrdiff_t at = slice_find(text, SLICE("\r\n.\r\n"));
    return at < 0 ? 0 : (size_t)at + 5;
}

/* Bytes up to the line end behind the first end, without it; 0: none. */
static inline size_t model_lenient_end(struct slice text)
{
    size_t column = 0; /* bytes of this line */
    bool only_dot = false;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == 0)
            continue;
        if (c == '\r' || c == '\n') {
            if (only_dot)
                return i;
            column = 0;
            only_dot = false;
            continue;
        }
        column = column >= MODEL_LINE ? 1 : column + 1;
        only_dot = column == 1 && c == '.';
    }
    return 0;
}

/* The text, its end included, is one message for both, and nothing is behind it. */
static inline bool model_one_message(struct slice text)
{
    return model_strict_end(text) == text.n && model_lenient_end(text) + 2 == text.n;
}

#endif
