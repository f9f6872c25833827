/* ruleset.c - rule files, loaded once; see ruleset.h
 * The set has an arena of its own (at most ARENA_MAX) and, besides, its compiled patterns. A set that wants
 * more memory is refused. */
#include "config.h"
#include "scoring/ruleset.h"

#include <stdio.h>
#include <stdlib.h>
#include "scoring/autolearn.h"
#include "scoring/bayes-rules.h"
#include "scoring/eval-dnsbl.h"
#include "scoring/families.h"
#include "scoring/report-settings.h"
#include "scoring/eval-uri.h"
#include "scoring/meta.h"
#include "scoring/prefilter.h"
#include "scoring/rule-compile.h"
#include "scoring/rule-meta.h"
#include "scoring/rule-order.h"
#include "scoring/rule-parse.h"
#include "scoring/shortcircuit.h"
#include "scoring/rule-path.h"

#define ARENA_MAX ((size_t)512 * 1024 * 1024)
/* without a score of its own */
#define SCORE_DEFAULT 1.0
#define SCORE_TRIAL 0.01 /* T_ */

bool rule_is_sub(const struct rule *r)
{
    return slice_starts(r->name, SLICE("__"));
}

static struct rule *add_rule(struct ruleset *set, struct slice name, const struct rule_line *at)
{
    struct rule *r = ARENA_NEW(&set->arena, struct rule);
    r->name = arena_dup(&set->arena, name);
    r->number = (uint32_t)set->n;
    r->file = at->file;
    r->line = at->line;
    r->origin = at->origin;
    if (set->n == set->cap) {
        set->cap = set->cap ? set->cap * 2 : 256;
        set->rules = arena_grow(&set->arena, set->rules, set->n, set->cap, sizeof(*set->rules));
    }
    set->rules[set->n++] = r;
    names_add(&set->names, r->name, r->number);
    return r;
}

struct rule *ruleset_rule(struct ruleset *set, struct slice name, const struct rule_line *at, unsigned max)
{
    uint32_t number = names_find(&set->names, name);
    if (number != NAMES_NONE)
        return set->rules[number];
    return set->n < max ? add_rule(set, name, at) : NULL;
}

/* ---- when all lines are read */

/* Functions that ask the network or the classifier run only in score sets of their own; so do those rules
 * that SpamAssassin makes functions of. */
static bool can_run(const struct rule *r, bool network, bool learned)
{
    const struct rule_test *t = &r->test;
    const struct eval_function *f = t->eval.f;
    bool call = t->type == RULE_EVAL;
    if (call || t->type == RULE_MIMEHEADER || t->type == RULE_URI_DETAIL) {
        if ((!network && (r->tflags & TFLAG_NET)) || (!learned && (r->tflags & TFLAG_LEARN)))
            return false;
        return !call || (f && f->run && (network || !(f->flags & EVAL_NETWORK)) &&
                         (learned || !(f->flags & EVAL_LEARN)));
    }
    return t->type == RULE_ASKDNS ? network && t->askdns : t->type != RULE_NONE && t->type != RULE_EMPTY;
}

/* Without a classifier nothing is learned, and a minimum of 0 says nothing. */
bool ruleset_wants_classifier(const struct ruleset *set, unsigned spam, unsigned ham)
{
    struct bayes_rules r = bayes_rules_of(&set->settings);
    return (spam || ham) && bayes_rules_speak(&r, spam, ham);
}

static void choose_score_set(struct ruleset *set)
{
    bool speaks = ruleset_wants_classifier(set, set->learned_spam, set->learned_ham);
    set->score_set = (speaks ? SCORE_SET_LEARNED : 0) | (set->network ? SCORE_SET_NETWORK : 0);
}

/* What the stock files, or SpamAssassin's own default, say does not switch it on. */
static bool autolearns(const struct ruleset *set)
{
    const struct setting_line *l = settings_last(&set->settings, SETTING_BAYES, "bayes_auto_learn");
    bool said = l && l->origin == ORIGIN_SITE;
    bool wanted = set->autolearn_option == AUTOLEARN_OPTION_YES ||
                  (set->autolearn_option == AUTOLEARN_OPTION_RULES && said &&
                   settings_bool(&set->settings, SETTING_BAYES, "bayes_auto_learn", false));
    return wanted && bayes_rules_of(&set->settings).learns;
}

