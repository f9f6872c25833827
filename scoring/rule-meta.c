/* rule-meta.c - what stands behind `meta NAME`; see rule-meta.h */
#include "config.h"
#include "scoring/rule-meta.h"

#include "base/buf.h"
#include "scoring/rule-parse.h"

static const struct slice matching = SLICE_INIT("rules_matching");

bool rule_meta_is_declaration(struct slice text)
{
    return text.n >= 2 && text.p[0] == '(' && text.p[text.n - 1] == ')' &&
           slice_trim(slice_sub(text, 1, text.n - 2)).n == 0;
}

/* ---- as it is read */

static bool number_char(char c)
{
    return ascii_digit(c) || c == '.' || c == '+' || c == '-';
}

static bool is_plain_number(struct slice run)
{
    size_t dots = 0;
    for (size_t i = 0; i < run.n; i++) {
        bool dot = run.p[i] == '.';
        dots += dot;
        if (!ascii_digit(run.p[i]) && (!dot || i == 0 || i + 1 == run.n))
            return false;
    }
    return dots <= 1;
}

static bool is_sign(struct slice run)
{
    return run.n == 1 && (run.p[0] == '+' || run.p[0] == '-');
}

/* SpamAssassin takes digits and signs that touch for one word, and refuses A+1. */
static int check_numbers(struct slice text, struct err *e)
{
    for (size_t i = 0, n; i < text.n; i += n) {
        bool word = ascii_alpha(text.p[i]) || text.p[i] == '_';
        n = 1;
        if (word || number_char(text.p[i]))
            while (i + n < text.n &&
                   (word ? ascii_alnum(text.p[i + n]) || text.p[i + n] == '_' : number_char(text.p[i + n])))
                n++;
        struct slice run = slice_sub(text, i, n);
        if (!word && number_char(text.p[i]) && !is_plain_number(run) && !is_sign(run))
            return err_set(e, ERR_INPUT, "%s is no number: write blanks between + or - and numbers",
                           rule_quote(run).text);
    }
    return 0;
}

/* SpamAssassin knows no & and |. */
static int check_operators(struct slice text, struct err *e)
{
    for (size_t i = 0, n; i < text.n; i += n) {
        n = i + 1 < text.n && text.p[i + 1] == text.p[i] ? 2 : 1;
        if (n == 1 && (text.p[i] == '&' || text.p[i] == '|'))
            return err_set(e, ERR_INPUT, "write \"%c%c\", not \"%c\"", text.p[i], text.p[i], text.p[i]);
    }
    return 0;
}

static int resolve_any(void *ctx, struct slice name, const struct slice *argument, struct expr_step *step,
                       struct err *e)
{
    (void)ctx;
    step->op = EXPR_NUMBER;
    step->number = 0;
    if (argument && !slice_eq(name, matching))
        return err_set(e, ERR_INPUT, "%s is no function of metas: rules_matching(NAME*) is",
                       rule_quote(name).text);
    if (!rule_name_valid(name))
        return err_set(e, ERR_INPUT, "%s is not the name of a rule", rule_quote(name).text);
    return 0;
}

int rule_meta_check(struct arena *a, struct slice text, struct err *e)
{
    static const struct expr_names names = { resolve_any, NULL };
    struct expr x;
    if (rule_meta_is_declaration(text))
        return 0;
    if (check_numbers(text, e) < 0 || check_operators(text, e) < 0)
        return -1;
    return expr_compile(&x, a, text, &names, e);
}

/* ---- when all rules are known */

struct compiler {
    struct ruleset *set;
    const struct rule *r;
    unsigned rules_max;
    size_t matched; /* by rules_matching(), in all metas */
};

static int resolve_rule(void *ctx, struct slice name, const struct slice *argument, struct expr_step *step,
                        struct err *e)
{
    struct compiler *c = ctx;
    (void)argument;
    *step = (struct expr_step){ .op = EXPR_NUMBER, .number = !c->set->network };
    if (slice_eq(name, SLICE("local_tests_only")))
        return 0;
    const struct rule_line at = { .file = c->r->test.file, .line = c->r->test.line };
    struct rule *found = ruleset_rule(c->set, name, &at, c->rules_max);
    if (found == NULL)
        return err_set(e, ERR_INPUT, "more than rules_max = %u names of rules", c->rules_max);
    *step = (struct expr_step){ .op = EXPR_VALUE, .index = found->number };
    return 0;
}

