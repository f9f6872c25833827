/* eval-hashbl.c - hashes of addresses, links, texts and attachments in lists; see eval-hashbl.h */
#include "config.h"
#include "scoring/eval-hashbl.h"

#include "scoring/net-tags.h"
#include "scoring/view-relay-ip.h"

#define MAX 10 /* questions of a rule that says nothing of it */

struct own {
    const struct rule *rule;
    struct net_questions questions;
    struct own *next;
};

/* ---- values */

void hashbl_add(struct hashbl_values *to, struct slice value)
{
    for (size_t i = 0; i < to->n; i++)
        if (slice_eq(to->v[i], value))
            return;
    if (value.n && to->n < HASHBL_VALUES_MAX)
        to->v[to->n++] = value;
}

static struct slice in_case(struct check *c, const struct hashbl *h, struct slice value)
{
    return h->options & HASHBL_CASE ? value : arena_lower(c->m->arena, value);
}

struct slice hashbl_hash(struct check *c, const struct hashbl *h, struct slice value)
{
    unsigned char out[DIGEST_MAX];
    struct arena *a = c->m->arena;
    if (h->options & HASHBL_SHA256)
        return digest_base32(a, out, digest(DIGEST_SHA256, value, out));
    if (h->options & HASHBL_SHA1)
        return digest_hex(a, out, digest(DIGEST_SHA1, value, out));
    if (h->options & HASHBL_MD5)
        return digest_hex(a, out, digest(DIGEST_MD5, value, out));
    return value;
}

bool hashbl_skips(struct check *c, struct slice host, struct slice domain)
{
    const struct net_map *skip = &c->set->net->skip_domains;
    return net_map_find(skip, host) || net_map_find(skip, domain);
}

/* ---- asking */

static struct own *own_of(struct check *c, const struct rule *r)
{
    struct own *o = c->state[CHECK_HASHBL];
    while (o && o->rule != r)
        o = o->next;
    return o;
}

static struct own *make_own(struct check *c, const struct rule *r)
{
    struct own *o = ARENA_NEW(c->m->arena, struct own);
    o->rule = r;
    o->next = c->state[CHECK_HASHBL];
    c->state[CHECK_HASHBL] = o;
    return o;
}

void hashbl_ask(struct check *c, const struct hashbl *h, const struct hashbl_values *values, bool hashed)
{
    const struct net_map *ignore = &c->set->net->hash_ignore;
    struct own *own = own_of(c, h->rule);
    for (size_t i = 0; i < values->n && i < h->max; i++) {
        struct slice value = values->v[i];
        struct slice hash = hashed ? value : hashbl_hash(c, h, value);
        if ((!hashed && net_map_find(ignore, value)) || net_map_find(ignore, hash))
            continue;
        if (own == NULL)
            own = make_own(c, h->rule);
        net_ask_list(c, &own->questions, hash, h->zone, h->type, value);
    }
}

/* ---- links */

static bool is_link(const struct view_uri *u)
{
    bool a = u->types & VIEW_URI_PARSED;
    for (size_t i = 0; i < u->n_tags; i++)
        a |= slice_eq(u->tags[i], SLICE("a"));
    return a && u->n_cleaned && !slice_istarts(u->uri, SLICE("mailto:"));
}

static bool is_skipped(struct check *c, const struct view_uri *u)
{
    for (size_t i = 0; i < u->n_hosts; i++)
        if (hashbl_skips(c, u->hosts[i], u->domains[i]))
            return true;
    return false;
}

static void ask_uris(struct check *c, const struct eval_args *args, const void *prepared,
                     enum ask_round round)
{
    const struct hashbl *h = prepared;
    struct hashbl_values *values = ARENA_NEW(c->m->arena, struct hashbl_values);
    (void)args;
    if (round != ASK_FIRST)
        return;
    for (const struct view_uri *u = views_uris(&c->views)->first; u; u = u->next)
        for (size_t i = 0; is_link(u) && !is_skipped(c, u) && i < u->n_cleaned; i++)
            hashbl_add(values, in_case(c, h, u->cleaned[i]));
    hashbl_ask(c, h, values, false);
}

