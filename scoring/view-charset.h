/* view-charset.h - to UTF-8 as SpamAssassin does it (normalize_charset 1, Perl's Encode, no Encode::Detect)
 * Text that is valid UTF-8 is that, whatever was declared; else the declared charset, if every byte of the
 * text has a meaning in it; else windows-1252, undefined bytes as U+FFFD. Linear. */
#ifndef SCORING_VIEW_CHARSET_H
#define SCORING_VIEW_CHARSET_H

#include "base/arena.h"

/* text itself where it is UTF-8 already. insist: of an encoded word, whose charset is believed, bytes without
 * a meaning becoming U+FFFD. */
struct slice view_to_utf8(struct arena *a, struct slice text, struct slice charset, bool insist);
/* The same with normalize_charset 0: declared US-ASCII or UTF-8 (or nothing) it is read as UTF-8 where it is
 * that; else each byte stays one, here as the character of that number, but in a page that is UTF-8, whatever
 * it says. *wide: it was read as UTF-8, and is characters for Perl. */
struct slice view_as_it_is(struct arena *a, struct slice text, struct slice charset, bool page, bool *wide);
/* Whether text that is ASCII alone is decoded when it is declared so: Perl has it as characters then, and
 * else as bytes, which shows (view-html.h). The usual charsets are not. */
bool view_charset_decodes(struct arena *a, struct slice charset);
/* as Perl's strict UTF-8: no surrogates and no noncharacters either */
bool view_utf8_valid(struct slice text);

#endif
