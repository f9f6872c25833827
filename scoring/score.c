/* score.c - rules against one message; see score.h
 * Tests in the set's order, then metas; with Shortcircuit, priority by priority. A rule's value is its number
 * of hits (1 unless it has tflags multiple) or what its function said, a meta's is its expression's.
 *
 * Two limits keep a pattern from eating a worker. One match that reaches regex_match_limit makes the message
 * unchecked/regex and counts as no hit; the rule goes on with the next piece. Past message_budget the rule
 * stops, the rest is not run, and neither are metas that depend on what did not run. */
#include "config.h"
#include "scoring/score.h"

#include <limits.h>
#include <stdlib.h>
#include <time.h>
#include "scoring/eval-spf.h"
#include "scoring/net-list.h"
#include "scoring/net.h"
#include "scoring/prefilter.h"
#include "scoring/probe.h"
#include "scoring/rule-order.h"
#include "scoring/shortcircuit.h"

struct scorer {
    struct check check;
    unsigned budget_ms;
    double *values; /* one a rule */
    bool *missing;  /* one a rule: it should have run, and did not */
    size_t n_missing;
    uint64_t *due;           /* a bit for each of the set's metas: something that it needs is not 0 */
    double *stack;           /* for metas */
    double total;            /* of what hit so far */
    bool stopped;            /* by a shortcircuit */
    bool begun;              /* by scorer_ask() */
    struct rule_cost *costs; /* one a rule and one for all; NULL: not measured */
    uint64_t asking_ns;
};

struct scorer *scorer_new(const struct ruleset *r, const struct scoring_options *o)
{
    const struct regex_limits limits = { .match_limit = o->regex_match_limit };
    struct scorer *s = calloc(1, sizeof(*s));
    if (s == NULL)
        fatal("no memory for a scorer");
    s->budget_ms = o->message_budget;
    s->values = calloc(r->n + 1, sizeof(*s->values));
    s->missing = calloc(r->n + 1, sizeof(*s->missing));
    s->due = calloc(r->n_metas / 64 + 1, sizeof(*s->due));
    s->stack = calloc(r->expr_depth + 1, sizeof(*s->stack));
    if (s->values == NULL || s->missing == NULL || s->due == NULL || s->stack == NULL)
        fatal("no memory for a scorer");
    s->check.set = r;
    s->check.values = s->values;
    s->check.scratch = regex_scratch_new(&limits);
    s->check.candidates = candidates_new(r->prefilter);
    s->check.net_memory = r->network ? net_memory_new() : NULL;
    return s;
}

void scorer_use_bayes(struct scorer *s, const struct bayes_block *b)
{
    s->check.bayes = b;
}

void scorer_free(struct scorer **s)
{
    if (*s == NULL)
        return;
    regex_scratch_free(&(*s)->check.scratch);
    candidates_free(&(*s)->check.candidates);
    net_memory_free(&(*s)->check.net_memory);
    free((*s)->values);
    free((*s)->missing);
    free((*s)->due);
    free((*s)->stack);
    free((*s)->costs);
    free(*s);
    *s = NULL;
}

struct check *scorer_check(struct scorer *s)
{
    return &s->check;
}

/* ---- findings */

static void stop_after(struct scorer *s, const struct rule *r, uint32_t times)
{
    struct check *c = &s->check;
    double score;
    s->total += rule_is_sub(r) ? 0 : r->score * times;
    if (s->stopped || !shortcircuit_stops(&c->set->stops, r, s->total, &score))
        return;
    s->stopped = true;
    finding_add(c->out, c->m->arena, FINDING_RULE, CLASS_CLEAN, score, SHORTCIRCUIT_NAME, r->name);
}

static uint32_t count_of(double value)
{
    return value >= 2 && value < UINT32_MAX ? (uint32_t)value : 1;
}

/* A pattern with tflags multiple scores each time; a function's or a meta's value is no number of hits. */
static uint32_t times_scored(const struct rule *r, double value)
{
    bool pattern = r->test.type != RULE_EVAL && r->test.type != RULE_META && r->test.type != RULE_URI_DETAIL;
    return pattern && (r->tflags & TFLAG_MULTIPLE) ? count_of(value) : 1;
}

static void report_hit(struct scorer *s, const struct rule *r, double value, struct slice detail)
{
    struct check *c = &s->check;
    bool sub = rule_is_sub(r);
    uint32_t times = sub ? count_of(value) : times_scored(r, value);
    struct finding *f = finding_add(c->out, c->m->arena, sub ? FINDING_SUBRULE : FINDING_RULE, CLASS_CLEAN,
                                    sub ? 0 : r->score * times, r->name, sub ? SLICE("") : detail);
    if (f->kind != FINDING_CLASS) /* which closes a list that is full */
        f->count = times;
    if (c->set->stops.any)
        stop_after(s, r, times);
}

