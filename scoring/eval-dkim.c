/* eval-dkim.c - signatures, and lists of authors that they vouch for; see eval-dkim.h
 * A signer is the domain of i=, which may lie below d=. */
#include "config.h"
#include "scoring/eval-dkim.h"

#include "scoring/eval-text.h"
#include "scoring/lists.h"

#define UNUSED_ARGS (void)args, (void)prepared

/* ---- authors */

static bool has_domain(const struct dkim_authors *a, struct slice domain)
{
    for (size_t i = 0; i < a->n; i++)
        if (slice_eq(a->domain[i], domain))
            return true;
    return false;
}

static struct slice behind_at(struct slice address)
{
    size_t at = address.n;
    while (at && address.p[at - 1] != '@')
        at--;
    return at ? slice_from(address, at) : SLICE("");
}

static void add_author(struct check *c, struct dkim_authors *a, struct slice address)
{
    address = arena_lower(c->m->arena, text_trim(address));
    struct slice domain = behind_at(address);
    if (address.n == 0 || a->n_addresses == DKIM_AUTHORS_MAX)
        return;
    a->address[a->n_addresses++] = address;
    if (domain.n && !has_domain(a, domain))
        a->domain[a->n++] = domain;
}

const struct dkim_authors *dkim_authors(struct check *c)
{
    struct dkim_authors *a = c->state[CHECK_DKIM];
    if (a)
        return a;
    c->state[CHECK_DKIM] = a = ARENA_NEW(c->m->arena, struct dkim_authors);
    const struct view_header *h = views_get(&c->views, SLICE("From:addr"));
    for (size_t i = 0; i < h->n; i++)
        add_author(c, a, h->v[i]);
    return a;
}

/* ---- signatures */

bool dkim_valid(const struct check *c, const struct auth_signature *s)
{
    (void)c;
    return s->code == AUTH_PASS && !s->expired;
}

bool dkim_strong(const struct check *c, const struct auth_signature *s)
{
    bool rsa = !slice_istarts(s->algorithm, SLICE("ed25519"));
    return dkim_valid(c, s) && (!rsa || s->key_bits == 0 || s->key_bits >= c->set->net->dkim_min_bits);
}

struct slice dkim_signer(const struct auth_signature *s)
{
    struct slice domain = behind_at(s->identity);
    return domain.n ? domain : s->domain;
}

/* Signatures of the older kind are not verified, but there. */
static bool is_signed(struct check *c)
{
    return c->auth && (c->auth->n_signatures || views_get(&c->views, SLICE("DomainKey-Signature"))->present);
}

static bool any_valid(const struct check *c)
{
    for (size_t i = 0; c->auth && i < c->auth->n_signatures; i++)
        if (dkim_valid(c, &c->auth->signatures[i]))
            return true;
    return false;
}

/* "example.org", or ".example.org" and "*.example.org" for it and all below */
static bool acceptable(struct slice signer, struct slice domain)
{
    struct slice below = slice_from(domain, domain.n && domain.p[0] == '*');
    if (below.n == 0 || below.p[0] != '.')
        return slice_ieq(signer, domain);
    return slice_iends(signer, below) || slice_ieq(signer, slice_from(below, 1));
}

static bool any_acceptable(struct slice signer, const struct eval_args *domains)
{
    for (size_t i = 0; i < domains->n; i++)
        if (acceptable(signer, domains->v[i]))
            return true;
    return domains->n == 0;
}

static bool signed_by(struct check *c, bool valid, bool author, const struct eval_args *domains)
{
    for (size_t i = 0; c->auth && i < c->auth->n_signatures; i++) {
        const struct auth_signature *s = &c->auth->signatures[i];
        struct slice signer = dkim_signer(s);
        if ((!valid || dkim_strong(c, s)) && (!author || has_domain(dkim_authors(c), signer)) &&
            any_acceptable(signer, domains))
            return true;
    }
    return false;
}

/* ---- functions */

static double check_dkim_signed(struct check *c, const struct eval_args *args, const void *prepared)
{
    (void)prepared;
    return is_signed(c) && (args->n == 0 || signed_by(c, false, false, args));
}

static double check_dkim_valid(struct check *c, const struct eval_args *args, const void *prepared)
{
    (void)prepared;
    return any_valid(c) && (args->n == 0 || signed_by(c, true, false, args));
}

static double check_dkim_valid_author_sig(struct check *c, const struct eval_args *args, const void *prepared)
{
    (void)prepared;
    return signed_by(c, true, true, args);
}

static double check_dkim_valid_envelopefrom(struct check *c, const struct eval_args *args,
                                            const void *prepared)
{
    struct slice from = views_get(&c->views, SLICE("EnvelopeFrom:addr"))->text;
    ptrdiff_t at = slice_chr(from, '@');
    UNUSED_ARGS;
    if (at < 0)
        return 0;
    struct slice domain = slice_from(from, (size_t)at + 1);
    domain = slice_sub(domain, 0, text_skip_word(domain, 0));
    const struct eval_args one = { &domain, 1 };
    return domain.n && signed_by(c, true, false, &one);
}

