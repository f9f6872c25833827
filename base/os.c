/* os.c - the few things every process asks of the system; see os.h */
#include "base/os.h"

#include <errno.h>
#include <inttypes.h>
#include <malloc.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>
#include "base/err.h"

void fd_close(int *fd)
{
    int saved = errno;
    if (*fd != -1)
        close(*fd); /* never again on EINTR: Linux has closed it */
    *fd = -1;
    errno = saved;
}

int fd_write_all(int fd, const void *p, size_t n)
{
    const char *at = p;
    while (n) {
        ssize_t k = write(fd, at, n);
        if (k < 0 && errno == EINTR)
            continue;
        if (k == 0)
            errno = ENOSPC;
        if (k <= 0)
            return -1;
        at += k;
        n -= (size_t)k;
    }
    return 0;
}

static struct timespec now(clockid_t clock)
{
    struct timespec t;
    if (clock_gettime(clock, &t) != 0)
        bug("clock_gettime(%d) failed", (int)clock);
    return t;
}

uint64_t clock_ms(void)
{
    struct timespec t = now(CLOCK_MONOTONIC);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

uint64_t cpu_us(void)
{
    struct timespec t = now(CLOCK_PROCESS_CPUTIME_ID);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#endif

/* Not the tables of libraries of libraries (ICU: 30 MB), of which nobody reads more than a page. */
#define POPULATE_MAX (2 * 1024 * 1024)

/* "from-to rwxp offset device inode path": a mapped file has an inode. */
static void populate(const char *line)
{
    uintptr_t from, to;
    unsigned long inode;
    char readable;
    if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %c%*s %*s %*s %lu", &from, &to, &readable, &inode) == 4 &&
        readable == 'r' && inode != 0 && to - from <= POPULATE_MAX)
        (void)madvise((void *)from, to - from, MADV_POPULATE_READ); /* only a wish */
}

void populate_files(void)
{
    char line[1024];
    FILE *maps = fopen("/proc/self/maps", "re");
    while (maps && fgets(line, sizeof(line), maps))
        populate(line);
    if (maps)
        fclose(maps);
}

#define HEAP_KEPT (128 * 1024)

void heap_stays_small(int arenas)
{
    mallopt(M_MMAP_THRESHOLD, HEAP_KEPT); /* set by hand it no longer moves */
    mallopt(M_TRIM_THRESHOLD, HEAP_KEPT);
    if (arenas)
        mallopt(M_ARENA_MAX, arenas);
}

#ifndef TMPFS_MAGIC
#define TMPFS_MAGIC 0x01021994
#endif

bool is_in_memory(const char *path)
{
    struct statfs st;
    return statfs(path, &st) == 0 && st.f_type == TMPFS_MAGIC;
}

const char *folder_in_memory(uint64_t least)
{
    static const char path[] = "/dev/shm";
    struct statvfs st;
    if (!is_in_memory(path) || access(path, W_OK | X_OK) != 0 || statvfs(path, &st) != 0)
        return NULL;
    return (uint64_t)st.f_bavail * st.f_frsize >= least ? path : NULL;
}
