/* eval-hashbl-email.c - hashes of mail addresses in lists; see eval-hashbl.h */
#include "config.h"
#include "scoring/eval-hashbl.h"

#include "scoring/eval-lists.h"
#include "scoring/eval-text.h"
#include "scoring/freemail-text.h"

/* addresses that are nobody's, or are made anew for each message */
#define WELCOME                                                                                              \
    "(?i)^(?:abuse|support|sales|info|helpdesk|contact|kontakt|(?:post|host|domain)master|undisclosed.*"     \
    "|request-[a-f0-9]{16}|bounced?-|[a-f0-9]{8}(?:\\.[a-f0-9]{8}|(?:-[a-f0-9]{4}){3}-[a-f0-9]{12})"         \
    "|.+=.+=.+)@"
/* in place of _TLDS_; whether it is a TLD is looked up */
#define TLDS "(?<![a-zA-Z0-9-])(?:[a-z]{2,24}|xn--[a-z0-9-]{1,59})(?!(?:[a-zA-Z0-9-]|\\.[a-zA-Z0-9]))"
#define PATTERN_MAX 65536

/* ---- finding them */

static struct slice domain_of(struct slice address)
{
    size_t at = address.n;
    while (at && address.p[at - 1] != '@')
        at--;
    return slice_from(address, at);
}

static void find_by_pattern(struct check *c, const struct hashbl *h, struct slice text,
                            struct hashbl_values *to)
{
    struct regex_span span, group;
    for (size_t from = 0; from <= text.n; from = span.end + (span.end == span.start)) {
        if (to->n == HASHBL_VALUES_MAX || !check_match_from(c, h->re, text, from, &span))
            return;
        struct slice rest = slice_from(text, span.start);
        if (regex_match_group(h->re, c->scratch, rest, &group) != REGEX_HIT || group.start > group.end)
            continue;
        struct slice found = slice_sub(rest, group.start, group.end - group.start);
        if (uri_domain_valid(c->set->uri_rules, domain_of(found)))
            hashbl_add(to, found);
    }
}

static void find_in(struct check *c, const struct hashbl *h, struct slice text, struct hashbl_values *to)
{
    struct slice email;
    size_t at = 0;
    if (h->re) {
        find_by_pattern(c, h, text, to);
        return;
    }
    while (to->n < HASHBL_VALUES_MAX && freemail_next(c->set->uri_rules, text, &at, &email))
        hashbl_add(to, email);
}

static bool only_a_link(const struct view_uri *u)
{
    bool a = false;
    for (size_t i = 0; i < u->n_tags; i++)
        a |= slice_eq(u->tags[i], SLICE("a"));
    return a && !(u->types & VIEW_URI_PARSED) && slice_istarts(u->uri, SLICE("mailto:"));
}

static void find_in_body(struct check *c, const struct hashbl *h, struct hashbl_values *to)
{
    const struct view *body = views_body(&c->views);
    bool strips = h->options & (HASHBL_NOURI | HASHBL_NOQUOTE);
    for (const struct view_uri *u = views_uris(&c->views)->first; u; u = u->next)
        if (only_a_link(u))
            find_in(c, h, slice_from(u->uri, strlen("mailto:")), to);
    for (size_t i = 0; i < body->n; i++)
        find_in(c, h, strips ? freemail_stripped(c->set->uri_rules, c->m->arena, body->v[i]) : body->v[i],
                to);
}

static void find_in_field(struct check *c, const struct hashbl *h, struct slice name,
                          struct hashbl_values *to)
{
    const struct view_header *v = views_get(&c->views, name);
    for (size_t i = 0; i < v->n; i++)
        find_in(c, h, v->v[i], to);
}

static void find_senders(struct check *c, struct hashbl_values *to)
{
    const struct slice *v;
    size_t n = eval_senders(c, &v);
    for (size_t i = 0; i < n; i++)
        hashbl_add(to, v[i]);
}

static void find_all(struct check *c, const struct hashbl *h, struct hashbl_values *to)
{
    struct slice rest = h->from, name;
    while (slice_cut(&rest, '/', &name)) {
        name = slice_trim(name);
        if (slice_eq(name, SLICE("ALLFROM")))
            find_senders(c, to);
        else if (slice_eq(name, SLICE("body")))
            find_in_body(c, h, to);
        else if (name.n)
            find_in_field(c, h, name, to);
    }
}

/* ---- choosing */

/* The message's own recipients; an address with capitals is none of them, as in SpamAssassin. */
static bool is_recipient(struct check *c, struct slice email)
{
    static const char *const fields[] = { "X-Original-To:addr", "Apparently-To:addr", "Delivered-To:addr",
                                          "Envelope-To:addr" };
    for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
        const struct view_header *h = views_get(&c->views, slice_str(fields[i]));
        for (size_t k = 0; k < h->n; k++)
            if (slice_eq(arena_lower(c->m->arena, text_trim(h->v[k])), email))
                return true;
    }
    return false;
}

