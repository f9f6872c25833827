/* report-tags.c - _TAGS_ of templates; see report.h
 * A tag is _NAME_ or _NAME(argument)_. One that is not known stays as it is. Those of parts that are not
 * there (reputation, checksums) are known and empty, as SpamAssassin has them until such a part speaks. What
 * a tag gives is not looked at again. */
#include "config.h"
#include "scoring/autolearn.h"
#include "scoring/bayes.h"
#include "scoring/report.h"

#include <arpa/inet.h>
#include <math.h>
#include <stdlib.h>
#include <time.h>
#include "scoring/capture.h"
#include "scoring/net-tags.h"
#include "scoring/net.h"
#include "scoring/report-tokens.h"
#include "scoring/shortcircuit.h"

#define VERSION_DATE "2024-03-25" /* of the version that reports name */
#define STARS_MAX 50

struct tag_use {
    struct report *r;
    struct slice argument;
    bool has_argument;
};

struct tag {
    const char *name;
    void (*put)(const struct tag_use *u, struct buf *out); /* NULL: empty */
    bool unset_if_empty;                                   /* then it is as if it were not known */
    const char *plugin;                                    /* known where it is loaded; NULL: always */
};

/* ---- verdict and score */

static void put_yesno(const struct tag_use *u, struct buf *out)
{
    struct slice yes = SLICE("Yes"), no = SLICE("No");
    if (u->has_argument) {
        ptrdiff_t at = slice_chr(u->argument, ',');
        yes = slice_sub(u->argument, 0, at < 0 ? u->argument.n : (size_t)at);
        if (at >= 0)
            no = slice_from(u->argument, (size_t)at + 1);
        if (u->argument.n == 0)
            yes = SLICE("Yes");
    }
    buf_add_slice(out, u->r->spam ? yes : no);
}

static void put_yesnocaps(const struct tag_use *u, struct buf *out)
{
    size_t begin = out->n;
    put_yesno(u, out);
    for (size_t i = begin; i < out->n; i++)
        if (out->p[i] >= 'a' && out->p[i] <= 'z')
            out->p[i] = (char)(out->p[i] - 32);
}

/* as Perl prints a number */
static void put_number(struct buf *out, double value)
{
    buf_printf(out, "%.15g", value);
}

/* never one that contradicts the verdict: 4.96 of 5 is shown as 4.9 */
static struct slice shown_score(const struct report *r)
{
    struct slice score = arena_printf(r->a, "%2.1f", r->score),
                 required = arena_printf(r->a, "%2.1f", r->required);
    double limit = strtod(required.p, NULL);
    if (r->spam || strtod(score.p, NULL) < limit)
        return score;
    return arena_printf(r->a, "%.15g", limit - 0.1);
}

static void put_score(const struct tag_use *u, struct buf *out)
{
    struct slice score = shown_score(u->r), pad = u->argument;
    size_t width = pad.n + 3;
    for (size_t i = 0; i < pad.n; i++)
        if (pad.p[i] != pad.p[0] || (pad.p[0] != '0' && pad.p[0] != ' '))
            width = 0;
    for (size_t i = score.n; i < width && i < score.n + pad.n && pad.n; i++)
        buf_add_char(out, pad.p[0]);
    buf_add_slice(out, score);
}

static void put_required(const struct tag_use *u, struct buf *out)
{
    buf_printf(out, "%2.1f", u->r->required);
}

static bool absent(const struct tag_use *u)
{
    return u->argument.n == 0 || slice_eq(u->argument, SLICE("0"));
}

static void put_stars(const struct tag_use *u, struct buf *out)
{
    double score = u->r->score;
    int n = score >= STARS_MAX ? STARS_MAX : score > 0 ? (int)score : 0;
    while (n-- > 0)
        buf_add_slice(out, absent(u) ? SLICE("*") : u->argument);
}

/* ---- what hit */

static int by_name(const void *x, const void *y)
{
    const struct slice *a = &((const struct report_hit *)x)->name, *b = &((const struct report_hit *)y)->name;
    int d = memcmp(a->p, b->p, a->n < b->n ? a->n : b->n);
    return d ? d : (a->n > b->n) - (a->n < b->n);
}

static const struct report_hit *sorted(const struct report *r, const struct report_hit *hits, size_t n)
{
    struct report_hit *copy = arena_array(r->a, n + 1, sizeof(*copy));
    if (n)
        memcpy(copy, hits, n * sizeof(*copy));
    qsort(copy, n, sizeof(*copy), by_name);
    return copy;
}

