/* early.c - a session's early policy; see early.h
 * Everything asked for lives in an arena of its own for as long as it takes to ask; what is kept between
 * events is copied to places of fixed size. */
#include "config.h"
#include "milter/early.h"

#include <stdio.h>
#include "auth/spf.h"
#include "base/log.h"
#include "base/os.h"
#include "milter/session.h"
#include "policy/reply.h"

#define ARENA_MAX ((size_t)4 << 20)
#define QUESTIONS_MAX 200

/* one question to the policy */
struct asking {
    struct session *s;
    struct early *early;
    struct snapshot *snapshot;
    bool temporary;  /* what it hears is for now only */
    unsigned events; /* that are spoken of, and may be answered */
    struct dns dns;
    struct gateway_loan loan; /* source NULL: none */
};

void early_init(struct early *early)
{
    memset(early, 0, sizeof(*early));
    arena_init(&early->arena, ARENA_MAX);
}

void early_deinit(struct early *early)
{
    arena_deinit(&early->arena);
}

/* ---- a snapshot and a channel, for as long as it takes */

/* Which events the options speak of. */
static unsigned spoken_of(const struct early_options *o)
{
    bool client = o->client_reject.n || o->dnsbl_sites.n;
    unsigned events = client && o->early_stage == EARLY_AT_CONNECT ? EARLY_ANSWERS_CONNECT : 0;
    if (client || o->sender_reject.n || o->spf_reject != EARLY_SPF_NO)
        events |= EARLY_ANSWERS_RECIPIENT;
    return events;
}

static bool begin(struct asking *k, struct session *s)
{
    *k = (struct asking){ .s = s, .early = &s->early };
    k->snapshot = snapshots_take(&s->gateway->snapshots);
    if (k->snapshot == NULL)
        return false;
    k->events = spoken_of(&k->snapshot->config.early) & s->grants.answers;
    return true;
}

static void end(struct asking *k)
{
    const struct gateway_dns *dns = &k->s->gateway->dns;
    if (k->loan.source)
        dns->give(dns->ctx, &k->loan);
    snapshots_return(&k->s->gateway->snapshots, &k->snapshot);
    arena_reset(&k->early->arena);
}

/* Without a source every answer is DNS_LIMIT, at once. */
static void open_dns(struct asking *k)
{
    const struct gateway_dns *dns = &k->s->gateway->dns;
    const struct dns_limits limits = { .deadline_ms = k->snapshot->config.early.early_wait,
                                       .questions = QUESTIONS_MAX };
    if (k->dns.a)
        return;
    if (dns->take && k->snapshot->config.dns.dns)
        dns->take(dns->ctx, slice_str(k->s->client_address), &k->loan);
    dns_init(&k->dns, &k->early->arena, k->loan.source, &limits);
}

unsigned early_answers(struct gateway *g)
{
    struct snapshot *s = snapshots_take(&g->snapshots);
    if (s == NULL)
        return 0;
    unsigned answers = spoken_of(&s->config.early);
    snapshots_return(&g->snapshots, &s);
    return answers;
}

/* ---- facts */

static void keep(char out[EARLY_TEXT_MAX], struct slice *text)
{
    *text = slice_sub(*text, 0, EARLY_TEXT_MAX);
    memcpy(out, text->p ? text->p : "", text->n);
    *text = slice_of(out, text->n);
}

static const struct dnsbl_votes *count_votes(struct asking *k)
{
    struct early *early = k->early;
    struct slice address = slice_str(k->s->client_address);
    if (k->snapshot->dnsbl.n == 0 || !dnsbl_may_ask(address))
        return NULL;
    if (!early->voted) {
        open_dns(k);
        dnsbl_sites_ask(&k->snapshot->dnsbl, &k->dns, address);
        dnsbl_sites_count(&k->snapshot->dnsbl, &k->dns, address, &early->votes);
        keep(early->worst, &early->votes.worst);
        if (early->votes.unheard)
            log_debug("client=%s: %u lists of dnsbl_sites did not answer", k->s->client_address,
                      early->votes.unheard);
        early->voted = true;
    }
    return &early->votes;
}