/* Two positions, and where to go on when the last * has to take one more character. */
static bool glob_matches(struct slice glob, struct slice name)
{
    size_t g = 0, n = 0, star = SIZE_MAX, taken = 0;
    while (n < name.n) {
        if (g < glob.n && glob.p[g] == '*') {
            star = g++;
            taken = n;
        } else if (g < glob.n && (glob.p[g] == '?' || glob.p[g] == name.p[n])) {
            g++;
            n++;
        } else if (star != SIZE_MAX) {
            g = star + 1;
            n = ++taken;
        } else
            return false;
    }
    while (g < glob.n && glob.p[g] == '*')
        g++;
    return g == glob.n;
}

static int add_matching(struct compiler *c, struct buf *out, struct slice glob, struct err *e)
{
    bool any = false;
    buf_add_str(out, "(");
    for (size_t i = 0; i < c->set->n; i++) {
        const struct rule *r = c->set->rules[i];
        if (r == c->r || (r->test.type == RULE_NONE && !r->has_score) || !glob_matches(glob, r->name))
            continue;
        if (++c->matched > META_MATCHING_MAX)
            return err_set(e, ERR_INPUT, "rules_matching() of all metas finds more than %d rules",
                           META_MATCHING_MAX);
        buf_add_str(out, any ? " + " : "");
        buf_add_slice(out, r->name);
        any = true;
    }
    buf_add_str(out, any ? ")" : "0)");
    return 0;
}

/* Puts the names of rules where rules_matching(GLOB) stands. */
static int expand(struct compiler *c, struct slice text, struct slice *out, struct err *e)
{
    struct buf b;
    buf_init_in(&b, &c->set->arena, SIZE_MAX);
    for (ptrdiff_t at; (at = slice_find(text, matching)) >= 0;) {
        ptrdiff_t open = slice_chr(slice_from(text, (size_t)at), '(');
        ptrdiff_t close = slice_chr(slice_from(text, (size_t)at), ')');
        if (open < 0 || close < open)
            break;
        struct slice glob = slice_sub(text, (size_t)(at + open) + 1, (size_t)(close - open) - 1);
        buf_add_slice(&b, slice_sub(text, 0, (size_t)at));
        if (add_matching(c, &b, slice_trim(glob), e) < 0)
            return -1;
        text = slice_from(text, (size_t)(at + close) + 1);
    }
    buf_add_slice(&b, text);
    *out = buf_slice(&b);
    return 0;
}

static int compile(struct compiler *c, struct expr *x, struct err *e)
{
    const struct expr_names names = { resolve_rule, c };
    struct slice text = rule_meta_is_declaration(c->r->test.text) ? SLICE("0") : c->r->test.text;
    if (slice_find(text, matching) >= 0 && expand(c, text, &text, e) < 0)
        return -1;
    return expr_compile(x, &c->set->arena, text, &names, e);
}

void rule_meta_compile(struct ruleset *set, unsigned rules_max, struct rule_problems *problems)
{
    struct compiler c = { .set = set, .rules_max = rules_max };
    size_t n = set->n; /* names added meanwhile are no metas */
    for (size_t i = 0; i < n; i++) {
        struct rule *r = set->rules[i];
        struct err e;
        if (r->test.type != RULE_META)
            continue;
        c.r = r;
        r->test.expr = ARENA_NEW(&set->arena, struct expr);
        if (compile(&c, r->test.expr, &e) == 0)
            continue;
        rule_problem(problems, RULE_ERROR, r->test.file, r->test.line, "%.*s: %s", SLICE_ARG(r->name),
                     e.text);
        r->test.type = RULE_NONE;
        r->unsupported = true;
    }
}