enum hit_style { NAME, NAME_SCORE, NAME_REPEATED, NAME_COUNT };

static void put_hits(const struct tag_use *u, struct buf *out, bool subs, enum hit_style style)
{
    const struct report *r = u->r;
    size_t n = subs ? r->n_subs : r->n_hits;
    const struct report_hit *hits = sorted(r, subs ? r->subs : r->hits, n);
    struct slice between = absent(u) ? SLICE(",") : u->argument;
    for (size_t i = 0; i < n && !out->full; i++)
        for (uint32_t k = 0; k < (style == NAME_REPEATED ? hits[i].count : 1) && !out->full; k++) {
            if (i || k)
                buf_add_slice(out, style == NAME_COUNT ? SLICE(",") : between);
            buf_add_slice(out, hits[i].name);
            if (style == NAME_SCORE) {
                buf_add_char(out, '=');
                put_number(out, hits[i].score);
            } else if (style == NAME_COUNT && hits[i].count > 1)
                buf_printf(out, "(%u)", hits[i].count);
        }
    if (n == 0)
        buf_add_str(out, "none");
}

static void put_tests(const struct tag_use *u, struct buf *out)
{
    put_hits(u, out, false, NAME);
}

static void put_tests_scores(const struct tag_use *u, struct buf *out)
{
    put_hits(u, out, false, NAME_SCORE);
}

static void put_subtests(const struct tag_use *u, struct buf *out)
{
    put_hits(u, out, true, NAME_REPEATED);
}

static void put_subtests_collapsed(const struct tag_use *u, struct buf *out)
{
    put_hits(u, out, true, NAME_COUNT);
}

static void put_table(const struct tag_use *u, struct buf *out)
{
    report_tables(u->r);
    buf_add_char(out, '\n');
    buf_add_slice(out, u->r->table);
}

static void put_summary(const struct tag_use *u, struct buf *out)
{
    report_tables(u->r);
    buf_add_slice(out, u->r->summary);
}

static void put_preview(const struct tag_use *u, struct buf *out)
{
    report_preview(u->r, out);
}

static void put_subject_prefix(const struct tag_use *u, struct buf *out)
{
    buf_add_slice(out, u->r->prefixes);
}

/* the hit that ended the evaluation */
static const struct report_hit *shortcircuit(const struct tag_use *u)
{
    for (size_t i = 0; i < u->r->n_hits; i++)
        if (slice_eq(u->r->hits[i].name, SHORTCIRCUIT_NAME))
            return &u->r->hits[i];
    return NULL;
}

static void put_sc_type(const struct tag_use *u, struct buf *out)
{
    const struct report_hit *h = shortcircuit(u);
    buf_add_str(out, h == NULL ? "no" : h->score < 0 ? "ham" : "spam");
}

static void put_sc_rule(const struct tag_use *u, struct buf *out)
{
    const struct report_hit *h = shortcircuit(u);
    buf_add_slice(out, h && h->detail.n ? h->detail : SLICE("none"));
}

static void put_sc(const struct tag_use *u, struct buf *out)
{
    const struct report_hit *h = shortcircuit(u);
    if (h && h->detail.n)
        buf_printf(out, "%.*s (%s)", SLICE_ARG(h->detail), h->score < 0 ? "ham" : "spam");
    else
        buf_add_str(out, "no");
}

static void put_autolearn(const struct tag_use *u, struct buf *out)
{
    if (u->r->check && u->r->check->autolearn) {
        buf_add_slice(out, autolearn_text(u->r->a, u->r->check->autolearn));
        return;
    }
    bool learns = u->r->s->learns && shortcircuit(u) == NULL;
    buf_add_str(out, learns ? "no autolearn_force=no" : "disabled");
}

/* what the classifier would learn by: not its own word, nor what users have written themselves */
static void put_autolearn_score(const struct tag_use *u, struct buf *out)
{
    double sum = 0;
    for (size_t i = 0; i < u->r->n_hits; i++) {
        const struct report_hit *h = &u->r->hits[i];
        if (h->rule == NULL || !(h->rule->tflags & (TFLAG_LEARN | TFLAG_USERCONF | TFLAG_NOAUTOLEARN)))
            sum += h->score;
    }
    put_number(out, round(sum * 1000) / 1000);
}

