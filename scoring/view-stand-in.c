/* view-stand-in.c - the least that links, for readers that do not exist yet
 * A reader that comes removes its function from here. */
#include "config.h"
#include "scoring/view.h"

#include "message/html.h"

void view_html_render(struct view_html *h, struct arena *a, struct slice page)
{
    struct message_limits limits;
    struct html html;
    message_limits_default(&limits);
    html_parse(&html, a, page, limits.text_max, &limits);
    h->visible = html.visible;
    h->invisible = html.invisible;
    h->text = h->invisible.n ? arena_printf(a, "%.*s\n\n%.*s", SLICE_ARG(h->visible), SLICE_ARG(h->invisible))
                             : h->visible;
}

double view_html_number(const struct view_html *h, struct slice name, bool *present)
{
    if (present)
        *present = false;
    return 0;
}

static void add_uris(struct view_uris *u, struct arena *a, const struct uri_list *list)
{
    u->all = arena_array(a, list->n * 2, sizeof(*u->all));
    for (const struct uri *i = list->first; i; i = i->next) {
        bool mail = slice_eq(i->scheme, SLICE("mailto"));
        struct slice raw = i->flags & URI_NO_SCHEME ? arena_printf(a, "%.*s%s%.*s", SLICE_ARG(i->scheme),
                                                                   mail ? ":" : "://", SLICE_ARG(i->raw))
                                                    : i->raw;
        u->all[u->n_all++] = raw;
        if (i->url.n && !slice_eq(i->url, raw))
            u->all[u->n_all++] = i->url;
    }
}

void view_uris_make(struct view_uris *u, struct arena *a, const struct uri_rules *rules,
                    struct regex_scratch *scratch, const struct view_uri_input *in)
{
    struct message_limits limits;
    struct uri_list list = { 0 };
    message_limits_default(&limits);
    memset(u, 0, sizeof(*u));
    for (size_t i = 0; i < in->n_body; i++)
        uri_from_text(&list, a, in->body[i], URI_TEXT, &limits);
    add_uris(u, a, &list);
}

struct slice uri_registered(const struct uri_rules *rules, struct slice host)
{
    size_t at = host.n, dots = 0;
    while (at > 0 && (dots += host.p[at - 1] == '.') < 2)
        at--;
    return dots ? slice_from(host, at) : SLICE("");
}
