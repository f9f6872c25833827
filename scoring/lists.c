/* lists.c - see lists.h
 * Each directive is a row; lines are read in their order, so that an un* line takes out what stands before.
 */
#include "config.h"
#include "scoring/lists.h"

#include "scoring/rule-parse.h"

struct loading {
    struct lists *l;
    struct arena *a;
    struct rule_problems *problems;
    const struct setting_line *at;
};

/* names of the lists that a directive fills; also what check_from_in_list() may be given */
static const struct {
    const char *name;
    enum list_kind kind;
} single[] = {
    { "welcomelist_from", LIST_WELCOME_FROM },
    { "blocklist_from", LIST_BLOCK_FROM },
    { "welcomelist_to", LIST_WELCOME_TO },
    { "blocklist_to", LIST_BLOCK_TO },
    { "more_spam_to", LIST_MORE_SPAM_TO },
    { "all_spam_to", LIST_ALL_SPAM_TO },
    { "welcomelist_allows_relays", LIST_ALLOWS_RELAYS },
    { "welcomelist_bounce_relays", LIST_BOUNCE_RELAYS },
    { "welcomelist_auth", LIST_AUTH },
    { "def_welcomelist_auth", LIST_DEFAULT_AUTH },
    { "welcomelist_from_spf", LIST_SPF },
    { "def_welcomelist_from_spf", LIST_DEFAULT_SPF },
    { "bayes_ignore_from", LIST_BAYES_FROM },
    { "bayes_ignore_to", LIST_BAYES_TO },
};

#define SINGLE_N (sizeof(single) / sizeof(*single))

static void wrong(struct loading *l, const char *text)
{
    rule_problem(l->problems, RULE_ERROR, l->at->file, l->at->line, "%s: %s", l->at->row->name, text);
}

static bool is_empty(struct loading *l, const char *what)
{
    if (l->at->value.n)
        return false;
    wrong(l, what);
    return true;
}

#define WRITE_ADDRESSES "write addresses such as *@example.org behind it"

static void add_words(struct globs *to, struct slice rest)
{
    while (rest.n)
        globs_add(to, rule_word(&rest));
}

static void remove_words(struct loading *l, struct globs *one, struct globs *other)
{
    struct slice rest = l->at->value;
    if (is_empty(l, WRITE_ADDRESSES))
        return;
    while (rest.n) {
        struct slice word = rule_word(&rest);
        globs_remove(one, word);
        if (other)
            globs_remove(other, word);
    }
}

/* ---- single lists */

static bool read_single(struct loading *l)
{
    for (size_t i = 0; i < SINGLE_N; i++) {
        if (strcmp(l->at->row->name, single[i].name) != 0)
            continue;
        if (!is_empty(l, WRITE_ADDRESSES))
            add_words(&l->l->v[single[i].kind], l->at->value);
        return true;
    }
    return false;
}

static bool read_removal(struct loading *l)
{
    struct globs *v = l->l->v;
    struct list_pairs *p = l->l->pairs;
    const struct {
        const char *name;
        struct globs *one, *other;
    } removals[] = {
        { "unwelcomelist_from", &v[LIST_WELCOME_FROM], NULL },
        { "unblocklist_from", &v[LIST_BLOCK_FROM], NULL },
        { "unwelcomelist_auth", &v[LIST_AUTH], &v[LIST_DEFAULT_AUTH] },
        { "unwelcomelist_from_spf", &v[LIST_SPF], &v[LIST_DEFAULT_SPF] },
        { "unwelcomelist_from_rcvd", &p[LIST_RCVD].addresses, &p[LIST_DEFAULT_RCVD].addresses },
    };
    for (size_t i = 0; i < sizeof(removals) / sizeof(*removals); i++)
        if (strcmp(l->at->row->name, removals[i].name) == 0) {
            remove_words(l, removals[i].one, removals[i].other);
            return true;
        }
    return false;
}

/* A subject has the pattern anywhere in it. Nothing in it is feared. */
static bool read_subject(struct loading *l)
{
    bool block = strcmp(l->at->row->name, "blocklist_subject") == 0;
    if (!block && strcmp(l->at->row->name, "welcomelist_subject") != 0)
        return false;
    if (!is_empty(l, "write a part of a subject behind it"))
        globs_add(&l->l->v[block ? LIST_BLOCK_SUBJECT : LIST_WELCOME_SUBJECT],
                  arena_printf(l->a, "*%.*s*", SLICE_ARG(l->at->value)));
    return true;
}

/* ---- pairs */

static void add_pair(struct loading *l, struct list_pairs *p, struct slice address, struct slice domain)
{
    uint32_t before = names_find(&p->addresses.keys, arena_lower(l->a, address));
    bool gone = before != NAMES_NONE && p->addresses.v[before].removed;
    uint32_t number = globs_add(&p->addresses, address);
    struct list_voucher *v = ARENA_NEW(l->a, struct list_voucher);
    if (number >= p->cap) {
        p->vouchers = arena_grow(l->a, p->vouchers, p->cap, p->addresses.cap, sizeof(*p->vouchers));
        p->cap = p->addresses.cap;
    }
    v->domain = arena_lower(l->a, domain);
    v->next = gone ? NULL : p->vouchers[number];
    p->vouchers[number] = v;
}

