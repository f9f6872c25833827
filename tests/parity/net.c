/* net.c - what rules find with the network, whose answers stand in a file
 * usage: net [--time] [--local | --replay] [--zone FILE] [--rules FILE|DIRECTORY]... LIST
 * FILE: lines of base/dns-table, as net-server.py --record writes them; names that are not there do not
 * exist. A JSON object a message, as `tamis scan --json` writes it, as far as compare.py reads it. --time:
 * CPU of a message, at the end, on standard error. --local: without the network, to compare that.
 * --replay: who sent a message is what its topmost Authentication-Results says, and the DNS answers nothing.
 */
#include "config.h"
#include <stdio.h>
#include <stdlib.h>
#include "auth/auth.h"
#include "base/dns-table.h"
#include "base/log.h"
#include "base/os.h"
#include "scoring/rule.h"
#include "scoring/score.h"

#define MESSAGE_MAX (64 << 20)

static struct message_limits limits;
static struct ruleset *set;
static struct scorer *scorer;
static struct auth *auth;
static struct dns_table *table;
static bool local, replay;
static uint64_t ask_us, auth_us, evaluate_us, parse_us, messages;

static char *read_file(const char *path, size_t *n)
{
    FILE *f = fopen(path, "rb");
    char *text = malloc(MESSAGE_MAX);
    if (f == NULL || text == NULL) {
        fprintf(stderr, "net: %s cannot be read\n", path);
        exit(1);
    }
    *n = fread(text, 1, MESSAGE_MAX, f);
    fclose(f);
    return text;
}

static void print_hits(const struct finding_list *found, const char *path)
{
    const char *between = "";
    double score = 0;
    printf("{\"file\":\"%s\",\"hits\":[", path);
    for (const struct finding *f = found->first; f; f = f->next)
        if (f->kind == FINDING_RULE) {
            printf("%s{\"rule\":\"%.*s\",\"score\":%g}", between, SLICE_ARG(f->name), f->score);
            between = ",";
            score += f->score;
        }
    printf("],\"subrules\":[");
    between = "";
    for (const struct finding *f = found->first; f; f = f->next)
        if (f->kind == FINDING_SUBRULE) {
            printf("%s\"%.*s", between, SLICE_ARG(f->name));
            printf(f->count > 1 ? "*%u\"" : "\"", f->count);
            between = ",";
        }
    printf("],\"score\":%.3f}\n", score);
}

/* ---- results that stand in the message */

/* what stands behind KEY= in the text, up to white space, a semicolon or a parenthesis */
static struct slice value_of(struct slice text, const char *key)
{
    ptrdiff_t at = slice_find(text, slice_str(key));
    struct slice rest = at < 0 ? SLICE("") : slice_from(text, (size_t)at + strlen(key));
    size_t n = 0;
    while (n < rest.n && !ascii_space(rest.p[n]) && rest.p[n] != ';' && rest.p[n] != '(')
        n++;
    return slice_sub(rest, 0, n);
}

static enum auth_code code_of(struct slice word)
{
    for (int i = AUTH_NONE; i < AUTH_CODES; i++)
        if (slice_ieq(word, slice_str(auth_code_name((enum auth_code)i))))
            return (enum auth_code)i;
    return slice_ieq(word, SLICE("bestguesspass")) ? AUTH_NONE : AUTH_NOT_RUN;
}

static void replay_results(struct check *c, struct arena *a, struct auth_results *out)
{
    const struct view_header *h = views_get(&c->views, SLICE("Authentication-Results"));
    struct slice text = h->n ? arena_lower(a, h->v[0]) : SLICE("");
    struct slice action = value_of(text, "action="), domain = value_of(text, "header.d=");
    *out = (struct auth_results){ .spf.code = code_of(value_of(text, "spf=")) };
    out->dmarc.code = code_of(value_of(text, "dmarc="));
    out->dmarc.applied = slice_ieq(action, SLICE("quarantine")) ? DMARC_POLICY_QUARANTINE
                         : slice_ieq(action, SLICE("none"))     ? DMARC_POLICY_NONE
                         : out->dmarc.code == AUTH_FAIL         ? DMARC_POLICY_REJECT
                                                                : DMARC_POLICY_NONE;
    enum auth_code dkim = code_of(value_of(text, "dkim="));
    if (dkim == AUTH_NOT_RUN || dkim == AUTH_NONE)
        return;
    out->signatures = ARENA_NEW(a, struct auth_signature);
    out->n_signatures = 1;
    *out->signatures = (struct auth_signature){ .code = dkim,
                                                .domain = domain,
                                                .selector = SLICE("replayed"),
                                                .algorithm = SLICE("rsa-sha256"),
                                                .key_bits = 2048 };
}

