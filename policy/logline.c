/* logline.c - the one line a message leaves in the log; see logline.h
 * The parts are cut so that the whole stays below LOG_LINE_MAX and the numbers at its end are never lost. */
#include "policy/logline.h"
#include "policy/report.h"

#include "base/log.h"

#define HELO_MAX 60
#define ADDRESS_MAX 180
#define RULES_MAX 1200
#define REASONS_MAX 300
#define SIGNED_MAX 200

/* Words that cannot be taken for anything else stay bare, which is easier to search for. */
static void put_word(struct buf *out, struct slice s, size_t max)
{
    bool bare = s.n > 0 && s.n <= max;
    for (size_t i = 0; i < s.n && bare; i++)
        bare = ascii_alnum(s.p[i]) || (s.p[i] && strchr(".:-_", s.p[i]));
    if (bare)
        buf_add_slice(out, s);
    else
        log_quote(out, s, max);
}

static void put_envelope(struct buf *out, const struct envelope *env)
{
    if (env->client_address.n) {
        buf_add_str(out, " client=");
        put_word(out, env->client_address, 64);
    } else
        buf_add_str(out, " client=local");
    buf_add_str(out, " helo=");
    log_quote(out, env->helo, HELO_MAX);
    buf_add_str(out, " from=");
    log_quote(out, env->sender, ADDRESS_MAX);
    buf_add_str(out, " to=");
    log_quote(out, env->n_recipients ? env->recipients[0] : slice_of("", 0), ADDRESS_MAX);
    size_t total = env->recipients_total > env->n_recipients ? env->recipients_total : env->n_recipients;
    buf_printf(out, " rcpts=%zu", total);
}

/* rule names come from the admin's rules, but by way of a worker: they are [!-~], commas and quotes too */
static void put_name(struct buf *out, struct slice name)
{
    for (size_t i = 0; i < name.n; i++)
        buf_add_char(out,
                     name.p[i] > ' ' && name.p[i] < 0x7f && !strchr(",\"=", name.p[i]) ? name.p[i] : '?');
}

static void put_rules(struct buf *out, const struct verdict *v)
{
    size_t start = out->n, left = 0;
    for (const struct finding *f = v->findings->first; f; f = f->next) {
        if (f->kind != FINDING_RULE)
            continue;
        if (out->n - start + f->name.n > RULES_MAX) {
            left++;
            continue;
        }
        if (out->n > start)
            buf_add_char(out, ',');
        put_name(out, f->name);
    }
    if (left)
        buf_printf(out, ",+%zu", left);
    else if (out->n == start)
        buf_add_char(out, '-');
}

/* " reasons=unchecked/limit:parts,virus:NAME": why the classes that are not made of scores are there */
static void put_reasons(struct buf *out, const struct verdict *v)
{
    size_t n = 0, start = out->n;
    for (const struct finding *f = v->findings->first; f; f = f->next) {
        bool named = f->kind == FINDING_CLASS || f->kind == FINDING_VIRUS;
        if (!named || f->class >= CLASS_COUNT || out->n - start + f->name.n > REASONS_MAX)
            continue;
        buf_printf(out, "%s%s:", n++ ? "," : " reasons=", verdict_classes[f->class].name);
        put_name(out, f->name);
    }
}

/* Only what was left out: most messages have nothing to say here. */
static void put_dns(struct buf *out, const struct verdict *v)
{
    struct report_dns d;
    if (report_dns(v->findings, &d) && (d.late || d.refused))
        buf_printf(out, " dns=late:%u,refused:%u,of:%u", d.late, d.refused, d.asked);
}

/* A signature that passes speaks for all, else the first does. */
static enum auth_code dkim_code(const struct auth_results *r)
{
    for (size_t i = 0; i < r->n_signatures; i++)
        if (r->signatures[i].code == AUTH_PASS)
            return AUTH_PASS;
    return r->n_signatures ? r->signatures[0].code : AUTH_NOT_RUN;
}

static void put_auth(struct buf *out, const struct auth_results *r)
{
    const char *apart = " auth=";
    if (r == NULL)
        return;
    const struct {
        const char *name;
        enum auth_code code;
    } methods[] = { { "spf", r->spf.code }, { "dkim", dkim_code(r) }, { "dmarc", r->dmarc.code } };
    for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
        if (methods[i].code != AUTH_NOT_RUN) {
            buf_printf(out, "%s%s:%s", apart, methods[i].name, auth_code_name(methods[i].code));
            apart = ",";
        }
}

void logline_make(struct buf *out, struct slice id, const struct envelope *env, const struct verdict *v,
                  const struct logline_numbers *n, bool observed)
{
    buf_add_str(out, "id=");
    put_word(out, id, 64);
    put_envelope(out, env);
    buf_printf(out, " size=%zu class=%s action=%s%s score=%.1f required=%.1f rules=", n->size,
               verdict_classes[v->class].name, verdict_action_names[v->action],
               v->hold_copy && v->action != ACTION_QUARANTINE ? "+quarantine" : "", v->score, v->required);
    put_rules(out, v);
    put_reasons(out, v);
    put_dns(out, v);
    put_auth(out, n->auth);
    if (n->held && *n->held)
        buf_printf(out, " held=%s", n->held);
    if (n->signed_as.n)
        buf_printf(out, " %.*s", SLICE_ARG(slice_sub(n->signed_as, 0, SIGNED_MAX)));
    buf_printf(out, " cpu_ms=%.1f wait_ms=%u ms=%u tries=%u mode=%s", n->cpu_ms, n->wait_ms, n->total_ms,
               n->tries, observed ? "observe" : "enforce");
}
