/* eval-mime.c - functions that look at MIME: parts, encodings, charsets, and shouting in the text
 * Most of them read what one walk found, see eval-mime-walk.c. */
#include "config.h"
#include "scoring/eval.h"

#include "scoring/eval-locale.h"
#include "scoring/eval-mime.h"
#include "scoring/eval-text.h"
#include "scoring/rule.h"

static const struct settings *settings_of(struct check *c)
{
    return c->set ? &c->set->settings : NULL;
}

static struct slice content_type(struct check *c)
{
    return views_get(&c->views, SLICE("Content-Type"))->text;
}

/* ---- what the walk found */

static const struct {
    const char *name;
    unsigned flag;
} flag_names[] = {
    { "mime_attachment", MIME_HAS_ATTACHMENT },         { "mime_bad_iso_charset", MIME_BAD_ISO },
    { "mime_base64_encoded_text", MIME_BASE64_TEXT },   { "mime_faraway_charset", MIME_FARAWAY },
    { "mime_multipart_alternative", MIME_ALTERNATIVE }, { "mime_qp_long_line", MIME_LONG_QP },
};

static bool fact(struct check *c, const struct mime_facts *f, struct slice name)
{
    const struct {
        const char *name;
        double value;
    } rows[] = {
        { "mime_ascii_text_illegal", (double)f->odd_ascii_lines },
        { "mime_base64_count", (double)f->base64_parts },
        { "mime_body_html_count", (double)f->html_parts },
        { "mime_body_text_count", (double)f->text_parts },
        { "mime_checked_attachments", 1 },
        { "mime_missing_boundary", views_tree(&c->views)->flags & VIEW_OPEN_BOUNDARY },
        { "mime_multipart_ratio", f->multipart_ratio },
        { "mime_qp_bytes", (double)f->qp_bytes },
        /* SpamAssassin puts the number of bytes over that of parts */
        { "mime_qp_count", (double)(f->qp_bytes ? f->qp_needless : f->qp_parts) },
        { "mime_qp_ratio", (double)(f->qp_bytes ? f->qp_needless : 0) },
        { "mime_text_unicode_ratio", (double)(f->plain_bytes ? f->entities : 0) },
    };
    for (size_t i = 0; i < sizeof(flag_names) / sizeof(*flag_names); i++)
        if (slice_eq(name, slice_str(flag_names[i].name)))
            return f->flags & flag_names[i].flag;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        if (slice_eq(name, slice_str(rows[i].name)))
            return rows[i].value != 0;
    return false;
}

static double check_for_mime(struct check *c, const struct eval_args *args, const void *prepared)
{
    (void)prepared;
    return fact(c, mime_facts(c), eval_arg(args, 0));
}

static double check_for_mime_html(struct check *c, const struct eval_args *args, const void *prepared)
{
    (void)args, (void)prepared;
    return slice_istarts(content_type(c), SLICE("text/html")) || mime_facts(c)->html_parts > 0;
}

static double check_for_mime_html_only(struct check *c, const struct eval_args *args, const void *prepared)
{
    (void)args, (void)prepared;
    return slice_istarts(content_type(c), SLICE("text/html")) ||
           (mime_facts(c)->html_parts > 0 && mime_facts(c)->text_parts == 0);
}

static double check_mime_multipart_ratio(struct check *c, const struct eval_args *args, const void *prepared)
{
    double ratio = mime_facts(c)->multipart_ratio;
    (void)prepared;
    return ratio >= eval_number(args, 0, 0) && ratio < eval_number(args, 1, 0);
}

static double check_for_ascii_text_illegal(struct check *c, const struct eval_args *args,
                                           const void *prepared)
{
    (void)args, (void)prepared;
    return mime_facts(c)->odd_ascii_lines > 0;
}

/* "0.02": up to three digits, a dot, one to three */
static bool is_ratio(struct slice s)
{
    size_t dot = text_skip_digits(s, 0), end = text_skip_digits(s, dot + 1);
    return dot <= 3 && dot < s.n && s.p[dot] == '.' && end == s.n && end > dot + 1 && end <= dot + 4;
}

static double check_abundant_unicode_ratio(struct check *c, const struct eval_args *args,
                                           const void *prepared)
{
    const struct mime_facts *f = mime_facts(c);
    double ratio = f->plain_bytes ? (double)f->entities / (double)f->plain_bytes : 0;
    (void)prepared;
    return is_ratio(eval_arg(args, 0)) && ratio >= eval_number(args, 0, 0);
}

static double check_qp_ratio(struct check *c, const struct eval_args *args, const void *prepared)
{
    const struct mime_facts *f = mime_facts(c);
    double ratio = f->qp_bytes ? (double)f->qp_needless / (double)f->qp_bytes : 0;
    (void)prepared;
    return ratio >= eval_number(args, 0, 0);
}

