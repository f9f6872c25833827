/* early.c - who is refused before its message is read; see early.h */
#include "policy/early.h"

#include "policy/reply.h"

#define EXPLANATION_MAX 120

const char *const early_reason_names[EARLY_REASONS] = {
    [EARLY_PASSES] = "passes",
    [EARLY_CLIENT] = "client_reject",
    [EARLY_SENDER] = "sender_reject",
    [EARLY_LISTED] = "dnsbl",
    [EARLY_SPF] = "spf",
    [EARLY_SPF_UNKNOWN] = "spf_temperror",
    [EARLY_FAULT] = "fault",
};

bool early_is_postmaster(struct slice recipient)
{
    static const struct slice name = SLICE_INIT("postmaster");
    return slice_istarts(recipient, name) && (recipient.n == name.n || recipient.p[name.n] == '@');
}

static void refuse(struct early_reply *r, enum early_reason reason, const char *enhanced, const char *text)
{
    r->reason = reason;
    r->code = "550";
    r->enhanced = enhanced;
    r->text = text;
}

static bool spf_refuses(const struct early_options *o, const struct auth_spf *spf)
{
    return spf && ((o->spf_reject != EARLY_SPF_NO && spf->code == AUTH_FAIL) ||
                   (o->spf_reject == EARLY_SPF_SOFTFAIL && spf->code == AUTH_SOFTFAIL));
}

static const char *listed_text(const struct early_facts *f, struct arena *a)
{
    struct slice text = arena_printf(a, "Client %.*s is listed by %.*s", SLICE_ARG(f->client_address),
                                     SLICE_ARG(f->votes->worst));
    return reply_clean(a, text, REPLY_MAX);
}

/* What the domain's owner has to say about it goes along: it is for the sender to read. */
static const char *spf_text(const struct early_facts *f, struct arena *a)
{
    struct slice why = slice_sub(f->spf->explanation, 0, EXPLANATION_MAX);
    struct slice text = arena_printf(a, "SPF of %.*s does not let %.*s send its mail%s%.*s",
                                     (int)(f->spf->domain.n > 60 ? 60 : f->spf->domain.n), f->spf->domain.p,
                                     SLICE_ARG(f->client_address), why.n ? ": " : "", SLICE_ARG(why));
    return reply_clean(a, text, REPLY_MAX);
}

static void put_off(struct early_reply *r, enum early_reason reason, const char *enhanced, const char *text)
{
    refuse(r, reason, enhanced, text);
    r->code = "451";
}

static bool spf_is_missed(const struct early_options *o, const struct early_facts *f)
{
    return f->spf && f->spf->code == AUTH_TEMPERROR && f->spf_waits && o->spf_reject != EARLY_SPF_NO &&
           o->spf_temperror == EARLY_DEFERS;
}

void early_decide(const struct early_options *o, const struct early_facts *f, struct arena *a,
                  struct early_reply *r)
{
    *r = (struct early_reply){ .reason = EARLY_PASSES };
    if (f->exempt || early_is_postmaster(f->recipient))
        return;
    if (f->client_map == MAP_FAULT || f->sender_map == MAP_FAULT)
        put_off(r, EARLY_FAULT, "4.3.0", "Service is out of order, try again later");
    else if (f->client_map == MAP_FOUND)
        refuse(r, EARLY_CLIENT, "5.7.1", "Mail of this client is not accepted here");
    else if (f->sender_map == MAP_FOUND)
        refuse(r, EARLY_SENDER, "5.7.1", "Mail of this sender is not accepted here");
    else if (f->votes && f->votes->sum >= (int)o->dnsbl_threshold && f->votes->worst.n)
        refuse(r, EARLY_LISTED, "5.7.1", listed_text(f, a));
    else if (spf_refuses(o, f->spf))
        refuse(r, EARLY_SPF, "5.7.23", spf_text(f, a)); /* RFC 7372 3.2 */
    else if (spf_is_missed(o, f))
        put_off(r, EARLY_SPF_UNKNOWN, "4.7.24", "SPF of the sender could not be looked up, try again later");
}
