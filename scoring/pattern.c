/* pattern.c - the parts of a pattern; see pattern.h */
#include "config.h"
#include "scoring/pattern.h"

#include "base/regex.h"

#define LONG_RUN 256

static bool more(const struct pattern *p)
{
    return p->at < p->text.n && !p->lost;
}

/* the byte i further on; 0 behind the end */
static char peek(const struct pattern *p, size_t i)
{
    return p->at + i < p->text.n ? p->text.p[p->at + i] : 0;
}

static bool among(char c, const char *set)
{
    return c != 0 && strchr(set, c) != NULL;
}

static bool take(struct pattern *p, const char *text)
{
    if (!slice_starts(slice_from(p->text, p->at), slice_str(text)))
        return false;
    p->at += strlen(text);
    return true;
}

/* ---- bytes and sets */

/* \x and up to two digits; \x{...} is not read */
static char hex_byte(struct pattern *p)
{
    int value = 0;
    p->lost |= peek(p, 0) == '{';
    for (int i = 0; i < 2 && ascii_hex(peek(p, 0)) >= 0; i++)
        value = value * 16 + ascii_hex(p->text.p[p->at++]);
    return (char)value;
}

/* three digits at most, the first being there */
static char octal_byte(struct pattern *p)
{
    unsigned value = 0;
    for (int i = 0; i < 3 && peek(p, 0) >= '0' && peek(p, 0) <= '7'; i++)
        value = value * 8 + (unsigned)(p->text.p[p->at++] - '0');
    return (char)value;
}

/* An escape, p->at behind the backslash, that is one certain byte in a class as well as outside; else nothing
 * is read. */
static bool escaped_byte(struct pattern *p, char *c)
{
    static const char letters[] = "tnrfea", bytes[] = "\t\n\r\f\033\a";
    if (!more(p)) {
        p->lost = true;
        return false;
    }
    *c = peek(p, 0);
    if (*c == 'x') {
        p->at++;
        *c = hex_byte(p);
        return true;
    }
    if (*c == '0') {
        *c = octal_byte(p);
        return true;
    }
    if (among(*c, letters))
        *c = bytes[strchr(letters, *c) - letters];
    else if (ascii_alnum(*c))
        return false;
    p->at++;
    return true;
}

static void add_byte(const struct pattern *p, struct byte_set *set, char c)
{
    byte_set_add(set, (unsigned char)c);
    if (!p->caseless[p->depth])
        return;
    byte_set_add(set, (unsigned char)ascii_lower(c));
    if (c >= 'a' && c <= 'z')
        byte_set_add(set, (unsigned char)(c - 'a' + 'A'));
}

static bool is_in(char letter, unsigned char c)
{
    switch (letter) {
    case 'd': return ascii_digit((char)c);
    case 'w': return ascii_alnum((char)c) || c == '_';
    case 's': return c == ' ' || (c >= '\t' && c <= '\r');
    case 'h': return c == ' ' || c == '\t' || c == 0xa0;
    default: return (c >= '\n' && c <= '\r') || c == 0x85; /* v */
    }
}

/* \d and the like; of \D the bytes that \d has not */
static void add_shorthand(struct byte_set *set, char letter)
{
    for (unsigned c = 0; c < 256; c++)
        if (is_in(ascii_lower(letter), (unsigned char)c) == (letter == ascii_lower(letter)))
            byte_set_add(set, (unsigned char)c);
}

/* one member of a class, or a shorthand: then false */
static bool read_member(struct pattern *p, struct byte_set *set, unsigned char *c)
{
    char byte = peek(p, 0);
    p->lost |= byte == '[' && among(peek(p, 1), ":.=");
    p->at++;
    if (byte == '\\' && peek(p, 0) >= '1' && peek(p, 0) <= '7')
        byte = octal_byte(p);
    else if (byte == '\\' && !escaped_byte(p, &byte)) {
        p->lost |= !among(peek(p, 0), "dDwWsShHvV");
        add_shorthand(set, peek(p, 0));
        p->at++;
        return false;
    }
    *c = (unsigned char)byte;
    return true;
}

