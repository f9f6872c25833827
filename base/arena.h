/* arena.h - memory with one lifetime
 * Everything of a message (a session, a configuration) is allocated from its arena and freed by one call in
 * one place. Blocks are zeroed and aligned to 16; under ASan the unused rest is poisoned.
 *
 * Capped: past max_bytes an allocation does not return. It jumps to the place marked with ARENA_TRY, or,
 * where none is marked, ends the program by fatal(). So parsers need no error path for memory, and a message
 * that wants too much becomes a finding (unchecked/limit) in the one place that marked it:
 *
 *     if (ARENA_TRY(&arena))  parse(...);  else  report_limit(...);
 *
 * Between the mark and the jump only arena memory may be held (no heap, no open descriptor). Not thread-safe.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <setjmp.h>
#include "base/slice.h"

struct arena_block;

struct arena {
    struct arena_block *blocks; /* newest first */
    char *at, *end;             /* free rest of the newest block */
    size_t used, max;           /* bytes handed out, each rounded up to 16; the cap */
    size_t block_size;          /* of the next block; doubles up to 1 MiB */
    size_t lately;              /* used before the last resets, the longer ago the less it counts */
    bool can_escape;
    jmp_buf escape;
};

#define ARENA_TRY(a) ((a)->can_escape = true, setjmp((a)->escape) == 0)

void arena_init(struct arena *a, size_t max_bytes);
void arena_deinit(struct arena *a);
/* Frees all but one block, which is kept for the next message; forgets the mark. */
void arena_reset(struct arena *a);

void *arena_alloc(struct arena *a, size_t n);
/* count * size, checked for overflow (which is over any cap) */
void *arena_array(struct arena *a, size_t count, size_t size);
/* A new array of new_n elements with the first old_n copied; the old one stays until the arena goes, so
 * double. */
void *arena_grow(struct arena *a, void *old, size_t old_n, size_t new_n, size_t size);
struct slice arena_dup(struct arena *a, struct slice s);
/* a copy with a NUL behind it; NULs inside are kept */
char *arena_str(struct arena *a, struct slice s);
struct slice arena_lower(struct arena *a, struct slice s);
struct slice arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))

#endif
