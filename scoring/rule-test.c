/* rule-test.c - tests of rules: header, body, rawbody, full, uri, mimeheader ...; see rule-parse.h
 * A later definition of the same name replaces the test, and leaves score, description and flags alone.
 * Patterns are compiled when all lines are read (rule-compile.h), as tags in them may be defined later; one
 * that turns out broken gives way to the definition before it. */
#include "config.h"
#include "scoring/rule-parse.h"

#include "scoring/eval-uri.h"
#include "scoring/rule-capture.h"
#include "scoring/rule-meta.h"

#define MODIFIERS_MAX 2

static struct rule_test new_test(const struct rule_line *at, enum rule_type type, struct slice text)
{
    return (struct rule_test){
        .type = type, .text = text, .file = at->file, .line = at->line, .origin = at->origin
    };
}

static void replace(struct rule_parser *p, struct rule *r, struct rule_test *test)
{
    if (r->test.type != RULE_NONE) {
        test->earlier = ARENA_NEW(&p->set->arena, struct rule_test);
        *test->earlier = r->test;
    }
    r->test = *test;
}

static void broken(struct rule_parser *p, const struct rule_line *at, struct rule *r, const char *why)
{
    r->unsupported = true;
    rule_problem(p->problems, RULE_ERROR, at->file, at->line, "%.*s: %s", SLICE_ARG(r->name), why);
}

/* A rule that gives %{NAME} its value runs before all others, unless a later line says when. */
static void put_first(struct rule_parser *p, struct rule *r, struct slice pattern)
{
    if (rule_captures(&p->set->arena, pattern))
        r->priority = PRIORITY_CAPTURE;
}

/* ---- functions: eval:NAME(ARGUMENTS) */

/* false: the text is no call; *call is what stands behind "eval:" */
static bool is_eval(struct slice text, bool header, struct slice *call)
{
    static const struct slice plain = SLICE_INIT("eval:"), rbl = SLICE_INIT("rbleval:");
    bool long_form = header && slice_starts(text, rbl);
    if (!long_form && !slice_starts(text, plain))
        return false;
    *call = slice_from(text, long_form ? rbl.n : plain.n);
    return true;
}

static bool is_call(struct slice text)
{
    size_t n = 0;
    while (n < text.n && (ascii_alnum(text.p[n]) || text.p[n] == '_'))
        n++;
    return n > 0 && n < text.n && text.p[n] == '(' && text.p[text.n - 1] == ')';
}

static void define_eval(struct rule_parser *p, const struct rule_line *at, enum rule_type of, struct rule *r,
                        struct slice call)
{
    struct rule_test test = new_test(at, RULE_EVAL, call);
    test.eval_of = of;
    if (is_call(call))
        replace(p, r, &test);
    else
        broken(p, at, r, "write eval:function('argument', ...)");
}

/* ---- patterns */

static void define_pattern(struct rule_parser *p, const struct rule_line *at, enum rule_type type,
                           struct rule *r, struct slice text)
{
    struct rule_test test = new_test(at, type, text);
    put_first(p, r, text);
    replace(p, r, &test);
}

static void define(struct rule_parser *p, const struct rule_line *at, enum rule_type type, struct rule *r,
                   struct slice text)
{
    struct slice call;
    if (is_eval(text, false, &call))
        define_eval(p, at, type, r, call);
    else
        define_pattern(p, at, type, r, text);
}

void rule_set_body(struct rule_parser *p, const struct rule_line *at, struct rule *r, struct slice text)
{
    define(p, at, RULE_BODY, r, text);
}

void rule_set_rawbody(struct rule_parser *p, const struct rule_line *at, struct rule *r, struct slice text)
{
    define(p, at, RULE_RAWBODY, r, text);
}

void rule_set_full(struct rule_parser *p, const struct rule_line *at, struct rule *r, struct slice text)
{
    define(p, at, RULE_FULL, r, text);
}

void rule_set_uri(struct rule_parser *p, const struct rule_line *at, struct rule *r, struct slice text)
{
    define_pattern(p, at, RULE_URI, r, text);
}

/* ---- headers */

/* `=~ /re/ [if-unset: S]`: takes the brackets off the end; the first that look like them count */
static void take_if_unset(struct rule_test *test, struct slice *text)
{
    static const struct slice mark = SLICE_INIT("[if-unset:");
    size_t last = text->n - 1, from = 1;
    if (text->n == 0 || text->p[last] != ']')
        return;
    for (ptrdiff_t at; (at = slice_find(slice_from(*text, from), mark)) >= 0; from += (size_t)at + 1) {
        size_t begin = from + (size_t)at, value = begin + mark.n;
        if (!ascii_space(text->p[begin - 1]) || value + 1 >= last || !ascii_space(text->p[value]))
            continue;
        while (value + 1 < last && ascii_space(text->p[value]))
            value++;
        test->has_if_unset = true;
        test->if_unset = slice_sub(*text, value, last - value);
        *text = slice_trim(slice_sub(*text, 0, begin));
        return;
    }
}

