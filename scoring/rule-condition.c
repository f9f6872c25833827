/* rule-condition.c - if, ifplugin, else and endif in rule files; see rule-condition.h */
#include "config.h"
#include "scoring/rule-condition.h"

#include "scoring/expr.h"
#include "scoring/rule-problem.h"

#define PERL_VERSION 5.036000

/* What plugin(), can() and has() are told that we have. A row comes with the code that makes it true. */
static const struct slice plugins[] = {
    SLICE_INIT("Mail::SpamAssassin::Plugin::Check"),
};
static const struct slice features[] = {
    SLICE_INIT("Mail::SpamAssassin::Conf::perl_min_version_5010000"),
    SLICE_INIT("Mail::SpamAssassin::Conf::feature_bug6558_free"),
    SLICE_INIT("Mail::SpamAssassin::Conf::feature_compile_regexp"),
    SLICE_INIT("Mail::SpamAssassin::Conf::feature_local_tests_only"),
};

static const struct {
    struct slice name;
    double value;
} constants[] = {
    { SLICE_INIT("version"), RULES_VERSION },
    { SLICE_INIT("perl_version"), PERL_VERSION },
    { SLICE_INIT("local_tests_only"), 1 },
};

static bool among(struct slice name, const struct slice *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (slice_eq(name, v[i]))
            return true;
    return false;
}

static int resolve_call(struct slice name, struct slice argument, double *value, struct err *e)
{
    if (slice_eq(name, SLICE("plugin")))
        *value = among(argument, plugins, sizeof(plugins) / sizeof(*plugins));
    else if (slice_eq(name, SLICE("can")) || slice_eq(name, SLICE("has")))
        *value = among(argument, features, sizeof(features) / sizeof(*features));
    else
        return err_set(e, ERR_INPUT, "%s is not known: plugin(), can() and has() are", rule_quote(name).text);
    return 0;
}

static int resolve(void *ctx, struct slice name, const struct slice *argument, struct expr_step *step,
                   struct err *e)
{
    if (argument)
        return resolve_call(name, *argument, &step->number, e);
    for (size_t i = 0; i < sizeof(constants) / sizeof(*constants); i++)
        if (slice_eq(name, constants[i].name)) {
            step->number = constants[i].value;
            return 0;
        }
    return err_set(e, ERR_INPUT, "%s is not known: version, perl_version and local_tests_only are",
                   rule_quote(name).text);
}

int condition_value(struct arena *a, struct slice text, struct err *e)
{
    const struct expr_names names = { resolve, NULL };
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
