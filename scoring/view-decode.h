/* view-decode.h - transfer encodings undone as SpamAssassin does it
 * More lenient than message/transfer.h, and lenient in its own way: junk in base64 changes how `=` in the
 * middle is read. Output is never longer than input. Linear. */
#ifndef SCORING_VIEW_DECODE_H
#define SCORING_VIEW_DECODE_H

#include "base/arena.h"

/* text itself where there is nothing to undo */
struct slice view_decode_qp(struct arena *a, struct slice text);
struct slice view_decode_base64(struct arena *a, struct slice text);
/* without the CR of CRLF; text itself where there is none */
struct slice view_lf(struct arena *a, struct slice text);

#endif