static void set_score(struct ruleset *set, struct rule *r)
{
    if (r->test.type != RULE_NONE)
        r->where = arena_printf(&set->arena, "%s:%u", r->test.file, r->test.line).p;
    double score = slice_starts(r->name, SLICE("T_")) ? SCORE_TRIAL : SCORE_DEFAULT;
    if (r->tflags & TFLAG_NICE)
        score = -score;
    for (int i = 0; i < SCORE_SETS && !r->has_score; i++)
        r->scores[i] = score;
    r->score = r->scores[set->score_set];
    r->runs = can_run(r, set->network, set->score_set & SCORE_SET_LEARNED) && r->score != 0;
}

static void warn_no_test(const struct rule *r, struct rule_problems *problems)
{
    if (r->test.type == RULE_NONE && !r->unsupported && r->origin == ORIGIN_SITE &&
        (r->has_score || r->describe))
        rule_problem(problems, RULE_WARNING, r->file, r->line,
                     "%.*s has a score or a description, but no test", SLICE_ARG(r->name));
}

void ruleset_finish(struct ruleset *set, unsigned rules_max, struct rule_problems *problems)
{
    replace_tags_load(&set->tags, &set->arena, &set->settings);
    rule_compile(set, &set->tags, problems);
    replace_tags_free(&set->tags);
    families_load(set, problems);
    choose_score_set(set);
    set->autolearns = autolearns(set);
    rule_compile_evals(set, problems);
    rule_meta_compile(set, rules_max, problems);
    for (size_t i = 0; i < set->n; i++) {
        set_score(set, set->rules[i]);
        warn_no_test(set->rules[i], problems);
    }
    meta_order(set, problems);
    rule_inherit(set);
    rule_order(set);
    shortcircuit_load(set);
    rule_order_asking(set);
    dnsbl_client_zones(set);
    set->prefilter = prefilter_new(&set->arena, set->tests, set->n_tests);
}

/* ---- loading */

static struct ruleset *new_set(void)
{
    struct ruleset *set = calloc(1, sizeof(*set));
    if (set == NULL)
        fatal("no memory for rules");
    arena_init(&set->arena, ARENA_MAX);
    names_init(&set->names, &set->arena);
    header_specs_init(&set->specs, &set->arena);
    plugins_init(&set->plugins, &set->arena);
    return set;
}

/* a rule's, and those that it had before */
static void free_tests(struct rule_test *t)
{
    for (; t; t = t->earlier) {
        regex_free(&t->re);
        uri_conditions_free(t->conditions);
    }
}

void ruleset_free(struct ruleset **r)
{
    struct ruleset *set = *r;
    if (set == NULL)
        return;
    for (size_t i = 0; i < set->n; i++)
        free_tests(&set->rules[i]->test);
    replace_tags_free(&set->tags);
    families_free(set);
    arena_deinit(&set->arena);
    free(set);
    *r = NULL;
}

static void take_counts(struct ruleset *set, const struct rule_parser *p)
{
    set->files = p->reader.files;
    set->hash = p->reader.hash;
    set->n_problems = p->problems->n;
    set->n_not_yet = p->problems->not_yet;
}

static int finish(struct rule_parser *p, struct err *e)
{
    size_t n = 0;
    ruleset_finish(p->set, p->o->rules_max, p->problems);
    take_counts(p->set, p);
    for (size_t i = 0; i < p->set->n; i++)
        n += p->set->rules[i]->test.type != RULE_NONE;
    if (n == 0 && !p->o->settings_only)
        return err_set(e, ERR_CONFIG, "there are no rules in the %u files of rules_path", p->set->files);
    return 0;
}

static int load_files(struct rule_parser *p, const struct rule_paths *paths, struct err *e)
{
    for (size_t i = 0; i < paths->n; i++)
        if (rule_reader_open(&p->reader, paths->v[i], e) < 0 || rule_parse(p, e) < 0)
            return -1;
    return finish(p, e);
}

static int load_text(struct rule_parser *p, struct slice text, const char *name, struct err *e)
{
    p->no_include = true;
    rule_reader_open_text(&p->reader, arena_str(&p->set->arena, slice_str(name)),
                          arena_dup(&p->set->arena, text));
    return rule_parse(p, e) < 0 ? -1 : finish(p, e);
}

