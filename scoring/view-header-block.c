/* view-header-block.c - a message's header as SpamAssassin's loop reads it; see view-parse.h
 * Whatever has a colon is a field; three lines without a field's shape are passed over, the fourth is the
 * body's first. */
#include "config.h"
#include "scoring/view-parse.h"

#include "scoring/view-decode.h"
#include "scoring/view.h"

#define NAME_MAX_BYTES 256
#define ERRORS_MAX 3

bool view_is_field(struct slice line, bool spaces)
{
    size_t i = 0;
    while (i < line.n && line.p[i] > ' ' && line.p[i] <= '~' && line.p[i] != ':')
        i++;
    size_t name = i;
    while (spaces && i < line.n && (line.p[i] == ' ' || line.p[i] == '\t'))
        i++;
    return name > 0 && i < line.n && line.p[i] == ':';
}

static struct slice field_name(struct slice name, unsigned *flags)
{
    while (name.n && (name.p[name.n - 1] == ' ' || name.p[name.n - 1] == '\t'))
        name.n--;
    if (name.n > NAME_MAX_BYTES)
        *flags |= VIEW_LONG_HEADER;
    return slice_sub(name, 0, NAME_MAX_BYTES);
}

/* text: lines of one field */
static void add_field(struct view_parser *p, struct view_part *part, struct slice text, bool crlf,
                      unsigned *flags)
{
    ptrdiff_t colon = slice_chr(text, ':');
    if (colon < 0)
        return;
    struct slice value = slice_from(text, (size_t)colon + 1);
    bool lf = value.n && value.p[value.n - 1] == '\n';
    value.n -= lf;
    if (crlf && lf && value.n && value.p[value.n - 1] == '\r')
        value.n--;
    if (crlf)
        value = view_lf(p->a, value);
    if (value.n + lf > VIEW_VALUE_MAX) {
        *flags |= VIEW_LONG_HEADER;
        value = slice_sub(value, 0, VIEW_VALUE_MAX);
        lf = false;
    }
    view_parse_field(p, part, field_name(slice_sub(text, 0, (size_t)colon), flags), value, !lf);
}

static bool ends_header(struct slice line, bool crlf)
{
    return slice_eq(line, SLICE("\n")) || (crlf && slice_eq(line, SLICE("\r\n")));
}

size_t view_parse_header(struct view_parser *p, struct view_part *part, struct slice text, bool crlf,
                         unsigned *flags)
{
    struct slice rest = text, line;
    size_t begin = 0, at = 0;
    unsigned errors = 0;
    for (; slice_line(&rest, &line); at += line.n) {
        if (line.p[0] == ' ' || line.p[0] == '\t')
            continue;
        add_field(p, part, slice_sub(text, begin, at - begin), crlf, flags);
        begin = at;
        if (ends_header(line, crlf))
            return at + line.n;
        if (slice_starts(line, SLICE("--")) || (!view_is_field(line, true) && ++errors > ERRORS_MAX)) {
            *flags |= VIEW_NO_SEPARATOR;
            return at;
        }
    }
    add_field(p, part, slice_from(text, begin), crlf, flags);
    *flags |= VIEW_NO_SEPARATOR;
    return text.n;
}
