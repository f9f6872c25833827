/* kind-rules.c - what a rules loader loads; see kind.h */
#include "engine/kind.h"

#include "base/log.h"
#include "engine/worker.h"
#include "message/message.h"
#include "scoring/rule.h"

#define PROBLEM_MEMORY (256 * 1024 * 1024)
#define PROBLEMS_LOGGED 10

/* What has to wait for the network is for `tamis lint`: the stock set has a lot of it. What is only doubtful
 * is no warning: a filter's standard error is for what is broken. */
static void log_problems(const struct rule_problem *p)
{
    unsigned n = 0;
    for (; p; p = p->next)
        if (p->kind != RULE_NOT_YET && n++ < PROBLEMS_LOGGED)
            log_write(p->kind == RULE_WARNING ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING, "%s:%u: %s", p->file,
                      p->line, p->text);
    if (n > PROBLEMS_LOGGED)
        log_warning("%u more problems in rule files: see `tamis lint`", n - PROBLEMS_LOGGED);
}

static int load(struct loaded *l, const struct loader_config *c, const struct loader_account *account,
                struct err *e)
{
    const struct rule_problem *problems = NULL;
    struct arena a;
    (void)account;
    arena_init(&a, PROBLEM_MEMORY);
    l->rules = c->bare ? ruleset_load_text(&c->scoring, SLICE("meta __NOTHING 0\n"), "none", &a, &problems, e)
                       : ruleset_load(&c->scoring, &a, &problems, e);
    log_problems(problems);
    arena_deinit(&a);
    return l->rules ? 0 : -1;
}

static void unload(struct loaded *l)
{
    ruleset_free(&l->rules);
}

static void describe(const struct loaded *l, struct proto_loader *m)
{
    struct ruleset_info info;
    ruleset_info(l->rules, &info);
    m->rules = info.rules;
    m->subrules = info.subrules;
    m->problems = info.problems;
    memcpy(m->hash, info.hash, sizeof(m->hash));
    log_debug("%u rules (%u of them subrules) from %u files, %u problems, hash %s", info.rules, info.subrules,
              info.files, info.problems, info.hash);
}

static const char *before_worker(struct loaded *l, uint32_t serial)
{
    (void)l;
    (void)serial;
    return NULL;
}

static void after_worker(struct loaded *l, uint32_t serial)
{
    (void)l;
    (void)serial;
}

/* Rules change when somebody says so. */
static bool changed(struct loaded *l, const struct loader_config *c)
{
    (void)l;
    (void)c;
    return false;
}

const struct loader_kind loader_kind_rules = {
    .argument = "--role=loader",
    .process = "tamis-loader",
    .worker_process = "tamis-scorer",
    .loader = "rules loader",
    .worker = "scorer",
    .run = scorer_main,
    .load = load,
    .unload = unload,
    .describe = describe,
    .before_worker = before_worker,
    .after_worker = after_worker,
    .changed = changed,
};