static void look(const char *path, struct arena *a)
{
    static const struct envelope none = { .my_name = SLICE_INIT("localhost") };
    const struct dns_limits few = { .deadline_ms = 5000, .questions = 2000 };
    struct finding_list found = { 0 };
    struct auth_client client;
    struct auth_results results = { .n_signatures = 0 };
    struct message m;
    struct dns d;
    size_t n;
    char *text = read_file(path, &n);
    uint64_t t0 = cpu_us();
    message_parse(&m, a, slice_of(text, n), &none, &limits);
    dns_init(&d, a, dns_table_source(table), &few);
    uint64_t t1 = cpu_us();
    if (!local)
        scorer_ask(scorer, &m, &d, &found);
    uint64_t t2 = cpu_us();
    if (!local) {
        if (!scorer_client(scorer, &client))
            client = (struct auth_client){ .has_sender = false };
        if (replay)
            replay_results(scorer_check(scorer), a, &results);
        else
            auth_check(auth_ask(auth, &m, &client, &d), &results);
        scorer_use_auth(scorer, &results);
    }
    uint64_t t3 = cpu_us();
    scorer_evaluate(scorer, &m, &found);
    uint64_t t4 = cpu_us();
    parse_us += t1 - t0;
    ask_us += t2 - t1;
    auth_us += t3 - t2;
    evaluate_us += t4 - t3;
    messages++;
    print_hits(&found, path);
    free(text);
    arena_reset(a);
}

static struct ruleset *load(const char **paths, size_t n, struct scoring_options *o)
{
    struct arena a;
    struct err e;
    *o = (struct scoring_options){
        .rules_max = 100000, .regex_match_limit = 1000000, .message_budget = 10000, .network = !local
    };
    o->rules_path.v = paths;
    o->rules_path.n = (unsigned)n;
    arena_init(&a, 64 << 20);
    struct ruleset *r = ruleset_load(o, &a, NULL, &e);
    if (r == NULL) {
        fprintf(stderr, "net: %s\n", e.text);
        exit(1);
    }
    arena_deinit(&a);
    return r;
}

static void load_zone(const char *path)
{
    size_t n;
    struct err e;
    char *text = read_file(path, &n);
    if (dns_table_add(table, slice_of(text, n), &e) < 0) {
        fprintf(stderr, "net: %s: %s\n", path, e.text);
        exit(1);
    }
    free(text);
}

int main(int argc, char **argv)
{
    const char *paths[16], *zone = NULL;
    char line[4096];
    size_t n = 0;
    bool timing = false;
    struct arena a, zone_arena;
    struct scoring_options o;
    struct auth_options auth_options;
    int i = 1;
    for (; i < argc && argv[i][0] == '-'; i++) {
        if (strcmp(argv[i], "--time") == 0)
            timing = true;
        else if (strcmp(argv[i], "--local") == 0)
            local = true;
        else if (strcmp(argv[i], "--replay") == 0)
            replay = true;
        else if (strcmp(argv[i], "--zone") == 0 && i + 1 < argc)
            zone = argv[++i];
        else if (strcmp(argv[i], "--rules") == 0 && i + 1 < argc && n < 16)
            paths[n++] = argv[++i];
        else
            break;
    }
    FILE *list = i + 1 == argc ? fopen(argv[i], "r") : NULL;
    if (list == NULL) {
        fprintf(stderr,
                "usage: net [--time] [--local | --replay] [--zone FILE] [--rules FILE|DIRECTORY]... LIST\n");
        return 2;
    }
    message_limits_default(&limits);
    message_warm();
    arena_init(&a, (size_t)1 << 30);
    arena_init(&zone_arena, (size_t)1 << 30);
    table = dns_table_new(&zone_arena);
    dns_table_default(table, replay ? DNS_FAILED : DNS_NO_NAME);
    if (zone)
        load_zone(zone);
    set = load(paths, n, &o);
    scorer = scorer_new(set, &o);
    auth_options_default(&auth_options);
    auth = auth_new(&auth_options);
    while (fgets(line, sizeof(line), list)) {
        line[strcspn(line, "\n")] = 0;
        look(line, &a);
    }
    fclose(list);
    if (timing && messages)
        fprintf(stderr, "us of CPU a message: parse %llu, ask %llu, auth %llu, evaluate %llu\n",
                (unsigned long long)(parse_us / messages), (unsigned long long)(ask_us / messages),
                (unsigned long long)(auth_us / messages), (unsigned long long)(evaluate_us / messages));
    auth_free(&auth);
    scorer_free(&scorer);
    ruleset_free(&set);
    arena_deinit(&zone_arena);
    arena_deinit(&a);
    return 0;
}
