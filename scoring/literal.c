/* literal.c - what a text must have in it for a pattern to match; see literal.h
 * A pattern is read once, from left to right, with a stack of open groups in place of recursion. Of each
 * branch two things are kept: `run`, all strings that its end so far can be, and `best`, the best set met so
 * far of which one must be in the branch. What can be too many strings (a dot, a big class, a star) ends the
 * run, and a new one begins behind it.
 *
 * Case is ignored throughout, so i, m and s change nothing; assertions only forbid and count as empty;
 * possessive, lazy and atomic only choose. Whatever is not understood, or could have a second meaning in
 * another version of PCRE2, makes the whole pattern "any": the rule is then always judged.
 * Limits: GROUPS_MAX open groups, the sizes of a literal_set. */
#include "config.h"
#include "scoring/literal.h"

#include <stdlib.h>
#include "base/regex.h"

#define GROUPS_MAX 16
#define CLASS_MAX 8 /* bytes of a class that are written out */

/* a piece of pattern: all strings that it can be, and some of which one is in it */
struct item {
    struct literal_set exact, required;
};

struct group {
    bool look; /* an assertion: what it asks for need not be in the match */
    /* the branch at work */
    struct literal_set run, best;
    bool whole; /* run is the branch from its beginning */
    /* the branches before */
    struct item done;
};

struct reader {
    struct slice text;
    size_t at;
    bool lost; /* met what is not understood */
    unsigned depth;
    struct group groups[GROUPS_MAX];
    struct item item; /* the one being read */
};

/* ---- branches */

static void begin_branch(struct group *g)
{
    literal_set_empty(&g->run);
    literal_set_any(&g->best);
    g->whole = true;
}

static void open_group(struct reader *r, bool look)
{
    if (r->depth == GROUPS_MAX) {
        r->lost = true;
        return;
    }
    struct group *g = &r->groups[r->depth++];
    g->look = look;
    literal_set_none(&g->done.exact);
    literal_set_none(&g->done.required);
    begin_branch(g);
}

static void offer(struct group *g, const struct literal_set *s)
{
    struct literal_set kept;
    literal_set_keep(&kept, s);
    if (literal_set_cost(&kept) < literal_set_cost(&g->best))
        literal_set_copy(&g->best, &kept);
}

/* A new run begins with `next`. */
static void cut(struct group *g, const struct literal_set *next)
{
    offer(g, &g->run);
    g->whole = false;
    literal_set_copy(&g->run, next);
    if (next->any)
        literal_set_empty(&g->run);
}

static void append(struct group *g, const struct item *item)
{
    if (literal_set_append(&g->run, &item->exact))
        return;
    offer(g, &item->required);
    cut(g, &item->exact);
}

static void end_branch(struct group *g)
{
    offer(g, &g->run);
    if (!g->whole)
        literal_set_any(&g->run);
    literal_set_join(&g->done.exact, &g->run);
    literal_set_join(&g->done.required, &g->best);
    begin_branch(g);
}

/* ---- items of one byte or none */

static void item_any(struct item *item)
{
    literal_set_any(&item->exact);
    literal_set_any(&item->required);
}

static void item_empty(struct item *item)
{
    literal_set_empty(&item->exact);
    literal_set_any(&item->required);
}

static void item_byte(struct item *item, char c)
{
    c = ascii_lower(c);
    literal_set_none(&item->exact);
    literal_set_add(&item->exact, slice_of(&c, 1));
    literal_set_any(&item->required);
}

static bool more(const struct reader *r)
{
    return r->at < r->text.n && !r->lost;
}

/* the byte i further on; 0 behind the end */
static char peek(const struct reader *r, size_t i)
{
    return r->at + i < r->text.n ? r->text.p[r->at + i] : 0;
}

static bool among(char c, const char *set)
{
    return c != 0 && strchr(set, c) != NULL;
}

/* \x and up to two digits; \x{...} is not read */
static char hex_byte(struct reader *r)
{
    int value = 0;
    r->lost |= peek(r, 0) == '{';
    for (int i = 0; i < 2 && ascii_hex(peek(r, 0)) >= 0; i++)
        value = value * 16 + ascii_hex(r->text.p[r->at++]);
    return (char)value;
}

