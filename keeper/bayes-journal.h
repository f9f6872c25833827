/* bayes-journal.h - lessons in a file, in the order of learning
 * Appended whole or not at all (an append that fails is cut off again). What is remembered of each that still
 * counts: id, who, when, and where it stands. */
#ifndef KEEPER_BAYES_JOURNAL_H
#define KEEPER_BAYES_JOURNAL_H

#include "keeper/bayes-lesson.h"

#define BAYES_JOURNAL_MAX ((uint64_t)2 << 30) /* bytes */

struct bayes_memory {
    unsigned char id[BAYES_ID_SIZE];
    enum bayes_kind kind;
    int64_t at;
    uint64_t serial, offset;
    uint32_t bytes;
    bool gone; /* taken back */
};

struct bayes_journal {
    int folder, fd; /* -1: there is none */
    bool read_only;
    uint64_t bytes; /* in the file when it was opened */
    uint64_t end;   /* of what is whole */
    struct bayes_memory *v;
    size_t n, cap;
    struct buf record;
};

/* read_only: it need not be there. */
int bayes_journal_open(struct bayes_journal *j, int folder, bool read_only, struct err *e) MUST_CHECK;
/* Reads all of one just opened: fn is called in order for each lesson with a serial past `after`. A cut end
 * is cut off unless read_only.
 */
typedef void bayes_lesson_fn(void *ctx, const struct bayes_lesson *l);
int bayes_journal_replay(struct bayes_journal *j, uint64_t after, bayes_lesson_fn *fn, void *ctx,
                         struct err *e) MUST_CHECK;
void bayes_journal_close(struct bayes_journal *j);
/* kept: the lesson as it will be read again, in a. */
int bayes_journal_add(struct bayes_journal *j, const struct bayes_lesson *l, struct arena *a,
                      struct bayes_lesson *kept, struct err *e) MUST_CHECK;
int bayes_journal_sync(struct bayes_journal *j, struct err *e) MUST_CHECK;
/* The newest of that message that still counts, or NULL. */
struct bayes_memory *bayes_journal_find(const struct bayes_journal *j, const unsigned char id[BAYES_ID_SIZE]);
int bayes_journal_read(const struct bayes_journal *j, const struct bayes_memory *m, struct arena *a,
                       struct bayes_lesson *l, struct err *e) MUST_CHECK;
/* A new file with the last `keep` that still count, in at most so many bytes. All of the journal has to be in
 * a checkpoint. */
int bayes_journal_shorten(struct bayes_journal *j, size_t keep, uint64_t most, struct err *e) MUST_CHECK;

/* The same in three steps, of which a thread may do the second while lessons are added; the third adds these,
 * and puts the file into place. */
struct bayes_kept {
    size_t at; /* among those remembered when it was planned */
    uint64_t offset;
    uint32_t bytes;
};
struct bayes_shortening {
    int folder, old, fd; /* -1: not made */
    size_t known;        /* lessons remembered when it was planned */
    uint64_t from, end;  /* of the old file then, of the new one */
    struct bayes_kept *kept;
    size_t n;
};
void bayes_journal_plan(const struct bayes_journal *j, size_t keep, uint64_t most,
                        struct bayes_shortening *p);
int bayes_journal_copy(struct bayes_shortening *p, struct err *e) MUST_CHECK;
/* p is used up, also when it fails; then the journal goes on as it was. */
int bayes_journal_take(struct bayes_journal *j, struct bayes_shortening *p, struct err *e) MUST_CHECK;
void bayes_shortening_drop(struct bayes_shortening *p);

#endif
