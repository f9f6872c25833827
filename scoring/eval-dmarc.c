/* eval-dmarc.c - what the domain of the author asks to be done, and whether it sent the message
 * As SpamAssassin has it, which is less careful than the policy: SPF counts as the rules of SPF have it (a
 * host of ours may have written it into the message), the HELO name where MAIL FROM does not pass, and
 * whoever proves nothing fails, also where nobody has told the sender of the envelope. What could not be
 * asked for does not fail. */
#include "config.h"
#include "scoring/eval-spf.h"

#include "message/uri-domain.h"
#include "scoring/eval.h"

static bool aligned(struct check *c, const struct auth_dmarc *d, struct slice domain)
{
    struct slice id = arena_lower(c->m->arena, domain), org = uri_registrable(d->from);
    if (slice_eq(id, d->from))
        return id.n > 0;
    return !d->strict_spf && org.n && slice_eq(uri_registrable(id), org);
}

static struct slice first_value(struct check *c, struct slice request)
{
    const struct view_header *h = views_get(&c->views, request);
    return h->n ? h->v[0] : SLICE("");
}

/* MAIL FROM passes: whose it is. Where only a field says so and nobody tells the sender, it is the author's.
 */
static struct slice sender_domain(struct check *c)
{
    if (c->auth->spf.code == AUTH_PASS)
        return c->auth->spf.domain;
    struct slice sender = first_value(c, SLICE("EnvelopeFrom:first:addr:host"));
    return sender.n ? sender : first_value(c, SLICE("From:first:addr:domain"));
}

static bool spf_proves(struct check *c, const struct auth_dmarc *d, const struct auth_client *client)
{
    if (spf_code(c, false) == AUTH_PASS)
        return aligned(c, d, sender_domain(c));
    return spf_code(c, true) == AUTH_PASS && aligned(c, d, client->helo);
}

static bool spf_might(struct check *c, const struct auth_dmarc *d, const struct auth_spf *s)
{
    return s->code == AUTH_TEMPERROR && aligned(c, d, s->domain);
}

static enum auth_code code_of(struct check *c, const struct auth_dmarc *d, const struct auth_client *client)
{
    if (d->code == AUTH_PERMERROR) /* a record that asks for nothing that can be read */
        return AUTH_FAIL;
    if (d->code != AUTH_FAIL && (d->code != AUTH_TEMPERROR || d->domain.n == 0))
        return d->code;
    if (spf_proves(c, d, client))
        return AUTH_PASS;
    if (spf_might(c, d, &c->auth->spf) || spf_might(c, d, &c->auth->spf_helo))
        return AUTH_TEMPERROR;
    return d->code;
}

/* Not "<>info<a@example.com>", "a@example.com.", "a@corp.local". */
static bool author_counts(struct check *c, const struct auth_dmarc *d)
{
    struct slice first = first_value(c, SLICE("From:first:addr"));
    return slice_chr(first, '@') >= 0 && first.p[first.n - 1] != '.' && uri_suffix_known(d->from);
}

/* Mail that no relay outside has brought is not asked about. */
static double result(struct check *c, enum auth_code code, int policy)
{
    const struct auth_dmarc *d = c->auth ? &c->auth->dmarc_author : NULL;
    struct auth_client client;
    if (d == NULL || !spf_client(c, &client))
        return 0;
    if (d->code == AUTH_NOT_RUN) {
        d = &c->auth->dmarc;
        return d->code == code && (policy < 0 || (int)d->applied == policy);
    }
    return author_counts(c, d) && code_of(c, d, &client) == code && (policy < 0 || (int)d->applied == policy);
}

#define IS(function, code, policy)                                                                           \
    static double function(struct check *c, const struct eval_args *args, const void *prepared)              \
    {                                                                                                        \
        (void)args;                                                                                          \
        (void)prepared;                                                                                      \
        return result(c, code, policy);                                                                      \
    }

IS(check_dmarc_pass, AUTH_PASS, -1)
IS(check_dmarc_reject, AUTH_FAIL, DMARC_POLICY_REJECT)
IS(check_dmarc_quarantine, AUTH_FAIL, DMARC_POLICY_QUARANTINE)
IS(check_dmarc_none, AUTH_FAIL, DMARC_POLICY_NONE)
IS(check_dmarc_missing, AUTH_NONE, -1)

#define ROW(f)                                                                                               \
    {                                                                                                        \
#f, "DMARC", EVAL_NETWORK, 0, 0, NULL, f, NULL                                                       \
    }

static const struct eval_function rows[] = {
    ROW(check_dmarc_missing),    ROW(check_dmarc_none),   ROW(check_dmarc_pass),
    ROW(check_dmarc_quarantine), ROW(check_dmarc_reject),
};
EVAL_FAMILY(eval_dmarc, "DMARC", rows);
