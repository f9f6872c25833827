/* meta-watch.h - which metas a hit makes worth evaluating
 * "A && B && C" is 0 as long as one of the three is, so that it is enough to look at it when the one that
 * most metas do without has hit. What is missing (not 0, but not known) is told to all that depend on it. */
#ifndef SCORING_META_WATCH_H
#define SCORING_META_WATCH_H

#include "scoring/rule.h"

/* Fills first_watcher and watchers of the users. */
void meta_watch(struct ruleset *set);

#endif
