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

enum kind { NONE, UUENCODE, BASE64, YENC, BINHEX, PROPERTY };

static unsigned uu_value(struct slice line, size_t at)
{
    return at < line.n ? ((unsigned)(unsigned char)line.p[at] - ' ') & 63 : 0;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Is the first line that is not empty one of uuencode: as long as its first character says, with up to two
 * characters more? */
static bool is_uu_next(struct slice rest)
{
    struct slice line = { NULL, 0 };
    while (line.n == 0)
        if (!next_line(&rest, &line))
            return false;
    size_t bytes = uu_value(line, 0), least = (bytes * 4 + 2) / 3, most = (bytes + 2) / 3 * 4 + 2;
    for (size_t i = 0; i < line.n; i++)
        if (line.p[i] < ' ' || line.p[i] > '`')
            return false;
    return bytes > 0 && line.n - 1 >= least && line.n - 1 <= most;
}

/* "begin 644 name", "begin-base64 644 name": octal digits; the name may be missing. rest: the lines behind */
static enum kind uu_begin(struct slice line, struct slice rest, struct slice *name)
{
    enum kind kind = UUENCODE;
    size_t digits = 0, word = 0;
    if (!slice_starts(line, SLICE("begin")))
        return NONE;
    line = slice_from(line, 5);
    if (slice_starts(line, SLICE("-base64"))) {
        kind = BASE64;
        line = slice_from(line, 7);
    }
    if (line.n == 0 || !is_blank(line.p[0]))
        return NONE;
    line = slice_trim(line);
    while (digits < line.n && line.p[digits] >= '0' && line.p[digits] <= '7')
        digits++;
    while (word < line.n && !is_blank(line.p[word]))
        word++;
    if ((digits < 3 || digits > 6 || digits < word) && (kind == BASE64 || !is_uu_next(rest)))
        return NONE;
    *name = slice_trim(slice_from(line, word));
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

/* ";ENCODING=B" or BASE64 among the parameters */
static bool is_property(struct slice line)
{
    static const struct slice word = SLICE_INIT(";encoding=b");
    ptrdiff_t colon = slice_chr(line, ':');
    struct slice s = slice_sub(line, 0, colon > 0 ? (size_t)colon : 0);
    for (ptrdiff_t at; (at = slice_chr(s, ';')) >= 0; s = slice_from(s, (size_t)at + 1))
        if (slice_istarts(slice_from(s, (size_t)at), word))
            return true;
    return false;
}

static enum kind begins(struct slice line, struct slice rest, struct slice *name)
{
    *name = slice_of(NULL, 0);
    if (line.n < 8)
        return NONE;
    switch (line.p[0]) {
    case 'b': return uu_begin(line, rest, name);
    case '=': return y_begin(line, name);
    case '(': return slice_starts(line, SLICE("(This file must be converted")) ? BINHEX : NONE;
    default: return is_property(line) ? PROPERTY : NONE;
    }
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
    case YENC: return slice_starts(line, SLICE("=yend"));
    case PROPERTY: return line.n == 0 || !is_blank(line.p[0]); /* no more of a folded line */
    default: return false;
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
    if (kind == BINHEX)
        return text;
    if (kind == BASE64 || kind == PROPERTY)
        return transfer_decode(a, text, TRANSFER_BASE64, text.n, &flags);
    struct out o = { arena_alloc(a, text.n + 1), 0, text.n };
    while (next_line(&text, &line))
        body_line(&o, kind, line);
    return slice_of(o.p, o.n);
}

/* What of the line that it begins with is the block's own. */
static struct slice body_begins(struct slice line, struct slice rest, enum kind kind)
{
    const char *p = kind == BINHEX ? line.p : kind == PROPERTY ? line.p + slice_chr(line, ':') + 1 : rest.p;
    return slice_of(p, (size_t)(rest.p + rest.n - p));
}

/* The lines up to the end mark, or to where the next block of this kind begins: so no line is decoded more
 * often than there are kinds, and a block cannot hide behind one that has no end. */
static struct slice find_body(struct slice begin, struct slice rest, enum kind kind)
{
    struct slice line, before = rest, name;
    while (next_line(&rest, &line)) {
        if (ends(kind, line) || begins(line, rest, &name) == kind)
            break;
        before = rest;
    }
    return slice_sub(begin, 0, begin.n - before.n);
}

void inline_begin(struct inline_finder *f, struct slice text)
{
    f->rest = text;
}

bool inline_next(struct inline_finder *f, struct arena *a, struct inline_file *file)
{
    struct slice line;
    while (next_line(&f->rest, &line)) {
        enum kind kind = begins(line, f->rest, &file->name);
        if (kind == NONE)
            continue;
        /* the search goes on inside the block: what one reader takes for its lines another may take for the
         * beginning of a block of another kind */
        file->bytes = decode(kind, find_body(body_begins(line, f->rest, kind), f->rest, kind), a);
        if (file->bytes.n)
            return true;
    }
    return false;
}
