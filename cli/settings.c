/* settings.c - the configuration of one run; see settings.h */
#include "cli/settings.h"

#include <stdlib.h>
#include <unistd.h>

static void report(void *ctx, const char *file, unsigned line, const char *text)
{
    *(bool *)ctx = true;
    if (line)
        cli_complain("%s:%u: %s", file, line, text);
    else
        cli_complain("%s: %s", file, text);
}

const char *settings_path(const struct cli_common *common)
{
    if (common->config)
        return common->config;
    return access(config_default_path, F_OK) == 0 ? config_default_path : NULL;
}

int settings_load(const struct cli_common *common, struct config *c)
{
    struct err e;
    bool reported = false;
    const struct conf_source source = { .path = settings_path(common),
                                        .set = common->set.v,
                                        .n_set = common->set.n,
                                        .report = report,
                                        .report_ctx = &reported };
    if (conf_load(&config_schema, &source, common->arena, c, &e) == 0) {
        c->scoring.network = c->dns.dns;
        return 0;
    }
    if (!reported)
        cli_complain("%s", e.text);
    return -1;
}

void settings_use_rules(struct config *c, const struct cli_common *common, const struct cli_list *rules)
{
    if (rules->n == 0)
        return;
    const char **v = arena_array(common->arena, rules->n, sizeof(*v));
    for (size_t i = 0; i < rules->n; i++) {
        char *absolute = realpath(rules->v[i], NULL); /* what is not there is reported by its reader */
        v[i] = arena_str(common->arena, slice_str(absolute ? absolute : rules->v[i]));
        free(absolute);
    }
    c->scoring.rules_path = (struct conf_list){ v, rules->n };
    c->scoring.rules_updates = ""; /* just these */
}
