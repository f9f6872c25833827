/* net-settings.c - what rule files say of the network; see net-settings.h */
#include "config.h"
#include "scoring/net-settings.h"

#include "scoring/net-server.h"
#include "scoring/rule-parse.h"

#define RBL_HEADERS "EnvelopeFrom,Reply-To,Disposition-Notification-To,X-WebmailclientIP,X-Source-IP"
#define MAX_DOMAINS 20
#define MAX_DOMAINS_MOST 1000
#define BLOCK_SECONDS 300
#define DKIM_MIN_BITS 1024
#define LABELS_TRIED 20

struct loading {
    struct net_settings *s;
    struct arena *a;
    struct rule_problems *problems;
    const struct setting_line *at;
};

static void wrong(struct loading *l, const char *text)
{
    rule_problem(l->problems, RULE_ERROR, l->at->file, l->at->line, "%s: %s", l->at->row->name, text);
}

/* ---- sets of words */

static struct slice without_dots(struct slice s)
{
    s = slice_from(s, s.n && s.p[0] == '.');
    s.n -= s.n && s.p[s.n - 1] == '.';
    return s;
}

static void set_words(struct loading *l, struct net_map *m, struct slice rest, unsigned char value)
{
    if (rest.n == 0)
        wrong(l, "something is missing behind it");
    while (rest.n)
        net_map_set(m, arena_lower(l->a, rule_word(&rest)), value);
}

static void restrict_queries(struct loading *l)
{
    struct slice rest = l->at->value, word = rule_word(&rest);
    bool deny = slice_ieq(word, SLICE("deny"));
    if ((!deny && !slice_ieq(word, SLICE("allow"))) || rest.n == 0) {
        wrong(l, "write allow or deny and names of domains behind it");
        return;
    }
    while (rest.n)
        net_map_set(&l->s->restrictions, arena_lower(l->a, without_dots(rule_word(&rest))),
                    deny ? NET_DENIED : NET_ALLOWED);
}

static void clear_skipped(struct loading *l)
{
    if (l->at->value.n)
        set_words(l, &l->s->skip_domains, l->at->value, 0);
    else
        net_map_init(&l->s->skip_domains, l->a);
}

/* ---- lines of their own shape */

static void add_block(struct loading *l)
{
    struct slice rest = l->at->value, rule = rule_word(&rest);
    if (rest.n == 0)
        wrong(l, "write a rule and names of zones behind it");
    while (rest.n) {
        struct net_block *b = ARENA_NEW(l->a, struct net_block);
        b->rule = rule;
        b->zone = arena_lower(l->a, without_dots(rule_word(&rest)));
        b->next = l->s->blocks;
        l->s->blocks = b;
    }
}

static unsigned char adsp_letter(struct slice word)
{
    static const struct {
        struct slice word;
        unsigned char letter;
    } words[] = {
        { SLICE_INIT(""), 'D' },
        { SLICE_INIT("nxdomain"), 'N' },
        { SLICE_INIT("unknown"), 'U' },
        { SLICE_INIT("all"), 'A' },
        { SLICE_INIT("discardable"), 'D' },
        { SLICE_INIT("custom_low"), '1' },
        { SLICE_INIT("custom_med"), '2' },
        { SLICE_INIT("custom_high"), '3' },
    };
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (slice_ieq(word, words[i].word))
            return words[i].letter;
    return 0;
}

static void override_adsp(struct loading *l)
{
    struct slice rest = l->at->value, domain = rule_word(&rest);
    unsigned char letter = adsp_letter(rest);
    if (domain.n == 0 || letter == 0)
        wrong(l, "write a domain and one of nxdomain unknown all discardable custom_low custom_med "
                 "custom_high behind it");
    else
        net_map_set(&l->s->adsp, arena_lower(l->a, slice_from(domain, domain.p[0] == '@')), letter);
}

static void alias_domains(struct loading *l)
{
    struct net_settings *s = l->s;
    struct slice rest = l->at->value, domain = arena_lower(l->a, rule_word(&rest));
    if (rest.n == 0 || slice_chr(l->at->value, '@') >= 0)
        wrong(l, "write a domain and its other names behind it");
    for (size_t n = s->aliases.n; rest.n; n = s->aliases.n) {
        struct slice other = arena_lower(l->a, rule_word(&rest));
        if ((n & (n - 1)) == 0)
            s->alias_of = arena_grow(l->a, s->alias_of, n, n ? 2 * n : 1, sizeof(*s->alias_of));
        uint32_t before = names_add(&s->aliases, other, (uint32_t)n);
        s->alias_of[before == NAMES_NONE ? n : before] = domain;
    }
}