static struct auth_client client_of(struct asking *k)
{
    return (struct auth_client){ .address = slice_str(k->s->client_address),
                                 .helo = slice_str(k->s->helo),
                                 .sender = k->s->t.envelope.sender };
}

static const struct auth_spf *evaluate_spf(struct asking *k)
{
    struct early *early = k->early;
    const struct auth_client client = client_of(k);
    const struct spf_receiver here = { k->s->t.envelope.my_name, k->s->t.envelope.received_at };
    if (k->snapshot->config.early.spf_reject == EARLY_SPF_NO)
        return NULL;
    if (!early->spf_known) {
        open_dns(k);
        spf_check(&k->snapshot->config.auth, &k->dns, &early->arena, &client, &here, &early->spf);
        early->spf = (struct auth_spf){ .code = early->spf.code,
                                        .domain = early->spf.domain,
                                        .explanation = early->spf.explanation };
        keep(early->spf_domain, &early->spf.domain);
        keep(early->spf_explanation, &early->spf.explanation);
        early->spf_known = true;
    }
    return &early->spf;
}

/* Whether a client whose SPF cannot be had shall come again: not where nobody is asked, and not for ever. By
 * domain and client, so that a domain whose servers are out of order waits once, and not with each message.
 */
static bool spf_waits(struct asking *k, const struct auth_spf *spf)
{
    const struct config *c = &k->snapshot->config;
    struct slice recipient = SLICE("");
    const struct envelope who = { .recipients = &recipient,
                                  .n_recipients = 1,
                                  .client_address = slice_str(k->s->client_address) };
    return spf && spf->code == AUTH_TEMPERROR && c->dns.dns && c->early.spf_temperror == EARLY_DEFERS &&
           !age_table_note(k->s->gateway->early_age, spf->domain, &who, clock_ms(), c->policy.fault_age);
}

static struct early_facts facts_of_client(struct asking *k)
{
    struct slice address = slice_str(k->s->client_address);
    return (struct early_facts){ .client_address = address,
                                 .client_map = policy_maps_client_reject(k->snapshot->maps, address) };
}

static bool client_is_exempt(struct asking *k)
{
    struct slice address = slice_str(k->s->client_address);
    return address.n == 0 || policy_maps_client_allowed(k->snapshot->maps, address);
}

static bool recipient_is_exempt(struct asking *k, struct slice recipient)
{
    const struct envelope *env = &k->s->t.envelope;
    return k->s->client_address[0] == 0 || env->auth_user.n ||
           policy_maps_listed(k->snapshot->maps, env) == LIST_ALLOWED ||
           policy_maps_early_exempt(k->snapshot->maps, recipient) == MAP_FOUND;
}

/* Before anything is waited for. */
static void ask_together(struct asking *k)
{
    const struct auth_client client = client_of(k);
    if (k->snapshot->config.early.spf_reject == EARLY_SPF_NO || k->early->spf_known)
        return;
    open_dns(k);
    spf_ask(&k->dns, &k->early->arena, &client);
    if (!k->early->voted && dnsbl_may_ask(client.address))
        dnsbl_sites_ask(&k->snapshot->dnsbl, &k->dns, client.address);
}

/* What one fact refuses needs no further one, and no waiting for it. */
static void decide_recipient(struct asking *k, struct slice recipient, struct early_reply *reply)
{
    const struct early_options *o = &k->snapshot->config.early;
    struct early_facts f = facts_of_client(k);
    f.recipient = recipient;
    f.exempt = recipient_is_exempt(k, recipient);
    f.sender_map = policy_maps_sender_reject(k->snapshot->maps, k->s->t.envelope.sender);
    early_decide(o, &f, &k->early->arena, reply);
    if (f.exempt || early_is_postmaster(recipient) || reply->reason != EARLY_PASSES)
        return;
    ask_together(k);
    f.votes = count_votes(k);
    f.spf = evaluate_spf(k);
    f.spf_waits = spf_waits(k, f.spf);
    early_decide(o, &f, &k->early->arena, reply);
}

