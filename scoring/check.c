/* check.c - rules at work on one message: budget and limits; see check.h */
#include "config.h"
#include "scoring/check.h"

#include "base/os.h"
#include "scoring/prefilter.h"
#include "scoring/rule.h"

#define LOOK_EVERY 16 /* matches, each bounded by regex_match_limit */

static void budget_start(struct check_budget *b, unsigned ms)
{
    b->ms = ms;
    b->start_us = cpu_us();
    b->max_us = (uint64_t)ms * 1000;
    b->look_at_ms = clock_ms() + ms;
    b->matches = 0;
    b->spent = false;
}

static bool budget_look(struct check_budget *b)
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

bool check_spent(struct check *c)
{
    struct check_budget *b = &c->budget;
    return b->spent || (++b->matches >= LOOK_EVERY && budget_look(b));
}

void check_begin(struct check *c, struct message *m, struct finding_list *out, unsigned budget_ms)
{
    c->m = m;
    c->out = out;
    memset(c->state, 0, sizeof(c->state));
    c->running = NULL;
    c->limited = false;
    c->captures = NULL;
    c->bayes_result = NULL;
    c->dns = NULL;
    c->auth = NULL;
    c->autolearn = NULL;
    c->logs = NULL;
    c->logs_tail = NULL;
    budget_start(&c->budget, budget_ms);
    candidates_begin(c->candidates, m->arena);
    views_init(&c->views, m, c->set);
    c->views.scratch = c->scratch;
}

void check_restart(struct check *c, struct finding_list *out, unsigned budget_ms)
{
    c->out = out;
    budget_start(&c->budget, budget_ms);
}

static void report_limit(struct check *c)
{
    if (!c->limited)
        finding_add(c->out, c->m->arena, FINDING_CLASS, CLASS_UNCHECKED_REGEX, 0,
                    c->running ? c->running->name : SLICE("regex"),
                    SLICE("a match reached regex_match_limit"));
    c->limited = true;
}

bool check_match_from(struct check *c, const struct regex *re, struct slice text, size_t from,
                      struct regex_span *span)
{
    if (check_spent(c))
        return false;
    enum regex_result got = regex_match(re, c->scratch, text, from, span);
    if (got == REGEX_LIMIT)
        report_limit(c);
    return got == REGEX_HIT;
}

bool check_match(struct check *c, const struct regex *re, struct slice text, struct regex_span *span)
{
    return check_match_from(c, re, text, 0, span);
}
