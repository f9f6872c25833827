/* bayes-store.h - what the classifier has learned, on disk: the one writer's side
 * A folder with: `lock` (held by the writer), `checkpoint`, `journal` (lessons: those since the checkpoint,
 * and the last `remember` of all). The block that is learned into is memory: of this process alone, or that
 * which scorers map (keeper/bayes-live.h).
 *
 * A lesson is appended to the journal, then carried out in the block; bayes_store_sync() makes all so far
 * durable, and only then may anybody be told that they are. Opening reads the checkpoint and carries out what
 * the journal has since: a crash loses at most what was not synced. A record that is cut at the end of the
 * journal is dropped; one that is damaged with others behind it is refused, by bayes_store_open(), as is a
 * journal that lacks lessons: nothing is lost silently. Whoever only looks may do so beside the writer.
 *
 * The same message twice counts once; under the other label it is taken back first: with the features that
 * are remembered, and later, while the block knows that it was learned (scoring/bayes-seen.h), with those of
 * the message in hand. */
#ifndef KEEPER_BAYES_STORE_H
#define KEEPER_BAYES_STORE_H

#include <sys/types.h>
#include "keeper/bayes-journal.h"

struct bayes_store;

struct bayes_store_options {
    unsigned remember; /* lessons that can be taken back, in 6 KB each at a mean */
    unsigned unsaved;  /* lessons, or 6 KB each of them, after which a checkpoint is made; three times that
                        * many while they come without a pause of a second */
    bool give_away;    /* we are root: the files are this account's */
    uid_t uid;
    gid_t gid;
    bool read_only; /* `check`, `stats`, `backup`: no lock, nothing is written */
    bool anew;      /* begins empty: what is there is kept as checkpoint.old and journal.old */
    int live;       /* a bayes_live_new(), the caller's, that holds the block; 0: memory of its own */
};

enum { BAYES_NOT_KNOWN, BAYES_DONE, BAYES_KNOWN };

/* ERR_RETRY: another writer has it. The folder is made when it is not there (0700). */
int bayes_store_open(struct bayes_store **s, const char *folder, const struct bayes_store_options *o,
                     struct err *e) MUST_CHECK;
/* With a checkpoint when something was learned since the last. NULL-safe. */
void bayes_store_close(struct bayes_store **s);

/* l: kind (LEARN_...), weight, id, who, features; serial and time are set here. BAYES_DONE; BAYES_KNOWN:
 * under that label already, or a program's word (weight below 1) for what is known without it; -1: nothing
 * was learned. */
int bayes_store_learn(struct bayes_store *s, struct bayes_lesson *l, struct err *e) MUST_CHECK;
/* l: id, who, features. BAYES_DONE, or BAYES_NOT_KNOWN: it was not learned, or longer ago than the block
 * knows. */
int bayes_store_forget(struct bayes_store *s, const struct bayes_lesson *l, struct err *e) MUST_CHECK;
/* Takes back what `who` taught (empty: anybody) at `since` or later, newest first. */
int bayes_store_undo(struct bayes_store *s, struct slice who, int64_t since, struct slice by,
                     unsigned *undone, struct err *e) MUST_CHECK;
int bayes_store_sync(struct bayes_store *s, struct err *e) MUST_CHECK;
/* Checkpoints are made by a thread, begun by lessons; now and then somebody has to ask whether one is done:
 * each lesson does, and this. */
void bayes_store_tend(struct bayes_store *s);
/* At once. */
int bayes_store_checkpoint(struct bayes_store *s, struct err *e) MUST_CHECK;
/* Another block in place of all that was learned; nothing is remembered then. */
int bayes_store_replace(struct bayes_store *s, const struct bayes_block *b, struct err *e) MUST_CHECK;

/* Whether a message was learned, under whatever label. */
bool bayes_store_knows(const struct bayes_store *s, const unsigned char id[BAYES_ID_SIZE]);
const struct bayes_block *bayes_store_block(const struct bayes_store *s);
/* lessons that can be taken back */
unsigned bayes_store_remembered(const struct bayes_store *s);
/* Each of them, oldest first. */
typedef void bayes_remembered_fn(void *ctx, const struct bayes_memory *m);
void bayes_store_each(const struct bayes_store *s, bayes_remembered_fn *fn, void *ctx);

#endif
