/* pattern.h - the parts of a pattern, for what reasons about it
 * Reads a pattern (base/regex.h) from left to right. It is not checked: of one that does not compile the
 * parts say nothing useful. Whatever is not understood, or could have a second meaning in another version of
 * PCRE2, is PATTERN_LOST, and then nothing can be said of the pattern.
 *
 * Possessive, lazy and atomic only choose among matches and are left out. Sets are as large as the case rule
 * at that place makes them. Limits: PATTERN_DEPTH open groups. */
#ifndef SCORING_PATTERN_H
#define SCORING_PATTERN_H

#include "base/slice.h"
#include "scoring/byte-set.h"

#define PATTERN_DEPTH 16 /* open groups, the pattern being one */
#define PATTERN_NO_END UINT32_MAX

enum pattern_kind {
    PATTERN_END,
    PATTERN_LOST,
    PATTERN_SET,      /* one byte of the set */
    PATTERN_ANY,      /* any text */
    PATTERN_NOTHING,  /* an assertion */
    PATTERN_START,    /* nothing, where a line or the text begins */
    PATTERN_BOUNDARY, /* nothing, where a word begins or ends */
    PATTERN_OPEN,
    PATTERN_LOOK, /* a group that is not part of the match */
    PATTERN_OR,
    PATTERN_CLOSE,
};

struct pattern_part {
    enum pattern_kind kind;
    unsigned least, most; /* how often; of OPEN and LOOK the CLOSE says it */
    struct byte_set set;
};

struct pattern {
    struct slice text;
    size_t at;
    bool lost;
    unsigned depth;
    bool caseless[PATTERN_DEPTH + 1];
};

void pattern_begin(struct pattern *p, struct slice text, unsigned flags);
/* Never past PATTERN_END or PATTERN_LOST. */
void pattern_next(struct pattern *p, struct pattern_part *part);
/* Whether it may try long pieces of text again and again: it has several runs, long or without an end, of
 * almost any byte. */
bool pattern_is_slow(struct slice text, unsigned flags);
/* Of a pattern that is one group, several times, and nothing else: how often at least, and what is in the
 * group. 1 and the pattern itself where it is not, or cannot be told. */
unsigned pattern_times(struct slice text, unsigned flags, struct slice *inside);

#endif
