/* rule-parse.c - what the lines of rule files say; see rule-parse.h */
#include "config.h"
#include "scoring/rule-parse.h"

#include <math.h>

#define RULE_NAME_MAX 100
#define KEY_MAX 40

struct slice rule_word(struct slice *rest)
{
    size_t n = 0;
    while (n < rest->n && !ascii_space(rest->p[n]))
        n++;
    struct slice word = slice_sub(*rest, 0, n);
    *rest = slice_trim(slice_from(*rest, n));
    return word;
}

/* Lines `KEY NAME REST`; a row has either a type of test or a function. Rows with neither are read and mean
 * nothing here: examples for a rule's own tests, and mass-check's reuse of old results. */
static const struct directive {
    struct slice key;
    enum rule_type test;
    rule_set_fn *run;
} directives[] = {
    { SLICE_INIT("header"), RULE_HEADER, NULL },
    { SLICE_INIT("body"), RULE_BODY, NULL },
    { SLICE_INIT("rawbody"), RULE_RAWBODY, NULL },
    { SLICE_INIT("full"), RULE_FULL, NULL },
    { SLICE_INIT("uri"), RULE_URI, NULL },
    { SLICE_INIT("meta"), RULE_META, NULL },
    { SLICE_INIT("score"), RULE_NONE, rule_set_score },
    { SLICE_INIT("describe"), RULE_NONE, rule_set_describe },
    { SLICE_INIT("tflags"), RULE_NONE, rule_set_tflags },
    { SLICE_INIT("priority"), RULE_NONE, rule_set_priority },
    { SLICE_INIT("test"), RULE_NONE, NULL },
    { SLICE_INIT("reuse"), RULE_NONE, NULL },
};

static bool rule_name_valid(struct slice name)
{
    if (name.n == 0 || name.n > RULE_NAME_MAX || ascii_digit(name.p[0]))
        return false;
    for (size_t i = 0; i < name.n; i++)
        if (!ascii_alnum(name.p[i]) && name.p[i] != '_')
            return false;
    return true;
}

static void run_directive(struct rule_parser *p, const struct rule_line *at, const struct directive *d,
                          struct slice rest)
{
    struct slice name = rule_word(&rest);
    if (d->test == RULE_NONE && d->run == NULL)
        return;
    if (!rule_name_valid(name)) {
        rule_problem(p->problems, RULE_ERROR, at->file, at->line,
                     "the name of a rule is 1 to %d letters, digits and _, not %s", RULE_NAME_MAX,
                     rule_quote(name).text);
        return;
    }
    if (rest.n == 0) {
        rule_problem(p->problems, RULE_ERROR, at->file, at->line,
                     "%.*s: something is missing behind the name", SLICE_ARG(name));
        return;
    }
    struct rule *r = ruleset_rule(p->set, name, at, p->o->rules_max);
    if (r == NULL)
        rule_problem(p->problems, RULE_ERROR, at->file, at->line,
                     "%.*s is left out: there are rules_max = %u rules already", SLICE_ARG(name),
                     p->o->rules_max);
    else if (d->run)
        d->run(p, at, r, rest);
    else
        rule_test_define(p, at, d->test, r, rest);
}

/* true: the line was a setting's */
static bool read_setting(struct rule_parser *p, const struct rule_line *at, struct slice key,
                         struct slice rest)
{
    struct arena *a = &p->set->arena;
    struct slice ending;
    struct setting_line line = { .row = settings_find(&p->set->settings, key, &ending),
                                 .value = rest,
                                 .origin = ORIGIN_SITE,
                                 .file = at->file,
                                 .line = at->line };
    if (line.row == NULL)
        return false;
    if (ending.n)
        line.value = arena_printf(a, "%.*s %.*s", SLICE_ARG(ending), SLICE_ARG(rest));
    settings_add(&p->set->settings, a, &line);
    return true;
}

static void unknown_directive(struct rule_parser *p, const struct rule_line *at, struct slice key)
{
    rule_problem(p->problems, RULE_UNSUPPORTED, at->file, at->line, "%s is not supported",
                 rule_quote(key).text);
}

/* ---- conditions, includes, versions */

static void start_if(struct rule_parser *p, const struct rule_line *at, struct slice text, bool plugin)
{
    struct condition_stack *ifs = &rule_reader_top(&p->reader)->ifs;
    struct err e;
    int value = 0;
    if (condition_active(ifs)) {
        if (plugin)
            text = arena_printf(&p->set->arena, "plugin(%.*s)", SLICE_ARG(text));
        value = condition_value(&p->set->arena, text, &e);
        if (value < 0)
            rule_problem(p->problems, RULE_ERROR, at->file, at->line, "the condition counts as false: %s",
                         e.text);
    }
    condition_if(ifs, value > 0, at->line);
    if (ifs->depth == IF_DEPTH_MAX + 1)
        rule_problem(p->problems, RULE_ERROR, at->file, at->line,
                     "nested deeper than %d conditions: counts as false", IF_DEPTH_MAX);
}

