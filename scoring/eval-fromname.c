/* eval-fromname.c - functions about an address in the sender's name: "boss@example.com" <x@example.net>
 * SpamAssassin's plugin FromNameSpoof. An address in the name counts where little else is there
 * (fns_extrachars), both addresses' domains are valid, and none of fns_ignore_headers is present. Owners are
 * the lists of fns_add_addrlist, else the first label of the domain. Without DKIM fns_ignore_dkim says
 * nothing. */
#include "config.h"
#include "scoring/eval.h"

#include "scoring/eval-text.h"
#include "scoring/globs.h"
#include "scoring/rule.h"

#define EXTRA_CHARS 50
#define HEADERS_MAX 100
#define OWNERS_MAX 1000

struct owner {
    struct slice name; /* in lower case */
    struct globs addresses;
};

/* what rule files say */
struct fromname {
    double extra_chars;
    unsigned check;
    struct slice headers[HEADERS_MAX];
    size_t n_headers;
    struct owner *owners[OWNERS_MAX];
    size_t n_owners;
};

struct fromname_state {
    bool contains_email, differs, domain_differs, owner_differs, is_recipient, is_reply_to;
};

/* ---- settings */

static struct owner *owner_of(struct fromname *f, struct arena *a, struct slice name)
{
    name = arena_lower(a, name);
    for (size_t i = 0; i < f->n_owners; i++)
        if (slice_eq(f->owners[i]->name, name))
            return f->owners[i];
    if (f->n_owners == OWNERS_MAX)
        return NULL;
    struct owner *o = f->owners[f->n_owners++] = ARENA_NEW(a, struct owner);
    o->name = name;
    globs_init(&o->addresses, a);
    return o;
}

/* (NAME) ADDRESS... */
static void read_owner(struct fromname *f, struct arena *a, struct slice value, bool add)
{
    struct slice word;
    ptrdiff_t close = slice_find(value, SLICE(") "));
    if (value.n == 0 || value.p[0] != '(' || close < 2)
        return;
    struct owner *o = owner_of(f, a, slice_sub(value, 1, (size_t)close - 1));
    for (struct slice rest = slice_from(value, (size_t)close + 2); o && slice_cut(&rest, ' ', &word);)
        if (word.n && add)
            globs_add(&o->addresses, word);
        else if (word.n)
            globs_remove(&o->addresses, word);
}

static void read_headers(struct fromname *f, struct slice value)
{
    struct slice word;
    while (slice_cut(&value, ' ', &word))
        if (word.n && f->n_headers < HEADERS_MAX)
            f->headers[f->n_headers++] = word;
}

static int prepare(struct eval_prepare *p, void **prepared, struct err *e)
{
    struct fromname *f = *prepared = ARENA_NEW(p->a, struct fromname);
    const struct settings *s = &p->set->settings;
    (void)e;
    f->extra_chars = settings_number(s, SETTING_PLUGIN, "fns_extrachars", EXTRA_CHARS);
    f->check = (unsigned)settings_number(s, SETTING_PLUGIN, "fns_check", 1);
    for (const struct setting_line *l = settings_first(s, SETTING_PLUGIN); l; l = l->next)
        if (setting_is(l, "fns_ignore_headers"))
            read_headers(f, l->value);
        else if (setting_is(l, "fns_add_addrlist") || setting_is(l, "fns_remove_addrlist"))
            read_owner(f, p->a, l->value, setting_is(l, "fns_add_addrlist"));
    for (size_t i = 0; i < f->n_owners; i++)
        globs_finish(&f->owners[i]->addresses);
    return 0;
}

/* ---- the address in a name */

static bool is_local(char c)
{
    return text_word(c) || (c && strchr(".!#$%&'*+/=?^`{|}~-", c));
}

static bool is_host(char c)
{
    return text_word(c) || c == '.' || c == '-';
}

/* Where the local part before the @ begins: at a word's border; `at` itself: there is none. */
static size_t local_part(struct slice s, size_t at)
{
    size_t begin = at;
    while (begin && is_local(s.p[begin - 1]))
        begin--;
    while (begin < at && !text_boundary(s, begin))
        begin++;
    return begin;
}

/* Where the host behind the @ ends: labels with a dot among them, a letter last; `at`: there is none. */
static size_t host_end(struct slice s, size_t at)
{
    size_t end = at, dot = at;
    while (end < s.n && is_host(s.p[end]))
        end++;
    while (dot < end && s.p[dot] != '.')
        dot++;
    bool good =
        dot > at && text_word(s.p[at]) && end > dot + 2 && text_word(s.p[dot + 1]) && text_word(s.p[end - 1]);
    return good ? end : at;
}

static struct slice address_in(struct slice s)
{
    for (size_t at = 0; at < s.n; at++) {
        size_t begin = s.p[at] == '@' ? local_part(s, at) : at;
        size_t end = begin < at ? host_end(s, at + 1) : 0;
        if (begin < at && end > at + 1)
            return slice_sub(s, begin, end - begin);
    }
    return SLICE("");
}