/* (min), (min, max): the longest line of base64 */
static double check_base64_length(struct check *c, const struct eval_args *args, const void *prepared)
{
    double length = (double)mime_facts(c)->base64_line;
    (void)prepared;
    return length >= eval_number(args, 0, 0) && (args->n < 2 || length <= eval_number(args, 1, 0));
}

/* ---- what the parser found */

static bool has_long_headers(struct check *c)
{
    size_t all = 0;
    views_fields(&c->views);
    for (size_t i = 0; i < c->views.n_fields; i++)
        all += c->views.fields[i]->name.n + 3 + view_field_decoded(c->m->arena, c->views.fields[i]).n;
    return all > VIEW_ALL_MAX || views_tree(&c->views)->flags & VIEW_LONG_HEADER;
}

static double check_msg_parse_flags(struct check *c, const struct eval_args *args, const void *prepared)
{
    static const struct {
        const char *name;
        unsigned flag;
    } rows[] = {
        { "missing_head_body_separator", VIEW_NO_SEPARATOR },
        { "missing_mime_head_body_separator", VIEW_PART_SEPARATOR },
        { "missing_mime_headers", VIEW_MISSING_HEADERS },
        { "mime_epilogue_exists", VIEW_EPILOGUE },
        { "mimepart_limit_exceeded", VIEW_MANY_PARTS },
    };
    struct slice name = eval_arg(args, 0);
    (void)prepared;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        if (slice_eq(name, slice_str(rows[i].name)))
            return (views_tree(&c->views)->flags & rows[i].flag) != 0;
    return slice_eq(name, SLICE("truncated_header")) && has_long_headers(c);
}

/* what an alternative may hold besides text */
static bool is_usual(struct slice type)
{
    return slice_eq(type, SLICE("multipart/related")) || slice_eq(type, SLICE("application/rtf")) ||
           slice_starts(type, SLICE("text/")) || type.n == 0;
}

static double check_ma_non_text(struct check *c, const struct eval_args *args, const void *prepared)
{
    (void)args, (void)prepared;
    view_parts_foreach(p, views_tree(&c->views))
    {
        if (!slice_eq(p->type, SLICE("multipart/alternative")))
            continue;
        if (p->leaf)
            return 1;
        for (const struct view_part *child = p->child; child; child = child->sibling)
            if (child->leaf && !is_usual(child->type))
                return 1;
    }
    return 0;
}

/* ---- charset of the whole */

static ptrdiff_t find_any_case(struct slice s, struct slice what, size_t from)
{
    for (size_t i = from; i + what.n <= s.n; i++)
        if (text_iat(s, i, what))
            return (ptrdiff_t)i;
    return SLICE_NONE;
}

/* charset="x" wherever it stands, or else charset='x'; empty: none */
static struct slice quoted_charset(struct slice type, char quote)
{
    ptrdiff_t at = -1, end;
    while ((at = find_any_case(type, SLICE("charset="), (size_t)(at + 1))) >= 0) {
        struct slice rest = slice_from(type, (size_t)at + 8);
        if (rest.n == 0 || rest.p[0] != quote)
            continue;
        end = slice_chr(slice_from(rest, 1), quote);
        if (end < 0)
            return SLICE("");
        if (end > 0)
            return slice_sub(rest, 1, (size_t)end);
    }
    return SLICE("");
}

static struct slice bare_charset(struct slice type)
{
    ptrdiff_t at = -1;
    while ((at = find_any_case(type, SLICE("charset="), (size_t)(at + 1))) >= 0) {
        size_t from = (size_t)at + 8, end = text_skip_word(type, from);
        if (end > from)
            return slice_sub(type, from, end - from);
    }
    return SLICE("");
}

static struct slice charset_of(struct slice type)
{
    struct slice charset = quoted_charset(type, '"');
    if (charset.n == 0)
        charset = quoted_charset(type, '\'');
    return charset.n ? charset : bare_charset(type);
}

/* Whether half of the text or more is 8-bit. */
static bool is_mostly_high(const struct view *body)
{
    size_t high = 0, all = body->n ? body->n - 1 : 0; /* line ends between pieces */
    for (size_t i = 0; i < body->n; i++) {
        all += body->v[i].n;
        for (size_t j = 0; j < body->v[i].n; j++)
            high += (unsigned char)body->v[i].p[j] >= 0x80;
    }
    return all - high <= high && high > 3;
}

static double check_for_faraway_charset(struct check *c, const struct eval_args *args, const void *prepared)
{
    const struct settings *s = settings_of(c);
    (void)args, (void)prepared;
    if (locale_accepts_all(s))
        return 0;
    struct slice charset = charset_of(content_type(c));
    return charset.n && !locale_accepts(s, charset) && is_mostly_high(eval_body_of(c));
}

