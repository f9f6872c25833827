/* html-fuzz.c - a page (made valid UTF-8 first); the first byte makes the limits small
 * Holds: what comes out is valid UTF-8 and within its limits; links and images are as many as counted. */
#include <stdint.h>
#include <stdlib.h>
#include "message/charset.h"
#include "message/html.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void check_lists(const struct html *h)
{
    size_t n = 0;
    for (const struct html_link *link = h->links; link; link = link->next, n++) {
        check(link->url.n > 0 && utf8_valid(link->url));
        check(link->text.n <= 200 && utf8_valid(link->text));
        check(slice_chr(link->text, '\n') < 0);
    }
    check(n == h->n_links);
    n = 0;
    for (const struct html_image *image = h->images; image; image = image->next, n++)
        check(utf8_valid(image->url) && utf8_valid(image->alt) && image->width >= -1 && image->height >= -1);
    check(n == h->n_images);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    struct message_limits l;
    struct arena a;
    struct html h;
    message_limits_default(&l);
    size_t max = 1 << 20;
    if (data[0] == '!') {
        l.html_max_tags = 20;
        l.html_max_links = 3;
        max = 30;
    }
    arena_init(&a, 256 << 20);
    struct slice page =
        charset_to_utf8(&a, slice_of((const char *)data + 1, size - 1), SLICE("utf-8"), SIZE_MAX, NULL);
    html_parse(&h, &a, page, max, &l);
    check(h.visible.n <= max && h.invisible.n <= max);
    check(utf8_valid(h.visible) && utf8_valid(h.invisible) && utf8_valid(h.title));
    check(h.n_links <= l.html_max_links && h.n_images <= l.html_max_links);
    check_lists(&h);
    arena_deinit(&a);
    return 0;
}
