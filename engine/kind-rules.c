/* kind-rules.c - what a rules loader loads; see kind.h */
#include "engine/kind.h"

#include <math.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "auth/auth.h"
#include "base/dns.h"
#include "base/log.h"
#include "base/os.h"
#include "engine/handoff.h"
#include "engine/worker.h"
#include "message/message.h"
#include "scoring/bayes.h"
#include "scoring/rule.h"
#include "scoring/sa-tokens.h"

#define PROBLEM_MEMORY (256 * 1024 * 1024)
#define PROBLEMS_LOGGED 10
#define BAYES_WAIT_MS 5000

/* What has to wait for the network is for `tamis lint`: the stock set has a lot of it. What is only doubtful
 * is no warning: a filter's standard error is for what is broken. */
static void log_problems(const struct rule_problem *p)
{
    unsigned n = 0;
    for (; p; p = p->next)
        if (p->kind != RULE_NOT_YET && n++ < PROBLEMS_LOGGED)
            log_write(p->kind == RULE_WARNING || p->kind == RULE_FLAW ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING,
                      "%s:%u: %s", p->file, p->line, p->text);
    if (n > PROBLEMS_LOGGED)
        log_warning("%u more problems in rule files: see `tamis lint`", n - PROBLEMS_LOGGED);
}

/* Whoever is not a classifier's store is none. */
static void map_bayes(struct loaded *l)
{
    struct stat st;
    int fd = LOADER_FD_BAYES;
    if (fstat(fd, &st) != 0)
        return;
    void *p =
        st.st_size == (off_t)BAYES_BYTES ? mmap(NULL, BAYES_BYTES, PROT_READ, MAP_SHARED, fd, 0) : MAP_FAILED;
    if (p != MAP_FAILED)
        l->bayes = p;
    else
        log_warning("the classifier's store cannot be read: messages are scored without");
    fd_close(&fd);
}

/* At the service's start the keeper fills it meanwhile. */
static void await_bayes(const struct loaded *l)
{
    uint64_t give_up = clock_ms() + BAYES_WAIT_MS;
    while (l->bayes && __atomic_load_n(&l->bayes->state, __ATOMIC_ACQUIRE) == BAYES_EMPTY &&
           clock_ms() < give_up)
        usleep(5000);
}

/* Rules have other scores where there is a classifier. */
static struct bayes_counts learned(const struct loaded *l)
{
    return l->bayes ? l->bayes->learned : (struct bayes_counts){ 0, 0 };
}

static void tell_learned(const struct loaded *l, struct bayes_counts n)
{
    if (l->bayes && !ruleset_asks_classifier(l->rules))
        log_info("classifier: %u spam and %u ham learned: its rules begin when that is enough "
                 "(bayes_min_spam_num, bayes_min_ham_num: 200 each if not said)",
                 n.spam, n.ham);
}

/* Of what is only learned, settings count (bayes_ignore_header ...), and no rules. Where their files cannot
 * be read it is learned as if they said nothing. */
static struct ruleset *load_settings(struct scoring_options *o, struct arena *a)
{
    const struct rule_problem *problems;
    struct err e;
    o->settings_only = true;
    struct ruleset *set = ruleset_load(o, a, &problems, &e);
    if (set)
        return set;
    log_warning("%s: what rule files say of the classifier is not known", e.text);
    return ruleset_load_text(o, SLICE(""), "none", a, &problems, &e);
}

static int load(struct loaded *l, const struct loader_config *c, const struct loader_account *account,
                struct err *e)
{
    const struct rule_problem *problems = NULL;
    struct arena a;
    (void)account;
    struct scoring_options o = c->scoring;
    map_bayes(l);
    await_bayes(l);
    struct bayes_counts n = learned(l);
    o.learned_spam = n.spam;
    o.learned_ham = n.ham;
    o.network = c->dns.dns;
    arena_init(&a, PROBLEM_MEMORY);
    l->rules = c->bare ? load_settings(&o, &a) : ruleset_load(&o, &a, &problems, e);
    log_problems(problems);
    arena_deinit(&a);
    if (c->dns.dns && l->rules && !(c->dns_by_rules && !ruleset_may_ask(l->rules)))
        l->auth = auth_new(&c->auth);
    sa_tokens_warm();
    if (l->rules && !c->bare)
        tell_learned(l, n);
    return l->rules ? 0 : -1;
}

static void unload(struct loaded *l)
{
    ruleset_free(&l->rules);
    auth_free(&l->auth);
}

/* Those that do not fit are only asked later. */
static void put_zones(struct proto_loader *m, const struct ruleset *set)
{
    const struct client_zone *v;
    size_t n = ruleset_client_zones(set, &v), used = 0;
    for (size_t i = 0; i < n; i++) {
        const char *type = dns_type_name((enum dns_type)v[i].type);
        int wrote =
            snprintf(m->zones + used, sizeof(m->zones) - used, "%s %.*s\n", type, SLICE_ARG(v[i].zone));
        if (wrote < 0 || (size_t)wrote >= sizeof(m->zones) - used)
            break;
        used += (size_t)wrote;
    }
    m->zones[used] = 0;
}

static void put_servers(struct proto_loader *m, const struct ruleset *set)
{
    const char *const *v;
    size_t n = ruleset_name_servers(set, &v), used = 0;
    for (size_t i = 0; i < n && used + strlen(v[i]) + 2 < sizeof(m->servers); i++)
        used += (size_t)snprintf(m->servers + used, sizeof(m->servers) - used, "%s\n", v[i]);
    m->servers[used] = 0;
}

static void describe(const struct loaded *l, struct proto_loader *m)
{
    struct ruleset_info info;
    ruleset_info(l->rules, &info);
    m->rules = info.rules;
    m->subrules = info.subrules;
    m->problems = info.problems;
    m->status = ruleset_autolearns(l->rules);
    m->built = (int64_t)lround(1000 * ruleset_required(l->rules));
    memcpy(m->hash, info.hash, sizeof(m->hash));
    put_zones(m, l->rules);
    put_servers(m, l->rules);
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

/* Rules change when somebody says so. But where the classifier has learned enough meanwhile, or has begun
 * anew and knows too little, other scores count. Said once: whoever hears it starts another loader. */
static bool changed(struct loaded *l, const struct loader_config *c)
{
    struct bayes_counts n = learned(l);
    if (c->bare || l->told || l->bayes == NULL ||
        __atomic_load_n(&l->bayes->state, __ATOMIC_ACQUIRE) != BAYES_READY)
        return false;
    l->told = ruleset_wants_classifier(l->rules, n.spam, n.ham) != ruleset_asks_classifier(l->rules);
    if (l->told)
        log_info("classifier: %u spam and %u ham learned: its rules %s now", n.spam, n.ham,
                 ruleset_asks_classifier(l->rules) ? "end" : "begin");
    return l->told;
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
