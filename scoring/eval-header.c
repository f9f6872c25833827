/* eval-header.c - functions that look at header fields: illegal bytes, shouting, what bulk mailers leave
 * Dates are in eval-time.c, lists of recipients in eval-recipients.c, what is forged in Received elsewhere.
 */
#include "config.h"
#include "scoring/eval.h"

#include <stdlib.h>
#include "message/charset.h"
#include "scoring/eval-locale.h"
#include "scoring/eval-text.h"
#include "scoring/rule.h"

static struct slice get(struct check *c, const char *spec)
{
    return views_get(&c->views, slice_str(spec))->text;
}

/* ---- bytes and charsets */

static bool has_faraway_word(const struct settings *s, struct slice line)
{
    for (size_t i = 0; i + 2 < line.n; i++) {
        size_t at = i + 3;
        if (line.p[i] != '=' || line.p[i + 1] != '?')
            continue;
        while (at + 2 < line.n && (line.p[at] != '?' || line.p[at + 2] != '?'))
            at++;
        /* what has no end here has none further on either */
        ptrdiff_t end = at + 2 < line.n ? slice_find(slice_from(line, at + 3), SLICE("?=")) : SLICE_NONE;
        if (end == SLICE_NONE)
            return false;
        if (!locale_accepts(s, slice_sub(line, i + 2, at - i - 2)))
            return true;
        i = at + 3 + (size_t)end + 1;
    }
    return false;
}

static double check_for_faraway_charset_in_headers(struct check *c, const struct eval_args *args,
                                                   const void *prepared)
{
    static const char *const fields[] = { "From:raw", "Subject:raw" };
    const struct settings *s = c->set ? &c->set->settings : NULL;
    (void)args, (void)prepared;
    if (locale_accepts_all(s))
        return 0;
    for (size_t i = 0; i < 2; i++) {
        struct slice rest = get(c, fields[i]), line;
        while (slice_line(&rest, &line))
            if (has_faraway_word(s, text_chomp(line)))
                return 1;
    }
    return 0;
}

static bool is_control(unsigned char b)
{
    return b < 32 && b != '\t' && b != '\n' && b != '\r';
}

struct bytes {
    size_t high, controls, deletes, cents; /* cents: cent, pound and registered signs of Latin-1 */
};

static struct bytes count_bytes(struct slice s)
{
    struct bytes n = { 0 };
    for (size_t i = 0; i < s.n; i++) {
        unsigned char b = (unsigned char)s.p[i];
        n.high += b >= 0x80;
        n.controls += is_control(b);
        n.deletes += b == 0x7f;
        n.cents += b == 0xa2 || b == 0xa3 || b == 0xae;
    }
    return n;
}

/* (field, share of bytes, number): bytes that should have been encoded. UTF-8 is let pass. */
static double check_illegal_chars(struct check *c, const struct eval_args *args, const void *prepared)
{
    struct slice spec = eval_arg(args, 0), text;
    (void)prepared;
    bool raw = slice_iends(spec, SLICE(":raw"));
    if (!raw)
        spec = arena_printf(c->m->arena, "%.*s:raw", SLICE_ARG(spec));
    text = views_get(&c->views, spec)->text;
    struct bytes n = count_bytes(text);
    if (text_blank(text) || (n.high && n.controls == 0 && utf8_valid(text)))
        return 0;
    size_t illegal = n.high + n.controls + n.deletes;
    if (slice_ieq(spec, SLICE("Subject:raw")) && n.cents == 1)
        illegal--;
    return (double)illegal / (double)text.n >= eval_number(args, 1, 0) &&
           (double)illegal >= eval_number(args, 2, 0);
}

/* ---- Subject */

