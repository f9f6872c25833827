/* os.h - the few things every process asks of the system */
#ifndef BASE_OS_H
#define BASE_OS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* close(*fd) if it is not -1, and set it to -1; errno is kept */
void fd_close(int *fd);
/* All n bytes, over interruptions: 0, or -1 with errno (ENOSPC where a write takes nothing). */
int fd_write_all(int fd, const void *p, size_t n);
/* milliseconds of CLOCK_MONOTONIC */
uint64_t clock_ms(void);
/* microseconds of CPU of this process, all threads, user and system */
uint64_t cpu_us(void);

/* Touches the pages of mapped files (programs, libraries; not of very large ones) now, so that no later
 * message waits for them and a process does not seem to grow. For long-lived processes, before a sandbox
 * closes. Does nothing on kernels before 5.14. */
void populate_files(void);
/* Heap memory goes back to the system when it is freed, whatever was freed before (glibc keeps up to 64 MB
 * once it has seen large blocks). arenas: most heaps of a process with threads; 0: as many as it likes. */
void heap_stays_small(int arenas);

/* "/dev/shm" where that is a file system in memory with `least` bytes free, else NULL. For folders of files
 * that are made and removed many times a second: on a disk's file system that costs as much as reading them.
 */
const char *folder_in_memory(uint64_t least);
/* Whether path lies on a file system in memory. */
bool is_in_memory(const char *path);

#endif
