/* rule-parse.c - what the lines of rule files say; see rule-parse.h */
#include "config.h"
#include "scoring/rule-parse.h"

#include <math.h>
#include "scoring/bayes-rules.h"
#include "scoring/nearest.h"

#define RULE_NAME_MAX 100
#define RULE_NAME_LONG 40
#define KEY_MAX 64
#define GUESSES_MAX 100 /* a file that is no rule file at all has an unknown directive a line */

struct slice rule_word(struct slice *rest)
{
    size_t n = 0;
    while (n < rest->n && !ascii_space(rest->p[n]))
        n++;
    struct slice word = slice_sub(*rest, 0, n);
    *rest = slice_trim(slice_from(*rest, n));
    return word;
}

/* ---- lines that are about a rule: KEY NAME TEXT */

enum { TEXT_OPTIONAL = 1, IS_TEST = 2 };

/* A row without a function is read and means nothing here: examples for the rules' own tests. */
static const struct directive {
    struct slice key;
    const char *plugin; /* NULL: always understood */
    unsigned flags;
    rule_set_fn *run;
} directives[] = {
    { SLICE_INIT("header"), NULL, IS_TEST, rule_set_header },
    { SLICE_INIT("body"), NULL, IS_TEST, rule_set_body },
    { SLICE_INIT("meta"), NULL, IS_TEST, rule_set_meta },
    { SLICE_INIT("score"), NULL, 0, rule_set_score },
    { SLICE_INIT("describe"), NULL, 0, rule_set_describe },
    { SLICE_INIT("tflags"), NULL, 0, rule_set_tflags },
    { SLICE_INIT("priority"), NULL, 0, rule_set_priority },
    { SLICE_INIT("uri"), NULL, IS_TEST, rule_set_uri },
    { SLICE_INIT("rawbody"), NULL, IS_TEST, rule_set_rawbody },
    { SLICE_INIT("full"), NULL, IS_TEST, rule_set_full },
    { SLICE_INIT("mimeheader"), "MIMEHeader", IS_TEST, rule_set_mimeheader },
    { SLICE_INIT("uri_detail"), "URIDetail", IS_TEST, rule_set_uri_detail },
    { SLICE_INIT("askdns"), "AskDNS", IS_TEST, rule_set_askdns },
    { SLICE_INIT("reuse"), NULL, IS_TEST | TEXT_OPTIONAL, rule_set_reuse },
    { SLICE_INIT("shortcircuit"), "Shortcircuit", 0, rule_set_shortcircuit },
    { SLICE_INIT("test"), NULL, TEXT_OPTIONAL, NULL },
};

bool rule_name_valid(struct slice name)
{
    if (name.n == 0 || name.n > RULE_NAME_MAX || ascii_digit(name.p[0]))
        return false;
    for (size_t i = 0; i < name.n; i++)
        if (!ascii_alnum(name.p[i]) && name.p[i] != '_')
            return false;
    return true;
}

static void check_length(struct rule_parser *p, const struct rule_line *at, struct slice name)
{
    if (name.n > RULE_NAME_LONG && !slice_starts(name, SLICE("__")) && !slice_starts(name, SLICE("T_")))
        rule_problem(p->problems, RULE_FLAW, at->file, at->line,
                     "%.*s: a name of more than %d letters is awkward in reports", SLICE_ARG(name),
                     RULE_NAME_LONG);
}

/* false, and a problem, when the line is not complete */
static bool check_directive(struct rule_parser *p, const struct rule_line *at, const struct directive *d,
                            struct slice name, struct slice text)
{
    if (!rule_name_valid(name))
        rule_problem(p->problems, RULE_ERROR, at->file, at->line,
                     "the name of a rule is 1 to %d letters, digits and _, not %s", RULE_NAME_MAX,
                     rule_quote(name).text);
    else if (text.n == 0 && !(d->flags & TEXT_OPTIONAL))
        rule_problem(p->problems, RULE_ERROR, at->file, at->line,
                     "%.*s: something is missing behind the name", SLICE_ARG(name));
    else
        return true;
    return false;
}

