/* view-links.c - relays and URIs of a message: what their own readers are given; see view.h */
#include "config.h"
#include "scoring/view.h"

#include "scoring/rule.h"

/* Values of all fields of that name, decoded as rules see them, appended. */
static void collect(struct views *v, struct slice name, struct slice *values, size_t *n)
{
    for (size_t i = 0; i < v->n_fields; i++)
        if (slice_ieq(v->fields[i]->name, name))
            values[(*n)++] = view_field_decoded(v->arena, v->fields[i]);
}

/* The last field of each of the names. */
static struct slice *originating(struct views *v, const struct trust *trust, size_t *n)
{
    struct slice *values = arena_array(v->arena, trust->n_originating, sizeof(*values));
    for (size_t i = 0; i < trust->n_originating; i++) {
        struct view_field *last = view_part_field(v->tree->root, trust->originating_ip_headers[i]);
        if (last)
            values[(*n)++] = view_field_decoded(v->arena, last);
    }
    return values;
}

const struct view_relays *views_relays(struct views *v)
{
    static const struct trust nobody;
    const struct trust *trust = v->set ? &v->set->trust : &nobody;
    if (v->relays)
        return v->relays;
    views_fields(v);
    v->relays = ARENA_NEW(v->arena, struct view_relays);
    struct slice *received = arena_array(v->arena, v->n_fields, sizeof(*received));
    size_t n = 0, n_originating = 0;
    collect(v, SLICE("Received"), received, &n);
    struct slice *others = originating(v, trust, &n_originating);
    view_relays_make(v->relays, v->arena, trust, received, n, others, n_originating);
    return v->relays;
}

/* ---- URIs */

static void collect_pages(struct views *v, struct view_uri_input *in)
{
    const struct view_html **pages = arena_array(v->arena, views_tree(v)->n_parts, sizeof(*pages));
    view_parts_foreach(p, v->tree)
    {
        view_part_text(v->arena, p);
        if (p->html)
            pages[in->n_pages++] = p->html;
    }
    in->pages = pages;
}

/* The next d= of a signature's value; false when there is none. */
static bool next_domain(struct slice *value, struct slice *domain)
{
    for (size_t i = 0; i < value->n; i++) {
        size_t at = i + 1;
        if (value->p[i] != 'd' || (i && (ascii_alnum(value->p[i - 1]) || value->p[i - 1] == '_')))
            continue;
        while (at < value->n && ascii_space(value->p[at]))
            at++;
        if (at == value->n || value->p[at] != '=')
            continue;
        struct slice rest = slice_from(*value, at + 1);
        ptrdiff_t end = slice_chr(rest, ';');
        *domain = end < 0 ? rest : slice_sub(rest, 0, (size_t)end);
        *value = slice_from(rest, domain->n);
        return true;
    }
    return false;
}

static struct slice without_space(struct arena *a, struct slice s)
{
    char *out = arena_alloc(a, s.n);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_space(s.p[i]) && s.p[i] != '\v' && s.p[i] != '\f')
            out[n++] = s.p[i];
    return slice_of(out, n);
}

static void collect_domains(struct views *v, struct slice name, struct slice **list, size_t *n, size_t *cap)
{
    const struct view_header *h = views_get(v, name);
    for (size_t i = 0; i < h->n; i++) {
        struct slice value = h->v[i], domain;
        while (next_domain(&value, &domain)) {
            if (*n == *cap) {
                *cap = *cap ? *cap * 2 : 8;
                *list = arena_grow(v->arena, *list, *n, *cap, sizeof(**list));
            }
            (*list)[(*n)++] = without_space(v->arena, domain);
        }
    }
}

const struct view_uris *views_uris(struct views *v)
{
    if (v->uris)
        return v->uris;
    struct view_uri_input in = { 0 };
    struct slice *domains = NULL;
    size_t n = 0, cap = 0;
    v->uris = ARENA_NEW(v->arena, struct view_uris);
    in.body = views_body(v)->v;
    in.n_body = v->body.n;
    collect_pages(v, &in);
    collect_domains(v, SLICE("DomainKey-Signature"), &domains, &n, &cap);
    collect_domains(v, SLICE("DKIM-Signature"), &domains, &n, &cap);
    in.dkim_domains = domains;
    in.n_dkim = n;
    view_uris_make(v->uris, v->arena, v->set ? v->set->uri_rules : NULL, v->scratch, &in);
    return v->uris;
}

const struct view *views_uri(struct views *v)
{
    const struct view_uris *uris = views_uris(v);
    v->uri.v = uris->all;
    v->uri.n = uris->n_all;
    return &v->uri;
}
