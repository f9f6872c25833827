/* eval-pdf-read.c - the lines of a PDF; see eval-pdf.h */
#include "config.h"
#include "scoring/eval-pdf.h"

#include <stdlib.h>
#include "base/buf.h"
#include "scoring/digest.h"
#include "scoring/eval-text.h"

#define MAGIC_WITHIN 1024
#define FUZZY_LINES 69 /* that go into the first fuzzy digest */
#define VALUE_MAX 256

struct reader {
    struct pdf_facts *facts;
    struct arena *a;
    struct buf fuzzy, tags;
    unsigned lines;
    bool no_more_fuzzy, got_image;
    double height, width, area; /* sums */
};

static void keep(struct reader *r, struct pdf_text **list, struct slice text)
{
    struct pdf_text *t = ARENA_NEW(r->a, struct pdf_text);
    t->text = arena_dup(r->a, text);
    t->next = *list;
    *list = t;
}

static double number(struct slice digits)
{
    double n = 0;
    for (size_t i = 0; i < digits.n; i++)
        n = n * 10 + (digits.p[i] - '0');
    return n;
}

/* ---- images */

static struct slice digits_at(struct slice s, size_t at)
{
    return slice_sub(s, at, text_skip_digits(s, at) - at);
}

/* "630 0 0 149 0 0 cm": a matrix, of which the first and fourth are width and height */
static bool is_matrix(struct slice s, struct slice *width, struct slice *height)
{
    size_t at = 0;
    for (int i = 0; i < 6; i++) {
        struct slice digits = digits_at(s, at);
        size_t behind = at + digits.n, next = text_skip_space(s, behind);
        if (digits.n == 0 || next == behind)
            return false;
        if (i == 0)
            *width = digits;
        if (i == 3)
            *height = digits;
        at = next;
    }
    return slice_eq(slice_from(s, at), SLICE("cm"));
}

/* "/Width 630/Height 149" anywhere in the line, but not where it begins with one of them */
static bool has_both(struct slice s, struct slice *width, struct slice *height)
{
    static const struct slice first = SLICE_INIT("/Width"), second = SLICE_INIT("/Height");
    for (ptrdiff_t at; (at = slice_find(s, first)) >= 0; s = slice_from(s, (size_t)at + 1)) {
        size_t value = (size_t)at + first.n;
        *width = value < s.n && text_space(s.p[value]) ? digits_at(s, value + 1) : SLICE("");
        size_t behind = value + 1 + width->n;
        if (width->n == 0 || !text_at(s, behind, second))
            continue;
        value = behind + second.n;
        *height = value < s.n && text_space(s.p[value]) ? digits_at(s, value + 1) : SLICE("");
        if (height->n)
            return true;
    }
    return false;
}

/* "/Width 630" or "/Height 149" at the beginning: a half that is never put together with the other */
static bool is_half(struct slice s)
{
    size_t at = slice_starts(s, SLICE("/Width")) ? 6 : slice_starts(s, SLICE("/Height")) ? 7 : 0;
    return at && at + 1 < s.n && text_space(s.p[at]) && ascii_digit(s.p[at + 1]);
}

static void add_size(struct reader *r, struct slice text, double height, double width)
{
    struct pdf_size *size = ARENA_NEW(r->a, struct pdf_size);
    *size = (struct pdf_size){ text, height, width, r->facts->sizes };
    r->facts->sizes = size;
}

static void look_for_image(struct reader *r, struct slice line)
{
    struct slice width, height;
    if (!is_matrix(line, &width, &height) && (is_half(line) || !has_both(line, &width, &height)))
        return;
    if (slice_eq(width, SLICE("0")) || slice_eq(height, SLICE("0")))
        return;
    r->no_more_fuzzy = true;
    r->got_image = false;
    r->height += number(height);
    r->width += number(width);
    r->area += number(height) * number(width);
    r->facts->images++;
    add_size(r, arena_printf(r->a, "%.*sx%.*s", SLICE_ARG(height), SLICE_ARG(width)), number(height),
             number(width));
}

/* ---- values */

