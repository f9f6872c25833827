/* eval-dnsbl.c - lists of addresses: check_rbl and its like; see eval-dnsbl.h
 * A rule names a set and a zone: check_rbl('zen-lastexternal', 'zen.spamhaus.org.', TEST). Rules of
 * check_rbl_sub('zen-lastexternal', TEST) look at all answers of that set. Which relays are meant is in the
 * set's ending: -lastexternal the one that handed the message to us, -firsttrusted the first that is not
 * trusted (or the first address of an originating_ip_header), -untrusted all behind it, -notfirsthop all but
 * the sender's own machine; else all, from the last to the first. */
#include "config.h"
#include "scoring/eval-dnsbl.h"

#include "scoring/eval-text.h"
#include "scoring/view-relay-ip.h"

#define FULL_MAX 200 /* relays looked at */

struct lookup {
    struct net_question *question;
    struct lookup *next; /* of the set */
};

/* questions of a set, whatever rule asked them */
struct rbl_set {
    struct slice name;
    struct lookup *first, **tail;
    struct rbl_set *next;
};

struct rbl_rule {
    const struct rule *rule;
    struct net_questions questions;
    struct rbl_rule *next;
};

struct addresses {
    struct slice v[FULL_MAX];
    size_t n;
};

struct rbl_state {
    struct rbl_set *sets;
    struct rbl_rule *rules;
    struct addresses external, untrusted, originating;
};

/* ---- addresses */

static bool in(const struct addresses *v, struct slice ip)
{
    for (size_t i = 0; i < v->n; i++)
        if (slice_eq(v->v[i], ip))
            return true;
    return false;
}

static void add(struct addresses *to, struct slice ip)
{
    if (to->n < FULL_MAX)
        to->v[to->n++] = ip;
}

static void add_public(struct addresses *to, struct slice ip)
{
    if (ip.n && !relay_ip_is_private(ip) && !in(to, ip))
        add(to, ip);
}

static void add_all(struct addresses *to, const struct addresses *from)
{
    for (size_t i = 0; i < from->n; i++)
        add_public(to, from->v[i]);
}

static bool trusted(const struct check *c, struct slice ip)
{
    return networks_have(&c->set->trust.trusted, ip);
}

static void find_originating(struct check *c, struct addresses *to)
{
    for (size_t i = 0; i < c->set->trust.n_originating; i++) {
        struct slice rest = views_get(&c->views, c->set->trust.originating_ip_headers[i])->text, ip;
        while ((ip = ip_find(rest)).n) {
            add(to, ip);
            rest = slice_from(rest, (size_t)(ip.p + ip.n - rest.p));
        }
    }
}

/* Without a public relay outside nobody is asked about. */
static void find_addresses(struct check *c, struct rbl_state *s)
{
    const struct view_relays *r = views_relays(&c->views);
    for (size_t i = 0; i < r->n; i++) {
        if (i >= r->n_trusted)
            add_public(&s->untrusted, r->v[i].ip);
        if (i >= r->n_trusted || !r->v[i].internal)
            add_public(&s->external, r->v[i].ip);
    }
    find_originating(c, &s->originating);
    if (s->untrusted.n + s->originating.n == 0)
        s->external.n = 0;
}

static struct rbl_state *state_of(struct check *c)
{
    struct rbl_state *s = c->state[CHECK_RBL];
    if (s == NULL) {
        c->state[CHECK_RBL] = s = ARENA_NEW(c->m->arena, struct rbl_state);
        find_addresses(c, s);
    }
    return s;
}

static void reverse(struct addresses *v)
{
    for (size_t i = 0; i < v->n / 2; i++) {
        struct slice other = v->v[v->n - 1 - i];
        v->v[v->n - 1 - i] = v->v[i];
        v->v[i] = other;
    }
}

static void drop_first(struct addresses *v)
{
    if (v->n) {
        memmove(v->v, v->v + 1, (v->n - 1) * sizeof(*v->v));
        v->n--;
    }
}

