/* arena.c - memory with one lifetime; see arena.h
 * A list of blocks, newest first; a request larger than a block gets a block of its own size. */
#include "config.h"
#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include "base/err.h"

#ifdef TAMIS_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(p, n) ASAN_POISON_MEMORY_REGION(p, n)
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION(p, n)
#define REDZONE 16
#else
#define POISON(p, n) ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
#define REDZONE 0
#endif

#define ALIGN 16
#define BLOCK_FIRST (16 * 1024)
#define BLOCK_MAX (1024 * 1024)
#define BLOCK_KEPT (256 * 1024)

struct arena_block {
    struct arena_block *next;
    size_t size; /* of data */
    _Alignas(ALIGN) char data[];
};

void arena_init(struct arena *a, size_t max_bytes)
{
    memset(a, 0, sizeof(*a));
    a->max = max_bytes;
    a->block_size = BLOCK_FIRST;
}

static void free_blocks(struct arena_block *b)
{
    while (b) {
        struct arena_block *next = b->next;
        UNPOISON(b->data, b->size);
        free(b);
        b = next;
    }
}

void arena_deinit(struct arena *a)
{
    free_blocks(a->blocks);
    arena_init(a, a->max);
}

/* One block is kept, of a size that what was freed lately would have used: a large message leaves nothing
 * behind in a process that serves small ones, and one in ten does not cost a mapping and its page faults. */
static bool worth_keeping(const struct arena *a, const struct arena_block *b)
{
    return b->size <= BLOCK_FIRST || (b->size <= BLOCK_KEPT && b->size / 4 <= a->lately);
}

void arena_reset(struct arena *a)
{
    struct arena_block *keep = a->blocks;
    a->lately -= a->lately / 8;
    if (a->lately < a->used)
        a->lately = a->used;
    if (keep) {
        free_blocks(keep->next);
        keep->next = NULL;
        if (!worth_keeping(a, keep)) {
            free_blocks(keep);
            keep = NULL;
            a->block_size = BLOCK_FIRST;
        } else if (a->block_size > BLOCK_KEPT)
            a->block_size = BLOCK_KEPT;
    }
    a->blocks = keep;
    a->at = keep ? keep->data : NULL;
    a->end = keep ? keep->data + keep->size : NULL;
    if (keep)
        POISON(keep->data, keep->size);
    a->used = 0;
    a->can_escape = false;
}

static void __attribute__((noreturn)) arena_exceeded(struct arena *a, size_t n)
{
    if (a->can_escape) {
        a->can_escape = false;
        longjmp(a->escape, 1);
    }
    fatal("out of memory: %zu bytes wanted, %zu of %zu used", n, a->used, a->max);
}

static void new_block(struct arena *a, size_t n)
{
    size_t size = a->block_size;
    if (a->block_size < BLOCK_MAX)
        a->block_size *= 2;
    if (size < n)
        size = n;
    struct arena_block *b = malloc(sizeof(*b) + size);
    if (b == NULL)
        arena_exceeded(a, n);
    b->size = size;
    b->next = a->blocks;
    a->blocks = b;
    a->at = b->data;
    a->end = b->data + size;
    POISON(b->data, size);
}

void *arena_alloc(struct arena *a, size_t n)
{
    if (n > SIZE_MAX / 2)
        arena_exceeded(a, n);
    size_t rounded = (n + ALIGN - 1) & ~(size_t)(ALIGN - 1), whole = rounded + REDZONE;
    if (rounded > a->max || a->used > a->max - rounded)
        arena_exceeded(a, n);
    if (a->at == NULL || (size_t)(a->end - a->at) < whole)
        new_block(a, whole);
    char *p = a->at;
    a->at += whole;
    a->used += rounded; /* a million texts of one byte are 16 MB */
    UNPOISON(p, n);
    return memset(p, 0, n);
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
    size_t n;
    if (__builtin_mul_overflow(count, size, &n))
        arena_exceeded(a, SIZE_MAX);
    return arena_alloc(a, n);
}

void *arena_grow(struct arena *a, void *old, size_t old_n, size_t new_n, size_t size)
{
    void *p = arena_array(a, new_n, size);
    if (old_n)
        memcpy(p, old, old_n * size);
    return p;
}

struct slice arena_dup(struct arena *a, struct slice s)
{
    return slice_of(arena_str(a, s), s.n);
}

char *arena_str(struct arena *a, struct slice s)
{
    char *p = arena_alloc(a, s.n + 1);
    if (s.n)
        memcpy(p, s.p, s.n);
    return p;
}

struct slice arena_lower(struct arena *a, struct slice s)
{
    char *p = arena_alloc(a, s.n + 1);
    for (size_t i = 0; i < s.n; i++)
        p[i] = ascii_lower(s.p[i]);
    return slice_of(p, s.n);
}

struct slice arena_printf(struct arena *a, const char *fmt, ...)
{
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    if (n < 0)
        bug("arena_printf: bad format");
    char *p = arena_alloc(a, (size_t)n + 1);
    vsnprintf(p, (size_t)n + 1, fmt, again);
    va_end(again);
    return slice_of(p, (size_t)n);
}
