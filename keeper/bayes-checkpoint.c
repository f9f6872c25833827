/* bayes-checkpoint.c - all that was learned, at one moment, in a file; see bayes-checkpoint.h */
#include "config.h"
#include "keeper/bayes-checkpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>
#include "base/os.h"

#define MAGIC 0x74616d6973636870u /* "tamischp" */
#define PAGE ((size_t)64 * 1024)
#define PAGES ((BAYES_BYTES + PAGE - 1) / PAGE)

struct head {
    uint64_t magic, bytes;
    uint32_t crc[PAGES];
};

static size_t page_size(size_t i)
{
    return i + 1 < PAGES ? PAGE : BAYES_BYTES - i * PAGE;
}

static uint32_t page_crc(const struct bayes_block *b, size_t i)
{
    return (uint32_t)crc32(0, (const unsigned char *)b + i * PAGE, (unsigned)page_size(i));
}

/* Bytes read, short at the end of the file. */
static ssize_t read_all(int fd, void *p, size_t n)
{
    size_t got = 0;
    while (got < n) {
        ssize_t k = read(fd, (char *)p + got, n - got);
        if (k < 0 && errno == EINTR)
            continue;
        if (k < 0)
            return -1;
        if (k == 0)
            break;
        got += (size_t)k;
    }
    return (ssize_t)got;
}

static int write_file(int fd, const struct bayes_block *b)
{
    struct head h = { .magic = MAGIC, .bytes = BAYES_BYTES };
    for (size_t i = 0; i < PAGES; i++)
        h.crc[i] = page_crc(b, i);
    return fd_write_all(fd, &h, sizeof(h)) == 0 && fd_write_all(fd, b, BAYES_BYTES) == 0 ? fsync(fd) : -1;
}

int bayes_checkpoint_write(int folder, const char *name, const struct bayes_block *b, struct err *e)
{
    char fresh[64];
    snprintf(fresh, sizeof(fresh), "%s.new", name);
    int fd = openat(folder, fresh, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_sys(e, "classifier: %s", fresh);
    int failed = write_file(fd, b) != 0;
    if (failed)
        err_sys(e, "classifier: %s", fresh);
    fd_close(&fd);
    if (failed) {
        unlinkat(folder, fresh, 0);
        return -1;
    }
    if (renameat(folder, fresh, folder, name) != 0 || fsync(folder) != 0)
        return err_sys(e, "classifier: %s", name);
    return 0;
}

static int damaged(const char *name, const char *why, struct err *e)
{
    return err_set(e, ERR_INPUT, "classifier: %s %s: restore a backup, or remove it and learn anew", name,
                   why);
}

static int read_file(int fd, const char *name, struct bayes_block *b, struct err *e)
{
    struct head h;
    if (read_all(fd, &h, sizeof(h)) != sizeof(h) || h.magic != MAGIC)
        return damaged(name, "is no checkpoint", e);
    if (h.bytes != BAYES_BYTES)
        return damaged(name, "is of another version", e);
    if (read_all(fd, b, BAYES_BYTES) != (ssize_t)BAYES_BYTES)
        return damaged(name, "ends too early", e);
    for (size_t i = 0; i < PAGES; i++)
        if (h.crc[i] != page_crc(b, i))
            return damaged(name, "has a damaged page", e);
    return bayes_check(b, e) == 0 ? 1 : -1;
}

int bayes_checkpoint_read(int folder, const char *name, struct bayes_block *b, struct err *e)
{
    int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? 0 : err_sys(e, "classifier: %s", name);
    int done = read_file(fd, name, b, e);
    fd_close(&fd);
    return done;
}
