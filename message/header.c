/* header.c - split a header into fields; see header.h
 * One pass over the lines. A field that is longer than what is left of header_max_bytes is listed with its
 * value cut there, so that no later work on values exceeds that limit. */
#include "message/header.h"

#include "message/words.h"

#define LINE_MAX_BYTES 998 /* RFC 5322 2.1.1 */

struct parser {
    struct header_block *b;
    struct arena *arena;
    const struct message_limits *l;
    size_t room;         /* of b->v */
    const char *begin;   /* of the block */
    struct header *open; /* the field that a continuation line belongs to; NULL when it is not listed */
    bool in_field;       /* there was a field before, listed or not */
    bool lf, crlf;       /* line ends seen */
};

/* what a byte says about the line that it is in */
static unsigned byte_flags(unsigned char c)
{
    if (c >= 0x80)
        return HEADER_8BIT;
    if (c >= ' ' && c != 0x7f)
        return 0;
    switch (c) {
    case '\0': return HEADER_NUL;
    case '\t': return 0;
    case '\r': return HEADER_BARE_CR;
    default: return HEADER_CONTROL;
    }
}

/* line: without its end */
static unsigned line_flags(struct slice line)
{
    unsigned flags = line.n > LINE_MAX_BYTES ? HEADER_LONG_LINE : 0;
    for (size_t i = 0; i < line.n; i++) {
        unsigned char c = (unsigned char)line.p[i];
        if (c < ' ' || c > '~')
            flags |= byte_flags(c);
    }
    return flags;
}

/* Without the line end only: a CR that no LF follows stays. */
static struct slice without_end(struct slice line)
{
    return line.n && line.p[line.n - 1] == '\n' ? slice_chomp(line) : line;
}

static bool is_blank(struct slice s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] != ' ' && s.p[i] != '\t')
            return false;
    return true;
}

/* Length of the name at the line's begin and, in *colon, where its colon is; 0 when this is no field. */
static size_t name_length(struct slice line, size_t *colon)
{
    size_t n = 0;
    while (n < line.n && line.p[n] > ' ' && line.p[n] <= '~' && line.p[n] != ':')
        n++;
    size_t at = n;
    while (at < line.n && (line.p[at] == ' ' || line.p[at] == '\t'))
        at++;
    *colon = at;
    return at < line.n && line.p[at] == ':' ? n : 0;
}

static void note_end(struct parser *p, struct slice line)
{
    if (line.n == 0 || line.p[line.n - 1] != '\n')
        return;
    if (line.n > 1 && line.p[line.n - 2] == '\r')
        p->crlf = true;
    else
        p->lf = true;
}

static struct header *new_field(struct parser *p)
{
    struct header_block *b = p->b;
    if (b->n == p->room) {
        size_t room = p->room ? p->room * 2 : 16;
        b->v = arena_grow(p->arena, b->v, b->n, room, sizeof(*b->v));
        p->room = room;
    }
    return &b->v[b->n++];
}

static void begin_field(struct parser *p, struct slice line, size_t name, size_t colon)
{
    p->in_field = true;
    p->open = NULL;
    size_t at = (size_t)(line.p - p->begin);
    if (p->b->n >= p->l->header_max_count || at + colon >= p->l->header_max_bytes) {
        p->b->flags |= HEADER_TRUNCATED;
        return;
    }
    struct slice text = without_end(line);
    struct header *h = new_field(p);
    h->name = slice_sub(line, 0, name);
    h->value = slice_from(text, colon + 1);
    h->field = line;
    h->flags = line_flags(text) | (colon != name ? HEADER_NAME_SPACE : 0);
    p->open = h;
}

static void continue_field(struct parser *p, struct slice line)
{
    struct header *h = p->open;
    if (h == NULL)
        return;
    struct slice text = without_end(line);
    h->field.n += line.n;
    h->value.n = (size_t)(text.p + text.n - h->value.p);
    h->flags |= line_flags(text) | (is_blank(text) ? HEADER_BLANK_FOLD : 0);
}