/* Messages are never cut before they are looked at. */
static double check_dkim_dependable(struct check *c, const struct eval_args *args, const void *prepared)
{
    UNUSED_ARGS;
    return c->auth != NULL;
}

/* SpamAssassin 4 no longer looks at t=y of keys, nor at signing practices of the old kind. */
static double never(struct check *c, const struct eval_args *args, const void *prepared)
{
    UNUSED_ARGS;
    (void)c;
    return 0;
}

static double check_arc_signed(struct check *c, const struct eval_args *args, const void *prepared)
{
    (void)prepared;
    return c->auth && c->auth->arc.sets && args->n == 0;
}

static double check_arc_valid(struct check *c, const struct eval_args *args, const void *prepared)
{
    (void)prepared;
    return c->auth && c->auth->arc.code == AUTH_PASS && args->n == 0;
}

/* ---- lists */

/* signer: of a good signature. No domain: the author's own. */
static bool vouches(struct slice signer, struct slice address, struct slice domain)
{
    struct slice at = behind_at(domain);
    if (domain.n == 0)
        return slice_ieq(signer, behind_at(address));
    domain = at.n || slice_chr(domain, '@') >= 0 ? at : domain;
    struct slice below = slice_from(domain, domain.n > 1 && domain.p[0] == '*' && domain.p[1] == '.');
    return below.n && below.p[0] == '.' ? slice_iends(signer, below) : slice_ieq(signer, domain);
}

static bool any_signer_vouches(struct check *c, struct slice address, struct slice domain)
{
    for (size_t i = 0; i < c->auth->n_signatures; i++) {
        const struct auth_signature *s = &c->auth->signatures[i];
        if (dkim_strong(c, s) && vouches(dkim_signer(s), address, domain))
            return true;
    }
    return false;
}

static bool pair_vouched(struct check *c, const struct list_pairs *pairs, struct slice address)
{
    uint64_t at = 0;
    uint32_t number;
    if (pairs->addresses.n_there == 0)
        return false;
    while (globs_next(&pairs->addresses, address, &at, &number))
        for (const struct list_voucher *v = pairs->vouchers[number]; v; v = v->next)
            if (any_signer_vouches(c, address, v->domain))
                return true;
    return false;
}

static bool welcome(struct check *c, enum list_pair_kind pairs, enum list_kind plain)
{
    const struct lists *l = c->set->lists;
    const struct dkim_authors *a = dkim_authors(c);
    if (!any_valid(c))
        return false;
    for (size_t i = 0; i < a->n_addresses; i++) {
        bool listed = l->v[plain].n_there && globs_have(&l->v[plain], a->address[i]);
        if ((listed && any_signer_vouches(c, a->address[i], SLICE(""))) ||
            pair_vouched(c, &l->pairs[pairs], a->address[i]))
            return true;
    }
    return false;
}

static double in_welcomelist(struct check *c, const struct eval_args *args, const void *prepared)
{
    UNUSED_ARGS;
    return welcome(c, LIST_DKIM, LIST_AUTH);
}

static double in_default_welcomelist(struct check *c, const struct eval_args *args, const void *prepared)
{
    UNUSED_ARGS;
    return welcome(c, LIST_DEFAULT_DKIM, LIST_DEFAULT_AUTH);
}

#define ROW(name, f)                                                                                         \
    {                                                                                                        \
        name, "DKIM", EVAL_NETWORK, 0, EVAL_ARGS_MAX, NULL, f, NULL                                          \
    }

static const struct eval_function rows[] = {
    ROW("check_arc_signed", check_arc_signed),
    ROW("check_arc_valid", check_arc_valid),
    ROW("check_dkim_dependable", check_dkim_dependable),
    ROW("check_dkim_signed", check_dkim_signed),
    ROW("check_dkim_signsome", never),
    ROW("check_dkim_testing", never),
    ROW("check_dkim_valid", check_dkim_valid),
    ROW("check_dkim_valid_author_sig", check_dkim_valid_author_sig),
    ROW("check_dkim_valid_envelopefrom", check_dkim_valid_envelopefrom),
    ROW("check_dkim_verified", check_dkim_valid),
    ROW("check_for_def_dkim_welcomelist_from", in_default_welcomelist),
    ROW("check_for_def_dkim_whitelist_from", in_default_welcomelist),
    ROW("check_for_dkim_welcomelist_from", in_welcomelist),
    ROW("check_for_dkim_whitelist_from", in_welcomelist),
};
EVAL_FAMILY(eval_dkim, "DKIM", rows);
