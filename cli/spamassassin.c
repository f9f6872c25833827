/* spamassassin.c - tamis-spamassassin: does what `spamassassin` does, so that a path changed is all it takes
 * A message on standard input, or those of files, come out again with X-Spam-* fields, spam wrapped in its
 * report as the rule files say. Messages are looked at by a sandboxed worker of our own, also when root
 * calls.
 *
 * Exit codes: 0; what -e says, for spam; 1 a file that cannot be read, or rules that --lint finds wrong; 64
 * usage; 69 what Tamis does not do; 75 no answer (nothing was written: the caller still has its message); 78
 * rules that are refused. */
#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/log.h"
#include "cli/own-engine.h"
#include "cli/sa-filter.h"
#include "cli/sa-options.h"
#include "cli/sa-paths.h"
#include "engine/loader.h"
#include "scoring/rule-problem.h"

#define MEMORY_MAX ((size_t)1 << 30)
#define START_MS 120000
#define SCAN_MS 300000 /* SpamAssassin's time_limit */

enum { EXIT_NO = 1, EXIT_USAGE = 64, EXIT_UNAVAILABLE = 69, EXIT_TRY_AGAIN = 75, EXIT_CONFIG = 78 };

/* Output of a filter is all or nothing: what cannot be written is told by the exit code. */
static int print(const struct buf *b)
{
    return fwrite(b->p, 1, b->n, stdout) == b->n && fflush(stdout) == 0 ? 0 : EXIT_TRY_AGAIN;
}

static int show_version(void)
{
    struct buf b;
    buf_init(&b, 1000);
    buf_add_str(&b, "SpamAssassin version 4.0.1\n  running on Tamis version " PACKAGE_VERSION "\n");
    int rc = print(&b);
    buf_deinit(&b);
    return rc;
}

static int show_help(void)
{
    struct buf b;
    buf_init(&b, 64 * 1024);
    buf_add_str(&b, "Filters messages as `spamassassin` does, by Tamis.\n"
                    "usage: tamis-spamassassin [OPTION]... [FILE]...\n\n");
    perl_options_help(&sa_program, &b);
    int rc = print(&b);
    buf_deinit(&b);
    return rc;
}

static int show_man(void)
{
    struct buf b;
    buf_init(&b, 256 * 1024);
    buf_add_str(&b, ".TH TAMIS-SPAMASSASSIN 1 \"\" \"tamis " PACKAGE_VERSION "\" \"Tamis\"\n"
                    ".SH NAME\ntamis\\-spamassassin \\- filter mail as spamassassin does\n"
                    ".SH SYNOPSIS\n\\fBtamis\\-spamassassin\\fP [\\fIOPTION\\fP]... [\\fIFILE\\fP]...\n"
                    ".SH DESCRIPTION\n");
    conf_man_text(
        "Reads a message from standard input, or those of the files, and writes it to standard output "
        "with the fields and the wrapping that the rule files ask for: what spamassassin(1) does, with "
        "its options, output and exit codes, so that recipes and scripts go on working when its path "
        "is changed. Messages are looked at by a sandboxed worker. Nothing is learned, nobody is "
        "reported to. Unless -L is given the DNS is asked: the servers of dns_server in the rule "
        "files, else those of /etc/resolv.conf; dns_available no asks nobody. dns_options and "
        "dns_local_ports_* "
        "have no effect.",
        &b);
    buf_add_str(&b, ".SH OPTIONS\n");
    perl_options_man(&sa_program, &b);
    buf_add_str(&b, ".SH \"EXIT STATUS\"\n"
                    ".TP\n0\nDone.\n"
                    ".TP\n5\nThe message is spam, with \\fB\\-e\\fP (which may name another number).\n"
                    ".TP\n1\nA file could not be read; with \\fB\\-\\-lint\\fP: something is wrong.\n"
                    ".TP\n64\nThe command line is wrong.\n"
                    ".TP\n69\nThis is something that Tamis does not do.\n"
                    ".TP\n75\nThere was no answer. Nothing was written, the caller still has the message.\n"
                    ".TP\n78\nThe rules are refused.\n"
                    ".SH \"SEE ALSO\"\n\\fBtamis\\fP(1), \\fBtamis.conf\\fP(5)\n");
    int rc = print(&b);
    buf_deinit(&b);
    return rc;
}

/* ---- --lint */

static void put_problem(const struct rule_problem *p)
{
    struct buf line;
    buf_init(&line, 64 * 1024);
    log_escape(&line, slice_str(p->text));
    fprintf(stderr, "warn: config: failed to parse line, skipping, in \"%s\" line %u: %s\n", p->file, p->line,
            line.p);
    buf_deinit(&line);
}

