/* lint.c - `tamis lint`: what is wrong in the rule files, and with the virus database
 * Reads only what the admin wrote, so it needs no sandbox; the database is looked for and not loaded. Exit 1
 * when a line is an error, the set would be refused, or there is no database to scan with; what this version
 * does not support yet and what is only doubtful is told, and no error. */
#include "config.h"
#include "cli/settings.h"

#include "base/log.h"
#include "clamglue/database.h"
#include "policy/maps.h"
#include "policy/signer.h"
#include "scoring/ruleset.h"

struct lint_values {
    struct cli_common common;
    struct cli_list rules;
    bool not_yet;
};

static const char *const kind_names[RULE_PROBLEM_KINDS] = { [RULE_WARNING] = "warning",
                                                            [RULE_FLAW] = "warning",
                                                            [RULE_UNSUPPORTED] = "not supported",
                                                            [RULE_ERROR] = "error",
                                                            [RULE_NOT_YET] = "not yet" };

static void put_problem(struct buf *out, const struct rule_problem *p)
{
    struct buf line;
    buf_init(&line, 64 * 1024);
    buf_printf(&line, "%s:%u: %s: %s", p->file, p->line, kind_names[p->kind], p->text);
    log_escape(out, buf_slice(&line));
    buf_add_char(out, '\n');
    buf_deinit(&line);
}

static void put_summary(struct buf *out, const struct ruleset *r, const size_t counts[RULE_PROBLEM_KINDS])
{
    struct ruleset_info info;
    size_t warnings = counts[RULE_WARNING] + counts[RULE_FLAW];
    ruleset_info(r, &info);
    buf_printf(out, "%u rules and %u subrules from %u files: ", info.rules, info.subrules, info.files);
    if (counts[RULE_ERROR] + counts[RULE_UNSUPPORTED] + warnings == 0)
        buf_add_str(out, "nothing to complain about\n");
    else
        buf_printf(out, "%zu errors, %zu warnings, %zu directives or functions not supported\n",
                   counts[RULE_ERROR], warnings, counts[RULE_UNSUPPORTED]);
    if (counts[RULE_NOT_YET])
        buf_printf(
            out,
            "%zu lines ask for what is not there: they are read, and do nothing (--not-yet lists them)\n",
            counts[RULE_NOT_YET]);
}

/* Only for the service's own settings: --rules asks about rules. */
static bool has_database(const struct config *c)
{
    uint64_t stamp;
    struct err e;
    if (!c->virus.scan || clam_database_stamp(c->virus.database, &stamp, &e) == 0)
        return true;
    cli_complain("%s", e.text);
    return false;
}

static bool has_maps(const struct config *c, struct arena *a)
{
    struct err e;
    struct policy_maps *maps = policy_maps_load(&c->policy, &c->early, a, &e);
    if (maps == NULL)
        cli_complain("%s", e.text);
    bool good = maps != NULL;
    policy_maps_free(&maps);
    return good;
}

static bool has_keys(const struct config *c, struct arena *a)
{
    struct err e;
    struct signer *signer = signer_load(&c->sign, a, &e);
    if (signer == NULL)
        cli_complain("%s", e.text);
    bool good = signer != NULL;
    signer_free(&signer);
    return good;
}

static bool has_lists(const struct config *c, struct arena *a)
{
    struct dnsbl_sites sites;
    struct err e;
    if (dnsbl_sites_read(&c->early.dnsbl_sites, a, &sites, &e) == 0)
        return true;
    cli_complain("dnsbl_sites: %s", e.text);
    return false;
}

static int run(void *values)
{
    const struct lint_values *v = values;
    struct config *c = ARENA_NEW(v->common.arena, struct config);
    const struct rule_problem *problems = NULL;
    struct err e;
    struct buf b;
    if (settings_load(&v->common, c) < 0)
        return CLI_USAGE;
    settings_use_rules(c, &v->common, &v->rules);
    struct ruleset *r = ruleset_load(&c->scoring, v->common.arena, &problems, &e);
    size_t counts[RULE_PROBLEM_KINDS] = { 0 };
    buf_init_in(&b, v->common.arena, 64 << 20);
    for (const struct rule_problem *p = problems; p; p = p->next) {
        if (p->kind != RULE_NOT_YET || v->not_yet)
            put_problem(&b, p);
        counts[p->kind]++;
    }
    if (r)
        put_summary(&b, r, counts);
    int written = cli_write(&b);
    bool refused = r == NULL;
    if (refused)
        cli_complain("the rules are refused: %s", e.text);
    ruleset_free(&r);
    if (v->rules.n == 0 && (!has_database(c) || !has_maps(c, v->common.arena) ||
                            !has_keys(c, v->common.arena) || !has_lists(c, v->common.arena)))
        refused = true;
    return written < 0 ? CLI_TRY_AGAIN : refused || counts[RULE_ERROR] ? CLI_NO : CLI_DONE;
}

static const struct cli_option options[] = {
    { "rules", 0, CLI_LIST, offsetof(struct lint_values, rules), "DIR",
      "Check these rules in place of rules_path. May be repeated; a file is possible, too." },
    { "not-yet", 0, CLI_FLAG, offsetof(struct lint_values, not_yet), NULL,
      "List the lines that ask for what this program does not do (Razor2, Pyzor, DCC, bayes_sql_dsn ...)." },
};

const struct cli_command cli_lint = {
    .name = "lint",
    .args = "[OPTION]...",
    .summary = "check the rule files, look for the virus database",
    .about =
        "Loads the rules as the service would and prints every problem with file and line, what is wrong and "
        "what to write. Without --rules it also says when there is no virus database to scan with. Exits 1 "
        "when "
        "a line is an error, the rules would be refused or the database is missing.",
    .options = options,
    .n_options = sizeof(options) / sizeof(options[0]),
    .size = sizeof(struct lint_values),
    .examples = "tamis lint\tthe rules that the service uses\n"
                "tamis lint --rules /tmp/new-rules\tbefore they are put into place",
    .run = run,
};