/* ---- texts */

static struct slice digits_of(struct check *c, struct slice s)
{
    char *out = arena_alloc(c->m->arena, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        if (ascii_digit(s.p[i]))
            out[n++] = s.p[i];
    return slice_of(out, n);
}

/* What the pattern's first group takes, wherever it matches. */
static void find_in(struct check *c, const struct hashbl *h, struct slice text, struct hashbl_values *to)
{
    struct regex_span span, group;
    for (size_t from = 0; from <= text.n; from = span.end + (span.end == span.start)) {
        if (to->n == HASHBL_VALUES_MAX || !check_match_from(c, h->re, text, from, &span))
            return;
        struct slice rest = slice_from(text, span.start);
        if (regex_match_group(h->re, c->scratch, rest, &group) != REGEX_HIT || group.start > group.end)
            continue;
        struct slice value = in_case(c, h, slice_sub(rest, group.start, group.end - group.start));
        hashbl_add(to, h->options & HASHBL_NUM ? digits_of(c, value) : value);
    }
}

static void ask_bodyre(struct check *c, const struct eval_args *args, const void *prepared,
                       enum ask_round round)
{
    const struct hashbl *h = prepared;
    struct hashbl_values *values = ARENA_NEW(c->m->arena, struct hashbl_values);
    const struct view *body;
    (void)args;
    if (round != ASK_FIRST)
        return;
    body = eval_body_of(c);
    for (size_t i = 0; i < body->n; i++)
        find_in(c, h, body->v[i], values);
    hashbl_ask(c, h, values, false);
}

/* ---- tags */

/* false: of another kind than the options ask for */
static bool choose_address(struct check *c, const struct hashbl *h, struct slice *value)
{
    bool v4 = ip_is_v4(*value);
    if ((h->options & HASHBL_IPV4 && !v4) || (h->options & HASHBL_IPV6 && v4))
        return false;
    if (h->options & HASHBL_REVIP)
        *value = net_reversed(c, *value);
    return true;
}

static bool choose_name(struct check *c, const struct hashbl *h, struct slice *value)
{
    bool trims = h->options & HASHBL_TRIM, fqdn = uri_fqdn_valid(*value);
    struct slice domain = fqdn ? uri_trim_domain(c->set->uri_rules, c->m->arena, *value) : SLICE("");
    if (h->options & (HASHBL_IP | HASHBL_IPV4 | HASHBL_IPV6))
        return false;
    if (!fqdn && (trims || h->options & HASHBL_FQDN))
        return false;
    if (fqdn && hashbl_skips(c, *value, domain))
        return false;
    if ((trims || h->options & HASHBL_TLD) && !uri_domain_valid(c->set->uri_rules, *value))
        return false;
    if (trims && domain.n)
        *value = domain;
    return true;
}

static void ask_tag(struct check *c, const struct eval_args *args, const void *prepared, enum ask_round round)
{
    const struct hashbl *h = prepared;
    struct hashbl_values *values;
    struct net_tag tag;
    (void)args;
    if (round != (net_tag_is_late(h->from) ? ASK_SECOND : ASK_FIRST))
        return;
    values = ARENA_NEW(c->m->arena, struct hashbl_values);
    net_tag_get(c, h->from, &tag);
    for (size_t i = 0; i < tag.n; i++) {
        struct slice value = in_case(c, h, tag.v[i]);
        if (uri_ip_address(value) ? choose_address(c, h, &value) : choose_name(c, h, &value))
            hashbl_add(values, value);
    }
    hashbl_ask(c, h, values, false);
}

/* ---- attachments */

static void ask_attachments(struct check *c, const struct eval_args *args, const void *prepared,
                            enum ask_round round)
{
    const struct hashbl *h = prepared;
    const struct net_map *ignore = &c->set->net->hash_ignore;
    struct hashbl_values *values = ARENA_NEW(c->m->arena, struct hashbl_values);
    (void)args;
    if (round != ASK_FIRST)
        return;
    view_parts_foreach(part, views_tree(&c->views))
    {
        struct slice body = part->leaf ? view_part_decoded(c->m->arena, part) : SLICE("");
        if (body.n && body.n >= h->min_size && body.n <= h->max_size && !net_map_find(ignore, part->type) &&
            !net_map_find(ignore, part->name) && values->n < HASHBL_VALUES_MAX)
            hashbl_add(values, hashbl_hash(c, h, body));
    }
    hashbl_ask(c, h, values, true);
}

/* ---- answers */

static bool fits(struct check *c, const struct hashbl *h, struct net_question *q)
{
    const struct dns_answer *answer = net_answer(c, q);
    for (const struct dns_record *r = answer->records; r; r = r->next) {
        bool refused;
        struct slice text = net_listing(c, q, r, &refused);
        if (text.p && net_subtest_fits(c, &h->subtest, text, q->type == DNS_A, refused))
            return true;
    }
    return false;
}

/* "a[at]example.org", so that a report is not taken for a list of addresses */
static void log_hit(struct check *c, struct slice value)
{
    struct buf b;
    buf_init_in(&b, c->m->arena, 1000);
    for (size_t i = 0; i < value.n; i++) {
        if (value.p[i] == '@')
            buf_add_str(&b, "[at]");
        else
            buf_add_char(&b, value.p[i]);
    }
    check_log(c, buf_slice(&b));
}

double hashbl_run(struct check *c, const struct eval_args *args, const void *prepared)
{
    const struct hashbl *h = prepared;
    struct own *own = own_of(c, h->rule);
    (void)args;
    for (struct net_question *q = own ? own->questions.first : NULL; q; q = q->next)
        if (fits(c, h, q)) {
            log_hit(c, q->about);
            return 1;
        }
    return 0;
}

/* ---- arguments */

static const struct {
    struct slice name;
    unsigned option;
} options[] = {
    { SLICE_INIT("md5"), HASHBL_MD5 },       { SLICE_INIT("sha1"), HASHBL_SHA1 },
    { SLICE_INIT("sha256"), HASHBL_SHA256 }, { SLICE_INIT("case"), HASHBL_CASE },
    { SLICE_INIT("nodot"), HASHBL_NODOT },   { SLICE_INIT("notag"), HASHBL_NOTAG },
    { SLICE_INIT("nouri"), HASHBL_NOURI },   { SLICE_INIT("noquote"), HASHBL_NOQUOTE },
    { SLICE_INIT("user"), HASHBL_USER },     { SLICE_INIT("host"), HASHBL_HOST },
    { SLICE_INIT("domain"), HASHBL_DOMAIN }, { SLICE_INIT("num"), HASHBL_NUM },
    { SLICE_INIT("ip"), HASHBL_IP },         { SLICE_INIT("ipv4"), HASHBL_IPV4 },
    { SLICE_INIT("ipv6"), HASHBL_IPV6 },     { SLICE_INIT("revip"), HASHBL_REVIP },
    { SLICE_INIT("fqdn"), HASHBL_FQDN },     { SLICE_INIT("tld"), HASHBL_TLD },
    { SLICE_INIT("trim"), HASHBL_TRIM },
};

static void read_number(struct slice word, struct slice name, size_t *to)
{
    uint64_t n;
    if (slice_istarts(word, name) && slice_uint(slice_from(word, name.n), SIZE_MAX / 2, &n))
        *to = n;
}

static void read_options(struct hashbl *h, struct slice text)
{
    struct slice word;
    while (slice_cut(&text, '/', &word)) {
        word = slice_trim(word);
        for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++)
            if (slice_ieq(word, options[i].name))
                h->options |= options[i].option;
        read_number(word, SLICE("max="), &h->max);
        read_number(word, SLICE("minsize="), &h->min_size);
        read_number(word, SLICE("maxsize="), &h->max_size);
    }
    if (h->max == 0)
        h->max = MAX;
    if (h->max_size == 0)
        h->max_size = SIZE_MAX;
}

