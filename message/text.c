/* text.c - the readable text of a message; see text.h
 * text_max is what is taken from one part, decoded_max what all parts may give together; parts behind that
 * are listed, cut to nothing. A page without a charset in its Content-Type is read by its own <meta>, as
 * browsers do (WHATWG HTML 13.2.3.2). */
#include "config.h"
#include "message/text.h"

#include "message/charset.h"
#include "message/html-token.h"

#define META_MAX 1024 /* where browsers look for the charset */

enum text_kind { TEXT_NONE, TEXT_PLAIN, TEXT_HTML };

static enum text_kind kind_of(const struct mime_part *p)
{
    if (p->kind != MIME_LEAF)
        return TEXT_NONE;
    if (slice_eq(p->type, SLICE("text/html")) || slice_iends(p->name, SLICE(".htm")) ||
        slice_iends(p->name, SLICE(".html")))
        return TEXT_HTML;
    if (p->flags & (MIME_NO_BOUNDARY | MIME_BOUNDARY_UNSEEN))
        return TEXT_PLAIN;
    return slice_eq(p->type, SLICE("text/plain")) ? TEXT_PLAIN : TEXT_NONE;
}

/* ---- charset */

/* "text/html; charset=x" */
static struct slice charset_in(struct slice content)
{
    static const struct slice word = SLICE_INIT("charset=");
    for (size_t i = 0; i + word.n < content.n; i++) {
        if (!slice_istarts(slice_from(content, i), word))
            continue;
        struct slice name = slice_from(content, i + word.n);
        size_t n = 0;
        while (n < name.n && !html_space(name.p[n]) && name.p[n] != ';' && name.p[n] != '"' &&
               name.p[n] != '\'')
            n++;
        return slice_sub(name, 0, n);
    }
    return slice_of(NULL, 0);
}

static struct slice meta_charset(struct slice page)
{
    struct html_tokenizer t;
    struct html_token token = { .has = 0 };
    html_tokenizer_init(&t, slice_sub(page, 0, META_MAX));
    while (html_next(&t, &token)) {
        if (token.kind != HTML_TOKEN_START || token.tag != HTML_META)
            continue;
        struct slice name = slice_trim(html_attr(&token, HTML_ATTR_CHARSET));
        if (name.n == 0)
            name = charset_in(html_attr(&token, HTML_ATTR_CONTENT));
        if (name.n && !slice_istarts(name, SLICE("utf-16"))) /* it could not be read if it were */
            return name;
    }
    return slice_of(NULL, 0);
}

/* Cut text may end inside a character, and would then be no valid UTF-8 as a whole. */
static struct slice without_half_character(struct slice s)
{
    size_t more = 0;
    while (more < 3 && more < s.n && ((unsigned char)s.p[s.n - 1 - more] & 0xC0) == 0x80)
        more++;
    if (more == s.n)
        return s;
    unsigned char lead = (unsigned char)s.p[s.n - 1 - more];
    size_t wanted = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
    return more < wanted ? slice_sub(s, 0, s.n - 1 - more) : s;
}

/* ---- parts */

struct reader {
    struct arena *a;
    const struct message_limits *limits;
    size_t left; /* of decoded_max */
    bool truncated;
};

static void read_utf8(struct reader *r, struct text_part *t, enum text_kind kind)
{
    size_t max = r->limits->text_max < r->left ? r->limits->text_max : r->left;
    struct slice text = mime_decoded(t->part, r->a, r->limits->text_max), charset = t->part->charset;
    t->cut = (t->part->transfer_flags & TRANSFER_CUT) || text.n > max;
    text = slice_sub(text, 0, max);
    if (t->cut)
        text = without_half_character(text);
    if (charset.n == 0 && kind == TEXT_HTML)
        charset = meta_charset(text);
    t->utf8 = charset_to_utf8(r->a, text, charset, max, &t->charset_flags);
    t->cut = t->cut || (t->charset_flags & CHARSET_CUT);
    t->spent = t->cut && r->left <= r->limits->text_max;
    r->left -= t->utf8.n;
}

static struct text_part *read_part(struct reader *r, struct mime_part *p, enum text_kind kind)
{
    struct text_part *t = ARENA_NEW(r->a, struct text_part);
    t->part = p;
    read_utf8(r, t, kind);
    t->visible = t->utf8;
    if (kind == TEXT_HTML) {
        t->html = ARENA_NEW(r->a, struct html);
        html_parse(t->html, r->a, t->utf8, r->limits->text_max, r->limits);
        t->visible = t->html->visible;
        t->invisible = t->html->invisible;
        r->truncated = r->truncated || t->html->truncated;
    }
    r->truncated = r->truncated || t->cut;
    return t;
}

struct text_part *text_parts(struct mime_tree *tree, struct arena *a, const struct message_limits *l,
                             bool *truncated)
{
    struct reader r = { .a = a, .limits = l, .left = l->decoded_max };
    struct text_part *first = NULL, **next = &first;
    mime_foreach (p, tree) {
        enum text_kind kind = kind_of(p);
        if (kind == TEXT_NONE)
            continue;
        *next = read_part(&r, p, kind);
        next = &(*next)->next;
    }
    if (r.truncated)
        *truncated = true;
    return first;
}
