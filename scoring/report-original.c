/* report-original.c - the message as it came: its header and its body; see report.h
 * Where a header ends is SpamAssassin's reading: an empty line, a line that begins with "--", or the fourth
 * line that is no field. In a message with CRLF, lines of the header that end in LF get CRLF. */
#include "config.h"
#include "scoring/report.h"

#include "base/buf.h"
#include "scoring/report-wrap.h"

#define BROKEN_FIELDS 3

/* "From " of an mbox: not a field "From :" */
static bool is_separator(struct slice line)
{
    if (!slice_starts(line, SLICE("From")) || line.n < 5 || !report_blank(line.p[4]))
        return false;
    return line.n < 6 || line.p[5] != ':';
}

static bool ends_in_crlf(struct slice line)
{
    return line.n >= 2 && line.p[line.n - 1] == '\n' && line.p[line.n - 2] == '\r';
}

static struct slice last_line(struct slice text)
{
    size_t n = text.n;
    while (n > 1 && text.p[n - 2] != '\n')
        n--;
    return slice_from(text, n ? n - 1 : 0);
}

static bool is_field(struct slice line)
{
    size_t n = 0;
    while (n < line.n && line.p[n] > ' ' && line.p[n] <= '~' && line.p[n] != ':')
        n++;
    size_t name = n;
    while (n < line.n && (line.p[n] == ' ' || line.p[n] == '\t'))
        n++;
    return name > 0 && n < line.n && line.p[n] == ':';
}

/* Whether this line is in the header; *end: it is its last one. */
static bool in_header(struct slice line, bool crlf, unsigned *broken, bool *end)
{
    struct slice empty = crlf ? SLICE("\r\n") : SLICE("\n");
    if (line.p[0] == ' ' || line.p[0] == '\t')
        return true;
    *end = slice_eq(line, empty) || (crlf && slice_eq(line, SLICE("\n")));
    if (*end)
        return true;
    if (slice_starts(line, SLICE("--")))
        return false;
    return is_field(line) || ++*broken <= BROKEN_FIELDS;
}

/* Only where a line lacks its CR is a copy made. */
static struct slice with_crlf(struct arena *a, struct slice header)
{
    struct slice rest = header, line;
    size_t bare = 0;
    while (slice_line(&rest, &line))
        bare += line.p[line.n - 1] == '\n' && !ends_in_crlf(line);
    if (bare == 0)
        return header;
    char *p = arena_alloc(a, header.n + bare + 1);
    size_t n = 0;
    for (size_t i = 0; i < header.n; i++) {
        if (header.p[i] == '\n' && (i == 0 || header.p[i - 1] != '\r'))
            p[n++] = '\r';
        p[n++] = header.p[i];
    }
    return slice_of(p, n);
}

void report_halve(struct report_halves *h, struct arena *a, struct slice raw)
{
    struct slice rest = raw.n ? raw : SLICE("\n"), begin = rest, line;
    unsigned broken = 0;
    bool end = false;
    memset(h, 0, sizeof(*h));
    slice_line(&rest, &line);
    if (is_separator(line)) {
        h->separator = line;
        begin = rest;
    } else
        rest = begin;
    struct slice first = rest;
    h->crlf = (slice_line(&first, &line) && ends_in_crlf(line)) || ends_in_crlf(last_line(begin));
    struct slice behind = rest;
    while (!end && slice_line(&rest, &line) && in_header(line, h->crlf, &broken, &end))
        behind = rest;
    h->header = slice_sub(begin, 0, begin.n - behind.n);
    h->body = behind;
    if (h->crlf)
        h->header = with_crlf(a, h->header);
}

bool report_line_is(struct slice line, struct slice name)
{
    return slice_istarts(line, name) && line.n > name.n && line.p[name.n] == ':';
}

bool report_line_is_ours(struct slice line)
{
    return slice_istarts(line, SLICE("X-Spam-")) && !slice_istarts(line, SLICE("X-Spam-Prev-"));
}

static struct slice skip_space(struct slice s)
{
    size_t n = 0;
    while (n < s.n && (s.p[n] == ' ' || s.p[n] == '\t'))
        n++;
    return slice_from(s, n);
}

/* Behind "Name:" and white space, p NULL: another field's line. */
static struct slice value_begin(struct slice line, struct slice name)
{
    if (!slice_istarts(line, name))
        return slice_of(NULL, 0);
    struct slice rest = skip_space(slice_from(line, name.n));
    if (rest.n == 0 || rest.p[0] != ':')
        return slice_of(NULL, 0);
    return skip_space(slice_from(rest, 1));
}

size_t report_header_values(struct arena *a, struct slice header, struct slice name, struct slice **v)
{
    struct slice rest = header, line;
    size_t n = 0, cap = 0;
    *v = NULL;
    while (slice_line(&rest, &line)) {
        struct slice value = value_begin(line, name);
        if (value.p == NULL)
            continue;
        while (rest.n && (rest.p[0] == ' ' || rest.p[0] == '\t') && slice_line(&rest, &line))
            value.n += line.n;
        if (n == cap) {
            cap = cap ? 2 * cap : 4;
            *v = arena_grow(a, *v, n, cap, sizeof(**v));
        }
        (*v)[n++] = value;
    }
    return n;
}
