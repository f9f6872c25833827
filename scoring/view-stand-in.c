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
