/* write.c - bytes to a file, all of them; see write.h */
#include "delivery/write.h"

#include <errno.h>
#include <sys/uio.h>
#include <unistd.h>

#define AT_ONCE 64
#define BYTES_AT_ONCE ((size_t)1 << 30) /* the kernel takes at most 2 GB */

struct rest {
    const struct slice *pieces;
    size_t n;
    size_t at; /* in the first */
};

static int gather(const struct rest *r, struct iovec v[AT_ONCE])
{
    int n = 0;
    size_t bytes = 0, skip = r->at;
    for (size_t i = 0; i < r->n && n < AT_ONCE && bytes < BYTES_AT_ONCE; i++, skip = 0) {
        struct slice s = slice_sub(slice_from(r->pieces[i], skip), 0, BYTES_AT_ONCE);
        if (s.n)
            v[n++] = (struct iovec){ (void *)(uintptr_t)s.p, s.n };
        bytes += s.n;
        if (s.n < r->pieces[i].n - skip)
            break;
    }
    return n;
}

static void advance(struct rest *r, size_t n)
{
    while (r->n && r->pieces->n - r->at <= n) {
        n -= r->pieces->n - r->at;
        r->pieces++;
        r->n--;
        r->at = 0;
    }
    r->at += n;
}

int write_pieces(int fd, const struct slice *pieces, size_t n)
{
    struct rest r = { pieces, n, 0 };
    struct iovec v[AT_ONCE];
    for (advance(&r, 0); r.n;) {
        ssize_t done = writev(fd, v, gather(&r, v));
        if (done == 0)
            errno = ENOSPC; /* no file system says so; endless otherwise */
        if (done <= 0 && errno != EINTR)
            return -1;
        if (done > 0)
            advance(&r, (size_t)done);
    }
    return 0;
}

int write_synced(int fd)
{
    int r;
    while ((r = fsync(fd)) != 0 && errno == EINTR)
        ;
    return r;
}

int write_synced_folder(int fd)
{
    int r = write_synced(fd);
    return r != 0 && errno == EINVAL ? 0 : r;
}
