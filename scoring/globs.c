/* globs.c - see globs.h
 * A walk has rounds: the pattern that is the text itself; those that end as the text does from its last, its
 * last but one ... "@" or "." on; those without such an end. */
#include "config.h"
#include "scoring/globs.h"

#define NONE UINT32_MAX
#define BORDERS 8 /* the last ones of a text are looked at */

/* where a walk stands: the round, and the number to look at */
enum { ROUND_KEY, ROUND_END, ROUND_ODD = ROUND_END + BORDERS, ROUND_OVER };

void globs_init(struct globs *g, struct arena *a)
{
    *g = (struct globs){ .a = a, .odd = NONE };
    names_init(&g->keys, a);
    names_init(&g->ends, a);
}

/* NUL, backslash and ( mean "_" */
static struct slice harmless(struct arena *a, struct slice key)
{
    struct slice out = arena_dup(a, key);
    char *p = (char *)(uintptr_t)out.p;
    for (size_t i = 0; i < out.n; i++)
        if (p[i] == 0 || p[i] == '\\' || p[i] == '(')
            p[i] = '_';
    return out;
}

uint32_t globs_add(struct globs *g, struct slice pattern)
{
    struct slice key = arena_lower(g->a, pattern);
    uint32_t number = names_find(&g->keys, key);
    if (number == NONE) {
        if (g->n == g->cap) {
            g->v = arena_grow(g->a, g->v, g->n, g->cap ? 2 * g->cap : 8, sizeof(*g->v));
            g->cap = g->cap ? 2 * g->cap : 8;
        }
        number = (uint32_t)g->n++;
        names_add(&g->keys, key, number);
        g->v[number] = (struct glob){
            .key = key, .pattern = g->fearless ? key : harmless(g->a, key), .removed = true, .next = NONE
        };
    }
    g->n_there += g->v[number].removed;
    g->v[number].removed = false;
    return number;
}

void globs_remove(struct globs *g, struct slice pattern)
{
    uint32_t number = names_find(&g->keys, arena_lower(g->a, pattern));
    if (number == NONE)
        return;
    g->n_there -= !g->v[number].removed;
    g->v[number].removed = true;
}

static bool is_wild(char c)
{
    return c == '*' || c == '?';
}

static bool is_border(char c)
{
    return c == '@' || c == '.';
}

/* What stands behind the last wild byte, from its first border on, but no more than BORDERS; p == NULL: there
 * is none. */
static struct slice end_of(struct slice s)
{
    size_t found = s.n, n = 0;
    for (size_t i = s.n; i-- > 0 && !is_wild(s.p[i]) && n < BORDERS;)
        if (is_border(s.p[i])) {
            found = i;
            n++;
        }
    return n ? slice_from(s, found) : (struct slice){ NULL, 0 };
}

/* the text from its n-th border on, from the end; p == NULL: it has not so many */
static struct slice from_border(struct slice s, unsigned n)
{
    for (size_t i = s.n; i-- > 0;)
        if (is_border(s.p[i]) && --n == 0)
            return slice_from(s, i);
    return (struct slice){ NULL, 0 };
}

static void chain(struct globs *g, uint32_t number)
{
    struct slice end = end_of(g->v[number].pattern);
    if (end.p == NULL) {
        g->v[number].next = g->odd;
        g->odd = number;
        return;
    }
    uint32_t first = names_add(&g->ends, end, number);
    if (first == NONE)
        return;
    g->v[number].next = g->v[first].next;
    g->v[first].next = number;
}

/* The key itself is found by g->keys; only patterns that can match something else are chained. */
static bool needs_chain(const struct glob *v)
{
    if (!slice_eq(v->key, v->pattern))
        return true;
    for (size_t i = 0; i < v->pattern.n; i++)
        if (is_wild(v->pattern.p[i]))
            return true;
    return false;
}

void globs_finish(struct globs *g)
{
    for (uint32_t i = 0; i < g->n; i++)
        if (!g->v[i].removed && needs_chain(&g->v[i]))
            chain(g, i);
}

static uint32_t first_of(const struct globs *g, struct slice text, unsigned round)
{
    if (round == ROUND_KEY)
        return names_find(&g->keys, text);
    if (round == ROUND_ODD)
        return g->odd;
    struct slice end = from_border(text, round - ROUND_END + 1);
    return end.p ? names_find(&g->ends, end) : NONE;
}

static bool hits(const struct globs *g, struct slice text, unsigned round, uint32_t number)
{
    const struct glob *v = &g->v[number];
    if (v->removed)
        return false;
    return round == ROUND_KEY || (!slice_eq(v->key, text) && glob_match(v->pattern, text));
}

/* *at: the round, shifted by 33; bit 32: a number is there; the number to look at next */
bool globs_next(const struct globs *g, struct slice text, uint64_t *at, uint32_t *number)
{
    if (g->n_there == 0)
        return false;
    for (;;) {
        unsigned round = (unsigned)(*at >> 33);
        uint32_t here = *at >> 32 & 1 ? (uint32_t)*at : NONE;
        if (round == ROUND_OVER)
            return false;
        if (!(*at >> 32 & 1))
            here = first_of(g, text, round);
        if (here == NONE) {
            *at = (uint64_t)(round + 1) << 33;
            continue;
        }
        uint32_t next = round == ROUND_KEY ? NONE : g->v[here].next;
        *at = next == NONE ? (uint64_t)(round + 1) << 33 : (uint64_t)round << 33 | 1ULL << 32 | next;
        if (hits(g, text, round, here)) {
            *number = here;
            return true;
        }
    }
}

bool globs_have(const struct globs *g, struct slice text)
{
    uint64_t at = 0;
    uint32_t number;
    return globs_next(g, text, &at, &number);
}

/* The last "*" takes one byte more whenever what follows it does not fit. */
bool glob_match(struct slice pattern, struct slice text)
{
    size_t p = 0, t = 0, star = SIZE_MAX, star_text = 0;
    while (t < text.n) {
        if (p < pattern.n && pattern.p[p] == '*') {
            star = ++p;
            star_text = t;
        } else if (p < pattern.n && (pattern.p[p] == '?' || pattern.p[p] == text.p[t])) {
            p++;
            t++;
        } else if (star == SIZE_MAX) {
            return false;
        } else {
            p = star;
            t = ++star_text;
        }
    }
    while (p < pattern.n && pattern.p[p] == '*')
        p++;
    return p == pattern.n;
}