/* "Re: Fwd: ..." */
static struct slice without_replies(struct slice s)
{
    static const struct slice words[] = {
        SLICE_INIT("Re:"), SLICE_INIT("Fwd:"), SLICE_INIT("Fw:"), SLICE_INIT("Aw:"), SLICE_INIT("Antwort:"),
        SLICE_INIT("WG:"), SLICE_INIT("SV:"),  SLICE_INIT("VB:"), SLICE_INIT("VS:"), SLICE_INIT("VL:"),
    };
    for (size_t i = 0; i < sizeof(words) / sizeof(*words);) {
        if (!slice_istarts(s, words[i++]))
            continue;
        s = slice_from(s, text_skip_space(s, words[i - 1].n));
        i = 0;
    }
    return s;
}

/* an encoded word in a charset that has capitals only */
static bool has_capital_charset(struct slice raw)
{
    for (size_t i = 0; i + 2 < raw.n; i++) {
        size_t at = i + 2;
        if (raw.p[i] != '=' || raw.p[i + 1] != '?')
            continue;
        while (at < raw.n && (text_word(raw.p[at]) || raw.p[at] == '-'))
            at++;
        if (at < raw.n && raw.p[at] == '?' && charset_looks_capital(slice_sub(raw, i + 2, at - i - 2)))
            return true;
        i = at - 1;
    }
    return false;
}

static double subject_is_all_caps(struct check *c, const struct eval_args *args, const void *prepared)
{
    struct slice s = without_replies(text_trim(get(c, "Subject")));
    size_t capitals = 0;
    (void)args, (void)prepared;
    if (s.n < 10 || text_skip_word(s, 0) == s.n || has_capital_charset(get(c, "Subject:raw")))
        return 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] >= 'a' && s.p[i] <= 'z')
            return 0;
        capitals += ascii_alpha(s.p[i]);
    }
    return capitals > 0;
}

static bool has_between_words(struct slice text, struct slice what)
{
    for (size_t i = 0; i + what.n <= text.n; i++)
        if (text_iat(text, i, what) && text_boundary(text, i) && text_boundary(text, i + what.n))
            return true;
    return false;
}

static bool is_stop(struct slice s, size_t at)
{
    return at < s.n && slice_chr(SLICE(",:;!?-"), s.p[at]) >= 0;
}

/* "USER, ...", in its own case */
static bool addresses_user(struct slice s, struct slice user)
{
    size_t at = text_skip_space(s, user.n);
    return slice_starts(s, user) && is_stop(s, at) && (at + 1 == s.n || text_space(s.p[at + 1]));
}

/* "re: USER", "re: word USER" up to the end of s */
static bool replies_to_user(struct slice s, struct slice user)
{
    if ((!slice_istarts(s, SLICE("re:")) && !slice_istarts(s, SLICE("fw:"))) || !slice_iends(s, user) ||
        s.n < 3 + user.n)
        return false;
    struct slice between = slice_sub(s, 3, s.n - 3 - user.n);
    size_t at = text_skip_space(between, 0), word = at;
    while (at < between.n && text_word(between.p[at]))
        at++;
    return at == between.n ? at == word : at > word && text_skip_space(between, at) == between.n;
}

/* ", USER!" up to the end of s */
static bool ends_with_user(struct slice s, struct slice user)
{
    if (s.n < user.n + 2 || s.p[0] != ',' || !is_stop(s, s.n - 1))
        return false;
    struct slice body = slice_sub(s, 1, s.n - 2);
    return slice_iends(body, user) && text_blank(slice_sub(body, 0, body.n - user.n));
}

static bool subject_names_user(struct slice s, struct slice user)
{
    return slice_ieq(s, user) || replies_to_user(s, user) || ends_with_user(s, user);
}

/* ("address") or ("user"): the recipient is spoken to in the subject, as software does */
static double check_for_to_in_subject(struct check *c, const struct eval_args *args, const void *prepared)
{
    struct slice to = get(c, "To:addr"), subject = get(c, "Subject"), test = eval_arg(args, 0);
    (void)prepared;
    if (to.n == 0)
        return 0;
    if (slice_eq(test, SLICE("address")))
        return has_between_words(subject, to);
    ptrdiff_t at = slice_chr(to, '@');
    struct slice user = at < 0 ? to : slice_sub(to, 0, (size_t)at);
    return slice_eq(test, SLICE("user")) &&
           (addresses_user(subject, user) || subject_names_user(text_chomp(subject), user) ||
            subject_names_user(subject, user));
}