/* ---- shouting */

struct letters {
    size_t all, lower, upper; /* digits count as lower */
};

/* /\S\s+\S/ */
static bool has_two_words(struct slice s)
{
    s = text_trim(s);
    return text_skip_word(s, 0) < s.n;
}

/* two words of 60 to 76 characters of base64 at the begin */
static bool is_base64(struct slice s)
{
    size_t at = 0;
    for (int words = 0; words < 2; words++) {
        size_t from = at;
        while (at < s.n && (ascii_alnum(s.p[at]) || slice_chr(SLICE("+/="), s.p[at]) >= 0))
            at++;
        if (at - from < 60 || at - from > 76 || at == s.n || s.p[at++] != ' ')
            return false;
    }
    return true;
}

/* behind the last switch back from Japanese; 0: none */
static size_t behind_japanese(struct slice s)
{
    for (size_t i = s.n; i >= 3; i--)
        if (text_at(s, i - 3, SLICE("\x1b(B")))
            return i;
    return 0;
}

static void count_run(struct letters *n, struct slice s)
{
    n->all += s.n;
    for (size_t i = 0; i < s.n; i++) {
        n->lower += (s.p[i] >= 'a' && s.p[i] <= 'z') || ascii_digit(s.p[i]);
        n->upper += s.p[i] >= 'A' && s.p[i] <= 'Z';
    }
}

/* All but what stands between the first switch to Japanese and the last one back. */
static void count_letters(struct letters *n, struct slice s)
{
    ptrdiff_t on = slice_find(s, SLICE("\x1b$B"));
    size_t back = on < 0 ? 0 : behind_japanese(s);
    if (on < 0 || back < (size_t)on + 6) {
        count_run(n, s);
        return;
    }
    count_run(n, slice_sub(s, 0, (size_t)on));
    count_run(n, slice_from(s, back));
}

static bool may_look_capital(struct check *c)
{
    return mime_facts(c)->flags & MIME_CAPITAL_CHARSET ||
           charset_looks_capital(text_chomp(charset_of(content_type(c))));
}

static double capitals_of(struct check *c)
{
    const struct view *body = eval_body_of(c);
    struct letters n = { 0 };
    if (may_look_capital(c))
        return 0;
    for (size_t i = 0; i < body->n; i++)
        if (has_two_words(body->v[i]) && !is_base64(body->v[i]))
            count_letters(&n, body->v[i]);
    return n.all < 200 || n.upper == 0 ? 0 : (double)n.upper / (double)(n.upper + n.lower) * 100;
}

/* (min, max): capitals of all letters in per cent, min < x <= max */
static double check_for_uppercase(struct check *c, const struct eval_args *args, const void *prepared)
{
    struct mime_facts *f = mime_facts(c);
    (void)prepared;
    if (!f->has_capitals)
        f->capitals = capitals_of(c);
    f->has_capitals = true;
    return f->capitals > eval_number(args, 0, 0) && f->capitals <= eval_number(args, 1, 0);
}

static const struct eval_function mime_rows[] = {
    { "check_abundant_unicode_ratio", "MIMEEval", 0, 1, 1, NULL, check_abundant_unicode_ratio, NULL },
    { "check_base64_length", "MIMEEval", 0, 1, 2, NULL, check_base64_length, NULL },
    { "check_for_ascii_text_illegal", "MIMEEval", 0, 0, 0, NULL, check_for_ascii_text_illegal, NULL },
    { "check_for_faraway_charset", "MIMEEval", 0, 0, 0, NULL, check_for_faraway_charset, NULL },
    { "check_for_mime", "MIMEEval", 0, 1, 1, NULL, check_for_mime, NULL },
    { "check_for_mime_html", "MIMEEval", 0, 0, 0, NULL, check_for_mime_html, NULL },
    { "check_for_mime_html_only", "MIMEEval", 0, 0, 0, NULL, check_for_mime_html_only, NULL },
    { "check_for_uppercase", "MIMEEval", 0, 2, 2, NULL, check_for_uppercase, NULL },
    { "check_ma_non_text", "MIMEEval", 0, 0, 0, NULL, check_ma_non_text, NULL },
    { "check_mime_multipart_ratio", "MIMEEval", 0, 2, 2, NULL, check_mime_multipart_ratio, NULL },
    { "check_msg_parse_flags", "MIMEEval", 0, 1, 1, NULL, check_msg_parse_flags, NULL },
    { "check_qp_ratio", "MIMEEval", 0, 1, 1, NULL, check_qp_ratio, NULL },
};
EVAL_FAMILY(eval_mime, "MIMEEval", mime_rows);
