/* slice.h - borrowed bytes
 * Mail content travels as slices: a pointer and a length, never freed, may hold NUL. A slice lives as long as
 * what it points into (the spooled message, an arena, a literal). All functions are pure and never allocate.
 * Case folding is ASCII only, whatever the locale. An empty slice may have p == NULL. */
#ifndef BASE_SLICE_H
#define BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct slice {
    const char *p;
    size_t n;
};

/* for printf("%.*s", SLICE_ARG(s)); evaluates s twice */
#define SLICE_ARG(s) (int)((s).n > 1000000 ? 1000000 : (s).n), ((s).p ? (s).p : "")
/* a literal as a slice, also usable in static tables */
#define SLICE(lit) ((struct slice){ "" lit, sizeof(lit) - 1 })
#define SLICE_INIT(lit)                                                                                      \
    {                                                                                                        \
        "" lit, sizeof(lit) - 1                                                                              \
    }
#define SLICE_NONE (-1)

static inline struct slice slice_of(const char *p, size_t n)
{
    return (struct slice){ p, n };
}

static inline struct slice slice_str(const char *s)
{
    return (struct slice){ s, s ? strlen(s) : 0 };
}

static inline char ascii_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static inline bool ascii_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static inline bool ascii_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline bool ascii_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline bool ascii_alnum(char c)
{
    return ascii_alpha(c) || ascii_digit(c);
}

/* -1 if not a hexadecimal digit */
static inline int ascii_hex(char c)
{
    return ascii_digit(c)         ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

static inline bool slice_eq(struct slice a, struct slice b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool slice_ieq(struct slice a, struct slice b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if (ascii_lower(a.p[i]) != ascii_lower(b.p[i]))
            return false;
    return true;
}

/* s from byte `from`, at most n bytes; clamped to s */
static inline struct slice slice_sub(struct slice s, size_t from, size_t n)
{
    if (from > s.n)
        from = s.n;
    return (struct slice){ s.p ? s.p + from : NULL, n < s.n - from ? n : s.n - from };
}

static inline struct slice slice_from(struct slice s, size_t from)
{
    return slice_sub(s, from, s.n);
}

static inline bool slice_starts(struct slice s, struct slice head)
{
    return s.n >= head.n && slice_eq(slice_sub(s, 0, head.n), head);
}

static inline bool slice_istarts(struct slice s, struct slice head)
{
    return s.n >= head.n && slice_ieq(slice_sub(s, 0, head.n), head);
}

static inline bool slice_iends(struct slice s, struct slice tail)
{
    return s.n >= tail.n && slice_ieq(slice_from(s, s.n - tail.n), tail);
}

/* position of c, or SLICE_NONE */
static inline ptrdiff_t slice_chr(struct slice s, char c)
{
    const char *at = s.n ? memchr(s.p, c, s.n) : NULL;
    return at ? at - s.p : SLICE_NONE;
}

/* position of the first occurrence of needle, or SLICE_NONE; linear (memmem) */
static inline ptrdiff_t slice_find(struct slice s, struct slice needle)
{
    const char *at = s.n && needle.n ? memmem(s.p, s.n, needle.p, needle.n) : NULL;
    return at ? at - s.p : SLICE_NONE;
}

/* without leading and trailing space, tab, CR, LF */
static inline struct slice slice_trim(struct slice s)
{
    while (s.n && ascii_space(s.p[0])) {
        s.p++;
        s.n--;
    }
    while (s.n && ascii_space(s.p[s.n - 1]))
        s.n--;
    return s;
}

/* Takes the text before the next `sep` (or all of it) off *rest into *head; false when *rest was exhausted
 * before. "a,,b" gives "a", "", "b". Start with rest->p != NULL. */
static inline bool slice_cut(struct slice *rest, char sep, struct slice *head)
{
    if (rest->p == NULL)
        return false;
    ptrdiff_t at = slice_chr(*rest, sep);
    *head = at < 0 ? *rest : slice_sub(*rest, 0, (size_t)at);
    *rest = at < 0 ? (struct slice){ NULL, 0 } : slice_from(*rest, (size_t)at + 1);
    return true;
}

/* Takes the next line (line end LF or CRLF included) off *rest; false at the end. */
static inline bool slice_line(struct slice *rest, struct slice *line)
{
    if (rest->n == 0)
        return false;
    ptrdiff_t at = slice_chr(*rest, '\n');
    *line = at < 0 ? *rest : slice_sub(*rest, 0, (size_t)at + 1);
    *rest = slice_from(*rest, line->n);
    return true;
}

/* a line without its LF or CRLF */
static inline struct slice slice_chomp(struct slice line)
{
    if (line.n && line.p[line.n - 1] == '\n')
        line.n--;
    if (line.n && line.p[line.n - 1] == '\r')
        line.n--;
    return line;
}

/* decimal digits only, no sign, no space; false on anything else or when above max */
static inline bool slice_uint(struct slice s, uint64_t max, uint64_t *out)
{
    uint64_t v = 0;
    if (s.n == 0 || s.n > 20)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        unsigned d = (unsigned)(unsigned char)s.p[i] - '0';
        if (d > 9 || v > (UINT64_MAX - d) / 10)
            return false;
        v = v * 10 + d;
    }
    *out = v;
    return v <= max;
}

#endif
