/* askdns.c - questions to the DNS, made of tags; see askdns.h */
#include "config.h"
#include "scoring/askdns.h"

#include <arpa/inet.h>
#include "scoring/net-tags.h"
#include "scoring/rule-parse.h"

/* ---- reading */

static bool capital(char c)
{
    return (c >= 'A' && c <= 'Z') || ascii_digit(c);
}

/* _NAME_ or _NAME(...)_ at the beginning: its length with both _, 0: none */
static size_t tag_length(struct slice s)
{
    size_t at = 1, found = 0;
    if (s.n < 3 || s.p[0] != '_' || s.p[1] < 'A' || s.p[1] > 'Z')
        return 0;
    for (;; at++) {
        while (at < s.n && capital(s.p[at]))
            at++;
        ptrdiff_t close = at < s.n && s.p[at] == '(' ? slice_find(slice_from(s, at), SLICE(")_")) : -1;
        if (close >= 0)
            return at + (size_t)close + 2;
        if (at == s.n || s.p[at] != '_')
            return found;
        found = at + 1;
        if (at + 1 == s.n || !capital(s.p[at + 1]))
            return found;
    }
}

static bool known(const struct askdns *q, struct slice tag)
{
    for (size_t i = 0; i < q->n_tags; i++)
        if (slice_eq(q->tags[i], tag))
            return true;
    return false;
}

static int read_tags(struct askdns *q, struct err *e)
{
    size_t behind = 0;
    for (size_t at = 0; at < q->template.n;) {
        size_t n = tag_length(slice_from(q->template, at));
        if (n == 0) {
            at++;
            continue;
        }
        struct slice tag = slice_sub(q->template, at + 1, n - 2);
        at += n;
        behind = at;
        if (known(q, tag))
            continue;
        if (q->n_tags == ASKDNS_TAGS_MAX)
            return err_set(e, ERR_CONFIG, "more than %d tags", ASKDNS_TAGS_MAX);
        q->tags[q->n_tags++] = tag;
        q->late |= net_tag_is_late(tag);
    }
    struct slice rest = slice_from(q->template, behind);
    if (behind && rest.n > 1 && rest.p[0] == '.')
        q->zone = slice_from(rest, 1);
    return 0;
}

int askdns_read(struct arena *a, const struct net_settings *s, struct slice text, struct askdns *out,
                struct err *e)
{
    *out = (struct askdns){ .template = rule_word(&text), .type = DNS_A };
    struct slice type = rule_word(&text);
    while (out->template.n && out->template.p[out->template.n - 1] == '.')
        out->template.n--;
    if (out->template.n == 0)
        return err_set(e, ERR_CONFIG, "write a name with _TAGS_ in it, and a type of record");
    if (type.n)
        out->type = dns_type_by_name(type);
    if (out->type == 0) {
        err_set(e, ERR_CONFIG, "records of type %s are not asked for here", rule_quote(type).text);
        return NOT_SUPPORTED;
    }
    if (read_tags(out, e) < 0)
        return -1;
    return net_subtest_askdns(&out->subtest, a, s, text, e);
}

/* ---- asking */

struct own {
    const struct rule *rule;
    struct net_questions questions;
    struct own *next;
};

struct names_made {
    struct slice v[ASKDNS_NAMES_MAX];
    size_t n;
};

static void replace_all(struct buf *b, struct slice text, struct slice tag, struct slice value)
{
    while (text.n) {
        size_t n = tag_length(text);
        if (n && slice_eq(slice_sub(text, 1, n - 2), tag)) {
            buf_add_slice(b, value);
            text = slice_from(text, n);
        } else {
            buf_add_char(b, text.p[0]);
            text = slice_from(text, 1);
        }
    }
}

static void add_name(struct check *c, struct names_made *to, struct slice from, struct slice tag,
                     struct slice value)
{
    struct buf b;
    buf_init_in(&b, c->m->arena, 2 * DNS_NAME_MAX);
    replace_all(&b, from, tag, value);
    if (!b.full && to->n < ASKDNS_NAMES_MAX)
        to->v[to->n++] = buf_slice(&b);
}

