/* eval-lists.c - functions that look senders, recipients and subjects up in lists
 * A list of senders alone believes what anybody may write; with a relay (welcomelist_from_rcvd) it believes
 * the first relay that is not ours, as ours saw it. Lists of hosts in URIs are elsewhere. */
#include "config.h"
#include "scoring/eval-lists.h"

#include "scoring/eval.h"
#include "scoring/eval-text.h"
#include "scoring/lists.h"
#include "scoring/rule.h"

#define UNUSED_ARGS (void)args, (void)prepared
#define ADDRESSES_MAX 1000

struct addresses {
    struct slice v[ADDRESSES_MAX]; /* in lower case */
    size_t n;
};

/* whether a sender is in a list, and a relay of it vouches for it */
enum verdict { NOT_MADE, NOT_LISTED, LISTED, FORGED };

struct lists_state {
    struct addresses from, to;
    bool has_from, has_to;
    enum verdict welcome, by_default;
};

static struct lists_state *state_of(struct check *c)
{
    if (c->state[CHECK_LISTS] == NULL)
        c->state[CHECK_LISTS] = ARENA_NEW(c->m->arena, struct lists_state);
    return c->state[CHECK_LISTS];
}

static void add(struct check *c, struct addresses *to, struct slice address)
{
    if (to->n < ADDRESSES_MAX)
        to->v[to->n++] = arena_lower(c->m->arena, address);
}

static void add_all(struct check *c, struct addresses *to, const char *spec)
{
    const struct view_header *h = views_get(&c->views, slice_str(spec));
    for (size_t i = 0; i < h->n; i++)
        add(c, to, text_chomp(h->v[i]));
}

/* ---- senders */

/* "a@example..org" is written often, and means one dot */
static struct slice one_dot(struct check *c, struct slice s)
{
    char *out = arena_alloc(c->m->arena, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] != '.' || n == 0 || out[n - 1] != '.')
            out[n++] = s.p[i];
    return slice_of(out, n);
}

static void find_senders(struct check *c, struct addresses *from)
{
    static const char *const fields[] = { "From:addr", "Envelope-Sender:addr", "Resent-Sender:addr",
                                          "X-Envelope-From:addr", "EnvelopeFrom:addr" };
    add_all(c, from, "Resent-From:first:addr");
    if (from->n)
        return;
    for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
        add_all(c, from, fields[i]);
    size_t n = 0;
    for (size_t i = 0; i < from->n; i++)
        if (from->v[i].n)
            from->v[n++] = one_dot(c, from->v[i]);
    from->n = n;
}

static const struct addresses *senders(struct check *c)
{
    struct lists_state *s = state_of(c);
    if (!s->has_from)
        find_senders(c, &s->from);
    s->has_from = true;
    return &s->from;
}

size_t eval_senders(struct check *c, const struct slice **v)
{
    const struct addresses *from = senders(c);
    *v = from->v;
    return from->n;
}

/* ---- recipients */

static bool valid_label(struct slice s, bool underscore)
{
    if (s.n < 1 || s.n > 63 || s.p[0] == '-' || s.p[s.n - 1] == '-')
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_alnum(s.p[i]) && s.p[i] != '-' && (s.p[i] != '_' || !underscore))
            return false;
    return true;
}

/* a host's full name; "_" only left of its last two labels */
static bool valid_host(struct slice s)
{
    size_t left = 1;
    struct slice label;
    while (s.n && s.p[s.n - 1] == '.')
        s.n--;
    for (size_t i = 0; i < s.n; i++)
        left += s.p[i] == '.';
    if (left < 2 || s.n > 253)
        return false;
    for (; slice_cut(&s, '.', &label); left--)
        if (!valid_label(label, left > 2))
            return false;
    return true;
}

