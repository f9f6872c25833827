/* view-uri.c - all URIs of a message, each once; see view-uri.h
 * From text and signatures only those that have a valid domain; from pages all. */
#include "config.h"
#include "scoring/view-uri.h"

#include "scoring/names.h"
#include "scoring/uri-rules.h"
#include "scoring/view-uri-clean.h"
#include "scoring/view-uri-find.h"

struct maker {
    struct view_uris *u;
    struct arena *a;
    const struct uri_rules *rules;
    struct view_uri_clean clean;
    struct names uris; /* to their place in v */
    struct view_uri **v, **tail;
    struct names forms, seen; /* all forms; what was found in text */
    size_t bytes;             /* of all forms */
};

/* ---- small sets */

static bool in(const struct slice *v, size_t n, struct slice s)
{
    for (size_t i = 0; i < n; i++)
        if (slice_eq(v[i], s))
            return true;
    return false;
}

/* Arrays grow at powers of two. */
static void append(struct arena *a, struct slice **v, size_t n, struct slice s)
{
    if ((n & (n - 1)) == 0)
        *v = arena_grow(a, *v, n, n ? 2 * n : 1, sizeof(**v));
    (*v)[n] = s;
}

static void add_once(struct arena *a, struct slice **v, size_t *n, struct slice s)
{
    if (!in(*v, *n, s))
        append(a, v, (*n)++, s);
}

/* ---- one URI */

/* NULL: there are too many */
static struct view_uri *uri_of(struct maker *m, struct slice key)
{
    uint32_t at = names_find(&m->uris, key);
    if (at != NAMES_NONE)
        return m->v[at];
    if (m->u->n == VIEW_URIS_MAX)
        return NULL;
    struct view_uri *uri = ARENA_NEW(m->a, struct view_uri);
    uri->uri = key;
    size_t n = m->u->n++;
    names_add(&m->uris, key, (uint32_t)n);
    if ((n & (n - 1)) == 0) /* full at each power of two */
        m->v = arena_grow(m->a, m->v, n, n ? 2 * n : 1, sizeof(*m->v));
    m->v[n] = uri;
    *m->tail = uri;
    m->tail = &uri->next;
    return uri;
}

static void add_form(struct maker *m, struct view_uri *uri, struct slice form)
{
    add_once(m->a, &uri->cleaned, &uri->n_cleaned, form);
    if (names_add(&m->forms, form, 0) == NAMES_NONE)
        append(m->a, &m->u->all, m->u->n_all++, form);
}

static void add_host(struct maker *m, struct view_uri *uri, const struct uri_host *host)
{
    if (in(uri->hosts, uri->n_hosts, host->host))
        return;
    append(m->a, &uri->hosts, uri->n_hosts, host->host);
    append(m->a, &uri->domains, uri->n_hosts, host->domain);
    uri->n_hosts++;
}

/* Cuts forms that are too long. */
static void clean(struct maker *m, struct slice key)
{
    struct view_uri_clean *c = &m->clean;
    view_uri_clean(c, key);
    for (size_t i = 0; i < c->n; i++) {
        if (c->v[i].n > VIEW_URI_MAX) {
            c->v[i].n = VIEW_URI_MAX;
            m->u->truncated = true;
        }
        m->bytes += c->v[i].n;
    }
}

/* Adds the forms in m->clean; NULL where the URI does not count. */
static struct view_uri *add_uri(struct maker *m, struct slice key, unsigned types, bool forms)
{
    struct view_uri_clean *c = &m->clean;
    struct uri_host hosts[VIEW_URI_FORMS_MAX];
    size_t n = 0;
    for (size_t i = 0; i < c->n; i++)
        n += uri_host_of(m->rules, m->a, c->v[i], &hosts[n]);
    struct view_uri *uri = n || (types & VIEW_URI_HTML) ? uri_of(m, key) : NULL;
    if (uri == NULL)
        return NULL;
    uri->types |= types;
    for (size_t i = 0; i < c->n && forms; i++)
        add_form(m, uri, c->v[i]);
    for (size_t i = 0; i < n; i++)
        add_host(m, uri, &hosts[i]);
    return uri;
}

/* ---- from where they are */

static bool room(const struct maker *m)
{
    return m->bytes < VIEW_URI_BYTES && m->u->n < VIEW_URIS_MAX && m->seen.n < 2 * VIEW_URIS_MAX;
}

