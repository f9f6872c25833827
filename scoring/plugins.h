/* plugins.h - which of SpamAssassin's plugins rule files find loaded
 * `loadplugin` lines load them by name; what they do is part of Tamis, no code is read. `ifplugin`, plugin(),
 * can() and has() ask here. Where no *.pre file says otherwise, what SpamAssassin loads by default is loaded.
 * Names are short (`DKIM`) or whole (`Mail::SpamAssassin::Plugin::DKIM`). Lives in an arena. */
#ifndef SCORING_PLUGINS_H
#define SCORING_PLUGINS_H

#include "scoring/names.h"

#define PLUGINS_MAX 64

struct plugins {
    bool loaded[PLUGINS_MAX];
    bool network;        /* local_tests_only is 0 */
    struct names compat; /* of enable_compat */
};

void plugins_init(struct plugins *p, struct arena *a);
/* what SpamAssassin's own *.pre files load, and enable_compat welcomelist_blocklist */
void plugins_default(struct plugins *p);
/* Loads one by its whole name. False: there is none of that name. */
bool plugins_load(struct plugins *p, struct slice name);
/* enable_compat NAME; the name lives as long as the arena */
void plugins_compat(struct plugins *p, struct slice name);

/* short name, or several apart by blanks: whether one of them is loaded */
bool plugins_have(const struct plugins *p, struct slice names);
/* plugin(NAME) of a condition: whole name */
bool plugins_loaded(const struct plugins *p, struct slice name);
/* can(FUNCTION): Mail::SpamAssassin::Conf::feature_x, Mail::SpamAssassin::Plugin::X::has_y */
bool plugins_can(const struct plugins *p, struct slice function);
/* has(FUNCTION): all those, and functions that answer no */
bool plugins_has(const struct plugins *p, struct slice function);

#endif