/* "joe@example.org>;" or "joe@example.org;" at the beginning of a word: the address, or an empty slice */
static struct slice address_before_semicolon(struct slice word)
{
    for (size_t at = word.n; at-- > 1;) {
        ptrdiff_t end = word.p[at] == '@' ? slice_chr(slice_from(word, at + 2), ';') : SLICE_NONE;
        if (end < 0)
            continue;
        size_t n = at + 2 + (size_t)end;
        n -= n > at + 2 && word.p[n - 1] == '>';
        struct slice address = slice_sub(word, 0, n);
        return address;
    }
    return SLICE("");
}

/* for <joe@example.org>; where the MTA tells it */
static void add_for(struct check *c, struct addresses *to, struct slice line)
{
    static const struct slice key = SLICE_INIT(" for ");
    for (size_t i = 0; i + key.n < line.n; i++) {
        if (!text_at(line, i, key))
            continue;
        size_t from = i + key.n, end = text_skip_word(line, from);
        struct slice word = slice_sub(line, from, end - from);
        struct slice address = address_before_semicolon(slice_from(word, word.n && word.p[0] == '<'));
        if (address.n == 0)
            address = address_before_semicolon(word);
        if (address.n == 0)
            continue;
        ptrdiff_t at = -1;
        for (size_t k = 0; k < address.n; k++)
            if (address.p[k] == '@')
                at = (ptrdiff_t)k;
        if (valid_host(slice_from(address, (size_t)at + 1)))
            add(c, to, address);
        return;
    }
}

#define RECEIVED_LOOKED_AT 3

static void find_recipients(struct check *c, struct addresses *to)
{
    static const char *const fields[] = {
        "To:addr",
        "Apparently-To:addr",
        "Delivered-To:addr",
        "Envelope-Recipients:addr",
        "Apparently-Resent-To:addr",
        "X-Envelope-To:addr",
        "Envelope-To:addr",
        "X-Delivered-To:addr",
        "X-Original-To:addr",
        "X-Rcpt-To:addr",
        "X-Real-To:addr",
        "Cc:addr",
    };
    add_all(c, to, "Resent-To:first:addr");
    add_all(c, to, "Resent-Cc:first:addr");
    if (to->n)
        return;
    const struct view_header *received = views_get(&c->views, SLICE("Received"));
    for (size_t i = 0; i < received->n && i < RECEIVED_LOOKED_AT; i++)
        add_for(c, to, received->v[i]);
    for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
        add_all(c, to, fields[i]);
}

static const struct addresses *recipients(struct check *c)
{
    struct lists_state *s = state_of(c);
    if (!s->has_to)
        find_recipients(c, &s->to);
    s->has_to = true;
    return &s->to;
}

bool eval_is_recipient(struct check *c, struct slice address)
{
    const struct addresses *to = recipients(c);
    for (size_t i = 0; i < to->n; i++)
        if (slice_eq(to->v[i], address))
            return true;
    return false;
}

/* ---- plain lists */

static const struct lists *lists_of(const struct check *c)
{
    return c->set ? c->set->lists : NULL;
}

static bool any_in(const struct globs *list, const struct addresses *v)
{
    for (size_t i = 0; list && i < v->n; i++)
        if (globs_have(list, v->v[i]))
            return true;
    return false;
}

/* NULL when there is nothing in it: then nobody has to look for addresses */
static const struct globs *list_of(const struct check *c, enum list_kind kind)
{
    const struct lists *l = lists_of(c);
    return l && l->v[kind].n_there ? &l->v[kind] : NULL;
}

static bool from_in(struct check *c, const struct globs *list)
{
    return list && list->n_there && any_in(list, senders(c));
}

static bool to_in(struct check *c, const struct globs *list)
{
    return list && list->n_there && any_in(list, recipients(c));
}

bool eval_bayes_ignores(struct check *c)
{
    return from_in(c, list_of(c, LIST_BAYES_FROM)) || to_in(c, list_of(c, LIST_BAYES_TO));
}

