/* eval-links.c - functions about the URIs of a message
 * SpamAssassin's plugins URIEval and HTTPSMismatch, and what WLBLEval asks of lists of hosts. Anchors are
 * looked at page by page, as the counts of some rules are of one page. */
#include "config.h"
#include "scoring/eval.h"

#include "scoring/names.h"
#include "scoring/rule.h"

/* ---- check_for_http_redirector() */

/* up to / : ? */
static size_t host_end(struct slice s, size_t at)
{
    while (at < s.n && s.p[at] != '/' && s.p[at] != ':' && s.p[at] != '?')
        at++;
    return at;
}

/* where the host behind http: or https: at `at` begins: behind up to two slashes; 0: there is none */
static size_t host_start(struct slice s, size_t at)
{
    struct slice rest = slice_from(s, at);
    size_t n = slice_istarts(rest, SLICE("http:")) ? 5 : slice_istarts(rest, SLICE("https:")) ? 6 : 0;
    for (size_t slashes = 0; n && slashes < 3; slashes++) {
        size_t start = at + n + slashes;
        if (start < s.n && host_end(s, start) > start)
            return start;
        if (slashes == 2 || start >= s.n || s.p[start] != '/')
            return 0;
    }
    return 0;
}

struct redirection {
    struct slice from, to; /* hosts as written */
    struct slice rest;     /* the URI that one gets to */
};

static bool found_at(struct redirection *r, struct slice uri, size_t start, size_t end, size_t at)
{
    size_t to = host_start(uri, at);
    if (to == 0)
        return false;
    r->from = slice_sub(uri, start, end - start);
    r->to = slice_sub(uri, to, host_end(uri, to) - to);
    r->rest = slice_from(uri, at);
    return true;
}

/* Another http: after the host and one byte; or else at the very end of the host. */
static bool redirection(struct redirection *r, struct slice uri)
{
    size_t start = slice_istarts(uri, SLICE("http://")) ? 7 : slice_istarts(uri, SLICE("https://")) ? 8 : 0;
    size_t end = start ? host_end(uri, start) : 0;
    if (end <= start)
        return false;
    for (size_t at = end + 1; at + 5 < uri.n; at++)
        if ((uri.p[at] | 32) == 'h' && found_at(r, uri, start, end, at))
            return true;
    for (size_t back = 4; back <= 5; back++)
        if (end >= start + back + 2 && found_at(r, uri, start, end - back - 1, end - back))
            return true;
    return false;
}

static struct slice domain_or_text(struct check *c, struct slice host)
{
    struct uri_host h;
    return uri_host_of(c->set->uri_rules, c->m->arena, host, &h) ? h.domain : host;
}

static double http_redirector(struct check *c, const struct eval_args *args, const void *prepared)
{
    const struct view_uris *u = views_uris(&c->views);
    struct redirection r;
    for (size_t i = 0; i < u->n_all; i++)
        for (struct slice uri = u->all[i]; redirection(&r, uri); uri = r.rest)
            if (!slice_eq(domain_or_text(c, r.from), domain_or_text(c, r.to)))
                return 1;
    return 0;
}

/* ---- anchors that say https: of something else */

static const struct view_html *first_page(struct check *c, struct view_part **part)
{
    views_uris(&c->views); /* pages are rendered */
    *part = views_tree(&c->views)->root;
    while (*part && (*part)->html == NULL)
        *part = (*part)->next;
    return *part ? (*part)->html : NULL;
}

static const struct view_html *next_page(struct view_part **part)
{
    do
        *part = (*part)->next;
    while (*part && (*part)->html == NULL);
    return *part ? (*part)->html : NULL;
}

static bool dotted(struct slice s)
{
    size_t at = 0;
    for (unsigned i = 0; i < 4; i++) {
        size_t digits = at;
        while (at < s.n && ascii_digit(s.p[at]))
            at++;
        if (at == digits || (i < 3 && (at == s.n || s.p[at++] != '.')))
            return false;
    }
    return true;
}

/* https:, slashes, maybe a user, an address of four numbers; `head` is the bytes of the scheme with its colon
 */
static bool is_address(struct slice s, size_t head)
{
    while (head < s.n && s.p[head] == '/')
        head++;
    s = slice_from(s, head);
    size_t at = 0;
    while (at < s.n && s.p[at] != '@' && s.p[at] != '/')
        at++;
    return dotted(s) || (at && at < s.n && s.p[at] == '@' && dotted(slice_from(s, at + 1)));
}

static size_t scheme(struct slice s, bool plain_too)
{
    return slice_istarts(s, SLICE("https:")) ? 6 : plain_too && slice_istarts(s, SLICE("http:")) ? 5 : 0;
}

/* where `what` begins at or behind `from`, whatever its case; s.n: nowhere */
static size_t ifind(struct slice s, size_t from, struct slice what)
{
    while (from < s.n && !slice_istarts(slice_from(s, from), what))
        from++;
    return from;
}

static bool says_https(struct slice anchor)
{
    size_t head = scheme(anchor, false);
    return !(head && is_address(anchor, head)) && ifind(anchor, 0, SLICE("https:")) < anchor.n;
}

static double https_ip_mismatch(struct check *c, const struct eval_args *args, const void *prepared)
{
    struct view_part *part;
    for (const struct view_html *page = first_page(c, &part); page; page = next_page(&part))
        for (const struct view_html_uri *u = page->uris; u; u = u->next) {
            size_t head = scheme(u->uri, true);
            if (head && is_address(u->uri, head) && says_https(u->anchor))
                return 1;
        }
    return 0;
}