static void read_range(struct pattern *p, struct byte_set *set)
{
    unsigned char from, to;
    if (!read_member(p, set, &from))
        return;
    to = from;
    if (peek(p, 0) == '-' && peek(p, 1) != ']') {
        p->at++;
        if (!more(p) || !read_member(p, set, &to)) {
            add_byte(p, set, '-');
            add_byte(p, set, (char)from);
            return;
        }
    }
    for (unsigned c = from; c <= to; c++)
        add_byte(p, set, (char)c);
}

/* p->at behind the bracket; one that closes comes not first */
static void read_class(struct pattern *p, struct byte_set *set)
{
    bool negated = peek(p, 0) == '^';
    p->at += negated;
    do
        read_range(p, set);
    while (more(p) && peek(p, 0) != ']');
    p->lost |= p->at >= p->text.n;
    p->at++;
    if (negated)
        byte_set_invert(set);
}

/* A number is a reference or an octal byte: too many digits taken are harmless, too few are not. */
static void read_escape(struct pattern *p, struct pattern_part *part)
{
    char c;
    part->kind = PATTERN_SET;
    if (escaped_byte(p, &c)) {
        add_byte(p, &part->set, c);
        return;
    }
    c = peek(p, 0);
    if (ascii_digit(c)) {
        while (ascii_digit(peek(p, 0)))
            p->at++;
        part->kind = PATTERN_ANY;
        return;
    }
    p->at++;
    if (among(c, "dDwWsShHvV"))
        add_shorthand(&part->set, c);
    else if (among(c, "NRXC"))
        part->kind = PATTERN_ANY;
    else if (among(c, "bBAzZG"))
        part->kind = c == 'b' ? PATTERN_BOUNDARY : c == 'A' ? PATTERN_START : PATTERN_NOTHING;
    else
        p->lost = true;
}

/* ---- quantifiers */

static unsigned digits(struct slice text, size_t *at)
{
    unsigned value = 0;
    for (; *at < text.n && ascii_digit(text.p[*at]); ++*at)
        value = value < 100000 ? value * 10 + (unsigned)(text.p[*at] - '0') : value;
    return value;
}

/* Length of the braces, when they have only what a quantifier may have; 0: they are bytes like others. */
static size_t braces(const struct pattern *p)
{
    size_t n = 1;
    while (among(peek(p, n), "0123456789, \t"))
        n++;
    return peek(p, 0) == '{' && peek(p, n) == '}' ? n + 1 : 0;
}

/* {n}, {n,} and {n,m}; other forms are new in PCRE2 10.43 */
static void read_braces(struct pattern *p, size_t n, struct pattern_part *part)
{
    struct slice text = slice_sub(p->text, p->at + 1, n - 2);
    size_t at = 0;
    part->least = part->most = digits(text, &at);
    p->lost |= at == 0;
    if (at < text.n && text.p[at] == ',') {
        size_t from = ++at;
        part->most = digits(text, &at);
        if (at == from)
            part->most = PATTERN_NO_END;
    }
    p->lost |= at < text.n;
    p->at += n;
}

static bool is_repeat(const struct pattern *p)
{
    return among(peek(p, 0), "*+?") || braces(p) > 0;
}

static void read_repeat(struct pattern *p, struct pattern_part *part)
{
    char c = peek(p, 0);
    if (!is_repeat(p))
        return;
    if (c == '{')
        read_braces(p, braces(p), part);
    else {
        part->least = c == '+';
        part->most = c == '?' ? 1 : PATTERN_NO_END;
        p->at++;
    }
    if (among(peek(p, 0), "+?")) /* possessive or lazy */
        p->at++;
    p->lost |= is_repeat(p);
}

/* ---- groups */

static void open_group(struct pattern *p, struct pattern_part *part, enum pattern_kind kind)
{
    part->kind = kind;
    if (p->depth + 1 >= PATTERN_DEPTH) {
        p->lost = true;
        return;
    }
    p->depth++;
    p->caseless[p->depth] = p->caseless[p->depth - 1];
}

static void skip_name(struct pattern *p, char end)
{
    while (more(p) && peek(p, 0) != end)
        p->at++;
    p->at++;
}