/* ---- names of this installation */

static void put_version(const struct tag_use *u, struct buf *out)
{
    buf_add_slice(out, u->r->s->version);
}

static void put_subversion(const struct tag_use *u, struct buf *out)
{
    (void)u;
    buf_add_str(out, VERSION_DATE);
}

static void put_hostname(const struct tag_use *u, struct buf *out)
{
    buf_add_slice(out, u->r->s->hostname.n ? u->r->s->hostname : u->r->m->envelope->my_name);
}

static void put_remote_host(const struct tag_use *u, struct buf *out)
{
    (void)u;
    buf_add_str(out, "localhost");
}

static void put_remote_address(const struct tag_use *u, struct buf *out)
{
    (void)u;
    buf_add_str(out, "127.0.0.1");
}

static void put_contact(const struct tag_use *u, struct buf *out)
{
    buf_add_slice(out, u->r->s->contact);
}

static void put_bayes(const struct tag_use *u, struct buf *out)
{
    const struct bayes_result *said = u->r->check ? u->r->check->bayes_result : NULL;
    if (said && said->known)
        buf_printf(out, "%.4f", said->probability);
    else
        buf_add_str(out, "0.5");
}

static void put_tokens(const struct tag_use *u, struct buf *out)
{
    report_token_count(u->r, out, REPORT_TOKENS_ALL);
}

static void put_tokens_learned(const struct tag_use *u, struct buf *out)
{
    report_token_count(u->r, out, REPORT_TOKENS_LEARNED);
}

static void put_tokens_spammy(const struct tag_use *u, struct buf *out)
{
    report_token_count(u->r, out, REPORT_TOKENS_SPAMMY);
}

static void put_tokens_hammy(const struct tag_use *u, struct buf *out)
{
    report_token_count(u->r, out, REPORT_TOKENS_HAMMY);
}

static void put_token_summary(const struct tag_use *u, struct buf *out)
{
    report_token_summary(u->r, out);
}

static void put_spammy(const struct tag_use *u, struct buf *out)
{
    report_token_list(u->r, out, true, u->argument);
}

static void put_hammy(const struct tag_use *u, struct buf *out)
{
    report_token_list(u->r, out, false, u->argument);
}

static void put_date(const struct tag_use *u, struct buf *out)
{
    char text[80];
    time_t now = (time_t)u->r->now;
    struct tm tm;
    localtime_r(&now, &tm);
    strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S %z", &tm);
    buf_add_str(out, text);
}

/* ---- relays */

static void put_trusted(const struct tag_use *u, struct buf *out)
{
    buf_add_slice(out, views_relays(u->r->views)->trusted);
}

static void put_untrusted(const struct tag_use *u, struct buf *out)
{
    buf_add_slice(out, views_relays(u->r->views)->untrusted);
}

static void put_internal(const struct tag_use *u, struct buf *out)
{
    buf_add_slice(out, views_relays(u->r->views)->internal);
}

static void put_external(const struct tag_use *u, struct buf *out)
{
    buf_add_slice(out, views_relays(u->r->views)->external);
}

/* 192.0.2.1 as 1.2.0.192; an IPv6 address nibble by nibble */
static void put_reversed(struct buf *out, struct slice ip)
{
    char text[INET6_ADDRSTRLEN + 1];
    unsigned char v4[4], v6[16];
    if (ip.n >= sizeof(text))
        return;
    memcpy(text, ip.p ? ip.p : "", ip.n);
    text[ip.n] = 0;
    if (inet_pton(AF_INET, text, v4) == 1)
        buf_printf(out, "%u.%u.%u.%u", v4[3], v4[2], v4[1], v4[0]);
    else if (inet_pton(AF_INET6, text, v6) == 1)
        for (int i = 15; i >= 0; i--)
            buf_printf(out, "%x.%x%s", v6[i] & 15, v6[i] >> 4, i ? "." : "");
}

static const struct view_relay *last_trusted(const struct tag_use *u)
{
    const struct view_relays *r = views_relays(u->r->views);
    return r->n_trusted ? &r->v[r->n_trusted - 1] : NULL;
}

static const struct view_relay *last_external(const struct tag_use *u)
{
    const struct view_relays *r = views_relays(u->r->views);
    return r->n_internal < r->n ? &r->v[r->n_internal] : NULL;
}

