/* eval-uridnsbl.c - lists of hosts and domains in URIs: uridnsbl, urirhsbl, urinsrhsbl and their like
 * `urirhssub NAME ZONE TYPE TEST` says what a rule with check_uridnsbl('NAME') asks:
 *
 *   urirhsbl, urirhssub            DOMAIN.ZONE, and addresses in URIs, too (tflags notrim: HOST.ZONE;
 *                                  ips_only, domains_only)
 *   urinsrhsbl, urinsrhssub        DOMAIN.ZONE of the name servers of the domain
 *   urifullnsrhsbl, urifullnsrhssub    HOST.ZONE of them
 *   uridnsbl, uridnssub            ADDRESS.ZONE of the host (tflags a), of the name servers (tflags a, too:
 * as SpamAssassin 4.0.1 has it, tflags ns alone asks nothing)
 *
 * Rules that ask a zone the same share the questions. Limits: uridnsbl_max_domains, GROUP_QUESTIONS_MAX. */
#include "config.h"
#include "scoring/eval-uridnsbl.h"

#include "scoring/net-subtest.h"
#include "scoring/rule-parse.h"
#include "scoring/view-relay-ip.h"

#define GROUP_QUESTIONS_MAX 500

enum uribl_kind { URIBL_ADDRESS, URIBL_DOMAIN, URIBL_NS_DOMAIN, URIBL_NS_HOST };

#define SHARED_FLAGS (TFLAG_IPS_ONLY | TFLAG_DOMAINS_ONLY | TFLAG_NOTRIM | TFLAG_A)

struct uribl {
    const struct rule *rule;
    enum uribl_kind kind;
    struct slice zone;
    enum dns_type type;
    unsigned flags; /* of SHARED_FLAGS */
    struct net_subtest subtest;
};

/* rules with the same questions */
struct group {
    const struct uribl *of;
    struct net_questions questions;
    size_t n;
    bool asked[ASK_ROUNDS];
    struct group *next;
};

/* names whose records are wanted first */
struct steps {
    struct net_questions ns, hosts, ns_hosts;
    bool asked_ns, asked_hosts, asked_ns_hosts;
    struct group *groups;
};

static struct steps *steps_of(struct check *c)
{
    if (c->state[CHECK_URIBL] == NULL)
        c->state[CHECK_URIBL] = ARENA_NEW(c->m->arena, struct steps);
    return c->state[CHECK_URIBL];
}

static bool same(const struct uribl *a, const struct uribl *b)
{
    return a->kind == b->kind && a->type == b->type && a->flags == b->flags && slice_ieq(a->zone, b->zone);
}

static struct group *group_of(struct check *c, const struct uribl *u, bool make)
{
    struct steps *s = steps_of(c);
    struct group *g = s->groups;
    while (g && !same(g->of, u))
        g = g->next;
    if (g == NULL && make) {
        g = ARENA_NEW(c->m->arena, struct group);
        g->of = u;
        g->next = s->groups;
        s->groups = g;
    }
    return g;
}

/* ---- asking a list */

static bool asked(const struct net_questions *questions, struct slice about)
{
    for (const struct net_question *q = questions->first; q; q = q->next)
        if (slice_eq(q->about, about))
            return true;
    return false;
}

static void ask_about(struct check *c, struct group *g, struct slice what)
{
    struct slice key = ip_is_v4(what) ? net_reversed(c, what) : what;
    if (what.n && g->n < GROUP_QUESTIONS_MAX && !asked(&g->questions, what) &&
        net_ask_list(c, &g->questions, key, g->of->zone, g->of->type, what))
        g->n++;
}

static bool public_v4(struct slice text)
{
    return ip_is_v4(text) && !relay_ip_is_private(text);
}

static void ask_domains(struct check *c, struct group *g)
{
    const struct uribl_hosts *h = uribl_hosts(c);
    unsigned flags = g->of->flags;
    for (size_t i = 0; i < h->n; i++) {
        const struct uribl_host *host = &h->v[i];
        if (host->address) {
            if (public_v4(host->host) && ((flags & TFLAG_IPS_ONLY) || !(flags & TFLAG_DOMAINS_ONLY)))
                ask_about(c, g, host->host);
        } else if (!(flags & TFLAG_IPS_ONLY))
            ask_about(c, g, flags & TFLAG_NOTRIM ? host->host : host->domain);
    }
}

