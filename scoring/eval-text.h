/* eval-text.h - characters as Perl's patterns see them in bytes
 * \s has the vertical tab and the form feed, \w is ASCII only, `$` is also before a last LF. */
#ifndef SCORING_EVAL_TEXT_H
#define SCORING_EVAL_TEXT_H

#include "base/slice.h"

/* \s */
static inline bool text_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* \w */
static inline bool text_word(char c)
{
    return ascii_alnum(c) || c == '_';
}

/* \b */
static inline bool text_boundary(struct slice s, size_t at)
{
    return (at > 0 && text_word(s.p[at - 1])) != (at < s.n && text_word(s.p[at]));
}

/* the next place that is not \s, from `at` on */
static inline size_t text_skip_space(struct slice s, size_t at)
{
    while (at < s.n && text_space(s.p[at]))
        at++;
    return at;
}

static inline size_t text_skip_digits(struct slice s, size_t at)
{
    while (at < s.n && ascii_digit(s.p[at]))
        at++;
    return at;
}

/* the next \s, from `at` on */
static inline size_t text_skip_word(struct slice s, size_t at)
{
    while (at < s.n && !text_space(s.p[at]))
        at++;
    return at;
}

static inline struct slice text_trim(struct slice s)
{
    s = slice_from(s, text_skip_space(s, 0));
    while (s.n && text_space(s.p[s.n - 1]))
        s.n--;
    return s;
}

/* !/\S/ */
static inline bool text_blank(struct slice s)
{
    return text_skip_space(s, 0) == s.n;
}

/* without one LF at the end */
static inline struct slice text_chomp(struct slice s)
{
    if (s.n && s.p[s.n - 1] == '\n')
        s.n--;
    return s;
}

/* whether `what` stands at `at` */
static inline bool text_at(struct slice s, size_t at, struct slice what)
{
    return at <= s.n && slice_starts(slice_from(s, at), what);
}

static inline bool text_iat(struct slice s, size_t at, struct slice what)
{
    return at <= s.n && slice_istarts(slice_from(s, at), what);
}

static inline bool text_has(struct slice s, struct slice what)
{
    return slice_find(s, what) >= 0;
}

/* text_has() without regard to case; for short texts: O(n * m) */
static inline bool text_ihas(struct slice s, struct slice what)
{
    for (size_t i = 0; i + what.n <= s.n; i++)
        if (slice_istarts(slice_from(s, i), what))
            return true;
    return false;
}

#endif
