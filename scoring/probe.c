/* probe.c - one rule's test against the text it is about; see probe.h */
#include "config.h"
#include "scoring/probe.h"

#include "scoring/askdns.h"
#include "scoring/capture.h"
#include "scoring/eval-uri.h"
#include "scoring/mimeheader.h"
#include "scoring/prefilter.h"

#define PART_HITS_MAX 1000 /* of a mimeheader rule without maxhits */

static void hit(struct probe *p, struct slice what)
{
    if (p->value++ == 0)
        p->matched = slice_sub(what, 0, PROBE_DETAIL_MAX);
}

/* Of a rule with a template the pattern is made when there is a text to judge, see is_made_late(). False:
 * there is none. */
static bool has_pattern(struct probe *p)
{
    if (p->re == NULL)
        p->re = p->made = capture_pattern(p->c, p->r);
    return p->re;
}

/* Counts hits up to p->max; an empty match moves on by one byte. False: nothing more is wanted. */
static bool match_piece(struct probe *p, struct slice text)
{
    struct regex_span span;
    if (p->r->test.template && !capture_may_match(p->c, p->r, text))
        return true;
    if (!has_pattern(p))
        return false;
    for (size_t from = 0; from <= text.n; from = span.end + (span.end == span.start)) {
        if (!check_match_from(p->c, p->re, text, from, &span))
            return !p->c->budget.spent;
        hit(p, slice_sub(text, span.start, span.end - span.start));
        if (p->r->test.captures)
            capture_take(p->c, p->re, text, from);
        if (p->value >= p->max)
            return false;
    }
    return true;
}

static void match_view(struct probe *p, const struct view *view, size_t from)
{
    struct candidates *c = p->c->candidates;
    for (size_t i = candidates_next(c, p->r, view, from); i < view->n;
         i = candidates_next(c, p->r, view, i + 1))
        if (!match_piece(p, view->v[i]))
            return;
}

/* if_unset is the rule's own: candidates know only what the message has. */
static struct slice match_value(struct probe *p)
{
    const struct rule_test *t = &p->r->test;
    const struct view_header *h = views_header(&p->c->views, t->spec);
    bool unset = !h->present && t->has_if_unset;
    struct slice text = unset ? t->if_unset : h->text;
    if (unset)
        match_piece(p, text);
    else
        match_view(p, &(struct view){ &text, 1 }, 0);
    return text;
}

static void match_header(struct probe *p)
{
    struct probe plain = { .c = p->c, .r = p->r, .re = p->re, .max = 1 };
    if (!p->r->test.negated) {
        match_value(p);
        return;
    }
    struct slice text = match_value(&plain);
    if (plain.value == 0 && !p->c->limited && !p->c->budget.spent)
        hit(p, text);
}

static void match_exists(struct probe *p)
{
    if (views_header(&p->c->views, p->r->test.spec)->present)
        hit(p, p->c->set->specs.v[p->r->test.spec].name);
}

static void call(struct probe *p)
{
    const struct rule_eval *e = &p->r->test.eval;
    if (e->f && e->f->run)
        p->value = e->f->run(p->c, &e->args, e->prepared);
}

/* The first part that has hits is the last that is looked at. `!~` hits whatever the parts have, as in
 * SpamAssassin 4.0.1. */
static void match_parts(struct probe *p)
{
    const struct mimeheader *h = mimeheader_values(p->c, &p->r->test);
    bool others = p->r->test.has_if_unset; /* candidates know only what the message has */
    size_t from, to;
    mimeheader_range(h, p->r, &from, &to);
    if (p->max > PART_HITS_MAX)
        p->max = PART_HITS_MAX;
    if (p->r->test.negated)
        hit(p, SLICE(""));
    else if (p->r->tflags & TFLAG_CONCAT)
        match_piece(p, mimeheader_joined(p->c, h, p->r));
    else
        for (size_t i = from; i < to && p->value == 0; i++) {
            i = others ? i : candidates_next(p->c->candidates, p->r, &h->values, i);
            if (i < to && !match_piece(p, mimeheader_value(h, p->r, i)))
                return;
        }
}

static void run_test(struct probe *p)
{
    struct views *v = &p->c->views;
    switch (p->r->test.type) {
    case RULE_HEADER: match_header(p); break;
    case RULE_EXISTS: match_exists(p); break;
    case RULE_BODY: match_view(p, views_body(v), p->r->tflags & TFLAG_NOSUBJECT ? 1 : 0); break;
    case RULE_RAWBODY: match_view(p, views_rawbody(v), 0); break;
    case RULE_FULL: match_view(p, views_full(v), 0); break;
    case RULE_URI: match_view(p, views_uri(v), 0); break;
    case RULE_EVAL: call(p); break;
    case RULE_URI_DETAIL: p->value = uri_conditions_run(p->c, p->r->test.conditions); break;
    case RULE_MIMEHEADER: match_parts(p); break;
    case RULE_ASKDNS: p->value = askdns_run(p->c, p->r); break;
    case RULE_NONE:
    case RULE_META:
    case RULE_EMPTY: bug("rule type %d is no test", (int)p->r->test.type);
    }
}

/* Where what does not match does not hit. */
static bool is_made_late(const struct rule_test *t)
{
    return !t->negated && !t->has_if_unset && t->type != RULE_MIMEHEADER;
}

/* Without a value for each of its names a template does not run. */
static void run_template(struct probe *p)
{
    if (is_made_late(&p->r->test) || has_pattern(p))
        run_test(p);
    regex_free(&p->made);
}

void probe_run(struct probe *p, struct check *c, const struct rule *r)
{
    *p = (struct probe){ .c = c, .r = r, .re = r->test.re, .max = 1 };
    if (r->tflags & TFLAG_MULTIPLE)
        p->max = r->maxhits ? r->maxhits : UINT32_MAX;
    c->running = r;
    c->limited = false;
    if (r->test.template)
        run_template(p);
    else
        run_test(p);
    c->running = NULL;
}