static void needs_plugin(struct rule_parser *p, const struct rule_line *at, struct slice key,
                         struct slice plugin)
{
    struct slice first = SLICE("");
    slice_cut(&plugin, ' ', &first);
    rule_problem(p->problems, RULE_WARNING, at->file, at->line,
                 "%.*s is left out: it needs \"loadplugin Mail::SpamAssassin::Plugin::%.*s\" in a .pre file",
                 SLICE_ARG(key), SLICE_ARG(first));
}

static void run_directive(struct rule_parser *p, const struct rule_line *at, const struct directive *d,
                          struct slice rest)
{
    if (d->run == NULL || p->o->settings_only)
        return;
    if (d->plugin && !plugins_have(&p->set->plugins, slice_str(d->plugin))) {
        needs_plugin(p, at, d->key, slice_str(d->plugin));
        return;
    }
    struct slice name = rule_word(&rest);
    if (!check_directive(p, at, d, name, rest))
        return;
    if (d->flags & IS_TEST)
        check_length(p, at, name);
    struct rule *r = ruleset_rule(p->set, name, at, p->o->rules_max);
    if (r)
        d->run(p, at, r, rest);
    else
        rule_problem(p->problems, RULE_ERROR, at->file, at->line,
                     "%.*s is left out: there are rules_max = %u rules already", SLICE_ARG(name),
                     p->o->rules_max);
}

static bool read_directive(struct rule_parser *p, const struct rule_line *at, struct slice key,
                           struct slice rest)
{
    for (size_t i = 0; i < sizeof(directives) / sizeof(*directives); i++)
        if (slice_eq(key, directives[i].key)) {
            run_directive(p, at, &directives[i], rest);
            return true;
        }
    return false;
}

/* ---- settings, and what no line says */

static void keep_setting(struct rule_parser *p, const struct rule_line *at, const struct setting_row *row,
                         struct slice ending, struct slice value)
{
    struct arena *a = &p->set->arena;
    if (ending.n)
        value = arena_printf(a, "%.*s %.*s", SLICE_ARG(ending), SLICE_ARG(value));
    const struct setting_line line = {
        .row = row, .value = value, .origin = at->origin, .file = at->file, .line = at->line
    };
    settings_add(&p->set->settings, a, &line);
    const char *why = row->family == SETTING_BAYES && at->origin == ORIGIN_SITE
                          ? bayes_directive_why_not(slice_str(row->name))
                          : NULL;
    if (why)
        rule_problem(p->problems, RULE_NOT_YET, at->file, at->line, "%s has no effect: %s", row->name, why);
    if (slice_eq(slice_str(row->name), SLICE("enable_compat")))
        plugins_compat(&p->set->plugins, value);
}

/* true: the line was a setting's */
static bool read_setting(struct rule_parser *p, const struct rule_line *at, struct slice key,
                         struct slice rest)
{
    struct slice ending;
    const struct setting_row *row = settings_find(&p->set->settings, key, &ending);
    if (row == NULL)
        return false;
    if (row->plugin && !plugins_have(&p->set->plugins, slice_str(row->plugin)))
        needs_plugin(p, at, key, slice_str(row->plugin));
    else
        keep_setting(p, at, row, ending, rest);
    return true;
}

static struct slice guess(struct rule_parser *p, struct slice key)
{
    struct nearest n;
    if (p->guesses++ >= GUESSES_MAX)
        return SLICE("");
    nearest_init(&n, key);
    for (size_t i = 0; i < sizeof(directives) / sizeof(*directives); i++)
        nearest_try(&n, directives[i].key);
    for (size_t i = 0; i < setting_rows_n; i++)
        nearest_try(&n, slice_str(setting_rows[i].name));
    return n.best;
}

static void unknown_directive(struct rule_parser *p, const struct rule_line *at, struct slice key)
{
    struct slice best = guess(p, key);
    rule_problem(p->problems, RULE_UNSUPPORTED, at->file, at->line, "%s is not known%s%.*s%s",
                 rule_quote(key).text, best.n ? ": did you mean \"" : "", SLICE_ARG(best),
                 best.n ? "\"?" : "");
}

