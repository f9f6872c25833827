/* view-relay-pattern.c - see view-relay-pattern.h
 * Recursion goes no deeper than a pattern has fields. */
#include "config.h"
#include "scoring/view-relay-pattern.h"

#include "base/err.h"
#include "scoring/view-relay-ip.h"

#define WIDE_MAX 12 /* fields of one pattern that may end in many places */

/* From `from` on, up to `end`, the rest of the pattern does not match behind this field. */
struct barred {
    const char *field;
    size_t from, end;
};

struct matcher {
    struct slice text;
    struct relay_captures *c;
    struct barred barred[WIDE_MAX];
};

static bool match(struct matcher *m, const char *p, size_t at);

static bool is_word(char c)
{
    return ascii_alnum(c) || c == '_';
}

static bool at_border(struct slice s, size_t at)
{
    bool before = at > 0 && is_word(s.p[at - 1]), behind = at < s.n && is_word(s.p[at]);
    return before != behind;
}

static struct slice *capture_of(struct relay_captures *c, char letter)
{
    switch (letter) {
    case 'h':
    case 'H':
    case 'a':
    case 'x':
    case 'y': return &c->helo;
    case 'r':
    case 'R': return &c->rdns;
    case 'b':
    case 'B': return &c->by;
    case 'n':
    case 'N': return &c->ident;
    case 'i': return &c->ip;
    case 'd': return &c->id;
    case 's':
    case 'S': return &c->sub;
    default: return NULL;
    }
}

/* The rest of the pattern behind a field that took [at, end). */
static bool take(struct matcher *m, const char *field, size_t at, size_t end)
{
    struct slice *to = capture_of(m->c, field[1]), old;
    if (to == NULL)
        return match(m, field + 2, end);
    old = *to;
    *to = slice_of(m->text.p + at, end - at);
    if (match(m, field + 2, end))
        return true;
    *to = old;
    return false;
}

static struct barred *barred_of(struct matcher *m, const char *field)
{
    for (size_t i = 0; i < WIDE_MAX; i++)
        if (m->barred[i].field == field || m->barred[i].field == NULL) {
            m->barred[i].field = field;
            return &m->barred[i];
        }
    bug("a pattern of Received has too many fields");
}

/* the literal byte that must come behind the field, or -1 */
static int next_byte(const char *field)
{
    const char *p = field + 2;
    return *p && *p != '%' ? (unsigned char)*p : -1;
}

static bool may_end(struct matcher *m, const char *field, int next, size_t at, size_t end)
{
    if (next >= 0 && (end >= m->text.n || (unsigned char)m->text.p[end] != next))
        return false;
    if (field[1] == 'B')
        return at_border(m->text, end);
    return field[1] != 'R' ||
           (end - at >= 3 && slice_chr(slice_sub(m->text, at + 1, end - at - 2), '.') >= 0);
}

/* A field that may end anywhere in [min, max], of which max lies where its kind of bytes ends. */
static bool take_wide(struct matcher *m, const char *field, size_t at, size_t min, size_t max, bool few)
{
    struct barred *bar = barred_of(m, field);
    size_t last = max;
    int next = next_byte(field);
    if (min > max)
        return false;
    if (bar->end == max && bar->from <= max && bar->from > 0)
        last = bar->from - 1;
    for (size_t n = 0; last >= min && n <= last - min; n++) {
        size_t end = few ? min + n : last - n;
        if (may_end(m, field, next, at, end) && take(m, field, at, end))
            return true;
    }
    if (bar->end != max || min < bar->from)
        *bar = (struct barred){ field, min, max };
    return false;
}

static size_t run_to_blank(const struct matcher *m, size_t at)
{
    ptrdiff_t n = slice_chr(slice_from(m->text, at), ' ');
    return n < 0 ? m->text.n : at + (size_t)n;
}

static bool take_word(struct matcher *m, const char *field, size_t at, size_t least, bool few)
{
    size_t end = run_to_blank(m, at);
    if (end - at < least)
        return false;
    /* a blank behind it: only the whole word fits */
    if (next_byte(field) == ' ' && field[1] != 'B' && field[1] != 'R')
        return end < m->text.n && take(m, field, at, end);
    return take_wide(m, field, at, at + least, end, few);
}

