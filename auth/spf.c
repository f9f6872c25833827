/* spf.c - may this address send for this domain: evaluation of records; see spf.h */
#include "auth/spf.h"

#include <arpa/inet.h>
#include "auth/domain.h"
#include "auth/spf-priv.h"
#include "auth/text.h"

#define EXPLANATION_MAX 400

struct slice spf_target(struct spf *s, struct slice spec)
{
    return spec.n ? spf_expand_name(s->a, spec, &s->macros) : s->macros.domain;
}

enum auth_code spf_count_lookup(struct spf *s, struct slice term)
{
    if (++s->lookups <= s->o->spf_lookups_max)
        return AUTH_NOT_RUN;
    struct slice shown = auth_clean(s->a, term, 80);
    s->reason = auth_reason(s->a, "more than %u lookups, at %.*s", s->o->spf_lookups_max, SLICE_ARG(shown));
    return AUTH_PERMERROR;
}

/* ---- a record is asked ahead: what certainly is evaluated, unless something before it matches */

static void ask_term(struct spf *s, const struct spf_term *t)
{
    if (spf_macro_asks(t->spec))
        return;
    struct slice domain = spf_target(s, t->spec);
    switch (t->mechanism) {
    case SPF_INCLUDE: dns_ask(s->d, domain, DNS_TXT); break;
    case SPF_A: dns_ask(s->d, domain, s->macros.v6 ? DNS_AAAA : DNS_A); break;
    case SPF_MX: dns_ask(s->d, domain, DNS_MX); break;
    case SPF_EXISTS: dns_ask(s->d, domain, DNS_A); break;
    default: break;
    }
}

static void ask_ahead(struct spf *s, const struct spf_record *r)
{
    unsigned left = s->o->spf_lookups_max - s->lookups;
    for (size_t i = 0; i < r->n && left; i++) {
        const struct spf_term *t = &r->terms[i];
        if (t->mechanism == SPF_ALL)
            return;
        if (t->mechanism == SPF_IP4 || t->mechanism == SPF_IP6) {
            if (spf_match_network(s, t))
                return;
            continue;
        }
        ask_term(s, t);
        left--;
    }
    if (left && r->redirect.n && !spf_macro_asks(r->redirect))
        dns_ask(s->d, spf_target(s, r->redirect), DNS_TXT);
}

/* ---- records */

/* The one record of a domain: AUTH_NOT_RUN and *text; none, temperror, permerror. */
static enum auth_code find_record(struct spf *s, struct slice domain, struct slice *text)
{
    const struct dns_answer *answer = dns_get(s->d, domain, DNS_TXT);
    struct slice shown = auth_clean(s->a, domain, 100);
    size_t n = 0;
    if (answer->status != DNS_FOUND && answer->status != DNS_NO_DATA && answer->status != DNS_NO_NAME) {
        s->reason =
            auth_reason(s->a, "record of %.*s: %s", SLICE_ARG(shown), dns_status_name(answer->status));
        return AUTH_TEMPERROR;
    }
    for (const struct dns_record *r = answer->records; r; r = r->next)
        if (spf_record_is(r->data)) {
            *text = r->data;
            n++;
        }
    s->reason = auth_reason(s->a, "%.*s has %s", SLICE_ARG(shown), n ? "several records" : "no record");
    return n == 0 ? AUTH_NONE : n == 1 ? AUTH_NOT_RUN : AUTH_PERMERROR;
}

/* Begins the check of a domain. AUTH_NOT_RUN: it is on top; else the result. */
static enum auth_code enter(struct spf *s, struct slice domain)
{
    struct slice text, why;
    enum auth_code code = find_record(s, domain, &text);
    if (code != AUTH_NOT_RUN)
        return code;
    struct spf_frame *f = ARENA_NEW(s->a, struct spf_frame);
    f->domain = domain;
    if (!spf_record_parse(&f->record, s->a, text, &why)) {
        s->reason = auth_reason(s->a, "%.*s: %.*s", SLICE_ARG(auth_clean(s->a, domain, 100)), SLICE_ARG(why));
        return AUTH_PERMERROR;
    }
    f->below = s->top;
    s->top = f;
    s->macros.domain = domain;
    ask_ahead(s, &f->record);
    return AUTH_NOT_RUN;
}