static void report_budget(struct scorer *s, const struct rule *at, size_t left)
{
    struct check *c = &s->check;
    struct slice detail = arena_printf(c->m->arena, "message_budget of %u ms of CPU used up: %zu tests left",
                                       s->budget_ms, left);
    finding_add(c->out, c->m->arena, FINDING_CLASS, CLASS_UNCHECKED_REGEX, 0, at->name, detail);
}

/* ---- values */

static void tell(struct scorer *s, const struct rule *r, const uint32_t *first, const uint32_t *metas)
{
    for (uint32_t i = first[r->number]; i < first[r->number + 1]; i++)
        s->due[metas[i] / 64] |= (uint64_t)1 << metas[i] % 64;
}

static void set_value(struct scorer *s, const struct rule *r, double value)
{
    const struct ruleset *set = s->check.set;
    s->values[r->number] = value;
    if (value != 0)
        tell(s, r, set->first_watcher, set->watchers);
}

static void set_missing(struct scorer *s, const struct rule *r, bool missing)
{
    s->missing[r->number] = missing;
    if (!missing)
        return;
    const struct ruleset *set = s->check.set;
    s->n_missing++;
    tell(s, r, set->first_user, set->users);
}

/* As in SpamAssassin, what hits with less than nothing has hit once. */
static double hit_value(double value)
{
    return value < 0 ? 1 : value;
}

/* ---- tests */

static uint64_t time_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* what it takes to ask for the time */
static uint64_t time_of_asking(void)
{
    uint64_t least = UINT64_MAX;
    for (unsigned i = 0; i < 1000; i++) {
        uint64_t start = time_ns(), took = time_ns() - start;
        least = took < least ? took : least;
    }
    return least;
}

static uint64_t since(const struct scorer *s, uint64_t start)
{
    uint64_t took = time_ns() - start;
    return took > s->asking_ns ? took - s->asking_ns : 0;
}

void scorer_measure(struct scorer *s)
{
    s->asking_ns = time_of_asking();
    s->costs = calloc(s->check.set->n + 1, sizeof(*s->costs));
    if (s->costs == NULL)
        fatal("no memory to measure rules");
}

const struct rule_cost *scorer_costs(const struct scorer *s)
{
    return s->costs;
}

/* A function keeps what it made, so that its first run is its own; a pattern's first run makes the view and
 * scans it. */
static void measure(struct scorer *s, const struct rule *r, struct probe *p)
{
    struct rule_cost *own = &s->costs[r->number], *shared = &s->costs[s->check.set->n];
    uint64_t start = time_ns();
    probe_run(p, &s->check, r);
    uint64_t first = since(s, start), second = first;
    if (r->test.type != RULE_EVAL) {
        uint64_t judged = candidates_judged(s->check.candidates);
        start = time_ns();
        probe_run(p, &s->check, r);
        second = since(s, start);
        own->judged += candidates_judged(s->check.candidates) - judged;
    }
    own->ns += second;
    shared->ns += first > second ? first - second : 0;
    own->hits += p->value != 0;
}

static void run_one(struct scorer *s, const struct rule *r)
{
    struct probe p;
    if (s->costs)
        measure(s, r, &p);
    else
        probe_run(&p, &s->check, r);
    set_value(s, r, hit_value(p.value));
    if (p.value != 0)
        report_hit(s, r, p.value, p.matched);
}

/* ---- metas */

