/* eval-authres.c - what hosts of ours have written into Authentication-Results (RFC 8601)
 * check_authres_result('dkim', 'pass'), of SpamAssassin's plugin AuthRes, which is off by default. Fields of
 * authres_networks count (internal, trusted, all), of servers that authres_trusted_authserv and
 * authres_ignored_authserv let through. A field with anything in it that is not understood counts as none,
 * as there. Of several results of a method the first counts, but for a later pass. Linear. */
#include "config.h"
#include "scoring/eval.h"

#include "scoring/eval-text.h"
#include "scoring/net.h"

#define RESULTS_MAX 50 /* of a field */

/* methods, with the results and properties that each may have; " " around each word */
static const struct method {
    struct slice name, results, properties;
} methods[] = {
    { SLICE_INIT("arc"), SLICE_INIT(" fail none pass "),
      SLICE_INIT(" smtp.remote-ip header.oldest-pass arc.chain ") },
    { SLICE_INIT("auth"), SLICE_INIT(" fail none pass permerror temperror "),
      SLICE_INIT(" smtp.auth smtp.mailfrom ") },
    { SLICE_INIT("dkim"), SLICE_INIT(" fail neutral none pass permerror policy temperror "),
      SLICE_INIT(" header.d header.i header.b header.a header.s ") },
    { SLICE_INIT("dkim-adsp"), SLICE_INIT(" discard fail none nxdomain pass permerror temperror unknown "),
      SLICE_INIT(" header.from ") },
    { SLICE_INIT("dkim-atps"), SLICE_INIT(" fail none pass permerror temperror neutral "),
      SLICE_INIT(" header.from ") },
    { SLICE_INIT("dmarc"), SLICE_INIT(" bestguesspass fail none pass permerror temperror "),
      SLICE_INIT(" header.from policy.dmarc ") },
    { SLICE_INIT("dnswl"), SLICE_INIT(" none pass permerror temperror "),
      SLICE_INIT(" dns.zone dns.sec policy.ip policy.txt ") },
    { SLICE_INIT("domainkeys"), SLICE_INIT(" fail neutral none permerror policy pass temperror "),
      SLICE_INIT(" header.d header.from header.sender ") },
    { SLICE_INIT("iprev"), SLICE_INIT(" fail pass permerror temperror "), SLICE_INIT(" policy.iprev ") },
    { SLICE_INIT("rrvs"), SLICE_INIT(" fail none pass permerror temperror unknown "),
      SLICE_INIT(" smtp.rcptto ") },
    { SLICE_INIT("sender-id"),
      SLICE_INIT(" fail hardfail neutral none pass permerror policy softfail temperror "),
      SLICE_INIT(" header.* ") },
    { SLICE_INIT("smime"), SLICE_INIT(" fail neutral none pass permerror policy temperror "),
      SLICE_INIT(" body.smime-part body.smime-identifer body.smime-serial body.smime-issuer ") },
    { SLICE_INIT("spf"), SLICE_INIT(" fail hardfail neutral none pass permerror policy softfail temperror "),
      SLICE_INIT(" smtp.mailfrom smtp.mfrom smtp.helo smtp.rcpttodomain ") },
    { SLICE_INIT("vbr"), SLICE_INIT(" fail none pass permerror temperror "),
      SLICE_INIT(" header.md header.mv ") },
};

#define METHODS_N (sizeof(methods) / sizeof(*methods))

struct authres_state {
    struct slice result[METHODS_N]; /* empty: none */
};

struct one_result {
    size_t method;
    struct slice result;
};

struct parser {
    struct check *c;
    struct slice s;
    size_t at;
    bool broken; /* a comment without an end */
    struct one_result v[RESULTS_MAX];
    size_t n;
};

/* ---- pieces */

static bool end(const struct parser *p)
{
    return p->at >= p->s.n;
}

/* white space and one comment, in which others may be */
static void skip(struct parser *p)
{
    unsigned depth = 0;
    p->at = text_skip_space(p->s, p->at);
    if (end(p) || p->s.p[p->at] != '(')
        return;
    do {
        if (end(p)) {
            p->broken = true;
            return;
        }
        depth += p->s.p[p->at] == '(';
        depth -= p->s.p[p->at] == ')';
        p->at++;
    } while (depth);
    p->at = text_skip_space(p->s, p->at);
}