static bool in(char c, const char *set)
{
    for (; *set; set++)
        if (c == *set)
            return true;
    return false;
}

static size_t run_without(const struct matcher *m, size_t at, const char *set)
{
    if (set[1] == 0) {
        ptrdiff_t n = slice_chr(slice_from(m->text, at), set[0]);
        return n < 0 ? m->text.n : at + (size_t)n;
    }
    while (at < m->text.n && !in(m->text.p[at], set))
        at++;
    return at;
}

static size_t run_of_digits(const struct matcher *m, size_t at)
{
    while (at < m->text.n && ascii_digit(m->text.p[at]))
        at++;
    return at;
}

static size_t run_of_letters(const struct matcher *m, size_t at)
{
    while (at < m->text.n && is_word(m->text.p[at]))
        at++;
    return at;
}

static size_t run_of_zone(const struct matcher *m, size_t at)
{
    while (at < m->text.n &&
           ((ascii_alnum(m->text.p[at]) && !(m->text.p[at] >= 'a')) || in(m->text.p[at], "._~-")))
        at++;
    return at;
}

/* d.d.ddd or d.d.ddd.d with one or two digits first, one to three last; 0: none */
static size_t version_end(const struct matcher *m, size_t at)
{
    size_t a = run_of_digits(m, at), b = run_of_digits(m, a + 1), c = run_of_digits(m, b + 1), d;
    const char *p = m->text.p;
    if (a == at || a - at > 2 || c >= m->text.n || p[a] != '.' || p[b] != '.' || b - a != 2 || c - b != 4)
        return 0;
    d = run_of_digits(m, c + 1);
    return p[c] == '.' && d > c + 1 && d - c <= 4 ? d : c;
}

static bool take_ip(struct matcher *m, const char *field, size_t at)
{
    size_t ends[IP_ENDS];
    unsigned n = field[1] == 'L' ? ip_localhost_at(m->text, at, ends) : ip_at(m->text, at, ends);
    for (unsigned i = 0; i < n; i++)
        if (take(m, field, at, ends[i]))
            return true;
    return false;
}

/* bytes without those of the set, at least `least`; ends where the run ends */
static bool take_without(struct matcher *m, const char *field, size_t at, const char *set, size_t least)
{
    size_t end = run_without(m, at, set);
    return end - at >= least && take(m, field, at, end);
}

static bool take_bounded(struct matcher *m, const char *field, size_t at, size_t least, size_t most)
{
    size_t end = field[1] == '4' ? run_without(m, at, ")") : m->text.n;
    if (end - at > most)
        end = at + most;
    for (; end >= at + least; end--) {
        if (take(m, field, at, end))
            return true;
        if (end == 0)
            break;
    }
    return false;
}

static bool take_optional(struct matcher *m, const char *p, size_t at)
{
    const char *behind = strstr(p, "%}");
    if (match(m, p + 2, at))
        return true;
    return behind && match(m, behind + 2, at);
}

static bool take_helo_word(struct matcher *m, const char *field, size_t at)
{
    struct slice word = slice_sub(m->text, at, 4);
    return (slice_eq(word, SLICE("HELO")) || slice_eq(word, SLICE("EHLO"))) && match(m, field + 2, at + 4);
}

/* the bytes that a field of one byte may be; NULL: it is no such field */
static const char *one_byte(char letter)
{
    switch (letter) {
    case 'q': return ")[";
    case 'j': return " )";
    case 'k': return " ):";
    case '[': return "[(";
    case ']': return "])";
    default: return NULL;
    }
}

