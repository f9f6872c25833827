/* spf-macro.c - macros of SPF; see spf-macro.h */
#include "auth/spf-macro.h"

#include <stdio.h>

#define NAME_MAX_BYTES 253
#define PARTS_MAX 128 /* more parts than a name can have labels: a number above is no other than this */

static const struct slice delimiters = SLICE_INIT(".-+,/_=");

/* macro-expand, or a run of macro-literals */
struct token {
    struct slice literal;
    bool macro;  /* also of %%, %_, %-, whose literal is what they stand for */
    char letter; /* in lower case; 0: the literal */
    bool escape, reverse;
    unsigned parts; /* 0: all */
    struct slice delimiters;
};

static bool take_digits(struct slice *s, unsigned *parts)
{
    bool any = false;
    *parts = 0;
    for (; s->n && ascii_digit(s->p[0]); *s = slice_from(*s, 1), any = true)
        if (*parts < PARTS_MAX)
            *parts = *parts * 10 + (unsigned)(s->p[0] - '0');
    return !any || *parts > 0;
}

/* behind "%{", up to and with "}" */
static bool take_braced(struct slice *s, struct token *t)
{
    if (s->n == 0 || !ascii_alpha(s->p[0]))
        return false;
    t->letter = ascii_lower(s->p[0]);
    t->escape = t->letter != s->p[0];
    *s = slice_from(*s, 1);
    if (slice_chr(SLICE("slodiphcrtv"), t->letter) < 0 || !take_digits(s, &t->parts))
        return false;
    if (s->n && ascii_lower(s->p[0]) == 'r') {
        t->reverse = true;
        *s = slice_from(*s, 1);
    }
    size_t n = 0;
    while (n < s->n && slice_chr(delimiters, s->p[n]) >= 0)
        n++;
    t->delimiters = slice_sub(*s, 0, n);
    *s = slice_from(*s, n);
    if (s->n == 0 || s->p[0] != '}')
        return false;
    *s = slice_from(*s, 1);
    return true;
}

static bool take_macro(struct slice *s, struct token *t)
{
    char c = s->n > 1 ? s->p[1] : 0;
    t->macro = true;
    *s = slice_from(*s, 2);
    switch (c) {
    case '{': return take_braced(s, t);
    case '%': t->literal = SLICE("%"); return true;
    case '_': t->literal = SLICE(" "); return true;
    case '-': t->literal = SLICE("%20"); return true;
    default: return false;
    }
}

/* false: no macro; at the end t->literal is empty and t->macro not set */
static bool take_token(struct slice *s, struct token *t)
{
    memset(t, 0, sizeof(*t));
    if (s->n && s->p[0] == '%')
        return take_macro(s, t);
    ptrdiff_t at = slice_chr(*s, '%');
    t->literal = at < 0 ? *s : slice_sub(*s, 0, (size_t)at);
    *s = slice_from(*s, t->literal.n);
    return true;
}

static bool literal_good(struct slice text, bool explanation)
{
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] < (explanation ? ' ' : '!') || text.p[i] > '~')
            return false;
    return true;
}

static bool token_good(const struct token *t, bool explanation)
{
    if (!t->macro)
        return literal_good(t->literal, explanation);
    return explanation || t->letter == 0 || slice_chr(SLICE("crt"), t->letter) < 0;
}

bool spf_macro_good(struct slice text, bool explanation)
{
    struct token t;
    while (text.n)
        if (!take_token(&text, &t) || !token_good(&t, explanation))
            return false;
    return true;
}

bool spf_macro_asks(struct slice text)
{
    struct token t;
    while (text.n)
        if (take_token(&text, &t) && t.letter == 'p')
            return true;
    return false;
}

/* ---- domain-spec */

/* toplabel: letters, digits, inner hyphens; not digits alone */
static bool is_toplabel(struct slice s)
{
    bool other = false;
    if (s.n == 0 || s.p[0] == '-' || s.p[s.n - 1] == '-')
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if (!ascii_alnum(s.p[i]) && s.p[i] != '-')
            return false;
        other |= !ascii_digit(s.p[i]);
    }
    return other;
}

static bool is_domain_end(struct slice tail)
{
    if (tail.n && tail.p[tail.n - 1] == '.')
        tail.n--;
    size_t at = tail.n;
    while (at && tail.p[at - 1] != '.')
        at--;
    return at > 0 && is_toplabel(slice_from(tail, at));
}