static bool take(struct parser *p, char c)
{
    if (end(p) || p->s.p[p->at] != c)
        return false;
    p->at++;
    return true;
}

/* letters, digits, _ and what `others` has */
static struct slice word(struct parser *p, const char *others)
{
    size_t from = p->at;
    while (!end(p) && (text_word(p->s.p[p->at]) || (p->s.p[p->at] && strchr(others, p->s.p[p->at]))))
        p->at++;
    return slice_sub(p->s, from, p->at - from);
}

/* RFC 2045's token, and / */
static struct slice token(struct parser *p)
{
    size_t from = p->at;
    while (!end(p) && p->s.p[p->at] > ' ' && p->s.p[p->at] <= '~' &&
           !strchr("()<>@,;:/[]?=\"", p->s.p[p->at]))
        p->at++;
    return slice_sub(p->s, from, p->at - from);
}

static bool quoted(struct parser *p)
{
    if (!take(p, '"'))
        return false;
    while (!end(p) && p->s.p[p->at] != '"')
        p->at += p->s.p[p->at] == '\\' && p->at + 1 < p->s.n ? 2 : 1;
    take(p, '"');
    return true;
}

static bool keyword(struct parser *p, struct slice name)
{
    if (!text_iat(p->s, p->at, name) || (p->at + name.n < p->s.n && text_word(p->s.p[p->at + name.n])))
        return false;
    p->at += name.n;
    return true;
}

/* ---- a field */

static bool in_words(struct slice words, struct slice a)
{
    for (ptrdiff_t at; a.n && (at = slice_find(words, a)) >= 0; words = slice_from(words, (size_t)at + 1))
        if (at > 0 && words.p[at - 1] == ' ' && words.p[(size_t)at + a.n] == ' ')
            return true;
    return false;
}

static bool known_property(struct parser *p, const struct method *m, struct slice type, struct slice name)
{
    struct arena *a = p->c->m->arena;
    struct slice both = arena_lower(a, arena_printf(a, "%.*s.%.*s", SLICE_ARG(type), SLICE_ARG(name)));
    struct slice any = arena_lower(a, arena_printf(a, "%.*s.*", SLICE_ARG(type)));
    return in_words(m->properties, both) || in_words(m->properties, any);
}

/* "text", or what goes up to white space or a semicolon */
static bool value(struct parser *p)
{
    if (quoted(p))
        return true;
    size_t from = p->at;
    while (!end(p) && !text_space(p->s.p[p->at]) && p->s.p[p->at] != ';')
        p->at++;
    return p->at > from;
}

/* reason="..." */
static bool option(struct parser *p, struct slice name)
{
    if (!keyword(p, name))
        return true;
    skip(p);
    if (!take(p, '='))
        return false;
    skip(p);
    bool good = quoted(p) || token(p).n;
    skip(p);
    return good;
}

/* smtp.mailfrom=a@b ... up to a semicolon */
static bool properties(struct parser *p, const struct method *m)
{
    while (!end(p) && !p->broken) {
        if (take(p, ';')) {
            skip(p);
            return true;
        }
        struct slice type = word(p, "-");
        skip(p);
        if (type.n == 0 || !take(p, '.'))
            return false;
        skip(p);
        struct slice name = word(p, "-");
        skip(p);
        if (!known_property(p, m, type, name) || !take(p, '='))
            return false;
        skip(p);
        if (!value(p))
            return false;
        skip(p);
    }
    return true;
}

static bool one_method(struct parser *p)
{
    struct slice name = word(p, "-");
    size_t i = 0;
    while (i < METHODS_N && !slice_ieq(methods[i].name, name))
        i++;
    skip(p);
    if (i == METHODS_N || p->n == RESULTS_MAX)
        return false;
    if (take(p, '/')) {
        skip(p);
        word(p, "");
        skip(p);
    }
    if (!take(p, '='))
        return false;
    skip(p);
    struct slice result = word(p, "");
    if (!in_words(methods[i].results, result))
        return false;
    p->v[p->n++] = (struct one_result){ i, result };
    skip(p);
    return option(p, SLICE("reason")) && option(p, SLICE("action")) && properties(p, &methods[i]);
}

