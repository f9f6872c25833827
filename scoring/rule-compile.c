/* rule-compile.c - what rules' tests become when all lines are read; see rule-compile.h */
#include "config.h"
#include "scoring/rule-compile.h"

#include "scoring/rule-capture.h"
#include "scoring/rule-regex.h"
#include "scoring/walker.h"

static bool has_pattern(const struct rule_test *t)
{
    return t->type == RULE_HEADER || t->type == RULE_BODY || t->type == RULE_RAWBODY ||
           t->type == RULE_FULL || t->type == RULE_URI || t->type == RULE_MIMEHEADER;
}

/* A name without whose values nothing matches. */
static struct slice needed_name(struct arena *a, const struct rule_test *t)
{
    for (size_t i = 0; i < t->template->n; i++) {
        struct slice name = t->template->v[i], text;
        unsigned flags;
        struct err e;
        if (slice_chr(name, '(') >= 0 ||
            rule_regex_read(rule_template_any(a, t->pattern, t->template, name), &text, &flags, &e) < 0)
            continue;
        const struct walker *w = walker_new(a, text, flags);
        if (w && walker_never_matches(w))
            return name;
    }
    return SLICE("");
}

/* The compiled pattern is the test's before anything can jump away. */
static int compile(struct ruleset *set, struct rule_test *t, struct slice pattern, struct err *e)
{
    t->pattern = pattern;
    t->re = rule_regex_new(pattern, NULL, e);
    if (t->re == NULL)
        return -1;
    t->captures = rule_captures(&set->arena, pattern);
    t->template = t->type == RULE_MIMEHEADER ? NULL : rule_templates(&set->arena, pattern);
    if (t->template) {
        regex_free(&t->re);
        t->needed = needed_name(&set->arena, t);
    }
    return 0;
}

/* ---- tags */

/* a pattern without its delimiters, and what stands behind them */
static bool take_apart(struct slice text, struct slice *inner, struct slice *flags)
{
    size_t from = slice_starts(text, SLICE("qr")) ? 3 : slice_starts(text, SLICE("m")) ? 2 : 1;
    size_t end = text.n;
    while (end > from && ascii_alpha(text.p[end - 1]))
        end--;
    if (end <= from)
        return false;
    *inner = slice_sub(text, from, end - 1 - from);
    *flags = slice_from(text, end);
    return true;
}

/* Puts a delimiter around it that it does not have: what tags stand for may hold any that people use. */
static int put_together(struct arena *a, struct slice inner, struct slice flags, struct slice *out,
                        struct err *e)
{
    static const char delimiters[] = "\x01\x02\x03\x04\x05\x06\x0e\x0f";
    const char *d = delimiters;
    while (*d && slice_chr(inner, *d) >= 0)
        d++;
    if (*d == 0)
        return err_set(e, ERR_INPUT, "a pattern with tags has control characters");
    char *text = arena_alloc(a, inner.n + flags.n + 3);
    text[0] = 'm';
    text[1] = *d;
    memcpy(text + 2, inner.p, inner.n);
    text[2 + inner.n] = *d;
    memcpy(text + 3 + inner.n, flags.p, flags.n);
    *out = slice_of(text, inner.n + flags.n + 3);
    return 0;
}

static int expand(struct ruleset *set, struct replace_tags *tags, struct slice text, struct slice *out,
                  struct err *e)
{
    struct slice inner, flags, expanded;
    *out = text;
    if (!take_apart(text, &inner, &flags))
        return 0;
    if (replace_tags_expand(tags, inner, &expanded, e) < 0)
        return -1;
    return slice_eq(inner, expanded) ? 0 : put_together(&set->arena, expanded, flags, out, e);
}

/* A pattern whose tags make it worse stays as it was, with its tags as text. */
static int compile_tagged(struct ruleset *set, struct replace_tags *tags, struct rule *r,
                          struct rule_problems *problems, struct err *e)
{
    struct slice expanded;
    struct rule_test *t = &r->test;
    if (expand(set, tags, t->text, &expanded, e) == 0 && compile(set, t, expanded, e) == 0)
        return 0;
    struct err why = *e;
    if (compile(set, t, t->text, e) < 0)
        return -1;
    rule_problem(problems, RULE_ERROR, t->file, t->line, "%.*s: its tags are not replaced: %s",
                 SLICE_ARG(r->name), why.text);
    return 0;
}

static bool compile_newest(struct ruleset *set, struct replace_tags *tags, struct rule *r,
                           struct rule_problems *problems)
{
    struct rule_test *t = &r->test;
    struct err e;
    bool tagged = t->type != RULE_MIMEHEADER && replace_tags_wanted(tags, r->name);
    if (!has_pattern(t))
        return true;
    if ((tagged ? compile_tagged(set, tags, r, problems, &e) : compile(set, t, t->text, &e)) == 0)
        return true;
    rule_problem(problems, RULE_ERROR, t->file, t->line, "%.*s: %s", SLICE_ARG(r->name), e.text);
    return false;
}

void rule_compile(struct ruleset *set, struct replace_tags *tags, struct rule_problems *problems)
{
    for (size_t i = 0; i < set->n; i++) {
        struct rule *r = set->rules[i];
        while (!compile_newest(set, tags, r, problems)) {
            r->unsupported = true;
            r->test = r->test.earlier ? *r->test.earlier : (struct rule_test){ .type = RULE_NONE };
        }
    }
}
