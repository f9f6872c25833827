/* rule-setting.c - what is said about a rule besides its test: score, describe, tflags, priority
 * See rule-parse.h. Each line replaces what an earlier one of its kind said; a test defined later leaves it.
 */
#include "config.h"
#include "scoring/rule-parse.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include "message/finding.h"

#define PRIORITY_MAX 1000000
#define MAXHITS_MAX 1000000
#define PARTS_MAX 1000000
#define PRIORITY_SHORTCIRCUIT (-200)

static void problem(struct rule_parser *p, const struct rule_line *at, const char *text, struct slice what)
{
    rule_problem(p->problems, RULE_ERROR, at->file, at->line, "%s, not %s", text, rule_quote(what).text);
}

bool rule_number(struct slice word, double *value)
{
    char text[40];
    size_t first = word.n && word.p[0] == '-', dots = 0;
    if (word.n == first || word.n >= sizeof(text))
        return false;
    for (size_t i = first; i < word.n; i++) {
        bool dot = word.p[i] == '.';
        dots += dot;
        if (!ascii_digit(word.p[i]) && (!dot || i == first || i + 1 == word.n))
            return false;
    }
    snprintf(text, sizeof(text), "%.*s", SLICE_ARG(word));
    *value = strtod(text, NULL);
    return dots <= 1;
}

/* in parentheses: added to the score so far */
static bool read_score(struct slice word, double *score, bool *relative)
{
    *relative = word.n > 2 && word.p[0] == '(' && word.p[word.n - 1] == ')';
    if (*relative)
        word = slice_sub(word, 1, word.n - 2);
    return rule_number(word, score) && fabs(*score) <= FINDING_SCORE_MAX;
}

static void set_scores(struct rule_parser *p, const struct rule_line *at, struct rule *r,
                       const double *scores, bool relative)
{
    if (relative && !r->has_score) {
        rule_problem(p->problems, RULE_ERROR, at->file, at->line,
                     "%.*s has no score yet that this could be added to: write it without ( )",
                     SLICE_ARG(r->name));
        return;
    }
    for (int i = 0; i < SCORE_SETS; i++)
        r->scores[i] = scores[i] + (relative ? r->scores[i] : 0);
    r->has_score = true;
}

void rule_set_score(struct rule_parser *p, const struct rule_line *at, struct rule *r, struct slice rest)
{
    double scores[SCORE_SETS];
    bool relative, any = false;
    struct slice all = rest;
    int n = 0;
    for (; rest.n && n < SCORE_SETS; n++) {
        struct slice word = rule_word(&rest);
        if (!read_score(word, &scores[n], &relative)) {
            problem(p, at, "a score is a number such as 1.5, -0.5 or (0.5)", word);
            return;
        }
        any |= relative;
    }
    if (rest.n || (n != 1 && n != SCORE_SETS)) {
        problem(p, at, "a rule has one score or four", all);
        return;
    }
    for (; n < SCORE_SETS; n++)
        scores[n] = scores[0];
    set_scores(p, at, r, scores, any);
}

void rule_set_describe(struct rule_parser *p, const struct rule_line *at, struct rule *r, struct slice rest)
{
    (void)at;
    r->describe = arena_str(&p->set->arena, rest);
}

/* Those that are 0 say something to parts that we do not have, or to people. */
static const struct {
    struct slice name;
    unsigned flag;
} tflag_names[] = {
    { SLICE_INIT("nice"), TFLAG_NICE },
    { SLICE_INIT("multiple"), TFLAG_MULTIPLE },
    { SLICE_INIT("nosubject"), TFLAG_NOSUBJECT },
    { SLICE_INIT("net"), TFLAG_NET },
    { SLICE_INIT("learn"), TFLAG_LEARN },
    { SLICE_INIT("userconf"), TFLAG_USERCONF },
    { SLICE_INIT("noautolearn"), TFLAG_NOAUTOLEARN },
    { SLICE_INIT("autolearn_force"), TFLAG_AUTOLEARN_FORCE },
    { SLICE_INIT("autolearn_header"), TFLAG_AUTOLEARN_HEADER },
    { SLICE_INIT("autolearn_body"), TFLAG_AUTOLEARN_BODY },
    { SLICE_INIT("notrim"), TFLAG_NOTRIM },
    { SLICE_INIT("domains_only"), TFLAG_DOMAINS_ONLY },
    { SLICE_INIT("ips_only"), TFLAG_IPS_ONLY },
    { SLICE_INIT("concat"), TFLAG_CONCAT },
    { SLICE_INIT("nolog"), TFLAG_NOLOG },
    { SLICE_INIT("publish"), 0 },
    { SLICE_INIT("nopublish"), 0 },
    { SLICE_INIT("a"), TFLAG_A },
    { SLICE_INIT("ns"), TFLAG_NS },
    { SLICE_INIT("noaward"), 0 },
};

