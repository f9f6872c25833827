/* view-part.c - fields, bytes and text of a part, made on first use; see view-tree.h */
#include "config.h"
#include "scoring/view-tree.h"

#include "message/charset.h"
#include "scoring/view-charset.h"
#include "scoring/view-decode.h"
#include "scoring/view-type.h"
#include "scoring/view-words.h"

#define LINE_MAX_BYTES 2048

struct slice view_field_decoded(struct arena *a, struct view_field *f)
{
    if (!f->is_decoded)
        f->decoded = view_words_decode(a, f->name, view_unfold(a, view_trim(f->raw)));
    f->is_decoded = true;
    return f->decoded;
}

/* ---- lines */

/* Bytes that breaking long lines adds at most. */
static size_t bytes_added(struct slice text, unsigned splits)
{
    struct slice line;
    size_t n = 0;
    while (slice_line(&text, &line))
        if (line.n > LINE_MAX_BYTES)
            n += line.n / LINE_MAX_BYTES * splits;
    return n;
}

/* A line is broken behind 2,048 bytes; at each further level the LF put there stands alone and doubles. */
static size_t break_line(char *out, struct slice line, unsigned splits)
{
    size_t n = 0;
    while (line.n > LINE_MAX_BYTES) {
        memcpy(out + n, line.p, LINE_MAX_BYTES);
        n += LINE_MAX_BYTES;
        memset(out + n, '\n', splits);
        n += splits;
        line = slice_from(line, LINE_MAX_BYTES);
    }
    memcpy(out + n, line.p, line.n);
    return n + line.n;
}

struct slice view_part_raw(struct arena *a, const struct view_part *p)
{
    struct slice text = p->crlf ? view_lf(a, p->body) : p->body, line;
    size_t more = p->splits ? bytes_added(text, p->splits) : 0, n = 0;
    if (more == 0 && !p->blank_first)
        return text;
    char *out = arena_alloc(a, text.n + more + 1);
    if (p->blank_first)
        out[n++] = '\n';
    while (slice_line(&text, &line))
        n += break_line(out + n, line, p->splits);
    return slice_of(out, n);
}

/* ---- bytes */

static bool is_text_type(struct slice type)
{
    return slice_istarts(type, SLICE("text/")) || slice_istarts(type, SLICE("message/"));
}

struct slice view_part_decoded(struct arena *a, struct view_part *p)
{
    if (p->is_decoded || !p->leaf)
        return p->decoded;
    struct view_field *f = view_part_field(p, SLICE("content-transfer-encoding"));
    struct slice encoding = f ? view_field_decoded(a, f) : SLICE("");
    p->decoded = view_part_raw(a, p);
    if (slice_ieq(encoding, SLICE("quoted-printable")))
        p->decoded = view_lf(a, view_decode_qp(a, p->decoded));
    else if (slice_ieq(encoding, SLICE("base64"))) {
        p->decoded = view_decode_base64(a, p->decoded);
        if (is_text_type(p->type))
            p->decoded = view_lf(a, p->decoded);
    }
    p->is_decoded = true;
    return p->decoded;
}

/* ---- text */

/* p->wide: Perl would have characters, not bytes. */
static struct slice characters(struct arena *a, struct view_part *p, struct slice decoded, bool page)
{
    if (p->as_it_is)
        return view_as_it_is(a, decoded, p->charset, page, &p->wide);
    struct slice text = view_to_utf8(a, decoded, p->charset, false);
    p->wide = utf8_ascii(text) < text.n || view_charset_decodes(a, p->charset);
    return text;
}

struct slice view_part_text(struct arena *a, struct view_part *p)
{
    bool page = slice_eq(p->effective, SLICE("text/html"));
    if (p->is_text || !p->leaf || (!page && !slice_eq(p->effective, SLICE("text/plain"))))
        return p->text;
    struct slice decoded = view_part_decoded(a, p);
    p->text = characters(a, p, decoded, page);
    if (page && decoded.n) {
        p->html = ARENA_NEW(a, struct view_html);
        p->html->source_n = decoded.n;
        p->html->source_wide = p->wide;
        view_html_render(p->html, a, p->text);
        p->text = p->html->text;
        p->octets = p->as_it_is && !p->wide;
        p->wide = p->html->text_wide && !p->octets;
    }
    p->is_text = true;
    return p->text;
}