static double check_for_unique_subject_id(struct check *c, const struct eval_args *args, const void *prepared)
{
    (void)c, (void)args, (void)prepared; /* SpamAssassin has given it up */
    return 0;
}

/* ---- senders and recipients */

static double check_for_missing_to_header(struct check *c, const struct eval_args *args, const void *prepared)
{
    (void)args, (void)prepared;
    return get(c, "To").n == 0 && get(c, "Apparently-To").n == 0;
}

static double check_for_matching_env_and_hdr_from(struct check *c, const struct eval_args *args,
                                                  const void *prepared)
{
    (void)args, (void)prepared;
    return slice_ieq(get(c, "EnvelopeFrom:addr"), get(c, "From:addr"));
}

static struct slice behind_last_at(struct slice address)
{
    size_t at = address.n;
    while (at > 0 && address.p[at - 1] != '@')
        at--;
    return at ? slice_from(address, at) : SLICE("");
}

/* "a.b.example.com" -> "example.com"; others as they are */
static struct slice last_two_labels(struct slice domain)
{
    size_t dot[2], n = 0;
    for (size_t i = domain.n; i > 0 && n < 2; i--)
        if (domain.p[i - 1] == '.')
            dot[n++] = i - 1;
    bool cut = n == 2 && dot[1] > 0 && dot[0] + 1 < domain.n && dot[0] > dot[1] + 1;
    return cut ? slice_from(domain, dot[1] + 1) : domain;
}

static double check_equal_from_domains(struct check *c, const struct eval_args *args, const void *prepared)
{
    struct slice from = last_two_labels(behind_last_at(get(c, "From:addr")));
    struct slice envelope = last_two_labels(behind_last_at(get(c, "EnvelopeFrom:addr")));
    (void)args, (void)prepared;
    return from.n && envelope.n && !slice_ieq(from, envelope);
}

/* DOMAIN, any byte, USER, "@": the recipient in the envelope sender, as bulk mailers write it */
static bool embeds(struct slice from, struct slice domain, struct slice user)
{
    for (size_t i = 0; i + domain.n + user.n + 2 <= from.n; i++)
        if (text_iat(from, i, domain) && text_boundary(from, i) && from.p[i + domain.n] != '\n' &&
            text_iat(from, i + domain.n + 1, user) && from.p[i + domain.n + 1 + user.n] == '@')
            return true;
    return false;
}

static double check_ratware_envelope_from(struct check *c, const struct eval_args *args, const void *prepared)
{
    struct slice to = get(c, "To:addr"), from = get(c, "EnvelopeFrom:addr"), domain;
    ptrdiff_t at = slice_chr(to, '@');
    (void)args, (void)prepared;
    bool forwarded = from.n > 4 && slice_istarts(from, SLICE("SRS")) && ascii_digit(from.p[3]) &&
                     slice_chr(SLICE("=+-"), from.p[4]) >= 0;
    if (from.n == 0 || at <= 0 || (size_t)at + 1 == to.n || forwarded || c->set == NULL)
        return 0;
    domain = uri_registered(c->set->uri_rules, slice_from(to, (size_t)at + 1));
    return domain.n && embeds(from, domain, slice_sub(to, 0, (size_t)at));
}

/* <, 28 capitals, a dot: where the name behind begins; 0: not here */
static size_t ratware_id(struct slice id, size_t at)
{
    size_t end = at + 1;
    if (id.p[at] != '<')
        return 0;
    while (end < id.n && end <= at + 28 && id.p[end] >= 'A' && id.p[end] <= 'Z')
        end++;
    return end == at + 29 && end + 1 < id.n && id.p[end] == '.' && id.p[end + 1] != '>' ? end + 1 : 0;
}

