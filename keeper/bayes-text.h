/* bayes-text.h - what the classifier has learned, as text in the form of `sa-learn --backup`
 * Lines of columns apart by tabs: v (version, messages learned), t (a token: in how many spam and ham, when,
 * its name), s (a message that is remembered). A store keeps hashes of its own: a name is a place in it, and
 * means nothing to SpamAssassin. Lines that begin with b hold all that was learned (pages of the block,
 * deflated, in base64); SpamAssassin passes over them. Only they are read back.
 *
 * Fails: a text that is cut, damaged or of another version changes nothing (ERR_INPUT). */
#ifndef KEEPER_BAYES_TEXT_H
#define KEEPER_BAYES_TEXT_H

#include <stdio.h>
#include "keeper/bayes-store.h"

/* s NULL: an empty one. Whether it was written is the stream's word. */
void bayes_text_write(FILE *f, const struct bayes_store *s);
/* b: BAYES_BYTES. 1: a whole block was read into it; 0: a backup of SpamAssassin's, b is as it was; -1 *e. */
int bayes_text_read(FILE *f, struct bayes_block *b, struct err *e) MUST_CHECK;

#endif
