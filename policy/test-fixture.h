/* test-fixture.h - what the tests of this folder share: default options, an arena, findings in one line */
#ifndef POLICY_TEST_FIXTURE_H
#define POLICY_TEST_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include "message/envelope.h"
#include "policy/decide.h"

struct fixture {
    struct arena arena;
    struct policy_options o;
    struct finding_list findings;
    struct verdict v;
};

static inline void fixture_init(struct fixture *x)
{
    const struct conf_section section = { "Policy", policy_option_rows, policy_option_rows_n, 0, 1 };
    const struct conf_schema schema = { &section, 1, sizeof(struct policy_options) };
    memset(x, 0, sizeof(*x));
    arena_init(&x->arena, 64 << 20);
    conf_defaults(&schema, &x->arena, &x->o);
    x->o.quarantine_method = QUARANTINE_HOLD; /* tests of the other say so */
}

static inline void fixture_deinit(struct fixture *x)
{
    arena_deinit(&x->arena);
}

static inline void add_rule(struct fixture *x, double score, const char *name, const char *detail)
{
    finding_add(&x->findings, &x->arena, FINDING_RULE, CLASS_CLEAN, score, slice_str(name),
                slice_str(detail));
}

static inline void add_class(struct fixture *x, enum verdict_class class, const char *name,
                             const char *detail)
{
    enum finding_kind kind = class == CLASS_VIRUS ? FINDING_VIRUS : FINDING_CLASS;
    finding_add(&x->findings, &x->arena, kind, class, 0, slice_str(name), slice_str(detail));
}

static inline void decide(struct fixture *x, bool aged)
{
    verdict_decide(&x->v, &x->findings, &x->o, aged);
}

#define ROWS_OF(table) (sizeof(table) / sizeof((table)[0]))

#endif