static bool depends_on_missing(const struct scorer *s, const struct expr *x)
{
    for (unsigned i = 0; i < x->n && s->n_missing; i++)
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

/* the names that hit, each once, up to PROBE_DETAIL_MAX bytes */
static struct slice meta_detail(const struct scorer *s, const struct expr *x)
{
    struct buf b;
    buf_init_in(&b, s->check.m->arena, PROBE_DETAIL_MAX);
    for (unsigned i = 0; i < x->n && !b.full; i++) {
        const struct expr_step *step = &x->steps[i];
        if (step->op != EXPR_VALUE || s->values[step->index] == 0 || named_before(x, i))
            continue;
        if (b.n)
            buf_add_char(&b, ' ');
        buf_add_slice(&b, s->check.set->rules[step->index]->name);
    }
    return slice_trim(buf_slice(&b));
}

static void run_meta(struct scorer *s, const struct rule *r)
{
    const struct expr *x = r->test.expr;
    if (depends_on_missing(s, x)) {
        set_missing(s, r, true);
        return;
    }
    double value = hit_value(expr_run(x, s->values, s->stack));
    if (r->score == 0) { /* 0 for others, or not there for them */
        set_missing(s, r, value != 0);
        return;
    }
    set_value(s, r, value);
    if (value != 0)
        report_hit(s, r, value, rule_is_sub(r) ? SLICE("") : meta_detail(s, x));
}

/* ---- the whole */

/* The rule that was at work when the budget ran out is named, and has not run unless it hit. */
static void tell_spent(struct scorer *s, size_t n)
{
    const struct ruleset *set = s->check.set;
    size_t left = n ? n - 1 : 0;
    report_budget(s, set->tests[left], set->n_tests - n);
    for (; left < set->n_tests; left++)
        set_missing(s, set->tests[left], s->values[set->tests[left]->number] == 0);
}

static void run_tests(struct scorer *s)
{
    const struct ruleset *set = s->check.set;
    size_t n = 0, at = 0; /* n: behind the last one that ran */
    while ((at = candidates_skip(s->check.candidates, at)) < set->n_tests && !check_spent(&s->check)) {
        run_one(s, set->tests[at++]);
        n = at;
    }
    if (s->check.budget.spent)
        tell_spent(s, n);
}

/* One that needs another stands behind it, so that a bit is never set behind the back. */
static void run_metas(struct scorer *s)
{
    const struct ruleset *set = s->check.set;
    for (size_t word = 0; word * 64 < set->n_metas; word++)
        while (s->due[word]) {
            size_t i = word * 64 + (size_t)__builtin_ctzll(s->due[word]);
            s->due[word] &= s->due[word] - 1;
            run_meta(s, set->metas[i]);
        }
}

/* Metas of a priority run behind its tests. They stand in order of what needs what, which goes with the order
 * of priorities: a meta has given what it needs its own. */
static void run_metas_of(struct scorer *s, int priority)
{
    const struct ruleset *set = s->check.set;
    for (size_t i = 0; i < set->n_metas && !s->stopped; i++)
        if (set->metas[i]->priority == priority)
            run_meta(s, set->metas[i]);
}

static int next_priority(const struct ruleset *set, int after, size_t test)
{
    int next = test < set->n_tests ? set->tests[test]->priority : INT_MAX;
    for (size_t i = 0; i < set->n_metas; i++)
        if (set->metas[i]->priority > after && set->metas[i]->priority < next)
            next = set->metas[i]->priority;
    return next;
}

/* Step by step, until a shortcircuit: tests of a kind and priority, then the priority's metas. */
static void run_in_steps(struct scorer *s)
{
    const struct ruleset *set = s->check.set;
    size_t i = 0;
    for (int p = next_priority(set, INT_MIN, 0); p != INT_MAX && !s->stopped; p = next_priority(set, p, i)) {
        while (i < set->n_tests && set->tests[i]->priority == p && !check_spent(&s->check)) {
            bool new_step = i && rule_kind_order(set->tests[i]) != rule_kind_order(set->tests[i - 1]);
            if (s->stopped && new_step)
                return;
            run_one(s, set->tests[i++]);
        }
        if (s->check.budget.spent) {
            tell_spent(s, i);
            return;
        }
        run_metas_of(s, p);
    }
}

/* Rules that have not seen all of the message have not found it clean. */
static void report_cut(const struct check *c)
{
    if (c->views.uris && c->views.uris->cut)
        finding_add(c->out, c->m->arena, FINDING_CLASS, CLASS_UNCHECKED_LIMIT, 0, SLICE("uris"),
                    SLICE("more than rules look at"));
}

static void run_all(struct scorer *s)
{
    if (s->check.set->stops.any) {
        run_in_steps(s);
        return;
    }
    run_tests(s);
    run_metas(s);
}

/* ---- the network */

void scorer_ask(struct scorer *s, struct message *m, struct dns *d, struct finding_list *out)
{
    check_begin(&s->check, m, out, s->budget_ms);
    s->check.dns = s->check.set->network ? d : NULL;
    s->begun = true;
    net_ask_all(&s->check, ASK_FIRST);
}

bool scorer_client(struct scorer *s, struct auth_client *client)
{
    return spf_client(&s->check, client);
}

void scorer_use_auth(struct scorer *s, const struct auth_results *auth)
{
    s->check.auth = auth;
}

/* Each round waits for what the one before has asked, together. */
static void ask_rest(struct scorer *s)
{
    for (int round = ASK_SECOND; round < ASK_ROUNDS; round++)
        net_ask_all(&s->check, (enum ask_round)round);
}

static void begin(struct scorer *s, struct message *m, struct finding_list *out)
{
    if (s->begun && s->check.m == m)
        check_restart(&s->check, out, s->budget_ms);
    else
        check_begin(&s->check, m, out, s->budget_ms);
    s->begun = false;
}

void scorer_evaluate(struct scorer *s, struct message *m, struct finding_list *out)
{
    const struct ruleset *set = s->check.set;
    memset(s->values, 0, set->n * sizeof(*s->values));
    memset(s->missing, 0, set->n * sizeof(*s->missing));
    s->n_missing = 0;
    memcpy(s->due, set->metas_always, (set->n_metas / 64 + 1) * sizeof(*s->due));
    s->total = 0;
    s->stopped = false;
    begin(s, m, out);
    ask_rest(s);
    run_all(s);
    report_cut(&s->check);
    net_finish(&s->check, s->values);
}
