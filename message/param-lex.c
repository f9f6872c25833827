/* param-lex.c - the pairs name=value of a field, as they stand; see param-lex.h
 * Reads as mail clients do where the grammar is broken: an unquoted value goes on over white space unless
 * what follows looks like the next parameter (`filename=My file.pdf`), and an opening quote or comment that
 * is never closed is text, or goes to the end. Every byte is looked at a fixed number of times. */
#include "message/param-lex.h"

struct lexer {
    struct slice s;
    size_t at;
    bool no_comments; /* one that was not closed: no need to look for the ends of further ones */
    unsigned flags;
    struct arena *arena;
};

/* RFC 2045 5.1; 8-bit bytes are none */
static bool token_char(char c)
{
    static const bool table[256] = {
        ['!'] = true,         ['#' ... '\''] = true, ['*' ... '+'] = true, ['-' ... '.'] = true,
        ['0' ... '9'] = true, ['A' ... 'Z'] = true,  ['^' ... '~'] = true,
    };
    return table[(unsigned char)c];
}

static bool more(const struct lexer *x)
{
    return x->at < x->s.n;
}

static char peek(const struct lexer *x)
{
    return x->s.p[x->at];
}

static bool at_char(const struct lexer *x, char c)
{
    return more(x) && peek(x) == c;
}

/* At a `(`: goes behind the comment, or stays and returns false where it is not closed. */
static bool skip_comment(struct lexer *x)
{
    size_t depth = 0;
    if (x->no_comments)
        return false;
    for (size_t i = x->at; i < x->s.n; i++) {
        char c = x->s.p[i];
        if (c == '\\')
            i++;
        else if (c == '(')
            depth++;
        else if (c == ')' && --depth == 0) {
            x->at = i + 1;
            return true;
        }
    }
    x->no_comments = true;
    x->flags |= PARAM_COMMENT;
    return false;
}

/* White space and comments; true if there was any comment. */
static bool skip_blank(struct lexer *x)
{
    bool comment = false;
    while (more(x)) {
        if (ascii_space(peek(x)))
            x->at++;
        else if (peek(x) == '(' && skip_comment(x))
            comment = true;
        else
            break;
    }
    return comment;
}

static void skip_blank_odd(struct lexer *x)
{
    if (skip_blank(x))
        x->flags |= PARAM_COMMENT;
}

/* s without line ends and with quoted pairs undone */
static struct slice unescape(struct arena *a, struct slice s)
{
    char *p = arena_alloc(a, s.n);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\\' && i + 1 < s.n)
            p[n++] = s.p[++i];
        else if (s.p[i] != '\r' && s.p[i] != '\n')
            p[n++] = s.p[i];
    }
    return slice_of(p, n);
}

/* At a `"`: the text inside; goes behind it. */
static struct slice quoted(struct lexer *x)
{
    bool escaped = false;
    size_t begin = ++x->at;
    for (; more(x) && peek(x) != '"'; x->at++) {
        bool pair = peek(x) == '\\' && x->at + 1 < x->s.n;
        escaped |= pair || peek(x) == '\r' || peek(x) == '\n';
        x->at += pair;
    }
    struct slice text = slice_sub(x->s, begin, x->at - begin);
    if (more(x))
        x->at++;
    else
        x->flags |= PARAM_BAD_QUOTE;
    return escaped ? unescape(x->arena, text) : text;
}

/* s without line ends */
static struct slice without_folds(struct arena *a, struct slice s)
{
    if (slice_chr(s, '\n') < 0 && slice_chr(s, '\r') < 0)
        return s;
    char *p = arena_alloc(a, s.n);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] != '\n' && s.p[i] != '\r')
            p[n++] = s.p[i];
    return slice_of(p, n);
}

/* The end of the word at x->at: white space or `;`. */
static size_t word_end(const struct lexer *x)
{
    size_t i = x->at;
    while (i < x->s.n && !ascii_space(x->s.p[i]) && x->s.p[i] != ';')
        i++;
    return i;
}

/* Whether `name=` or `name =` stands here. */
static bool at_pair(const struct lexer *x)
{
    size_t i = x->at;
    while (i < x->s.n && token_char(x->s.p[i]))
        i++;
    if (i == x->at)
        return false;
    while (i < x->s.n && ascii_space(x->s.p[i]))
        i++;
    return i < x->s.n && x->s.p[i] == '=';
}

static void check_unquoted(struct lexer *x, struct slice s)
{
    if (s.n == 0)
        x->flags |= PARAM_BAD_VALUE;
    for (size_t i = 0; i < s.n; i++)
        if (!token_char(s.p[i]))
            x->flags |=
                PARAM_BAD_VALUE | (s.p[i] == '(' ? PARAM_COMMENT : 0) | (s.p[i] == '"' ? PARAM_BAD_QUOTE : 0);
}

/* An unquoted value; goes behind it and the blanks that follow. */
static struct slice unquoted(struct lexer *x)
{
    size_t begin = x->at, end = word_end(x);
    x->at = end;
    for (;;) {
        skip_blank(x);
        if (!more(x) || peek(x) == ';' || at_pair(x))
            break;
        x->at = end = word_end(x);
    }
    struct slice raw = slice_sub(x->s, begin, end - begin);
    check_unquoted(x, raw);
    return raw;
}

