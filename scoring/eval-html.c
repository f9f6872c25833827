/* eval-html.c - functions that ask for facts of pages: HTMLEval
 * Each goes over all pages of the message and hits when one of them does. Texts of pages are matched a
 * character at a time, as in Perl: in one byte, 0xff for what is above U+00FF. */
#include "config.h"
#include "scoring/eval.h"

#include <stdlib.h>

struct pages {
    const struct view_html **v;
    size_t n;
};

static const struct pages *pages_of(struct check *c)
{
    struct pages *pages = c->state[CHECK_HTML];
    struct arena *a = c->views.arena;
    if (pages)
        return pages;
    struct view_tree *tree = views_tree(&c->views);
    c->state[CHECK_HTML] = pages = ARENA_NEW(a, struct pages);
    pages->v = arena_array(a, tree->n_parts + 1, sizeof(*pages->v));
    view_parts_foreach(part, tree)
    {
        view_part_text(a, part);
        if (part->html)
            pages->v[pages->n++] = part->html;
    }
    return pages;
}

static bool fact(const struct view_html *h, const char *name, double *value)
{
    bool present;
    *value = view_html_number(h, slice_str(name), &present);
    return present;
}

/* ---- numbers */

/* Above the one and not above the other. */
static bool within(const struct eval_args *args, size_t i, double value)
{
    bool open = args->n <= i + 1 || slice_eq(args->v[i + 1], SLICE("inf"));
    return value > eval_number(args, i, 0) && (open || value <= eval_number(args, i + 1, 0));
}

static double html_range(struct check *c, const struct eval_args *args, const void *prepared)
{
    const struct pages *pages = pages_of(c);
    (void)prepared;
    for (size_t i = 0; i < pages->n; i++) {
        bool present;
        double value = view_html_number(pages->v[i], eval_arg(args, 0), &present);
        if (present && within(args, 1, value))
            return 1;
    }
    return 0;
}

static double html_image_only(struct check *c, const struct eval_args *args, const void *prepared)
{
    const struct pages *pages = pages_of(c);
    double length;
    (void)prepared;
    for (size_t i = 0; i < pages->n; i++)
        if (view_html_open(pages->v[i], SLICE("img")) >= 0 && fact(pages->v[i], "length", &length) &&
            within(args, 0, length))
            return 1;
    return 0;
}

static double html_image_ratio(struct check *c, const struct eval_args *args, const void *prepared)
{
    const struct pages *pages = pages_of(c);
    double text, area;
    (void)prepared;
    for (size_t i = 0; i < pages->n; i++)
        if (fact(pages->v[i], "non_space_len", &text) && fact(pages->v[i], "image_area", &area) && area > 0 &&
            within(args, 0, text / area))
            return 1;
    return 0;
}

/* What Perl takes for true: a number but 0, a list, however short. */
static bool is_true(const struct view_html *h, struct slice name)
{
    enum view_html_list list;
    if (slice_eq(name, SLICE("uri")))
        return fact(h, "length", &(double){ 0 });
    if (slice_eq(name, SLICE("uri_detail")))
        return h->uris != NULL;
    if (view_html_list_find(name, &list))
        return h->lists[list] != NULL;
    return view_html_number(h, name, NULL) != 0;
}

static double html_test(struct check *c, const struct eval_args *args, const void *prepared)
{
    const struct pages *pages = pages_of(c);
    (void)prepared;
    for (size_t i = 0; i < pages->n; i++)
        if (is_true(pages->v[i], eval_arg(args, 0)))
            return 1;
    return 0;
}

/* ---- a bit of Perl behind a number: "!= 0", "< 512", "- 1 > 0" */

/* Digits at the begin of *s, octal behind a 0 as in Perl; false when there is no number. */
static bool take_number(struct slice *s, double *v)
{
    double base = s->n > 1 && s->p[0] == '0' && ascii_digit(s->p[1]) ? 8 : 10;
    size_t i = 0;
    *v = 0;
    for (; i < s->n && ascii_digit(s->p[i]); i++) {
        if (base == 8 && s->p[i] > '7')
            return false;
        *v = *v * base + (s->p[i] - '0');
    }
    *s = slice_trim(slice_from(*s, i));
    return i > 0;
}