/* An explanation is asked for when the result is known, and what goes wrong with it changes nothing (6.2). */
static void explain(struct spf *s, struct slice spec)
{
    struct buf out;
    const struct dns_answer *answer = dns_get(s->d, spf_target(s, spec), DNS_TXT);
    if (answer->status != DNS_FOUND || answer->n != 1 || !spf_macro_good(answer->records->data, true))
        return;
    buf_init_in(&out, s->a, SPF_EXPANSION_MAX);
    spf_expand(&out, answer->records->data, &s->macros);
    s->explanation = auth_clean(s->a, buf_slice(&out), EXPLANATION_MAX);
}

/* Ends the check on top with a result. */
static enum auth_code leave(struct spf *s, enum auth_code code)
{
    struct spf_frame *f = s->top;
    if (f->below == NULL && code == AUTH_FAIL && f->record.exp.n)
        explain(s, f->record.exp);
    s->top = f->below;
    if (s->top)
        s->macros.domain = s->top->domain;
    return code;
}

/* ---- terms */

static void say_term(struct spf *s, struct slice term)
{
    struct slice domain = auth_clean(s->a, s->top->domain, 80), shown = auth_clean(s->a, term, 100);
    s->reason = auth_reason(s->a, "%.*s: %.*s", SLICE_ARG(domain), SLICE_ARG(shown));
}

/* AUTH_NOT_RUN: the term said nothing, or one more check is on top. */
static enum auth_code matched(struct spf *s, const struct spf_term *t, bool matches)
{
    if (!matches) {
        s->top->at++;
        return AUTH_NOT_RUN;
    }
    say_term(s, t->text);
    return leave(s, t->qualifier);
}

/* What the result of an included check means for the one on top (5.2). */
static enum auth_code included(struct spf *s, enum auth_code code)
{
    const struct spf_term *t = &s->top->record.terms[s->top->at];
    switch (code) {
    case AUTH_PASS:
    case AUTH_FAIL:
    case AUTH_SOFTFAIL:
    case AUTH_NEUTRAL: return matched(s, t, code == AUTH_PASS);
    case AUTH_TEMPERROR: return leave(s, AUTH_TEMPERROR);
    default: return leave(s, AUTH_PERMERROR);
    }
}

static enum auth_code include(struct spf *s, const struct spf_term *t)
{
    enum auth_code code = spf_count_lookup(s, t->text);
    if (code != AUTH_NOT_RUN)
        return leave(s, code);
    code = enter(s, spf_target(s, t->spec));
    return code == AUTH_NOT_RUN ? code : included(s, code);
}

static enum auth_code redirect(struct spf *s)
{
    struct slice spec = s->top->record.redirect;
    if (spec.n == 0) {
        s->reason =
            auth_reason(s->a, "%.*s: nothing matched", SLICE_ARG(auth_clean(s->a, s->top->domain, 100)));
        return leave(s, AUTH_NEUTRAL);
    }
    enum auth_code code = spf_count_lookup(s, spec);
    struct slice domain = code == AUTH_NOT_RUN ? spf_target(s, spec) : slice_of(NULL, 0);
    leave(s, AUTH_NOT_RUN);
    if (code == AUTH_NOT_RUN)
        code = enter(s, domain);
    return code == AUTH_NONE ? AUTH_PERMERROR : code;
}

static enum auth_code step(struct spf *s)
{
    struct spf_frame *f = s->top;
    bool matches;
    if (f->at == f->record.n)
        return redirect(s);
    const struct spf_term *t = &f->record.terms[f->at];
    switch (t->mechanism) {
    case SPF_ALL: return matched(s, t, true);
    case SPF_INCLUDE: return include(s, t);
    case SPF_IP4:
    case SPF_IP6: return matched(s, t, spf_match_network(s, t));
    default: break;
    }
    enum auth_code code = spf_match_asked(s, t, &matches);
    return code == AUTH_NOT_RUN ? matched(s, t, matches) : leave(s, code);
}

/* check_host(): the loop is the recursion, the number of checks is limited by that of lookups. */
static enum auth_code evaluate(struct spf *s, struct slice domain)
{
    enum auth_code code = enter(s, domain);
    while (code == AUTH_NOT_RUN || s->top) {
        while (code == AUTH_NOT_RUN)
            code = step(s);
        if (s->top)
            code = included(s, code);
    }
    return code;
}

/* ---- whom it is asked about */

static bool set_address(struct spf *s, struct slice text)
{
    static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
    char p[INET6_ADDRSTRLEN + 1];
    if (text.n == 0 || text.n >= sizeof(p) || slice_chr(text, 0) >= 0)
        return false;
    memcpy(p, text.p, text.n);
    p[text.n] = 0;
    if (inet_pton(AF_INET, p, s->address) == 1)
        return true;
    if (inet_pton(AF_INET6, p, s->address) != 1)
        return false;
    s->macros.v6 = memcmp(s->address, mapped, sizeof(mapped)) != 0;
    if (!s->macros.v6)
        memcpy(s->address, s->address + 12, 4);
    return true;
}