/* An escape, r->at behind the backslash, that is one certain byte in a class as well as outside; else nothing
 * is read. */
static bool escaped_byte(struct reader *r, char *c)
{
    static const char letters[] = "tnrfea", bytes[] = "\t\n\r\f\033\a";
    if (!more(r)) {
        r->lost = true;
        return false;
    }
    *c = peek(r, 0);
    if (*c == 'x') {
        r->at++;
        *c = hex_byte(r);
        return true;
    }
    if (among(*c, letters))
        *c = bytes[strchr(letters, *c) - letters];
    else if (ascii_alnum(*c))
        return false;
    r->at++;
    return true;
}

/* A number is a reference or an octal byte: too many digits taken are harmless, too few are not. */
static void read_escape(struct reader *r, struct item *item)
{
    char c;
    item_any(item);
    if (escaped_byte(r, &c)) {
        item_byte(item, c);
        return;
    }
    c = peek(r, 0);
    if (ascii_digit(c))
        while (ascii_digit(peek(r, 0)))
            r->at++;
    else if (among(c, "dDwWsShHvVNRXC"))
        r->at++;
    else if (among(c, "bBAzZG")) {
        r->at++;
        item_empty(item);
    } else
        r->lost = true;
}

/* ---- classes */

struct class
{
    bool in[256];
    bool many; /* has \w or the like, or is negated */
};

/* one member, or a shorthand: then false */
static bool read_member(struct reader *r, struct class *class, unsigned char *c)
{
    char byte = peek(r, 0);
    r->lost |= byte == '[' && among(peek(r, 1), ":.=");
    r->at++;
    if (byte == '\\' && !escaped_byte(r, &byte)) {
        r->lost |= !among(peek(r, 0), "dDwWsShHvV");
        r->at++;
        class->many = true;
        return false;
    }
    *c = (unsigned char)byte;
    return true;
}

static void read_range(struct reader *r, struct class *class)
{
    unsigned char from, to;
    if (!read_member(r, class, &from))
        return;
    to = from;
    if (peek(r, 0) == '-' && peek(r, 1) != ']') {
        r->at++;
        if (!more(r) || !read_member(r, class, &to))
            return;
    }
    for (unsigned c = from; c <= to; c++)
        class->in[(unsigned char)ascii_lower((char)c)] = true;
}

/* r->at behind the bracket; one that closes comes not first */
static void read_class(struct reader *r, struct item *item)
{
    struct class class = { .many = peek(r, 0) == '^' };
    unsigned n = 0;
    r->at += class.many;
    do
        read_range(r, &class);
    while (more(r) && peek(r, 0) != ']');
    r->lost |= r->at >= r->text.n;
    r->at++;
    item_any(item);
    for (unsigned c = 0; c < 256; c++)
        n += class.in[c];
    if (class.many || n > CLASS_MAX)
        return;
    literal_set_none(&item->exact);
    for (unsigned c = 0; c < 256; c++)
        if (class.in[c])
            literal_set_add(&item->exact, slice_of(&(char){ (char)c }, 1));
}

/* ---- quantifiers */

struct repeat {
    bool none, once, several; /* how often the item may be there: not at all, once, more */
};

static unsigned digits(struct slice text, size_t *at)
{
    unsigned value = 0;
    for (; *at < text.n && ascii_digit(text.p[*at]); ++*at)
        value = value < 10 ? value * 10 + (unsigned)(text.p[*at] - '0') : value;
    return value;
}

/* Length of the braces, when they have only what a quantifier may have; 0: they are bytes like others. */
static size_t braces(const struct reader *r)
{
    size_t n = 1;
    while (among(peek(r, n), "0123456789, \t"))
        n++;
    return peek(r, 0) == '{' && peek(r, n) == '}' ? n + 1 : 0;
}

/* {n}, {n,} and {n,m}; other forms are new in PCRE2 10.43 */
static void read_braces(struct reader *r, size_t n, struct repeat *out)
{
    struct slice text = slice_sub(r->text, r->at + 1, n - 2);
    size_t at = 0;
    unsigned least = digits(text, &at), most = least;
    r->lost |= at == 0;
    if (at < text.n && text.p[at] == ',') {
        size_t from = ++at;
        most = digits(text, &at);
        if (at == from)
            most = UINT32_MAX;
    }
    r->lost |= at < text.n;
    r->at += n;
    *out = (struct repeat){ .none = least == 0, .once = least <= 1 && most >= 1, .several = most > 1 };
}