/* "(...)", up to a parenthesis that no backslash stands before, or "<...>" */
static bool bracketed(struct slice s, size_t at, struct slice *value, bool *hopeless)
{
    if (at >= s.n || (s.p[at] != '(' && s.p[at] != '<'))
        return false;
    char close = s.p[at] == '(' ? ')' : '>';
    size_t end = at + 1;
    while (end < s.n && (s.p[end] != close || (close == ')' && s.p[end - 1] == '\\')))
        end++;
    *value = slice_sub(s, at, end + 1 - at);
    *hopeless = end >= s.n; /* nor will there be one behind a later name */
    return end < s.n;
}

static bool value_of(struct slice line, const char *name, struct slice *value)
{
    bool hopeless = false;
    struct slice key = slice_str(name);
    for (ptrdiff_t at; !hopeless && (at = slice_find(line, key)) >= 0;
         line = slice_from(line, (size_t)at + 1)) {
        size_t begin = (size_t)at + key.n;
        for (int blanks = 0; blanks < 2 && begin < line.n && text_space(line.p[begin]); blanks++)
            begin++;
        if (bracketed(line, begin, value, &hopeless))
            return true;
    }
    return false;
}

/* "(D:20070703144220": the digits */
static bool date_of(struct slice line, const char *name, struct slice *value)
{
    struct slice key = slice_str(name);
    for (ptrdiff_t at; (at = slice_find(line, key)) >= 0; line = slice_from(line, (size_t)at + 1)) {
        size_t begin = (size_t)at + key.n;
        for (int blanks = 0; blanks < 2 && begin < line.n && text_space(line.p[begin]); blanks++)
            begin++;
        if (!text_at(line, begin, SLICE("(D:")))
            continue;
        *value = digits_at(line, begin + 3);
        if (value->n)
            return true;
    }
    return false;
}

static size_t from_hex(char *out, struct slice s)
{
    size_t n = 0;
    for (size_t i = 0; i + 1 < s.n; i++)
        if (ascii_hex(s.p[i]) >= 0 && ascii_hex(s.p[i + 1]) >= 0) {
            out[n++] = (char)(ascii_hex(s.p[i]) << 4 | ascii_hex(s.p[i + 1]));
            i++;
        }
    return n;
}

static bool is_octal(struct slice s, size_t at)
{
    return at + 3 < s.n && s.p[at] == '\\' && (at == 0 || s.p[at - 1] != '\\') && s.p[at + 1] >= '0' &&
           s.p[at + 1] <= '3' && s.p[at + 2] >= '0' && s.p[at + 2] <= '7' && s.p[at + 3] >= '0' &&
           s.p[at + 3] <= '7';
}

static size_t from_octal(char *out, struct slice s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        if (is_octal(s, i)) {
            out[n++] = (char)((s.p[i + 1] - '0') << 6 | (s.p[i + 2] - '0') << 3 | (s.p[i + 3] - '0'));
            i += 3;
        } else
            out[n++] = s.p[i];
    return n;
}

/* UTF-16, naively: without its mark and NULs */
static size_t without_nul(char *p, size_t n)
{
    size_t to = 0;
    if (n < 2 || (memcmp(p, "\xfe\xff", 2) != 0 && memcmp(p, "\xff\xfe", 2) != 0))
        return n;
    for (size_t i = 2; i < n; i++)
        if (p[i])
            p[to++] = p[i];
    return to;
}

static size_t unescape(char *p, size_t n)
{
    size_t to = 0;
    for (size_t i = 0; i < n; i++) {
        if (p[i] == '\\' && i + 1 < n && p[i + 1] && strchr("()\\", p[i + 1]))
            i++;
        p[to++] = p[i];
    }
    return to;
}

static struct slice plain(struct arena *a, struct slice value)
{
    char *out = arena_alloc(a, value.n + 1);
    size_t n;
    if (value.n && value.p[0] == '<')
        n = without_nul(out, from_hex(out, value));
    else {
        size_t begin = value.n && value.p[0] == '(', end = value.n;
        end -= end > begin && value.p[end - 1] == ')';
        n = from_octal(out, slice_sub(value, begin, end - begin));
        n = unescape(out, without_nul(out, n));
    }
    return slice_of(out, n < VALUE_MAX ? n : VALUE_MAX);
}

