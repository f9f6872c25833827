/* html-link.c - links, images and forms of a page; see html-page.h */
#include "config.h"
#include "message/html-page.h"

#include "message/html-entity.h"

#define ANCHOR_TEXT_MAX 200

/* ---- addresses */

static bool controls_inside(struct slice s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == '\t' || s.p[i] == '\n' || s.p[i] == '\r')
            return true;
    return false;
}

/* As the URL standard has it (4.4): controls and spaces around are cut, tabs and line ends inside dropped. */
static struct slice clean_url(struct arena *a, struct slice url)
{
    while (url.n && (unsigned char)url.p[0] <= ' ')
        url = slice_from(url, 1);
    while (url.n && (unsigned char)url.p[url.n - 1] <= ' ')
        url.n--;
    if (!controls_inside(url))
        return url;
    char *p = arena_alloc(a, url.n);
    size_t n = 0;
    for (size_t i = 0; i < url.n; i++)
        if (url.p[i] != '\t' && url.p[i] != '\n' && url.p[i] != '\r')
            p[n++] = url.p[i];
    return slice_of(p, n);
}

static struct slice url_of(struct page *p, const struct html_token *token, enum html_attr attr)
{
    return clean_url(p->a, html_unescape(p->a, html_attr(token, attr)));
}

static struct html_link *add_url(struct page *p, enum html_link_kind kind, struct slice url)
{
    if (url.n == 0)
        return NULL;
    if (p->h->n_links >= p->limits->html_max_links) {
        p->h->truncated = true;
        return NULL;
    }
    struct html_link *link = ARENA_NEW(p->a, struct html_link);
    link->kind = kind;
    link->url = url;
    *p->next_link = link;
    p->next_link = &link->next;
    p->h->n_links++;
    return link;
}

static struct html_link *add_link(struct page *p, enum html_link_kind kind, const struct html_token *token,
                                  enum html_attr attr)
{
    return html_has(token, attr) ? add_url(p, kind, url_of(p, token, attr)) : NULL;
}

/* ---- anchors */

/* Visible text of the anchor on one line, cut between characters. */
static struct slice one_line(struct arena *a, struct slice text)
{
    text = slice_trim(text);
    if (text.n > ANCHOR_TEXT_MAX) {
        text.n = ANCHOR_TEXT_MAX;
        while (text.n && ((unsigned char)text.p[text.n] & 0xC0) == 0x80)
            text.n--;
    }
    char *p = arena_alloc(a, text.n + 1);
    for (size_t i = 0; i < text.n; i++)
        p[i] = text.p[i] == '\n' ? ' ' : text.p[i];
    return slice_of(p, text.n);
}

void html_page_anchor_end(struct page *p)
{
    if (p->anchor)
        p->anchor->text = one_line(p->a, slice_from(html_text_done(&p->visible), p->anchor_from));
    p->anchor = NULL;
}

static void anchor(struct page *p, const struct html_token *token)
{
    html_page_anchor_end(p);
    p->anchor = add_link(p, HTML_LINK_ANCHOR, token, HTML_ATTR_HREF);
    p->anchor_from = p->visible.b.n;
}

/* ---- images, refresh, inputs */

static int size_of(const struct html_token *token, enum html_attr attr, int declared)
{
    int v = html_pixels(html_attr(token, attr));
    return v >= 0 ? v : declared;
}

static void image(struct page *p, const struct html_token *token, const struct html_declared *declared)
{
    struct html_link *link = add_link(p, HTML_LINK_IMAGE, token, HTML_ATTR_SRC);
    if (p->h->n_images >= p->limits->html_max_links) {
        p->h->truncated = true;
        return;
    }
    struct html_image *i = ARENA_NEW(p->a, struct html_image);
    i->url = link ? link->url : url_of(p, token, HTML_ATTR_SRC);
    i->alt = html_unescape(p->a, html_attr(token, HTML_ATTR_ALT));
    i->width = size_of(token, HTML_ATTR_WIDTH, declared->width);
    i->height = size_of(token, HTML_ATTR_HEIGHT, declared->height);
    *p->next_image = i;
    p->next_image = &i->next;
    p->h->n_images++;
}