#define TO_IN(function, kind)                                                                                \
    static double function(struct check *c, const struct eval_args *args, const void *prepared)              \
    {                                                                                                        \
        UNUSED_ARGS;                                                                                         \
        return to_in(c, list_of(c, kind));                                                                   \
    }

TO_IN(check_to_in_blocklist, LIST_BLOCK_TO)
TO_IN(check_to_in_welcomelist, LIST_WELCOME_TO)
TO_IN(check_to_in_more_spam, LIST_MORE_SPAM_TO)
TO_IN(check_to_in_all_spam, LIST_ALL_SPAM_TO)

static double check_from_in_blocklist(struct check *c, const struct eval_args *args, const void *prepared)
{
    UNUSED_ARGS;
    return from_in(c, list_of(c, LIST_BLOCK_FROM));
}

/* ---- lists by name */

static const struct globs *named(const struct check *c, const struct eval_args *args)
{
    const struct lists *l = lists_of(c);
    return l ? lists_named(l, eval_arg(args, 0)) : NULL;
}

static double check_from_in_list(struct check *c, const struct eval_args *args, const void *prepared)
{
    (void)prepared;
    return from_in(c, named(c, args));
}

static double check_to_in_list(struct check *c, const struct eval_args *args, const void *prepared)
{
    (void)prepared;
    return to_in(c, named(c, args));
}

static double check_replyto_in_list(struct check *c, const struct eval_args *args, const void *prepared)
{
    const struct globs *list = named(c, args);
    struct slice address = views_get(&c->views, SLICE("Reply-To:addr"))->text;
    (void)prepared;
    return list && address.n && globs_have(list, arena_lower(c->m->arena, address));
}

/* ---- lists with relays */

static bool by_name(struct slice rdns, struct slice domain)
{
    return slice_iends(rdns, domain) && (rdns.n == domain.n || rdns.p[rdns.n - domain.n - 1] == '.');
}

static bool only(struct slice s, const char *bytes)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == 0 || !strchr(bytes, s.p[i]))
            return false;
    return s.n > 0;
}

/* "192.0.2" or "192.0.2." and an address in it; four numbers are one address */
static bool in_short_network(struct slice ip, struct slice network)
{
    size_t dots = 0;
    for (size_t i = 0; i < network.n; i++)
        dots += network.p[i] == '.';
    if (dots == 3 && network.p[network.n - 1] != '.' && network.p[0] != '.')
        return slice_eq(ip, network);
    while (network.n && network.p[network.n - 1] == '.')
        network.n--;
    return slice_starts(ip, network) && ip.n > network.n && ip.p[network.n] == '.';
}

/* [192.0.2.1], [192.0.2], [192.0.2.0/24], [2001:db8::]/32 */
static bool by_address(struct check *c, struct slice ip, struct slice inside, struct slice length)
{
    struct network net;
    unsigned char address[16];
    struct slice network = arena_printf(c->m->arena, "%.*s%.*s", SLICE_ARG(inside), SLICE_ARG(length));
    if (ip.n == 0)
        return false;
    if (only(network, "0123456789."))
        return in_short_network(ip, network);
    return network_read(network, &net, NULL) == 0 && network_address(ip, address) &&
           network_has(&net, address);
}

static bool vouches(struct check *c, const struct view_relay *relay, struct slice domain)
{
    ptrdiff_t close = slice_chr(domain, ']');
    if (domain.n < 2 || domain.p[0] != '[' || close < 0)
        return by_name(relay->lc_rdns, domain);
    struct slice length = slice_from(domain, (size_t)close + 1);
    if (length.n &&
        (length.p[0] != '/' || length.n < 2 || length.n > 4 || !only(slice_from(length, 1), "0123456789")))
        return by_name(relay->lc_rdns, domain);
    return by_address(c, relay->ip, slice_sub(domain, 1, (size_t)close - 1), length);
}

