/* rule-condition.c - if, ifplugin, else and endif in rule files; see rule-condition.h */
#include "config.h"
#include "scoring/rule-condition.h"

#include "scoring/eval.h"
#include "scoring/expr.h"
#include "scoring/rule-problem.h"

#define PERL_VERSION 5.036000

static const struct {
    struct slice name;
    double value;
} constants[] = {
    { SLICE_INIT("version"), RULES_VERSION },
    { SLICE_INIT("perl_version"), PERL_VERSION },
};

/* has(Mail::SpamAssassin::Plugin::X::check_y): a function that rules may call is there, too */
static bool has_eval(const struct plugins *plugins, struct slice function)
{
    for (size_t i = function.n; i > 2; i--) {
        if (function.p[i - 1] != ':')
            continue;
        const struct eval_function *f = eval_find(slice_from(function, i));
        return f && f->plugin && plugins_loaded(plugins, slice_sub(function, 0, i - 2)) &&
               slice_iends(slice_sub(function, 0, i - 2), slice_str(f->plugin));
    }
    return false;
}

static int resolve_call(const struct plugins *plugins, struct slice name, struct slice argument,
                        double *value, struct err *e)
{
    if (slice_eq(name, SLICE("plugin")))
        *value = plugins_loaded(plugins, argument);
    else if (slice_eq(name, SLICE("can")))
        *value = plugins_can(plugins, argument);
    else if (slice_eq(name, SLICE("has")))
        *value = plugins_has(plugins, argument) || has_eval(plugins, argument);
    else
        return err_set(e, ERR_INPUT, "%s is not known: plugin(), can() and has() are", rule_quote(name).text);
    return 0;
}

static int resolve(void *ctx, struct slice name, const struct slice *argument, struct expr_step *step,
                   struct err *e)
{
    const struct plugins *plugins = ctx;
    if (argument)
        return resolve_call(plugins, name, *argument, &step->number, e);
    if (slice_eq(name, SLICE("local_tests_only"))) {
        step->number = !plugins->network;
        return 0;
    }
    for (size_t i = 0; i < sizeof(constants) / sizeof(*constants); i++)
        if (slice_eq(name, constants[i].name)) {
            step->number = constants[i].value;
            return 0;
        }
    return err_set(e, ERR_INPUT, "%s is not known: version, perl_version and local_tests_only are",
                   rule_quote(name).text);
}

int condition_value(struct arena *a, const struct plugins *plugins, struct slice text, struct err *e)
{
    const struct expr_names names = { resolve, (void *)(uintptr_t)plugins };
    struct expr x;
    if (expr_compile(&x, a, text, &names, e) < 0)
        return -1;
    return expr_run(&x, NULL, arena_array(a, x.depth, sizeof(double))) != 0;
}

bool condition_active(const struct condition_stack *s)
{
    return s->depth == 0 ||
           (s->depth <= IF_DEPTH_MAX && s->v[s->depth - 1].outer && s->v[s->depth - 1].value);
}

void condition_if(struct condition_stack *s, bool value, unsigned line)
{
    bool outer = condition_active(s);
    if (s->depth < IF_DEPTH_MAX) {
        s->v[s->depth].outer = outer;
        s->v[s->depth].value = value;
        s->v[s->depth].has_else = false;
        s->v[s->depth].line = line;
    }
    s->depth++;
}

int condition_else(struct condition_stack *s)
{
    if (s->depth > IF_DEPTH_MAX)
        return 0;
    if (s->depth == 0 || s->v[s->depth - 1].has_else)
        return -1;
    s->v[s->depth - 1].has_else = true;
    s->v[s->depth - 1].value = !s->v[s->depth - 1].value;
    return 0;
}

int condition_endif(struct condition_stack *s)
{
    if (s->depth == 0)
        return -1;
    s->depth--;
    return 0;
}
