/* bayes-checkpoint.c - all that was learned, at one moment, in a file; see bayes-checkpoint.h */
#include "config.h"
#include "keeper/bayes-checkpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include "base/os.h"

#define MAGIC 0x74616d6973636833u /* "tamisch3" */
#define MAGIC_FAMILY (MAGIC >> 8)
#define PAGE ((size_t)64 * 1024)
#define PAGES ((BAYES_BYTES + PAGE - 1) / PAGE)

struct head {
    uint64_t magic, bytes;
    uint32_t crc[PAGES];    /* of the page as it is in memory */
    uint32_t length[PAGES]; /* in the file; that of the page: it is not deflated */
};

static size_t page_size(size_t i)
{
    return i + 1 < PAGES ? PAGE : BAYES_BYTES - i * PAGE;
}

static uint32_t page_crc(const unsigned char *page, size_t i)
{
    return (uint32_t)crc32(0, page, (unsigned)page_size(i));
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

/* What is as large as the things that lie one after the other there. */
static size_t stride_of(size_t i)
{
    size_t end = (i + 1) * PAGE;
    return end <= offsetof(struct bayes_block, buckets) ? sizeof(struct bayes_slot)
           : end <= offsetof(struct bayes_block, seen)  ? sizeof(struct bayes_bucket)
                                                        : sizeof(uint64_t);
}

/* First bytes first, then second ones ...: those of weights and counts are much like each other. */
static void turn(unsigned char *to, const unsigned char *from, size_t n, size_t stride)
{
    for (size_t c = 0; c < stride; c++)
        for (size_t i = c; i < n; i += stride)
            *to++ = from[i];
}

static void turn_back(unsigned char *to, const unsigned char *from, size_t n, size_t stride)
{
    for (size_t c = 0; c < stride; c++)
        for (size_t i = c; i < n; i += stride)
            to[i] = *from++;
}

/* Runs alone are looked for: what was never learned. Of the rest, numbers, zlib finds no more than that, in
 * half as much time again; but codes of their own for each 2,048 bytes, those of one kind, are worth their
 * length. 0: it is no shorter so. */
static size_t deflate_page(z_stream *z, const unsigned char *page, size_t i, unsigned char *out)
{
    static unsigned char turned[PAGE];
    size_t n = page_size(i);
    turn(turned, page, n, stride_of(i));
    z->next_in = turned;
    z->avail_in = (unsigned)n;
    z->next_out = out;
    z->avail_out = (unsigned)n - 1;
    bool whole = deflateReset(z) == Z_OK && deflate(z, Z_FINISH) == Z_STREAM_END;
    return whole ? n - 1 - z->avail_out : 0;
}

static int write_pages(int fd, z_stream *z, const struct bayes_block *b, struct head *h)
{
    static unsigned char packed[PAGE];
    for (size_t i = 0; i < PAGES; i++) {
        const unsigned char *page = (const unsigned char *)b + i * PAGE;
        size_t n = deflate_page(z, page, i, packed);
        h->crc[i] = page_crc(page, i);
        h->length[i] = (uint32_t)(n ? n : page_size(i));
        if (fd_write_all(fd, n ? packed : page, h->length[i]) != 0)
            return -1;
    }
    return 0;
}

/* The head comes last: it has the lengths. */
static int write_file(int fd, const struct bayes_block *b)
{
    struct head h = { .magic = MAGIC, .bytes = BAYES_BYTES };
    z_stream z = { 0 };
    if (deflateInit2(&z, 1, Z_DEFLATED, 15, 5, Z_RLE) != Z_OK)
        fatal("no memory for the classifier's checkpoint");
    int done = lseek(fd, sizeof(h), SEEK_SET) < 0 ? -1 : write_pages(fd, &z, b, &h);
    deflateEnd(&z);
    if (done != 0 || lseek(fd, 0, SEEK_SET) != 0 || fd_write_all(fd, &h, sizeof(h)) != 0)
        return -1;
    return fsync(fd);
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

/* NULL, or what is wrong with it. */
static const char *read_head(int fd, struct head *h)
{
    ssize_t n = read_all(fd, h, sizeof(*h));
    if (n < (ssize_t)sizeof(h->magic) || h->magic >> 8 != MAGIC_FAMILY)
        return "is no checkpoint";
    if (h->magic != MAGIC)
        return "is of another version of this program";
    return n < (ssize_t)sizeof(*h) ? "ends too early" : NULL;
}

/* The whole page, of exactly what stands in the file, or nothing. */
static bool inflate_page(const unsigned char *packed, size_t n, unsigned char *page, size_t i)
{
    static unsigned char turned[PAGE];
    uLong used = (uLong)n;
    uLongf made = (uLongf)page_size(i);
    if (uncompress2(turned, &made, packed, &used) != Z_OK || made != page_size(i) || used != n)
        return false;
    turn_back(page, turned, page_size(i), stride_of(i));
    return true;
}

/* NULL, or what is wrong with it. */
static const char *read_page(int fd, const struct head *h, size_t i, unsigned char *page)
{
    static unsigned char packed[PAGE];
    bool plain = h->length[i] == page_size(i);
    if (h->length[i] > page_size(i))
        return "has a damaged page";
    if (read_all(fd, plain ? page : packed, h->length[i]) != (ssize_t)h->length[i])
        return "ends too early";
    if ((!plain && !inflate_page(packed, h->length[i], page, i)) || page_crc(page, i) != h->crc[i])
        return "has a damaged page";
    return NULL;
}

/* Readers that map the block must not take it for whole before it is. */
static int read_file(int fd, const char *name, struct bayes_block *b, struct err *e)
{
    static _Alignas(struct bayes_block) unsigned char page[PAGE];
    struct head h;
    const char *none = read_head(fd, &h);
    if (none)
        return damaged(name, none, e);
    if (h.bytes != BAYES_BYTES)
        return damaged(name, "is of another version", e);
    for (size_t i = 0; i < PAGES; i++) {
        const char *wrong = read_page(fd, &h, i, page);
        if (wrong)
            return damaged(name, wrong, e);
        if (i == 0)
            memset(page + offsetof(struct bayes_block, state), 0, sizeof(b->state));
        memcpy((unsigned char *)b + i * PAGE, page, page_size(i));
    }
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
