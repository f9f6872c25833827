/* admission.h - how many messages, and how many bytes of them, are in work at once
 * A message asks for a place before its first byte and waits a short while for one; the bytes it spools are
 * charged as they come and never wait (messages that wait for each other's bytes would all stall). Who gets
 * no place or no bytes is told to try again (4.3.2). Limits may differ from call to call: they come from the
 * caller's configuration snapshot. Thread-safe. */
#ifndef MILTER_ADMISSION_H
#define MILTER_ADMISSION_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

struct admission {
    pthread_mutex_t lock;
    pthread_cond_t freed;
    unsigned in_work, waiting;
    size_t bytes;
};

struct admission_limits {
    unsigned messages;
    size_t bytes;
};

void admission_init(struct admission *a);
void admission_deinit(struct admission *a);
/* Takes a place; false when there was none within wait_ms. */
bool admission_enter(struct admission *a, const struct admission_limits *l, unsigned wait_ms);
/* Charges n bytes; false when they don't fit. */
bool admission_grow(struct admission *a, const struct admission_limits *l, size_t n);
/* Gives the place back, and the bytes charged with it. */
void admission_leave(struct admission *a, size_t bytes);
void admission_get(struct admission *a, unsigned *in_work, unsigned *waiting, size_t *bytes);

#endif
