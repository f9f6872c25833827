/* sidecar.h - an entry as text: JSON, one object, for people and programs
 * Bytes that JSON has no place for: in each string of mail a % is written as %25, NUL as %00, and where the
 * whole is not UTF-8 each byte above 127 as %XX. Reading trusts nothing: sizes, counts, names, numbers are
 * checked, what is missing or of another type is an error. Unknown members are left out (a newer version
 * has another "format" and is refused). A text past SIDECAR_VALUE_MAX bytes is cut when it is written: a long
 * Subject must not make an entry that cannot be read.
 * Limits: SIDECAR_MAX bytes; nesting is jansson's (2048). Reading takes at most SIDECAR_MEMORY of the arena.
 * The same text carries entries between the keeper and those who ask it. */
#ifndef KEEPER_SIDECAR_H
#define KEEPER_SIDECAR_H

#include "base/err.h"
#include "keeper/entry.h"

#define SIDECAR_FORMAT 1
#define SIDECAR_MAX ((size_t)16 << 20)
#define SIDECAR_VALUE_MAX ((size_t)64 << 10)
#define SIDECAR_MEMORY ((size_t)96 << 20)

/* -1: larger than SIDECAR_MAX (ERR_INPUT), no memory (ERR_RETRY). out: at least SIDECAR_MAX may go in. */
int sidecar_write(const struct keeper_entry *entry, struct buf *out, struct err *e) MUST_CHECK;
/* name: for messages, which name line or member. ERR_INPUT. */
int sidecar_read(struct slice text, const char *name, struct arena *a, struct keeper_entry *entry,
                 struct err *e) MUST_CHECK;

#endif
