/* memory.h - how much memory there is, and how much a process takes
 * For one decision: whether a second virus database fits beside the first. Bytes; UINT64_MAX where nothing
 * can be found out (then it is taken to fit). */
#ifndef MILTER_MEMORY_H
#define MILTER_MEMORY_H

#include <stdint.h>
#include <sys/types.h>

/* The least of what the machine has available and what the memory cgroups above us leave (both versions; what
 * the kernel can drop of files counts as free). */
uint64_t memory_available(void);
/* The resident memory of a process; 0: it is gone. */
uint64_t memory_of(pid_t pid);

#endif
