/* scan.c - `tamis scan`: what would be decided about these messages, and why
 * Messages are looked at by sandboxed workers of our own, also when root calls: these then run as
 * worker_user, or user, or, on a machine where the service has no account, nobody. The service is not asked.
 */
#include "config.h"
#include "cli/scan.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include "base/log.h"
#include "base/os.h"
#include "cli/learned.h"
#include "cli/own-engine.h"
#include "cli/settings.h"

#define AT(field) offsetof(struct scan_values, field)
#define START_MS 60000
#define VIRUS_START_MS 300000 /* millions of signatures from a slow disk */
#define LIST_MAX ((size_t)256 << 20)

/* ---- names */

struct names {
    struct arena *arena;
    const char **v;
    size_t n, cap;
};

static void add_name(struct names *names, const char *name)
{
    if (names->n == names->cap) {
        names->cap = names->cap ? 2 * names->cap : 64;
        names->v = arena_grow(names->arena, names->v, names->n, names->cap, sizeof(*names->v));
    }
    names->v[names->n++] = name;
}

static int read_list(struct names *names, const char *path, struct buf *text)
{
    int fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : 1;
    while (n > 0) {
        char *to = buf_reserve(text, 64 * 1024);
        if (to == NULL)
            errno = EFBIG;
        n = to ? read(fd, to, 64 * 1024) : -1;
        text->n += n > 0 ? (size_t)n : 0;
    }
    if (n < 0)
        cli_complain("scan: list %s: %s", path, strerror(errno));
    fd_close(&fd);
    return n < 0 ? -1 : 0;
}

/* One name a line; a name may hold anything but a line end. */
static int add_list(struct names *names, const char *path)
{
    struct buf text;
    struct slice line;
    buf_init(&text, LIST_MAX);
    int r = read_list(names, path, &text);
    struct slice rest = buf_slice(&text);
    while (r == 0 && slice_line(&rest, &line)) {
        if (line.p[line.n - 1] == '\n')
            line.n--;
        if (line.n)
            add_name(names, arena_str(names->arena, line));
    }
    buf_deinit(&text);
    return r;
}

static int collect_names(struct names *names, const struct cli_common *common)
{
    for (size_t i = 0; i < common->n_operands; i++) {
        const struct cli_operand *o = &common->operands[i];
        if (!o->by_option)
            add_name(names, o->text);
        else if (add_list(names, o->text) < 0)
            return -1;
    }
    return 0;
}

/* ---- what a milter would know */

static struct slice without_brackets(const char *address)
{
    struct slice s = slice_trim(slice_str(address));
    return s.n >= 2 && s.p[0] == '<' && s.p[s.n - 1] == '>' ? slice_sub(s, 1, s.n - 2) : s;
}

static int make_envelope(struct envelope *env, const struct scan_values *v)
{
    unsigned char address[16];
    char host[256] = "localhost";
    if (v->client == NULL && (v->client_name || v->helo)) {
        cli_complain("scan: --client-name and --helo need --client IP");
        return -1;
    }
    if (v->client && inet_pton(AF_INET, v->client, address) != 1 &&
        inet_pton(AF_INET6, v->client, address) != 1) {
        cli_complain("scan: --client %s: write an address such as 192.0.2.1 or 2001:db8::1", v->client);
        return -1;
    }
    gethostname(host, sizeof(host) - 1);
    *env = (struct envelope){ .has_client = v->client != NULL,
                              .has_sender = v->from != NULL,
                              .client_address = slice_str(v->client),
                              .client_name = slice_str(v->client_name),
                              .helo = slice_str(v->helo),
                              .sender = without_brackets(v->from ? v->from : ""),
                              .n_recipients = v->rcpts.n,
                              .recipients_total = v->rcpts.n,
                              .my_name = arena_dup(v->common.arena, slice_str(host)),
                              .received_at = time(NULL) };
    env->recipients = arena_array(v->common.arena, v->rcpts.n + 1, sizeof(*env->recipients));
    for (size_t i = 0; i < v->rcpts.n; i++)
        env->recipients[i] = without_brackets(v->rcpts.v[i]);
    return 0;
}

/* ---- the command */

static unsigned workers_for(unsigned wanted, size_t n_names)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned n = wanted ? wanted : cores > 0 ? (unsigned)cores : 1;
    return n_names < n ? (unsigned)n_names : n;
}

static int exit_code(const struct scan_totals *t, int written)
{
    if (written < 0 || t->faults)
        return CLI_TRY_AGAIN;
    return t->unreadable ? CLI_NO : CLI_DONE;
}

/* What cannot be scanned for viruses is not clean: the rest is done, and each message says so. */
static void take_virus_engine(struct scan *s, struct own_engine *virus, struct err *e)
{
    if (virus->engine && engine_wait_ready(virus->engine, VIRUS_START_MS, e) == 0) {
        s->virus = virus->engine;
        return;
    }
    s->virus_missing = true;
    cli_complain("scan: nothing is scanned for viruses: %s%s", e->text,
                 e->kind == ERR_CONFIG ? " (or use --no-clamav)" : "");
}

