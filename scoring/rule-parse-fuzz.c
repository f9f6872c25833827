/* rule-parse-fuzz.c - any bytes as a rule file
 * Holds: a set either loads or is refused with ERR_CONFIG; problems have a file, a line and a text without
 * line ends; rules that run have a test and a score; asking for them gives an answer. */
#include <stdlib.h>
#include "scoring/rule.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void check_problems(const struct rule_problem *p)
{
    for (; p; p = p->next)
        check(p->file && p->text && p->text[0] && strpbrk(p->text, "\r\n") == NULL);
}

static void check_rules(const struct ruleset *set, unsigned max)
{
    struct ruleset_info info;
    ruleset_info(set, &info);
    check(set->n <= max && info.rules <= set->n && info.subrules <= info.rules && info.rules > 0);
    check(set->n_tests + set->n_metas <= info.rules);
    for (size_t i = 0; i < set->n; i++) {
        const struct rule *r = set->rules[i];
        check(r->number == i && r->name.n > 0);
        check(!r->runs || (r->test.type != RULE_NONE && r->score != 0));
        check((ruleset_where(set, r->name) != NULL) == (r->test.type != RULE_NONE));
        check((ruleset_describe(set, r->name) != NULL) == (r->test.type != RULE_NONE));
        bool header = r->test.type == RULE_HEADER || r->test.type == RULE_EXISTS;
        check(!header || r->test.spec < set->specs.n);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct scoring_options o = { .rules_max = 50 };
    const struct rule_problem *problems = NULL;
    struct arena a;
    struct err e = { 0 };
    arena_init(&a, 16 << 20);
    struct ruleset *set =
        ruleset_load_text(&o, slice_of((const char *)data, size), "fuzz.cf", &a, &problems, &e);
    check_problems(problems);
    if (set)
        check_rules(set, o.rules_max);
    else
        check(e.kind == ERR_CONFIG && e.text[0]);
    ruleset_free(&set);
    arena_deinit(&a);
    return 0;
}