static void add_found(struct maker *m, const struct view_uri_found *found)
{
    struct slice uri;
    unsigned types;
    if (found->raw.n == 0 || names_add(&m->seen, found->raw, 0) != NAMES_NONE ||
        !view_uri_found_uri(m->rules, m->a, found, &uri, &types))
        return;
    clean(m, uri);
    add_uri(m, uri, types, true);
}

static void add_text(struct maker *m, struct slice text)
{
    struct view_uri_find find;
    struct view_uri_found found;
    view_uri_find_init(&find, m->rules, text);
    while (!m->u->cut && view_uri_find_next(&find, &found)) {
        if (room(m))
            add_found(m, &found);
        else
            m->u->cut = true;
    }
}

/* as rules see it: a page that is not wide has bytes, "&eacute;" in it is one */
static struct slice as_seen(struct maker *m, struct slice text, bool wide)
{
    return wide ? text : view_html_bytes(m->a, text, '?');
}

/* Each is compared with all before it, so that there may not be any number of them. */
static void add_anchor(struct maker *m, struct view_uri *uri, struct slice anchor)
{
    if (uri->n_anchors < VIEW_URI_ANCHORS_MAX)
        add_once(m->a, &uri->anchors, &uri->n_anchors, anchor);
    else if (!in(uri->anchors, uri->n_anchors, anchor))
        m->u->cut = true;
}

/* A page names most of its URIs more than once; they are cleaned once. */
static void add_link(struct maker *m, const struct view_html_uri *link)
{
    struct slice key = link->uri.n ? as_seen(m, link->uri, link->uri_wide) : SLICE("");
    uint32_t at = names_find(&m->uris, key);
    struct view_uri *uri = at == NAMES_NONE ? NULL : m->v[at];
    if (uri == NULL) {
        clean(m, key);
        uri = add_uri(m, key, VIEW_URI_HTML, true);
    }
    if (uri == NULL)
        return;
    uri->types |= VIEW_URI_HTML;
    if (link->tag.n)
        add_once(m->a, &uri->tags, &uri->n_tags, link->tag);
    if (link->anchor.p)
        add_anchor(m, uri, as_seen(m, link->anchor, link->anchor_wide));
}

/* What has an anchor but no tag, because its URI was made absolute, counts as parsed. */
static void type_untyped(struct view_uris *u)
{
    for (struct view_uri *i = u->first; i; i = i->next)
        if (i->types == VIEW_URI_HTML && i->n_tags == 0)
            i->types |= VIEW_URI_PARSED;
}

static void add_page(struct maker *m, const struct view_html *page)
{
    const struct view_html_uri *link = page->uris;
    m->u->truncated |= page->uri_cut;
    for (; link && !m->u->cut && room(m); link = link->next)
        add_link(m, link);
    m->u->cut |= link != NULL || page->links_cut;
}

/* Under a key of its own, so that it is not taken for a URI of the text. */
static void add_signer(struct maker *m, struct slice domain)
{
    m->clean.n = 1;
    m->clean.v[0] = arena_printf(m->a, "domainkeys:%.*s", SLICE_ARG(domain));
    m->bytes += domain.n;
    add_uri(m, m->clean.v[0], VIEW_URI_DOMAINKEYS, false);
}

void view_uris_make(struct view_uris *u, struct arena *a, const struct uri_rules *rules,
                    struct regex_scratch *scratch, const struct view_uri_input *in)
{
    struct maker *m = ARENA_NEW(a, struct maker);
    memset(u, 0, sizeof(*u));
    *m = (struct maker){ .u = u, .a = a, .rules = rules, .tail = &u->first };
    m->clean = (struct view_uri_clean){ .a = a, .rules = rules, .scratch = scratch };
    names_init(&m->uris, a);
    names_init(&m->forms, a);
    names_init(&m->seen, a);
    for (size_t i = 0; i < in->n_body; i++)
        add_text(m, in->body[i]);
    for (size_t i = 0; i < in->n_pages; i++)
        add_page(m, in->pages[i]);
    type_untyped(u);
    for (size_t i = 0; i < in->n_dkim && rules && rules->parse_dkim && room(m); i++)
        add_signer(m, in->dkim_domains[i]);
    u->cut |= !room(m) && in->n_dkim > 0;
}
