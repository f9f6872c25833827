/* hit.c - send a signal to workers that are at work
 * usage: hit --supervisor PID [--name tamis-scorer] [--signal N] [--interval MS]
 * Every interval one process below PID, of that name, that is running on or waiting for a processor (state R
 * in /proc: an idle worker sleeps), gets the signal. Whether it held a message at that moment the service
 * itself knows best: its count of retries. On SIGTERM, or when the supervisor is gone: prints the number of
 * hits and exits. */
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include "tests/milter/procs.h"

static volatile sig_atomic_t stop;

static void on_term(int number)
{
    stop = 1;
}

static char state_of(pid_t pid)
{
    char path[64], text[512];
    snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    FILE *f = fopen(path, "r");
    size_t n = f ? fread(text, 1, sizeof(text) - 1, f) : 0;
    if (f)
        fclose(f);
    text[n] = 0;
    const char *close = strrchr(text, ')');
    return close && close[1] ? close[2] : 0;
}

/* Looks at each worker in turn until one is at work, for at most `ms`. */
static bool hit_one(const struct procs *p, const char *name, int number, unsigned ms)
{
    for (unsigned i = 0; i < ms * 10 && !stop; i++) {
        for (size_t k = 0; k < p->n; k++) {
            const struct proc *w = &p->v[(k + i) % p->n];
            if (strncmp(w->name, name, strlen(name)) == 0 && state_of(w->pid) == 'R')
                return kill(w->pid, number) == 0;
        }
        struct timespec pause = { .tv_nsec = 100000 };
        ppoll(NULL, 0, &pause, NULL);
    }
    return false;
}

int main(int argc, char **argv)
{
    static const struct option longs[] = {
        { "supervisor", required_argument, NULL, 'p' },
        { "name", required_argument, NULL, 'n' },
        { "signal", required_argument, NULL, 's' },
        { "interval", required_argument, NULL, 'i' },
        { NULL, 0, NULL, 0 },
    };
    static struct procs p;
    pid_t supervisor = 0;
    const char *name = "tamis-scorer";
    int number = SIGKILL;
    unsigned interval = 100, hits = 0;
    for (int c; (c = getopt_long(argc, argv, "", longs, NULL)) != -1;)
        switch (c) {
        case 'p': supervisor = (pid_t)strtol(optarg, NULL, 10); break;
        case 'n': name = optarg; break;
        case 's': number = (int)strtol(optarg, NULL, 10); break;
        case 'i': interval = (unsigned)strtoul(optarg, NULL, 10); break;
        default: return 2;
        }
    if (supervisor <= 0)
        return 2;
    signal(SIGTERM, on_term);
    do {
        procs_sample(&p, supervisor, false);
        hits += hit_one(&p, name, number, interval);
        poll(NULL, 0, (int)interval);
    } while (!stop && p.n > 0);
    printf("%u\n", hits);
    return 0;
}