/* ---- name servers and addresses */

/* Records of names are asked once, whichever rule wants them. */
static void ask_records(struct check *c, struct net_questions *to, struct slice name, enum dns_type type)
{
    if (!asked(to, name))
        net_ask(c, to, name, type);
}

static void ask_ns(struct check *c)
{
    struct steps *s = steps_of(c);
    const struct uribl_hosts *h = uribl_hosts(c);
    for (size_t i = 0; i < h->n && !s->asked_ns; i++)
        if (!h->v[i].address)
            ask_records(c, &s->ns, h->v[i].domain, DNS_NS);
    s->asked_ns = true;
}

static void ask_host_addresses(struct check *c)
{
    struct steps *s = steps_of(c);
    const struct uribl_hosts *h = uribl_hosts(c);
    for (size_t i = 0; i < h->n && !s->asked_hosts; i++)
        if (!h->v[i].address)
            ask_records(c, &s->hosts, h->v[i].host, DNS_A);
    s->asked_hosts = true;
}

/* A name server that is written as an address is one. */
static void each_ns(struct check *c, void (*use)(struct check *c, void *ctx, struct slice ns), void *ctx)
{
    for (struct net_question *q = steps_of(c)->ns.first; q; q = q->next)
        for (const struct dns_record *r = net_answer(c, q)->records; r; r = r->next)
            use(c, ctx, r->data);
}

static void ask_ns_address(struct check *c, void *ctx, struct slice ns)
{
    struct steps *s = steps_of(c);
    (void)ctx;
    if (!ip_is_v4(ns) && !asked(&s->hosts, ns))
        ask_records(c, &s->ns_hosts, ns, DNS_A);
}

static void ask_ns_addresses(struct check *c)
{
    struct steps *s = steps_of(c);
    if (!s->asked_ns_hosts)
        each_ns(c, ask_ns_address, NULL);
    s->asked_ns_hosts = true;
}

static void ask_ns_name(struct check *c, void *ctx, struct slice ns)
{
    struct group *g = ctx;
    bool address = ip_is_v4(ns);
    if (address && !public_v4(ns))
        return;
    bool whole = address || g->of->kind == URIBL_NS_HOST;
    ask_about(c, g, whole ? ns : uri_trim_domain(c->set->uri_rules, c->m->arena, ns));
}

static void ask_addresses(struct check *c, struct group *g, struct net_questions *of)
{
    for (struct net_question *q = of->first; q; q = q->next)
        for (const struct dns_record *r = net_answer(c, q)->records; r; r = r->next)
            ask_about(c, g, net_dotted(c->m->arena, r->data));
}

/* ---- rounds */

/* hosts' addresses are known a round before those of name servers */
static void ask_address_group(struct check *c, struct group *g, enum ask_round round)
{
    struct steps *s = steps_of(c);
    if (!(g->of->flags & TFLAG_A)) {
        if (round == ASK_FIRST)
            ask_ns(c);
        return;
    }
    if (round == ASK_FIRST)
        ask_host_addresses(c);
    else if (round == ASK_SECOND) {
        ask_ns_addresses(c);
        ask_addresses(c, g, &s->hosts);
    } else
        ask_addresses(c, g, &s->ns_hosts);
}

static void ask_ns_group(struct check *c, struct group *g, enum ask_round round)
{
    if (round == ASK_FIRST)
        ask_ns(c);
    else if (round == ASK_SECOND)
        each_ns(c, ask_ns_name, g);
}

static void ask_uridnsbl(struct check *c, const struct eval_args *args, const void *prepared,
                         enum ask_round round)
{
    const struct uribl *u = prepared;
    (void)args;
    if (u == NULL || c->set->net->skip_uribl)
        return;
    struct group *g = group_of(c, u, true);
    if (g->asked[round])
        return;
    g->asked[round] = true;
    switch (u->kind) {
    case URIBL_DOMAIN:
        if (round == ASK_FIRST)
            ask_domains(c, g);
        break;
    case URIBL_ADDRESS: ask_address_group(c, g, round); break;
    case URIBL_NS_DOMAIN:
    case URIBL_NS_HOST: ask_ns_group(c, g, round); break;
    }
}

