/* eval-forged.c - mail that says it is of a large provider, and does not look like that
 * Each has its own way of writing Received; what it always was when SpamAssassin learned it. */
#include "config.h"
#include "scoring/eval.h"

#include "scoring/eval-text.h"
#include "scoring/view-relay-ip.h"
#include "scoring/view-relay-pattern.h"

#define UNUSED_ARGS (void)args, (void)prepared

static struct slice get(struct check *c, const char *spec)
{
    return views_get(&c->views, slice_str(spec))->text;
}

/* White space runs as one blank. */
static struct slice one_line(struct check *c, struct slice text)
{
    char *out = arena_alloc(c->m->arena, text.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (!text_space(text.p[i]))
            out[n++] = text.p[i];
        else if (i == 0 || !text_space(text.p[i - 1]))
            out[n++] = ' ';
    }
    return slice_of(out, n);
}

static bool shaped(struct slice text, const char *pattern)
{
    struct relay_captures unused;
    return relay_search(pattern, text, 0, &unused);
}

/* in one of the lines */
static bool line_shaped(struct slice text, const char *pattern)
{
    struct slice line;
    while (slice_line(&text, &line))
        if (shaped(slice_chomp(line), pattern))
            return true;
    return false;
}

/* at the beginning of one of the lines */
static bool line_begins(struct slice text, const char *pattern)
{
    struct relay_captures unused;
    struct slice line;
    while (slice_line(&text, &line))
        if (relay_match(pattern, slice_chomp(line), &unused))
            return true;
    return false;
}

static bool any_shaped(struct slice text, const char *const *patterns, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (shaped(text, patterns[i]))
            return true;
    return false;
}

#define ANY_SHAPED(text, patterns) any_shaped((text), (patterns), sizeof(patterns) / sizeof(*(patterns)))

/* From: is of that domain, or of one that ends with it behind a word's border */
static bool is_from(struct check *c, struct slice domain)
{
    struct slice from = text_chomp(get(c, "From:addr"));
    return slice_iends(from, domain) && text_boundary(from, from.n - domain.n);
}

static bool has_address(struct check *c, const char *field)
{
    return ip_find(get(c, field)).n > 0;
}

/* ---- those who take Received away */

static bool is_ezmlm(struct check *c)
{
    struct slice received = get(c, "Received");
    return line_begins(get(c, "Mailing-List"), "contact %w@%w; run by ezmlm%$") &&
           line_begins(get(c, "Delivered-To"), "mailing list %w@%w") &&
           (line_shaped(received, "qmail %# invoked from network); %# %?%?%? %#") ||
            line_shaped(received, "qmail %# invoked by %3); %# %?%?%? %#"));
}

static bool is_gated(struct check *c)
{
    const struct view_header *received = views_get(&c->views, SLICE("Received"));
    return is_ezmlm(c) || !received->present ||
           line_shaped(received->text, "from groups.msn.com (%w.msn.com ");
}

static double gated_through_received_hdr_remover(struct check *c, const struct eval_args *args,
                                                 const void *prepared)
{
    UNUSED_ARGS;
    return is_gated(c);
}

/* ---- AOL */

/* " rly-ab12." */
static bool names_relay(struct slice s)
{
    static const struct slice head = SLICE_INIT(" rly-");
    for (size_t i = 0; i + head.n + 5 <= s.n; i++) {
        const char *p = s.p + i + head.n;
        if (text_iat(s, i, head) && ascii_alpha(p[0]) && ascii_alpha(p[1]) && ascii_digit(p[2]) &&
            ascii_digit(p[3]) && p[4] == '.')
            return true;
    }
    return false;
}

static double check_for_fake_aol_relay_in_rcvd(struct check *c, const struct eval_args *args,
                                               const void *prepared)
{
    static const char *const real[] = { "/AOL-%#.%#.%#)", "ESMTP id RELAY", "ESMTP id MAILRELAY",
                                        "ESMTP id MAILIN" };
    struct slice s = one_line(c, get(c, "Received"));
    UNUSED_ARGS;
    return names_relay(s) && !ANY_SHAPED(s, real);
}

/* ---- Hotmail, MSN */

/* the last word before "@groups.msn.com>" in angle brackets of To */
static struct slice msn_group(struct check *c)
{
    static const struct slice domain = SLICE_INIT("@groups.msn.com>");
    struct slice to = get(c, "To");
    for (size_t end = to.n; end-- > 0;) {
        if (!text_iat(to, end, domain))
            continue;
        size_t at = end;
        struct slice name = SLICE("");
        for (; at && !text_space(to.p[at - 1]); at--)
            if (to.p[at - 1] == '<' && at < end)
                name = slice_sub(to, at, end - at);
        if (name.n)
            return name;
    }
    return SLICE("");
}