/* Options, then `)`, up to the end of the group around, or `:`. m and s change nothing here. */
static void read_options(struct pattern *p, struct pattern_part *part)
{
    bool on = true, caseless = p->caseless[p->depth];
    for (; among(peek(p, 0), "ims-"); p->at++) {
        if (peek(p, 0) == '-')
            on = false;
        else if (peek(p, 0) == 'i')
            caseless = on;
    }
    part->kind = PATTERN_NOTHING;
    if (take(p, ":"))
        open_group(p, part, PATTERN_OPEN);
    else if (!take(p, ")"))
        p->lost = true;
    p->caseless[p->depth] = caseless;
}

/* p->at behind the parenthesis */
static void read_group(struct pattern *p, struct pattern_part *part)
{
    if (peek(p, 0) == '*')
        p->lost = true;
    else if (!take(p, "?") || take(p, ":") || take(p, ">") || take(p, "|"))
        open_group(p, part, PATTERN_OPEN);
    else if (take(p, "=") || take(p, "!") || take(p, "<=") || take(p, "<!"))
        open_group(p, part, PATTERN_LOOK);
    else if (take(p, "<") || take(p, "P<")) {
        skip_name(p, '>');
        open_group(p, part, PATTERN_OPEN);
    } else
        read_options(p, part);
}

static void close_group(struct pattern *p, struct pattern_part *part)
{
    part->kind = PATTERN_CLOSE;
    p->lost |= p->depth == 0;
    p->depth -= p->depth > 0;
}

/* ---- parts */

static void read_part(struct pattern *p, struct pattern_part *part)
{
    char c = p->text.p[p->at++];
    part->kind = PATTERN_SET;
    switch (c) {
    case '(': read_group(p, part); return;
    case '|': part->kind = PATTERN_OR; return;
    case ')': close_group(p, part); break;
    case '\\': read_escape(p, part); break;
    case '[': read_class(p, &part->set); break;
    case '.': byte_set_invert(&part->set); break;
    case '^': part->kind = PATTERN_START; break;
    case '$': part->kind = PATTERN_NOTHING; break;
    default: add_byte(p, &part->set, c);
    }
    read_repeat(p, part);
}

void pattern_begin(struct pattern *p, struct slice text, unsigned flags)
{
    memset(p, 0, sizeof(*p));
    p->text = text;
    p->lost = (flags & REGEX_EXTENDED) != 0;
    p->caseless[0] = (flags & REGEX_CASELESS) != 0;
}

void pattern_next(struct pattern *p, struct pattern_part *part)
{
    memset(part, 0, sizeof(*part));
    part->least = part->most = 1;
    part->kind = PATTERN_END;
    if (more(p)) {
        p->lost |= is_repeat(p);
        read_part(p, part);
    } else
        p->lost |= p->depth > 0;
    if (p->lost)
        part->kind = PATTERN_LOST;
}

bool pattern_is_slow(struct slice text, unsigned flags)
{
    struct pattern p;
    struct pattern_part part;
    unsigned runs = 0;
    pattern_begin(&p, text, flags);
    for (pattern_next(&p, &part); part.kind != PATTERN_END && part.kind != PATTERN_LOST;
         pattern_next(&p, &part))
        runs += part.kind == PATTERN_SET && part.most >= LONG_RUN && byte_set_count(&part.set) > 128;
    return runs > 1;
}

unsigned pattern_times(struct slice text, unsigned flags, struct slice *inside)
{
    struct pattern p;
    struct pattern_part part;
    size_t from, to;
    *inside = text;
    pattern_begin(&p, text, flags);
    pattern_next(&p, &part);
    if (part.kind != PATTERN_OPEN)
        return 1;
    from = to = p.at;
    while (p.depth > 0 && part.kind != PATTERN_LOST) {
        to = p.at;
        pattern_next(&p, &part);
    }
    struct pattern_part last = part;
    pattern_next(&p, &part);
    if (last.kind != PATTERN_CLOSE || part.kind != PATTERN_END || last.least < 2)
        return 1;
    *inside = slice_sub(text, from, to - from);
    return last.least;
}