static size_t others(struct slice s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += !(s.p[i] >= 'a' && s.p[i] <= 'z') && !ascii_digit(s.p[i]);
    return n;
}

/* ---- who it is */

static struct slice domain_of(struct check *c, struct slice address)
{
    struct uri_host h;
    struct slice uri = arena_printf(c->m->arena, "mailto:%.*s", SLICE_ARG(address));
    return uri_host_of(c->set->uri_rules, c->m->arena, uri, &h) ? h.domain : SLICE("");
}

static const struct owner *listed(const struct fromname *f, struct slice address)
{
    for (size_t i = 0; i < f->n_owners; i++)
        if (globs_have(&f->owners[i]->addresses, address))
            return f->owners[i];
    return NULL;
}

/* By list, also as an address at the registered domain; else the domain's first label. */
static struct slice owner_name(struct check *c, const struct fromname *f, struct slice address,
                               struct slice domain)
{
    const struct owner *o = listed(f, address);
    ptrdiff_t at = slice_chr(address, '@'), dot = slice_chr(domain, '.');
    if (o == NULL && at > 0 && !slice_eq(slice_from(address, (size_t)at + 1), domain))
        o = listed(f, arena_printf(c->m->arena, "%.*s@%.*s", (int)at, address.p, SLICE_ARG(domain)));
    return o ? o->name : dot > 0 ? slice_sub(domain, 0, (size_t)dot) : domain;
}

static struct slice lower_header(struct check *c, const char *spec)
{
    return arena_lower(c->m->arena, text_chomp(views_get(&c->views, slice_str(spec))->text));
}

static bool is_ignored(struct check *c, const struct fromname *f)
{
    for (size_t i = 0; i < f->n_headers; i++)
        if (views_get(&c->views, f->headers[i])->text.n)
            return true;
    return false;
}

static void compare(struct check *c, const struct fromname *f, struct fromname_state *s)
{
    struct slice from = lower_header(c, "From:addr"), name = lower_header(c, "From:name");
    struct slice domain = domain_of(c, from), address = address_in(name);
    if (domain.n == 0 || address.n == 0)
        return;
    struct slice its_domain = domain_of(c, address);
    if (its_domain.n == 0)
        return;
    s->contains_email = true;
    if ((double)(name.n - address.n) + (double)(others(name) - others(address)) > f->extra_chars)
        return;
    s->differs = !slice_eq(address, from);
    s->domain_differs = !slice_eq(its_domain, domain);
    s->owner_differs = !slice_eq(owner_name(c, f, address, its_domain), owner_name(c, f, from, domain));
    s->is_reply_to = slice_eq(address, lower_header(c, "Reply-To:addr"));
    s->is_recipient = eval_is_recipient(c, address);
}

static const struct fromname_state *state_of(struct check *c, const struct fromname *f)
{
    struct fromname_state *s = c->state[CHECK_FROMNAME];
    if (s == NULL) {
        s = c->state[CHECK_FROMNAME] = ARENA_NEW(c->m->arena, struct fromname_state);
        if (!is_ignored(c, f))
            compare(c, f, s);
    }
    return s;
}

/* ---- functions */

/* (0: the address differs, 1: and its owner, 2: and its domain); fns_check where nothing is said */
static double spoof(struct check *c, const struct eval_args *args, const void *prepared)
{
    const struct fromname *f = prepared;
    const struct fromname_state *s = state_of(c, f);
    double level = eval_number(args, 0, -1);
    unsigned check = level >= 0 && level <= 2 ? (unsigned)level : f->check;
    return s->differs && (check == 0 || (check == 1 ? s->owner_differs : s->domain_differs));
}

#define FUNCTION(name, member)                                                                               \
    static double name(struct check *c, const struct eval_args *args, const void *prepared)                  \
    {                                                                                                        \
        (void)args;                                                                                          \
        return state_of(c, prepared)->member;                                                                \
    }
FUNCTION(different, differs)
FUNCTION(domain_differ, domain_differs)
FUNCTION(contains_email, contains_email)
FUNCTION(owners_differ, owner_differs)
FUNCTION(equals_to, is_recipient)
FUNCTION(equals_replyto, is_reply_to)

#define ROW(name, run)                                                                                       \
    {                                                                                                        \
        name, "FromNameSpoof", 0, 0, EVAL_ARGS_MAX, prepare, run, NULL                                       \
    }
static const struct eval_function fromname_rows[] = {
    ROW("check_fromname_spoof", spoof),
    ROW("check_fromname_different", different),
    ROW("check_fromname_domain_differ", domain_differ),
    ROW("check_fromname_contains_email", contains_email),
    ROW("check_fromname_owners_differ", owners_differ),
    ROW("check_fromname_equals_to", equals_to),
    ROW("check_fromname_equals_replyto", equals_replyto),
};
EVAL_FAMILY(eval_fromname, "addresses in the sender's name", fromname_rows);
