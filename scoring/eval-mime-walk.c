/* eval-mime-walk.c - the walk behind eval-mime.c; see eval-mime.h
 * Linear in the message: every line of every leaf is looked at once. */
#include "config.h"
#include "scoring/eval-mime.h"

#include "scoring/eval-locale.h"
#include "scoring/eval-text.h"
#include "scoring/rule.h"
#include "scoring/view-type.h"

#define QP_LINE_MAX 79 /* 78 and the line end */

struct walk {
    struct check *c;
    struct mime_facts *f;
    /* of the part at hand */
    struct view_type type;
    struct slice encoding, disposition; /* lower case */
    bool attached;
    /* sizes of the last text/plain and text/html that are no attachments */
    bool has_text, has_html;
    size_t text_bytes, html_bytes;
};

struct slice mime_field(struct check *c, const struct view_part *p, struct slice name)
{
    struct view_field *f = view_part_field(p, name);
    return f ? view_field_decoded(c->m->arena, f) : SLICE("");
}

/* ---- fields of a part */

/* ASCII by any of its names, or by a name that has one of them inside */
static bool is_ascii(struct slice charset)
{
    static const struct slice names[] = {
        SLICE_INIT("us"),
        SLICE_INIT("ascii"),
        SLICE_INIT("ansi_x3.4-1968"),
        SLICE_INIT("ansi_x3.4-1986"),
        SLICE_INIT("iso-ir-6"),
        SLICE_INIT("iso_646.irv:1991"),
        SLICE_INIT("cp367"),
        SLICE_INIT("ibm367"),
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (text_has(charset, names[i]))
            return true;
    return charset.n == 0;
}

/* iso-A-B: `word` is up to white space, behind "iso-" */
static bool is_iso_name(struct slice word)
{
    ptrdiff_t dash = word.n ? slice_chr(slice_from(word, 1), '-') : SLICE_NONE;
    for (size_t i = (size_t)dash + 2; dash >= 0 && i < word.n; i++)
        if (text_word(word.p[i]))
            return true;
    return false;
}

/* iso-8859-N, iso-2022-jp, iso-2022-kr, behind "iso-" */
static bool is_known_iso(struct slice s)
{
    if (slice_starts(s, SLICE("8859-"))) {
        size_t end = text_skip_digits(s, 5);
        return end > 5 && end < 8 && text_boundary(s, end);
    }
    return (slice_starts(s, SLICE("2022-jp")) || slice_starts(s, SLICE("2022-kr"))) && text_boundary(s, 7);
}

static bool is_bad_iso(struct slice charset)
{
    bool shaped = false;
    for (size_t i = 0; i < charset.n; i++) {
        struct slice rest = slice_from(charset, i + 4);
        if (!text_at(charset, i, SLICE("iso-")))
            continue;
        if (is_known_iso(rest))
            return false;
        shaped = shaped || is_iso_name(slice_sub(rest, 0, text_skip_word(rest, 0)));
    }
    return shaped;
}

static bool has_letter(struct slice s)
{
    for (size_t i = 0; i < s.n; i++)
        if (ascii_alpha(s.p[i]))
            return true;
    return false;
}

static void read_charset(struct walk *w, struct slice charset)
{
    const struct settings *s = w->c->set ? &w->c->set->settings : NULL;
    struct slice word;
    if (is_bad_iso(charset))
        w->f->flags |= MIME_BAD_ISO;
    if (!has_letter(charset))
        return;
    if (!(w->f->flags & MIME_FARAWAY) && !locale_accepts_all(s) && !locale_accepts(s, charset))
        w->f->flags |= MIME_FARAWAY;
    while (charset = text_trim(charset), charset.n) {
        word = slice_sub(charset, 0, text_skip_word(charset, 0));
        if (charset_looks_capital(word))
            w->f->flags |= MIME_CAPITAL_CHARSET;
        charset = slice_from(charset, word.n);
    }
}

static void read_part(struct walk *w)
{
    struct slice type = w->type.type, charset = arena_lower(w->c->m->arena, w->type.charset);
    bool base64 = text_has(w->encoding, SLICE("base64")), text = slice_starts(type, SLICE("text"));
    w->attached = text_has(w->disposition, SLICE("attachment"));
    w->f->html_parts += slice_eq(type, SLICE("text/html"));
    w->f->text_parts += text && !slice_eq(type, SLICE("text/html"));
    w->f->base64_parts += base64;
    w->f->qp_parts += !base64 && text_has(w->encoding, SLICE("quoted-printable"));
    if (w->attached)
        w->f->flags |= MIME_HAS_ATTACHMENT;
    if (text && base64 && is_ascii(charset) && !slice_starts(w->disposition, SLICE("attachment")) &&
        !slice_starts(w->disposition, SLICE("inline")))
        w->f->flags |= MIME_BASE64_TEXT;
    if (slice_eq(type, SLICE("multipart/alternative")))
        w->f->flags |= MIME_ALTERNATIVE;
    w->type.charset = charset;
    read_charset(w, charset);
}

/* ---- lines of a leaf */

/* =XX for a byte that may stand for itself; upper case only */
static bool is_needless(struct slice s, size_t at)
{
    char a = at + 1 < s.n ? s.p[at + 1] : 0, b = at + 2 < s.n ? s.p[at + 2] : 0;
    bool hex = ascii_digit(b) || (b >= 'A' && b <= 'F');
    if (s.p[at] != '=')
        return false;
    switch (a) {
    case '0': return b == '9';
    case '3': return hex && b != 'D';
    case '2':
    case '4':
    case '5':
    case '6': return hex;
    case '7': return hex && b != 'F';
    default: return false;
    }
}

/* White space at the end of a line is best encoded: these are not counted. */
static size_t trailing_encoded(struct slice line)
{
    size_t n = 0;
    line = text_trim(line);
    while (slice_iends(line, SLICE("=20")) || slice_iends(line, SLICE("=09"))) {
        line.n -= 3;
        n++;
    }
    return n;
}

static void read_qp_line(struct mime_facts *f, struct slice line)
{
    size_t needless = 0;
    if (slice_starts(line, SLICE("SPAM: "))) /* a report of SpamAssassin's own, once */
        return;
    if (line.n > QP_LINE_MAX)
        f->flags |= MIME_LONG_QP;
    f->qp_bytes += line.n;
    for (size_t i = 0; i < line.n; i++)
        needless += is_needless(line, i);
    f->qp_needless += needless ? needless - trailing_encoded(line) : 0;
}

static bool is_odd_ascii(struct slice line)
{
    for (size_t i = 0; i < line.n; i++)
        if (line.p[i] == 0 || line.p[i] == '\r' || (unsigned char)line.p[i] >= 0x80)
            return true;
    return false;
}

/* &#x0041; with four digits, upper case */
static size_t count_entities(struct slice line)
{
    size_t n = 0;
    for (size_t i = 0; i + 8 <= line.n; i++) {
        size_t digits = 0;
        if (!text_at(line, i, SLICE("&#x")) || line.p[i + 7] != ';')
            continue;
        while (digits < 4 && ascii_hex(line.p[i + 3 + digits]) >= 0 &&
               (line.p[i + 3 + digits] < 'a' || line.p[i + 3 + digits] > 'f'))
            digits++;
        n += digits == 4;
    }
    return n;
}

static void read_line(struct walk *w, struct slice line)
{
    struct mime_facts *f = w->f;
    bool plain = slice_eq(w->type.type, SLICE("text/plain"));
    if (slice_eq(w->encoding, SLICE("quoted-printable")))
        read_qp_line(f, line);
    if (plain && (!w->type.has_charset || slice_eq(w->type.charset, SLICE("us-ascii"))))
        f->odd_ascii_lines += is_odd_ascii(line);
    if (plain && (w->encoding.n == 0 || slice_eq(w->encoding, SLICE("7bit")) ||
                  slice_eq(w->encoding, SLICE("8bit")))) {
        size_t entities = count_entities(line);
        f->entities += entities;
        f->plain_bytes += line.n - 8 * entities;
    }
    if (slice_eq(w->encoding, SLICE("base64")) && !slice_eq(w->type.type, SLICE("application/ics")) &&
        line.n > f->base64_line)
        f->base64_line = line.n;
}

static void read_leaf(struct walk *w, const struct view_part *p)
{
    struct slice raw = view_part_raw(w->c->m->arena, p), rest = raw, line;
    bool html = slice_eq(w->type.type, SLICE("text/html"));
    while (slice_line(&rest, &line))
        read_line(w, line);
    if (w->attached || (!html && !slice_eq(w->type.type, SLICE("text/plain"))))
        return;
    size_t bytes = w->f->flags & MIME_ALTERNATIVE ? raw.n : 0;
    if (html) {
        w->html_bytes = bytes;
        w->has_html = true;
    } else {
        w->text_bytes = bytes;
        w->has_text = true;
    }
}

static void walk_parts(struct walk *w)
{
    struct arena *a = w->c->m->arena;
    view_parts_foreach(p, views_tree(&w->c->views))
    {
        if (p->type.n == 0)
            continue;
        view_type_parse(&w->type, a, mime_field(w->c, p, SLICE("Content-Type")));
        w->encoding = arena_lower(a, mime_field(w->c, p, SLICE("Content-Transfer-Encoding")));
        w->disposition = arena_lower(a, mime_field(w->c, p, SLICE("Content-Disposition")));
        read_part(w);
        if (p->leaf)
            read_leaf(w, p);
    }
}

struct mime_facts *mime_facts(struct check *c)
{
    if (c->state[CHECK_MIME])
        return c->state[CHECK_MIME];
    struct mime_facts *f = c->state[CHECK_MIME] = ARENA_NEW(c->m->arena, struct mime_facts);
    struct walk w = { .c = c, .f = f };
    f->multipart_ratio = 1;
    walk_parts(&w);
    if (f->flags & MIME_ALTERNATIVE && w.has_text && w.has_html && w.html_bytes > 0)
        f->multipart_ratio = (double)w.text_bytes / (double)w.html_bytes;
    return f;
}
