/* dmarc.c - policy of the From domain, and whether it is met; see dmarc.h */
#include "auth/dmarc.h"

#include "auth/dmarc-record.h"
#include "auth/domain.h"
#include "auth/text.h"

/* one From domain in work */
struct dmarc {
    struct dns *d;
    struct arena *a;
    struct slice from;
    struct slice org; /* organizational domain; empty: only `from` itself is aligned */
    bool org_said;    /* by psd=, not by the public suffix list */
    bool several; /* records where there may be one: the search ends, and it is as if there were none (6.6.3)
                   */
    struct dmarc_record record;
    enum dns_status failed; /* why a record could not be had */
    const struct dmarc_terms *terms;
    const struct auth_results *results;
    struct auth_dmarc *out;
};

static struct slice record_name(struct arena *a, struct slice domain)
{
    return arena_printf(a, "_dmarc.%.*s", SLICE_ARG(domain));
}

static struct slice parent(struct slice domain)
{
    ptrdiff_t dot = slice_chr(domain, '.');
    return dot < 0 ? slice_of(NULL, 0) : slice_from(domain, (size_t)dot + 1);
}

/* ---- alignment (RFC 7489 3.1) */

static bool aligned(const struct dmarc *m, struct slice id, bool strict)
{
    if (id.n == 0 || slice_eq(id, m->from))
        return id.n > 0;
    if (strict || m->org.n == 0)
        return false;
    if (m->org_said)
        return auth_domain_within(id, m->org);
    return !auth_domain_is_suffix(id) && slice_eq(auth_domain_org(id), m->org);
}

/* ---- record discovery (6.6.3) */

/* AUTH_NOT_RUN: m->record; else none, temperror, permerror. */
static enum auth_code record_at(struct dmarc *m, struct slice domain)
{
    const struct dns_answer *answer = dns_get(m->d, record_name(m->a, domain), DNS_TXT);
    struct slice text = { NULL, 0 };
    size_t n = 0;
    if (answer->status != DNS_FOUND && answer->status != DNS_NO_DATA && answer->status != DNS_NO_NAME) {
        m->failed = answer->status;
        m->out->reason =
            auth_reason(m->a, "_dmarc.%.*s: %s", SLICE_ARG(domain), dns_status_name(answer->status));
        return AUTH_TEMPERROR;
    }
    for (const struct dns_record *r = answer->records; r; r = r->next)
        if (dmarc_record_is(r->data)) {
            text = r->data;
            n++;
        }
    if (n == 0)
        return AUTH_NONE;
    m->out->domain = domain;
    if (n == 1 && dmarc_record_parse(&m->record, text))
        return AUTH_NOT_RUN;
    m->several = n > 1;
    m->out->reason = auth_reason(m->a, "_dmarc.%.*s: %s", SLICE_ARG(domain),
                                 m->several ? "several records" : "no policy in the record");
    return AUTH_PERMERROR;
}

static enum auth_code record_of_suffix(struct dmarc *m)
{
    struct slice suffix = parent(m->org);
    enum auth_code code = suffix.n ? record_at(m, suffix) : AUTH_NONE;
    if (code == AUTH_NOT_RUN && m->record.psd == DMARC_PSD_YES)
        return code;
    m->several = false;
    m->out->domain = m->out->reason = slice_of(NULL, 0);
    return AUTH_NONE;
}

static enum auth_code find_record(struct dmarc *m)
{
    enum auth_code code = record_at(m, m->from);
    if (code == AUTH_NONE && m->org.n && !slice_eq(m->org, m->from))
        code = record_at(m, m->org);
    if (code == AUTH_NONE && m->org.n)
        code = record_of_suffix(m);
    return code;
}

/* What psd= says of the organizational domain. */
static void heed_psd(struct dmarc *m)
{
    struct slice at = m->out->domain, org = m->from;
    if (m->record.psd == DMARC_PSD_UNKNOWN)
        return;
    if (m->record.psd == DMARC_PSD_NO)
        org = at;
    else
        while (org.n > at.n && !slice_eq(parent(org), at))
            org = parent(org);
    m->org = org;
    m->org_said = true;
}

/* ---- policy */

