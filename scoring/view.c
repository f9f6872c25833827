/* view.c - a message as SpamAssassin's rules see it: full, uri, and what the views share; see view.h */
#include "config.h"
#include "scoring/view.h"

void views_init(struct views *v, struct message *m, const struct header_specs *specs)
{
    memset(v, 0, sizeof(*v));
    v->m = m;
    v->specs = specs;
    v->headers = arena_array(m->arena, specs->n, sizeof(*v->headers));
}

struct slice view_lf(struct arena *a, struct slice text)
{
    if (slice_find(text, SLICE("\r\n")) < 0)
        return text;
    char *out = arena_alloc(a, text.n);
    size_t n = 0;
    struct slice line;
    while (slice_line(&text, &line)) {
        size_t crlf = line.n >= 2 && line.p[line.n - 2] == '\r' && line.p[line.n - 1] == '\n';
        memcpy(out + n, line.p, line.n - crlf);
        n += line.n - crlf;
        out[n - 1] = line.p[line.n - 1];
    }
    return slice_of(out, n);
}

struct slice view_cut(struct slice text, size_t max, bool space)
{
    if (text.n <= max)
        return text;
    struct slice more = slice_sub(text, max, 1024 + 1);
    ptrdiff_t at = slice_chr(more, '\n');
    if (at < 0 && space)
        at = slice_chr(more, ' ');
    return slice_sub(text, 0, at < 0 ? max : max + (size_t)at + 1);
}

const struct view *views_full(struct views *v)
{
    if (!v->has_full) {
        v->full.v = ARENA_NEW(v->m->arena, struct slice);
        v->full.v[0] = view_lf(v->m->arena, v->m->raw);
        v->full.n = 1;
        v->has_full = true;
    }
    return &v->full;
}

static void add_once(struct views *v, struct names *seen, struct slice uri)
{
    if (uri.n && names_add(seen, uri, 0) == NAMES_NONE)
        v->uri.v[v->uri.n++] = uri;
}

/* As found; one whose scheme was guessed gets it in front. */
static struct slice found_form(struct arena *a, const struct uri *u)
{
    if (!(u->flags & URI_NO_SCHEME))
        return u->raw;
    bool mail = slice_eq(u->scheme, SLICE("mailto"));
    return arena_printf(a, "%.*s%s%.*s", SLICE_ARG(u->scheme), mail ? ":" : "://", SLICE_ARG(u->raw));
}

const struct view *views_uri(struct views *v)
{
    if (v->has_uri)
        return &v->uri;
    const struct uri_list *list = message_uris(v->m);
    struct names seen;
    names_init(&seen, v->m->arena);
    v->uri.v = arena_array(v->m->arena, list->n * 2, sizeof(*v->uri.v));
    for (const struct uri *u = list->first; u; u = u->next) {
        add_once(v, &seen, found_form(v->m->arena, u));
        add_once(v, &seen, u->url);
    }
    v->has_uri = true;
    return &v->uri;
}