/* "..." before `at`, with white space between; first: where the first quotation mark is */
static bool quoted_before(struct slice s, size_t at, size_t first)
{
    while (at > 0 && text_space(s.p[at - 1]))
        at--;
    return at >= 3 && s.p[at - 1] == '"' && s.p[at - 2] != '"' && first < at - 2;
}

static bool names_address(struct slice from, struct slice address)
{
    ptrdiff_t quote = slice_chr(from, '"');
    for (size_t i = 0; quote >= 0 && i + address.n + 2 <= from.n; i++)
        if (from.p[i] == '<' && text_at(from, i + 1, address) && from.p[i + 1 + address.n] == '>' &&
            quoted_before(from, i, (size_t)quote))
            return true;
    return false;
}

static double check_ratware_name_id(struct check *c, const struct eval_args *args, const void *prepared)
{
    struct slice id = get(c, "MESSAGEID"), from = get(c, "From");
    (void)args, (void)prepared;
    for (size_t i = 0; i < id.n; i++) {
        size_t at = ratware_id(id, i);
        ptrdiff_t end = at ? slice_chr(slice_from(id, at), '>') : SLICE_NONE;
        if (at)
            return end > 0 && names_address(from, slice_sub(id, at, (size_t)end));
    }
    return 0;
}

/* ---- fields */

static int by_bytes(const void *a, const void *b)
{
    const struct slice *x = a, *y = b;
    size_t n = x->n < y->n ? x->n : y->n;
    int order = n ? memcmp(x->p, y->p, n) : 0;
    return order ? order : (x->n > y->n) - (x->n < y->n);
}

/* (field, min, max): how many different values it has */
static double check_header_count_range(struct check *c, const struct eval_args *args, const void *prepared)
{
    const struct view_header *h = views_get(&c->views, eval_arg(args, 0));
    struct slice *v = arena_array(c->m->arena, h->n + 1, sizeof(*v));
    size_t different = 0;
    (void)prepared;
    for (size_t i = 0; i < h->n; i++)
        v[i] = h->v[i];
    qsort(v, h->n, sizeof(*v), by_bytes);
    for (size_t i = 0; i < h->n; i++)
        different += i == 0 || !slice_eq(v[i - 1], v[i]);
    return (double)different >= eval_number(args, 1, 0) && (double)different <= eval_number(args, 2, 0);
}

/* fields in which a per cent sign and capitals are nothing odd */
static bool may_hold_percent(struct slice line)
{
    static const struct slice names[] = {
        SLICE_INIT("X-VMS-To"),
        SLICE_INIT("X-UIDL"),
        SLICE_INIT("X-Face"),
        SLICE_INIT("To"),
        SLICE_INIT("Cc"),
        SLICE_INIT("From"),
        SLICE_INIT("Subject"),
        SLICE_INIT("References"),
        SLICE_INIT("In-Reply-To"),
        SLICE_INIT("Message-Id"),
        SLICE_INIT("X-Message-Id"),
        SLICE_INIT("Resent-Message-Id"),
        SLICE_INIT("X-Original-Message-Id"),
    };
    ptrdiff_t colon = slice_chr(line, ':');
    for (size_t i = 0; colon >= 0 && i < sizeof(names) / sizeof(*names); i++)
        if (slice_ieq(slice_sub(line, 0, (size_t)colon), names[i]))
            return true;
    return false;
}

static bool has_percent_name(struct slice line)
{
    for (size_t i = 0; i + 2 < line.n; i++)
        if (line.p[i] == '%' && line.p[i + 1] >= 'A' && line.p[i + 1] <= 'Z' &&
            ((line.p[i + 2] >= 'A' && line.p[i + 2] <= 'Z') || line.p[i + 2] == '_' || line.p[i + 2] == '-'))
            return true;
    return false;
}

