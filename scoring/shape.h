/* shape.h - rows of byte classes that a text must have in it for a pattern to match
 * For patterns without strings of their own ("[a4@]mb[i1!]en", words written in look-alike letters): a few
 * places, each a set of bytes, that stand one behind the other wherever the pattern matches. A place may be
 * left out (optional) or filled by any number of its bytes (repeats). The first and the last are always
 * there, and two optional ones never are side by side.
 *
 * Texts are meant to have a line end before their first byte, which a place may stand for. */
#ifndef SCORING_SHAPE_H
#define SCORING_SHAPE_H

#include "base/slice.h"
#include "scoring/byte-set.h"

#define SHAPE_MAX 14  /* places of a shape */
#define SHAPES_MAX 24 /* shapes of a pattern */

struct place {
    struct byte_set set;
    bool optional, repeats;
};

struct shape {
    unsigned n;
    struct place v[SHAPE_MAX];
};

/* One of them is in any text that matches; none: nothing can be said. */
struct shapes {
    unsigned n;
    double cost; /* how often one is met by chance, for each byte of text */
    struct shape v[SHAPES_MAX];
};

/* flags: base/regex.h. Of patterns that do not compile it says nothing useful. */
void shape_find(struct slice pattern, unsigned flags, struct shapes *out);

#endif
