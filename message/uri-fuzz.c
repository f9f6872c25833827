/* uri-fuzz.c - the same bytes as running text (made UTF-8 first), as one URI, and as a host
 * Holds: what is found lies in the text; a parsed URI's parts are in their one form: parsing its url again
 * gives the same url. */
#include <stdint.h>
#include <stdlib.h>
#include "message/charset.h"
#include "message/uri.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void check_ascii(struct slice s)
{
    for (size_t i = 0; i < s.n; i++)
        check(s.p[i] > ' ' && s.p[i] < 0x7f && !ascii_alpha(s.p[i] >= 'A' && s.p[i] <= 'Z' ? s.p[i] : 0));
}

static void check_uri(const struct uri *u, struct arena *a)
{
    struct uri again = { .flags = 0 };
    check_ascii(u->host);
    check(u->host.n <= 255);
    for (size_t i = 0; i < u->url.n; i++)
        check(u->url.p[i] > ' ' && u->url.p[i] < 0x7f);
    check(slice_iends(u->url, u->path) && slice_istarts(u->url, u->scheme));
    check(u->domain.n == 0 || slice_iends(u->host, u->domain));
    if (u->url.n > 8000 || slice_eq(u->scheme, SLICE("mailto")))
        return;
    check(uri_parse(&again, a, u->url));
    check(slice_eq(again.url, u->url) && slice_eq(again.host, u->host) && again.port == u->port);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice raw = slice_of((const char *)data, size);
    struct message_limits l;
    struct arena a;
    struct uri_list list = { .n = 0 };
    struct uri one = { .flags = 0 };
    message_limits_default(&l);
    l.uri_max_count = 50;
    arena_init(&a, 256 << 20);
    if (uri_parse(&one, &a, raw))
        check_uri(&one, &a);
    struct slice domain = uri_registrable(raw);
    check(domain.n <= raw.n);
    struct slice text = charset_to_utf8(&a, raw, SLICE("utf-8"), SIZE_MAX, NULL);
    uri_from_text(&list, &a, text, URI_TEXT, &l);
    check(list.n <= 50);
    const char *from = text.p;
    for (const struct uri *u = list.first; u; u = u->next) {
        check(u->raw.p >= from && u->raw.p + u->raw.n <= text.p + text.n);
        from = u->raw.p + u->raw.n;
        check(!(u->flags & URI_INVALID));
        check_uri(u, &a);
    }
    arena_deinit(&a);
    return 0;
}