static bool is_msn_group(struct check *c)
{
    struct slice group = msn_group(c), id = get(c, "Message-Id");
    struct relay_captures found;
    if (group.n == 0 ||
        !relay_search("from mail pickup service by p%2.groups.msn.com%|", get(c, "Received"), 0, &found))
        return false;
    if (slice_eq(group, SLICE("notifications")))
        return line_begins(id, "<%w@p%2.groups.msn.com>");
    struct arena *a = c->m->arena;
    struct slice head = arena_printf(a, "<%.*s-", SLICE_ARG(group));
    struct slice bounce = arena_printf(a, "%.*s-bounce@groups.msn.com", SLICE_ARG(group));
    return slice_starts(id, head) && line_begins(slice_from(id, head.n), "%w@groups.msn.com>") &&
           text_has(get(c, "EnvelopeFrom:addr"), bounce);
}

static double check_for_msn_groups_headers(struct check *c, const struct eval_args *args,
                                           const void *prepared)
{
    UNUSED_ARGS;
    return is_msn_group(c);
}

static bool comes_from_hotmail(struct check *c, struct slice received)
{
    static const char *const by_address[] = {
        "from %{%W.%}hotmail%?com (%w.hotmail%{.msn%}.com%j",
        "from %W.hotmail%?com ([%I]%k",
        "from %w by %w.hotmail%{.msn%}.com with HTTP;",
        "from [66.218%?%w] by %w.yahoo.com",
    };
    static const char *const by_organisation[] = {
        "from %W.outbound.protection.outlook.com (%w.outbound.protection.outlook.com%j",
        "from %W.eurprd%#.prod.outlook.com (%I)",
        "from %W.namprd%#.prod.outlook.com (%I)",
    };
    struct slice organisation = get(c, "X-OriginatorOrg");
    if (has_address(c, "X-Originating-Ip") && ANY_SHAPED(received, by_address))
        return true;
    return (text_has(organisation, SLICE("hotmail.com")) ||
            text_has(organisation, SLICE("msonline-outlook"))) &&
           ANY_SHAPED(received, by_organisation);
}

enum hotmail { HOTMAIL_FINE, HOTMAIL_FORGED, HOTMAIL_MISSING };

static enum hotmail judge_hotmail(struct check *c)
{
    static const char *const claims[] = { "from %Whotmail.com%|", "HELO %Whotmail.com%|",
                                          "helo=%Whotmail.com%|" };
    struct slice received = one_line(c, get(c, "Received"));
    if (text_has(received, SLICE("from mail pickup service by hotmail.com with Microsoft SMTPSVC;")) ||
        is_msn_group(c) || is_gated(c) || comes_from_hotmail(c, received))
        return HOTMAIL_FINE;
    if (ANY_SHAPED(received, claims))
        return HOTMAIL_FORGED;
    return is_from(c, SLICE("hotmail.com")) ? HOTMAIL_MISSING : HOTMAIL_FINE;
}

static double check_for_forged_hotmail_received_headers(struct check *c, const struct eval_args *args,
                                                        const void *prepared)
{
    UNUSED_ARGS;
    return judge_hotmail(c) == HOTMAIL_FORGED;
}

static double check_for_no_hotmail_received_headers(struct check *c, const struct eval_args *args,
                                                    const void *prepared)
{
    UNUSED_ARGS;
    return judge_hotmail(c) == HOTMAIL_MISSING;
}

/* ---- others */

static double check_for_forged_eudoramail_received_headers(struct check *c, const struct eval_args *args,
                                                           const void *prepared)
{
    UNUSED_ARGS;
    if (!is_from(c, SLICE("eudoramail.com")) || is_gated(c))
        return 0;
    return !has_address(c, "X-Sender-Ip") || !shaped(one_line(c, get(c, "Received")), "by %Wwhowhere.com;");
}

/* a relay of Yahoo's among the trusted ones, or the first one that is not */
static bool yahoo_relay(struct check *c)
{
    const struct view_relays *r = views_relays(&c->views);
    ptrdiff_t end = slice_chr(r->untrusted, ']');
    return shaped(r->trusted, " rdns=%w.yahoo.com ") ||
           shaped(slice_sub(r->untrusted, 0, end < 0 ? 0 : (size_t)end), " rdns=%w.yahoo.com ");
}

static struct slice yahoo_received(struct check *c)
{
    struct slice other = get(c, "X-Received");
    bool resent = get(c, "Resent-From").n && get(c, "Resent-To").n && other.n;
    return one_line(c, resent ? other : get(c, "Received"));
}