static int lint(const struct scoring_options *o, struct arena *a)
{
    const struct rule_problem *problems = NULL;
    struct err e;
    unsigned n = 0;
    struct ruleset *set = ruleset_load(o, a, &problems, &e);
    for (const struct rule_problem *p = problems; p; p = p->next)
        if (p->kind == RULE_ERROR || p->kind == RULE_UNSUPPORTED || p->kind == RULE_FLAW) {
            put_problem(p);
            n++;
        }
    if (set == NULL)
        fprintf(stderr, "tamis-spamassassin: %s\n", e.text);
    if (n)
        fprintf(stderr, "lint: %u issues detected\n", n);
    bool refused = set == NULL;
    ruleset_free(&set);
    return refused || n ? EXIT_NO : 0;
}

/* ---- messages */

static int filter(const struct sa_options *o, struct config *c, struct sa_paths *paths, struct arena *a)
{
    struct own_engine own = { .dns_by_rules = true };
    struct err e = { 0 };
    int code = EXIT_TRY_AGAIN;
    own_engine_start(&own, ENGINE_RULES, c, &e);
    if (own.engine && engine_wait_ready(own.engine, START_MS, &e) == 0) {
        sa_paths_drop(paths);
        own_engine_ask(&own, c);
        code = sa_filter(o, c, own.engine, a);
    } else {
        fprintf(stderr, "tamis-spamassassin: %s\n", e.text);
        code = e.kind == ERR_CONFIG ? EXIT_CONFIG : EXIT_TRY_AGAIN;
    }
    own_engine_stop(&own);
    return code;
}

/* As the environment has it, without charset and modifier; LANGUAGE may be several, of which the first
 * counts.
 */
static const char *language(struct arena *a)
{
    static const char *const names[] = { "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG" };
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        const char *text = getenv(names[i]);
        size_t n = text == NULL ? 0 : i == 0 ? strcspn(text, ":") : strlen(text);
        if (n == 0)
            continue;
        size_t word = strcspn(text, ":@.+,");
        bool none = slice_eq(slice_of(text, n), SLICE("C")) || slice_eq(slice_of(text, n), SLICE("POSIX"));
        return none ? "" : arena_str(a, slice_of(text, word < n ? word : n));
    }
    return "";
}

/* Defaults alone: what tamis.conf says is for the service. */
static void make_config(struct config *c, const struct sa_options *o, struct arena *a)
{
    conf_defaults(&config_schema, a, c);
    c->virus.scan = false;
    c->scoring.network = c->dns.dns = !o->local;
    c->scoring.rules_updates = ""; /* found by sa_paths_make */
    c->scoring.language = language(a);
    c->engine.workers = 1;
    c->engine.worker_deadline = c->engine.message_deadline = SCAN_MS;
    c->scoring.message_budget = SCAN_MS;
}

static int run(const struct sa_options *o, struct arena *a)
{
    struct config *c = ARENA_NEW(a, struct config);
    struct sa_paths paths;
    struct err e;
    make_config(c, o, a);
    int code = EXIT_TRY_AGAIN;
    if (sa_paths_make(&paths, a, o, &c->scoring.rules_path, &e) < 0)
        fprintf(stderr, "tamis-spamassassin: %s\n", e.text);
    else {
        c->scoring.rules_path = paths.list;
        c->scoring.rules_stock = (struct conf_list){ &paths.stock, 1 };
        code = o->lint ? lint(&c->scoring, a) : filter(o, c, &paths, a);
    }
    sa_paths_drop(&paths);
    return code;
}

int main(int argc, char **argv)
{
    struct arena a;
    struct sa_options o = { 0 };
    engine_role_main(argc, argv);
    signal(SIGPIPE, SIG_IGN);
    arena_init(&a, MEMORY_MAX);
    if (argc == 2 && strcmp(argv[1], "--man") == 0)
        return show_man();
    if (perl_options_read(&sa_program, &o, &a, argc, argv) < 0)
        return EXIT_USAGE;
    if (o.help)
        return show_help();
    if (o.version)
        return show_version();
    if (o.refused) {
        fprintf(stderr, "tamis-spamassassin: %s\n", o.refused);
        return EXIT_UNAVAILABLE;
    }
    log_set_areas(o.debug.text ? o.debug.text : "all");
    log_set_level(o.debug.given ? LOG_LEVEL_DEBUG : LOG_LEVEL_WARNING);
    int code = run(&o, &a);
    arena_deinit(&a);
    return code;
}
