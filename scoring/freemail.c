/* freemail.c - which addresses are freemail; see freemail.h */
#include "config.h"
#include "scoring/freemail.h"

#include "scoring/lists.h"
#include "scoring/rule-parse.h"

struct freemail_patterns {
    struct regex *re;
    struct freemail_patterns *next;
};

struct loading {
    struct freemail *f;
    struct arena *a;
    struct rule_problems *problems;
    const struct setting_line *at;
};

static void wrong(struct loading *l, struct slice word, const char *what)
{
    rule_problem(l->problems, RULE_ERROR, l->at->file, l->at->line, "%s: %s is no %s", l->at->row->name,
                 rule_quote(word).text, what);
}

/* ---- domains */

static bool is_wildcard(char c)
{
    return c == '*' || c == '?';
}

static bool is_domain(struct slice s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_alnum(s.p[i]) && s.p[i] != '.' && s.p[i] != '-' && !is_wildcard(s.p[i]))
            return false;
    return s.n > 0;
}

static bool has_wildcard(struct slice s)
{
    return slice_chr(s, '*') >= 0 || slice_chr(s, '?') >= 0;
}

static struct slice first_label(struct slice s)
{
    ptrdiff_t dot = slice_chr(s, '.');
    return dot < 0 ? s : slice_sub(s, 0, (size_t)dot);
}

static void add_glob(struct loading *l, struct slice pattern)
{
    struct freemail *f = l->f;
    struct freemail_glob *g = ARENA_NEW(l->a, struct freemail_glob), **head = &f->other_globs;
    struct slice label = first_label(pattern);
    g->pattern = pattern;
    if (!has_wildcard(label)) {
        uint32_t n = (uint32_t)f->first_labels.n, at = names_add(&f->first_labels, label, n);
        if (at == NAMES_NONE && (n & (n - 1)) == 0)
            f->globs = arena_grow(l->a, f->globs, n, n ? 2 * (size_t)n : 1, sizeof(*f->globs));
        head = &f->globs[at == NAMES_NONE ? n : at];
    }
    g->next = *head;
    *head = g;
}

static void add_domains(struct loading *l)
{
    struct slice rest = l->at->value, word;
    while ((word = rule_word(&rest)).n) {
        if (!is_domain(word))
            wrong(l, word, "domain: letters, digits, dots, hyphens, * and ? are");
        else if (has_wildcard(word))
            add_glob(l, arena_lower(l->a, word));
        else
            names_add(&l->f->domains, arena_lower(l->a, word), 0);
    }
}

/* \w[.@]\w somewhere */
static bool is_address(struct slice s)
{
    for (size_t i = 1; i + 1 < s.n; i++) {
        char before = s.p[i - 1], behind = s.p[i + 1];
        if ((s.p[i] == '.' || s.p[i] == '@') && (ascii_alnum(before) || before == '_') &&
            (ascii_alnum(behind) || behind == '_'))
            return true;
    }
    return false;
}

static void add_welcome(struct loading *l)
{
    struct slice rest = l->at->value, word;
    while ((word = rule_word(&rest)).n) {
        if (is_address(word))
            names_add(&l->f->welcome, arena_lower(l->a, word), 0);
        else
            wrong(l, word, "address or domain");
    }
}

static bool flag(const struct settings *s, const char *name, double otherwise)
{
    return settings_number(s, SETTING_FREEMAIL, name, otherwise) != 0;
}

const struct freemail *freemail_load(struct arena *a, const struct settings *s,
                                     struct rule_problems *problems)
{
    struct loading l = { .f = ARENA_NEW(a, struct freemail), .a = a, .problems = problems };
    names_init(&l.f->domains, a);
    names_init(&l.f->welcome, a);
    names_init(&l.f->first_labels, a);
    for (l.at = settings_first(s, SETTING_FREEMAIL); l.at; l.at = l.at->next) {
        if (setting_is(l.at, "freemail_domains"))
            add_domains(&l);
        else if (setting_is(l.at, "freemail_welcomelist"))
            add_welcome(&l);
    }
    l.f->max_body_emails = settings_number(s, SETTING_FREEMAIL, "freemail_max_body_emails", 5);
    l.f->max_body_freemails = settings_number(s, SETTING_FREEMAIL, "freemail_max_body_freemails", 3);
    l.f->skip_when_over_max = flag(s, "freemail_skip_when_over_max", 1);
    l.f->skip_bulk_envfrom = flag(s, "freemail_skip_bulk_envfrom", 1);
    l.f->describe_email = flag(s, "freemail_add_describe_email", 1);
    l.f->import_auth = flag(s, "freemail_import_welcomelist_auth", 0);
    l.f->import_default_auth = flag(s, "freemail_import_def_welcomelist_auth", 0);
    l.f->patterns = ARENA_NEW(a, struct freemail_patterns);
    return l.f;
}

