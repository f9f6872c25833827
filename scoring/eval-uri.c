/* eval-uri.c - conditions on one URI; see eval-uri.h */
#include "config.h"
#include "scoring/eval-uri.h"

#include "scoring/rule-problem.h"
#include "scoring/rule-regex.h"

enum key { KEY_RAW, KEY_TYPE, KEY_CLEANED, KEY_TEXT, KEY_DOMAIN, KEY_HOST, KEYS };

static const struct slice key_names[KEYS] = {
    [KEY_RAW] = SLICE_INIT("raw"),         [KEY_TYPE] = SLICE_INIT("type"),
    [KEY_CLEANED] = SLICE_INIT("cleaned"), [KEY_TEXT] = SLICE_INIT("text"),
    [KEY_DOMAIN] = SLICE_INIT("domain"),   [KEY_HOST] = SLICE_INIT("host"),
};

struct condition {
    struct regex *re; /* NULL: no condition on this key */
    bool negated;
};

struct uri_conditions {
    struct condition v[KEYS];
};

/* ---- reading them */

static bool word_char(char c)
{
    return ascii_alnum(c) || c == '_';
}

static size_t skip_space(struct slice s, size_t at)
{
    while (at < s.n && ascii_space(s.p[at]))
        at++;
    return at;
}

/* The pattern at `at`: /.../ or m, a delimiter, text, the same delimiter; flags; then white space or the end.
 * The first end that fits ends it. 0: none. */
static size_t pattern_end(struct slice s, size_t at)
{
    size_t open = at < s.n && s.p[at] == 'm' ? at + 1 : at;
    if (open >= s.n || word_char(s.p[open]) || (open == at && s.p[open] != '/'))
        return 0;
    for (size_t i = open + 1; i < s.n; i++) {
        size_t end = i + 1;
        while (end < s.n && (s.p[end] == 'i' || s.p[end] == 'm' || s.p[end] == 's' || s.p[end] == 'x'))
            end++;
        if (s.p[i] == s.p[open] && (end == s.n || ascii_space(s.p[end])))
            return end;
    }
    return 0;
}

struct criterion {
    struct slice key, pattern;
    bool negated;
};

/* A criterion whose key begins at `at`; where it ends, or 0. */
static size_t criterion_at(struct slice s, size_t at, struct criterion *c)
{
    size_t i = at;
    while (i < s.n && word_char(s.p[i]))
        i++;
    c->key = slice_sub(s, at, i - at);
    i = skip_space(s, i);
    c->negated = i < s.n && s.p[i] == '!';
    if (c->key.n == 0 || i + 1 >= s.n || (s.p[i] != '=' && s.p[i] != '!') || s.p[i + 1] != '~')
        return 0;
    i = skip_space(s, i + 2);
    size_t end = pattern_end(s, i);
    c->pattern = slice_sub(s, i, end ? end - i : 0);
    return end;
}

/* As SpamAssassin, what is no criterion is passed over. */
static bool next_criterion(struct slice *rest, struct criterion *c)
{
    for (size_t i = 0; i < rest->n; i++) {
        size_t end = i && word_char(rest->p[i - 1]) ? 0 : criterion_at(*rest, i, c);
        if (end) {
            *rest = slice_from(*rest, end);
            return true;
        }
    }
    return false;
}

static int add_criterion(struct uri_conditions *u, const struct criterion *c, struct err *e)
{
    size_t key = 0;
    while (key < KEYS && !slice_eq(c->key, key_names[key]))
        key++;
    if (key == KEYS)
        return err_set(e, ERR_INPUT, "%s is not a part of a URI: raw, type, cleaned, text, domain, host are",
                       rule_quote(c->key).text);
    struct literal_set literals;
    struct regex *re = rule_regex_new(c->pattern, &literals, e);
    if (re == NULL)
        return -1;
    regex_free(&u->v[key].re);
    u->v[key] = (struct condition){ .re = re, .negated = c->negated };
    return 0;
}

int uri_conditions_parse(struct slice text, struct arena *a, const struct uri_conditions **out, struct err *e)
{
    struct uri_conditions *u = ARENA_NEW(a, struct uri_conditions);
    struct criterion c;
    size_t n = 0;
    for (; next_criterion(&text, &c); n++)
        if (add_criterion(u, &c, e) < 0) {
            uri_conditions_free(u);
            return -1;
        }
    if (n == 0)
        return err_set(e, ERR_INPUT, "no condition: write, e.g., domain =~ /^example\\.com$/");
    *out = u;
    return 0;
}

void uri_conditions_free(const struct uri_conditions *u)
{
    for (size_t i = 0; u && i < KEYS; i++) {
        struct regex *re = u->v[i].re;
        regex_free(&re);
    }
}

/* ---- asking them */

static bool met(struct check *c, const struct condition *k, struct slice text)
{
    return check_match(c, k->re, text, NULL) != k->negated;
}

static bool any_met(struct check *c, const struct condition *k, const struct slice *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (met(c, k, v[i]))
            return true;
    return false;
}

static bool type_met(struct check *c, const struct condition *k, const struct view_uri *uri)
{
    static const struct {
        unsigned bit;
        struct slice name;
    } own[] = {
        { VIEW_URI_PARSED, SLICE_INIT("parsed") },         { VIEW_URI_UNLINKED, SLICE_INIT("unlinked") },
        { VIEW_URI_SCHEMELESS, SLICE_INIT("schemeless") }, { VIEW_URI_DOMAINKEYS, SLICE_INIT("domainkeys") },
        { VIEW_URI_DOMAINKEYS, SLICE_INIT("nocanon") },    { VIEW_URI_DOMAINKEYS, SLICE_INIT("noclean") },
    };
    for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++)
        if ((uri->types & own[i].bit) && met(c, k, own[i].name))
            return true;
    return any_met(c, k, uri->tags, uri->n_tags);
}

bool uri_conditions_met(struct check *c, const struct uri_conditions *u, const struct view_uri *uri)
{
    const struct condition *k = u->v;
    return (!k[KEY_RAW].re || met(c, &k[KEY_RAW], uri->uri)) &&
           (!k[KEY_TYPE].re || type_met(c, &k[KEY_TYPE], uri)) &&
           (!k[KEY_CLEANED].re || any_met(c, &k[KEY_CLEANED], uri->cleaned, uri->n_cleaned)) &&
           (!k[KEY_TEXT].re || any_met(c, &k[KEY_TEXT], uri->anchors, uri->n_anchors)) &&
           (!k[KEY_DOMAIN].re || any_met(c, &k[KEY_DOMAIN], uri->domains, uri->n_hosts)) &&
           (!k[KEY_HOST].re || any_met(c, &k[KEY_HOST], uri->hosts, uri->n_hosts));
}

double uri_conditions_run(struct check *c, const struct uri_conditions *u)
{
    for (const struct view_uri *uri = views_uris(&c->views)->first; uri; uri = uri->next)
        if (uri_conditions_met(c, u, uri))
            return 1;
    return 0;
}