/* false: a tag has no value, and nothing is asked */
static bool make_names(struct check *c, const struct askdns *q, struct names_made *out)
{
    struct net_tag values;
    struct names_made from;
    out->v[0] = q->template;
    out->n = 1;
    for (size_t i = 0; i < q->n_tags; i++) {
        net_tag_get(c, q->tags[i], &values);
        from = *out;
        out->n = 0;
        for (size_t k = 0; k < from.n; k++)
            for (size_t v = 0; v < values.n; v++)
                add_name(c, out, from.v[k], q->tags[i], values.v[v]);
    }
    return out->n > 0;
}

static bool is_fqdn(struct slice name)
{
    return uri_fqdn_valid(name);
}

/* Names in a list are about what stands before its zone. */
static void ask_name(struct check *c, struct own *own, const struct askdns *q, struct slice name)
{
    if (!is_fqdn(name))
        return;
    if (q->zone.n && name.n > q->zone.n + 1 && q->type == DNS_A) {
        struct slice key = slice_sub(name, 0, name.n - q->zone.n - 1);
        net_ask_list(c, &own->questions, key, q->zone, q->type, name);
    } else
        net_ask(c, &own->questions, name, q->type);
}

void askdns_ask(struct check *c, const struct rule *r, enum ask_round round)
{
    const struct askdns *q = r->test.askdns;
    struct names_made names;
    if (round != (q->late ? ASK_SECOND : ASK_FIRST) || !make_names(c, q, &names))
        return;
    struct own *own = ARENA_NEW(c->m->arena, struct own);
    own->rule = r;
    own->next = c->state[CHECK_ASKDNS];
    c->state[CHECK_ASKDNS] = own;
    for (size_t i = 0; i < names.n; i++)
        ask_name(c, own, q, names.v[i]);
}

/* ---- answers */

/* as SpamAssassin writes records */
static struct slice record_text(struct check *c, const struct dns_answer *answer, const struct dns_record *r)
{
    char text[INET6_ADDRSTRLEN];
    struct arena *a = c->m->arena;
    switch (answer->type) {
    case DNS_A: return net_dotted(a, r->data);
    case DNS_TXT: return r->data;
    case DNS_MX: return arena_printf(a, "%u %.*s.", r->preference, SLICE_ARG(r->data));
    case DNS_AAAA:
        return r->data.n == 16 && inet_ntop(AF_INET6, r->data.p, text, sizeof(text))
                   ? arena_dup(a, slice_str(text))
                   : SLICE("");
    default: return arena_printf(a, "%.*s.", SLICE_ARG(r->data));
    }
}

static int rcode_of(const struct dns_answer *answer)
{
    switch (answer->status) {
    case DNS_FOUND:
    case DNS_NO_DATA: return 0;
    case DNS_FAILED: return 2;
    case DNS_NO_NAME: return 3;
    case DNS_LATE:
    case DNS_LIMIT: break;
    }
    return -1;
}

static void log_hit(struct check *c, const struct net_question *q, struct slice text)
{
    check_log(c, arena_printf(c->m->arena, "%.*s %s:%.*s", SLICE_ARG(q->name), dns_type_name(q->type),
                              SLICE_ARG(text)));
}

/* What a list says counts only where it is one; other addresses are no list's. */
static bool record_fits(struct check *c, const struct askdns *ask, const struct net_question *q,
                        const struct dns_record *r)
{
    bool refused = false, address = q->type == DNS_A;
    struct slice text = record_text(c, q->answer, r);
    bool listing = address && r->data.p[0] == 127;
    if (listing && q->zone.n && net_listing(c, q, r, &refused).p == NULL)
        return false;
    if (!net_subtest_fits(c, &ask->subtest, text, address, refused))
        return false;
    log_hit(c, q, text);
    return true;
}

static bool question_fits(struct check *c, const struct askdns *ask, struct net_question *q)
{
    const struct dns_answer *answer = net_answer(c, q);
    if (ask->subtest.kind == SUBTEST_RCODES) {
        int rcode = rcode_of(answer);
        return rcode >= 0 && (ask->subtest.rcodes >> rcode & 1);
    }
    for (const struct dns_record *r = answer->records; r; r = r->next)
        if (record_fits(c, ask, q, r))
            return true;
    return false;
}

double askdns_run(struct check *c, const struct rule *r)
{
    struct own *own = c->state[CHECK_ASKDNS];
    while (own && own->rule != r)
        own = own->next;
    for (struct net_question *q = own ? own->questions.first : NULL; q; q = q->next)
        if (question_fits(c, r->test.askdns, q))
            return 1;
    return 0;
}
