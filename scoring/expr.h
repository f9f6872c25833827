/* expr.h - expressions of meta rules and of `if` lines
 * Text with names, numbers, ( ) and Perl's operators ! - + * / < > <= >= == != & | ^ && || ?: becomes a flat
 * program in postfix order; neither compiling nor running recurses. Values are numbers: `A && B` is B's value
 * where A is not 0, comparisons and ! give 1 or 0, a division by 0 gives 0.
 *
 * What a name means is the caller's: resolve() turns `name` or `name(argument)` into a step that pushes.
 * Limits: EXPR_STEPS_MAX. Fails: ERR_INPUT, saying where and what was expected. */
#ifndef SCORING_EXPR_H
#define SCORING_EXPR_H

#include "base/arena.h"
#include "base/err.h"

#define EXPR_STEPS_MAX 10000

enum expr_op {
    EXPR_NUMBER, /* pushes number */
    EXPR_VALUE,  /* pushes values[index] */
    EXPR_NOT,
    EXPR_MINUS,
    EXPR_MUL,
    EXPR_DIV,
    EXPR_ADD,
    EXPR_SUB,
    EXPR_LT,
    EXPR_GT,
    EXPR_LE,
    EXPR_GE,
    EXPR_EQ,
    EXPR_NE,
    EXPR_BITAND,
    EXPR_BITXOR,
    EXPR_BITOR,
    EXPR_AND,
    EXPR_OR,
    EXPR_CHOOSE, /* A ? B : C */
};

struct expr_step {
    enum expr_op op;
    uint32_t index;
    double number;
};

struct expr {
    struct expr_step *steps;
    unsigned n;
    unsigned depth; /* numbers that the stack of expr_run must hold */
};

struct expr_names {
    /* argument is NULL for a plain name. 0 with EXPR_NUMBER or EXPR_VALUE in *step; -1 with *e. */
    int (*resolve)(void *ctx, struct slice name, const struct slice *argument, struct expr_step *step,
                   struct err *e);
    void *ctx;
};

int expr_compile(struct expr *x, struct arena *a, struct slice text, const struct expr_names *names,
                 struct err *e) MUST_CHECK;
double expr_run(const struct expr *x, const double *values, double *stack);

#endif