/* The open field is complete. */
static void end_field(struct parser *p)
{
    struct header *h = p->open;
    if (h == NULL)
        return;
    size_t at = (size_t)(h->value.p - p->begin), max = p->l->header_max_bytes;
    if (h->value.n > max - at) {
        h->value.n = max - at;
        p->b->flags |= HEADER_TRUNCATED;
    }
    p->b->flags |= h->flags;
    p->open = NULL;
}

/* false: the block ends before this line */
static bool take_line(struct parser *p, struct slice line)
{
    size_t name, colon;
    if (line.p[0] == ' ' || line.p[0] == '\t') {
        if (!p->in_field)
            return false;
        continue_field(p, line);
    } else {
        name = name_length(line, &colon);
        if (name == 0)
            return false;
        end_field(p);
        begin_field(p, line, name, colon);
    }
    note_end(p, line);
    return true;
}

/* "From : a@example.org" is a field in the old syntax (RFC 5322 4.5), and who reads the message sees it. */
static bool is_mbox_from(struct slice text)
{
    static const struct slice from = SLICE_INIT("From ");
    size_t at = from.n;
    while (at < text.n && (text.p[at] == ' ' || text.p[at] == '\t'))
        at++;
    return slice_starts(text, from) && (at == text.n || text.p[at] != ':');
}

void header_parse(struct header_block *b, struct arena *a, struct slice text, bool top,
                  const struct message_limits *l)
{
    struct slice rest = text, line, next;
    memset(b, 0, sizeof(*b));
    if (top && is_mbox_from(rest)) {
        slice_line(&rest, &line);
        b->flags |= HEADER_MBOX_FROM;
    }
    struct parser p = { .b = b, .arena = a, .l = l, .begin = rest.p };
    b->raw = slice_sub(rest, 0, 0);
    b->body_at = text.n;
    unsigned end = HEADER_NO_BODY;
    for (next = rest; slice_line(&next, &line); rest = next) {
        if (line.p[0] == '\n' || (line.n == 2 && line.p[0] == '\r' && line.p[1] == '\n')) {
            note_end(&p, line);
            b->body_at = text.n - next.n;
            end = 0;
            break;
        }
        if (!take_line(&p, line)) {
            b->body_at = text.n - rest.n;
            end = HEADER_NO_SEPARATOR;
            break;
        }
    }
    end_field(&p);
    b->raw.n = text.p ? (size_t)(text.p + text.n - rest.n - b->raw.p) : 0;
    b->flags |= end | (p.lf && p.crlf ? HEADER_MIXED_ENDINGS : 0);
}

const struct header *header_find(const struct header_block *b, struct slice name, size_t nth)
{
    if (name.n == 0)
        return NULL;
    char first = ascii_lower(name.p[0]);
    for (size_t i = 0; i < b->n; i++) {
        const struct header *h = &b->v[i];
        if (h->name.n == name.n && ascii_lower(h->name.p[0]) == first && slice_ieq(h->name, name) &&
            nth-- == 0)
            return h;
    }
    return NULL;
}

size_t header_count(const struct header_block *b, struct slice name)
{
    size_t n = 0;
    for (size_t i = 0; i < b->n; i++)
        n += slice_ieq(b->v[i].name, name);
    return n;
}

/* bytes of the line end at s.p[i] that white space follows, 0 if there is none */
static size_t fold_at(struct slice s, size_t i)
{
    size_t n = s.p[i] == '\n' ? 1 : i + 1 < s.n && s.p[i] == '\r' && s.p[i + 1] == '\n' ? 2 : 0;
    return n && i + n < s.n && (s.p[i + n] == ' ' || s.p[i + n] == '\t') ? n : 0;
}

struct slice header_unfold(struct arena *a, struct slice value)
{
    value = slice_trim(value);
    if (slice_chr(value, '\n') < 0)
        return value;
    char *p = arena_alloc(a, value.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < value.n;) {
        size_t skip = fold_at(value, i);
        if (skip == 0)
            p[n++] = value.p[i++];
        i += skip;
    }
    return slice_of(p, n);
}

struct slice header_decoded(struct arena *a, const struct header *h)
{
    return words_decode(a, header_unfold(a, h->value), NULL);
}
