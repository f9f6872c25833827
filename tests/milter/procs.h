/* procs.h - CPU time and memory of a tree of processes, from /proc
 * CPU is user and system time of the living and of those their parents have waited for, so that a worker that
 * was replaced is still counted. Memory is Private_Clean + Private_Dirty of smaps_rollup, and RSS. */
#ifndef TESTS_MILTER_PROCS_H
#define TESTS_MILTER_PROCS_H

#include <sys/types.h>
#include "base/slice.h"

#define PROCS_MAX 256

struct proc {
    pid_t pid, parent;
    char name[40]; /* the program, and its --role= if it has one */
    unsigned long rss_kb, private_kb;
    double cpu_ms;
    bool has_private; /* smaps_rollup could be read */
};

struct procs {
    struct proc v[PROCS_MAX];
    size_t n;
};

/* root and all below it; memory: also that of smaps_rollup, which costs the process some time */
void procs_sample(struct procs *p, pid_t root, bool memory);
double procs_cpu_ms(const struct procs *p);
const struct proc *procs_find(const struct procs *p, pid_t pid);

#endif
