/* rule-test.c - tests of rules: header, body, rawbody, full, uri, meta; see rule-parse.h
 * A later definition of the same name replaces the test, and leaves score, description and flags alone. */
#include "config.h"
#include "scoring/rule-parse.h"

#include "scoring/rule-regex.h"

static void replace(struct rule *r, const struct rule_test *test)
{
    regex_free(&r->test.re);
    r->test = *test;
}

static const struct literal_set *keep_literals(struct arena *a, const struct literal_set *s)
{
    if (s->any)
        return NULL;
    struct literal_set *kept = arena_alloc(a, offsetof(struct literal_set, v) + s->n * sizeof(*s->v));
    literal_set_copy(kept, s);
    return kept;
}

/* A compiled pattern belongs to its rule before anything can jump away. */
static int define_pattern(struct rule_parser *p, struct rule *r, struct rule_test *test, struct slice text,
                          struct err *e)
{
    struct literal_set literals;
    test->re = rule_regex_new(text, &literals, e);
    if (test->re == NULL)
        return -1;
    replace(r, test);
    r->test.literals = keep_literals(&p->set->arena, &literals);
    return 0;
}

/* `=~ /re/ [if-unset: S]`: takes the brackets off the end */
static void take_if_unset(struct rule_test *test, struct slice *text)
{
    static const struct slice mark = SLICE_INIT("[if-unset:");
    if (text->n == 0 || text->p[text->n - 1] != ']')
        return;
    for (size_t at = text->n - 1; at > 0; at--) {
        if (!slice_starts(slice_from(*text, at), mark) || !ascii_space(text->p[at - 1]))
            continue;
        struct slice value = slice_sub(*text, at + mark.n, text->n - 1 - at - mark.n);
        while (value.n && ascii_space(value.p[0]))
            value = slice_from(value, 1);
        test->has_if_unset = true;
        test->if_unset = value;
        *text = slice_trim(slice_sub(*text, 0, at));
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

static int define_exists(struct rule_parser *p, struct rule *r, struct rule_test *test, struct slice field,
                         struct err *e)
{
    test->type = RULE_EXISTS;
    int done = header_spec_add(&p->set->specs, slice_trim(field), &test->spec, e);
    if (done == 0)
        replace(r, test);
    return done;
}

static int define_header(struct rule_parser *p, struct rule *r, struct rule_test *test, struct slice text,
                         struct err *e)
{
    static const struct slice exists = SLICE_INIT("exists:");
    if (slice_starts(text, exists))
        return define_exists(p, r, test, slice_from(text, exists.n), e);
    size_t n = field_length(text);
    struct slice field = slice_sub(text, 0, n);
    text = slice_trim(slice_from(text, n));
    test->negated = slice_starts(text, SLICE("!~"));
    if (!test->negated && !slice_starts(text, SLICE("=~")))
        return err_set(e, ERR_INPUT, "write header NAME FIELD =~ /.../, !~ /.../, or exists:FIELD");
    text = slice_trim(slice_from(text, 2));
    take_if_unset(test, &text);
    int done = header_spec_add(&p->set->specs, field, &test->spec, e);
    return done < 0 ? done : define_pattern(p, r, test, text, e);
}

struct meta_names {
    struct rule_parser *p;
    const struct rule_line *at;
};

static int resolve_rule(void *ctx, struct slice name, const struct slice *argument, struct expr_step *step,
                        struct err *e)
{
    struct meta_names *m = ctx;
    if (argument)
        return err_set(e, ERR_INPUT, "the function %s is not supported in metas", rule_quote(name).text);
    struct rule *r = ruleset_rule(m->p->set, name, m->at, m->p->o->rules_max);
    if (r == NULL)
        return err_set(e, ERR_INPUT, "more than rules_max = %u names of rules", m->p->o->rules_max);
    *step = (struct expr_step){ .op = EXPR_VALUE, .index = r->number };
    return 0;
}

static int define_meta(struct rule_parser *p, const struct rule_line *at, struct rule *r,
                       struct rule_test *test, struct slice text, struct err *e)
{
    struct meta_names m = { p, at };
    const struct expr_names names = { resolve_rule, &m };
    test->expr = ARENA_NEW(&p->set->arena, struct expr);
    if (expr_compile(test->expr, &p->set->arena, text, &names, e) < 0)
        return -1;
    replace(r, test);
    return 0;
}

static bool is_eval(struct slice text)
{
    return slice_starts(text, SLICE("eval:")) || slice_starts(text, SLICE("rbleval:"));
}

static int define(struct rule_parser *p, const struct rule_line *at, struct rule *r, struct rule_test *test,
                  struct slice text, struct err *e)
{
    if (test->type == RULE_META)
        return define_meta(p, at, r, test, text, e);
    if (is_eval(text)) {
        err_set(e, ERR_INPUT, "the function %s is not supported", rule_quote(text).text);
        return NOT_SUPPORTED;
    }
    return test->type == RULE_HEADER ? define_header(p, r, test, text, e)
                                     : define_pattern(p, r, test, text, e);
}

void rule_test_define(struct rule_parser *p, const struct rule_line *at, enum rule_type type, struct rule *r,
                      struct slice text)
{
    struct rule_test test = { .type = type, .file = at->file, .line = at->line };
    struct err e;
    int done = define(p, at, r, &test, text, &e);
    if (done == 0)
        return;
    r->unsupported = true;
    rule_problem(p->problems, done == NOT_SUPPORTED ? RULE_UNSUPPORTED : RULE_ERROR, at->file, at->line,
                 "%.*s: %s", SLICE_ARG(r->name), e.text);
}