static bool from_exists(struct dmarc *m)
{
    return dns_get(m->d, m->from, DNS_A)->status != DNS_NO_NAME;
}

static enum dmarc_policy policy_for(struct dmarc *m)
{
    if (slice_eq(m->from, m->out->domain))
        return m->record.p;
    if (m->record.np != m->record.sp && !from_exists(m))
        return m->record.np;
    return m->record.sp;
}

static enum dmarc_policy applied(const struct dmarc *m)
{
    enum dmarc_policy p = m->out->policy;
    bool spared = m->record.testing || m->terms->draw >= m->record.pct;
    return spared && p > DMARC_POLICY_NONE ? (enum dmarc_policy)(p - 1) : p;
}

/* ---- result */

struct proof {
    bool unsure;  /* could not be asked for */
    bool partial; /* but for what is not signed: it does not count */
};

static void look_at_signature(struct dmarc *m, const struct auth_signature *s, struct proof *proof)
{
    if (!aligned(m, s->domain, m->record.strict_dkim))
        return;
    proof->unsure |= s->code == AUTH_TEMPERROR;
    if (s->code != AUTH_PASS)
        return;
    if (s->partial && !m->terms->partial)
        proof->partial = true;
    else
        m->out->dkim_aligned = true;
}

static struct proof look_at_proof(struct dmarc *m)
{
    const struct auth_results *r = m->results;
    struct proof proof = { false, false };
    if (aligned(m, r->spf.domain, m->record.strict_spf)) {
        m->out->spf_aligned = r->spf.code == AUTH_PASS;
        proof.unsure = r->spf.code == AUTH_TEMPERROR;
    }
    for (size_t i = 0; i < r->n_signatures; i++)
        look_at_signature(m, &r->signatures[i], &proof);
    return proof;
}

static const char *reason_of(const struct auth_dmarc *out, const struct proof *proof)
{
    if (out->code == AUTH_TEMPERROR)
        return "what would prove it could not be asked for";
    if (out->code == AUTH_FAIL && proof->partial)
        return "for this domain only the beginning of the body is signed";
    if (out->code == AUTH_FAIL)
        return "neither SPF nor DKIM passes for this domain";
    return out->spf_aligned && out->dkim_aligned ? "SPF and DKIM pass for this domain"
           : out->spf_aligned                    ? "SPF passes for this domain"
                                                 : "DKIM passes for this domain";
}

static void conclude(struct dmarc *m)
{
    struct auth_dmarc *out = m->out;
    heed_psd(m);
    const struct proof proof = look_at_proof(m);
    out->code = out->spf_aligned || out->dkim_aligned ? AUTH_PASS : proof.unsure ? AUTH_TEMPERROR : AUTH_FAIL;
    out->policy = policy_for(m);
    out->applied = out->code == AUTH_FAIL ? applied(m) : DMARC_POLICY_NONE;
    out->at_stake = out->code == AUTH_TEMPERROR ? applied(m) : DMARC_POLICY_NONE;
    out->pct = m->record.pct;
    out->strict_spf = m->record.strict_spf;
    out->strict_dkim = m->record.strict_dkim;
    out->reason = slice_str(reason_of(out, &proof));
}

/* Whatever the record asks for, the message passes: the From domain itself is proved. */
static bool proved_exactly(const struct dmarc *m)
{
    const struct auth_results *r = m->results;
    bool proved = r->spf.code == AUTH_PASS && slice_eq(r->spf.domain, m->from);
    for (size_t i = 0; i < r->n_signatures; i++) {
        const struct auth_signature *s = &r->signatures[i];
        proved |= s->code == AUTH_PASS && slice_eq(s->domain, m->from) && (!s->partial || m->terms->partial);
    }
    return proved;
}

/* No record could be had. Where its own servers do not tell (one that was not asked, or late, may be our
 * fault, or an attacker's doing) it is taken to be as the organizational domain's. */