bool spf_domain_spec_good(struct slice text)
{
    struct token t = { .macro = false };
    if (text.n == 0)
        return false;
    while (text.n)
        if (!take_token(&text, &t) || !token_good(&t, false))
            return false;
    return t.macro || is_domain_end(t.literal);
}

/* ---- expansion */

static struct slice value_of(char letter, const struct spf_macros *m, char number[32])
{
    switch (letter) {
    case 's': return m->sender;
    case 'l': return m->local;
    case 'o': return m->sender_domain;
    case 'd': return m->domain;
    case 'i': return m->dotted;
    case 'p': return m->validated(m->ctx);
    case 'v': return m->v6 ? SLICE("ip6") : SLICE("in-addr");
    case 'h': return m->helo;
    case 'c': return m->address;
    case 'r': return m->receiver;
    default: snprintf(number, 32, "%lld", (long long)m->now); return slice_str(number);
    }
}

static bool is_unreserved(char c)
{
    return ascii_alnum(c) || (c && strchr("-._~", c));
}

static void put_part(struct buf *out, struct slice part, bool escape)
{
    for (size_t i = 0; i < part.n; i++)
        if (escape && !is_unreserved(part.p[i]))
            buf_printf(out, "%%%02X", (unsigned char)part.p[i]);
        else
            buf_add_char(out, part.p[i]);
}

static bool parted_by(const struct token *t, char c)
{
    return t->delimiters.n ? slice_chr(t->delimiters, c) >= 0 : c == '.';
}

/* The part that begins at `from`. */
static struct slice part_at(const struct token *t, struct slice value, size_t from)
{
    size_t end = from;
    while (end < value.n && !parted_by(t, value.p[end]))
        end++;
    return slice_sub(value, from, end - from);
}

/* The part that ends before `end`. */
static struct slice part_before(const struct token *t, struct slice value, size_t end)
{
    size_t from = end;
    while (from && !parted_by(t, value.p[from - 1]))
        from--;
    return slice_sub(value, from, end - from);
}

static size_t count_parts(const struct token *t, struct slice value)
{
    size_t n = 1;
    for (size_t i = 0; i < value.n; i++)
        n += parted_by(t, value.p[i]);
    return n;
}

/* The `parts` at the right, after reversing. */
static void put_value(struct buf *out, const struct token *t, struct slice value)
{
    size_t n = count_parts(t, value), want = t->parts && t->parts < n ? t->parts : n;
    size_t at = t->reverse ? value.n : 0;
    for (size_t i = 0; i < n; i++) {
        struct slice part = t->reverse ? part_before(t, value, at) : part_at(t, value, at);
        if (i >= n - want) {
            if (i > n - want)
                buf_add_char(out, '.');
            put_part(out, part, t->escape);
        }
        at = t->reverse ? at - part.n - (at > part.n) : at + part.n + 1;
    }
}

void spf_expand(struct buf *out, struct slice text, const struct spf_macros *m)
{
    struct token t;
    char number[32];
    while (text.n && !out->full) {
        if (!take_token(&text, &t))
            return;
        if (t.letter)
            put_value(out, &t, value_of(t.letter, m, number));
        else
            buf_add_slice(out, t.literal);
    }
}

/* ---- a name */

static struct slice shortened(struct slice name)
{
    while (name.n > NAME_MAX_BYTES) {
        ptrdiff_t dot = slice_chr(name, '.');
        if (dot < 0)
            return slice_of(NULL, 0);
        name = slice_from(name, (size_t)dot + 1);
    }
    return name;
}

/* A backslash of a local part is not the beginning of \DDD. */
static struct slice escaped(struct arena *a, struct slice name)
{
    struct buf out;
    if (slice_chr(name, '\\') < 0)
        return name;
    buf_init_in(&out, a, 4 * NAME_MAX_BYTES + 1);
    for (size_t i = 0; i < name.n; i++)
        if (name.p[i] == '\\')
            buf_add_str(&out, "\\092");
        else
            buf_add_char(&out, name.p[i]);
    return buf_slice(&out);
}

struct slice spf_expand_name(struct arena *a, struct slice text, const struct spf_macros *m)
{
    struct buf out;
    buf_init_in(&out, a, SPF_EXPANSION_MAX);
    spf_expand(&out, text, m);
    struct slice name = buf_slice(&out);
    if (out.full)
        return slice_of(NULL, 0);
    if (name.n && name.p[name.n - 1] == '.')
        name.n--;
    return escaped(a, shortened(name));
}