static struct net_acl *acl_of(struct loading *l, struct slice name)
{
    struct net_acl *acl = (struct net_acl *)net_settings_acl(l->s, name);
    if (acl == NULL) {
        acl = ARENA_NEW(l->a, struct net_acl);
        acl->name = arena_lower(l->a, name);
        net_map_init(&acl->domains, l->a);
        acl->next = l->s->acls;
        l->s->acls = acl;
    }
    return acl;
}

/* hashbl_acl_NAME domain !domain; of `all` only what is taken out */
static void add_acl(struct loading *l)
{
    struct slice rest = l->at->value, name = rule_word(&rest);
    struct net_acl *acl = acl_of(l, name);
    while (rest.n) {
        struct slice word = arena_lower(l->a, rule_word(&rest));
        bool out = word.n > 1 && word.p[0] == '!';
        word = slice_from(word, out);
        if (out || (!slice_eq(acl->name, SLICE("all")) && !net_map_get(&acl->domains, word)))
            net_map_set(&acl->domains, word, out ? 2 : 1);
    }
}

static void take_pattern(struct loading *l, struct slice *to)
{
    struct err e;
    struct regex *re = regex_new(l->at->value, REGEX_NO_JIT, &e);
    if (re == NULL)
        wrong(l, e.text);
    else
        *to = l->at->value;
    regex_free(&re);
}