static size_t name_end(struct slice s, size_t at, bool in_text)
{
    while (at < s.n && !strchr("/:?#", s.p[at] ? s.p[at] : 'x') &&
           !(in_text && (ascii_space(s.p[at]) || s.p[at] == '\v' || s.p[at] == '\f')))
        at++;
    return at;
}

/* The domain that http://HOST or https://HOST names; empty for addresses and what is no valid domain. */
static struct slice linked_domain(struct check *c, struct slice uri)
{
    const struct uri_rules *rules = c->set->uri_rules;
    struct uri_host h;
    size_t head = scheme(uri, true);
    if (head == 0 || !slice_starts(slice_from(uri, head), SLICE("//")))
        return SLICE("");
    struct slice host = slice_sub(uri, head + 2, name_end(uri, head + 2, false) - head - 2);
    if (host.n == 0 || uri_ip_address(host))
        return SLICE("");
    struct slice domain = uri_trim_domain(rules, c->m->arena, host);
    return uri_host_of(rules, c->m->arena, domain, &h) && uri_domain_valid(rules, h.domain) ? domain
                                                                                            : SLICE("");
}

/* The first https://HOST of an anchor's text names another domain (or any address). */
static bool names_other(struct check *c, struct slice anchor, struct slice domain)
{
    const struct uri_rules *rules = c->set->uri_rules;
    for (size_t at = ifind(anchor, 0, SLICE("https://")); at < anchor.n;
         at = ifind(anchor, at + 1, SLICE("https://"))) {
        size_t end = name_end(anchor, at + 8, true);
        struct slice host = slice_sub(anchor, at + 8, end - at - 8);
        if (host.n == 0)
            continue;
        bool address = uri_ip_address(host);
        struct slice other = address ? host : uri_trim_domain(rules, c->m->arena, host);
        return (address || uri_domain_valid(rules, other)) && !slice_eq(other, domain);
    }
    return false;
}

static bool page_mismatch(struct check *c, const struct view_html *page, double least, double below)
{
    struct names seen;
    bool hit = false;
    names_init(&seen, c->m->arena);
    for (const struct view_html_uri *u = page->uris; u; u = u->next) {
        struct slice domain = u->anchor.p && u->uri.n ? linked_domain(c, u->uri) : SLICE("");
        if (domain.n == 0)
            continue;
        names_add(&seen, u->uri, 0);
        hit = hit || names_other(c, u->anchor, domain);
    }
    return hit && (double)seen.n >= least && (double)seen.n < below;
}

static double https_http_mismatch(struct check *c, const struct eval_args *args, const void *prepared)
{
    double least = eval_number(args, 0, 1), below = eval_number(args, 1, 1e9);
    struct view_part *part;
    for (const struct view_html *page = first_page(c, &part); page; page = next_page(&part))
        if (page_mismatch(c, page, least == 0 ? 1 : least, below))
            return 1;
    return 0;
}

static double truncated(struct check *c, const struct eval_args *args, const void *prepared)
{
    return views_uris(&c->views)->truncated;
}

/* ---- lists of hosts */

static double host_listed(struct check *c, struct slice list)
{
    const struct view_uris *u = views_uris(&c->views);
    struct slice entry;
    for (const struct view_uri *uri = u->first; uri; uri = uri->next)
        for (size_t i = 0; i < uri->n_hosts && !slice_istarts(uri->uri, SLICE("mailto:")); i++) {
            struct slice host = uri->hosts[i];
            if (!uri_host_listed(c->set->uri_rules, list, host, &entry))
                continue;
            check_log(c, entry.n == host.n ? arena_printf(c->m->arena, "URI: %.*s", SLICE_ARG(host))
                                           : arena_printf(c->m->arena, "URI: %.*s (%.*s)", SLICE_ARG(host),
                                                          SLICE_ARG(entry)));
            return 1;
        }
    return 0;
}

static double in_list(struct check *c, const struct eval_args *args, const void *prepared)
{
    return host_listed(c, eval_arg(args, 0));
}

static double in_blocklist(struct check *c, const struct eval_args *args, const void *prepared)
{
    return host_listed(c, SLICE("BLOCK"));
}

static double in_welcomelist(struct check *c, const struct eval_args *args, const void *prepared)
{
    return host_listed(c, SLICE("WELCOME"));
}

static const struct eval_function rows[] = {
    { "check_for_http_redirector", "URIEval", 0, 0, 0, NULL, http_redirector, NULL },
    { "check_https_http_mismatch", "HTTPSMismatch", 0, 0, 2, NULL, https_http_mismatch, NULL },
    { "check_https_ip_mismatch", "URIEval", 0, 0, 0, NULL, https_ip_mismatch, NULL },
    { "check_uri_host_in_blacklist", "WLBLEval", 0, 0, 0, NULL, in_blocklist, NULL },
    { "check_uri_host_in_blocklist", "WLBLEval", 0, 0, 0, NULL, in_blocklist, NULL },
    { "check_uri_host_in_welcomelist", "WLBLEval", 0, 0, 0, NULL, in_welcomelist, NULL },
    { "check_uri_host_in_whitelist", "WLBLEval", 0, 0, 0, NULL, in_welcomelist, NULL },
    { "check_uri_host_listed", "WLBLEval", 0, 1, 1, NULL, in_list, NULL },
    { "check_uri_truncated", "URIEval", 0, 0, 0, NULL, truncated, NULL },
};

extern const struct eval_family eval_links;
EVAL_FAMILY(eval_links, "URIEval, HTTPSMismatch", rows);
