/* bayes-saver.h - a checkpoint made beside the lessons
 * A thread writes a copy of the block, and then what of the journal is kept; lessons go on meanwhile. Its
 * owner asks now and then whether it is done, and puts the new journal into place. One at a time. */
#ifndef KEEPER_BAYES_SAVER_H
#define KEEPER_BAYES_SAVER_H

#include "keeper/bayes-journal.h"

struct bayes_saver;

/* folder: the store's; plan: is taken over. NULL with *e: nothing was begun. */
struct bayes_saver *bayes_saver_start(int folder, const struct bayes_block *b, struct bayes_shortening *plan,
                                      struct err *e);
bool bayes_saver_done(const struct bayes_saver *s);
/* Waits. The checkpoint is in its place: 0, its serial, and the plan, to be taken or dropped; or -1. */
int bayes_saver_end(struct bayes_saver **s, uint64_t *serial, struct bayes_shortening *plan,
                    struct err *e) MUST_CHECK;

#endif