static bool number(struct parser *p, unsigned min, unsigned max)
{
    uint64_t n;
    size_t from = p->at;
    p->at = text_skip_digits(p->s, p->at);
    return slice_uint(slice_sub(p->s, from, p->at - from), max, &n) && n >= min;
}

/* i=1; of ARC-Authentication-Results */
static bool arc_index(struct parser *p)
{
    if (!keyword(p, SLICE("i")))
        return false;
    skip(p);
    if (!take(p, '='))
        return false;
    skip(p);
    if (!number(p, 1, 50))
        return false;
    skip(p);
    bool good = take(p, ';');
    skip(p);
    return good;
}

static bool server(struct parser *p)
{
    const struct net_settings *s = p->c->set->net;
    struct slice name = token(p);
    if (name.n == 0 || take(p, '=') ||
        (s->authres_trusted.n_set && !net_map_find(&s->authres_trusted, name)) ||
        net_map_find(&s->authres_ignored, name))
        return false;
    skip(p);
    p->at = text_skip_digits(p->s, p->at);
    skip(p);
    bool good = take(p, ';');
    skip(p);
    return good;
}

static bool parse(struct parser *p, bool arc)
{
    if ((arc && !arc_index(p)) || !server(p))
        return false;
    while (!end(p) && !p->broken) {
        if (keyword(p, SLICE("none")) || !one_method(p))
            return false;
    }
    return !p->broken;
}

static void read_field(struct check *c, struct authres_state *s, struct slice line)
{
    static const struct slice name = SLICE_INIT("Authentication-Results:"), prefix = SLICE_INIT("ARC-");
    bool arc = slice_istarts(line, prefix);
    struct slice rest = slice_from(line, arc ? prefix.n : 0);
    struct parser *p;
    if (!slice_istarts(rest, name))
        return;
    p = ARENA_NEW(c->m->arena, struct parser);
    p->c = c;
    p->s = text_trim(slice_from(rest, name.n));
    if (!parse(p, arc))
        return;
    for (size_t i = 0; i < p->n; i++) {
        struct slice *to = &s->result[p->v[i].method];
        if (to->n == 0 || slice_eq(p->v[i].result, SLICE("pass")))
            *to = p->v[i].result;
    }
}

static struct authres_state *state_of(struct check *c)
{
    static const struct slice specs[] = {
        [NET_AUTHRES_INTERNAL] = SLICE_INIT("ALL-INTERNAL"),
        [NET_AUTHRES_TRUSTED] = SLICE_INIT("ALL-TRUSTED"),
        [NET_AUTHRES_ALL] = SLICE_INIT("ALL"),
    };
    struct authres_state *s = c->state[CHECK_AUTHRES];
    struct slice rest, line;
    if (s)
        return s;
    c->state[CHECK_AUTHRES] = s = ARENA_NEW(c->m->arena, struct authres_state);
    rest = views_get(&c->views, specs[c->set->net->authres_networks])->text;
    while (slice_line(&rest, &line))
        read_field(c, s, line);
    return s;
}

static double check_authres_result(struct check *c, const struct eval_args *args, const void *prepared)
{
    struct slice method = eval_arg(args, 0), wanted = eval_arg(args, 1), result = SLICE("");
    (void)prepared;
    for (size_t i = 0; i < METHODS_N; i++)
        if (slice_eq(methods[i].name, method))
            result = state_of(c)->result[i];
    if (slice_ieq(wanted, SLICE("missing")))
        return result.n == 0;
    return result.n && slice_ieq(wanted, result);
}

static const struct eval_function rows[] = {
    { "check_authres_result", "AuthRes", 0, 2, 2, NULL, check_authres_result, NULL },
};
EVAL_FAMILY(eval_authres, "AuthRes", rows);
