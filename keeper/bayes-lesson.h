/* bayes-lesson.h - one lesson of the classifier, as the journal keeps it
 * Learned as spam or ham, or taken back: by whom, when, from which message, and the features, so that it can
 * be done again after a crash and undone exactly. Native byte order: a journal stays on its machine; what
 * goes to another is `tamis bayes backup`.
 *
 * On disk: magic, length of the rest, CRC-32 of the rest, then the rest, the features packed (bayes-pack.h).
 * Whoever reads trusts nothing. */
#ifndef KEEPER_BAYES_LESSON_H
#define KEEPER_BAYES_LESSON_H

#include "base/wire.h"
#include "scoring/bayes.h"

#define BAYES_ID_SIZE FEATURES_ID_SIZE
#define BAYES_WHO_MAX 200 /* bytes of "user@example.org", "autolearn", "root" */
#define BAYES_LESSON_MAX (256 * 1024)
#define BAYES_RECORD_HEAD 12 /* bytes before the rest */

#define BAYES_AUTOLEARN_PERCENT 25 /* what a program's word counts beside a person's */

enum bayes_kind { BAYES_LEARN_SPAM = 1, BAYES_LEARN_HAM, BAYES_TAKE_BACK_SPAM, BAYES_TAKE_BACK_HAM };

struct bayes_lesson {
    enum bayes_kind kind;
    uint64_t serial;
    int64_t at; /* seconds since 1970 */
    float weight;
    unsigned char id[BAYES_ID_SIZE];
    struct slice who;
    struct bayes_features features;
};

static inline bool bayes_is_spam(enum bayes_kind k)
{
    return k == BAYES_LEARN_SPAM || k == BAYES_TAKE_BACK_SPAM;
}
static inline bool bayes_is_learned(enum bayes_kind k)
{
    return k == BAYES_LEARN_SPAM || k == BAYES_LEARN_HAM;
}

/* The whole record; out is empty before. Of features are kept those bits that count (BAYES_TOKEN_USED ...),
 * in an order of their own between two cuts: who learns what was written learns what is read again. a: for
 * the time. false: it would be too long. */
bool bayes_lesson_put(struct buf *out, const struct bayes_lesson *l, struct arena *a);
/* What stands at the begin of text: bytes of the record, 0 where there is none or it is cut or damaged.
 * Features and `who` lie in a. */
size_t bayes_lesson_get(struct slice text, struct arena *a, struct bayes_lesson *l);
/* The same without features, which are not looked at. */
size_t bayes_lesson_head(struct slice text, struct bayes_lesson *l);
/* The format that stands there, by its first bytes: BAYES_LESSON_VERSION or another; 0: none. */
#define BAYES_LESSON_VERSION 3
unsigned bayes_lesson_version(struct slice text);
/* Carries it out. */
void bayes_lesson_apply(struct bayes_block *b, const struct bayes_lesson *l);

#endif
