/* bayes-checkpoint.h - all that was learned, at one moment, in a file
 * Header and pages of 64 KiB, each deflated, bytes of one kind together, with its length and CRC-32: about
 * half of the block where all of it is used. Written
 * to a new file, synced, renamed, the folder synced: a crash leaves the old one. Reading takes no page that
 * is damaged. */
#ifndef KEEPER_BAYES_CHECKPOINT_H
#define KEEPER_BAYES_CHECKPOINT_H

#include "scoring/bayes.h"

/* folder: an open directory. */
int bayes_checkpoint_write(int folder, const char *name, const struct bayes_block *b,
                           struct err *e) MUST_CHECK;
/* Its state is BAYES_EMPTY then. 1 read, 0 there is none, -1: ERR_INPUT damaged or of another version, else
 * the system's reason. */
int bayes_checkpoint_read(int folder, const char *name, struct bayes_block *b, struct err *e) MUST_CHECK;

#endif