/* "%FIRST_NAME" that a bulk mailer forgot to fill in */
static double check_unresolved_template(struct check *c, const struct eval_args *args, const void *prepared)
{
    struct slice rest = get(c, "ALL"), line;
    (void)args, (void)prepared;
    while (slice_line(&rest, &line))
        if (has_percent_name(line) && !may_hold_percent(line))
            return 1;
    return 0;
}

/* <mailto:leave-...@...> or <mailto:...-unsubscribe@...> at the end */
static bool is_list_command(struct slice text)
{
    static const struct slice mailto = SLICE_INIT("<mailto:"), leave = SLICE_INIT("leave-"),
                              unsubscribe = SLICE_INIT("-unsubscribe@");
    size_t at, start, from = SIZE_MAX;
    text = text_chomp(text);
    if (text.n < mailto.n || text.p[text.n - 1] != '>')
        return false;
    for (start = text.n; start > 0 && !text_space(text.p[start - 1]); start--) {
    }
    for (at = text.n - 2; at > start && text.p[at - 1] != '@'; at--) { /* an "@" with something behind */
    }
    for (size_t i = start; i + mailto.n < at; i++) {
        bool begins = text_iat(text, i, mailto);
        if (begins && text_iat(text, i + mailto.n, leave) && i + mailto.n + leave.n + 1 < at)
            return true;
        from = begins && from == SIZE_MAX ? i + mailto.n : from;
        if (from < i && i + unsubscribe.n + 1 < text.n && text_iat(text, i, unsubscribe))
            return true;
    }
    return false;
}

static bool gated_through(struct check *c)
{
    const struct eval_function *f = eval_find(SLICE("gated_through_received_hdr_remover"));
    const struct eval_args none = { 0 };
    return f && f->run && f->run(c, &none, NULL) != 0;
}

/* mailing lists and gateways that put in a Message-ID of their own */
static double check_messageid_not_usable(struct check *c, const struct eval_args *args, const void *prepared)
{
    struct slice received = get(c, "Received");
    (void)args, (void)prepared;
    return is_list_command(get(c, "List-Unsubscribe")) || gated_through(c) ||
           text_has(received, SLICE("/CWT/DCE)")) || text_has(received, SLICE("iPlanet Messaging Server"));
}

static const struct eval_function header_rows[] = {
    { "check_equal_from_domains", "HeaderEval", 0, 0, 0, NULL, check_equal_from_domains, NULL },
    { "check_for_faraway_charset_in_headers", "HeaderEval", 0, 0, 0, NULL,
      check_for_faraway_charset_in_headers, NULL },
    { "check_for_matching_env_and_hdr_from", "HeaderEval", 0, 0, 0, NULL, check_for_matching_env_and_hdr_from,
      NULL },
    { "check_for_missing_to_header", "HeaderEval", 0, 0, 0, NULL, check_for_missing_to_header, NULL },
    { "check_for_to_in_subject", "HeaderEval", 0, 1, 1, NULL, check_for_to_in_subject, NULL },
    { "check_for_unique_subject_id", "HeaderEval", 0, 0, 0, NULL, check_for_unique_subject_id, NULL },
    { "check_header_count_range", "HeaderEval", 0, 3, 3, NULL, check_header_count_range, NULL },
    { "check_illegal_chars", "HeaderEval", 0, 3, 3, NULL, check_illegal_chars, NULL },
    { "check_messageid_not_usable", "HeaderEval", 0, 0, 0, NULL, check_messageid_not_usable, NULL },
    { "check_ratware_envelope_from", "HeaderEval", 0, 0, 0, NULL, check_ratware_envelope_from, NULL },
    { "check_ratware_name_id", "HeaderEval", 0, 0, 0, NULL, check_ratware_name_id, NULL },
    { "check_unresolved_template", "HeaderEval", 0, 0, 0, NULL, check_unresolved_template, NULL },
    { "subject_is_all_caps", "HeaderEval", 0, 0, 0, NULL, subject_is_all_caps, NULL },
};
EVAL_FAMILY(eval_header, "HeaderEval", header_rows);
