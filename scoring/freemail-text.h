/* freemail-text.h - mail addresses in readable text, as SpamAssassin's plugin FreeMail finds them
 * Stricter than URIs are: no dots at the ends, a local part of up to 64 bytes, two to five labels with a
 * known TLD. Linear. */
#ifndef SCORING_FREEMAIL_TEXT_H
#define SCORING_FREEMAIL_TEXT_H

#include "scoring/view-uri.h"

/* The first address at or behind *at; *at is then behind it. */
bool freemail_next(const struct uri_rules *rules, struct slice text, size_t *at, struct slice *email);
/* An address at the very beginning. */
bool freemail_first(const struct uri_rules *rules, struct slice text, struct slice *email);
/* The text without web addresses that have an @ in them, addresses in angle brackets, and addresses that
 * somebody "wrote:" from: a blank in place of each. text itself where there is none. */
struct slice freemail_stripped(const struct uri_rules *rules, struct arena *a, struct slice text);

#endif