/* true: the line was one of a condition */
static bool read_condition(struct rule_parser *p, const struct rule_line *at, struct slice key,
                           struct slice rest)
{
    struct condition_stack *ifs = &rule_reader_top(&p->reader)->ifs;
    int done = 0;
    if (slice_eq(key, SLICE("if")) || slice_eq(key, SLICE("ifplugin")))
        start_if(p, at, rest, key.n > 2);
    else if (slice_eq(key, SLICE("else")))
        done = condition_else(ifs);
    else if (slice_eq(key, SLICE("endif")))
        done = condition_endif(ifs);
    else
        return false;
    if (done < 0)
        rule_problem(p->problems, RULE_ERROR, at->file, at->line, "%s without its \"if\"",
                     rule_quote(key).text);
    return true;
}

static void end_of_file(struct rule_parser *p)
{
    const struct rule_source *top = rule_reader_top(&p->reader);
    unsigned depth = top->ifs.depth < IF_DEPTH_MAX ? top->ifs.depth : IF_DEPTH_MAX;
    if (depth)
        rule_problem(p->problems, RULE_WARNING, top->file, top->ifs.v[depth - 1].line,
                     "\"if\" without its \"endif\": it ends with the file");
}

static void require_version(struct rule_parser *p, const struct rule_line *at, struct slice rest)
{
    double version;
    if (slice_eq(rest, SLICE("@@VERSION@@")))
        return;
    if (rule_number(rest, &version) && fabs(version - RULES_VERSION) < 5e-7)
        return;
    rule_problem(p->problems, RULE_WARNING, at->file, at->line,
                 "the rest of the file is for version %s and left out: this is %.6f", rule_quote(rest).text,
                 RULES_VERSION);
    rule_reader_skip_file(&p->reader);
    rule_reader_top(&p->reader)->ifs.depth = 0;
}

static int include(struct rule_parser *p, const struct rule_line *at, struct slice rest, struct err *e)
{
    if (!p->no_include)
        return rule_reader_include(&p->reader, rest, e);
    rule_problem(p->problems, RULE_ERROR, at->file, at->line, "this text is not a file and includes none");
    return 0;
}

/* Keys are read without case, and with - for _. */
static struct slice read_key(struct slice *rest, char memory[KEY_MAX])
{
    struct slice word = slice_sub(rule_word(rest), 0, KEY_MAX);
    for (size_t i = 0; i < word.n; i++)
        memory[i] = word.p[i] == '-' ? '_' : ascii_lower(word.p[i]);
    return slice_of(memory, word.n);
}

/* Lines in another language than English are left out: `lang de describe ...`. */
static bool other_language(struct slice *key, struct slice *rest, char memory[KEY_MAX])
{
    if (!slice_eq(*key, SLICE("lang")))
        return false;
    struct slice language = rule_word(rest);
    *key = read_key(rest, memory);
    return !slice_starts(language, SLICE("en"));
}

static int read_line(struct rule_parser *p, const struct rule_line *at, struct err *e)
{
    char memory[KEY_MAX];
    struct slice rest = at->text, key = read_key(&rest, memory);
    if (read_condition(p, at, key, rest) || !condition_active(&rule_reader_top(&p->reader)->ifs) ||
        other_language(&key, &rest, memory))
        return 0;
    if (slice_eq(key, SLICE("include")))
        return include(p, at, rest, e);
    for (size_t i = 0; i < sizeof(directives) / sizeof(*directives); i++)
        if (slice_eq(key, directives[i].key)) {
            run_directive(p, at, &directives[i], rest);
            return 0;
        }
    if (slice_eq(key, SLICE("require_version")))
        require_version(p, at, rest);
    else if (!read_setting(p, at, key, rest))
        unknown_directive(p, at, key);
    return 0;
}

int rule_parse(struct rule_parser *p, struct err *e)
{
    struct rule_line line;
    for (;;) {
        enum rule_read got = rule_reader_next(&p->reader, &line);
        if (got == RULE_READ_DONE)
            return 0;
        if (got == RULE_READ_FILE_END)
            end_of_file(p);
        else if (read_line(p, &line, e) < 0)
            return -1;
    }
}
