/* rules.c - `tamis rules`: what each rule costs
 * Messages are read first, then the process gives up its rights as a scorer does (SANDBOX_SCORER), since what
 * it looks at may be hostile; what is left is to write to standard output. Each test is run twice, see
 * scoring/score.h. */
#include "config.h"
#include "cli/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/os.h"
#include "base/sandbox.h"
#include "scoring/rule.h"
#include "scoring/score.h"

#define FILE_MAX ((off_t)64 << 20)
#define MESSAGES_MEMORY ((size_t)512 << 20)
#define ROWS_DEFAULT 30

struct rules_values {
    struct cli_common common;
    struct cli_list rules;
    bool cost, all;
};

struct messages {
    struct arena arena;
    struct slice *v;
    size_t n;
};

/* ---- reading */

static bool read_all(int fd, char *p, size_t n)
{
    for (size_t at = 0; at < n;) {
        ssize_t got = read(fd, p + at, n - at);
        if (got <= 0)
            return false;
        at += (size_t)got;
    }
    return true;
}

static bool read_message(struct messages *m, const char *name)
{
    struct stat st;
    int fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    bool done = fd >= 0 && fstat(fd, &st) == 0;
    if (!done)
        cli_complain("rules: %s: %s", name, strerror(errno));
    else if (!S_ISREG(st.st_mode) || st.st_size > FILE_MAX) {
        cli_complain("rules: %s is no file of up to %lld MiB", name, (long long)(FILE_MAX >> 20));
        done = false;
    } else {
        char *p = arena_alloc(&m->arena, (size_t)st.st_size + 1);
        done = read_all(fd, p, (size_t)st.st_size);
        if (done)
            m->v[m->n++] = slice_of(p, (size_t)st.st_size);
        else
            cli_complain("rules: %s could not be read", name);
    }
    if (fd >= 0)
        close(fd);
    return done;
}

static bool read_messages(struct messages *m, const struct cli_common *common)
{
    bool all = true;
    arena_init(&m->arena, MESSAGES_MEMORY);
    m->v = arena_array(&m->arena, common->n_operands + 1, sizeof(*m->v));
    for (size_t i = 0; i < common->n_operands; i++)
        all &= read_message(m, common->operands[i].text);
    return all;
}

/* ---- measuring */

static void look_at(struct scorer *s, struct slice raw, const struct config *c)
{
    static const struct envelope env;
    struct finding_list out = { 0 };
    struct message m;
    struct arena a;
    arena_init(&a, c->message.arena_max);
    if (ARENA_TRY(&a)) {
        message_parse(&m, &a, raw, &env, &c->message);
        scorer_evaluate(s, &m, &out);
    } else
        cli_complain("rules: a message wants more memory than there is for one");
    arena_deinit(&a);
}

/* ---- the table */

static const struct rule_cost *sort_costs;

static int by_cost(const void *l, const void *r)
{
    uint64_t a = sort_costs[*(const size_t *)l].ns, b = sort_costs[*(const size_t *)r].ns;
    return a == b ? 0 : a < b ? 1 : -1;
}

static size_t *sorted(struct arena *a, const struct ruleset *set, const struct rule_cost *costs)
{
    size_t *order = arena_array(a, set->n + 1, sizeof(*order));
    for (size_t i = 0; i < set->n; i++)
        order[i] = i;
    sort_costs = costs;
    qsort(order, set->n, sizeof(*order), by_cost);
    return order;
}

static void put_row(struct buf *b, const struct ruleset *set, const struct rule_cost *costs, size_t i,
                    size_t messages)
{
    const struct rule_cost *c = &costs[i];
    buf_printf(b, "%10.2f %10.2f %8u  ", (double)c->ns / 1e3 / (double)messages,
               (double)c->judged / (double)messages, c->hits);
    if (i == set->n)
        buf_add_str(b, "(texts made and scanned for many rules)\n");
    else
        buf_printf(b, "%.*s  %s\n", SLICE_ARG(set->rules[i]->name),
                   set->rules[i]->where ? set->rules[i]->where : "");
}