static double check_for_forged_yahoo_received_headers(struct check *c, const struct eval_args *args,
                                                      const void *prepared)
{
    static const char *const real[] = {
        "by web%w.mail%W.yahoo.com via HTTP",
        "by sonic%w.consmr.mail%W.yahoo.com with HTTP",
        "by smtp%w.yahoo.com with SMTP",
        "from [%I] by %w.groups.yahoo.com with NNFMP",
        "from [%I] by %w.scd.yahoo.com with NNFMP",
        "from [%I] by %w.dcn.yahoo.com with NNFMP",
        "by %o.%o.yahoo.com (%#.%#.%#/%#.%#.%#)%{ with ESMTP%} id %o",
    };
    static const struct slice reply = SLICE_INIT("@reply.yahoo.com");
    UNUSED_ARGS;
    if (!is_from(c, SLICE("yahoo.com")) || is_gated(c) || yahoo_relay(c))
        return 0;
    struct slice received = yahoo_received(c);
    bool story = slice_iends(text_chomp(get(c, "From:addr")), reply) &&
                 shaped(received, "%|mailer%#.bulk.scd.yahoo.com%|");
    return !story && !ANY_SHAPED(received, real);
}

static double check_for_forged_juno_received_headers(struct check *c, const struct eval_args *args,
                                                     const void *prepared)
{
    struct slice received = get(c, "Received");
    UNUSED_ARGS;
    if (!is_from(c, SLICE("juno.com")) || is_gated(c))
        return 0;
    if (get(c, "X-Originating-IP").n == 0)
        return 1;
    return (!line_shaped(received, "from%.%|juno.com%.%[%I%]%.by") &&
            !line_shaped(received, "from%.%|untd.com%.%[%I%]%.by") &&
            !text_has(received, SLICE(" cookie.juno.com ")) &&
            !text_has(received, SLICE(" cookie.untd.com "))) ||
           !text_has(get(c, "X-Mailer"), SLICE("Juno "));
}

#define GOOGLE_STATE_LENGTH 60
#define GOOGLE_SOURCE_LENGTH 60

static double check_for_forged_gmail_received_headers(struct check *c, const struct eval_args *args,
                                                      const void *prepared)
{
    struct slice other = get(c, "X-Received");
    UNUSED_ARGS;
    if (!is_from(c, SLICE("gmail.com")) || line_shaped(other, "by 10.%w with SMTP id %w") ||
        line_shaped(other, "by 2002:a%2:%o:%w with SMTP id %w") ||
        line_shaped(get(c, "Received"), "by smtp.googlemail.com with ESMTPSA id %w"))
        return 0;
    return get(c, "X-Gm-Message-State").n < GOOGLE_STATE_LENGTH ||
           get(c, "X-Google-Smtp-Source").n < GOOGLE_SOURCE_LENGTH;
}

/* "from a by b with ESMTP; Thu, 21 Jun 2001 02:28:32 -0400" as the last of several, b without a dot */
static double check_for_forged_gw05_received_headers(struct check *c, const struct eval_args *args,
                                                     const void *prepared)
{
    struct slice rest = get(c, "Received"), line = SLICE("");
    struct relay_captures found;
    size_t n = 0;
    UNUSED_ARGS;
    while (slice_line(&rest, &line))
        n++;
    return n > 1 &&
           relay_match("from %w by %b with ESMTP; %?%?%?, %# %?%?%? %2%2 %2:%2:%2 %{%z%}%2%2%$",
                       slice_chomp(line), &found) &&
           slice_chr(found.by, '.') < 0;
}

static const struct eval_function rows[] = {
    { "check_for_fake_aol_relay_in_rcvd", "HeaderEval", 0, 0, 0, NULL, check_for_fake_aol_relay_in_rcvd,
      NULL },
    { "check_for_forged_eudoramail_received_headers", "HeaderEval", 0, 0, 0, NULL,
      check_for_forged_eudoramail_received_headers, NULL },
    { "check_for_forged_gmail_received_headers", "HeaderEval", 0, 0, 0, NULL,
      check_for_forged_gmail_received_headers, NULL },
    { "check_for_forged_gw05_received_headers", "HeaderEval", 0, 0, 0, NULL,
      check_for_forged_gw05_received_headers, NULL },
    { "check_for_forged_hotmail_received_headers", "HeaderEval", 0, 0, 0, NULL,
      check_for_forged_hotmail_received_headers, NULL },
    { "check_for_forged_juno_received_headers", "HeaderEval", 0, 0, 0, NULL,
      check_for_forged_juno_received_headers, NULL },
    { "check_for_forged_yahoo_received_headers", "HeaderEval", 0, 0, 0, NULL,
      check_for_forged_yahoo_received_headers, NULL },
    { "check_for_msn_groups_headers", "HeaderEval", 0, 0, 0, NULL, check_for_msn_groups_headers, NULL },
    { "check_for_no_hotmail_received_headers", "HeaderEval", 0, 0, 0, NULL,
      check_for_no_hotmail_received_headers, NULL },
    { "gated_through_received_hdr_remover", "HeaderEval", 0, 0, 0, NULL, gated_through_received_hdr_remover,
      NULL },
};

EVAL_FAMILY(eval_forged, "HeaderEval", rows);