static struct slice with_alias(struct check *c, struct slice email)
{
    const struct net_settings *s = c->set->net;
    struct slice domain = domain_of(email);
    uint32_t at = s->aliases.n ? names_find(&s->aliases, arena_lower(c->m->arena, domain)) : NAMES_NONE;
    if (at == NAMES_NONE)
        return email;
    return arena_printf(c->m->arena, "%.*s%.*s", SLICE_ARG(slice_sub(email, 0, email.n - domain.n)),
                        SLICE_ARG(s->alias_of[at]));
}

static bool wanted(struct check *c, const struct hashbl *h, struct slice email, struct slice domain)
{
    if (h->acl && net_map_find(&h->acl->domains, domain) != 1)
        return false;
    if (is_recipient(c, email) || check_match(c, h->welcome, email, NULL))
        return false;
    return h->acl || h->any_domain ||
           !hashbl_skips(c, domain, uri_trim_domain(c->set->uri_rules, c->m->arena, domain));
}

/* "j.o.e+x@example.org" as it stands in the list */
static struct slice shaped(struct check *c, const struct hashbl *h, struct slice user, struct slice domain)
{
    struct buf b;
    buf_init_in(&b, c->m->arena, 1000);
    for (size_t i = 0; i < user.n; i++) {
        if (user.p[i] == '+' && h->options & HASHBL_NOTAG)
            break;
        if (user.p[i] != '.' || !(h->options & HASHBL_NODOT))
            buf_add_char(&b, user.p[i]);
    }
    if (h->options & HASHBL_DOMAIN)
        return uri_trim_domain(c->set->uri_rules, c->m->arena, domain);
    if (h->options & HASHBL_HOST)
        return domain;
    if (!(h->options & HASHBL_USER))
        buf_printf(&b, "@%.*s", SLICE_ARG(domain));
    return buf_slice(&b);
}

void hashbl_ask_emails(struct check *c, const struct eval_args *args, const void *prepared,
                       enum ask_round round)
{
    const struct hashbl *h = prepared;
    struct hashbl_values *found, *values;
    (void)args;
    if (round != ASK_FIRST)
        return;
    found = ARENA_NEW(c->m->arena, struct hashbl_values);
    values = ARENA_NEW(c->m->arena, struct hashbl_values);
    find_all(c, h, found);
    for (size_t i = 0; i < found->n; i++) {
        struct slice email = with_alias(c, found->v[i]), domain = domain_of(email);
        if (domain.n == email.n || domain.n == 0 || !wanted(c, h, email, domain))
            continue;
        struct slice value = shaped(c, h, slice_sub(email, 0, email.n - domain.n - 1), domain);
        hashbl_add(values, h->options & HASHBL_CASE ? value : arena_lower(c->m->arena, value));
    }
    hashbl_ask(c, h, values, false);
}

/* ---- arguments */

static struct regex *pattern(struct eval_prepare *p, struct slice text, struct err *e)
{
    static const struct slice tlds = SLICE_INIT("_TLDS_");
    struct buf b;
    buf_init_in(&b, p->a, PATTERN_MAX);
    for (ptrdiff_t at; (at = slice_find(text, tlds)) >= 0; text = slice_from(text, (size_t)at + tlds.n)) {
        buf_add_slice(&b, slice_sub(text, 0, (size_t)at));
        buf_add_str(&b, TLDS);
    }
    buf_add_slice(&b, text);
    struct regex *re = regex_new(buf_slice(&b), 0, e);
    if (re)
        net_settings_keep(p->set->net, p->a, re);
    return re;
}

static int prepare_acl(struct eval_prepare *p, struct hashbl *h, struct err *e)
{
    struct slice name = eval_arg(p->args, 4);
    h->any_domain = slice_ieq(name, SLICE("all"));
    if (name.n == 0 || h->any_domain)
        return 0;
    h->acl = net_settings_acl(p->set->net, name);
    return h->acl ? 0
                  : err_set(e, ERR_CONFIG, "there is no hashbl_acl_%.*s: write one, with domains behind it",
                            SLICE_ARG(name));
}

int hashbl_prepare_emails(struct eval_prepare *p, void **prepared, struct err *e)
{
    const struct net_settings *s = p->set->net;
    struct hashbl *h;
    if (hashbl_prepare(p, &h, 3, SLICE("sha1/notag/noquote/max=10"), e) < 0 || prepare_acl(p, h, e) < 0)
        return -1;
    *prepared = h;
    h->from = eval_arg(p->args, 2).n ? eval_arg(p->args, 2) : SLICE("ALLFROM/Reply-To/body");
    h->welcome = pattern(p, s->welcome_pattern.n ? s->welcome_pattern : SLICE(WELCOME), e);
    if (h->welcome == NULL)
        return -1;
    if (s->email_pattern.n)
        h->re = pattern(p, s->email_pattern, e);
    return s->email_pattern.n && h->re == NULL ? -1 : 0;
}
