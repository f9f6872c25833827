/* expr.c - expressions of meta rules and of `if` lines; see expr.h
 * Operator precedence by two stacks (shunting-yard): steps go out as soon as their operands stand. */
#include "config.h"
#include "scoring/expr.h"

#include <stdlib.h>
#include "scoring/rule-problem.h"

/* from loose to tight, as in perlop */
enum {
    PREC_PAREN,
    PREC_QUESTION,
    PREC_CHOOSE,
    PREC_OR,
    PREC_AND,
    PREC_BITOR,
    PREC_BITAND,
    PREC_EQ,
    PREC_LT,
    PREC_ADD,
    PREC_MUL,
    PREC_UNARY
};

static const struct oper {
    const char *text;
    enum expr_op op;
    int prec;
} opers[] = {
    /* the longer before those that begin like them */
    { "&&", EXPR_AND, PREC_AND },      { "||", EXPR_OR, PREC_OR },       { "==", EXPR_EQ, PREC_EQ },
    { "!=", EXPR_NE, PREC_EQ },        { "<=", EXPR_LE, PREC_LT },       { ">=", EXPR_GE, PREC_LT },
    { "<", EXPR_LT, PREC_LT },         { ">", EXPR_GT, PREC_LT },        { "+", EXPR_ADD, PREC_ADD },
    { "-", EXPR_SUB, PREC_ADD },       { "*", EXPR_MUL, PREC_MUL },      { "/", EXPR_DIV, PREC_MUL },
    { "&", EXPR_BITAND, PREC_BITAND }, { "^", EXPR_BITXOR, PREC_BITOR }, { "|", EXPR_BITOR, PREC_BITOR },
};

static const struct oper op_not = { "!", EXPR_NOT, PREC_UNARY };
static const struct oper op_minus = { "-", EXPR_MINUS, PREC_UNARY };
static const struct oper op_paren = { "(", EXPR_NUMBER, PREC_PAREN };
/* `?` waits for its `:` and becomes one that waits for its right side; both group to the right */
static const struct oper op_question = { "?", EXPR_NUMBER, PREC_QUESTION };
static const struct oper op_choose = { ":", EXPR_CHOOSE, PREC_CHOOSE };

struct compiler {
    struct arena *a;
    struct slice rest;
    const struct expr_names *names;
    struct err *e;
    struct expr x;
    unsigned steps_cap, depth; /* depth: of the run-time stack at this step */
    const struct oper **held;  /* operators whose right side is not complete */
    unsigned n_held, held_cap;
};

static int expected(struct compiler *c, const char *what)
{
    if (c->rest.n == 0)
        return err_set(c->e, ERR_INPUT, "the expression ends where %s should follow", what);
    return err_set(c->e, ERR_INPUT, "%s should stand at %s", what, rule_quote(c->rest).text);
}

static int emit(struct compiler *c, struct expr_step step)
{
    struct expr *x = &c->x;
    if (x->n == EXPR_STEPS_MAX)
        return err_set(c->e, ERR_INPUT, "the expression has more than %d operands and operators: split it",
                       EXPR_STEPS_MAX);
    if (x->n == c->steps_cap) {
        c->steps_cap = c->steps_cap ? c->steps_cap * 2 : 8;
        x->steps = arena_grow(c->a, x->steps, x->n, c->steps_cap, sizeof(*x->steps));
    }
    x->steps[x->n++] = step;
    if (step.op <= EXPR_VALUE)
        c->depth++;
    else if (step.op > EXPR_MINUS)
        c->depth -= step.op == EXPR_CHOOSE ? 2 : 1;
    if (c->depth > x->depth)
        x->depth = c->depth;
    return 0;
}

static int hold(struct compiler *c, const struct oper *op)
{
    if (c->n_held == EXPR_STEPS_MAX)
        return err_set(c->e, ERR_INPUT, "the expression is nested deeper than %d: split it", EXPR_STEPS_MAX);
    if (c->n_held == c->held_cap) {
        c->held_cap = c->held_cap ? c->held_cap * 2 : 8;
        c->held = arena_grow(c->a, c->held, c->n_held, c->held_cap, sizeof(*c->held));
    }
    c->held[c->n_held++] = op;
    return 0;
}

/* puts out what binds at least as tight as prec */
static int release(struct compiler *c, int prec)
{
    while (c->n_held && c->held[c->n_held - 1]->prec >= prec) {
        const struct oper *op = c->held[--c->n_held];
        if (emit(c, (struct expr_step){ .op = op->op }) < 0)
            return -1;
    }
    return 0;
}

static bool name_char(char ch)
{
    return ascii_alnum(ch) || ch == '_' || ch == ':';
}

static void skip(struct compiler *c, size_t n)
{
    c->rest = slice_from(c->rest, n);
    while (c->rest.n && ascii_space(c->rest.p[0]))
        c->rest = slice_from(c->rest, 1);
}

static int number(struct compiler *c)
{
    char text[40];
    size_t n = 0;
    while (n < c->rest.n && n + 1 < sizeof(text) && (ascii_digit(c->rest.p[n]) || c->rest.p[n] == '.')) {
        text[n] = c->rest.p[n];
        n++;
    }
    text[n] = 0;
    char *end;
    double value = strtod(text, &end);
    if (end == text || *end || (n < c->rest.n && name_char(c->rest.p[n]) && c->rest.p[n] != ':'))
        return expected(c, "a number such as 2 or 0.5");
    skip(c, n);
    return emit(c, (struct expr_step){ .op = EXPR_NUMBER, .number = value });
}