/* the first relay that is not ours; else all of ours */
static bool any_relay_vouches(struct check *c, struct slice domain)
{
    const struct view_relays *r = views_relays(&c->views);
    if (r->n > r->n_trusted)
        return vouches(c, &r->v[r->n_trusted], domain);
    for (size_t i = 0; i < r->n; i++)
        if (vouches(c, &r->v[i], domain))
            return true;
    return false;
}

static enum verdict judge(struct check *c, const struct list_pairs *list, struct slice address)
{
    enum verdict verdict = NOT_LISTED;
    uint64_t at = 0;
    uint32_t number;
    if (views_relays(&c->views)->n == 0)
        return NOT_LISTED;
    while (globs_next(&list->addresses, address, &at, &number)) {
        for (const struct list_voucher *v = list->vouchers[number]; v; v = v->next) {
            if (any_relay_vouches(c, v->domain))
                return LISTED;
            verdict = FORGED;
        }
    }
    return verdict == FORGED && globs_have(&lists_of(c)->v[LIST_ALLOWS_RELAYS], address) ? NOT_LISTED
                                                                                         : verdict;
}

static enum verdict judge_all(struct check *c, enum list_pair_kind kind, const struct globs *plain)
{
    const struct lists *l = lists_of(c);
    enum verdict verdict = NOT_LISTED;
    if (l == NULL || (l->pairs[kind].addresses.n_there == 0 && plain == NULL))
        return NOT_LISTED;
    const struct addresses *from = senders(c);
    for (size_t i = 0; i < from->n; i++) {
        if (plain && globs_have(plain, from->v[i]))
            return LISTED;
        enum verdict one = judge(c, &l->pairs[kind], from->v[i]);
        if (one == LISTED)
            return LISTED;
        if (one == FORGED)
            verdict = FORGED;
    }
    return verdict;
}

static enum verdict welcome(struct check *c)
{
    struct lists_state *s = state_of(c);
    if (s->welcome == NOT_MADE)
        s->welcome = judge_all(c, LIST_RCVD, list_of(c, LIST_WELCOME_FROM));
    return s->welcome;
}

static enum verdict by_default(struct check *c)
{
    struct lists_state *s = state_of(c);
    if (s->by_default == NOT_MADE)
        s->by_default = judge_all(c, LIST_DEFAULT_RCVD, NULL);
    return s->by_default;
}

static double check_from_in_welcomelist(struct check *c, const struct eval_args *args, const void *prepared)
{
    UNUSED_ARGS;
    return welcome(c) == LISTED;
}

static double check_from_in_default_welcomelist(struct check *c, const struct eval_args *args,
                                                const void *prepared)
{
    UNUSED_ARGS;
    return by_default(c) == LISTED;
}

static double check_forged_in_welcomelist(struct check *c, const struct eval_args *args, const void *prepared)
{
    UNUSED_ARGS;
    return welcome(c) == FORGED && by_default(c) == NOT_LISTED;
}

static double check_forged_in_default_welcomelist(struct check *c, const struct eval_args *args,
                                                  const void *prepared)
{
    UNUSED_ARGS;
    return by_default(c) == FORGED && welcome(c) == NOT_LISTED;
}

/* ---- the envelope's sender and its relay */

/* behind the last @, with a dot that is not at either end */
static struct slice domain_of(struct slice address)
{
    size_t at = address.n;
    while (at && address.p[at - 1] != '@')
        at--;
    struct slice domain = slice_from(address, at);
    bool dotted = domain.n > 2 && slice_chr(slice_sub(domain, 1, domain.n - 2), '.') >= 0;
    return at && dotted ? domain : SLICE("");
}

static bool same_owner(struct check *c, struct slice domain, struct slice rdns)
{
    const struct uri_rules *rules = c->set ? c->set->uri_rules : NULL;
    struct arena *a = c->m->arena;
    return rdns.n && slice_ieq(uri_trim_domain(rules, a, domain), uri_trim_domain(rules, a, rdns));
}