/* ---- answers */

/* Observed: said, and not done. */
static bool refuse(struct asking *k, struct slice recipient, const struct early_reply *reply)
{
    const struct envelope *env = &k->s->t.envelope;
    bool observe = k->snapshot->config.policy.mode == MODE_OBSERVE;
    struct arena *a = &k->early->arena;
    log_info("early=%s client=%s helo=%s from=<%s> to=<%s> reason=%s reply=\"%s %s %s\"",
             observe ? "observed" : "refused", k->s->client_address,
             reply_clean(a, slice_str(k->s->helo), 100), reply_clean(a, env->sender, 200),
             reply_clean(a, recipient, 200), early_reason_names[reply->reason], reply->code, reply->enhanced,
             reply->text);
    if (observe)
        return false;
    gateway_count(k->s->gateway, COUNT_EARLY);
    k->s->mta.ops->reply(k->s->mta.ctx, reply->code, reply->enhanced, reply->text);
    return true;
}

static bool passes_at_connect(struct asking *k)
{
    struct early_reply reply = { 0 };
    struct early_facts f = facts_of_client(k);
    f.exempt = client_is_exempt(k);
    f.votes = f.exempt || f.client_map == MAP_FOUND ? NULL : count_votes(k);
    early_decide(&k->snapshot->config.early, &f, &k->early->arena, &reply);
    return reply.reason == EARLY_PASSES || !refuse(k, SLICE(""), &reply);
}

/* So that answers are near when they are wanted: by the first recipient, and by rules. */
static void ask_ahead(struct asking *k)
{
    struct slice address = slice_str(k->s->client_address), zones = k->snapshot->client_zones;
    bool votes = k->events & EARLY_ANSWERS_RECIPIENT && k->snapshot->dnsbl.n && !client_is_exempt(k);
    if ((!votes && zones.n == 0) || !dnsbl_may_ask(address))
        return;
    open_dns(k);
    dnsbl_zones_ask(zones, &k->dns, address);
    if (votes)
        dnsbl_sites_ask(&k->snapshot->dnsbl, &k->dns, address);
    dns_send(&k->dns);
}

/* ---- events; each is over when its arena is empty again */

typedef bool event_fn(struct asking *k, struct slice recipient);

static bool on_connect(struct asking *k, struct slice unused)
{
    (void)unused;
    if (k->events & EARLY_ANSWERS_CONNECT)
        return passes_at_connect(k);
    ask_ahead(k);
    return true;
}

static bool on_recipient(struct asking *k, struct slice recipient)
{
    struct early_reply reply = { 0 };
    if (!(k->events & EARLY_ANSWERS_RECIPIENT))
        return true;
    decide_recipient(k, recipient, &reply);
    k->temporary = reply.reason == EARLY_FAULT || reply.reason == EARLY_SPF_UNKNOWN;
    return reply.reason == EARLY_PASSES || !refuse(k, recipient, &reply);
}

/* Who needs more memory than there is for it goes on: the message will be looked at. */
static bool passes(struct session *s, event_fn *event, struct slice recipient, bool *temporary)
{
    struct asking k;
    volatile bool good = true;
    if (!begin(&k, s))
        return true;
    if (ARENA_TRY(&s->early.arena))
        good = event(&k, recipient);
    s->early.arena.can_escape = false;
    *temporary = k.temporary;
    end(&k);
    return good;
}

bool early_connect(struct session *s)
{
    bool temporary;
    s->early.voted = s->early.spf_known = false;
    return passes(s, on_connect, SLICE(""), &temporary);
}

void early_mail(struct session *s)
{
    s->early.spf_known = false;
}

bool early_recipient(struct session *s, struct slice recipient, bool *temporary)
{
    *temporary = false;
    return passes(s, on_recipient, recipient, temporary);
}
