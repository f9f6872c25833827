/* features-settings.c - what rule files say of the classifier's features; see features-settings.h */
#include "config.h"
#include "scoring/features-settings.h"

#include "scoring/rule-parse.h"
#include "scoring/rule.h"

#define WORD_LEAST 3
#define WORD_MOST 1000
#define PATTERN_MAX ((size_t)512 * 1024)

/* the last line of a language */
struct stop_line {
    struct slice language, patterns;
    const struct setting_line *at;
    bool used;
    struct stop_line *next;
};

struct loading {
    struct features_options *o;
    struct arena *a;
    struct rule_problems *problems;
    const struct setting_line *at;
    struct names *ignored;
    struct stop_line *stops;
};

static void wrong(const struct loading *l, const char *text)
{
    rule_problem(l->problems, RULE_ERROR, l->at->file, l->at->line, "%s: %s", l->at->row->name, text);
}

/* ---- fields */

static void ignore_fields(struct loading *l)
{
    struct slice rest = l->at->value;
    if (rest.n == 0)
        wrong(l, "write names of fields behind it");
    if (rest.n && l->ignored == NULL) {
        l->ignored = ARENA_NEW(l->a, struct names);
        names_init(l->ignored, l->a);
    }
    while (rest.n)
        names_add(l->ignored, arena_lower(l->a, rule_word(&rest)), 0);
    l->o->ignored = l->ignored;
}

/* ---- sources */

static bool choose_source(unsigned *without, struct slice word)
{
    static const struct {
        struct slice name;
        unsigned bit;
    } sources[] = {
        { SLICE_INIT("header"), FEATURES_NO_HEADER },       { SLICE_INIT("visible"), FEATURES_NO_VISIBLE },
        { SLICE_INIT("invisible"), FEATURES_NO_INVISIBLE }, { SLICE_INIT("uri"), FEATURES_NO_URI },
        { SLICE_INIT("mimepart"), FEATURES_NO_PARTS },
    };
    bool no = slice_istarts(word, SLICE("no")) && !slice_ieq(word, SLICE("none"));
    struct slice name = no ? slice_from(word, 2) : word;
    unsigned all = 0;
    for (size_t i = 0; i < sizeof(sources) / sizeof(*sources); i++) {
        all |= sources[i].bit;
        if (slice_ieq(name, sources[i].name)) {
            *without = no ? *without | sources[i].bit : *without & ~sources[i].bit;
            return true;
        }
    }
    bool none = slice_ieq(word, SLICE("none")) || slice_ieq(word, SLICE("noall"));
    if (none || slice_ieq(word, SLICE("all")))
        *without = none ? all : 0;
    return none || slice_ieq(word, SLICE("all"));
}

/* A line with a word that is none changes nothing. */
static void choose_sources(struct loading *l)
{
    struct slice rest = l->at->value;
    unsigned without = l->o->without;
    bool good = rest.n > 0;
    while (rest.n)
        good &= choose_source(&without, rule_word(&rest));
    if (good)
        l->o->without = without;
    else
        wrong(l, "write some of header visible invisible uri mimepart all none, or noheader and so on");
}

/* ---- words */

static struct stop_line *stop_line_of(const struct loading *l, struct slice language)
{
    struct stop_line *s = l->stops;
    while (s && !slice_eq(s->language, language))
        s = s->next;
    return s;
}

/* "de PATTERN..." */
static void add_stop_words(struct loading *l)
{
    struct slice rest = l->at->value, language = arena_lower(l->a, rule_word(&rest));
    struct stop_line *s = stop_line_of(l, language);
    if (rest.n == 0) {
        wrong(l, "write a pattern of whole words behind it");
        return;
    }
    if (s == NULL) {
        s = ARENA_NEW(l->a, struct stop_line);
        s->language = language;
        s->next = l->stops;
        l->stops = s;
    }
    s->patterns = rest;
    s->at = l->at;
}

