/* sign.c - DKIM signatures and ARC seals on what leaves us; see sign.h */
#include "policy/sign.h"

#include "auth/arc-seal.h"
#include "message/address.h"
#include "policy/outgoing.h"

#define FIELDS_READ 5000 /* of a header; one with more is not signed */

struct signing {
    struct plan *plan;
    struct arena *a;
    const struct sign_message *m;
    struct header_block came, leaves;
    struct dkim_fields *fields;
    struct dkim_bodies *bodies;
    struct slice *note;
};

static enum sign_outcome say(struct signing *s, enum sign_outcome outcome, const char *text)
{
    *s->note = slice_str(text);
    return outcome;
}

static void add_field(struct signing *s, const char *name, struct slice value)
{
    struct plan_edit *e = ARENA_NEW(s->a, struct plan_edit);
    e->kind = EDIT_INSERT_HEADER;
    e->name = name;
    e->index = 1;
    e->value = arena_printf(s->a, "%s%.*s", s->m->leading_space ? " " : "", SLICE_ARG(value)).p;
    *s->plan->tail = e;
    s->plan->tail = &e->next;
    s->plan->n_edits++;
}

static struct slice with_colons(struct arena *a, const struct conf_list *list)
{
    struct buf b;
    bool from = false;
    buf_init_in(&b, a, 1 << 16);
    for (size_t i = 0; i < list->n; i++) {
        buf_printf(&b, "%s%s", i ? ":" : "", list->v[i]);
        from |= slice_ieq(slice_str(list->v[i]), SLICE("From"));
    }
    if (!from) /* 6376 5.4: it must be */
        buf_printf(&b, "%sfrom", b.n ? ":" : "");
    return buf_slice(&b);
}

static struct dkim_signing signing_with(const struct signing *s, const struct signer_keys *keys, size_t i)
{
    const struct sign_options *o = s->m->options;
    struct dkim_signing d = { .key = keys->v[i].key,
                              .domain = keys->domain,
                              .selector = keys->v[i].selector,
                              .header_canon = o->canon & 2 ? CANON_RELAXED : CANON_SIMPLE,
                              .body_canon = o->canon & 1 ? CANON_RELAXED : CANON_SIMPLE,
                              .now = s->m->now,
                              .lifetime = o->lifetime / 1000,
                              .fields = with_colons(s->a, &o->fields),
                              .oversign = with_colons(s->a, &o->oversign) };
    if (!s->m->leading_space) /* we do not know the blanks behind the colons */
        d.header_canon = CANON_RELAXED;
    return d;
}

/* The last key first: the first one's signature stands on top. */
static enum sign_outcome sign_all(struct signing *s, const struct signer_keys *keys)
{
    struct buf note;
    buf_init_in(&note, s->a, 512);
    buf_printf(&note, "dkim=%.*s", SLICE_ARG(keys->domain));
    for (size_t i = keys->n; i > 0; i--) {
        const struct dkim_signing d = signing_with(s, keys, i - 1);
        struct slice value = dkim_sign(s->a, s->m->crypto, s->fields, s->bodies, &d);
        if (value.p == NULL)
            return say(s, SIGN_FAILED, "a DKIM key does not sign");
        add_field(s, "DKIM-Signature", value);
        buf_printf(&note, "%s%.*s", i == keys->n ? "/" : ",", SLICE_ARG(keys->v[i - 1].selector));
    }
    *s->note = buf_slice(&note);
    return SIGN_SIGNED;
}

static enum sign_outcome seal(struct signing *s)
{
    const struct sign_message *m = s->m;
    struct signer_keys keys;
    struct arc_values v;
    const char *why;
    bool failed;
    if (*m->options->arc_seal == 0 || m->arc == NULL || m->results.n == 0)
        return SIGN_NOT;
    if (!signer_find(m->signer, s->a, slice_str(m->options->arc_seal), &keys, &failed))
        return failed ? say(s, SIGN_FAILED, "a map of dkim_keys cannot be asked") : SIGN_NOT;
    struct arc_sealing sealing = { .signing = signing_with(s, &keys, 0),
                                   .state = m->arc->code,
                                   .results = m->results };
    sealing.signing.lifetime = 0;
    sealing.signing.fields = /* 8617 4.1.2: what there was to verify */
        arena_printf(s->a, "%.*s:dkim-signature", SLICE_ARG(sealing.signing.fields));
    if (!arc_seal(&v, s->a, m->crypto, &s->came, s->fields, s->bodies, &sealing, &why))
        return say(s, SIGN_NOT, why);
    add_field(s, "ARC-Authentication-Results", v.results);
    add_field(s, "ARC-Message-Signature", v.message);
    add_field(s, "ARC-Seal", v.seal);
    *s->note = arena_printf(s->a, "arc=%.*s", SLICE_ARG(keys.domain));
    return SIGN_SEALED;
}

/* The domain of the first author; empty: there is none that could be signed for. */
static struct slice author_domain(struct signing *s)
{
    const struct header *from = header_find(&s->leaves, SLICE("From"), 0);
    struct message_limits limits;
    struct address_list list;
    if (from == NULL || header_count(&s->leaves, SLICE("From")) != 1)
        return slice_of(NULL, 0);
    message_limits_default(&limits);
    address_parse(&list, s->a, from->value, &limits);
    if (list.n == 0 || list.broken || (list.v[0].flags & (ADDRESS_INVALID | ADDRESS_ODD)))
        return slice_of(NULL, 0);
    return list.v[0].domain;
}

static bool read_header(struct signing *s)
{
    struct message_limits limits;
    message_limits_default(&limits);
    limits.header_max_count = FIELDS_READ;
    header_parse(&s->came, s->a, s->m->raw, false, &limits);
    if (s->came.flags & (HEADER_TRUNCATED | HEADER_NO_SEPARATOR))
        return false;
    outgoing_header(&s->leaves, s->a, &s->came, s->plan, &s->m->options->fields, s->m->leading_space);
    s->fields = dkim_fields_new(s->a, &s->leaves);
    s->bodies = ARENA_NEW(s->a, struct dkim_bodies);
    s->bodies->body = slice_from(s->m->raw, s->came.body_at);
    return true;
}

enum sign_outcome sign_plan(struct plan *p, struct arena *a, const struct sign_message *m, struct slice *note)
{
    struct signing s = { .plan = p, .a = a, .m = m, .note = note };
    struct signer_keys keys;
    bool failed = false, serves = signer_serves(m->signer, m->envelope, m->inet);
    *note = SLICE("");
    if (p->observed || p->reply != REPLY_ACCEPT || (!serves && *m->options->arc_seal == 0))
        return SIGN_NOT;
    if (!read_header(&s))
        return say(&s, SIGN_NOT, "a header that is not signed");
    struct slice domain = serves ? author_domain(&s) : slice_of(NULL, 0);
    if (domain.n && signer_find(m->signer, a, domain, &keys, &failed))
        return sign_all(&s, &keys);
    if (failed)
        return say(&s, SIGN_FAILED, "a map of dkim_keys cannot be asked");
    return seal(&s);
}
