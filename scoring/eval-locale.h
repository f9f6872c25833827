/* eval-locale.h - which charsets are at home with the readers, and which look like shouting */
#ifndef SCORING_EVAL_LOCALE_H
#define SCORING_EVAL_LOCALE_H

#include "scoring/settings.h"

/* Whether `ok_locales` makes text in that charset welcome. The environment has no say: it is the daemon's. */
bool locale_accepts(const struct settings *s, struct slice charset);
/* `ok_locales all` (the default): nothing needs to be looked at */
bool locale_accepts_all(const struct settings *s);
/* Charsets whose text has capitals where readers see none: koi8-r, iso-2022-jp, gb2312 ... text is nothing
 * but the charset's name. */
bool charset_looks_capital(struct slice text);

#endif
