/* uri-rules.c - what rule files say about URIs
 * Lines add up in their order; clear_util_rb forgets the domains before it, delist_uri_host the hosts. A line
 * that is wrong is a problem and counts for nothing. */
#include "config.h"
#include "scoring/uri-rules.h"

#include "scoring/rule-parse.h"
#include "scoring/rule-regex.h"

struct loading {
    struct uri_rules *rules;
    struct arena *a;
    struct rule_problems *problems;
    const struct setting_line *at;
};

static void wrong(struct loading *l, const char *text)
{
    rule_problem(l->problems, RULE_ERROR, l->at->file, l->at->line, "%s: %s", l->at->row->name, text);
}

static void clear_domains(struct loading *l)
{
    names_init(&l->rules->tlds, l->a);
    names_init(&l->rules->two, l->a);
    names_init(&l->rules->three, l->a);
}

/* ---- util_rb_tld, util_rb_2tld, util_rb_3tld */

static bool has_labels(struct slice domain, unsigned labels)
{
    struct slice label;
    unsigned n = 0;
    while (slice_cut(&domain, '.', &label)) {
        n++;
        if (label.n == 0)
            return false;
    }
    return n == labels;
}

static void add_domains(struct loading *l, struct names *names, unsigned labels)
{
    struct slice rest = l->at->value, word;
    bool all_fit = rest.n > 0;
    while ((word = rule_word(&rest)).n)
        all_fit = all_fit && has_labels(word, labels);
    if (!all_fit) {
        wrong(l, labels == 1   ? "write top level domains such as com behind it"
                 : labels == 2 ? "write domains such as co.uk behind it"
                               : "write domains such as demon.co.uk behind it");
        return;
    }
    for (rest = l->at->value; (word = rule_word(&rest)).n;)
        names_add(names, arena_lower(l->a, word), 0);
}

/* ---- redirector_pattern */

static void add_redirector(struct loading *l)
{
    struct err e;
    struct uri_redirector *r = ARENA_NEW(l->a, struct uri_redirector);
    r->re = rule_regex_new(l->at->value, &r->literals, &e);
    if (r->re == NULL) {
        wrong(l, l->at->value.n ? e.text : "write a pattern with the target in parentheses behind it");
        return;
    }
    *l->rules->redirectors_tail = r;
    l->rules->redirectors_tail = &r->next;
}

/* ---- hosts by list */

static struct uri_hosts *list_find(const struct uri_rules *rules, struct slice name)
{
    struct uri_hosts *h = rules->lists;
    while (h && !slice_eq(h->name, name))
        h = h->next;
    return h;
}

static struct uri_hosts *list_of(struct loading *l, struct slice name)
{
    struct uri_hosts *h = list_find(l->rules, name);
    if (h)
        return h;
    h = ARENA_NEW(l->a, struct uri_hosts);
    h->name = name;
    names_init(&h->hosts, l->a);
    h->next = l->rules->lists;
    return l->rules->lists = h;
}

static void set_host(struct loading *l, struct uri_hosts *h, struct slice host, enum uri_host_state state)
{
    uint32_t n = (uint32_t)h->hosts.n, at = names_add(&h->hosts, host, n);
    if (at == NAMES_NONE && (n & (n - 1)) == 0) /* full at each power of two */
        h->states = arena_grow(l->a, h->states, n, n ? 2 * (size_t)n : 1, 1);
    h->states[at == NAMES_NONE ? n : at] = (unsigned char)state;
}

static void add_hosts(struct loading *l, struct uri_hosts *h, struct slice hosts, bool gone)
{
    struct slice word;
    while ((word = rule_word(&hosts)).n) {
        bool no = word.p[0] == '!';
        struct slice host = arena_lower(l->a, slice_from(word, no));
        if (host.n && !gone)
            set_host(l, h, host, no ? URI_HOST_NO : URI_HOST_YES);
        else if (host.n && names_find(&h->hosts, host) != NAMES_NONE)
            set_host(l, h, host, URI_HOST_GONE);
    }
}