static bool take_small(struct matcher *m, const char *field, size_t at)
{
    size_t end;
    bool has = at < m->text.n;
    const char *bytes = one_byte(field[1]);
    if (bytes)
        return has && in(m->text.p[at], bytes) && match(m, field + 2, at + 1);
    switch (field[1]) {
    case '#':
    case '0': end = run_of_digits(m, at); return (end > at || field[1] == '0') && match(m, field + 2, end);
    case 'p':
        end = has && in(m->text.p[at], ".:") ? run_of_digits(m, at + 1) : at;
        return end > at + 1 && match(m, field + 2, end);
    case 'l': return has && ascii_alpha(m->text.p[at]) && match(m, field + 2, at + 1);
    case '?': return has && match(m, field + 2, at + 1);
    case '2': return run_of_digits(m, at) >= at + 2 && match(m, field + 2, at + 2);
    case 'o': end = run_of_letters(m, at); return end > at && match(m, field + 2, end);
    case 'z': return match(m, field + 2, run_of_zone(m, at));
    case 'v': end = version_end(m, at); return end && match(m, field + 2, end);
    case 'g': return take_helo_word(m, field, at);
    case '|': return at_border(m->text, at) && match(m, field + 2, at);
    case '-': return !(has && in(m->text.p[at], ".-")) && match(m, field + 2, at);
    case '!': return !slice_starts(slice_from(m->text, at), SLICE(" id ")) && match(m, field + 2, at);
    case '$': return at == m->text.n && match(m, field + 2, at);
    case 'e': return (!has || m->text.p[at] == ' ') && match(m, field + 2, at);
    case '}': return match(m, field + 2, at);
    default: bug("a pattern of Received has an unknown field %%%c", field[1]);
    }
}

static bool take_field(struct matcher *m, const char *field, size_t at)
{
    switch (field[1]) {
    case 'h':
    case 'r':
    case 'b':
    case 'n':
    case 'w':
    case 'B':
    case 'R': return take_word(m, field, at, 1, false);
    case 'H':
    case 'N':
    case 'W': return take_word(m, field, at, 0, false);
    case 'd': return take_word(m, field, at, 1, true);
    case 'a': return at < m->text.n && !ascii_digit(m->text.p[at]) && take_word(m, field, at, 2, false);
    case 'i':
    case 'I':
    case 'L': return take_ip(m, field, at);
    case 'x': return take_without(m, field, at, " ()", 0);
    case 'y': return take_without(m, field, at, ")", 0);
    case 'S':
    case 'c': return take_without(m, field, at, ")", 1);
    case '>': return take_without(m, field, at, ">", 1);
    case '@': return take_without(m, field, at, " @", 1);
    case ';': return take_without(m, field, at, " ;", 1);
    case '^': return take_wide(m, field, at, at + 1, run_without(m, at, "."), false);
    case '.': return take_wide(m, field, at, at, m->text.n, false);
    case '+': return take_wide(m, field, at, at + 1, m->text.n, false);
    case '~':
    case 's': return take_wide(m, field, at, at, m->text.n, true);
    case '4': return take_bounded(m, field, at, 0, 40);
    case 'm': return take_bounded(m, field, at, 10, 80);
    case '3': return take_bounded(m, field, at, 3, 20);
    case '1': return take_bounded(m, field, at, 0, 100);
    case '{': return take_optional(m, field, at);
    default: return take_small(m, field, at);
    }
}

static bool match(struct matcher *m, const char *p, size_t at)
{
    for (; *p; p++, at++) {
        if (*p == '%' && p[1] != '%')
            return take_field(m, p, at);
        p += *p == '%';
        if (at >= m->text.n || m->text.p[at] != *p)
            return false;
    }
    return true;
}

bool relay_match(const char *pattern, struct slice text, struct relay_captures *c)
{
    struct matcher m = { .text = text, .c = c };
    *c = (struct relay_captures){ 0 };
    return match(&m, pattern, 0);
}

bool relay_search(const char *pattern, struct slice text, size_t from, struct relay_captures *c)
{
    struct matcher m = { .text = text, .c = c };
    char first = pattern[0] == '%' ? 0 : pattern[0];
    *c = (struct relay_captures){ 0 };
    for (size_t at = from; at <= text.n; at++) {
        if (first) {
            ptrdiff_t next = slice_chr(slice_from(text, at), first);
            if (next < 0)
                return false;
            at += (size_t)next;
        }
        if (match(&m, pattern, at))
            return true;
    }
    return false;
}
