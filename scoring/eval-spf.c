/* eval-spf.c - SPF, and lists of senders that it vouches for; see eval-spf.h
 * What a host of ours has already found (Received-SPF, Authentication-Results above the first relay that is
 * not internal) counts first, as in SpamAssassin; else what auth/ found. */
#include "config.h"
#include "scoring/eval-spf.h"

#include "scoring/eval-text.h"
#include "scoring/eval.h"
#include "scoring/lists.h"
#include "scoring/net.h"
#include "scoring/view-relay-ip.h"

#define UNUSED_ARGS (void)args, (void)prepared
#define FIELDS_MAX 200 /* looked at */

enum identity { MAIL_FROM, HELO, IDENTITIES, NO_IDENTITY };

struct spf_state {
    bool known[IDENTITIES];
    enum auth_code code[IDENTITIES];
    struct slice explanation[IDENTITIES];
    struct auth_client client;
    bool has_client;
};

/* ---- whom it is about */

static const struct view_relay *first_external(struct check *c)
{
    const struct view_relays *r = views_relays(&c->views);
    return r->n > r->n_internal ? &r->v[r->n_internal] : NULL;
}

/* A relay of ours may have changed the envelope, so that what fields say is not believed behind one. */
static bool header_is_believed(struct check *c)
{
    return views_relays(&c->views)->n_trusted == 0 || c->set->trust.always_trust_envelope_sender;
}

static void find_sender(struct check *c, const struct view_relay *relay, struct auth_client *out)
{
    const struct view_header *h;
    if (relay && relay->has_envfrom) {
        out->has_sender = true;
        out->sender = arena_lower(c->m->arena, relay->envfrom);
    } else if (header_is_believed(c) && (h = views_get(&c->views, SLICE("EnvelopeFrom:addr")))->present) {
        out->has_sender = true;
        out->sender = arena_lower(c->m->arena, slice_trim(h->text));
    }
}

bool spf_client(struct check *c, struct auth_client *client)
{
    const struct view_relay *relay = first_external(c);
    *client = (struct auth_client){ .has_sender = false };
    find_sender(c, relay, client);
    /* that there is none is known, too */
    client->has_sender |= c->m->envelope->has_sender && header_is_believed(c);
    if (relay == NULL)
        return false;
    client->address = slice_istarts(relay->ip, SLICE("IPv6:")) ? slice_from(relay->ip, 5) : relay->ip;
    client->helo = relay->helo;
    return true;
}

/* ---- what one of our hosts has found */

static size_t word_at(struct slice s, size_t at)
{
    size_t n = 0;
    while (at + n < s.n && text_word(s.p[at + n]))
        n++;
    return n;
}

static enum auth_code code_of(struct slice word)
{
    static const struct {
        struct slice word;
        enum auth_code code;
    } words[] = {
        { SLICE_INIT("pass"), AUTH_PASS },           { SLICE_INIT("neutral"), AUTH_NEUTRAL },
        { SLICE_INIT("fail"), AUTH_FAIL },           { SLICE_INIT("hardfail"), AUTH_FAIL },
        { SLICE_INIT("softfail"), AUTH_SOFTFAIL },   { SLICE_INIT("temperror"), AUTH_TEMPERROR },
        { SLICE_INIT("permerror"), AUTH_PERMERROR }, { SLICE_INIT("none"), AUTH_NONE },
    };
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (slice_ieq(word, words[i].word))
            return words[i].code;
    return AUTH_NOT_RUN;
}

static enum identity identity_of(struct slice word)
{
    if (slice_ieq(word, SLICE("mfrom")) || slice_ieq(word, SLICE("mailfrom")))
        return MAIL_FROM;
    return slice_ieq(word, SLICE("helo")) ? HELO : NO_IDENTITY;
}

static void take(struct spf_state *s, enum identity id, enum auth_code code)
{
    if (id >= IDENTITIES || s->known[id] || code == AUTH_NOT_RUN)
        return;
    s->known[id] = true;
    s->code[id] = code;
}

/* where the last `what` stands, at a word's beginning, whatever its case; SIZE_MAX: nowhere */
static size_t find_last(struct slice s, struct slice what)
{
    for (size_t i = s.n; i-- > 0;)
        if (text_iat(s, i, what) && (i == 0 || !text_word(s.p[i - 1])))
            return i;
    return SIZE_MAX;
}