/* Takes "(NAME) " off *rest; false when it does not begin so. */
static bool list_name(struct slice *rest, struct slice *name)
{
    ptrdiff_t close = slice_chr(*rest, ')');
    if (!slice_starts(*rest, SLICE("(")) || close < 2 || (size_t)close + 1 >= rest->n ||
        !ascii_space(rest->p[close + 1]))
        return false;
    *name = slice_sub(*rest, 1, (size_t)close - 1);
    *rest = slice_trim(slice_from(*rest, (size_t)close + 1));
    return true;
}

static void enlist(struct loading *l)
{
    struct slice rest = l->at->value, name;
    if (list_name(&rest, &name))
        add_hosts(l, list_of(l, name), rest, false);
    else
        wrong(l, "write (LIST) host ... behind it");
}

static void delist(struct loading *l)
{
    struct slice rest = l->at->value, name;
    bool named = list_name(&rest, &name);
    if (rest.n == 0)
        wrong(l, "write hosts, or (LIST) host ..., behind it");
    for (struct uri_hosts *h = l->rules->lists; h; h = h->next)
        if (!named || slice_eq(h->name, name))
            add_hosts(l, h, rest, true);
}

static void add_to(struct loading *l, struct slice name)
{
    if (l->at->value.n)
        add_hosts(l, list_of(l, name), l->at->value, false);
    else
        wrong(l, "write hosts behind it");
}

bool uri_host_listed(const struct uri_rules *rules, struct slice list, struct slice host, struct slice *entry)
{
    const struct uri_hosts *h = rules ? list_find(rules, list) : NULL;
    uint32_t n, labels = 1;
    for (size_t i = 0; i < host.n; i++)
        labels += host.p[i] == '.';
    bool address = uri_ip_address(host);
    for (struct slice rest = host; h && rest.n; labels--) {
        /* only the last eleven are asked for, as in SpamAssassin */
        n = labels <= 11 ? names_find(&h->hosts, rest) : NAMES_NONE;
        if (entry)
            *entry = rest;
        if (n != NAMES_NONE && h->states[n] != URI_HOST_GONE)
            return h->states[n] == URI_HOST_YES;
        ptrdiff_t dot = slice_chr(rest, '.');
        if (dot < 0 || address)
            return false;
        rest = slice_from(rest, (size_t)dot + 1);
    }
    return false;
}

/* ---- */

static void load_line(struct loading *l)
{
    struct uri_rules *r = l->rules;
    if (setting_is(l->at, "util_rb_tld"))
        add_domains(l, &r->tlds, 1);
    else if (setting_is(l->at, "util_rb_2tld"))
        add_domains(l, &r->two, 2);
    else if (setting_is(l->at, "util_rb_3tld"))
        add_domains(l, &r->three, 3);
    else if (setting_is(l->at, "clear_util_rb"))
        clear_domains(l);
    else if (setting_is(l->at, "redirector_pattern"))
        add_redirector(l);
    else if (setting_is(l->at, "enlist_uri_host"))
        enlist(l);
    else if (setting_is(l->at, "delist_uri_host"))
        delist(l);
    else if (setting_is(l->at, "blocklist_uri_host"))
        add_to(l, SLICE("BLOCK"));
    else if (setting_is(l->at, "welcomelist_uri_host"))
        add_to(l, SLICE("WELCOME"));
}

const struct uri_rules *uri_rules_load(struct arena *a, const struct settings *s,
                                       struct rule_problems *problems)
{
    struct loading l = { .rules = ARENA_NEW(a, struct uri_rules), .a = a, .problems = problems };
    l.rules->redirectors_tail = &l.rules->redirectors;
    clear_domains(&l);
    for (l.at = settings_first(s, SETTING_URI); l.at; l.at = l.at->next)
        load_line(&l);
    l.rules->parse_dkim = settings_bool(s, SETTING_URI, "parse_dkim_uris", true);
    return l.rules;
}

void uri_rules_free(const struct uri_rules *rules)
{
    for (const struct uri_redirector *r = rules ? rules->redirectors : NULL; r; r = r->next) {
        struct regex *re = r->re;
        regex_free(&re);
    }
}
