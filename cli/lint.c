/* lint.c - `tamis lint`: what is wrong in the rule files
 * Reads only what the admin wrote, so it needs no sandbox. Exit 1 when a line is an error or the set would be
 * refused; what this version does not support yet and what is only doubtful is told, and no error. */
#include "config.h"
#include "cli/settings.h"

#include "base/log.h"
#include "scoring/ruleset.h"

struct lint_values {
    struct cli_common common;
    struct cli_list rules;
};

static const char *const kind_names[] = {
    [RULE_WARNING] = "warning", [RULE_UNSUPPORTED] = "not supported", [RULE_ERROR] = "error"
};

static void put_problem(struct buf *out, const struct rule_problem *p)
{
    struct buf line;
    buf_init(&line, 64 * 1024);
    buf_printf(&line, "%s:%u: %s: %s", p->file, p->line, kind_names[p->kind], p->text);
    log_escape(out, buf_slice(&line));
    buf_add_char(out, '\n');
    buf_deinit(&line);
}

static void put_summary(struct buf *out, const struct ruleset *r, const size_t counts[3])
{
    struct ruleset_info info;
    ruleset_info(r, &info);
    buf_printf(out, "%u rules and %u subrules from %u files: ", info.rules, info.subrules, info.files);
    if (counts[RULE_ERROR] + counts[RULE_UNSUPPORTED] + counts[RULE_WARNING] == 0)
        buf_add_str(out, "nothing to complain about\n");
    else
        buf_printf(out, "%zu errors, %zu warnings, %zu lines not supported\n", counts[RULE_ERROR],
                   counts[RULE_WARNING], counts[RULE_UNSUPPORTED]);
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
    size_t counts[3] = { 0 };
    buf_init_in(&b, v->common.arena, 64 << 20);
    for (const struct rule_problem *p = problems; p; p = p->next) {
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
    return written < 0 ? CLI_TRY_AGAIN : refused || counts[RULE_ERROR] ? CLI_NO : CLI_DONE;
}

static const struct cli_option options[] = {
    { "rules", 0, CLI_LIST, offsetof(struct lint_values, rules), "DIR",
      "Check these rules in place of rules_path. May be repeated; a file is possible, too." },
};

const struct cli_command cli_lint = {
    .name = "lint",
    .args = "[OPTION]...",
    .summary = "check the rule files",
    .about =
        "Loads the rules as the service would and prints every problem with file and line, what is wrong and "
        "what to write. Exits 1 when a line is an error or the rules would be refused.",
    .options = options,
    .n_options = sizeof(options) / sizeof(options[0]),
    .size = sizeof(struct lint_values),
    .examples = "tamis lint\tthe rules that the service uses\n"
                "tamis lint --rules /tmp/new-rules\tbefore they are put into place",
    .run = run,
};