static bool take_sign(struct slice *s, double *sign)
{
    if (s->n == 0 || (s->p[0] != '+' && s->p[0] != '-'))
        return false;
    *sign = s->p[0] == '-' ? -1 : 1;
    *s = slice_trim(slice_from(*s, 1));
    return true;
}

/* "+ 1 - 2 ..." added to *v; false when a number is missing */
static bool take_sum(struct slice *s, double *v)
{
    double sign, sign2, number;
    while (take_sign(s, &sign)) {
        if (take_sign(s, &sign2))
            sign *= sign2;
        if (!take_number(s, &number))
            return false;
        *v += sign * number;
    }
    return true;
}

static bool take_operator(struct slice *s, struct slice *operator)
{
    size_t n = 0;
    while (n < s->n && (s->p[n] == '<' || s->p[n] == '>' || s->p[n] == '=' || s->p[n] == '!'))
        n++;
    *operator= slice_sub(*s, 0, n);
    *s = slice_trim(slice_from(*s, n));
    return n > 0;
}

static bool compares(double a, struct slice operator, double b)
{
    return slice_eq(operator, SLICE("<"))     ? a < b
           : slice_eq(operator, SLICE(">"))   ? a > b
           : slice_eq(operator, SLICE("<="))  ? a <= b
           : slice_eq(operator, SLICE(">="))  ? a >= b
           : slice_eq(operator, SLICE("=="))  ? a == b
           : slice_eq(operator, SLICE("!="))  ? a != b
           : slice_eq(operator, SLICE("<=>")) ? a < b || a > b
                                              : false;
}

static bool holds(double value, struct slice rest)
{
    struct slice operator;
    double right = 0, sign = 1;
    rest = slice_trim(rest);
    if (!take_sum(&rest, &value))
        return false;
    if (rest.n == 0)
        return value != 0;
    if (!take_operator(&rest, &operator))
        return false;
    take_sign(&rest, &sign);
    if (!take_number(&rest, &right))
        return false;
    right *= sign;
    return take_sum(&rest, &right) && rest.n == 0 && compares(value, operator, right);
}

static double html_eval(struct check *c, const struct eval_args *args, const void *prepared)
{
    const struct pages *pages = pages_of(c);
    (void)prepared;
    for (size_t i = 0; i < pages->n; i++) {
        bool present;
        double value = view_html_number(pages->v[i], eval_arg(args, 0), &present);
        if (present && holds(value, eval_arg(args, 1)))
            return 1;
    }
    return 0;
}

static double html_tag_balance(struct check *c, const struct eval_args *args, const void *prepared)
{
    const struct pages *pages = pages_of(c);
    struct slice tag = eval_arg(args, 0);
    (void)prepared;
    for (size_t i = 0; i < tag.n; i++)
        if (!ascii_alnum(tag.p[i]))
            return 0;
    for (size_t i = 0; i < pages->n; i++) {
        int open = view_html_open(pages->v[i], tag);
        if (open >= 0 && holds(open, eval_arg(args, 1)))
            return 1;
    }
    return 0;
}

static double html_tag_exists(struct check *c, const struct eval_args *args, const void *prepared)
{
    const struct pages *pages = pages_of(c);
    (void)prepared;
    for (size_t i = 0; i < pages->n; i++)
        if (view_html_open(pages->v[i], eval_arg(args, 0)) >= 0)
            return 1;
    return 0;
}

/* ---- texts */

/* Patterns of all sets that were loaded, made once a process and never freed: a text says all about its
 * pattern. One for which there is no room is made anew for each message. */
static struct known {
    char *text;
    size_t n;
    struct regex *re;
} known[64];

static struct regex *find_known(struct slice text, struct known **unused)
{
    for (struct known *k = known; k < known + sizeof(known) / sizeof(*known); k++) {
        *unused = k;
        if (k->re == NULL)
            return NULL;
        if (slice_eq(slice_of(k->text, k->n), text))
            return k->re;
    }
    *unused = NULL;
    return NULL;
}

static int prepare_pattern(struct eval_prepare *p, void **prepared, struct err *e)
{
    struct known *unused;
    struct slice text = eval_arg(p->args, 1);
    struct regex *re = find_known(text, &unused);
    *prepared = re;
    if (re)
        return 0;
    re = regex_new(text, 0, e);
    if (re == NULL)
        return -1;
    char *copy = unused ? malloc(text.n + 1) : NULL;
    if (copy == NULL) {
        regex_free(&re);
        return 0;
    }
    memcpy(copy, text.p, text.n);
    *unused = (struct known){ copy, text.n, re };
    *prepared = re;
    return 0;
}