static void read_zone(struct hashbl *h, struct slice zone)
{
    static const struct slice txt = SLICE_INIT("/TXT"), a = SLICE_INIT("/A");
    h->type = slice_iends(zone, txt) ? DNS_TXT : DNS_A;
    if (slice_iends(zone, txt))
        zone.n -= txt.n;
    else if (slice_iends(zone, a))
        zone.n -= a.n;
    while (zone.n && zone.p[zone.n - 1] == '.')
        zone.n--;
    h->zone = zone;
}

int hashbl_prepare(struct eval_prepare *p, struct hashbl **out, size_t subtest_arg, struct slice otherwise,
                   struct err *e)
{
    struct hashbl *h = ARENA_NEW(p->a, struct hashbl);
    struct slice given = eval_arg(p->args, 1);
    h->rule = p->rule;
    *out = h;
    read_zone(h, eval_arg(p->args, 0));
    read_options(h, given.n ? given : otherwise);
    if (h->zone.n == 0)
        return err_set(e, ERR_CONFIG, "the first argument is the list's zone");
    return net_subtest_pattern(&h->subtest, p, eval_arg(p->args, subtest_arg), e);
}

static int prepare_uris(struct eval_prepare *p, void **prepared, struct err *e)
{
    return hashbl_prepare(p, (struct hashbl **)prepared, 2, SLICE("sha1"), e);
}

