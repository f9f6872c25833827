/* reread.h - the body of a part as other readers decode it
 * Where an encoding is broken in a way that readers in use make something else of than we do, yet too common
 * in honest mail to call it ambiguous.
 *
 * Input: an encoded body. Output: bytes in the arena, no more than the input. Linear. Never fails. */
#ifndef CLAMGLUE_REREAD_H
#define CLAMGLUE_REREAD_H

#include "base/arena.h"

/* Quoted-printable: soft line breaks are taken out first, so that they may stand within an escape, and before
 * any kind of line end (mailparser); then escapes are undone. */
struct slice reread_qp(struct arena *a, struct slice body);
/* base64: up to the first padding (Python). */
struct slice reread_base64(struct arena *a, struct slice body);

#endif