static void remove_pair(struct loading *l, struct list_pairs *p, struct slice address, struct slice domain)
{
    uint32_t number = names_find(&p->addresses.keys, arena_lower(l->a, address));
    if (number == NAMES_NONE || p->addresses.v[number].removed)
        return;
    struct list_voucher **at = &p->vouchers[number];
    while (*at) {
        if (slice_ieq((*at)->domain, domain))
            *at = (*at)->next;
        else
            at = &(*at)->next;
    }
    if (p->vouchers[number] == NULL)
        globs_remove(&p->addresses, address);
}

static bool read_pair(struct loading *l)
{
    struct list_pairs *p = l->l->pairs;
    const struct {
        const char *name;
        struct list_pairs *one, *other;
        bool needs_domain;
        void (*f)(struct loading *, struct list_pairs *, struct slice, struct slice);
    } rows[] = {
        { "welcomelist_from_rcvd", &p[LIST_RCVD], NULL, true, add_pair },
        { "def_welcomelist_from_rcvd", &p[LIST_DEFAULT_RCVD], NULL, true, add_pair },
        { "welcomelist_from_dkim", &p[LIST_DKIM], NULL, false, add_pair },
        { "def_welcomelist_from_dkim", &p[LIST_DEFAULT_DKIM], NULL, false, add_pair },
        { "unwelcomelist_from_dkim", &p[LIST_DKIM], &p[LIST_DEFAULT_DKIM], false, remove_pair },
    };
    size_t i = 0;
    while (i < sizeof(rows) / sizeof(*rows) && strcmp(l->at->row->name, rows[i].name) != 0)
        i++;
    if (i == sizeof(rows) / sizeof(*rows))
        return false;
    struct slice rest = l->at->value, address = rule_word(&rest), domain = rule_word(&rest);
    if (address.n == 0 || rest.n || (rows[i].needs_domain && domain.n == 0)) {
        wrong(l, rows[i].needs_domain ? "write an address and a relay's domain or [address] behind it"
                                      : "write an address, or an address and a signer's domain, behind it");
        return true;
    }
    rows[i].f(l, rows[i].one, address, domain);
    if (rows[i].other)
        rows[i].f(l, rows[i].other, address, domain);
    return true;
}

/* ---- named lists */

static void name(struct loading *l, struct slice key, struct globs *g)
{
    struct lists *s = l->l;
    if ((s->n_named & (s->n_named - 1)) == 0)
        s->by_number = arena_grow(l->a, s->by_number, s->n_named, s->n_named ? 2 * s->n_named : 1, sizeof(g));
    names_add(&s->named, key, (uint32_t)s->n_named);
    s->by_number[s->n_named++] = g;
}

static struct globs *list_of(struct loading *l, struct slice key)
{
    uint32_t number = names_find(&l->l->named, key);
    if (number != NAMES_NONE)
        return l->l->by_number[number];
    struct globs *g = ARENA_NEW(l->a, struct globs);
    globs_init(g, l->a);
    name(l, key, g);
    return g;
}

/* "(NAME) addresses": the name ends at the first ")" before a blank. */
static bool split_named(struct slice s, struct slice *key, struct slice *addresses)
{
    for (size_t end = 2; end + 1 < s.n && s.p[0] == '('; end++)
        if (s.p[end] == ')' && ascii_space(s.p[end + 1])) {
            *key = slice_sub(s, 1, end - 1);
            *addresses = slice_trim(slice_from(s, end + 1));
            return addresses->n > 0;
        }
    return false;
}

static void read_named(struct loading *l)
{
    struct slice key, addresses;
    if (split_named(l->at->value, &key, &addresses))
        add_words(list_of(l, key), addresses);
    else
        wrong(l, "write (NAME) and addresses such as *@example.org behind it");
}

static void read_line(struct loading *l)
{
    if (strcmp(l->at->row->name, "enlist_addrlist") == 0)
        read_named(l);
    else if (!read_single(l) && !read_removal(l) && !read_subject(l))
        read_pair(l);
}

static void begin(struct loading *l)
{
    struct lists *s = l->l;
    names_init(&s->named, l->a);
    for (int i = 0; i < LIST_KINDS; i++)
        globs_init(&s->v[i], l->a);
    s->v[LIST_WELCOME_SUBJECT].fearless = s->v[LIST_BLOCK_SUBJECT].fearless = true;
    for (int i = 0; i < LIST_PAIR_KINDS; i++)
        globs_init(&s->pairs[i].addresses, l->a);
    for (size_t i = 0; i < SINGLE_N; i++)
        name(l, slice_str(single[i].name), &s->v[single[i].kind]);
}

static void finish(struct lists *s)
{
    for (int i = 0; i < LIST_KINDS; i++)
        globs_finish(&s->v[i]);
    for (int i = 0; i < LIST_PAIR_KINDS; i++)
        globs_finish(&s->pairs[i].addresses);
    for (size_t i = SINGLE_N; i < s->n_named; i++)
        globs_finish(s->by_number[i]);
}

const struct lists *lists_load(struct arena *a, const struct settings *s, struct rule_problems *problems)
{
    struct loading l = { .l = ARENA_NEW(a, struct lists), .a = a, .problems = problems };
    begin(&l);
    for (l.at = s->first[SETTING_LISTS]; l.at; l.at = l.at->next)
        read_line(&l);
    finish(l.l);
    return l.l;
}

const struct globs *lists_named(const struct lists *l, struct slice key)
{
    uint32_t number = names_find(&l->named, key);
    return number == NAMES_NONE ? NULL : l->by_number[number];
}