/* loadplugin NAME [FILE.pm], tryplugin: the code is ours, whatever file it is said to be in */
static void load_plugin(struct rule_parser *p, const struct rule_line *at, bool must, struct slice rest)
{
    struct slice name = rule_word(&rest);
    if (!plugins_load(&p->set->plugins, name) && must)
        rule_problem(p->problems, RULE_UNSUPPORTED, at->file, at->line,
                     "there is no plugin %s here: rules that need it are left out", rule_quote(name).text);
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
        value = condition_value(&p->set->arena, &p->set->plugins, text, &e);
        if (value < 0)
            rule_problem(p->problems, RULE_ERROR, at->file, at->line, "the condition counts as false: %s",
                         e.text);
    }
    condition_if(ifs, value > 0, at->line);
    if (ifs->depth == IF_DEPTH_MAX + 1)
        rule_problem(p->problems, RULE_ERROR, at->file, at->line,
                     "nested deeper than %d conditions: counts as false", IF_DEPTH_MAX);
}

static void not_alone(struct rule_parser *p, const struct rule_line *at, struct slice key)
{
    rule_problem(p->problems, RULE_ERROR, at->file, at->line, "%.*s stands alone on its line",
                 SLICE_ARG(key));
}

static int end_or_else(struct condition_stack *ifs, struct slice key)
{
    return slice_eq(key, SLICE("else")) ? condition_else(ifs) : condition_endif(ifs);
}

/* true: the line was one of a condition */
static bool read_condition(struct rule_parser *p, const struct rule_line *at, struct slice key,
                           struct slice rest)
{
    bool ends = slice_eq(key, SLICE("else")) || slice_eq(key, SLICE("endif"));
    if (slice_eq(key, SLICE("if")) || slice_eq(key, SLICE("ifplugin")))
        start_if(p, at, rest, key.n > 2);
    else if (ends && rest.n)
        not_alone(p, at, key);
    else if (ends && end_or_else(&rule_reader_top(&p->reader)->ifs, key) < 0)
        rule_problem(p->problems, RULE_ERROR, at->file, at->line, "%s without its \"if\"",
                     rule_quote(key).text);
    else
        return ends;
    return true;
}

static void end_of_file(struct rule_parser *p)
{
    const struct rule_source *top = rule_reader_top(&p->reader);
    unsigned depth = top->ifs.depth < IF_DEPTH_MAX ? top->ifs.depth : IF_DEPTH_MAX;
    if (depth)
        rule_problem(p->problems, RULE_ERROR, top->file, top->ifs.v[depth - 1].line,
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

/* ---- a line */

/* Keys are read without case, and with - for _. */
static struct slice read_key(struct slice *rest, char memory[KEY_MAX])
{
    struct slice word = slice_sub(rule_word(rest), 0, KEY_MAX);
    for (size_t i = 0; i < word.n; i++)
        memory[i] = word.p[i] == '-' ? '_' : ascii_lower(word.p[i]);
    return slice_of(memory, word.n);
}

/* Lines in another language are left out: `lang de describe ...`. */
static bool other_language(const struct rule_parser *p, struct slice *key, struct slice *rest,
                           char memory[KEY_MAX])
{
    if (!slice_eq(*key, SLICE("lang")))
        return false;
    const char *ours = p->o->language && *p->o->language ? p->o->language : "en_US";
    struct slice language = rule_word(rest);
    *key = read_key(rest, memory);
    return !slice_istarts(slice_str(ours), language);
}

static int read_line(struct rule_parser *p, const struct rule_line *at, struct err *e)
{
    char memory[KEY_MAX];
    struct slice rest = at->text, key = read_key(&rest, memory);
    if (other_language(p, &key, &rest, memory) || read_condition(p, at, key, rest) ||
        !condition_active(&rule_reader_top(&p->reader)->ifs))
        return 0;
    if (slice_eq(key, SLICE("include")))
        return include(p, at, rest, e);
    if (slice_eq(key, SLICE("require_version")))
        require_version(p, at, rest);
    else if (slice_eq(key, SLICE("loadplugin")) || slice_eq(key, SLICE("tryplugin")))
        load_plugin(p, at, key.p[0] == 'l', rest);
    else if (!read_directive(p, at, key, rest) && !read_setting(p, at, key, rest))
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