static void choose_networks(struct loading *l)
{
    static const struct slice words[] = {
        [NET_AUTHRES_INTERNAL] = SLICE_INIT("internal"),
        [NET_AUTHRES_TRUSTED] = SLICE_INIT("trusted"),
        [NET_AUTHRES_ALL] = SLICE_INIT("all"),
    };
    for (unsigned i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (slice_ieq(l->at->value, words[i])) {
            l->s->authres_networks = (enum net_authres)i;
            return;
        }
    wrong(l, "write internal, trusted or all behind it");
}

/* ---- the rows */

static void skip_domain(struct loading *l)
{
    set_words(l, &l->s->skip_domains, l->at->value, 1);
}

static void clear_restrictions(struct loading *l)
{
    net_map_init(&l->s->restrictions, l->a);
}

static void ignore_hash(struct loading *l)
{
    set_words(l, &l->s->hash_ignore, l->at->value, 1);
}

static void email_pattern(struct loading *l)
{
    take_pattern(l, &l->s->email_pattern);
}

static void welcome_pattern(struct loading *l)
{
    take_pattern(l, &l->s->welcome_pattern);
}

static void trust_authserv(struct loading *l)
{
    set_words(l, &l->s->authres_trusted, l->at->value, 1);
}

static void ignore_authserv(struct loading *l)
{
    set_words(l, &l->s->authres_ignored, l->at->value, 1);
}

static void add_server(struct loading *l)
{
    char server[NET_SERVER_MAX];
    struct net_settings *s = l->s;
    if (!net_server_read(l->at->value, server)) {
        wrong(l, "write an address, or [ADDRESS]:PORT");
        return;
    }
    if (s->n_servers < NET_SERVERS_MAX)
        s->servers[s->n_servers++] = arena_str(l->a, slice_str(server));
}

static void clear_servers(struct loading *l)
{
    l->s->n_servers = 0;
}

static const struct {
    const char *name;
    void (*read)(struct loading *l);
} rows[] = {
    { "adsp_override", override_adsp },
    { "authres_ignored_authserv", ignore_authserv },
    { "authres_networks", choose_networks },
    { "authres_trusted_authserv", trust_authserv },
    { "clear_dns_query_restriction", clear_restrictions },
    { "clear_dns_servers", clear_servers },
    { "clear_uridnsbl_skip_domain", clear_skipped },
    { "dns_block_rule", add_block },
    { "dns_query_restriction", restrict_queries },
    { "dns_server", add_server },
    { "hashbl_acl", add_acl },
    { "hashbl_email_domain_alias", alias_domains },
    { "hashbl_email_regex", email_pattern },
    { "hashbl_email_welcomelist", welcome_pattern },
    { "hashbl_ignore", ignore_hash },
    { "uridnsbl_skip_domain", skip_domain },
};

static void read_lines(struct loading *l, const struct settings *s, enum setting_family family)
{
    for (l->at = settings_first(s, family); l->at; l->at = l->at->next)
        for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
            if (setting_is(l->at, rows[i].name))
                rows[i].read(l);
}

static unsigned whole(const struct settings *s, const char *name, unsigned otherwise, unsigned most)
{
    double n = settings_number(s, SETTING_NETWORK, name, otherwise);
    return n < 0 ? 0 : n > most ? most : (unsigned)n;
}

static void read_values(struct net_settings *n, const struct settings *s)
{
    const struct setting_line *available = settings_last(s, SETTING_NETWORK, "dns_available"),
                              *headers = settings_last(s, SETTING_NETWORK, "rbl_headers");
    n->available = available == NULL ||
                   (!slice_ieq(available->value, SLICE("no")) && !slice_eq(available->value, SLICE("0")));
    n->rbl_headers = headers ? headers->value : SLICE(RBL_HEADERS);
    n->skip_rbl = settings_bool(s, SETTING_NETWORK, "skip_rbl_checks", false);
    n->skip_uribl = settings_bool(s, SETTING_NETWORK, "skip_uribl_checks", false);
    n->skip_mailto = settings_bool(s, SETTING_NETWORK, "uridnsbl_skip_mailto", true);
    n->max_domains = whole(s, "uridnsbl_max_domains", MAX_DOMAINS, MAX_DOMAINS_MOST);
    n->block_seconds = whole(s, "dns_block_time", BLOCK_SECONDS, 7 * 86400);
    n->ignore_received_spf = settings_bool(s, SETTING_NETWORK, "ignore_received_spf_header", false);
    n->newest_received_spf = settings_bool(s, SETTING_NETWORK, "use_newest_received_spf_header", false);
    n->dkim_min_bits = whole(s, "dkim_minimum_key_bits", DKIM_MIN_BITS, 65536);
}

const struct net_settings *net_settings_load(struct arena *a, const struct settings *s,
                                             struct rule_problems *problems)
{
    struct net_settings *n = ARENA_NEW(a, struct net_settings);
    struct net_map *maps[] = { &n->restrictions, &n->skip_domains,    &n->adsp,
                               &n->hash_ignore,  &n->authres_trusted, &n->authres_ignored };
    struct loading l = { .s = n, .a = a, .problems = problems };
    for (size_t i = 0; i < sizeof(maps) / sizeof(*maps); i++)
        net_map_init(maps[i], a);
    names_init(&n->aliases, a);
    read_values(n, s);
    read_lines(&l, s, SETTING_NETWORK);
    read_lines(&l, s, SETTING_PLUGIN);
    return n;
}

void net_settings_free(const struct net_settings *s)
{
    for (struct net_kept *k = s ? s->kept : NULL; k; k = k->next)
        regex_free(&k->re);
}

void net_settings_keep(const struct net_settings *s, struct arena *a, struct regex *re)
{
    struct net_settings *own = (struct net_settings *)s;
    struct net_kept *k = ARENA_NEW(a, struct net_kept);
    k->re = re;
    k->next = own->kept;
    own->kept = k;
}

const struct net_acl *net_settings_acl(const struct net_settings *s, struct slice name)
{
    const struct net_acl *acl = s->acls;
    while (acl && !slice_ieq(acl->name, name))
        acl = acl->next;
    return acl;
}

bool net_settings_allow(const struct net_settings *s, struct slice name)
{
    ptrdiff_t dot = 0;
    if (s->restrictions.n_set == 0)
        return true;
    for (unsigned i = 0; i < LABELS_TRIED && dot >= 0; i++) {
        unsigned char said = net_map_find(&s->restrictions, name);
        if (said)
            return said == NET_ALLOWED;
        dot = slice_chr(name, '.');
        name = slice_from(name, (size_t)(dot + 1));
    }
    return net_map_get(&s->restrictions, SLICE("*")) != NET_DENIED;
}
