/* eval.h - functions that rules call: `body X eval:html_image_only('0','400')`
 * One file a family (eval-header.c, eval-mime.c ...), one row a function, families listed in eval.c. A
 * function is called at most once a message and rule, in the rule's turn.
 *
 * prepare() reads the arguments when rules are loaded: 0, or -1 with *e ("what is wrong; what to write").
 * What it puts into *prepared lives as long as the set. run() gives the rule's value: 0 is no hit; others
 * are what metas see. It allocates from c->m->arena only, and is linear in the message.
 *
 * A function that asks the network has ask(), too: called before any rule runs, once for each enum ask_round,
 * it sends off the questions whose answers run() will want; c->running is the rule. See net.h. */
#ifndef SCORING_EVAL_H
#define SCORING_EVAL_H

#include "scoring/check.h"

#define EVAL_ARGS_MAX 64

struct eval_args {
    struct slice *v; /* without their quotes */
    size_t n;
};

enum {
    EVAL_NETWORK = 1, /* asks the network, or needs what auth/ found by asking it */
    EVAL_LEARN = 2,   /* asks the classifier */
    EVAL_RBL = 4,     /* first argument is a set's name, for -lastexternal and its like */
};

struct eval_prepare {
    const struct ruleset *set; /* rules and settings read so far; families are loaded before */
    const struct rule *rule;   /* that calls it */
    struct arena *a;
    const struct eval_args *args;
};

/* Each but the first may wait for answers to what the one before has asked. */
enum ask_round {
    ASK_FIRST,  /* as soon as the message is there; nobody has looked yet who sent it */
    ASK_SECOND, /* c->auth is there */
    ASK_THIRD,
    ASK_ROUNDS
};

struct eval_function {
    const char *name;
    const char *plugin; /* without "Mail::SpamAssassin::Plugin::"; NULL: always there */
    unsigned flags;
    unsigned min_args, max_args;
    int (*prepare)(struct eval_prepare *p, void **prepared, struct err *e); /* NULL: nothing to do */
    double (*run)(struct check *c, const struct eval_args *args, const void *prepared); /* NULL: not yet */
    void (*ask)(struct check *c, const struct eval_args *args, const void *prepared,
                enum ask_round round); /* NULL: nothing to ask */
};

struct eval_family {
    const char *name;
    const struct eval_function *v;
    size_t n;
};

extern const struct eval_family *const eval_families[];
extern const size_t eval_families_n;
/* NULL when there is none of that name */
const struct eval_function *eval_find(struct slice name);

/* ---- helpers of families */

/* Argument i as text ("" when absent), as a number (`otherwise` when absent or none). */
struct slice eval_arg(const struct eval_args *args, size_t i);
double eval_number(const struct eval_args *args, size_t i, double otherwise);
/* What a function that reads "the body" is given: the rawbody where a rawbody rule calls it. */
const struct view *eval_body_of(struct check *c);
/* Whether an address, in lower case, is one that the message was sent to, as welcomelist_to sees it. */
bool eval_is_recipient(struct check *c, struct slice address);

#define EVAL_FAMILY(variable, title, rows)                                                                   \
    const struct eval_family variable = { .name = (title), .v = (rows), .n = sizeof(rows) / sizeof(*(rows)) }

#endif
