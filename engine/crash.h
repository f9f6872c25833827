/* crash.h - deaths of workers, counted per client
 * A client is an IPv4 address or an IPv6 /64 (a host has all of it to choose from); what is no address (a
 * local submission) is never counted. A count begins with a client's first death and ends crash_window later,
 * so a blocked client is let in again then. Bounded: past CRASH_CLIENTS the one that crashed longest ago is
 * forgotten. Thread-safe. */
#ifndef ENGINE_CRASH_H
#define ENGINE_CRASH_H

#include <pthread.h>
#include "base/slice.h"

#define CRASH_CLIENTS 256

struct crash_client {
    uint8_t key[16];
    uint64_t since, last; /* ms; the first death that counts, and the latest */
    unsigned deaths;
};

struct crash_table {
    pthread_mutex_t lock;
    unsigned limit;  /* 0: nobody is ever over it */
    uint64_t window; /* ms */
    struct crash_client clients[CRASH_CLIENTS];
    size_t n;
};

void crash_init(struct crash_table *t, unsigned limit, uint64_t window);
void crash_deinit(struct crash_table *t);
/* now: clock_ms() */
void crash_count(struct crash_table *t, struct slice address, uint64_t now);
bool crash_over(struct crash_table *t, struct slice address, uint64_t now);

#endif