/* Received-SPF: pass (...) identity=mailfrom; ... */
static void read_received_spf(struct spf_state *s, struct slice value)
{
    size_t at = text_skip_space(value, 0), n = word_at(value, at);
    enum auth_code code = code_of(slice_sub(value, at, n));
    size_t identity = find_last(value, SLICE("identity="));
    if (slice_ieq(slice_sub(value, at, n), SLICE("hardfail")))
        return;
    if (identity == SIZE_MAX) {
        take(s, MAIL_FROM, code);
        return;
    }
    identity += strlen("identity=");
    take(s, identity_of(slice_sub(value, identity, word_at(value, identity))), code);
}

/* "pass ... smtp.mailfrom=..." up to a semicolon */
static void read_spf_result(struct spf_state *s, struct slice result)
{
    enum auth_code code = code_of(slice_sub(result, 0, word_at(result, 0)));
    size_t smtp = 0;
    while (smtp < result.n &&
           (!text_iat(result, smtp, SLICE("smtp.")) || (smtp && text_word(result.p[smtp - 1]))))
        smtp++;
    if (smtp == result.n) {
        take(s, MAIL_FROM, code);
        return;
    }
    size_t from = smtp + strlen("smtp."), end = text_skip_word(result, from);
    size_t equals = end;
    while (equals > from && result.p[equals - 1] != '=')
        equals--;
    if (equals > from)
        end = equals - 1;
    take(s, identity_of(slice_sub(result, from, end - from)), code);
}

/* Authentication-Results: ...; spf=... */
static void read_results(struct spf_state *s, struct slice value)
{
    for (size_t at = value.n; at-- > 0;) {
        size_t i = value.p[at] == ';' ? text_skip_space(value, at + 1) : value.n;
        if (!text_iat(value, i, SLICE("spf")))
            continue;
        i = text_skip_space(value, i + 3);
        if (i == value.n || value.p[i] != '=')
            continue;
        struct slice result = slice_from(value, text_skip_space(value, i + 1));
        ptrdiff_t end = slice_chr(result, ';');
        read_spf_result(s, end < 0 ? result : slice_sub(result, 0, (size_t)end));
        return;
    }
}

static void read_field(struct spf_state *s, struct slice field)
{
    static const struct slice arc = SLICE_INIT("ARC-"), results = SLICE_INIT("Authentication-Results:"),
                              received = SLICE_INIT("Received-SPF:");
    field = text_chomp(field);
    if (slice_istarts(field, received))
        read_received_spf(s, slice_from(field, received.n));
    else if (slice_istarts(field, results) || (slice_istarts(field, arc) && text_iat(field, arc.n, results)))
        read_results(s, slice_from(field, (size_t)slice_chr(field, ':') + 1));
}

/* From the oldest on, unless use_newest_received_spf_header says otherwise. */
static void reuse(struct check *c, struct spf_state *s)
{
    const struct view_header *h = views_get(&c->views, SLICE("ALL-INTERNAL"));
    size_t n = h->n < FIELDS_MAX ? h->n : FIELDS_MAX;
    for (size_t i = 0; i < n; i++)
        read_field(s, h->v[c->set->net->newest_received_spf ? i : h->n - 1 - i]);
}

/* ---- what auth/ has found */

static bool helo_has_spf(struct slice helo)
{
    struct slice bare = helo;
    if (bare.n && (bare.p[0] == '[' || bare.p[0] == '!'))
        bare = slice_from(bare, 1);
    bare.n -= bare.n && (bare.p[bare.n - 1] == ']' || bare.p[bare.n - 1] == '!');
    return slice_chr(helo, '.') >= 0 && !ip_is_v4(bare);
}

static void take_results(struct check *c, struct spf_state *s)
{
    const struct auth_results *r = c->auth;
    if (r == NULL || !s->has_client)
        return;
    if (s->client.sender.n && !s->known[MAIL_FROM])
        s->explanation[MAIL_FROM] = r->spf.explanation;
    if (s->client.sender.n)
        take(s, MAIL_FROM, r->spf.code);
    if (!helo_has_spf(s->client.helo))
        return;
    if (!s->known[HELO])
        s->explanation[HELO] = r->spf_helo.explanation;
    take(s, HELO, r->spf_helo.code);
}

static struct spf_state *state_of(struct check *c)
{
    struct spf_state *s = c->state[CHECK_SPF];
    if (s)
        return s;
    c->state[CHECK_SPF] = s = ARENA_NEW(c->m->arena, struct spf_state);
    s->has_client = spf_client(c, &s->client);
    if (!c->set->net->ignore_received_spf)
        reuse(c, s);
    take_results(c, s);
    return s;
}

/* ---- functions */

enum auth_code spf_code(struct check *c, bool helo)
{
    const struct spf_state *s = state_of(c);
    enum identity id = helo ? HELO : MAIL_FROM;
    return s->known[id] ? s->code[id] : AUTH_NOT_RUN;
}

