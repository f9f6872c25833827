/* judging.c - a verdict for each recipient, and one for the message; see judging.h */
#include "config.h"
#include "milter/judging.h"

#include <math.h>

/* one of the different verdicts of a message */
struct different {
    const struct policy_options *options;
    struct verdict verdict;
    struct different *next;
};

struct judging {
    struct transaction *t;
    const struct finding_list *findings;
    bool aged, allowed;
    struct different *all;
};

static void decide(const struct judging *j, struct verdict *v, const struct policy_options *o)
{
    struct policy_options without_score = *o;
    if (j->allowed)
        without_score.required_score = without_score.reject_score = INFINITY;
    verdict_decide(v, j->findings, j->allowed ? &without_score : o, j->aged);
    v->required = o->required_score;
}

static const struct verdict *verdict_by(struct judging *j, const struct policy_options *o)
{
    for (struct different *d = j->all; d; d = d->next)
        if (d->options == o)
            return &d->verdict;
    struct different *d = ARENA_NEW(&j->t->arena, struct different);
    d->options = o;
    decide(j, &d->verdict, o);
    d->next = j->all;
    j->all = d;
    return &d->verdict;
}

static void ask_lists(struct judging *j, const struct policy_maps *maps, struct finding_list *findings)
{
    struct arena *a = &j->t->arena;
    switch (policy_maps_listed(maps, &j->t->envelope)) {
    case LIST_NONE: break;
    case LIST_ALLOWED:
        j->allowed = true;
        finding_add(findings, a, FINDING_NOTE, CLASS_CLEAN, 0, SLICE("allowed"), SLICE(""));
        break;
    case LIST_BLOCKED:
        finding_add(findings, a, FINDING_CLASS, CLASS_SPAM, 0, SLICE("blocked"), SLICE(""));
        break;
    case LIST_FAULT:
        finding_add(findings, a, FINDING_CLASS, CLASS_UNCHECKED_FAULT, 0, SLICE("map"), SLICE(""));
        break;
    }
}

/* The options of each recipient, before any verdict: a lookup that fails is a finding for all. */
static const struct policy_options **look_up(struct judging *j, const struct snapshot *s,
                                             struct finding_list *findings)
{
    const struct envelope *env = &j->t->envelope;
    const struct policy_options **o = arena_array(&j->t->arena, env->n_recipients + 1, sizeof(*o));
    bool failed = false;
    for (size_t i = 0; i < env->n_recipients; i++) {
        o[i] = policy_maps_recipient(s->maps, env->recipients[i]);
        failed |= o[i] == NULL;
        if (o[i] == NULL)
            o[i] = &s->config.policy;
    }
    if (failed)
        finding_add(findings, &j->t->arena, FINDING_CLASS, CLASS_UNCHECKED_FAULT, 0,
                    SLICE("recipient_policy"), SLICE(""));
    return o;
}

/* Those past recipients_max cannot be taken off or held by name: all must have the same lot. */
static bool alike(const struct recipients_decision *d, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if (d->outcomes[i] != d->outcomes[0])
            return false;
    return true;
}

static void put_off(struct judgement *out, struct transaction *t, struct finding_list *findings, size_t n)
{
    finding_add(findings, &t->arena, FINDING_CLASS, CLASS_UNCHECKED_FAULT, 0, SLICE("recipients"), SLICE(""));
    out->decision =
        (struct recipients_decision){ .action = ACTION_TEMPFAIL, .outcomes = out->decision.outcomes };
    for (size_t i = 0; i < n; i++)
        out->decision.outcomes[i] = OUTCOME_TEMPFAILED;
}

/* Texts name what any recipient's policy asks for, not the site's alone. */
static void take_reasons(struct judgement *out, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (int a = 0; a < ACTION_COUNT; a++)
            out->verdict.by_action[a] |= out->of_recipient[i]->by_action[a];
}

void judge_message(struct judgement *out, struct transaction *t, struct finding_list *findings, bool aged)
{
    const struct snapshot *s = t->snapshot;
    size_t n = t->envelope.n_recipients;
    struct judging j = { .t = t, .findings = findings, .aged = aged, .allowed = aged && out->allowed };
    if (!aged) /* the second time they have spoken */
        ask_lists(&j, s->maps, findings);
    out->allowed = j.allowed;
    const struct policy_options **options = aged ? out->options : look_up(&j, s, findings);
    out->options = options;
    out->of_recipient = arena_array(&t->arena, n + 1, sizeof(*out->of_recipient));
    for (size_t i = 0; i < n; i++)
        out->of_recipient[i] = verdict_by(&j, options[i]);
    out->of_recipient[n] =
        verdict_by(&j, &s->config.policy); /* of those who were not remembered, or of nobody */
    out->verdict = *out->of_recipient[n];
    bool more = t->envelope.recipients_total > n || n == 0;
    recipients_decide(&out->decision, &t->arena, out->of_recipient, n + more);
    if (more && n && !alike(&out->decision, n + 1))
        put_off(out, t, findings, n + 1);
    take_reasons(out, n);
    out->verdict.action = out->decision.action;
    out->verdict.hold_copy = out->decision.copy;
}
