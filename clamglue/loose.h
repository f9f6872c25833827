/* loose.h - the pieces of a message whose structure is not clear
 * Where two readers see different parts (see MIME_AMBIGUOUS), neither reading is the right one. So such a
 * message is cut at every line that might be a boundary for somebody (it begins with "--", behind any kind of
 * line end), header blocks are stripped, and what is left is given out as it is and under every encoding that
 * it may have. Whatever part any reader can make of the message then begins like one of the pieces, or is
 * one.
 *
 * The line end before such a line is the boundary's. Where a header block ends at a line that is neither a
 * field nor empty, some readers skip that line, others read on to the next empty line: two more beginnings of
 * that piece.
 *
 * Input: a whole message. Output: pieces, slices of it or in the arena. Linear; no more than nine pieces for
 * each such line. Never fails. */
#ifndef CLAMGLUE_LOOSE_H
#define CLAMGLUE_LOOSE_H

#include "base/arena.h"

struct loose {
    struct slice rest;     /* not yet cut */
    struct slice text;     /* of the piece at hand, without header */
    unsigned next;         /* reading of it that comes next */
    struct slice later[2]; /* where else it may begin */
    unsigned n_later;
};

void loose_begin(struct loose *l, struct slice message);
/* decoded: the piece was base64, so that it may be anything; else it is text of the message. */
bool loose_next(struct loose *l, struct arena *a, struct slice *piece, bool *decoded);

#endif