static bool read_maxhits(struct slice word, unsigned *maxhits)
{
    static const struct slice key = SLICE_INIT("maxhits=");
    uint64_t n;
    if (!slice_starts(word, key) || !slice_uint(slice_from(word, key.n), MAXHITS_MAX, &n))
        return false;
    *maxhits = (unsigned)n;
    return true;
}

/* range=3, range=2-, range=-4, range=2-4 */
static bool read_range(struct slice word, struct rule *r)
{
    static const struct slice key = SLICE_INIT("range=");
    if (!slice_starts(word, key))
        return false;
    struct slice to = slice_from(word, key.n), from;
    bool single = slice_chr(to, '-') < 0;
    uint64_t low = 1, high = PARTS_MAX;
    slice_cut(&to, '-', &from);
    if ((from.n && !slice_uint(from, PARTS_MAX, &low)) || (to.n && !slice_uint(to, PARTS_MAX, &high)) ||
        (from.n == 0 && to.n == 0))
        return false;
    r->part_from = (unsigned)low;
    r->part_to = single ? r->part_from : (unsigned)high;
    return true;
}

static void read_tflag(struct rule_parser *p, const struct rule_line *at, struct rule *r, struct slice word)
{
    const size_t n = sizeof(tflag_names) / sizeof(*tflag_names);
    size_t i = 0;
    while (i < n && !slice_eq(word, tflag_names[i].name))
        i++;
    if (i < n)
        r->tflags |= tflag_names[i].flag;
    else if (!read_maxhits(word, &r->maxhits) && !read_range(word, r))
        rule_problem(p->problems, RULE_WARNING, at->file, at->line,
                     "%.*s: the flag %s is not known and changes nothing", SLICE_ARG(r->name),
                     rule_quote(word).text);
}

/* A second line replaces the first. */
void rule_set_tflags(struct rule_parser *p, const struct rule_line *at, struct rule *r, struct slice rest)
{
    r->tflags = r->maxhits = r->part_from = r->part_to = 0;
    while (rest.n)
        read_tflag(p, at, r, rule_word(&rest));
}

void rule_set_priority(struct rule_parser *p, const struct rule_line *at, struct rule *r, struct slice rest)
{
    bool minus = rest.n && rest.p[0] == '-';
    uint64_t n;
    if (!slice_uint(slice_from(rest, minus), PRIORITY_MAX, &n))
        problem(p, at, "a priority is a whole number", rest);
    else
        r->priority = minus ? -(int)n : (int)n;
}

/* `spam` and `ham` decide the verdict, and make the rule run early; `on` ends the run with the rule's score.
 */
void rule_set_shortcircuit(struct rule_parser *p, const struct rule_line *at, struct rule *r,
                           struct slice rest)
{
    bool ham = slice_eq(rest, SLICE("ham"));
    if (ham || slice_eq(rest, SLICE("spam"))) {
        r->shortcircuit = ham ? SHORTCIRCUIT_HAM : SHORTCIRCUIT_SPAM;
        r->tflags |= TFLAG_NOAUTOLEARN | (ham ? TFLAG_NICE : 0);
        if (r->priority == 0)
            r->priority = PRIORITY_SHORTCIRCUIT;
    } else if (slice_eq(rest, SLICE("on")))
        r->shortcircuit = SHORTCIRCUIT_ON;
    else if (slice_eq(rest, SLICE("off")))
        r->shortcircuit = SHORTCIRCUIT_NONE;
    else
        problem(p, at, "shortcircuit NAME is followed by ham, spam, on or off", rest);
}