/* What stands between a quoted value and the next `;`, other than blanks, is dropped. */
static void skip_rest(struct lexer *x)
{
    bool touching = more(x) && !ascii_space(peek(x)) && peek(x) != '(';
    for (;;) {
        if (touching && more(x) && peek(x) != ';') {
            x->flags |= PARAM_BAD_QUOTE;
            x->at = word_end(x);
        }
        skip_blank(x);
        if (!more(x) || peek(x) == ';' || at_pair(x))
            return;
        touching = true;
    }
}

/* name, name*, name*N, name*N* */
static void split_name(struct lexer *x, struct param_pair *p, struct slice name)
{
    uint64_t number;
    p->segment = PARAM_NO_SEGMENT;
    if (name.n > 1 && name.p[name.n - 1] == '*') {
        p->extended = true;
        name.n--;
    }
    ptrdiff_t star = slice_chr(name, '*');
    if (star > 0) {
        struct slice digits = slice_from(name, (size_t)star + 1);
        if (slice_uint(digits, PARAM_NO_SEGMENT - 1, &number)) {
            p->segment = (uint32_t)number;
            name.n = (size_t)star;
            if (digits.n > 1 && digits.p[0] == '0')
                x->flags |= PARAM_BAD_VALUE;
        } else
            x->flags |= PARAM_BAD_VALUE;
    }
    p->name = arena_lower(x->arena, name);
}

/* One pair at x->at; NULL when this is none, and something was skipped. */
static struct param_pair *lex_pair(struct lexer *x)
{
    size_t begin = x->at;
    while (more(x) && token_char(peek(x)))
        x->at++;
    struct slice name = slice_sub(x->s, begin, x->at - begin);
    skip_blank_odd(x);
    if (!at_char(x, '=') || name.n == 0) {
        x->flags |= PARAM_BAD_VALUE | (name.n ? PARAM_BARE_NAME : 0);
        if (name.n == 0 && more(x) && peek(x) != ';')
            x->at++;
        return NULL;
    }
    x->at++;
    skip_blank_odd(x);
    struct param_pair *p = ARENA_NEW(x->arena, struct param_pair);
    split_name(x, p, name);
    begin = x->at;
    if (at_char(x, '"')) {
        p->value = quoted(x);
        p->raw = slice_sub(x->s, begin, x->at - begin);
        skip_rest(x);
    } else {
        p->raw = unquoted(x);
        p->value = without_folds(x->arena, p->raw);
    }
    return p;
}

/* type/subtype or a word, up to the first parameter: lower case, without comments and blanks */
static struct slice lex_value(struct lexer *x)
{
    char *p = arena_alloc(x->arena, x->s.n + 1);
    size_t n = 0, slashes = 0;
    bool blank = false;
    skip_blank_odd(x);
    while (more(x) && peek(x) != ';') {
        char c = peek(x);
        if (blank && c != '/' && p[n - 1] != '/') /* a second word */
            break;
        slashes += c == '/';
        if (!token_char(c) && c != '/')
            x->flags |= PARAM_BAD_VALUE;
        if (c != '"')
            p[n++] = ascii_lower(c);
        x->at++;
        blank = false;
        if (more(x) && token_char(peek(x))) /* the usual case */
            continue;
        size_t before = x->at;
        bool comment = skip_blank(x);
        blank = x->at != before && n > 0;
        if (blank && more(x) && (peek(x) == '/' || c == '/'))
            x->flags |= comment ? PARAM_COMMENT : PARAM_BAD_VALUE;
    }
    if (n == 0 || slashes > 1 || p[0] == '/' || p[n - 1] == '/')
        x->flags |= PARAM_BAD_VALUE;
    if (slashes == 0)
        x->flags |= PARAM_NO_SUBTYPE;
    return slice_of(p, n);
}

static void note_controls(struct lexer *x)
{
    for (size_t i = 0; i < x->s.n; i++) {
        char c = x->s.p[i];
        bool fold = c == '\n' || (c == '\r' && i + 1 < x->s.n && x->s.p[i + 1] == '\n');
        if ((c >= 0 && c < ' ' && c != '\t' && !fold) || c == 0x7f)
            x->flags |= PARAM_CONTROL;
    }
}

struct param_pair *param_lex(struct param_value *v, struct arena *a, struct slice text)
{
    struct lexer x = { .s = text, .arena = a };
    struct param_pair *first = NULL, **tail = &first;
    size_t n = 0;
    note_controls(&x);
    v->value = lex_value(&x);
    while (more(&x)) {
        if (!at_char(&x, ';'))
            x.flags |= PARAM_NO_SEMICOLON;
        else
            x.at++;
        skip_blank_odd(&x);
        if (at_char(&x, ';'))
            x.flags |= PARAM_NO_SEMICOLON; /* an empty one */
        if (!more(&x) || peek(&x) == ';')
            continue;
        if (n == PARAM_MAX) {
            x.flags |= PARAM_TRUNCATED;
            break;
        }
        struct param_pair *p = lex_pair(&x);
        if (p) {
            *tail = p;
            tail = &p->next;
            n++;
        }
    }
    v->flags |= x.flags;
    return first;
}
