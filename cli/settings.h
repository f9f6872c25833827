/* settings.h - the configuration of one run
 * From -c FILE, else from the default file where there is one, else the defaults (so that `tamis scan` works
 * on a machine without the service); then --set. */
#ifndef CLI_SETTINGS_H
#define CLI_SETTINGS_H

#include "cli/command.h"
#include "policy/config.h"

/* 0, or -1 with every problem on stderr. */
int settings_load(const struct cli_common *common, struct config *c);
/* --rules DIR...: these in place of rules_path, when there are any. */
void settings_use_rules(struct config *c, const struct cli_common *common, const struct cli_list *rules);
/* The file that settings_load reads, NULL for none. */
const char *settings_path(const struct cli_common *common);

#endif
