/* report-wrap.c - lines of a report, and the values of header fields; see report-wrap.h */
#include "config.h"
#include "scoring/report-wrap.h"

#define COLUMNS 79
#define TAB 8

/* ---- pieces that stay together: words and the white space between them, by turns */

struct pieces {
    struct slice rest;
    bool commas, separator; /* separator: the next one is what stands between two words */
};

static bool ends_piece(const struct pieces *p, char c)
{
    return report_blank(c) || (p->commas && c == ',');
}

static bool next_piece(struct pieces *p, struct slice *piece)
{
    size_t n = 0;
    if (p->rest.n == 0)
        return false;
    bool separator = p->separator;
    p->separator = !separator;
    if (separator)
        n = p->commas ? 0 : 1; /* behind a comma there is nothing between two pieces, which counts as one */
    else {
        while (n < p->rest.n && !ends_piece(p, p->rest.p[n]))
            n++;
        if (p->commas && n < p->rest.n)
            n++;
    }
    *piece = slice_sub(p->rest, 0, n);
    p->rest = slice_from(p->rest, n);
    return true;
}

static size_t width_of(struct slice s)
{
    size_t n = s.n;
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == '\t')
            n += TAB - 1;
    return n;
}

static void cut_blanks(struct buf *out, size_t line)
{
    while (out->n > line && report_blank(out->p[out->n - 1]))
        out->p[--out->n] = 0;
}

void report_wrap(struct buf *out, struct slice text, const struct report_wrap *w)
{
    struct pieces pieces = { .rest = slice_eq(text, SLICE("0")) ? slice_of(NULL, 0) : text,
                             .commas = w->commas };
    struct slice head = w->first, piece;
    if (head.n == 0 && !next_piece(&pieces, &head))
        return;
    size_t line = out->n, used = width_of(head);
    bool fresh = true, prefix_only = false;
    buf_add_slice(out, head);
    while (next_piece(&pieces, &piece)) {
        size_t wanted = used + (fresh || w->over ? 0 : width_of(piece));
        if (wanted > w->width && !prefix_only) {
            cut_blanks(out, line);
            buf_add_char(out, '\n');
            line = out->n;
            buf_add_slice(out, w->prefix);
            used = width_of(w->prefix);
        }
        prefix_only = fresh = false;
        buf_add_slice(out, piece);
        used += width_of(piece);
    }
}

/* ---- folding */

static struct slice without_line_ends(struct slice s)
{
    while (s.n && s.p[s.n - 1] == '\n')
        s = slice_chomp(s);
    return s;
}

/* Where the text has lines of its own: white space around a line end becomes a fold, or just the line end a
 * blank. */
static void join_lines(struct buf *out, struct slice text, bool fold)
{
    size_t begin = out->n;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] != '\n') {
            buf_add_char(out, text.p[i]);
        } else if (!fold) {
            buf_add_char(out, ' ');
        } else {
            cut_blanks(out, begin);
            while (i + 1 < text.n && report_blank(text.p[i + 1]))
                i++;
            buf_add_str(out, "\n\t");
            begin = out->n;
        }
    }
}

/* Lines of nothing but white space go. */
static void add_without_blank_lines(struct buf *out, struct slice text)
{
    bool line_begins = true;
    for (size_t i = 0; i < text.n; i++) {
        size_t end = i, behind = i;
        for (; line_begins && end < text.n && report_blank(text.p[end]); end++)
            if (text.p[end] == '\n')
                behind = end + 1;
        i = behind;
        line_begins = false;
        if (i >= text.n)
            break;
        buf_add_char(out, text.p[i]);
        line_begins = text.p[i] == '\n';
    }
}

void report_fold(struct buf *out, struct slice name, struct slice text, bool fold)
{
    static const struct slice between = SLICE_INIT("!!");
    text = without_line_ends(text);
    if (!fold || slice_chr(text, '\n') >= 0) {
        join_lines(out, text, fold);
        return;
    }
    const struct report_wrap w = { .prefix = SLICE("\t"), .width = COLUMNS, .commas = true };
    struct buf field, wrapped;
    size_t max = name.n + 20 + 4 * text.n;
    buf_init(&field, max);
    buf_init(&wrapped, max);
    /* no blank between name and value, or the line could be broken there */
    buf_add_str(&field, "X-Spam-");
    buf_add_slice(&field, name);
    buf_add_slice(&field, between);
    buf_add_slice(&field, text);
    report_wrap(&wrapped, buf_slice(&field), &w);
    buf_reset(&field);
    add_without_blank_lines(&field, buf_slice(&wrapped));
    ptrdiff_t at = slice_find(buf_slice(&field), between);
    buf_add_slice(out, slice_from(buf_slice(&field), at < 0 ? field.n : (size_t)at + between.n));
    buf_deinit(&wrapped);
    buf_deinit(&field);
}

/* ---- encoded words */

static bool printable(char c)
{
    return c == '\t' || (c >= ' ' && c <= '~');
}

/* without its line end, which goes to *end */
static struct slice take_line_end(struct slice line, struct slice *end)
{
    struct slice text = line;
    if (text.n && text.p[text.n - 1] == '\n')
        text = slice_chomp(text);
    *end = slice_from(line, text.n);
    return text;
}

static bool special(unsigned char c)
{
    return c == '=' || c == '?' || c == '_' || c < ' ' || c >= 0x7f;
}

static void put_base64(struct buf *out, struct slice s)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < s.n; i += 3) {
        unsigned char a = (unsigned char)s.p[i], b = i + 1 < s.n ? (unsigned char)s.p[i + 1] : 0,
                      c = i + 2 < s.n ? (unsigned char)s.p[i + 2] : 0;
        buf_add_char(out, digits[a >> 2]);
        buf_add_char(out, digits[(a & 3) << 4 | b >> 4]);
        buf_add_char(out, i + 1 < s.n ? digits[(b & 15) << 2 | c >> 6] : '=');
        buf_add_char(out, i + 2 < s.n ? digits[c & 63] : '=');
    }
}

static void put_word(struct buf *out, struct slice s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += special((unsigned char)s.p[i]);
    bool quoted = 3 * (s.n + 2 * n) <= 4 * (s.n + 2);
    buf_add_str(out, quoted ? "=?UTF-8?Q?" : "=?UTF-8?B?");
    if (!quoted)
        put_base64(out, s);
    for (size_t i = 0; quoted && i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c != ' ' && special(c))
            buf_printf(out, "=%02X", c);
        else
            buf_add_char(out, c == ' ' ? '_' : (char)c);
    }
    buf_add_str(out, "?=");
}

/* Words of ASCII in front and behind stay as they are. */
static void encode_line(struct buf *out, struct slice line)
{
    struct slice end, text = take_line_end(line, &end);
    size_t first = 0, behind = text.n;
    while (first < text.n && printable(text.p[first]))
        first++;
    if (first == text.n) {
        buf_add_slice(out, line);
        return;
    }
    while (first && text.p[first - 1] != ' ' && text.p[first - 1] != '\t')
        first--;
    while (printable(text.p[behind - 1]))
        behind--;
    while (behind < text.n && text.p[behind] != ' ' && text.p[behind] != '\t')
        behind++;
    buf_add_slice(out, slice_sub(text, 0, first));
    put_word(out, slice_sub(text, first, behind - first));
    buf_add_slice(out, slice_from(text, behind));
    buf_add_slice(out, end);
}

void report_encode(struct buf *out, struct slice text)
{
    struct slice line;
    while (slice_line(&text, &line))
        encode_line(out, line);
}
