/* eval-dkim-adsp.c - what the author's domain says of its unsigned mail (RFC 5617)
 * Historic, but rule files live on it: adsp_override says the same of well-known domains, and a domain that
 * does not exist at all is told here. Asked only where no good signature is the author's own. */
#include "config.h"
#include "scoring/eval-dkim.h"

#include "scoring/eval-text.h"

/* an author's domain, and what is asked about it */
struct practice {
    struct slice domain;
    unsigned char letter; /* N U A D 1 2 3; 0: to be found by asking */
    struct net_questions record, mx;
    struct practice *next;
};

struct practices {
    bool made;
    struct practice *first;
};

/* ---- which domains */

/* "example.org"; a bare word has no policy */
static bool has_policy(struct slice domain)
{
    size_t at = domain.n;
    while (at && (ascii_alpha(domain.p[at - 1]) || domain.p[at - 1] == '-'))
        at--;
    return domain.n - at >= 2 && at >= 2 && domain.p[at - 1] == '.';
}

static bool ignored(struct check *c, struct slice domain)
{
    for (size_t i = 0; i < c->auth->n_signatures; i++) {
        const struct auth_signature *s = &c->auth->signatures[i];
        if (slice_ieq(dkim_signer(s), domain) && (dkim_strong(c, s) || s->code == AUTH_TEMPERROR))
            return true;
    }
    return false;
}

/* the domain itself, then *.example.org, *.org */
static unsigned char overridden(struct check *c, struct slice domain)
{
    unsigned char letter = net_map_get(&c->set->net->adsp, domain);
    for (ptrdiff_t dot; letter == 0 && (dot = slice_chr(domain, '.')) >= 0;) {
        domain = slice_from(domain, (size_t)dot + 1);
        letter = net_map_get(&c->set->net->adsp, arena_printf(c->m->arena, "*.%.*s", SLICE_ARG(domain)));
    }
    return letter;
}

static struct practices *practices(struct check *c)
{
    struct practices *p = c->state[CHECK_ADSP];
    const struct dkim_authors *a;
    if (p)
        return p;
    c->state[CHECK_ADSP] = p = ARENA_NEW(c->m->arena, struct practices);
    a = dkim_authors(c);
    for (size_t i = 0; c->auth && i < a->n; i++) {
        if (!has_policy(a->domain[i]) || ignored(c, a->domain[i]))
            continue;
        struct practice *one = ARENA_NEW(c->m->arena, struct practice);
        one->domain = a->domain[i];
        one->letter = overridden(c, one->domain);
        one->next = p->first;
        p->first = one;
    }
    return p;
}

/* ---- asking */

static void ask(struct check *c, const struct eval_args *args, const void *prepared, enum ask_round round)
{
    (void)args;
    (void)prepared;
    if (round != ASK_SECOND)
        return;
    struct practices *all = practices(c);
    for (struct practice *p = all->first; p && !all->made; p = p->next) {
        if (p->letter)
            continue;
        struct slice name = arena_printf(c->m->arena, "_adsp._domainkey.%.*s", SLICE_ARG(p->domain));
        net_ask(c, &p->record, name, DNS_TXT);
        net_ask(c, &p->mx, p->domain, DNS_MX);
    }
    all->made = true;
}

/* "dkim=all; x=y": of dkim */
static unsigned char letter_of(struct slice record)
{
    struct slice rest = record, tag;
    while (slice_cut(&rest, ';', &tag)) {
        ptrdiff_t equals = slice_chr(tag, '=');
        if (equals < 0 || !slice_eq(text_trim(slice_sub(tag, 0, (size_t)equals)), SLICE("dkim")))
            continue;
        struct slice value = text_trim(slice_from(tag, (size_t)equals + 1));
        if (slice_eq(value, SLICE("all")))
            return 'A';
        if (slice_eq(value, SLICE("discardable")) || slice_eq(value, SLICE("strict")))
            return 'D';
    }
    return 'U';
}

static unsigned char find(struct check *c, struct practice *p)
{
    const struct dns_answer *record = p->record.first ? net_answer(c, p->record.first) : NULL,
                            *mx = p->mx.first ? net_answer(c, p->mx.first) : NULL;
    if (record && record->status == DNS_FOUND)
        return letter_of(record->records->data);
    return mx && mx->status == DNS_NO_NAME ? 'N' : 'U';
}

/* ---- functions */

/* "*" is all but "unknown" */
static bool wanted(struct slice letters, unsigned char letter)
{
    if (slice_eq(letters, SLICE("*")))
        letters = SLICE("NAD123");
    return slice_chr(letters, (char)letter) >= 0;
}

static bool any_wanted(struct check *c, struct slice letters)
{
    bool any = false;
    for (struct practice *p = practices(c)->first; p; p = p->next) {
        if (p->letter == 0)
            p->letter = find(c, p);
        any |= wanted(letters, p->letter);
    }
    return any;
}

/* "example.org", or ".example.org" and "*.example.org" for it and all below */
static bool author_in(struct check *c, struct slice domain)
{
    const struct dkim_authors *a = dkim_authors(c);
    struct slice below = slice_from(domain, domain.n && domain.p[0] == '*');
    bool whole = below.n == 0 || below.p[0] != '.';
    for (size_t i = 0; i < a->n; i++)
        if (slice_ieq(a->domain[i], whole ? domain : slice_from(below, 1)) ||
            (!whole && slice_iends(a->domain[i], below)))
            return true;
    return false;
}

static double check_dkim_adsp(struct check *c, const struct eval_args *args, const void *prepared)
{
    (void)prepared;
    if (c->auth == NULL || !any_wanted(c, eval_arg(args, 0)))
        return 0;
    for (size_t i = 1; i < args->n; i++)
        if (author_in(c, args->v[i]))
            return 1;
    return args->n <= 1;
}

static double check_dkim_signall(struct check *c, const struct eval_args *args, const void *prepared)
{
    (void)args;
    (void)prepared;
    return c->auth && any_wanted(c, SLICE("A"));
}

static const struct eval_function rows[] = {
    { "check_dkim_adsp", "DKIM", EVAL_NETWORK, 1, EVAL_ARGS_MAX, NULL, check_dkim_adsp, ask },
    { "check_dkim_signall", "DKIM", EVAL_NETWORK, 0, EVAL_ARGS_MAX, NULL, check_dkim_signall, ask },
};
EVAL_FAMILY(eval_dkim_adsp, "DKIM", rows);