static struct regex *stop_pattern(struct loading *l, const struct stop_line *s, struct err *e)
{
    struct slice rest = s->patterns;
    struct buf b;
    buf_init_in(&b, l->a, PATTERN_MAX);
    buf_add_str(&b, "^(?:");
    while (rest.n) {
        buf_add_slice(&b, rule_word(&rest));
        buf_add_str(&b, rest.n ? "|" : ")\\z");
    }
    if (b.full) {
        err_set(e, ERR_INPUT, "the pattern is too long");
        return NULL;
    }
    return regex_new(buf_slice(&b), REGEX_CASELESS, e);
}

static void use_language(struct loading *l, struct slice language, struct regex **stop)
{
    struct stop_line *s = stop_line_of(l, arena_lower(l->a, language));
    struct err e;
    if (s == NULL) {
        rule_problem(l->problems, RULE_WARNING, l->at->file, l->at->line,
                     "%s: no bayes_stopword_%.*s says what its words are", l->at->row->name,
                     SLICE_ARG(slice_sub(language, 0, 20)));
        return;
    }
    if (s->used)
        return;
    s->used = true;
    struct regex *re = stop_pattern(l, s, &e);
    if (re)
        stop[l->o->n_stop++] = re;
    else
        rule_problem(l->problems, RULE_ERROR, s->at->file, s->at->line, "%s_%.*s: %s", s->at->row->name,
                     SLICE_ARG(slice_sub(s->language, 0, 20)), e.text);
}

/* In a line of "de, en" or "de en"; `disable` is none. */
static void use_languages(struct loading *l)
{
    struct slice rest = l->at->value;
    size_t most = rest.n / 2 + 1;
    struct regex **stop = arena_array(l->a, most, sizeof(*stop));
    l->o->stop = stop;
    if (slice_ieq(rest, SLICE("disable")))
        return;
    while (rest.n) {
        size_t n = 0;
        while (n < rest.n && rest.p[n] != ',' && !ascii_space(rest.p[n]))
            n++;
        struct slice language = slice_sub(rest, 0, n);
        rest = slice_from(rest, n + (n < rest.n));
        if (n == 2)
            use_language(l, language, stop);
        else if (n)
            wrong(l, "write languages of two letters, or disable");
    }
}

static void say_unused(struct loading *l)
{
    for (const struct stop_line *s = l->stops; s; s = s->next)
        if (!s->used && s->at->origin == ORIGIN_SITE)
            rule_problem(l->problems, RULE_NOT_YET, s->at->file, s->at->line,
                         "%s_%.*s has no effect: no bayes_stopword_languages asks for it", s->at->row->name,
                         SLICE_ARG(slice_sub(s->language, 0, 20)));
}

static unsigned word_max(const struct settings *s)
{
    double n = settings_number(s, SETTING_BAYES, "bayes_max_token_length", 0);
    return n <= 0 ? 0 : n < WORD_LEAST ? WORD_LEAST : n > WORD_MOST ? WORD_MOST : (unsigned)n;
}

/* ---- the whole */

const struct features_options *features_settings_load(struct arena *a, const struct settings *s,
                                                      struct rule_problems *problems)
{
    struct loading l = { .a = a, .problems = problems };
    l.o = ARENA_NEW(a, struct features_options);
    l.o->word_max = word_max(s);
    for (l.at = settings_first(s, SETTING_BAYES); l.at; l.at = l.at->next) {
        if (setting_is(l.at, "bayes_ignore_header"))
            ignore_fields(&l);
        else if (setting_is(l.at, "bayes_token_sources"))
            choose_sources(&l);
        else if (setting_is(l.at, "bayes_stopword"))
            add_stop_words(&l);
    }
    l.at = settings_last(s, SETTING_BAYES, "bayes_stopword_languages");
    if (l.at)
        use_languages(&l);
    say_unused(&l);
    return l.o;
}

void features_settings_free(const struct features_options *o)
{
    for (size_t i = 0; o && i < o->n_stop; i++) {
        struct regex *re = o->stop[i];
        regex_free(&re);
    }
}

struct features_options features_options_of(const struct ruleset *set, struct regex_scratch *scratch)
{
    struct features_options o = *set->features;
    o.scratch = scratch;
    return o;
}
