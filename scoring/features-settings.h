/* features-settings.h - what rule files say of the classifier's features
 * bayes_ignore_header NAME...     fields that are not looked at; Received stands for all relays, too
 * bayes_token_sources WORD...     header, visible, invisible, uri, mimepart, each with "no" before it; all,
 *                                 none. Without it: all. mimepart: types and tags and names of attachments
 * bayes_stopword_languages XX...  words of these languages are no tokens; `disable`: of none, as without it
 * bayes_stopword_XX PATTERN...    what words of a language are: whole words, in any case, up to 64 bytes
 * bayes_max_token_length N        of longer words the beginning counts
 * Stop words are off until a line asks for languages: SpamAssassin's own default, English, is not ours, as
 * the classifier sees by itself that a word says nothing. What was learned under other settings stays. */
#ifndef SCORING_FEATURES_SETTINGS_H
#define SCORING_FEATURES_SETTINGS_H

#include "scoring/features.h"
#include "scoring/rule-problem.h"

/* In a, but for the patterns. Never NULL. */
const struct features_options *features_settings_load(struct arena *a, const struct settings *s,
                                                      struct rule_problems *problems);
void features_settings_free(const struct features_options *o);

struct ruleset;
/* Those of a set, for a process that has a scratch. */
struct features_options features_options_of(const struct ruleset *set, struct regex_scratch *scratch);

#endif