static void put_first_trusted_ip(const struct tag_use *u, struct buf *out)
{
    const struct view_relay *relay = last_trusted(u);
    if (relay)
        buf_add_slice(out, relay->ip);
}

static void put_first_trusted_revip(const struct tag_use *u, struct buf *out)
{
    const struct view_relay *relay = last_trusted(u);
    if (relay)
        put_reversed(out, relay->ip);
}

static void put_last_external_ip(const struct tag_use *u, struct buf *out)
{
    const struct view_relay *relay = last_external(u);
    if (relay)
        buf_add_slice(out, relay->ip);
}

static void put_last_external_revip(const struct tag_use *u, struct buf *out)
{
    const struct view_relay *relay = last_external(u);
    if (relay)
        put_reversed(out, relay->ip);
}

static void put_last_external_rdns(const struct tag_use *u, struct buf *out)
{
    const struct view_relay *relay = last_external(u);
    if (relay)
        buf_add_slice(out, relay->rdns);
}

static void put_last_external_helo(const struct tag_use *u, struct buf *out)
{
    const struct view_relay *relay = last_external(u);
    if (relay)
        buf_add_slice(out, relay->helo);
}

/* of public addresses, apart by blanks */
static void put_revips(const struct tag_use *u, struct buf *out, size_t from, size_t to)
{
    const struct view_relays *r = views_relays(u->r->views);
    size_t begin = out->n;
    for (size_t i = from; i < to; i++) {
        if (r->v[i].ip_private || r->v[i].ip.n == 0)
            continue;
        if (out->n > begin)
            buf_add_char(out, ' ');
        put_reversed(out, r->v[i].ip);
    }
}

static void put_trusted_revip(const struct tag_use *u, struct buf *out)
{
    put_revips(u, out, 0, views_relays(u->r->views)->n_trusted);
}

static void put_untrusted_revip(const struct tag_use *u, struct buf *out)
{
    put_revips(u, out, views_relays(u->r->views)->n_trusted, views_relays(u->r->views)->n);
}

static void put_internal_revip(const struct tag_use *u, struct buf *out)
{
    put_revips(u, out, 0, views_relays(u->r->views)->n_internal);
}

static void put_external_revip(const struct tag_use *u, struct buf *out)
{
    put_revips(u, out, views_relays(u->r->views)->n_internal, views_relays(u->r->views)->n);
}

/* ---- fields of the message */

static void put_header(const struct tag_use *u, struct buf *out)
{
    if (!absent(u))
        buf_add_slice(out, views_get(u->r->views, u->argument)->text);
}

static void put_sender_domain(const struct tag_use *u, struct buf *out)
{
    buf_add_slice(out, views_get(u->r->views, SLICE("EnvelopeFrom:first:addr:host"))->text);
}

static void put_author_domains(const struct tag_use *u, struct buf *out)
{
    const struct view_header *h = views_get(u->r->views, SLICE("From:addr:host"));
    size_t begin = out->n;
    for (size_t i = 0; i < h->n; i++) {
        bool seen = false;
        for (size_t k = 0; k < i && k < 100; k++)
            seen |= slice_eq(h->v[k], h->v[i]);
        if (seen)
            continue;
        if (out->n > begin)
            buf_add_char(out, ' ');
        buf_add_slice(out, h->v[i]);
    }
}

/* ---- the network */

static void put_rbl(const struct tag_use *u, struct buf *out)
{
    if (u->r->check)
        net_put_found(u->r->check, out);
}

static void put_net(const struct tag_use *u, struct buf *out, struct slice name)
{
    struct check *c = (struct check *)u->r->check; /* what it makes, it makes in the message's arena */
    struct net_tag values;
    if (c == NULL || c->dns == NULL)
        return;
    net_tag_get(c, name, &values);
    for (size_t i = 0; i < values.n; i++) {
        if (i)
            buf_add_char(out, ' ');
        buf_add_slice(out, values.v[i]);
    }
}

#define PUT_NET(function, name)                                                                              \
    static void function(const struct tag_use *u, struct buf *out)                                           \
    {                                                                                                        \
        put_net(u, out, SLICE(name));                                                                        \
    }

PUT_NET(put_dkim_identity, "DKIMIDENTITY")
PUT_NET(put_dkim_domain, "DKIMDOMAIN")
PUT_NET(put_dkim_selector, "DKIMSELECTOR")
PUT_NET(put_uri_hosts, "URIHOSTS")
PUT_NET(put_uri_domains, "URIDOMAINS")

