/* maildir.c - a message into a Maildir, durably; see maildir.h */
#include "config.h"
#include "delivery/maildir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "base/os.h"
#include "delivery/write.h"

#define TRIES 8
#define STALE_SECONDS (36 * 3600)

void maildir_close(struct maildir *m)
{
    fd_close(&m->tmp);
    fd_close(&m->new_);
    fd_close(&m->dir);
}

int maildir_open(struct maildir *m, int dir, struct answer *a)
{
    *m = (struct maildir){ dir, -1, -1 };
    int cur = tree_enter(dir, "cur", true, NULL, a);
    if (cur >= 0) {
        fd_close(&cur);
        m->new_ = tree_enter(dir, "new", true, NULL, a);
    }
    if (m->new_ >= 0)
        m->tmp = tree_enter(dir, "tmp", true, NULL, a);
    if (m->tmp >= 0)
        return 0;
    maildir_close(m);
    return -1;
}

/* ---- names */

struct size {
    uint64_t bytes, lines;
};

static struct size measure(const struct slice *pieces, size_t n)
{
    struct size s = { 0, 0 };
    for (size_t i = 0; i < n; i++) {
        s.bytes += pieces[i].n;
        for (struct slice rest = pieces[i]; rest.n;) {
            ptrdiff_t at = slice_chr(rest, '\n');
            s.lines += at >= 0;
            rest = at < 0 ? slice_of(NULL, 0) : slice_from(rest, (size_t)at + 1);
        }
    }
    return s;
}

/* As RFC-less tradition has it: no / and no : in a host's name. */
static void put_host(char *out, size_t size, const char *host)
{
    size_t n = 0;
    for (; *host && n + 5 < size && n < 64; host++) {
        if (ascii_alnum(*host) || *host == '.' || *host == '-' || *host == '_')
            out[n++] = *host;
        else
            n += (size_t)snprintf(out + n, size - n, "\\%03o", (unsigned char)*host);
    }
    out[n] = 0;
}

static void make_name(char name[NAME_MAX + 1], const char *host, const struct size *s)
{
    static unsigned count;
    struct timespec now;
    unsigned long long noise = 0;
    char clean[80];
    clock_gettime(CLOCK_REALTIME, &now);
    if (getrandom(&noise, sizeof(noise), GRND_NONBLOCK) != sizeof(noise))
        noise = (unsigned long long)now.tv_nsec; /* the other parts still tell names apart */
    put_host(clean, sizeof(clean), host);
    snprintf(name, NAME_MAX + 1, "%lld.M%ldP%dQ%uR%llx.%s,S=%llu,W=%llu", (long long)now.tv_sec,
             now.tv_nsec / 1000, (int)getpid(), ++count, noise, clean, (unsigned long long)s->bytes,
             (unsigned long long)(s->bytes + s->lines));
}

/* ---- saving */

static int write_file(const struct maildir *m, const char *name, const struct slice *pieces, size_t n,
                      struct answer *a)
{
    int fd = openat(m->tmp, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return answer_sys(a, "cannot make a file in tmp");
    if (write_pieces(fd, pieces, n) != 0) {
        answer_sys(a, "cannot write to tmp");
        fd_close(&fd);
        return -1;
    }
    if (write_synced(fd) != 0) {
        answer_sys(a, "cannot sync the message");
        fd_close(&fd);
        return -1;
    }
    return close(fd) == 0 ? 0 : answer_sys(a, "cannot close the message"); /* NFS says here that it is full */
}

/* Never over another file. Where the file system has no renaming like that, by a link; after an error of NFS
 * the count of links tells whether it was made. */
static int move(const struct maildir *m, const char *name)
{
    struct stat st;
    if (renameat2(m->tmp, name, m->new_, name, RENAME_NOREPLACE) == 0)
        return 0;
    if (errno != EINVAL && errno != ENOSYS && errno != EOPNOTSUPP)
        return -1;
    if (linkat(m->tmp, name, m->new_, name, 0) != 0) {
        int why = errno;
        bool linked = fstatat(m->tmp, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && st.st_nlink == 2;
        errno = why;
        if (!linked)
            return -1;
    }
    unlinkat(m->tmp, name, 0);
    return 0;
}

/* What failed leaves nothing behind, as far as that can be had. */
static int undo(const struct maildir *m, const char *name)
{
    int why = errno;
    unlinkat(m->new_, name, 0);
    unlinkat(m->tmp, name, 0);
    errno = why;
    return -1;
}

static int save_as(const struct maildir *m, const char *name, const struct slice *pieces, size_t n,
                   struct answer *a)
{
    if (write_file(m, name, pieces, n, a) != 0)
        return undo(m, name);
    if (move(m, name) != 0) {
        answer_sys(a, "cannot move the message to new");
        return undo(m, name);
    }
    if (write_synced_folder(m->new_) != 0) {
        answer_sys(a, "cannot sync the folder new");
        return undo(m, name);
    }
    return 0;
}

int maildir_save(const struct maildir *m, const struct slice *pieces, size_t n, const char *host,
                 struct answer *a)
{
    char name[NAME_MAX + 1];
    const struct size size = measure(pieces, n);
    for (int i = 0; i < TRIES; i++) {
        make_name(name, host, &size);
        if (faccessat(m->new_, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0 ||
            faccessat(m->tmp, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
            continue; /* somebody else's: undoing would remove it */
        return save_as(m, name, pieces, n, a);
    }
    return answer_set(a, ANSWER_FAULT, "no name for the message that is not taken");
}

/* ---- what others left */

void maildir_sweep(const struct maildir *m)
{
    struct stat st;
    time_t now = time(NULL);
    int fd = openat(m->tmp, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *d = fd < 0 ? NULL : fdopendir(fd);
    if (d == NULL) {
        fd_close(&fd);
        return;
    }
    for (struct dirent *e; (e = readdir(d)) != NULL;)
        if (e->d_name[0] != '.' && fstatat(m->tmp, e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISREG(st.st_mode) && st.st_atime < now - STALE_SECONDS && st.st_mtime < now - STALE_SECONDS)
            unlinkat(m->tmp, e->d_name, 0);
    closedir(d);
}
