/* inline.c - files that lie in text; see inline.h */
#include "clamglue/inline.h"

#include "message/transfer.h"

/* Takes the next line off, without its end (LF, CRLF or a bare CR). */
static bool next_line(struct slice *rest, struct slice *line)
{
    size_t n = 0;
    if (rest->n == 0)
        return false;
    while (n < rest->n && rest->p[n] != '\n' && rest->p[n] != '\r')
        n++;
    *line = slice_sub(*rest, 0, n);
    if (n + 1 < rest->n && rest->p[n] == '\r' && rest->p[n + 1] == '\n')
        n++;
    *rest = slice_from(*rest, n + 1);
    return true;
}

/* ---- beginnings */

enum kind { NONE, UUENCODE, BASE64, YENC };

/* "begin 644 name", "begin-base64 644 name": three or four octal digits; the name may be missing */
static enum kind uu_begin(struct slice line, struct slice *name)
{
    enum kind kind = UUENCODE;
    size_t digits = 0;
    if (!slice_starts(line, SLICE("begin")))
        return NONE;
    line = slice_from(line, 5);
    if (slice_starts(line, SLICE("-base64"))) {
        kind = BASE64;
        line = slice_from(line, 7);
    }
    if (line.n == 0 || line.p[0] != ' ')
        return NONE;
    line = slice_trim(line);
    while (digits < line.n && line.p[digits] >= '0' && line.p[digits] <= '7')
        digits++;
    if (digits < 3 || digits > 6 || (digits < line.n && line.p[digits] != ' '))
        return NONE;
    *name = slice_trim(slice_from(line, digits));
    return kind;
}

static enum kind y_begin(struct slice line, struct slice *name)
{
    if (!slice_starts(line, SLICE("=ybegin ")))
        return NONE;
    ptrdiff_t at = slice_find(line, SLICE(" name="));
    *name = at < 0 ? slice_of(NULL, 0) : slice_trim(slice_from(line, (size_t)at + 6));
    return YENC;
}

static enum kind begins(struct slice line, struct slice *name)
{
    if (line.n < 8 || (line.p[0] != 'b' && line.p[0] != '='))
        return NONE;
    return line.p[0] == 'b' ? uu_begin(line, name) : y_begin(line, name);
}

/* ---- bodies */

struct out {
    char *p;
    size_t n, max;
};

static void put(struct out *o, unsigned c)
{
    if (o->n < o->max)
        o->p[o->n++] = (char)c;
}

static unsigned uu_value(struct slice line, size_t at)
{
    return at < line.n ? ((unsigned)(unsigned char)line.p[at] - ' ') & 63 : 0;
}

/* The first character is the number of bytes. Blanks at the end may have been lost. */
static void uu_line(struct out *o, struct slice line)
{
    size_t n = uu_value(line, 0), end = o->n + n;
    for (size_t at = 1; o->n < end && at < line.n; at += 4) {
        unsigned v = uu_value(line, at) << 18 | uu_value(line, at + 1) << 12 | uu_value(line, at + 2) << 6 |
                     uu_value(line, at + 3);
        for (int shift = 16; shift >= 0 && o->n < end; shift -= 8)
            put(o, v >> shift & 255);
    }
}

static void y_line(struct out *o, struct slice line)
{
    for (size_t i = 0; i < line.n; i++) {
        unsigned c = (unsigned char)line.p[i];
        if (c == '=' && i + 1 < line.n)
            c = (unsigned char)line.p[++i] - 64U;
        put(o, (c - 42) & 255);
    }
}

static bool ends(enum kind kind, struct slice line)
{
    switch (kind) {
    case UUENCODE: return slice_eq(slice_trim(line), SLICE("end"));
    case BASE64: return slice_starts(line, SLICE("===="));
    default: return slice_starts(line, SLICE("=yend"));
    }
}

static void body_line(struct out *o, enum kind kind, struct slice line)
{
    if (kind == UUENCODE)
        uu_line(o, line);
    else if (!slice_starts(line, SLICE("=ypart ")))
        y_line(o, line);
}

static struct slice decode(enum kind kind, struct slice text, struct arena *a)
{
    unsigned flags = 0;
    struct slice line;
    if (kind == BASE64)
        return transfer_decode(a, text, TRANSFER_BASE64, text.n, &flags);
    struct out o = { arena_alloc(a, text.n + 1), 0, text.n };
    while (next_line(&text, &line))
        body_line(&o, kind, line);
    return slice_of(o.p, o.n);
}

/* The lines up to the end mark, or to where the next block of this kind begins: so no line is decoded more
 * often than there are kinds, and a block cannot hide behind one that has no end. */
static struct slice find_body(struct slice rest, enum kind kind)
{
    struct slice from = rest, line, before = rest, name;
    while (next_line(&rest, &line)) {
        if (ends(kind, line) || begins(line, &name) == kind)
            break;
        before = rest;
    }
    return slice_sub(from, 0, from.n - before.n);
}

void inline_begin(struct inline_finder *f, struct slice text)
{
    f->rest = text;
}

bool inline_next(struct inline_finder *f, struct arena *a, struct inline_file *file)
{
    struct slice line;
    while (next_line(&f->rest, &line)) {
        enum kind kind = begins(line, &file->name);
        if (kind == NONE)
            continue;
        /* the search goes on inside the block: what one reader takes for its lines another may take for the
         * beginning of a block of another kind */
        file->bytes = decode(kind, find_body(f->rest, kind), a);
        if (file->bytes.n)
            return true;
    }
    return false;
}
