/* regex.h - PCRE2 wrapped once
 * Patterns are bytes (no UTF mode; rules match bytes), compiled once, JIT where possible, immutable and
 * shared between forked workers. Matching needs a scratch of the calling thread: JIT stack, match data,
 * limits. A match is linear in nothing: it is bounded by match_limit (counted in JIT, too), and a match that
 * hits it is REGEX_LIMIT, which is never "no match": the caller reports it. Patterns that PCRE2's library of
 * bytes finds too large work, too; they see texts of up to a MiB. */
#ifndef BASE_REGEX_H
#define BASE_REGEX_H

#include "base/err.h"
#include "base/slice.h"

enum {
    REGEX_CASELESS = 1,  /* i */
    REGEX_MULTILINE = 2, /* m */
    REGEX_DOTALL = 4,    /* s */
    REGEX_EXTENDED = 8,  /* x */
    REGEX_NO_JIT = 16,   /* for patterns made in a sandbox without executable pages */
};

struct regex;
struct regex_scratch;

struct regex_limits {
    unsigned match_limit; /* internal steps of one match; 0: 1,000,000 */
    unsigned heap_kib;    /* interpreter's heap; 0: 20,000 */
    size_t jit_stack;     /* bytes; 0: 8 MiB, reserved, used only as needed */
};

/* NULL with ERR_INPUT and "message at offset N" on a bad pattern. */
struct regex *regex_new(struct slice pattern, unsigned flags, struct err *e);
void regex_free(struct regex **re);
/* as given; lives as long as it */
struct slice regex_pattern(const struct regex *re, unsigned *flags);

struct regex_scratch *regex_scratch_new(const struct regex_limits *limits);
void regex_scratch_free(struct regex_scratch **s);

struct regex_span {
    size_t start, end; /* bytes in the text */
};
enum regex_result { REGEX_NONE, REGEX_HIT, REGEX_LIMIT };
/* Finds the first match at or after byte `from`. text.p may be NULL when empty. span may be NULL. */
enum regex_result regex_match(const struct regex *re, struct regex_scratch *s, struct slice text, size_t from,
                              struct regex_span *span);
/* As regex_match from the start, but *group is what the pattern's first group took; start > end: the group
 * took no part in it, there is none, or the pattern is too large for the library of bytes. */
enum regex_result regex_match_group(const struct regex *re, struct regex_scratch *s, struct slice text,
                                    struct regex_span *group);

/* For each named group that matched something in the first match at or after `from`: its name and place.
 * Names may come more than once. For the few patterns that have any: it matches anew. */
typedef void regex_named_fn(void *ctx, struct slice name, struct slice value);
void regex_match_named(const struct regex *re, struct regex_scratch *s, struct slice text, size_t from,
                       regex_named_fn *fn, void *ctx);

#endif