static int run_scan(struct scan *s, struct config *c, struct own_engine *rules, struct own_engine *virus,
                    struct err *e, struct err *of_virus)
{
    static struct engine_status status;
    struct scan_totals totals;
    if (rules->engine == NULL || engine_wait_ready(rules->engine, START_MS, e) < 0) {
        cli_complain("scan: %s", e->text);
        return e->kind == ERR_CONFIG ? CLI_USAGE : CLI_TRY_AGAIN;
    }
    s->engine = rules->engine;
    engine_get_status(s->engine, &status);
    policy_follow_rules(&c->policy, status.rules.required);
    if (s->config->virus.scan)
        take_virus_engine(s, virus, of_virus);
    int written = scan_run(s, &totals);
    return exit_code(&totals, written);
}

static int scan_with(struct scan *s, struct config *c, const struct scan_values *v)
{
    struct err e = { 0 }, of_virus = { 0 };
    struct own_engine rules = { 0 }, virus = { 0 };
    struct ruleset *set = NULL;
    s->threads = c->engine.workers = workers_for(c->engine.workers, s->n_names);
    if (c->dns.dns) /* those that wait for answers leave others their turn */
        s->threads = workers_for(c->engine.workers + c->engine.workers_waiting_max, s->n_names);
    c->virus.workers = workers_for(c->virus.workers, s->n_names);
    if (c->virus.scan)
        own_engine_start(&virus, ENGINE_VIRUS, c, &of_virus);
    rules.bayes = v->no_bayes ? -1 : learned_open(c);
    own_engine_start(&rules, ENGINE_RULES, c, &e);
    fd_close(&rules.bayes);
    if (rules.engine &&
        (s->explain ||
         !s->json)) /* while the loaders do the same: a set of theirs cannot be asked for texts */
        s->rules = set = ruleset_load(&c->scoring, v->common.arena, NULL, &e);
    int code = run_scan(s, c, &rules, &virus, &e, &of_virus);
    own_engine_stop(&rules);
    own_engine_stop(&virus);
    ruleset_free(&set);
    return code;
}

int scan_command(struct scan_values *v)
{
    struct config *c = ARENA_NEW(v->common.arena, struct config);
    struct names names = { .arena = v->common.arena };
    struct envelope env;
    if (settings_load(&v->common, c) < 0 || make_envelope(&env, v) < 0)
        return CLI_USAGE;
    settings_use_rules(c, &v->common, &v->rules);
    c->virus.scan = c->virus.scan && !v->no_clamav;
    c->scoring.network = c->dns.dns = c->dns.dns && !v->local;
    if (collect_names(&names, &v->common) < 0)
        return CLI_NO;
    if (names.n == 0) /* an empty list: all of nothing was scanned */
        return CLI_DONE;
    if (v->verbose)
        log_set_level(LOG_LEVEL_DEBUG);
    struct scan s = { .config = c,
                      .envelope = &env,
                      .names = names.v,
                      .n_names = names.n,
                      .json = v->json,
                      .explain = v->explain,
                      .verbose = v->verbose,
                      .colour = isatty(STDOUT_FILENO) && getenv("NO_COLOR") == NULL };
    return scan_with(&s, c, v);
}

static int run(void *values)
{
    return scan_command(values);
}

static const struct cli_option options[] = {
    { "json", 0, CLI_FLAG, AT(json), NULL,
      "One JSON object a message and line, with file, score, required, class, classes, action, hits, "
      "subrules, "
      "virus, bayes, findings and cpu_ms (of all processes)." },
    { "local", 0, CLI_FLAG, AT(local), NULL, "Ask no network." },
    { "rules", 0, CLI_LIST, AT(rules), "DIR",
      "Rules in place of rules_path; a directory or a file. May be repeated: the *.pre of all are read "
      "first, then "
      "the *.cf of each in the order given." },
    { "files-from", 0, CLI_OPERAND, 0, "LIST",
      "Read names of files from LIST, one a line (- is standard input)." },
    SCAN_LOOK_ROWS,
    { "verbose", 'v', CLI_FLAG, AT(verbose), NULL, "Show where a rule stands, subrules and CPU time, too." },
};

const struct cli_command cli_scan = {
    .name = "scan",
    .args = "[OPTION]... FILE...",
    .summary = "look at messages: what would be decided, and why",
    .about =
        "Looks at messages in files (- is standard input) and prints, in the order given, what would be "
        "decided "
        "about each and which rules hit: points, rule, description and the text that matched. A file that "
        "cannot be read is reported, the rest goes on. Exits 0 when all were scanned, whatever was found; 1 "
        "when "
        "a file could not be read; 75 when a scanner was out of order.",
    .options = options,
    .n_options = sizeof(options) / sizeof(options[0]),
    .size = sizeof(struct scan_values),
    .min_operands = 1,
    .max_operands = SIZE_MAX,
    .examples =
        "tamis scan message.eml\twhich rules hit, and on what text\n"
        "tamis scan --json Maildir/cur/*\tone JSON object a message\n"
        "tamis scan --rules /tmp/new-rules --set required_score=4 message.eml\ttry other rules and options\n"
        "tamis scan --client 192.0.2.1 --helo mx.example.com --from a@example.com - <message.eml\tas if it "
        "came by SMTP\n"
        "find Maildir -type f | tamis scan --json --files-from -\tmany files",
    .run = run,
};