static enum dmarc_policy most_that_may_be_asked(const struct dmarc *m)
{
    struct auth_dmarc out = *m->out;
    struct dmarc above = *m;
    above.out = &out;
    if (proved_exactly(m))
        return DMARC_POLICY_NONE;
    if (m->failed != DNS_FAILED || m->org.n == 0 || slice_eq(m->org, m->from))
        return DMARC_POLICY_REJECT;
    enum auth_code code = record_at(&above, m->org);
    if (code == AUTH_TEMPERROR)
        return DMARC_POLICY_REJECT;
    if (code != AUTH_NOT_RUN)
        return DMARC_POLICY_NONE;
    out.policy = above.record.sp;
    return applied(&above);
}

static void begin(struct dmarc *m, struct dns *d, struct arena *a, struct slice from, struct auth_dmarc *out)
{
    memset(m, 0, sizeof(*m));
    memset(out, 0, sizeof(*out));
    m->d = d;
    m->a = a;
    m->from = out->from = from;
    m->out = out;
    if (!auth_domain_is_suffix(from))
        m->org = auth_domain_org(from);
}

static void check_domain(struct dmarc *m, const struct dmarc_terms *terms, const struct auth_results *r)
{
    m->terms = terms;
    m->results = r;
    m->out->code = find_record(m);
    if (m->out->code == AUTH_NOT_RUN)
        conclude(m);
    else if (m->several)
        m->out->code = AUTH_NONE;
    else if (m->out->code == AUTH_NONE)
        m->out->reason = SLICE("no record");
    else if (m->out->code == AUTH_TEMPERROR)
        m->out->at_stake = most_that_may_be_asked(m);
}

/* The domain of From that is worst off is the result. */
static int weight(const struct auth_dmarc *d)
{
    static const int of[AUTH_CODES] = {
        [AUTH_PASS] = 1, [AUTH_NONE] = 2, [AUTH_PERMERROR] = 3, [AUTH_TEMPERROR] = 4, [AUTH_FAIL] = 5
    };
    return of[d->code] + (int)(d->code == AUTH_TEMPERROR ? d->at_stake : d->policy);
}

static void note_alignment(const struct dmarc *m, struct auth_results *r)
{
    for (size_t i = 0; i < r->n_signatures; i++)
        r->signatures[i].aligned = aligned(m, r->signatures[i].domain, false);
}

/* What is wrong with From is the result, unless one of its domains fails, or may. */
static bool hides_nothing(const struct auth_dmarc *d)
{
    return d->code != AUTH_FAIL && d->at_stake == DMARC_POLICY_NONE;
}

void dmarc_check(struct dns *d, struct arena *a, const struct dmarc_from *from,
                 const struct dmarc_terms *terms, struct auth_results *r)
{
    struct auth_dmarc out;
    struct dmarc m;
    memset(&r->dmarc, 0, sizeof(r->dmarc));
    for (size_t i = 0; i < from->n; i++) {
        begin(&m, d, a, from->domain[i], &out);
        check_domain(&m, terms, r);
        if (i == 0)
            note_alignment(&m, r);
        if (i == 0 || weight(&out) > weight(&r->dmarc))
            r->dmarc = out;
    }
    if (from->wrong && hides_nothing(&r->dmarc))
        r->dmarc = (struct auth_dmarc){ .code = AUTH_PERMERROR, .reason = slice_str(from->wrong) };
}

void dmarc_check_author(struct dns *d, struct arena *a, const struct dmarc_from *from,
                        const struct dmarc_terms *terms, struct auth_results *r)
{
    const struct dmarc_terms rules = { terms->draw, true };
    struct auth_results without_spf = *r;
    struct dmarc m;
    memset(&without_spf.spf, 0, sizeof(without_spf.spf));
    memset(&r->dmarc_author, 0, sizeof(r->dmarc_author));
    if (from->n == 0)
        return;
    begin(&m, d, a, from->domain[0], &r->dmarc_author);
    check_domain(&m, &rules, &without_spf);
}

void dmarc_ask(struct dns *d, struct arena *a, const struct dmarc_from *from)
{
    for (size_t i = 0; i < from->n; i++) {
        struct slice domain = from->domain[i], org = auth_domain_org(domain);
        dns_ask(d, record_name(a, domain), DNS_TXT);
        if (!slice_eq(org, domain))
            dns_ask(d, record_name(a, org), DNS_TXT);
    }
}
