/* regex-wide.h - patterns that are too large for PCRE2's library of bytes; part of regex.c
 * The library of bytes links the parts of a pattern by 16-bit offsets and gives up at 64 KiB compiled. The
 * library of 32-bit units has offsets of 32 bits, and the same answers when each byte is a unit. Texts are
 * widened for each match, which costs little beside such a pattern. */
#ifndef BASE_REGEX_WIDE_H
#define BASE_REGEX_WIDE_H

#include "base/regex.h"

struct wide;
struct wide_scratch;

/* options: PCRE2_...; NULL with PCRE2's error and offset. */
struct wide *wide_new(struct slice pattern, uint32_t options, bool jit, int *error, size_t *offset);
void wide_free(struct wide **w);
struct wide_scratch *wide_scratch_new(const struct regex_limits *limits);
void wide_scratch_free(struct wide_scratch **s);
/* Texts of more than a MiB are REGEX_LIMIT. */
enum regex_result wide_match(const struct wide *w, struct wide_scratch *s, struct slice text, size_t from,
                             struct regex_span *span);

#endif