static void keep_first(struct addresses *v, size_t n)
{
    v->n = v->n < n ? v->n : n;
}

static void choose(struct check *c, const struct dnsbl *d, struct addresses *out)
{
    const struct rbl_state *s = state_of(c);
    bool external = d->relays == DNSBL_LAST_EXTERNAL || d->relays == DNSBL_NOT_FIRST_HOP;
    out->n = 0;
    add_all(out, external ? &s->external : &s->untrusted);
    for (size_t i = 0; i < s->originating.n && !external; i++)
        if (!trusted(c, s->originating.v[i]))
            add_public(out, s->originating.v[i]);
    switch (d->relays) {
    case DNSBL_ALL: reverse(out); break;
    case DNSBL_UNTRUSTED: drop_first(out); break;
    case DNSBL_NOT_FIRST_HOP: out->n -= out->n > 1; break;
    case DNSBL_LAST_EXTERNAL:
    case DNSBL_FIRST_TRUSTED: keep_first(out, 1); break;
    }
    keep_first(out, DNSBL_ADDRESSES_MAX);
    while (out->n && !(d->rule->tflags & TFLAG_NICE) && trusted(c, out->v[0]))
        drop_first(out);
}

/* ---- asking */

static struct rbl_set *set_of(struct check *c, struct slice name)
{
    struct rbl_state *s = state_of(c);
    struct rbl_set *set = s->sets;
    while (set && !slice_eq(set->name, name))
        set = set->next;
    return set;
}

static struct rbl_set *make_set(struct check *c, struct slice name)
{
    struct rbl_state *s = state_of(c);
    struct rbl_set *set = ARENA_NEW(c->m->arena, struct rbl_set);
    set->name = name;
    set->tail = &set->first;
    set->next = s->sets;
    s->sets = set;
    return set;
}

static struct rbl_rule *rule_of(struct check *c, const struct rule *r)
{
    struct rbl_rule *own = state_of(c)->rules;
    while (own && own->rule != r)
        own = own->next;
    return own;
}

static struct rbl_rule *make_rule(struct check *c, const struct rule *r)
{
    struct rbl_state *s = state_of(c);
    struct rbl_rule *own = ARENA_NEW(c->m->arena, struct rbl_rule);
    own->rule = r;
    own->next = s->rules;
    s->rules = own;
    return own;
}

bool dnsbl_on(const struct check *c)
{
    return net_available(c) && !c->set->net->skip_rbl;
}

void dnsbl_ask(struct check *c, const struct dnsbl *d, struct slice key, struct slice about)
{
    struct rbl_rule *own = rule_of(c, d->rule);
    struct rbl_set *set = set_of(c, d->set);
    if (own == NULL)
        own = make_rule(c, d->rule);
    struct net_question *q = net_ask_list(c, &own->questions, key, d->zone, d->type, about);
    if (q == NULL)
        return;
    if (set == NULL)
        set = make_set(c, d->set);
    struct lookup *l = ARENA_NEW(c->m->arena, struct lookup);
    l->question = q;
    *set->tail = l;
    set->tail = &l->next;
}

void dnsbl_ask_relays(struct check *c, const struct eval_args *args, const void *prepared,
                      enum ask_round round)
{
    const struct dnsbl *d = prepared;
    struct addresses v;
    (void)args;
    if (round != ASK_FIRST || !dnsbl_on(c))
        return;
    choose(c, d, &v);
    for (size_t i = 0; i < v.n; i++)
        dnsbl_ask(c, d, net_reversed(c, v.v[i]), v.v[i]);
}

void dnsbl_ask_host(struct check *c, const struct dnsbl *d, struct slice host)
{
    if (uri_ip_address(host)) {
        if (!(d->rule->tflags & TFLAG_DOMAINS_ONLY))
            dnsbl_ask(c, d, net_reversed(c, host), host);
    } else if (!(d->rule->tflags & TFLAG_IPS_ONLY) && uri_fqdn_valid(host) &&
               uri_domain_valid(c->set->uri_rules, host))
        dnsbl_ask(c, d, host, host);
}

