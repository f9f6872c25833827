/* uri-page.c - URIs of a page; see uri.h
 * Links are resolved against the first base that is an address of the web. Without one a relative link leads
 * nowhere and is left out, except where mail clients take it for a host. javascript: and data: are only
 * noted. */
#include "config.h"
#include "message/uri.h"

#include "message/uri-domain.h"
#include "message/uri-list.h"
#include "message/uri-parse.h"

static bool is_noted(struct slice scheme)
{
    return slice_eq(scheme, SLICE("javascript")) || slice_eq(scheme, SLICE("data"));
}

/* A reference without scheme and base that mail clients complete: "www.example.com/x" */
static bool is_bare_host(const struct slice url)
{
    size_t n = 0;
    while (n < url.n && !memchr("/\\?#:", url.p[n], 5))
        n++;
    return uri_host_known(slice_sub(url, 0, n));
}

static struct slice absolute(struct arena *a, const struct uri *base, struct slice url)
{
    if (uri_has_scheme(url))
        return url;
    if (base)
        return uri_resolve(a, base, url);
    if (slice_starts(url, SLICE("//")) || is_bare_host(url))
        return url;
    return slice_of(NULL, 0);
}

static void add_link(struct uri_list *list, struct arena *a, const struct uri *base,
                     const struct html_link *link, const struct message_limits *l)
{
    struct uri u = { .raw = link->url, .source = URI_HTML, .link = link->kind };
    uint64_t hash = uri_list_hash(&u);
    if (uri_list_has(list, &u, hash))
        return;
    struct slice url = absolute(a, base, link->url);
    if (url.n == 0)
        return;
    bool good = uri_parse(&u, a, url);
    u.raw = link->url;
    if ((good || is_noted(u.scheme)) && uri_list_room(list, l))
        uri_list_add(list, a, &u, hash);
}

void uri_from_html(struct uri_list *list, struct arena *a, const struct html *h,
                   const struct message_limits *l)
{
    struct uri base_uri = { .flags = 0 };
    const struct uri *base = NULL;
    if (uri_has_scheme(h->base) && uri_parse(&base_uri, a, h->base) && base_uri.host.n &&
        !slice_eq(base_uri.scheme, SLICE("mailto")))
        base = &base_uri;
    for (const struct html_link *link = h->links; link && !list->truncated; link = link->next)
        add_link(list, a, base, link, l);
}
