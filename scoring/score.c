/* score.c - rules against one message; see score.h
 * Tests in the set's order, then metas. A rule's value is its number of hits (1 unless it has tflags
 * multiple), a meta's is its expression's.
 *
 * Two limits keep a pattern from eating a worker. One match that reaches regex_match_limit makes the message
 * unchecked/regex and counts as no hit; the rule goes on with the next piece. Past message_budget the rule
 * stops, the rest is not run, and neither are metas that depend on what did not run. */
#include "config.h"
#include "scoring/score.h"

#include <stdlib.h>
#include "base/ipc.h"
#include "scoring/prefilter.h"

#define DETAIL_MAX 100
#define LOOK_EVERY 16 /* matches, each bounded by regex_match_limit */

struct scorer {
    const struct ruleset *set;
    struct regex_scratch *scratch;
    unsigned budget_ms;
    double *values; /* one a rule */
    bool *missing;  /* one a rule: it should have run, and did not */
    double *stack;  /* for metas */
    struct candidates *candidates;
};

/* The clock is looked at before every LOOK_EVERY-th match, and CPU is asked for, by a system call, only when
 * so much time went by that the budget may be used up. */
struct budget {
    uint64_t start_us, max_us; /* of CPU */
    uint64_t look_at_ms;       /* on the clock */
    unsigned matches;          /* since the clock was looked at */
    bool spent;
};

struct evaluation {
    struct scorer *s;
    struct message *m;
    struct finding_list *out;
    struct views views;
    struct budget budget;
};

/* one rule at work */
struct probe {
    struct evaluation *ev;
    const struct rule *r;
    uint32_t hits, max;
    struct slice matched; /* the first hit */
    bool limited;
};

struct scorer *scorer_new(const struct ruleset *r, const struct scoring_options *o)
{
    const struct regex_limits limits = { .match_limit = o->regex_match_limit };
    struct scorer *s = calloc(1, sizeof(*s));
    if (s == NULL)
        fatal("no memory for a scorer");
    s->set = r;
    s->budget_ms = o->message_budget;
    s->scratch = regex_scratch_new(&limits);
    s->values = calloc(r->n + 1, sizeof(*s->values));
    s->missing = calloc(r->n + 1, sizeof(*s->missing));
    s->stack = calloc(r->expr_depth + 1, sizeof(*s->stack));
    s->candidates = candidates_new(r->prefilter);
    if (s->values == NULL || s->missing == NULL || s->stack == NULL)
        fatal("no memory for a scorer");
    return s;
}

void scorer_free(struct scorer **s)
{
    if (*s == NULL)
        return;
    regex_scratch_free(&(*s)->scratch);
    free((*s)->values);
    free((*s)->missing);
    free((*s)->stack);
    candidates_free(&(*s)->candidates);
    free(*s);
    *s = NULL;
}

/* ---- budget */

static void budget_start(struct budget *b, unsigned ms)
{
    b->start_us = cpu_us();
    b->max_us = (uint64_t)ms * 1000;
    b->look_at_ms = clock_ms() + ms;
    b->matches = 0;
    b->spent = false;
}

static bool budget_look(struct budget *b)
{
    uint64_t now = clock_ms();
    b->matches = 0;
    if (now < b->look_at_ms)
        return false;
    uint64_t used = cpu_us() - b->start_us;
    b->spent = used >= b->max_us;
    b->look_at_ms = now + (b->spent ? 0 : (b->max_us - used) / 1000 + 1);
    return b->spent;
}

static bool budget_spent(struct budget *b)
{
    return b->spent || (++b->matches >= LOOK_EVERY && budget_look(b));
}

static void report_budget(struct evaluation *ev, const struct rule *at, size_t left)
{
    struct slice detail = arena_printf(ev->m->arena, "message_budget of %u ms of CPU used up: %zu tests left",
                                       ev->s->budget_ms, left);
    finding_add(ev->out, ev->m->arena, FINDING_CLASS, CLASS_UNCHECKED_REGEX, 0, at->name, detail);
}

/* ---- one test */

static void report_limit(struct probe *p)
{
    if (!p->limited)
        finding_add(p->ev->out, p->ev->m->arena, FINDING_CLASS, CLASS_UNCHECKED_REGEX, 0, p->r->name,
                    SLICE("a match reached regex_match_limit"));
    p->limited = true;
}

static void hit(struct probe *p, struct slice what)
{
    if (p->hits++ == 0)
        p->matched = slice_sub(what, 0, DETAIL_MAX);
}

/* Counts hits up to p->max; an empty match moves on by one byte. False: nothing more is wanted. */
static bool match_piece(struct probe *p, struct slice text)
{
    struct regex_span span;
    for (size_t from = 0; from <= text.n;) {
        if (budget_spent(&p->ev->budget))
            return false;
        enum regex_result got = regex_match(p->r->test.re, p->ev->s->scratch, text, from, &span);
        if (got == REGEX_LIMIT)
            report_limit(p);
        if (got != REGEX_HIT)
            return true;
        hit(p, slice_sub(text, span.start, span.end - span.start));
        if (p->hits >= p->max)
            return false;
        from = span.end + (span.end == span.start);
    }
    return true;
}

static void match_view(struct probe *p, const struct view *view, size_t from)
{
    struct candidates *c = p->ev->s->candidates;
    for (size_t i = candidates_next(c, p->r, view, from); i < view->n;
         i = candidates_next(c, p->r, view, i + 1))
        if (!match_piece(p, view->v[i]))
            return;
}