/* ---- answers */

static void log_hit(struct check *c, const struct net_question *q, struct slice text)
{
    bool address = uri_ip_address(q->about);
    if (rule_is_sub(c->running))
        return;
    if (q->type == DNS_TXT)
        check_log(c, text);
    else if (address)
        check_log(c,
                  arena_printf(c->m->arena, "%.*s listed in %.*s", SLICE_ARG(q->about), SLICE_ARG(q->zone)));
    else
        check_log(c, arena_printf(c->m->arena, "listed in %.*s", SLICE_ARG(q->name)));
}

static bool fits(struct check *c, const struct net_subtest *t, struct net_question *q)
{
    const struct dns_answer *answer = net_answer(c, q);
    for (const struct dns_record *r = answer->records; r; r = r->next) {
        bool refused;
        struct slice text = net_listing(c, q, r, &refused);
        if (text.p == NULL || !net_subtest_fits(c, t, text, q->type == DNS_A, refused))
            continue;
        log_hit(c, q, text);
        return true;
    }
    return false;
}

double dnsbl_run(struct check *c, const struct eval_args *args, const void *prepared)
{
    const struct dnsbl *d = prepared;
    struct rbl_rule *own = c->state[CHECK_RBL] ? rule_of(c, d->rule) : NULL;
    bool hit = false;
    (void)args;
    for (struct net_question *q = own ? own->questions.first : NULL; q && !hit; q = q->next)
        hit = fits(c, &d->subtest, q);
    return hit;
}

static double check_rbl_sub(struct check *c, const struct eval_args *args, const void *prepared)
{
    const struct dnsbl *d = prepared;
    struct rbl_set *set = c->state[CHECK_RBL] ? set_of(c, d->set) : NULL;
    bool hit = false;
    (void)args;
    for (struct lookup *l = set ? set->first : NULL; l && !hit; l = l->next)
        hit = fits(c, &d->subtest, l->question);
    return hit;
}

/* ---- arguments */

static enum dnsbl_relays relays_of(struct slice set)
{
    static const struct {
        struct slice ending;
        enum dnsbl_relays relays;
    } endings[] = {
        { SLICE_INIT("-lastexternal"), DNSBL_LAST_EXTERNAL },
        { SLICE_INIT("-notfirsthop"), DNSBL_NOT_FIRST_HOP },
        { SLICE_INIT("-firsttrusted"), DNSBL_FIRST_TRUSTED },
        { SLICE_INIT("-untrusted"), DNSBL_UNTRUSTED },
    };
    for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++)
        if (slice_iends(set, endings[i].ending))
            return endings[i].relays;
    return DNSBL_ALL;
}

static struct slice without_dots(struct slice zone)
{
    while (zone.n && zone.p[zone.n - 1] == '.')
        zone.n--;
    return zone;
}

static int prepare(struct eval_prepare *p, void **prepared, struct slice zone, struct slice subtest,
                   struct err *e)
{
    struct dnsbl *d = ARENA_NEW(p->a, struct dnsbl);
    d->rule = p->rule;
    d->set = eval_arg(p->args, 0);
    d->zone = without_dots(zone);
    d->relays = relays_of(d->set);
    d->type = DNS_A;
    *prepared = d;
    if (slice_starts(subtest, SLICE("sb:")))
        return err_set(e, ERR_CONFIG, "rules for SenderBase are no longer understood");
    return net_subtest_rbl(&d->subtest, p, subtest, e);
}

int dnsbl_prepare(struct eval_prepare *p, void **prepared, struct err *e)
{
    return prepare(p, prepared, eval_arg(p->args, 1), eval_arg(p->args, 2), e);
}