static int put_table(struct arena *a, const struct ruleset *set, const struct rule_cost *costs, size_t n,
                     bool all)
{
    struct buf b;
    uint64_t sum = costs[set->n].ns;
    const size_t *order = sorted(a, set, costs);
    buf_init_in(&b, a, 64 << 20);
    for (size_t i = 0; i < set->n; i++)
        sum += costs[i].ns;
    buf_printf(&b, "%zu messages, %.1f us a message in tests\n", n, (double)sum / 1e3 / (double)n);
    buf_add_str(&b, "us/message  texts/msg     hits  rule\n");
    put_row(&b, set, costs, set->n, n);
    for (size_t i = 0; i < set->n && (all || i < ROWS_DEFAULT); i++)
        if (costs[order[i]].ns)
            put_row(&b, set, costs, order[i], n);
    return cli_write(&b);
}

/* ---- the command */

static int measure(const struct rules_values *v, const struct config *c, const struct ruleset *set,
                   const struct messages *messages)
{
    static const struct sandbox_limits limits = { .memory = 0 };
    struct err e = { 0 };
    struct scorer *s = scorer_new(set, &c->scoring);
    scorer_measure(s);
    message_warm();
    if (sandbox_enter(SANDBOX_SCORER, &limits, &e) < 0) {
        cli_complain("rules: %s", e.text);
        scorer_free(&s);
        return CLI_TRY_AGAIN;
    }
    for (size_t i = 0; i < messages->n; i++)
        look_at(s, messages->v[i], c);
    int written = put_table(v->common.arena, set, scorer_costs(s), messages->n, v->all);
    scorer_free(&s);
    return written < 0 ? CLI_TRY_AGAIN : CLI_DONE;
}

static int run(void *values)
{
    const struct rules_values *v = values;
    struct config *c = ARENA_NEW(v->common.arena, struct config);
    struct messages messages = { .n = 0 };
    struct err e;
    if (!v->cost) {
        cli_complain("rules: say what is asked for: tamis rules --cost FILE...");
        return CLI_USAGE;
    }
    if (settings_load(&v->common, c) < 0)
        return CLI_USAGE;
    settings_use_rules(c, &v->common, &v->rules);
    struct ruleset *set = ruleset_load(&c->scoring, v->common.arena, NULL, &e);
    if (set == NULL) {
        cli_complain("the rules are refused: %s", e.text);
        return CLI_USAGE;
    }
    bool all = read_messages(&messages, &v->common);
    int code = messages.n ? measure(v, c, set, &messages) : CLI_NO;
    arena_deinit(&messages.arena);
    ruleset_free(&set);
    return code == CLI_DONE && !all ? CLI_NO : code;
}

#define AT(member) offsetof(struct rules_values, member)

static const struct cli_option options[] = {
    { "cost", 0, CLI_FLAG, AT(cost), NULL, "Measure what each rule costs on the messages." },
    { "all", 0, CLI_FLAG, AT(all), NULL, "All rules, not only the thirty that cost most." },
    { "rules", 0, CLI_LIST, AT(rules), "DIR",
      "Rules in place of rules_path. May be repeated; a file is possible, too." },
};

const struct cli_command cli_rules = {
    .name = "rules",
    .args = "--cost [OPTION]... FILE...",
    .summary = "what each rule costs",
    .about =
        "Runs the rules over messages and prints, the dearest first, microseconds a message, in how many "
        "pieces of text a message the pattern was tried, in how many messages the rule hit, its name and "
        "where it stands. What many rules need, texts made of the message and scans of them, has a line of "
        "its own. Exits 1 when a file could not be read.",
    .options = options,
    .n_options = sizeof(options) / sizeof(options[0]),
    .size = sizeof(struct rules_values),
    .min_operands = 1,
    .max_operands = SIZE_MAX,
    .examples = "tamis rules --cost Maildir/cur/*\tthe rules that cost most\n"
                "tamis rules --cost --rules /tmp/new-rules message.eml\tbefore they are put into place",
    .run = run,
};
