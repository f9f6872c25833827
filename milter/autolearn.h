/* autolearn.h - lessons that nobody gave: what rules were sure of is taught to the classifier, after the
 * reply Bounds (lesson-day.h): lessons a day, of each kind; and of each domain that stands for its mail and
 * of each network, so that nobody teaches much. They begin anew with each day (UTC) and are kept over a
 * restart of the gateway in AUTOLEARN_FILE, which is written at most every five seconds, and at the end: of a
 * gateway that is killed the last seconds may be forgotten.
 *
 * Never in the way of mail: a lesson waits in a queue of AUTOLEARN_QUEUE until a thread has given it to the
 * keeper; where that is full the message is not learned. Thread-safe. */
#ifndef MILTER_AUTOLEARN_H
#define MILTER_AUTOLEARN_H

#include <stdbool.h>
#include "base/err.h"
#include "base/slice.h"
#include "milter/lesson-day.h"

#define AUTOLEARN_QUEUE 64
#define AUTOLEARN_FILE "autolearn"

struct autolearning;

/* NULL-safe in all of these: NULL learns nothing. dir: a folder's descriptor, the caller's, which must stay;
 * -1: what the day has had is kept nowhere. */
struct autolearning *autolearning_new(int dir);
void autolearning_free(struct autolearning **a);
/* A thread that gives lessons to the keeper, until the process ends. */
int autolearning_start(struct autolearning *a, struct err *e);

enum autolearn_answer { AUTOLEARN_WILL, AUTOLEARN_BOUND, AUTOLEARN_BUSY };

/* Whether there is a lesson left for that domain and client; WILL counts it and keeps a place in the queue:
 * then either autolearning_teach() or autolearning_drop() follows. day: days since 1970. */
enum autolearn_answer autolearning_ask(struct autolearning *a, const struct lesson_bounds *b, bool spam,
                                       struct slice domain, struct slice client, unsigned day);
/* item: a descriptor, the queue's from here on, with a bayes_item in its first n bytes. */
void autolearning_teach(struct autolearning *a, bool spam, int item, size_t n, const char *socket);
/* The message was not accepted after all. */
void autolearning_drop(struct autolearning *a);

/* What the day has had, to the file, where it has changed. */
void autolearning_save(struct autolearning *a);

struct autolearn_counts {
    unsigned long long spam, ham; /* learned */
    unsigned long long known;     /* before */
    unsigned long long bound;     /* refused: past a bound */
    unsigned long long dropped;   /* the keeper was busy, or gone */
    unsigned waiting;
};
void autolearning_counts(struct autolearning *a, struct autolearn_counts *out);

#endif