static size_t field_length(struct slice text)
{
    size_t n = 0;
    while (n < text.n && !ascii_space(text.p[n]) && !slice_starts(slice_from(text, n), SLICE("=~")) &&
           !slice_starts(slice_from(text, n), SLICE("!~")))
        n++;
    return n;
}

/* FIELD =~ PATTERN [if-unset: TEXT]; false: it is not */
static bool read_match(struct rule_test *test, struct slice text, struct slice *field)
{
    size_t n = field_length(text);
    *field = slice_sub(text, 0, n);
    text = slice_trim(slice_from(text, n));
    test->negated = slice_starts(text, SLICE("!~"));
    if (!test->negated && !slice_starts(text, SLICE("=~")))
        return false;
    test->text = slice_trim(slice_from(text, 2));
    take_if_unset(test, &test->text);
    return test->text.n > 0;
}

/* `From:addr:` has one */
static size_t count_modifiers(struct slice field)
{
    size_t n = 0;
    for (size_t i = 0; i + 1 < field.n; i++)
        n += field.p[i] == ':';
    return n;
}

static int read_exists(struct rule_parser *p, struct rule_test *test, struct slice field, struct err *e)
{
    test->type = RULE_EXISTS;
    test->text = SLICE("");
    if (count_modifiers(field) > 0)
        return err_set(e, ERR_INPUT, "exists: is followed by the name of a header, without modifiers");
    return header_spec_add(&p->set->specs, field, &test->spec, e);
}

static int read_header(struct rule_parser *p, struct rule_test *test, struct slice text, struct err *e)
{
    static const struct slice exists = SLICE_INIT("exists:");
    struct slice field;
    if (slice_starts(text, exists))
        return read_exists(p, test, slice_from(text, exists.n), e);
    if (!read_match(test, text, &field))
        return err_set(e, ERR_INPUT, "write header NAME FIELD =~ /.../, !~ /.../, or exists:FIELD");
    if (count_modifiers(field) > MODIFIERS_MAX)
        return err_set(e, ERR_INPUT, "a header has at most %d modifiers", MODIFIERS_MAX);
    return header_spec_add(&p->set->specs, field, &test->spec, e);
}

void rule_set_header(struct rule_parser *p, const struct rule_line *at, struct rule *r, struct slice text)
{
    struct rule_test test = new_test(at, RULE_HEADER, text);
    struct slice call;
    struct err e;
    if (is_eval(text, true, &call)) {
        define_eval(p, at, RULE_HEADER, r, call);
        return;
    }
    if (read_header(p, &test, text, &e) < 0) {
        broken(p, at, r, e.text);
        return;
    }
    put_first(p, r, test.text);
    replace(p, r, &test);
}

/* a field's name, or with a colon or :raw behind it */
static bool read_part_field(struct rule_test *test, struct slice field)
{
    static const struct slice raw = SLICE_INIT(":raw"), colon = SLICE_INIT(":");
    test->raw_field = slice_iends(field, raw);
    if (test->raw_field || slice_iends(field, colon))
        field = slice_sub(field, 0, field.n - (test->raw_field ? raw.n : colon.n));
    test->field = field;
    return field.n > 0 && slice_chr(field, ':') < 0;
}

void rule_set_mimeheader(struct rule_parser *p, const struct rule_line *at, struct rule *r, struct slice text)
{
    struct rule_test test = new_test(at, RULE_MIMEHEADER, text);
    struct slice field;
    if (!read_match(&test, text, &field) || !read_part_field(&test, field)) {
        broken(p, at, r, "write mimeheader NAME FIELD =~ /.../ or !~ /.../; FIELD may end in :raw");
        return;
    }
    if (rule_templates(&p->set->arena, test.text)) {
        broken(p, at, r, "%{NAME} does not work in mimeheader rules");
        return;
    }
    put_first(p, r, test.text);
    replace(p, r, &test);
}

/* ---- others */

void rule_set_uri_detail(struct rule_parser *p, const struct rule_line *at, struct rule *r, struct slice text)
{
    struct rule_test test = new_test(at, RULE_URI_DETAIL, SLICE(""));
    struct err e;
    if (uri_conditions_parse(text, &p->set->arena, &test.conditions, &e) < 0)
        broken(p, at, r, e.text);
    else
        replace(p, r, &test);
}

void rule_set_askdns(struct rule_parser *p, const struct rule_line *at, struct rule *r, struct slice text)
{
    struct rule_test test = new_test(at, RULE_ASKDNS, text);
    replace(p, r, &test);
}

/* Names a rule that may have no test: its score and its place in metas count all the same. */
void rule_set_reuse(struct rule_parser *p, const struct rule_line *at, struct rule *r, struct slice text)
{
    struct rule_test test = new_test(at, RULE_EMPTY, SLICE(""));
    (void)text;
    if (r->test.type == RULE_NONE)
        replace(p, r, &test);
}

void rule_set_meta(struct rule_parser *p, const struct rule_line *at, struct rule *r, struct slice text)
{
    struct rule_test test = new_test(at, RULE_META, text);
    struct err e;
    if (rule_meta_check(&p->set->arena, text, &e) < 0)
        broken(p, at, r, e.text);
    else
        replace(p, r, &test);
}
