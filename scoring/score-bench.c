/* score-bench.c - where the time of a message goes in a scorer
 * usage: score-bench LIST RULES...
 * LIST names mail files, one a line; RULES are directories or files of rules. Each message is read by itself
 * and then in steps, CPU is measured in this process, and the least of ROUNDS rounds printed, in us a
 * message:
 *   parse   the message as everybody sees it, and what is odd about it
 *   views   the message as SpamAssassin's rules see it
 *   scan    the search for rules that may hit, and what their patterns cost more the first time than the
 * second judge   the patterns of those rules evals   functions metas   and all else report  a report for the
 * administrator's add_header lines, made in full: not every message needs one */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "scoring/prefilter.h"
#include "scoring/probe.h"
#include "scoring/report.h"
#include "scoring/score.h"

#define MESSAGES_MAX 20000
#define ROUNDS 5
#define BUDGET 60000 /* ms */

enum stage { PARSE, VIEWS, SCAN, JUDGE, EVALS, METAS, REPORT, WHOLE, STAGES };

static const char *const names[STAGES] = { "parse", "views", "scan",   "judge",
                                           "evals", "metas", "report", "whole" };

struct bench {
    const struct ruleset *set;
    struct scorer *scorer;
    struct message_limits limits;
    struct arena arena;
    struct slice messages[MESSAGES_MAX];
    size_t n, bytes;
    double us[ROUNDS][STAGES]; /* of all messages */
};

static double now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* adds what went by since *at */
static void add_time(double *sum, double *at)
{
    double now = now_us();
    *sum += now - *at;
    *at = now;
}

/* ---- steps */

static void make_views(struct views *v)
{
    views_tree(v);
    views_body(v);
    views_rawbody(v);
    views_full(v);
    views_uri(v);
    views_relays(v);
    for (uint32_t i = 0; i < v->set->specs.n; i++)
        views_header(v, i);
}

static void run_tests(struct bench *b, struct check *c, bool evals)
{
    struct probe p;
    for (size_t i = 0; (i = candidates_skip(c->candidates, i)) < b->set->n_tests; i++)
        if ((b->set->tests[i]->test.type == RULE_EVAL) == evals)
            probe_run(&p, c, b->set->tests[i]);
}

static void by_steps(struct bench *b, struct slice raw, double *us)
{
    static const struct envelope env;
    struct check *c = scorer_check(b->scorer);
    struct finding_list found = { 0 };
    struct message m;
    double first = 0, again = 0, at = now_us();
    message_parse(&m, &b->arena, raw, &env, &b->limits);
    message_findings(&m, &found);
    add_time(&us[PARSE], &at);
    check_begin(c, &m, &found, BUDGET);
    make_views(&c->views);
    add_time(&us[VIEWS], &at);
    run_tests(b, c, false);
    add_time(&first, &at);
    run_tests(b, c, false);
    add_time(&again, &at);
    run_tests(b, c, true);
    add_time(&us[EVALS], &at);
    us[JUDGE] += again;
    us[SCAN] += first - again;
    arena_reset(&b->arena);
}

static void write_report(struct bench *b, struct check *c)
{
    struct report r;
    struct buf text;
    report_init(&r, b->set, &c->views, c->out, c, 5);
    buf_init_in(&text, &b->arena, 4 * REPORT_TEXT_MAX);
    report_text(&r, &text);
}

static void at_once(struct bench *b, struct slice raw, double *us)
{
    static const struct envelope env;
    struct finding_list found = { 0 };
    struct message m;
    double at = now_us();
    message_parse(&m, &b->arena, raw, &env, &b->limits);
    message_findings(&m, &found);
    scorer_evaluate(b->scorer, &m, &found);
    add_time(&us[WHOLE], &at);
    write_report(b, scorer_check(b->scorer));
    add_time(&us[REPORT], &at);
    arena_reset(&b->arena);
}

static void measure(struct bench *b, double *us)
{
    for (size_t i = 0; i < b->n; i++) {
        at_once(b, b->messages[i], us);
        by_steps(b, b->messages[i], us);
    }
    us[METAS] = us[WHOLE];
    for (int s = PARSE; s < METAS; s++)
        us[METAS] -= us[s];
    if (us[METAS] < 0)
        us[METAS] = 0;
}

/* ---- what is printed */

static double least(const struct bench *b, enum stage s)
{
    double us = b->us[0][s];
    for (int i = 1; i < ROUNDS; i++)
        us = b->us[i][s] < us ? b->us[i][s] : us;
    return us / (double)b->n;
}

static void print(const struct bench *b)
{
    double whole = least(b, WHOLE);
    printf("%zu messages of %zu bytes, %.0f us of CPU each in a scorer (without the way there and back)\n",
           b->n, b->bytes / b->n, whole);
    for (int s = 0; s < REPORT; s++)
        printf("  %-8s%8.1f us %5.1f %%\n", names[s], least(b, s), 100 * least(b, s) / whole);
    printf("  %-8s%8.1f us besides, where one is asked for\n", names[REPORT], least(b, REPORT));
}

/* ---- */

static void read_message(struct bench *b, const char *name)
{
    struct stat st;
    int fd = open(name, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) != 0 || b->n == MESSAGES_MAX)
        return;
    char *p = malloc((size_t)st.st_size + 1);
    ssize_t got = p ? read(fd, p, (size_t)st.st_size) : -1;
    if (got > 0) {
        b->messages[b->n++] = slice_of(p, (size_t)got);
        b->bytes += (size_t)got;
    } else
        free(p);
    close(fd);
}

static int read_list(struct bench *b, const char *list)
{
    char line[4096];
    FILE *f = fopen(list, "r");
    if (f == NULL)
        return -1;
    while (fgets(line, sizeof(line), f)) {
        line[strcspn(line, "\n")] = 0;
        read_message(b, line);
    }
    fclose(f);
    return b->n ? 0 : -1;
}

int main(int argc, char **argv)
{
    static struct bench b;
    const struct scoring_options o = { .rules_path = { (const char *const *)argv + 2,
                                                       (size_t)(argc > 2 ? argc - 2 : 0) },
                                       .rules_updates = "",
                                       .rules_max = 100000,
                                       .message_budget = BUDGET,
                                       .regex_match_limit = 1000000 };
    struct err e = { 0 };
    struct arena problems;
    if (argc < 3 || read_list(&b, argv[1]) < 0) {
        fprintf(stderr, "usage: score-bench LIST RULES...\n");
        return 2;
    }
    message_warm();
    message_limits_default(&b.limits);
    arena_init(&problems, 64 << 20);
    arena_init(&b.arena, b.limits.arena_max);
    struct ruleset *set = ruleset_load(&o, &problems, NULL, &e);
    if (set == NULL) {
        fprintf(stderr, "score-bench: %s\n", e.text);
        return 1;
    }
    b.set = set;
    b.scorer = scorer_new(set, &o);
    for (int i = 0; i < ROUNDS; i++)
        measure(&b, b.us[i]);
    print(&b);
    scorer_free(&b.scorer);
    ruleset_free(&set);
    for (size_t i = 0; i < b.n; i++)
        free((void *)b.messages[i].p);
    arena_deinit(&b.arena);
    arena_deinit(&problems);
    return 0;
}