static const struct tag tags[] = {
    { "YESNO", put_yesno, false, NULL },
    { "YESNOCAPS", put_yesnocaps, false, NULL },
    { "SCORE", put_score, false, NULL },
    { "HITS", put_score, false, NULL },
    { "REQD", put_required, false, NULL },
    { "VERSION", put_version, false, NULL },
    { "SUBVERSION", put_subversion, false, NULL },
    { "RULESVERSION", NULL, false, NULL },
    { "HOSTNAME", put_hostname, false, NULL },
    { "REMOTEHOSTNAME", put_remote_host, false, NULL },
    { "REMOTEHOSTADDR", put_remote_address, false, NULL },
    { "FIRSTTRUSTEDIP", put_first_trusted_ip, false, NULL },
    { "FIRSTTRUSTEDREVIP", put_first_trusted_revip, false, NULL },
    { "LASTEXTERNALIP", put_last_external_ip, false, NULL },
    { "LASTEXTERNALREVIP", put_last_external_revip, false, NULL },
    { "LASTEXTERNALRDNS", put_last_external_rdns, false, NULL },
    { "LASTEXTERNALHELO", put_last_external_helo, false, NULL },
    { "CONTACTADDRESS", put_contact, false, NULL },
    { "BAYES", put_bayes, false, NULL },
    { "DATE", put_date, false, NULL },
    { "STARS", put_stars, false, NULL },
    { "AUTOLEARN", put_autolearn, false, NULL },
    { "AUTOLEARNSCORE", put_autolearn_score, false, NULL },
    { "TESTS", put_tests, false, NULL },
    { "SUBTESTS", put_subtests, false, NULL },
    { "SUBTESTSCOLLAPSED", put_subtests_collapsed, false, NULL },
    { "TESTSSCORES", put_tests_scores, false, NULL },
    { "PREVIEW", put_preview, false, NULL },
    { "REPORT", put_table, false, NULL },
    { "SUBJPREFIX", put_subject_prefix, false, NULL },
    { "HEADER", put_header, false, NULL },
    { "TIMING", NULL, false, NULL },
    { "SUMMARY", put_summary, false, NULL },
    { "RELAYSTRUSTED", put_trusted, false, NULL },
    { "RELAYSUNTRUSTED", put_untrusted, false, NULL },
    { "RELAYSINTERNAL", put_internal, false, NULL },
    { "RELAYSEXTERNAL", put_external, false, NULL },
    { "RELAYSTRUSTEDREVIP", put_trusted_revip, true, NULL },
    { "RELAYSUNTRUSTEDREVIP", put_untrusted_revip, true, NULL },
    { "RELAYSINTERNALREVIP", put_internal_revip, true, NULL },
    { "RELAYSEXTERNALREVIP", put_external_revip, true, NULL },
    { "SENDERDOMAIN", put_sender_domain, true, NULL },
    { "AUTHORDOMAIN", put_author_domains, true, NULL },
    { "SC", put_sc, false, "Shortcircuit" },
    { "SCTYPE", put_sc_type, false, "Shortcircuit" },
    { "SCRULE", put_sc_rule, false, "Shortcircuit" },
    { "LANGUAGES", NULL, false, NULL },
    { "RBL", put_rbl, false, NULL },
    { "URIHOSTS", put_uri_hosts, true, "URIDNSBL" },
    { "URIDOMAINS", put_uri_domains, true, "URIDNSBL" },
    { "ASN", NULL, false, NULL },
    { "ASNCIDR", NULL, false, NULL },
    { "AWL", NULL, false, NULL },
    { "AWLMEAN", NULL, false, NULL },
    { "AWLCOUNT", NULL, false, NULL },
    { "AWLPRESCORE", NULL, false, NULL },
    { "DCCB", NULL, false, NULL },
    { "DCCR", NULL, false, NULL },
    { "DCCREP", NULL, false, NULL },
    { "EXTRACTTEXTCHARS", NULL, false, NULL },
    { "EXTRACTTEXTWORDS", NULL, false, NULL },
    { "EXTRACTTEXTTOOLS", NULL, false, NULL },
    { "EXTRACTTEXTTYPES", NULL, false, NULL },
    { "EXTRACTTEXTEXTENSIONS", NULL, false, NULL },
    { "EXTRACTTEXTFLAGS", NULL, false, NULL },
    { "EXTRACTTEXTURIS", NULL, false, NULL },
    { "PYZOR", NULL, false, NULL },
    { "DKIMIDENTITY", put_dkim_identity, false, NULL },
    { "DKIMDOMAIN", put_dkim_domain, false, NULL },
    { "DKIMSELECTOR", put_dkim_selector, false, NULL },
    { "BAYESTC", put_tokens, false, NULL },
    { "BAYESTCLEARNED", put_tokens_learned, false, NULL },
    { "BAYESTCSPAMMY", put_tokens_spammy, false, NULL },
    { "BAYESTCHAMMY", put_tokens_hammy, false, NULL },
    { "HAMMYTOKENS", put_hammy, false, NULL },
    { "SPAMMYTOKENS", put_spammy, false, NULL },
    { "TOKENSUMMARY", put_token_summary, false, NULL },
};