/* ---- answers */

static bool fits(struct check *c, const struct net_subtest *t, struct net_question *q)
{
    const struct dns_answer *answer = net_answer(c, q);
    for (const struct dns_record *r = answer->records; r; r = r->next) {
        bool refused;
        struct slice text = net_listing(c, q, r, &refused);
        if (text.p && net_subtest_fits(c, t, text, q->type == DNS_A, refused))
            return true;
    }
    return false;
}

static double check_uridnsbl(struct check *c, const struct eval_args *args, const void *prepared)
{
    const struct uribl *u = prepared;
    struct group *g = u && c->state[CHECK_URIBL] ? group_of(c, u, false) : NULL;
    bool hit = false;
    (void)args;
    for (struct net_question *q = g ? g->questions.first : NULL; q; q = q->next)
        if (fits(c, &u->subtest, q)) {
            hit = true;
            check_log(c, arena_printf(c->m->arena, "URI: %.*s", SLICE_ARG(q->about)));
        }
    return hit;
}

/* ---- what is asked */

static const struct {
    const char *name;
    enum uribl_kind kind;
    bool subtest;
} directives[] = {
    { "uridnsbl", URIBL_ADDRESS, false },       { "uridnssub", URIBL_ADDRESS, true },
    { "urirhsbl", URIBL_DOMAIN, false },        { "urirhssub", URIBL_DOMAIN, true },
    { "urinsrhsbl", URIBL_NS_DOMAIN, false },   { "urinsrhssub", URIBL_NS_DOMAIN, true },
    { "urifullnsrhsbl", URIBL_NS_HOST, false }, { "urifullnsrhssub", URIBL_NS_HOST, true },
};

static int directive_of(const struct setting_line *l)
{
    for (size_t i = 0; i < sizeof(directives) / sizeof(*directives); i++)
        if (setting_is(l, directives[i].name))
            return (int)i;
    return -1;
}

/* the last line about the rule, NULL: none */
static const struct setting_line *line_of(const struct settings *s, struct slice rule)
{
    const struct setting_line *last = NULL;
    for (const struct setting_line *l = settings_first(s, SETTING_NETWORK); l; l = l->next) {
        struct slice rest = l->value;
        if (directive_of(l) >= 0 && slice_eq(rule_word(&rest), rule))
            last = l;
    }
    return last;
}

static int read_line(struct uribl *u, const struct setting_line *l, struct err *e)
{
    struct slice rest = l->value;
    int at = directive_of(l);
    rule_word(&rest);
    u->kind = directives[at].kind;
    u->zone = rule_word(&rest);
    u->zone.n -= u->zone.n && u->zone.p[u->zone.n - 1] == '.';
    struct slice type = rule_word(&rest);
    u->type = dns_type_by_name(type);
    if (u->zone.n == 0 || (u->type != DNS_A && u->type != DNS_TXT) ||
        (directives[at].subtest != (rest.n > 0)))
        return err_set(e, ERR_CONFIG, "write \"%s NAME ZONE A%s\"", directives[at].name,
                       directives[at].subtest ? " TEST" : "");
    return net_subtest_uri(&u->subtest, rest, e);
}

static int prepare(struct eval_prepare *p, void **prepared, struct err *e)
{
    const struct setting_line *l = line_of(&p->set->settings, p->rule->name);
    if (l == NULL)
        return 0;
    struct uribl *u = ARENA_NEW(p->a, struct uribl);
    u->rule = p->rule;
    u->flags = p->rule->tflags & SHARED_FLAGS;
    *prepared = u;
    return read_line(u, l, e);
}

static const struct eval_function rows[] = {
    { .name = "check_uridnsbl",
      .plugin = "URIDNSBL",
      .flags = EVAL_NETWORK,
      .max_args = EVAL_ARGS_MAX,
      .prepare = prepare,
      .run = check_uridnsbl,
      .ask = ask_uridnsbl },
};
EVAL_FAMILY(eval_uridnsbl, "URIDNSBL", rows);
