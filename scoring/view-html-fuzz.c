/* view-html-fuzz.c - any bytes as a page
 * A first byte W makes it one of characters. Holds: what is visible and what is not are the text together, no
 * URI is too long, facts are numbers in their bounds, the same page twice is the same. */
#include <stdlib.h>
#include "message/message.h"
#include "scoring/view-html.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void check_lists(const struct view_html *h, size_t n)
{
    for (int i = 0; i < VIEW_HTML_LISTS; i++) {
        size_t pieces = 0, bytes = 0;
        for (const struct view_html_piece *p = h->lists[i]; p; p = p->next) {
            pieces++;
            bytes += p->text.n;
        }
        check(pieces <= VIEW_HTML_PIECES_MAX && bytes <= 2 * n + 1024);
    }
}

static void check_uris(const struct view_html *h)
{
    size_t links = 0;
    for (const struct view_html_uri *u = h->uris; u; u = u->next, links++)
        check(u->uri.n <= 4 * VIEW_HTML_URI_MAX + h->base_href.n + 16 &&
              (u->tag.n || u->anchor.n == 0 || u->anchor.p));
    check(links <= VIEW_HTML_LINKS_MAX);
}

static void check_facts(const struct view_html *h)
{
    static const char *const ratios[] = { "bad_tag_ratio", "closed_extra_ratio", "non_element_ratio" };
    for (size_t i = 0; i < 3; i++) {
        double v = view_html_number(h, slice_str(ratios[i]), NULL);
        check(v >= 0 && v <= 1);
    }
    check(view_html_number(h, SLICE("html"), NULL) == 1);
    check(view_html_number(h, SLICE("backhair_count"), NULL) <= 49);
    check(view_html_open(h, SLICE("script")) <= 1 && view_html_open(h, SLICE("no such tag")) == -1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    bool wide = size && data[0] == 'W';
    struct slice page = slice_from(slice_of((const char *)data, size), wide);
    struct view_html one = { .source_n = page.n, .source_wide = wide }, two = one;
    arena_init(&a, 1u << 30);
    view_html_render(&one, &a, page);
    view_html_render(&two, &a, page);
    check(slice_eq(one.text, two.text) && slice_eq(one.visible, two.visible));
    check(one.text.n <= page.n + 16 && one.visible.n + one.invisible.n == one.text.n);
    check_lists(&one, page.n);
    check_uris(&one);
    check_facts(&one);
    check(view_html_bytes(&a, one.text, '?').n <= one.text.n);
    arena_deinit(&a);
    return 0;
}
