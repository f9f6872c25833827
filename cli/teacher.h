/* teacher.h - where lessons go: to the keeper of a running service, or into the store itself
 * This process takes the writer's lock; where it is taken, the keeper on runtime_directory has it, and is
 * asked. So another bayes_directory is never taught to the service's classifier. */
#ifndef CLI_TEACHER_H
#define CLI_TEACHER_H

#include "keeper/bayes-store.h"
#include "policy/config.h"

struct teacher;

/* How this process opens the store to write it. */
void teacher_store_options(const struct config *c, struct bayes_store_options *o);

/* NULL with *e. */
struct teacher *teacher_new(const struct config *c, struct err *e);
void teacher_free(struct teacher **t);
/* enum BAYES_DONE ..., or -1. Durable after teacher_sync(). */
int teacher_give(struct teacher *t, enum bayes_kind kind, const struct bayes_item *item, struct slice who,
                 struct err *e) MUST_CHECK;
/* l: kind, weight and who; the rest is the item's. */
int teacher_teach(struct teacher *t, struct bayes_lesson *l, const struct bayes_item *item,
                  struct err *e) MUST_CHECK;
int teacher_take_back(struct teacher *t, struct slice who, unsigned hours, unsigned *n,
                      struct err *e) MUST_CHECK;
int teacher_sync(struct teacher *t, struct err *e) MUST_CHECK;
/* What is known by now. */
const struct bayes_block *teacher_block(const struct teacher *t);

#endif
