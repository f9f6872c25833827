/* spool.c - the bytes of a message while we have it; see spool.h
 * Bytes are gathered to 64 KiB before they are written: a milter hands over lines and small chunks. A file
 * has no name (O_TMPFILE) and mode 0400, so that who gets the read-only descriptor can't open it anew for
 * writing. Nothing is synced: the MTA has the message until it is answered. */
#include "message/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define PENDING_MAX (64 * 1024)
#define SEALS (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

int spool_open(struct spool *s, const struct spool_options *o, struct err *e)
{
    memset(s, 0, sizeof(*s));
    s->o = o;
    s->fd = memfd_create("tamis-message", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (s->fd < 0)
        return err_sys(e, "spool: memory file");
    s->pending = malloc(PENDING_MAX);
    if (s->pending == NULL) {
        close_fd(&s->fd);
        return err_set(e, ERR_RETRY, "spool: out of memory");
    }
    return 0;
}

void spool_close(struct spool *s)
{
    close_fd(&s->fd);
    free(s->pending);
    s->pending = NULL;
    s->n_pending = 0;
}

/* Some bytes of a write that failed may be there: what follows can't be right. */
static int broken(struct spool *s)
{
    close_fd(&s->fd);
    return -1;
}

static int write_all(int fd, const char *p, size_t n, struct err *e)
{
    while (n) {
        ssize_t done = write(fd, p, n);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return err_sys(e, "spool: write");
        p += done;
        n -= (size_t)done;
    }
    return 0;
}

static int flush(struct spool *s, struct err *e)
{
    if (write_all(s->fd, s->pending, s->n_pending, e) < 0)
        return broken(s);
    s->n_pending = 0;
    return 0;
}

/* Copies what has been written; `pending` (flushed) is the buffer. */
static int copy_to(struct spool *s, int to, struct err *e)
{
    for (off_t at = 0;;) {
        ssize_t n = pread(s->fd, s->pending, PENDING_MAX, at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_sys(e, "spool: read");
        if (n == 0)
            return 0;
        if (write_all(to, s->pending, (size_t)n, e) < 0)
            return -1;
        at += n;
    }
}

static int move_to_file(struct spool *s, struct err *e)
{
    if (s->o->dir_fd < 0)
        return err_set(e, ERR_RETRY, "spool: message over %zu bytes and no spool directory",
                       s->o->memory_max);
    if (flush(s, e) < 0)
        return -1;
    int fd = openat(s->o->dir_fd, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0400);
    if (fd < 0)
        return err_sys(e, "spool: file in the spool directory");
    if (copy_to(s, fd, e) < 0) {
        close(fd);
        return -1;
    }
    close(s->fd);
    s->fd = fd;
    s->in_file = true;
    return 0;
}

int spool_add(struct spool *s, struct slice bytes, struct err *e)
{
    if (s->fd < 0 || s->finished)
        return err_set(e, ERR_SYSTEM, "spool: not open for writing");
    if (s->truncated || bytes.n > s->o->max - s->n) {
        s->truncated = true;
        return err_set(e, ERR_INPUT, "message over %zu bytes", s->o->max);
    }
    if (!s->in_file && bytes.n > s->o->memory_max - s->n && move_to_file(s, e) < 0)
        return -1;
    if (bytes.n > PENDING_MAX - s->n_pending && flush(s, e) < 0)
        return -1;
    if (bytes.n >= PENDING_MAX) {
        if (write_all(s->fd, bytes.p, bytes.n, e) < 0)
            return broken(s);
    } else if (bytes.n) {
        memcpy(s->pending + s->n_pending, bytes.p, bytes.n);
        s->n_pending += bytes.n;
    }
    s->n += bytes.n;
    return 0;
}

static int reopen_read_only(struct spool *s, struct err *e)
{
    char path[40];
    snprintf(path, sizeof(path), "/proc/self/fd/%d", s->fd);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_sys(e, "spool: %s", path);
    close(s->fd);
    s->fd = fd;
    return 0;
}

int spool_finish(struct spool *s, struct err *e)
{
    if (s->fd < 0 || s->finished)
        return err_set(e, ERR_SYSTEM, "spool: not open for writing");
    bool is_short = s->n == s->n_pending;
    if (flush(s, e) < 0)
        return -1;
    if (s->in_file) {
        if (reopen_read_only(s, e) < 0)
            return -1;
    } else if (fcntl(s->fd, F_ADD_SEALS, SEALS | F_SEAL_SEAL) < 0)
        return err_sys(e, "spool: seal");
    s->finished = true;
    if (!is_short) {
        free(s->pending);
        s->pending = NULL;
    }
    return 0;
}

struct slice spool_short(const struct spool *s)
{
    return s->finished && s->pending ? slice_of(s->pending, s->n) : slice_of(NULL, 0);
}

/* Nobody can change the file: it is sealed, or this descriptor can't write and no other was kept. */
static bool cannot_change(int fd)
{
    int seals = fcntl(fd, F_GET_SEALS);
    if (seals >= 0 && (seals & SEALS) == SEALS)
        return true;
    int mode = fcntl(fd, F_GETFL);
    return mode >= 0 && (mode & O_ACCMODE) == O_RDONLY;
}

int spool_map(int fd, size_t n, struct slice *out, struct err *e)
{
    struct stat st;
    *out = SLICE("");
    if (fstat(fd, &st) < 0)
        return err_sys(e, "spool: message descriptor");
    if (!S_ISREG(st.st_mode) || !cannot_change(fd))
        return err_set(e, ERR_INPUT, "spool: message descriptor is neither sealed nor a file for reading");
    if (st.st_size < 0 || (uintmax_t)st.st_size != n)
        return err_set(e, ERR_INPUT, "spool: message of %jd bytes announced as %zu", (intmax_t)st.st_size, n);
    if (n == 0)
        return 0;
    void *p = mmap(NULL, n, PROT_READ, MAP_PRIVATE, fd, 0);
    if (p == MAP_FAILED)
        return err_sys(e, "spool: map");
    *out = slice_of(p, n);
    return 0;
}

void spool_unmap(struct slice *mapped)
{
    if (mapped->n)
        munmap((void *)(uintptr_t)mapped->p, mapped->n);
    *mapped = slice_of(NULL, 0);
}