/* Whether a text of the list matches (or, with `want` false, does not). */
static bool any_text(struct check *c, const struct eval_args *args, const struct regex *re, bool want)
{
    const struct pages *pages = pages_of(c);
    enum view_html_list list;
    if (!view_html_list_find(eval_arg(args, 0), &list))
        return false;
    for (size_t i = 0; i < pages->n; i++)
        for (const struct view_html_piece *t = pages->v[i]->lists[list]; t; t = t->next)
            if (check_match(c, re, view_html_bytes(c->views.arena, t->text, '\xff'), NULL) == want)
                return true;
    return false;
}

static bool text_matches(struct check *c, const struct eval_args *args, const void *prepared, bool want)
{
    struct err e;
    struct regex *own = prepared ? NULL : regex_new(eval_arg(args, 1), 0, &e);
    const struct regex *re = prepared ? prepared : own;
    bool hit = re && any_text(c, args, re, want);
    regex_free(&own);
    return hit;
}

static double html_text_match(struct check *c, const struct eval_args *args, const void *prepared)
{
    return text_matches(c, args, prepared, true);
}

static double html_text_not_match(struct check *c, const struct eval_args *args, const void *prepared)
{
    return text_matches(c, args, prepared, false);
}

/* How many characters the longest title has for each byte of the subject (its LF counts). */
static double html_title_subject_ratio(struct check *c, const struct eval_args *args, const void *prepared)
{
    const struct pages *pages = pages_of(c);
    double subject = (double)views_get(&c->views, SLICE("Subject"))->text.n;
    (void)prepared;
    if (subject == 0)
        return 0;
    for (size_t i = 0; i < pages->n; i++)
        for (const struct view_html_piece *t = pages->v[i]->lists[VIEW_HTML_TITLE]; t; t = t->next) {
            double ratio = (double)view_html_bytes(c->views.arena, t->text, '\xff').n / subject;
            if (!slice_eq(t->text, SLICE("0")) && ratio > eval_number(args, 0, 0) && ratio > 0)
                return 1;
        }
    return 0;
}

static double check_iframe_src(struct check *c, const struct eval_args *args, const void *prepared)
{
    const struct pages *pages = pages_of(c);
    (void)args, (void)prepared;
    for (size_t i = 0; i < pages->n; i++)
        for (const struct view_html_uri *u = pages->v[i]->uris; u; u = u->next)
            if (slice_eq(u->tag, SLICE("iframe")))
                return 1;
    return 0;
}

/* SpamAssassin 4 reads charsets of <meta> but keeps them where this function does not look. */
static double html_charset_faraway(struct check *c, const struct eval_args *args, const void *prepared)
{
    (void)c, (void)args, (void)prepared;
    return 0;
}

static const struct eval_function html_rows[] = {
    { "check_iframe_src", "HTMLEval", 0, 0, 0, NULL, check_iframe_src, NULL },
    { "html_charset_faraway", "HTMLEval", 0, 0, 0, NULL, html_charset_faraway, NULL },
    { "html_eval", "HTMLEval", 0, 2, 2, NULL, html_eval, NULL },
    { "html_image_only", "HTMLEval", 0, 2, 2, NULL, html_image_only, NULL },
    { "html_image_ratio", "HTMLEval", 0, 2, 2, NULL, html_image_ratio, NULL },
    { "html_range", "HTMLEval", 0, 2, 3, NULL, html_range, NULL },
    { "html_tag_balance", "HTMLEval", 0, 2, 2, NULL, html_tag_balance, NULL },
    { "html_tag_exists", "HTMLEval", 0, 1, 1, NULL, html_tag_exists, NULL },
    { "html_test", "HTMLEval", 0, 1, 1, NULL, html_test, NULL },
    { "html_text_match", "HTMLEval", 0, 2, 2, prepare_pattern, html_text_match, NULL },
    { "html_text_not_match", "HTMLEval", 0, 2, 2, prepare_pattern, html_text_not_match, NULL },
    { "html_title_subject_ratio", "HTMLEval", 0, 1, 1, NULL, html_title_subject_ratio, NULL },
};
EVAL_FAMILY(eval_html, "HTMLEval", html_rows);