/* Either of paths and text. */
static int load(struct rule_parser *p, const struct rule_paths *paths, struct slice text, const char *name,
                struct err *e)
{
    if (!ARENA_TRY(&p->set->arena))
        return err_set(e, ERR_CONFIG, "the rule files want more than %zu MiB of memory", ARENA_MAX >> 20);
    settings_init(&p->set->settings, &p->set->arena);
    if (paths == NULL || !paths->has_pre)
        plugins_default(&p->set->plugins);
    int done = paths ? load_files(p, paths, e) : load_text(p, text, name, e);
    p->set->arena.can_escape = false;
    return done;
}

static void start(struct rule_parser *p, const struct scoring_options *o, struct rule_problems *problems,
                  struct arena *a)
{
    rule_problems_init(problems, a);
    memset(p, 0, sizeof(*p));
    p->set = new_set();
    p->o = o;
    p->set->learned_spam = o->learned_spam;
    p->set->learned_ham = o->learned_ham;
    p->set->network = p->set->plugins.network = o->network;
    p->set->autolearn_option = o->autolearn;
    p->problems = problems;
    rule_reader_init(&p->reader, &p->set->arena, problems);
    p->reader.stock = &o->rules_stock;
}

static struct ruleset *end(struct rule_parser *p, int done, const struct rule_problem **problems)
{
    struct ruleset *set = p->set;
    if (problems)
        *problems = p->problems->first;
    if (done < 0)
        ruleset_free(&set);
    return set;
}

struct ruleset *ruleset_load(const struct scoring_options *o, struct arena *a,
                             const struct rule_problem **problems, struct err *e)
{
    struct rule_problems seen;
    struct rule_parser p;
    struct rule_paths paths;
    start(&p, o, &seen, a);
    int done = rule_paths_find(&paths, &p.set->arena, &o->rules_path, o->rules_updates, e);
    if (done == 0)
        done = load(&p, &paths, SLICE(""), NULL, e);
    return end(&p, done, problems);
}

struct ruleset *ruleset_load_text(const struct scoring_options *o, struct slice text, const char *name,
                                  struct arena *a, const struct rule_problem **problems, struct err *e)
{
    struct rule_problems seen;
    struct rule_parser p;
    start(&p, o, &seen, a);
    return end(&p, load(&p, NULL, text, name, e), problems);
}

/* ---- questions */

void ruleset_info(const struct ruleset *r, struct ruleset_info *out)
{
    memset(out, 0, sizeof(*out));
    for (size_t i = 0; i < r->n; i++) {
        if (r->rules[i]->test.type == RULE_NONE)
            continue;
        out->rules++;
        out->subrules += rule_is_sub(r->rules[i]);
    }
    out->files = r->files;
    out->problems = r->n_problems;
    out->not_yet = r->n_not_yet;
    snprintf(out->hash, sizeof(out->hash), "%016llx", (unsigned long long)r->hash);
}

bool ruleset_asks_classifier(const struct ruleset *r)
{
    return r->score_set & SCORE_SET_LEARNED;
}

size_t ruleset_client_zones(const struct ruleset *r, const struct client_zone **v)
{
    *v = r->client_zones;
    return r->n_client_zones;
}

size_t ruleset_name_servers(const struct ruleset *r, const char *const **v)
{
    *v = (const char *const *)r->net->servers;
    return r->net->n_servers;
}

bool ruleset_may_ask(const struct ruleset *r)
{
    return r->net->available;
}

bool ruleset_autolearns(const struct ruleset *r)
{
    return r->autolearns;
}

bool ruleset_learns(const struct ruleset *r)
{
    return bayes_rules_of(&r->settings).learns;
}

double ruleset_required(const struct ruleset *r)
{
    bool said = r->report && r->report->required_origin == ORIGIN_SITE;
    double n = said ? r->report->required : 0;
    return n > -1000 && n < 1000 ? n : 0;
}

static const struct rule *find(const struct ruleset *r, struct slice name)
{
    uint32_t number = names_find(&r->names, name);
    return number == NAMES_NONE || r->rules[number]->test.type == RULE_NONE ? NULL : r->rules[number];
}

const char *ruleset_describe(const struct ruleset *r, struct slice rule)
{
    const struct rule *found = find(r, rule);
    return found ? (found->describe ? found->describe : "") : NULL;
}

const char *ruleset_where(const struct ruleset *r, struct slice rule)
{
    const struct rule *found = find(r, rule);
    return found ? found->where : NULL;
}