static int prepare_txt(struct eval_prepare *p, void **prepared, struct err *e)
{
    int done = dnsbl_prepare(p, prepared, e);
    ((struct dnsbl *)*prepared)->type = DNS_TXT;
    return done;
}

static int prepare_sub(struct eval_prepare *p, void **prepared, struct err *e)
{
    return prepare(p, prepared, SLICE(""), eval_arg(p->args, 1), e);
}

/* ---- what is asked about every client */

/* A client outside is the last external relay, the first that is not trusted, and one of all. */
static bool asks_about_client(const struct rule *r)
{
    const struct eval_function *f = r->test.eval.f;
    const struct dnsbl *d = r->test.eval.prepared;
    return r->test.type == RULE_EVAL && f->ask == dnsbl_ask_relays && d->relays != DNSBL_UNTRUSTED;
}

void dnsbl_client_zones(struct ruleset *set)
{
    set->client_zones = arena_array(&set->arena, set->n_asking + 1, sizeof(*set->client_zones));
    for (size_t i = 0; i < set->n_asking && set->net->available && !set->net->skip_rbl; i++) {
        const struct dnsbl *d = set->asking[i]->test.eval.prepared;
        size_t k = 0;
        if (!asks_about_client(set->asking[i]) || !net_settings_allow(set->net, d->zone))
            continue;
        while (k < set->n_client_zones &&
               (set->client_zones[k].type != (int)d->type || !slice_ieq(set->client_zones[k].zone, d->zone)))
            k++;
        if (k == set->n_client_zones)
            set->client_zones[set->n_client_zones++] = (struct client_zone){ d->zone, (int)d->type };
    }
}

/* ---- accreditation: a list that is asked when the message says that it is in it */

/* "user@a--tag.example.org", or the field Accreditor: tag ..., tag ... */
static bool accredited(struct check *c, struct slice tag)
{
    struct slice from = views_get(&c->views, SLICE("EnvelopeFrom:addr"))->text,
                 rest = views_get(&c->views, SLICE("Accreditor"))->text, one;
    for (size_t i = 0; i + 4 < from.n; i++) {
        struct slice label = slice_from(from, i + 1);
        if ((from.p[i] == '@' || from.p[i] == '.') && slice_istarts(label, SLICE("a--")) &&
            slice_istarts(slice_from(label, 3), tag) && label.n > 3 + tag.n && label.p[3 + tag.n] == '.')
            return true;
    }
    while (rest.p && slice_cut(&rest, ',', &one)) {
        one = text_trim(one);
        if (slice_ieq(slice_sub(one, 0, text_skip_word(one, 0)), tag))
            return true;
    }
    return false;
}

static void ask_accreditor(struct check *c, const struct eval_args *args, const void *prepared,
                           enum ask_round round)
{
    struct slice tag = eval_arg(args, 3);
    if (round == ASK_FIRST && tag.n && accredited(c, tag))
        dnsbl_ask_relays(c, args, prepared, round);
}

#define ROW(name_, min_, max_, prepare_, run_, ask_)                                                         \
    {                                                                                                        \
        .name = name_, .plugin = "DNSEval", .flags = EVAL_NETWORK | EVAL_RBL, .min_args = min_,              \
        .max_args = max_, .prepare = prepare_, .run = run_, .ask = ask_                                      \
    }

static const struct eval_function rows[] = {
    ROW("check_rbl", 2, 3, dnsbl_prepare, dnsbl_run, dnsbl_ask_relays),
    ROW("check_rbl_accreditor", 4, 4, dnsbl_prepare, dnsbl_run, ask_accreditor),
    ROW("check_rbl_sub", 2, 2, prepare_sub, check_rbl_sub, NULL),
    ROW("check_rbl_txt", 2, 3, prepare_txt, dnsbl_run, dnsbl_ask_relays),
};
EVAL_FAMILY(eval_dnsbl, "DNSEval", rows);