/* content="5; url='http://...'" (WHATWG HTML 4.2.5.3): digits, one of ; , or white space, url = optional */
static struct slice refresh_url(struct slice s)
{
    size_t i = 0;
    s = slice_trim(s);
    while (i < s.n && (ascii_digit(s.p[i]) || s.p[i] == '.'))
        i++;
    while (i < s.n && (html_space(s.p[i]) || s.p[i] == ';' || s.p[i] == ','))
        i++;
    s = slice_from(s, i);
    if (slice_istarts(s, SLICE("url"))) {
        struct slice rest = slice_trim(slice_from(s, 3));
        if (rest.n && rest.p[0] == '=')
            s = slice_trim(slice_from(rest, 1));
    }
    if (s.n && (s.p[0] == '"' || s.p[0] == '\'')) {
        ptrdiff_t end = slice_chr(slice_from(s, 1), s.p[0]);
        return slice_sub(s, 1, end < 0 ? s.n : (size_t)end);
    }
    return s;
}

static void meta(struct page *p, const struct html_token *token)
{
    if (!slice_ieq(slice_trim(html_attr(token, HTML_ATTR_HTTP_EQUIV)), SLICE("refresh")))
        return;
    struct slice content = html_unescape(p->a, html_attr(token, HTML_ATTR_CONTENT));
    add_url(p, HTML_LINK_REFRESH, clean_url(p->a, refresh_url(content)));
}

static void input(struct page *p, const struct html_token *token, const struct html_declared *declared)
{
    struct slice type = slice_trim(html_attr(token, HTML_ATTR_TYPE));
    p->h->inputs++;
    if (slice_ieq(type, SLICE("password")))
        p->h->password_inputs++;
    if (slice_ieq(type, SLICE("image")))
        image(p, token, declared);
    add_link(p, HTML_LINK_FORM, token, HTML_ATTR_FORMACTION);
    if (slice_ieq(type, SLICE("submit")) || slice_ieq(type, SLICE("button")) ||
        slice_ieq(type, SLICE("reset")))
        html_text_put(&p->visible, html_attr(token, HTML_ATTR_VALUE), true, false);
}

static void base(struct page *p, const struct html_token *token)
{
    struct html_link *link = add_link(p, HTML_LINK_BASE, token, HTML_ATTR_HREF);
    if (link && p->h->base.n == 0)
        p->h->base = link->url;
}

void html_page_element(struct page *p, const struct html_token *token, const struct html_declared *declared)
{
    switch (token->tag) {
    case HTML_A: anchor(p, token); break;
    case HTML_AREA:
    case HTML_LINK: add_link(p, HTML_LINK_ANCHOR, token, HTML_ATTR_HREF); break;
    case HTML_IMG:
    case HTML_IMAGE: image(p, token, declared); break;
    case HTML_INPUT: input(p, token, declared); break;
    case HTML_TEXTAREA:
    case HTML_SELECT: p->h->inputs++; break;
    case HTML_BUTTON: add_link(p, HTML_LINK_FORM, token, HTML_ATTR_FORMACTION); break;
    case HTML_FORM:
        p->h->forms++;
        add_link(p, HTML_LINK_FORM, token, HTML_ATTR_ACTION);
        break;
    case HTML_IFRAME:
    case HTML_FRAME:
    case HTML_EMBED: add_link(p, HTML_LINK_FRAME, token, HTML_ATTR_SRC); break;
    case HTML_OBJECT: add_link(p, HTML_LINK_FRAME, token, HTML_ATTR_DATA); break;
    case HTML_SCRIPT:
        p->h->scripts++;
        add_link(p, HTML_LINK_SCRIPT, token, HTML_ATTR_SRC);
        break;
    case HTML_META: meta(p, token); break;
    case HTML_BASE: base(p, token); break;
    default: break;
    }
    add_link(p, HTML_LINK_IMAGE, token, HTML_ATTR_BACKGROUND);
    if (declared->picture.n)
        add_url(p, HTML_LINK_IMAGE, clean_url(p->a, declared->picture));
}
