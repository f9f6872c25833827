/* report.c - what hit, as reports need it; see report.h */
#include "config.h"
#include "scoring/report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "scoring/report-wrap.h"
#include "scoring/rule.h"

#define REPEATED_MAX 1000 /* lines of one rule */

static struct report_hit hit_of(const struct ruleset *set, const struct finding *f)
{
    uint32_t number = names_find(&set->names, f->name);
    struct report_hit h = { f->name, number == NAMES_NONE ? NULL : set->rules[number], f->score, f->count,
                            f->detail };
    /* a function's or a meta's value is no number of hits */
    if (h.rule && (h.rule->test.type == RULE_EVAL || h.rule->test.type == RULE_META))
        h.count = 1;
    return h;
}

static uint32_t shown_times(const struct finding *f)
{
    return f->kind != FINDING_RULE ? 1 : f->count < REPEATED_MAX ? f->count : REPEATED_MAX;
}

/* A rule with tflags multiple is listed as often as it hit, each time with its own score. */
static void add_hit(struct report *r, const struct finding *f)
{
    struct report_hit h = hit_of(r->set, f);
    r->score += h.score;
    h.score /= f->count;
    for (uint32_t i = 0; i < shown_times(f); i++)
        r->hits[r->n_hits++] = h;
}

static void take_hits(struct report *r, const struct finding_list *findings)
{
    size_t n = 1;
    for (const struct finding *f = findings->first; f; f = f->next)
        n += shown_times(f);
    r->hits = arena_array(r->a, n, sizeof(*r->hits));
    r->subs = arena_array(r->a, findings->n + 1, sizeof(*r->subs));
    for (const struct finding *f = findings->first; f; f = f->next) {
        if (f->kind == FINDING_RULE)
            add_hit(r, f);
        else if (f->kind == FINDING_SUBRULE)
            r->subs[r->n_subs++] = hit_of(r->set, f);
    }
}

/* to three decimals, as the sum is compared */
static double rounded(double sum)
{
    char text[400];
    snprintf(text, sizeof(text), "%.3f", sum);
    return strtod(text, NULL);
}

/* The last line for a rule counts; a text that is there already is not added. */
static struct slice prefix_of(const struct report_settings *s, struct slice rule)
{
    for (size_t i = s->n_prefixes; i > 0; i--)
        if (slice_eq(s->prefixes[i - 1].rule, rule))
            return s->prefixes[i - 1].text;
    return slice_of(NULL, 0);
}

static void add_prefixes(struct report *r)
{
    struct buf b;
    if (r->s->rewrite[REWRITE_SUBJECT].p == NULL || r->s->n_prefixes == 0)
        return;
    buf_init_in(&b, r->a, REPORT_TEXT_MAX);
    for (size_t i = 0; i < r->n_hits; i++) {
        struct slice text = prefix_of(r->s, r->hits[i].name);
        if (text.n == 0 || slice_find(buf_slice(&b), text) >= 0)
            continue;
        buf_add_slice(&b, text);
        buf_add_char(&b, ' ');
    }
    if (b.n)
        r->prefixes = buf_slice(&b);
}

void report_init(struct report *r, const struct ruleset *set, struct views *views,
                 const struct finding_list *findings, const struct check *check, double required)
{
    *r = (struct report){ .a = views->m->arena,
                          .set = set,
                          .s = set->report,
                          .views = views,
                          .m = views->m,
                          .check = check,
                          .now = time(NULL) };
    take_hits(r, findings);
    r->score = rounded(r->score);
    r->required = isnan(required) ? r->s->required : required;
    r->spam = r->score >= r->required;
    report_halve(&r->halves, r->a, r->m->raw);
    add_prefixes(r);
}

void report_field_value(struct report *r, struct buf *out, const struct report_field *f)
{
    struct buf filled, folded;
    buf_init(&filled, REPORT_TEXT_MAX);
    buf_init(&folded, 2 * REPORT_TEXT_MAX);
    report_fill(r, &filled, f->text);
    report_fold(&folded, f->name, buf_slice(&filled), r->s->fold);
    report_encode(out, buf_slice(&folded));
    buf_deinit(&folded);
    buf_deinit(&filled);
}

void report_added_fields(struct report *r, struct buf *out, bool spam)
{
    const struct report_fields *fields = spam ? &r->s->spam : &r->s->ham;
    for (size_t i = 0; i < fields->n; i++) {
        buf_printf(out, "X-Spam-%.*s: ", SLICE_ARG(fields->v[i].name));
        report_field_value(r, out, &fields->v[i]);
        buf_add_char(out, '\n');
    }
}
