/* lesson.h - a message that may be learned by itself, from its verdict to the reply
 * What the scorer is sure of is learned only where nothing else speaks against it: classes of score alone,
 * the verdict of the site the same, nothing held or put off, no mark of a release. X-Spam-Status says what
 * will be: "ham" and "spam", "no", or "unavailable" where the keeper is behind. */
#ifndef MILTER_LESSON_H
#define MILTER_LESSON_H

#include "milter/inspect.h"
#include "milter/judging.h"

struct lesson {
    bool wanted, spam; /* wanted: a place in the queue is ours */
};

/* Before the plan is made; sets j->verdict.autolearn. released: see milter/passing.h. */
void lesson_consider(struct lesson *l, struct session *s, const struct inspection *i, struct judgement *j,
                     bool released);
/* Behind the reply: with accepted it is taught, else not. Closes i->lesson. */
void lesson_end(struct lesson *l, const struct session *s, struct inspection *i, bool accepted);

#endif