/* What a rule's (?<NAME>...) has matched. */
static bool put_captured(const struct report *r, struct buf *out, struct slice name)
{
    const struct capture *k = r->check ? capture_find(r->check, name) : NULL;
    for (size_t i = 0; k && i < k->n; i++) {
        if (i)
            buf_add_char(out, ' ');
        buf_add_slice(out, k->v[i]);
    }
    return k != NULL;
}

static bool put_tag(struct report *r, struct buf *out, struct slice name, struct slice argument,
                    bool has_argument)
{
    const struct tag_use use = { r, argument, has_argument };
    for (size_t i = 0; i < sizeof(tags) / sizeof(*tags); i++) {
        if (!slice_eq(name, slice_str(tags[i].name)))
            continue;
        if (tags[i].plugin && !plugins_have(&r->set->plugins, slice_str(tags[i].plugin)))
            return false;
        size_t begin = out->n;
        if (tags[i].put)
            tags[i].put(&use, out);
        return !tags[i].unset_if_empty || out->n > begin;
    }
    return put_captured(r, out, name);
}

/* ---- finding them */

static bool tag_char(char c)
{
    return (c >= 'A' && c <= 'Z') || ascii_digit(c);
}

struct found {
    struct slice name, argument, whole;
    bool has_argument;
};

/* "(...)" up to the first ")_" in the line; the length with both brackets, 0: none */
static size_t argument_length(struct slice s)
{
    ptrdiff_t line = slice_chr(s, '\n'), end;
    if (s.n == 0 || s.p[0] != '(')
        return 0;
    end = slice_find(slice_sub(s, 0, line < 0 ? s.n : (size_t)line), SLICE(")_"));
    return end < 0 ? 0 : (size_t)end + 1;
}

/* A name is words of capitals and digits apart by single _; the longest that is followed by _ (or by an
 * argument) counts. s begins with _. */
static bool find_tag(struct slice s, struct found *f)
{
    size_t at = 1, name = 0, argument = 0;
    if (s.n < 3 || s.p[1] < 'A' || s.p[1] > 'Z')
        return false;
    for (;;) {
        while (at < s.n && tag_char(s.p[at]))
            at++;
        size_t n = argument_length(slice_from(s, at));
        if (n || (at < s.n && s.p[at] == '_')) {
            name = at;
            argument = n;
        }
        if (at + 1 >= s.n || s.p[at] != '_' || !tag_char(s.p[at + 1]))
            break;
        at++;
    }
    if (name == 0)
        return false;
    f->name = slice_sub(s, 1, name - 1);
    f->has_argument = argument > 0;
    f->argument = argument ? slice_sub(s, name + 1, argument - 2) : slice_of(NULL, 0);
    f->whole = slice_sub(s, 0, name + argument + 1);
    return true;
}

void report_fill(struct report *r, struct buf *out, struct slice text)
{
    struct found f;
    while (text.n && !out->full) {
        ptrdiff_t at = slice_chr(text, '_');
        buf_add_slice(out, slice_sub(text, 0, at < 0 ? text.n : (size_t)at));
        if (at < 0)
            return;
        text = slice_from(text, (size_t)at);
        if (!find_tag(text, &f)) {
            buf_add_char(out, '_');
            text = slice_from(text, 1);
            continue;
        }
        if (!put_tag(r, out, f.name, f.argument, f.has_argument))
            buf_add_slice(out, f.whole);
        text = slice_from(text, f.whole.n);
    }
}