static int name(struct compiler *c)
{
    size_t n = 0;
    while (n < c->rest.n && name_char(c->rest.p[n]))
        n++;
    struct slice word = slice_sub(c->rest, 0, n), argument;
    struct expr_step step = { .op = EXPR_NUMBER };
    bool call = false;
    skip(c, n);
    if (c->rest.n && c->rest.p[0] == '(') {
        ptrdiff_t close = slice_chr(c->rest, ')');
        if (close < 0)
            return err_set(c->e, ERR_INPUT, "\"(\" behind %s has no \")\"", rule_quote(word).text);
        argument = slice_trim(slice_sub(c->rest, 1, (size_t)close - 1));
        call = true;
        skip(c, (size_t)close + 1);
    }
    if (c->names->resolve(c->names->ctx, word, call ? &argument : NULL, &step, c->e) < 0)
        return -1;
    return emit(c, step);
}

/* An operand, or what may stand before one. *operand: an operand was read. */
static int read_operand(struct compiler *c, bool *operand)
{
    char ch = c->rest.n ? c->rest.p[0] : 0;
    if (ch == '!' || ch == '-' || ch == '+' || ch == '(') {
        skip(c, 1);
        return ch == '+' ? 0 : hold(c, ch == '!' ? &op_not : ch == '-' ? &op_minus : &op_paren);
    }
    *operand = true;
    if (ascii_digit(ch) || ch == '.')
        return number(c);
    if (ascii_alpha(ch) || ch == '_')
        return name(c);
    return expected(c, "a name, a number, ! or (");
}

static int close_paren(struct compiler *c)
{
    if (release(c, PREC_CHOOSE) < 0)
        return -1;
    if (c->n_held == 0)
        return err_set(c->e, ERR_INPUT, "\")\" without \"(\"");
    if (c->held[c->n_held - 1] == &op_question)
        return expected(c, ":");
    c->n_held--;
    skip(c, 1);
    return 0;
}

static int question(struct compiler *c)
{
    skip(c, 1);
    return release(c, PREC_OR) < 0 ? -1 : hold(c, &op_question);
}

static int colon(struct compiler *c)
{
    if (release(c, PREC_CHOOSE) < 0)
        return -1;
    if (c->n_held == 0 || c->held[c->n_held - 1] != &op_question)
        return err_set(c->e, ERR_INPUT, "\":\" without \"?\"");
    skip(c, 1);
    c->held[c->n_held - 1] = &op_choose;
    return 0;
}

/* What may stand behind an operand. *operand is left set behind ")". */
static int read_operator(struct compiler *c, bool *operand)
{
    if (c->rest.p[0] == ')')
        return close_paren(c);
    *operand = false;
    if (c->rest.p[0] == '?' || c->rest.p[0] == ':')
        return c->rest.p[0] == '?' ? question(c) : colon(c);
    for (size_t i = 0; i < sizeof(opers) / sizeof(*opers); i++) {
        const struct oper *op = &opers[i];
        if (!slice_starts(c->rest, slice_str(op->text)))
            continue;
        skip(c, strlen(op->text));
        return release(c, op->prec) < 0 ? -1 : hold(c, op);
    }
    return expected(c, "an operator (&& || + - * / < > <= >= == !=)");
}

int expr_compile(struct expr *x, struct arena *a, struct slice text, const struct expr_names *names,
                 struct err *e)
{
    struct compiler c = { .a = a, .rest = text, .names = names, .e = e };
    bool operand = false; /* the last thing read was an operand */
    skip(&c, 0);
    while (c.rest.n || !operand)
        if ((operand ? read_operator(&c, &operand) : read_operand(&c, &operand)) < 0)
            return -1;
    if (release(&c, PREC_CHOOSE) < 0)
        return -1;
    if (c.n_held && c.held[c.n_held - 1] == &op_question)
        return expected(&c, ":");
    if (c.n_held)
        return err_set(e, ERR_INPUT, "\"(\" without \")\"");
    *x = c.x;
    return 0;
}

/* Perl's bit operators work on whole numbers; what is out of range sticks at the end of it. */
static uint64_t whole(double v)
{
    if (!(v > -9e18))
        return (uint64_t)INT64_MIN;
    if (v < 0)
        return (uint64_t)(int64_t)v;
    return v < 1.8e19 ? (uint64_t)v : UINT64_MAX;
}

static double binary(enum expr_op op, double l, double r)
{
    switch (op) {
    case EXPR_MUL: return l * r;
    case EXPR_DIV: return r == 0 ? 0 : l / r;
    case EXPR_ADD: return l + r;
    case EXPR_SUB: return l - r;
    case EXPR_LT: return l < r;
    case EXPR_GT: return l > r;
    case EXPR_LE: return l <= r;
    case EXPR_GE: return l >= r;
    case EXPR_EQ: return l == r;
    case EXPR_NE: return l != r;
    case EXPR_BITAND: return (double)(whole(l) & whole(r));
    case EXPR_BITXOR: return (double)(whole(l) ^ whole(r));
    case EXPR_BITOR: return (double)(whole(l) | whole(r));
    case EXPR_AND: return l != 0 ? r : l;
    case EXPR_OR: return l != 0 ? l : r;
    default: bug("expression operator %d", (int)op);
    }
}

double expr_run(const struct expr *x, const double *values, double *stack)
{
    double *top = stack - 1;
    for (const struct expr_step *s = x->steps; s < x->steps + x->n; s++) {
        if (s->op == EXPR_NUMBER)
            *++top = s->number;
        else if (s->op == EXPR_VALUE)
            *++top = values[s->index];
        else if (s->op == EXPR_NOT)
            *top = *top == 0;
        else if (s->op == EXPR_MINUS)
            *top = -*top;
        else if (s->op == EXPR_CHOOSE) {
            top -= 2;
            *top = top[0] != 0 ? top[1] : top[2];
        } else {
            top--;
            *top = binary(s->op, top[0], top[1]);
        }
    }
    return *top;
}
