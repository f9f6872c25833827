/* sa-filter.h - messages in, messages out: the work of tamis-spamassassin
 * Message by message, in the order given. What comes out is written only when it is whole. */
#ifndef CLI_SA_FILTER_H
#define CLI_SA_FILTER_H

#include "cli/sa-options.h"
#include "engine/engine.h"
#include "policy/config.h"

/* The program's exit code. */
int sa_filter(const struct sa_options *o, const struct config *c, struct engine *engine, struct arena *a);

#endif