static int prepare_bodyre(struct eval_prepare *p, void **prepared, struct err *e)
{
    struct hashbl *h;
    if (hashbl_prepare(p, &h, 3, SLICE("sha1"), e) < 0)
        return -1;
    *prepared = h;
    h->re = regex_new(eval_arg(p->args, 2), 0, e);
    if (h->re == NULL)
        return -1;
    net_settings_keep(p->set->net, p->a, h->re);
    return 0;
}

/* "_DKIMDOMAIN_" or "DKIMDOMAIN" */
static int prepare_tag(struct eval_prepare *p, void **prepared, struct err *e)
{
    struct slice tag = eval_arg(p->args, 2);
    struct hashbl *h;
    if (hashbl_prepare(p, &h, 3, SLICE("sha1"), e) < 0)
        return -1;
    *prepared = h;
    if (tag.n > 2 && tag.p[0] == '_' && tag.p[tag.n - 1] == '_')
        tag = slice_sub(tag, 1, tag.n - 2);
    h->from = tag;
    return tag.n ? 0 : err_set(e, ERR_CONFIG, "the third argument is a tag such as _DKIMDOMAIN_");
}

#define ROW(name_, min_, max_, prepare_, ask_)                                                               \
    {                                                                                                        \
        .name = name_, .plugin = "HashBL", .flags = EVAL_NETWORK, .min_args = min_, .max_args = max_,        \
        .prepare = prepare_, .run = hashbl_run, .ask = ask_                                                  \
    }

static const struct eval_function rows[] = {
    ROW("check_hashbl_attachments", 1, 3, prepare_uris, ask_attachments),
    ROW("check_hashbl_bodyre", 3, 4, prepare_bodyre, ask_bodyre),
    ROW("check_hashbl_emails", 1, 5, hashbl_prepare_emails, hashbl_ask_emails),
    ROW("check_hashbl_tag", 3, 4, prepare_tag, ask_tag),
    ROW("check_hashbl_uris", 1, 3, prepare_uris, ask_uris),
};
EVAL_FAMILY(eval_hashbl, "HashBL", rows);
