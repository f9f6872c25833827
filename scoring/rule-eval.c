/* rule-eval.c - calls of functions in rules; see rule-compile.h */
#include "config.h"
#include "scoring/rule-compile.h"

#include "scoring/askdns.h"
#include "scoring/nearest.h"

/* ---- arguments */

/* what SpamAssassin takes without quotes: numbers, addresses, names of domains */
static bool bare_char(char c)
{
    return ascii_alnum(c) || c == '.' || c == ':' || c == '-';
}

static size_t skip_space(struct slice s, size_t at)
{
    while (at < s.n && ascii_space(s.p[at]))
        at++;
    return at;
}

/* Behind an argument: white space, then a comma with its white space, or the end. SIZE_MAX: neither. */
static size_t behind(struct slice s, size_t at)
{
    at = skip_space(s, at);
    if (at == s.n)
        return at;
    return s.p[at] == ',' ? skip_space(s, at + 1) : SIZE_MAX;
}

/* A quote ends the argument where a comma or the end follows, so that there may be others in it. */
static bool read_argument(struct slice s, size_t *at, struct slice *out)
{
    char quote = s.p[*at];
    bool quoted = quote == '\'' || quote == '"';
    size_t from = *at + quoted, end = from, next = SIZE_MAX;
    while (end < s.n && (quoted || bare_char(s.p[end]))) {
        if (quoted && s.p[end] == quote && (next = behind(s, end + 1)) != SIZE_MAX)
            break;
        end++;
    }
    if (!quoted && end > from)
        next = behind(s, end);
    *out = slice_sub(s, from, end - from);
    *at = next;
    return next != SIZE_MAX;
}

static int read_arguments(struct arena *a, struct slice s, struct eval_args *args, struct err *e)
{
    args->v = arena_array(a, EVAL_ARGS_MAX, sizeof(*args->v));
    args->n = 0;
    for (size_t at = skip_space(s, 0); at < s.n; args->n++) {
        if (args->n == EVAL_ARGS_MAX)
            return err_set(e, ERR_INPUT, "more than %d arguments", EVAL_ARGS_MAX);
        if (!read_argument(s, &at, &args->v[args->n]))
            return err_set(e, ERR_INPUT, "argument %zu is neither 'quoted' nor a number or name",
                           args->n + 1);
    }
    return 0;
}

/* ---- functions */

#define GUESSES_MAX 100

struct linker {
    struct ruleset *set;
    struct rule_problems *problems;
    struct rule *r;
    unsigned guesses;
};

static void problem(struct linker *l, enum rule_problem_kind kind, const char *text)
{
    const struct rule *r = l->r;
    l->r->unsupported = true;
    rule_problem(l->problems, kind, r->test.file, r->test.line, "%.*s: %s", SLICE_ARG(r->name), text);
}

static void unknown_function(struct linker *l, struct slice name)
{
    struct nearest n;
    nearest_init(&n, name);
    for (size_t i = 0; i < eval_families_n && l->guesses < GUESSES_MAX; i++)
        for (size_t k = 0; k < eval_families[i]->n; k++)
            nearest_try(&n, slice_str(eval_families[i]->v[k].name));
    l->guesses++;
    struct slice text =
        arena_printf(&l->set->arena, "the function %s is not known%s%.*s%s", rule_quote(name).text,
                     n.best.n ? ": did you mean \"" : "", SLICE_ARG(n.best), n.best.n ? "\"?" : "");
    problem(l, RULE_UNSUPPORTED, text.p);
}

static void not_yet(struct linker *l, const struct eval_function *f)
{
    problem(l, RULE_NOT_YET, arena_printf(&l->set->arena, "%s() is not there yet", f->name).p);
}

/* false, and a problem, when there is nothing to call */
static bool check_function(struct linker *l, const struct eval_function *f, struct slice name, size_t n_args)
{
    struct arena *a = &l->set->arena;
    if (f == NULL)
        unknown_function(l, name);
    else if (f->plugin && !plugins_have(&l->set->plugins, slice_str(f->plugin)))
        problem(
            l, RULE_WARNING,
            arena_printf(a, "%s() needs \"loadplugin Mail::SpamAssassin::Plugin::%s\"", f->name, f->plugin)
                .p);
    else if (n_args < f->min_args || n_args > f->max_args)
        problem(l, RULE_ERROR,
                arena_printf(a, "%s() takes %u to %u arguments, not %zu", f->name, f->min_args, f->max_args,
                             n_args)
                    .p);
    else
        return true;
    return false;
}

static void link_call(struct linker *l)
{
    struct rule_eval *call = &l->r->test.eval;
    struct slice text = l->r->test.text;
    ptrdiff_t open = slice_chr(text, '(');
    struct slice name = slice_sub(text, 0, (size_t)open);
    const struct eval_function *f = eval_find(name);
    struct err e;
    if (read_arguments(&l->set->arena, slice_sub(text, name.n + 1, text.n - name.n - 2), &call->args, &e) <
        0) {
        problem(l, RULE_ERROR, e.text);
        return;
    }
    if (!check_function(l, f, name, call->args.n))
        return;
    struct eval_prepare prepare = { .set = l->set, .rule = l->r, .a = &l->set->arena, .args = &call->args };
    if (f->prepare && f->prepare(&prepare, &call->prepared, &e) < 0)
        problem(l, RULE_ERROR, e.text);
    else
        call->f = f;
    if (call->f && f->run == NULL)
        not_yet(l, f);
}

/* A question that is broken, or for records that nobody asks here, is not asked. */
static void link_question(struct linker *l)
{
    struct askdns *q = ARENA_NEW(&l->set->arena, struct askdns);
    struct err e;
    int done = askdns_read(&l->set->arena, l->set->net, l->r->test.text, q, &e);
    if (done == 0)
        l->r->test.askdns = q;
    else
        problem(l, done == NOT_SUPPORTED ? RULE_UNSUPPORTED : RULE_ERROR, e.text);
}

void rule_compile_evals(struct ruleset *set, struct rule_problems *problems)
{
    struct linker l = { .set = set, .problems = problems };
    for (size_t i = 0; i < set->n; i++) {
        l.r = set->rules[i];
        if (l.r->test.type == RULE_EVAL)
            link_call(&l);
        else if (l.r->test.type == RULE_ASKDNS)
            link_question(&l);
    }
}