static double check_mailfrom_matches_rcvd(struct check *c, const struct eval_args *args, const void *prepared)
{
    const struct view_relays *r = views_relays(&c->views);
    struct slice domain = domain_of(views_get(&c->views, SLICE("EnvelopeFrom:addr"))->text);
    UNUSED_ARGS;
    if (domain.n == 0)
        return 0;
    if (r->n > r->n_trusted)
        return same_owner(c, domain, r->v[r->n_trusted].lc_rdns);
    for (size_t i = 0; i < r->n; i++)
        if (same_owner(c, domain, r->v[i].lc_rdns))
            return 1;
    return 0;
}

/* ---- subjects */

static bool subject_in(struct check *c, enum list_kind kind)
{
    const struct globs *list = list_of(c, kind);
    struct slice subject = list ? views_get(&c->views, SLICE("Subject"))->text : SLICE("");
    return subject.n && globs_have(list, arena_lower(c->m->arena, subject));
}

static double check_subject_in_welcomelist(struct check *c, const struct eval_args *args,
                                           const void *prepared)
{
    UNUSED_ARGS;
    return subject_in(c, LIST_WELCOME_SUBJECT);
}

static double check_subject_in_blocklist(struct check *c, const struct eval_args *args, const void *prepared)
{
    UNUSED_ARGS;
    return subject_in(c, LIST_BLOCK_SUBJECT);
}

#define ROW(name, f)                                                                                         \
    {                                                                                                        \
        name, "WLBLEval", 0, 0, 0, NULL, f, NULL                                                             \
    }
#define NAMED_ROW(name, f)                                                                                   \
    {                                                                                                        \
        name, "WLBLEval", 0, 1, 1, NULL, f, NULL                                                             \
    }
#define SUBJECT_ROW(name, f)                                                                                 \
    {                                                                                                        \
        name, "WelcomeListSubject", 0, 0, 0, NULL, f, NULL                                                   \
    }

/* each with the name it had before SpamAssassin 4 */
static const struct eval_function rows[] = {
    ROW("check_forged_in_default_welcomelist", check_forged_in_default_welcomelist),
    ROW("check_forged_in_default_whitelist", check_forged_in_default_welcomelist),
    ROW("check_forged_in_welcomelist", check_forged_in_welcomelist),
    ROW("check_forged_in_whitelist", check_forged_in_welcomelist),
    ROW("check_from_in_blacklist", check_from_in_blocklist),
    ROW("check_from_in_blocklist", check_from_in_blocklist),
    ROW("check_from_in_default_welcomelist", check_from_in_default_welcomelist),
    ROW("check_from_in_default_whitelist", check_from_in_default_welcomelist),
    NAMED_ROW("check_from_in_list", check_from_in_list),
    ROW("check_from_in_welcomelist", check_from_in_welcomelist),
    ROW("check_from_in_whitelist", check_from_in_welcomelist),
    ROW("check_mailfrom_matches_rcvd", check_mailfrom_matches_rcvd),
    NAMED_ROW("check_replyto_in_list", check_replyto_in_list),
    SUBJECT_ROW("check_subject_in_blacklist", check_subject_in_blocklist),
    SUBJECT_ROW("check_subject_in_blocklist", check_subject_in_blocklist),
    SUBJECT_ROW("check_subject_in_welcomelist", check_subject_in_welcomelist),
    SUBJECT_ROW("check_subject_in_whitelist", check_subject_in_welcomelist),
    ROW("check_to_in_all_spam", check_to_in_all_spam),
    ROW("check_to_in_blacklist", check_to_in_blocklist),
    ROW("check_to_in_blocklist", check_to_in_blocklist),
    NAMED_ROW("check_to_in_list", check_to_in_list),
    ROW("check_to_in_more_spam", check_to_in_more_spam),
    ROW("check_to_in_welcomelist", check_to_in_welcomelist),
    ROW("check_to_in_whitelist", check_to_in_welcomelist),
};

EVAL_FAMILY(eval_lists, "WLBLEval, WelcomeListSubject", rows);