static void look_for_details(struct reader *r, struct slice line)
{
    static const char *const names[PDF_DETAILS] = {
        [PDF_AUTHOR] = "/Author",    [PDF_CREATOR] = "/Creator",   [PDF_CREATED] = "/CreationDate",
        [PDF_MODIFIED] = "/ModDate", [PDF_PRODUCER] = "/Producer", [PDF_TITLE] = "/Title"
    };
    struct slice value;
    for (int i = 0; i < PDF_DETAILS; i++) {
        bool date = i == PDF_CREATED || i == PDF_MODIFIED;
        if (date ? date_of(line, names[i], &value) : value_of(line, names[i], &value))
            keep(r, &r->facts->details[i], plain(r->a, value));
    }
}

/* ---- lines */

static bool is_fuzzy(struct slice line)
{
    static const char *const others[] = { "%", "/Height", "/Width", "/MediaBox", "/CropBox" };
    struct slice width, height;
    for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
        if (slice_starts(line, slice_str(others[i])))
            return false;
    return !is_matrix(line, &width, &height);
}

/* A line that goes into the digest loses its white space at the end, for what is looked for later, too. */
static struct slice take_fuzzy(struct reader *r, struct slice line)
{
    if (r->no_more_fuzzy || r->lines >= FUZZY_LINES)
        return line;
    r->lines++;
    if (is_fuzzy(line)) {
        while (line.n && text_space(line.p[line.n - 1]))
            line.n--;
        buf_add_slice(&r->fuzzy, line);
    }
    r->no_more_fuzzy = text_has(line, SLICE("stream"));
    return line;
}

static void take_tag(struct reader *r, struct slice line)
{
    size_t n = 1;
    while (n < line.n && ascii_alpha(line.p[n]))
        n++;
    if (line.n && line.p[0] == '/')
        buf_add_slice(&r->tags, slice_sub(line, 1, n - 1));
}

static void read_line(struct reader *r, struct slice line)
{
    line = take_fuzzy(r, line);
    r->got_image |= text_has(line, SLICE("/Image"));
    r->facts->encrypted |= slice_starts(line, SLICE("/Encrypt"));
    if (r->got_image)
        look_for_image(r, line);
    if (slice_chr(line, '/') < 0)
        return;
    take_tag(r, line);
    look_for_details(r, line);
}

static void keep_digest(struct reader *r, struct pdf_text **list, struct slice text)
{
    unsigned char out[DIGEST_MAX];
    if (text.n)
        keep(r, list, digest_hex(r->a, out, digest(DIGEST_MD5, text, out)));
}

static bool has_magic(struct slice data)
{
    struct slice head = slice_sub(data, 0, MAGIC_WITHIN + 8);
    for (ptrdiff_t at; (at = slice_find(head, SLICE("%PDF-"))) >= 0;
         head = slice_from(head, (size_t)at + 1)) {
        size_t v = (size_t)at + 5;
        if (v + 2 < head.n && ascii_digit(head.p[v]) && head.p[v + 1] == '.' && ascii_digit(head.p[v + 2]))
            return true;
    }
    return false;
}

static void sum_up(struct reader *r)
{
    if (r->height > 0 && r->width > 0)
        add_size(r, arena_printf(r->a, "%.15gx%.15g", r->height, r->width), r->height, r->width);
    if (r->area > 0) {
        r->facts->has_area = true;
        r->facts->area = r->area;
    }
}

void pdf_read(struct pdf_facts *facts, struct arena *a, struct slice name, struct slice data)
{
    struct reader r = { .facts = facts, .a = a };
    struct slice line;
    if (slice_starts(data, SLICE("\xef\xbb\xbf")))
        data = slice_from(data, 3);
    if (!has_magic(data))
        return;
    if (name.n)
        keep(&r, &facts->names, name);
    buf_init_in(&r.fuzzy, a, data.n + 1);
    buf_init_in(&r.tags, a, data.n + 1);
    for (struct slice rest = data; slice_cut(&rest, '\n', &line);)
        if (line.n)
            read_line(&r, line);
    sum_up(&r);
    keep_digest(&r, &facts->digests, data);
    keep_digest(&r, &facts->fuzzy_digests, buf_slice(&r.fuzzy));
    keep_digest(&r, &facts->fuzzy_digests, buf_slice(&r.tags));
}
