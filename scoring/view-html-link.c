/* view-html-link.c - URIs of tags, and the text of anchors
 * Where a link is written as <a x/href=...> browsers find it, and so does SpamAssassin. */
#include "config.h"
#include "scoring/view-html-page.h"

static struct page_link *add_link(struct page *p, struct slice uri, struct slice tag, bool wide)
{
    if (p->n_uris++ >= VIEW_HTML_LINKS_MAX) {
        p->h->links_cut = true;
        return NULL;
    }
    struct page_link *link = ARENA_NEW(p->a, struct page_link);
    link->uri.uri = uri;
    link->uri.uri_wide = wide;
    link->uri.tag = tag;
    *p->uris_tail = &link->uri;
    p->uris_tail = &link->uri.next;
    return link;
}

/* without white space around it, and not too long */
static struct slice shorten(struct page *p, struct page_text text)
{
    struct slice s = char_trim_nbsp(text), cut = char_cut(s, VIEW_HTML_URI_MAX);
    p->h->uri_cut |= cut.n < s.n;
    return cut;
}

/* of a kind that is never relative */
static bool is_whole(struct slice uri)
{
    return slice_istarts(uri, SLICE("data:")) || slice_istarts(uri, SLICE("mailto:")) ||
           slice_istarts(uri, SLICE("file:")) || slice_istarts(uri, SLICE("cid:")) ||
           slice_istarts(uri, SLICE("tel:"));
}

static void push(struct page *p, enum page_tag tag, struct page_text text)
{
    struct slice uri = shorten(p, text);
    if (uri.n && !is_whole(uri))
        uri = page_target(p->a, p->h->base_href, uri);
    if (uri.n)
        add_link(p, uri, page_tag_name(tag), text.wide);
}

static void push_attr(struct page *p, enum page_tag tag, enum page_attr attr)
{
    if (page_has(p, attr))
        push(p, tag, page_attr_text(p, attr));
}

/* An attribute under an odd name stands for the one that is meant. */
static void take_odd(struct page *p, enum page_attr attr, enum page_attr odd)
{
    if (!page_has(p, odd))
        return;
    p->attr[attr] = p->attr[odd];
    p->attrs |= 1u << attr;
}

/* Without U+FEFF; where nothing is wide, without the bytes of its UTF-8. */
static void drop_marks(struct page *p, enum page_attr attr)
{
    struct page_text text = page_attr_text(p, attr);
    struct slice mark = text.wide ? SLICE("\xef\xbb\xbf") : SLICE("\xc3\xaf\xc2\xbb\xc2\xbf");
    ptrdiff_t at = slice_find(text.s, mark);
    if (at < 0)
        return;
    char *out = arena_alloc(p->a, text.s.n);
    size_t n = 0;
    for (size_t i = 0; i < text.s.n;) {
        if (slice_starts(slice_from(text.s, i), mark))
            i += mark.n;
        else
            out[n++] = text.s.p[i++];
    }
    p->attr[attr] = (struct page_value){ slice_of(out, n), true };
}

static void anchor_links(struct page *p, enum page_tag tag)
{
    take_odd(p, ATTR_HREF, ATTR_ODD_HREF);
    if (page_has(p, ATTR_HREF)) {
        drop_marks(p, ATTR_HREF);
        push_attr(p, tag, ATTR_HREF);
    }
    push_attr(p, tag, ATTR_SAFE_REDIRECT);
}

/* ---- <base> */

/* where the path of an absolute URI begins, behind the slash; 0 when it has none */
static size_t path_of(struct slice uri)
{
    size_t at = 0, slashes = 0;
    while (at < uri.n && ascii_alpha(uri.p[at]))
        at++;
    at++; /* the colon */
    while (at < uri.n && uri.p[at] == '/') {
        at++;
        slashes++;
    }
    size_t host = at;
    while (at < uri.n && uri.p[at] != '/')
        at++;
    return slashes > 2 || at == host || at == uri.n ? 0 : at + 1;
}

/* without a file's name ("index.html") at its end */
static struct slice without_file(struct slice uri)
{
    size_t path = path_of(uri), dot = uri.n, name;
    while (dot > path && uri.p[dot - 1] != '.' && uri.p[dot - 1] != '/')
        dot--;
    if (path == 0 || dot == path || uri.p[dot - 1] != '.')
        return uri;
    size_t extension = char_count(slice_from(uri, dot));
    for (name = --dot; name > path && uri.p[name - 1] != '.' && uri.p[name - 1] != '/';)
        name--;
    if (extension < 2 || extension > 4 || name == dot ||
        slice_chr(slice_sub(uri, path, name - path), '\n') >= 0)
        return uri;
    return slice_sub(uri, 0, name);
}

