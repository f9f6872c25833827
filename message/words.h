/* words.h - encoded words in headers (RFC 2047)
 * Adjacent words of the same charset and encoding are joined before charset decoding, since mailers split
 * characters between them. What cannot be decoded is kept as it stands. The result is valid UTF-8 (invalid
 * bytes outside words are taken as windows-1252 when the whole is not UTF-8). Linear. */
#ifndef MESSAGE_WORDS_H
#define MESSAGE_WORDS_H

#include "base/arena.h"

enum {
    WORDS_BROKEN = 1 /* looked like a word but did not decode */,
    WORDS_DECODED = 2 /* at least one word */
};

/* text: unfolded. flags may be NULL. */
struct slice words_decode(struct arena *a, struct slice text, unsigned *flags);

#endif