/* if_unset is the rule's own: candidates know only what the message has. */
static struct slice match_value(struct probe *p)
{
    const struct rule_test *t = &p->r->test;
    const struct view_header *h = views_header(&p->ev->views, t->spec);
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
    struct probe plain = { .ev = p->ev, .r = p->r, .max = 1 };
    if (!p->r->test.negated) {
        match_value(p);
        return;
    }
    struct slice text = match_value(&plain);
    if (plain.hits == 0 && !plain.limited && !p->ev->budget.spent)
        hit(p, text);
}

static void match_exists(struct probe *p)
{
    if (views_header(&p->ev->views, p->r->test.spec)->present)
        hit(p, p->ev->s->set->specs.v[p->r->test.spec].name);
}

static void run_test(struct probe *p)
{
    struct views *v = &p->ev->views;
    switch (p->r->test.type) {
    case RULE_HEADER: match_header(p); break;
    case RULE_EXISTS: match_exists(p); break;
    case RULE_BODY: match_view(p, views_body(v), p->r->tflags & TFLAG_NOSUBJECT ? 1 : 0); break;
    case RULE_RAWBODY: match_view(p, views_rawbody(v), 0); break;
    case RULE_FULL: match_view(p, views_full(v), 0); break;
    case RULE_URI: match_view(p, views_uri(v), 0); break;
    case RULE_NONE:
    case RULE_META:
    case RULE_EVAL:
    case RULE_MIMEHEADER:
    case RULE_URI_DETAIL:
    case RULE_EMPTY: bug("rule type %d is no test", (int)p->r->test.type);
    }
}

/* ---- findings */

static void report_hit(struct evaluation *ev, const struct rule *r, uint32_t count, struct slice detail)
{
    bool sub = rule_is_sub(r);
    struct finding *f = finding_add(ev->out, ev->m->arena, sub ? FINDING_SUBRULE : FINDING_RULE, CLASS_CLEAN,
                                    sub ? 0 : r->score, r->name, sub ? SLICE("") : detail);
    if (f->kind != FINDING_CLASS) /* which closes a list that is full */
        f->count = count;
}

static void run_one(struct evaluation *ev, const struct rule *r)
{
    struct probe p = { .ev = ev, .r = r, .max = 1 };
    if (r->tflags & TFLAG_MULTIPLE)
        p.max = r->maxhits ? r->maxhits : UINT32_MAX;
    run_test(&p);
    ev->s->values[r->number] = p.hits;
    if (p.hits)
        report_hit(ev, r, p.hits, p.matched);
}

/* The rule that was at work when the budget ran out is named, and has not run unless it hit. */
static void run_tests(struct evaluation *ev)
{
    const struct ruleset *set = ev->s->set;
    size_t n = 0;
    while (n < set->n_tests && !budget_spent(&ev->budget))
        run_one(ev, set->tests[n++]);
    if (!ev->budget.spent)
        return;
    size_t left = n ? n - 1 : 0;
    report_budget(ev, set->tests[left], set->n_tests - n);
    for (; left < set->n_tests; left++)
        ev->s->missing[set->tests[left]->number] = ev->s->values[set->tests[left]->number] == 0;
}

/* ---- metas */

static bool depends_on_missing(const struct scorer *s, const struct expr *x)
{
    for (unsigned i = 0; i < x->n; i++)
        if (x->steps[i].op == EXPR_VALUE && s->missing[x->steps[i].index])
            return true;
    return false;
}

static bool named_before(const struct expr *x, unsigned at)
{
    for (unsigned i = 0; i < at; i++)
        if (x->steps[i].op == EXPR_VALUE && x->steps[i].index == x->steps[at].index)
            return true;
    return false;
}

/* the names that hit, each once, up to DETAIL_MAX bytes */
static struct slice meta_detail(const struct evaluation *ev, const struct expr *x)
{
    struct buf b;
    buf_init_in(&b, ev->m->arena, DETAIL_MAX);
    for (unsigned i = 0; i < x->n && !b.full; i++) {
        const struct expr_step *step = &x->steps[i];
        if (step->op != EXPR_VALUE || ev->s->values[step->index] == 0 || named_before(x, i))
            continue;
        if (b.n)
            buf_add_char(&b, ' ');
        buf_add_slice(&b, ev->s->set->rules[step->index]->name);
    }
    return slice_trim(buf_slice(&b));
}

static uint32_t meta_count(double value)
{
    return value >= 2 && value < UINT32_MAX ? (uint32_t)value : 1;
}

static void run_metas(struct evaluation *ev)
{
    const struct ruleset *set = ev->s->set;
    for (size_t i = 0; i < set->n_metas; i++) {
        const struct rule *r = set->metas[i];
        const struct expr *x = r->test.expr;
        if (depends_on_missing(ev->s, x)) {
            ev->s->missing[r->number] = true;
            continue;
        }
        double value = expr_run(x, ev->s->values, ev->s->stack);
        ev->s->values[r->number] = value;
        if (value != 0)
            report_hit(ev, r, meta_count(value), meta_detail(ev, x));
    }
}

void scorer_evaluate(struct scorer *s, struct message *m, struct finding_list *out)
{
    struct evaluation ev = { .s = s, .m = m, .out = out };
    memset(s->values, 0, s->set->n * sizeof(*s->values));
    memset(s->missing, 0, s->set->n * sizeof(*s->missing));
    candidates_begin(s->candidates, m->arena);
    budget_start(&ev.budget, s->budget_ms);
    views_init(&ev.views, m, s->set);
    ev.views.scratch = s->scratch;
    run_tests(&ev);
    run_metas(&ev);
}