static void base_link(struct page *p)
{
    struct page_text text = page_attr_text(p, ATTR_HREF);
    if (text.s.n == 0 || slice_eq(text.s, SLICE("0")))
        return;
    push(p, TAG_BASE, text);
    struct slice uri = shorten(p, text);
    if (!slice_istarts(uri, SLICE("http:")) && !slice_istarts(uri, SLICE("https:")) &&
        !slice_istarts(uri, SLICE("ftp:")))
        return;
    uri = without_file(uri);
    bool slash = uri.p[uri.n - 1] == '/';
    p->h->base_href = arena_printf(p->a, "%.*s%s", SLICE_ARG(uri), slash ? "" : "/");
}

/* ---- <meta http-equiv=refresh content="0; url=..."> */

static bool contains(struct slice s, struct slice word)
{
    for (size_t i = 0; i + word.n <= s.n; i++)
        if (slice_ieq(slice_sub(s, i, word.n), word))
            return true;
    return false;
}

/* behind "url =" at `at`, or 0 */
static size_t url_at(struct page_text text, size_t at)
{
    if (!slice_istarts(slice_from(text.s, at), SLICE("url")) || char_word_before(text, at))
        return 0;
    at = char_skip_space(text, at + 3);
    return at < text.s.n && text.s.p[at] == '=' ? at + 1 : 0;
}

/* What is behind the last "url=" on the first line, up to a semicolon: the rest of that line goes. */
static void refresh(struct page *p)
{
    struct page_text text = page_attr_text(p, ATTR_CONTENT);
    size_t begin = 0, end = 0;
    bool any = false, first_line = true;
    for (size_t i = 0; i < text.s.n; i++) {
        size_t behind = url_at(text, i);
        any |= behind > 0;
        if (behind && first_line)
            begin = behind;
        first_line &= text.s.p[i] != '\n';
    }
    if (!any || !contains(page_attr_text(p, ATTR_HTTP_EQUIV).s, SLICE("refresh")))
        return;
    text.s = slice_from(text.s, begin ? char_skip_space(text, begin) : 0);
    ptrdiff_t semicolon = slice_chr(text.s, ';');
    if (semicolon >= 0) {
        struct page_text before = { slice_sub(text.s, 0, (size_t)semicolon), text.wide };
        size_t start;
        for (end = before.s.n; end > 0; end = start)
            if (!char_space(char_before(before.s, end, &start), text.wide))
                break;
        ptrdiff_t line = slice_chr(slice_from(text.s, (size_t)semicolon), '\n');
        struct slice rest = line < 0 ? SLICE("") : slice_from(text.s, (size_t)(semicolon + line));
        text.s = arena_printf(p->a, "%.*s%.*s", SLICE_ARG(slice_sub(text.s, 0, end)), SLICE_ARG(rest));
    }
    push(p, TAG_META, text);
}

void page_links_of_tag(struct page *p, enum page_tag tag)
{
    switch (tag) {
    case TAG_BODY:
    case TAG_TABLE:
    case TAG_TR:
    case TAG_TD: push_attr(p, tag, ATTR_BACKGROUND); break;
    case TAG_A:
    case TAG_AREA:
    case TAG_LINK: anchor_links(p, tag); break;
    case TAG_FORM: push_attr(p, tag, ATTR_ACTION); break;
    case TAG_BASE: base_link(p); break;
    case TAG_META:
        if (page_has(p, ATTR_CONTENT) && page_has(p, ATTR_HTTP_EQUIV))
            refresh(p);
        break;
    default: take_odd(p, ATTR_SRC, ATTR_ODD_SRC); push_attr(p, tag, ATTR_SRC);
    }
}

/* ---- anchors */

void page_anchor(struct page *p)
{
    struct page_text text = page_attr_text(p, ATTR_HREF);
    struct page_link *link = add_link(p, shorten(p, text), SLICE(""), text.wide);
    size_t before = p->lists[VIEW_HTML_ANCHOR].n;
    page_piece_new(p, VIEW_HTML_ANCHOR);
    if (link && p->lists[VIEW_HTML_ANCHOR].n > before)
        link->anchor = p->lists[VIEW_HTML_ANCHOR].last;
}

/* Texts have their place now: entries get theirs. */
void page_links_finish(struct page *p)
{
    for (struct view_html_uri *u = p->h->uris; u; u = u->next) {
        const struct page_link *link = (const struct page_link *)(const void *)u;
        if (link->anchor) {
            u->anchor = link->anchor->text;
            u->anchor_wide = link->anchor->wide;
        }
    }
    if (p->dead)
        p->h->uris = NULL;
}
