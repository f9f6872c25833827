/* dkim-canon.c - the bytes that a signature covers; see dkim-canon.h
 * Small pieces are gathered, since a hash is paid by the call. */
#include "auth/dkim-canon.h"

#define GATHER 4096

struct gather {
    struct dkim_sink *out;
    size_t n;
    char bytes[GATHER];
};

static void gather_init(struct gather *g, struct dkim_sink *out)
{
    g->out = out; /* the bytes are left as they are: this is done for every field */
    g->n = 0;
}

static void flush(struct gather *g)
{
    if (g->n)
        g->out->put(g->out->ctx, slice_of(g->bytes, g->n));
    g->n = 0;
}

static void put(struct gather *g, struct slice s)
{
    if (s.n > GATHER - g->n)
        flush(g);
    if (s.n > GATHER)
        g->out->put(g->out->ctx, s);
    else if (s.n) {
        memcpy(g->bytes + g->n, s.p, s.n);
        g->n += s.n;
    }
}

static void put_char(struct gather *g, char c)
{
    if (g->n == GATHER)
        flush(g);
    g->bytes[g->n++] = c;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* ---- header fields */

/* Line ends of folds are CRLF. */
static void put_simple(struct gather *g, struct slice field)
{
    struct slice line;
    while (slice_line(&field, &line)) {
        bool ended = line.p[line.n - 1] == '\n';
        put(g, ended ? slice_chomp(line) : line);
        if (ended)
            put(g, SLICE("\r\n"));
    }
}

/* A line end of a fold goes, blanks become one space, and none stands at either end. */
static void put_relaxed_value(struct gather *g, struct slice value, bool *started)
{
    bool gap = false;
    for (size_t i = 0; i < value.n; i++) {
        char c = value.p[i];
        bool end = c == '\n' || (c == '\r' && i + 1 < value.n && value.p[i + 1] == '\n');
        if (end)
            continue;
        if (is_blank(c)) {
            gap = true;
            continue;
        }
        if (gap && *started)
            put_char(g, ' ');
        gap = false;
        *started = true;
        put_char(g, c);
    }
}

static size_t colon_of(struct slice field)
{
    ptrdiff_t at = slice_chr(field, ':');
    return at < 0 ? field.n : (size_t)at;
}

static void put_relaxed_name(struct gather *g, struct slice name)
{
    while (name.n && ascii_space(name.p[name.n - 1]))
        name.n--;
    for (size_t i = 0; i < name.n; i++)
        put_char(g, ascii_lower(name.p[i]));
    put_char(g, ':');
}

/* What a field is without the value of b=: two stretches. */
struct halves {
    struct slice head, tail;
};

static void put_halves(struct gather *g, enum dkim_canon how, struct halves h)
{
    if (how == CANON_SIMPLE) {
        put_simple(g, h.head);
        put_simple(g, h.tail);
        return;
    }
    size_t colon = colon_of(h.head);
    bool started = false;
    put_relaxed_name(g, slice_sub(h.head, 0, colon));
    put_relaxed_value(g, slice_from(h.head, colon + 1), &started);
    put_relaxed_value(g, h.tail, &started);
}

void dkim_canon_field(struct dkim_sink *out, enum dkim_canon how, struct slice field)
{
    struct gather g;
    gather_init(&g, out);
    put_halves(&g, how, (struct halves){ slice_chomp(field), slice_of("", 0) });
    put(&g, SLICE("\r\n"));
    flush(&g);
}

/* From behind the = of b to the next semicolon, all white space with it (3.7). */
static struct halves without_b(struct slice field)
{
    size_t at = colon_of(field) + 1;
    while (at < field.n) {
        struct slice spec = slice_from(field, at);
        ptrdiff_t end = slice_chr(spec, ';'), equals;
        spec.n = end < 0 ? spec.n : (size_t)end;
        equals = slice_chr(spec, '=');
        if (equals >= 0 && slice_eq(slice_trim(slice_sub(spec, 0, (size_t)equals)), SLICE("b")))
            return (struct halves){ slice_sub(field, 0, at + (size_t)equals + 1),
                                    slice_from(field, at + spec.n) };
        at += spec.n + 1;
    }
    return (struct halves){ field, slice_of("", 0) };
}

void dkim_canon_signature(struct dkim_sink *out, enum dkim_canon how, struct slice field)
{
    struct gather g;
    gather_init(&g, out);
    put_halves(&g, how, without_b(slice_chomp(field)));
    flush(&g);
}

/* ---- bodies */

struct body {
    struct gather g;
    enum dkim_canon how;
    size_t empty; /* lines that count only if something follows */
    bool any;
};

static void put_line_relaxed(struct gather *g, struct slice line)
{
    size_t i = 0;
    while (i < line.n) {
        size_t word = i;
        while (word < line.n && !is_blank(line.p[word]))
            word++;
        put(g, slice_sub(line, i, word - i));
        i = word;
        while (i < line.n && is_blank(line.p[i]))
            i++;
        if (i > word) /* none stands at the end: they were taken off */
            put_char(g, ' ');
    }
}

static void put_line(struct body *b, struct slice line)
{
    if (b->how == CANON_RELAXED)
        while (line.n && is_blank(line.p[line.n - 1]))
            line.n--;
    if (line.n == 0) {
        b->empty++;
        return;
    }
    for (; b->empty; b->empty--)
        put(&b->g, SLICE("\r\n"));
    if (b->how == CANON_SIMPLE)
        put(&b->g, line);
    else
        put_line_relaxed(&b->g, line);
    put(&b->g, SLICE("\r\n"));
    b->any = true;
}

void dkim_canon_body(struct dkim_sink *out, enum dkim_canon how, struct slice body)
{
    struct body b;
    struct slice line;
    gather_init(&b.g, out);
    b.how = how;
    b.empty = 0;
    b.any = false;
    while (slice_line(&body, &line))
        put_line(&b, line.p[line.n - 1] == '\n' ? slice_chomp(line) : line);
    if (!b.any && how == CANON_SIMPLE) /* an empty body is one line end, 3.4.3; relaxed: nothing, 3.4.4 */
        put(&b.g, SLICE("\r\n"));
    flush(&b.g);
}