/* "%{i}" of an IPv6 address is nibbles, upper case as in the RFC's test suite. */
static struct slice dotted(struct arena *a, const unsigned char address[16])
{
    static const char digits[] = "0123456789ABCDEF";
    char *p = arena_alloc(a, 64);
    for (size_t i = 0; i < 32; i++) {
        p[2 * i] = digits[i % 2 ? address[i / 2] & 15 : address[i / 2] >> 4];
        p[2 * i + 1] = '.';
    }
    return slice_of(p, 63);
}

static void set_address_macros(struct spf *s)
{
    char p[INET6_ADDRSTRLEN];
    inet_ntop(s->macros.v6 ? AF_INET6 : AF_INET, s->address, p, sizeof(p));
    s->macros.address = arena_dup(s->a, slice_str(p));
    s->macros.dotted = s->macros.v6 ? dotted(s->a, s->address) : s->macros.address;
}

/* A local part may hold an @. */
static struct slice domain_of(struct slice sender)
{
    size_t at = sender.n;
    while (at && sender.p[at - 1] != '@')
        at--;
    return slice_from(sender, at);
}

static void set_sender(struct spf *s, struct slice sender, struct slice domain)
{
    struct slice written = domain_of(sender);
    size_t local = sender.n - written.n;
    s->macros.local = local > 1 ? slice_sub(sender, 0, local - 1) : SLICE("postmaster");
    s->macros.sender_domain = domain;
    s->macros.sender = arena_printf(s->a, "%.*s@%.*s", SLICE_ARG(s->macros.local), SLICE_ARG(domain));
}

static bool is_fully_qualified(struct slice domain)
{
    return slice_chr(domain, '.') > 0;
}

static void check(struct spf *s, struct slice sender, struct auth_spf *out)
{
    struct slice domain = auth_domain(s->a, domain_of(sender));
    set_sender(s, sender, domain);
    out->domain = domain;
    out->identity = s->macros.sender;
    if (!is_fully_qualified(domain)) {
        out->code = AUTH_NONE;
        out->reason = SLICE("no domain to ask about");
        return;
    }
    out->code = evaluate(s, domain);
    out->reason = s->reason;
    out->explanation = s->explanation;
    out->lookups = s->lookups;
    out->void_lookups = s->voids;
}

static bool begin(struct spf *s, const struct auth_options *o, struct dns *d, struct arena *a,
                  const struct auth_client *c, const struct spf_receiver *r)
{
    memset(s, 0, sizeof(*s));
    s->o = o;
    s->d = d;
    s->a = a;
    if (!set_address(s, c->address))
        return false;
    set_address_macros(s);
    s->macros.helo = c->helo;
    s->macros.receiver = r->name.n ? r->name : SLICE("unknown");
    s->macros.now = r->now;
    s->macros.validated = spf_validated_name;
    s->macros.ctx = s;
    return true;
}

static struct slice postmaster(struct arena *a, struct slice helo)
{
    return arena_printf(a, "postmaster@%.*s", SLICE_ARG(helo));
}

void spf_check(const struct auth_options *o, struct dns *d, struct arena *a, const struct auth_client *c,
               const struct spf_receiver *r, struct auth_spf *out)
{
    struct spf s;
    memset(out, 0, sizeof(*out));
    if (begin(&s, o, d, a, c, r))
        check(&s, c->sender.n ? c->sender : postmaster(a, c->helo), out);
}

void spf_check_helo(const struct auth_options *o, struct dns *d, struct arena *a, const struct auth_client *c,
                    const struct spf_receiver *r, struct auth_spf *out)
{
    struct spf s;
    memset(out, 0, sizeof(*out));
    if (!begin(&s, o, d, a, c, r))
        return;
    check(&s, postmaster(a, c->helo), out);
    out->identity = out->domain.n ? out->domain : c->helo;
}

void spf_ask(struct dns *d, struct arena *a, const struct auth_client *c)
{
    struct slice helo = auth_domain(a, c->helo), sender = auth_domain(a, domain_of(c->sender));
    if (c->address.n == 0)
        return;
    if (is_fully_qualified(helo))
        dns_ask(d, helo, DNS_TXT);
    if (is_fully_qualified(sender))
        dns_ask(d, sender, DNS_TXT);
}