void freemail_keep(const struct freemail *f, struct arena *a, struct regex *re)
{
    struct freemail_patterns *p = ARENA_NEW(a, struct freemail_patterns);
    p->re = re;
    p->next = f->patterns->next;
    f->patterns->next = p;
}

void freemail_free(const struct freemail *f)
{
    for (struct freemail_patterns *p = f ? f->patterns : NULL; p; p = p->next)
        regex_free(&p->re);
}

bool freemail_available(const struct freemail *f)
{
    return f && (f->domains.n || f->first_labels.n || f->other_globs);
}

/* ---- asking */

/* `*` is any run without dots, `?` any byte. Back to the last * only: linear in practice, at worst the
 * product of both, which are short. */
static bool glob_matches(struct slice pattern, struct slice text)
{
    size_t p = 0, t = 0, star = SIZE_MAX, star_at = 0;
    while (t < text.n || p < pattern.n) {
        if (p < pattern.n && pattern.p[p] == '*') {
            star = p++;
            star_at = t;
        } else if (p < pattern.n && t < text.n && (pattern.p[p] == '?' || pattern.p[p] == text.p[t])) {
            p++;
            t++;
        } else if (star != SIZE_MAX && star_at < text.n && text.p[star_at] != '.') {
            p = star + 1;
            t = ++star_at;
        } else
            return false;
    }
    return true;
}

static bool any_matches(const struct freemail_glob *g, struct slice domain)
{
    for (; g; g = g->next)
        if (glob_matches(g->pattern, domain))
            return true;
    return false;
}

static bool is_listed(const struct freemail *f, struct slice domain)
{
    uint32_t at = names_find(&f->first_labels, first_label(domain));
    return names_find(&f->domains, domain) != NAMES_NONE ||
           (at != NAMES_NONE && any_matches(f->globs[at], domain)) || any_matches(f->other_globs, domain);
}

static bool all_hex(struct slice s)
{
    for (size_t i = 0; i < s.n; i++)
        if (ascii_hex(s.p[i]) < 0)
            return false;
    return true;
}

/* 8 hex digits, and 8 more behind a dot, or a UUID */
static bool is_serial(struct slice s)
{
    static const unsigned char uuid[] = { 8, 13, 18, 23 };
    if (s.n == 17)
        return all_hex(slice_sub(s, 0, 8)) && s.p[8] == '.' && all_hex(slice_from(s, 9));
    size_t at = 0;
    for (size_t i = 0; s.n == 36 && i < sizeof(uuid); i++) {
        if (s.p[uuid[i]] != '-' || !all_hex(slice_sub(s, at, uuid[i] - at)))
            return false;
        at = uuid[i] + 1;
    }
    return s.n == 36 && all_hex(slice_from(s, at));
}

/* x=y=z: forwarded by Gmail */
static bool is_forward(struct slice s)
{
    const char *last = s.n > 1 ? memrchr(s.p, '=', s.n - 1) : NULL;
    ptrdiff_t first = slice_chr(slice_from(s, 1), '=');
    return last && first >= 0 && last - s.p > first + 2;
}

/* Nobody's mailbox: roles, and what providers make up. */
static bool is_role(struct slice email)
{
    static const struct slice roles[] = {
        SLICE_INIT("abuse"),      SLICE_INIT("support"),      SLICE_INIT("sales"),   SLICE_INIT("info"),
        SLICE_INIT("helpdesk"),   SLICE_INIT("contact"),      SLICE_INIT("kontakt"), SLICE_INIT("postmaster"),
        SLICE_INIT("hostmaster"), SLICE_INIT("domainmaster"), SLICE_INIT("bounce-"), SLICE_INIT("bounced-")
    };
    ptrdiff_t at = slice_chr(email, '@');
    struct slice local = slice_sub(email, 0, at < 0 ? 0 : (size_t)at);
    for (size_t i = 0; i < sizeof(roles) / sizeof(*roles); i++)
        if (slice_eq(local, roles[i]))
            return true;
    bool request =
        slice_starts(local, SLICE("request-")) && local.n == 8 + 16 && all_hex(slice_from(local, 8));
    return request || slice_starts(local, SLICE("undisclosed")) || is_serial(local) || is_forward(local);
}

/* in welcomelist_auth and its like, where the site wants those to count */
static bool is_imported(const struct freemail *f, const struct lists *lists, struct slice email)
{
    return lists && ((f->import_auth && globs_have(&lists->v[LIST_AUTH], email)) ||
                     (f->import_default_auth && globs_have(&lists->v[LIST_DEFAULT_AUTH], email)));
}

bool freemail_is(const struct freemail *f, const struct lists *lists, struct slice email)
{
    const char *at = email.n ? memrchr(email.p, '@', email.n) : NULL;
    struct slice domain = at ? slice_from(email, (size_t)(at - email.p) + 1) : email;
    return email.n && !is_imported(f, lists, email) && names_find(&f->welcome, email) == NAMES_NONE &&
           names_find(&f->welcome, domain) == NAMES_NONE && !is_role(email) && is_listed(f, domain);
}