static bool is_repeat(const struct reader *r)
{
    return among(peek(r, 0), "*+?") || braces(r) > 0;
}

static void read_repeat(struct reader *r, struct repeat *out)
{
    char c = peek(r, 0);
    *out = (struct repeat){ .once = true };
    if (!is_repeat(r))
        return;
    if (c == '{')
        read_braces(r, braces(r), out);
    else {
        *out = (struct repeat){ .none = c != '+', .once = true, .several = c != '?' };
        r->at++;
    }
    if (among(peek(r, 0), "+?")) /* possessive or lazy */
        r->at++;
    r->lost |= is_repeat(r);
}

/* r->item is complete: it goes to the branch as often as what follows it says. */
static void end_item(struct reader *r)
{
    struct group *g = &r->groups[r->depth - 1];
    struct repeat repeat;
    read_repeat(r, &repeat);
    if (repeat.none) {
        literal_set_any(&r->item.required);
        if (repeat.several)
            literal_set_any(&r->item.exact);
        else
            literal_set_add(&r->item.exact, SLICE(""));
    }
    append(g, &r->item);
    if (repeat.several) /* the last of several stands before what follows */
        cut(g, &r->item.exact);
}

/* ---- groups */

static bool take(struct reader *r, const char *text)
{
    if (!slice_starts(slice_from(r->text, r->at), slice_str(text)))
        return false;
    r->at += strlen(text);
    return true;
}

static void skip_name(struct reader *r, char end)
{
    while (more(r) && peek(r, 0) != end)
        r->at++;
    r->at++;
}

/* letters that change nothing here, then `)` or `:` */
static void read_options(struct reader *r)
{
    while (among(peek(r, 0), "ims-"))
        r->at++;
    if (take(r, ":"))
        open_group(r, false);
    else if (!take(r, ")"))
        r->lost = true;
}

/* r->at behind the parenthesis */
static void read_group(struct reader *r)
{
    if (peek(r, 0) == '*')
        r->lost = true;
    else if (!take(r, "?") || take(r, ":") || take(r, ">") || take(r, "|"))
        open_group(r, false);
    else if (take(r, "=") || take(r, "!") || take(r, "<=") || take(r, "<!"))
        open_group(r, true);
    else if (take(r, "<") || take(r, "P<")) {
        skip_name(r, '>');
        open_group(r, false);
    } else
        read_options(r);
}

static void close_group(struct reader *r)
{
    struct group *g = &r->groups[r->depth - 1];
    if (r->depth == 1) {
        r->lost = true;
        return;
    }
    end_branch(g);
    r->depth--;
    if (g->look)
        item_empty(&r->item);
    else {
        literal_set_copy(&r->item.exact, &g->done.exact);
        literal_set_copy(&r->item.required, &g->done.required);
    }
    end_item(r);
}

/* ---- the pattern */

static void read_item(struct reader *r, char c)
{
    switch (c) {
    case '\\': read_escape(r, &r->item); break;
    case '[': read_class(r, &r->item); break;
    case '.': item_any(&r->item); break;
    case '^':
    case '$': item_empty(&r->item); break;
    default: item_byte(&r->item, c);
    }
    end_item(r);
}

static void read_one(struct reader *r)
{
    r->lost |= is_repeat(r);
    char c = r->text.p[r->at++];
    switch (c) {
    case '(': read_group(r); break;
    case ')': close_group(r); break;
    case '|': end_branch(&r->groups[r->depth - 1]); break;
    default: read_item(r, c);
    }
}

void literal_find(struct slice pattern, unsigned flags, struct literal_set *out)
{
    struct reader *r = malloc(sizeof(*r)); /* too big for the stack */
    literal_set_any(out);
    if (r == NULL)
        return;
    r->text = pattern;
    r->at = r->depth = 0;
    r->lost = (flags & REGEX_EXTENDED) != 0;
    open_group(r, false);
    while (more(r))
        read_one(r);
    end_branch(&r->groups[0]);
    if (!r->lost && r->depth == 1)
        literal_set_copy(out, &r->groups[0].done.required);
    free(r);
}
