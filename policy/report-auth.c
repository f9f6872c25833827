/* report-auth.c - results of sender authentication as JSON; see report.h */
#include "policy/report.h"

static void put_text(struct buf *out, const char *key, struct slice s)
{
    buf_printf(out, ",\"%s\":", key);
    report_json_string(out, s);
}

static void put_flag(struct buf *out, const char *key, bool is)
{
    buf_printf(out, ",\"%s\":%s", key, is ? "true" : "false");
}

/* {"result":"pass","reason":"..." - the caller goes on and closes it */
static void begin(struct buf *out, enum auth_code code, struct slice reason)
{
    buf_printf(out, "{\"result\":\"%s\"", auth_code_name(code));
    put_text(out, "reason", reason);
}

static void put_spf(struct buf *out, const char *key, const struct auth_spf *s)
{
    buf_printf(out, "\"%s\":", key);
    if (s->code == AUTH_NOT_RUN) {
        buf_add_str(out, "null");
        return;
    }
    begin(out, s->code, s->reason);
    put_text(out, "domain", s->domain);
    put_text(out, "identity", s->identity);
    put_text(out, "explanation", s->explanation);
    buf_printf(out, ",\"lookups\":%u}", s->lookups);
}

static void put_signature(struct buf *out, const struct auth_signature *s)
{
    begin(out, s->code, s->reason);
    put_text(out, "domain", s->domain);
    put_text(out, "selector", s->selector);
    put_text(out, "identity", s->identity);
    put_text(out, "algorithm", s->algorithm);
    buf_printf(out, ",\"bits\":%u", s->key_bits);
    put_flag(out, "author", s->author);
    put_flag(out, "aligned", s->aligned);
    put_flag(out, "partial", s->partial);
    put_flag(out, "testing", s->testing);
    buf_add_char(out, '}');
}

static void put_signatures(struct buf *out, const struct auth_results *r)
{
    buf_add_str(out, ",\"dkim\":[");
    for (size_t i = 0; i < r->n_signatures; i++) {
        if (i)
            buf_add_char(out, ',');
        put_signature(out, &r->signatures[i]);
    }
    buf_add_char(out, ']');
}

static void put_dmarc(struct buf *out, const struct auth_dmarc *d)
{
    buf_add_str(out, ",\"dmarc\":");
    if (d->code == AUTH_NOT_RUN) {
        buf_add_str(out, "null");
        return;
    }
    begin(out, d->code, d->reason);
    put_text(out, "from", d->from);
    put_text(out, "domain", d->domain);
    put_text(out, "policy", slice_str(dmarc_policy_name(d->policy)));
    put_text(out, "applied", slice_str(dmarc_policy_name(d->applied)));
    if (d->code == AUTH_TEMPERROR)
        put_text(out, "at_stake", slice_str(dmarc_policy_name(d->at_stake)));
    put_flag(out, "spf_aligned", d->spf_aligned);
    put_flag(out, "dkim_aligned", d->dkim_aligned);
    buf_add_char(out, '}');
}

static void put_arc(struct buf *out, const struct auth_arc *arc)
{
    buf_add_str(out, ",\"arc\":");
    if (arc->code == AUTH_NOT_RUN) {
        buf_add_str(out, "null");
        return;
    }
    begin(out, arc->code, arc->reason);
    buf_printf(out, ",\"sets\":%u", arc->sets);
    put_text(out, "domain", arc->domain);
    buf_add_char(out, '}');
}

void report_json_auth(struct buf *out, const struct auth_results *r)
{
    if (r == NULL) {
        buf_add_str(out, "null");
        return;
    }
    buf_add_char(out, '{');
    put_spf(out, "spf", &r->spf);
    buf_add_char(out, ',');
    put_spf(out, "spf_helo", &r->spf_helo);
    put_signatures(out, r);
    put_dmarc(out, &r->dmarc);
    put_arc(out, &r->arc);
    buf_add_char(out, '}');
}