static bool is(struct check *c, enum identity id, enum auth_code code)
{
    const struct spf_state *s = state_of(c);
    return s->known[id] && s->code[id] == code;
}

#define IS(function, id, code)                                                                               \
    static double function(struct check *c, const struct eval_args *args, const void *prepared)              \
    {                                                                                                        \
        UNUSED_ARGS;                                                                                         \
        return is(c, id, code);                                                                              \
    }

IS(spf_pass, MAIL_FROM, AUTH_PASS)
IS(spf_neutral, MAIL_FROM, AUTH_NEUTRAL)
IS(spf_none, MAIL_FROM, AUTH_NONE)
IS(spf_softfail, MAIL_FROM, AUTH_SOFTFAIL)
IS(spf_permerror, MAIL_FROM, AUTH_PERMERROR)
IS(spf_temperror, MAIL_FROM, AUTH_TEMPERROR)
IS(helo_pass, HELO, AUTH_PASS)
IS(helo_neutral, HELO, AUTH_NEUTRAL)
IS(helo_none, HELO, AUTH_NONE)
IS(helo_softfail, HELO, AUTH_SOFTFAIL)
IS(helo_permerror, HELO, AUTH_PERMERROR)
IS(helo_temperror, HELO, AUTH_TEMPERROR)

static double fails(struct check *c, enum identity id)
{
    struct slice why = state_of(c)->explanation[id];
    if (!is(c, id, AUTH_FAIL))
        return 0;
    if (why.n)
        check_log(c, arena_printf(c->m->arena, "SPF failed: %.*s", SLICE_ARG(why)));
    return 1;
}

static double spf_fail(struct check *c, const struct eval_args *args, const void *prepared)
{
    UNUSED_ARGS;
    return fails(c, MAIL_FROM);
}

static double helo_fail(struct check *c, const struct eval_args *args, const void *prepared)
{
    UNUSED_ARGS;
    return fails(c, HELO);
}

static double no_sender(struct check *c, const struct eval_args *args, const void *prepared)
{
    UNUSED_ARGS;
    return state_of(c)->client.sender.p == NULL;
}

static bool listed(struct check *c, enum list_kind kind)
{
    const struct lists *l = c->set->lists;
    return l->v[kind].n_there && globs_have(&l->v[kind], state_of(c)->client.sender);
}

static bool vouched(struct check *c, enum list_kind one, enum list_kind other)
{
    return state_of(c)->client.sender.n && is(c, MAIL_FROM, AUTH_PASS) &&
           (listed(c, one) || listed(c, other));
}

static double in_welcomelist(struct check *c, const struct eval_args *args, const void *prepared)
{
    UNUSED_ARGS;
    return vouched(c, LIST_SPF, LIST_AUTH);
}

static double in_default_welcomelist(struct check *c, const struct eval_args *args, const void *prepared)
{
    UNUSED_ARGS;
    return vouched(c, LIST_DEFAULT_SPF, LIST_DEFAULT_AUTH);
}

#define ROW(name, f)                                                                                         \
    {                                                                                                        \
        name, "SPF", EVAL_NETWORK, 0, 0, NULL, f, NULL                                                       \
    }

static const struct eval_function rows[] = {
    ROW("check_for_def_spf_welcomelist_from", in_default_welcomelist),
    ROW("check_for_def_spf_whitelist_from", in_default_welcomelist),
    ROW("check_for_spf_fail", spf_fail),
    ROW("check_for_spf_helo_fail", helo_fail),
    ROW("check_for_spf_helo_neutral", helo_neutral),
    ROW("check_for_spf_helo_none", helo_none),
    ROW("check_for_spf_helo_pass", helo_pass),
    ROW("check_for_spf_helo_permerror", helo_permerror),
    ROW("check_for_spf_helo_softfail", helo_softfail),
    ROW("check_for_spf_helo_temperror", helo_temperror),
    ROW("check_for_spf_neutral", spf_neutral),
    ROW("check_for_spf_none", spf_none),
    ROW("check_for_spf_pass", spf_pass),
    ROW("check_for_spf_permerror", spf_permerror),
    ROW("check_for_spf_softfail", spf_softfail),
    ROW("check_for_spf_temperror", spf_temperror),
    ROW("check_for_spf_welcomelist_from", in_welcomelist),
    ROW("check_for_spf_whitelist_from", in_welcomelist),
    ROW("check_spf_skipped_noenvfrom", no_sender),
};
EVAL_FAMILY(eval_spf, "SPF", rows);
