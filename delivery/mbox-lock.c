/* mbox-lock.c - the two locks of an mbox; see mbox-lock.h */
#include "config.h"
#include "delivery/mbox-lock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "base/log.h"
#include "base/os.h"
#include "delivery/write.h"

#define TICK_US 20000
#define NOTE_MAX 200

struct locking {
    struct mbox_lock *l;
    const char *box; /* name */
    const struct mbox_lock_options *o;
    uint64_t until;
    struct answer *a;
};

/* ---- a lock file that is there */

/* What its owner was about to do: LENGTH bytes behind the first SIZE of the box with this inode. */
struct note {
    char host[100];
    int pid;
    unsigned long long inode, size, length;
    bool writing; /* the last three are there */
};

/* "tamis HOST PID [INODE SIZE LENGTH]". false: another program's, or somebody else's, who may write what he
 * likes. */
static bool read_note(int fd, const struct stat *st, struct note *n)
{
    char text[NOTE_MAX + 1];
    ssize_t got = pread(fd, text, NOTE_MAX, 0);
    text[got > 0 ? got : 0] = 0;
    if (!S_ISREG(st->st_mode) || st->st_nlink != 1 || st->st_uid != geteuid())
        return false;
    int found =
        sscanf(text, "tamis %99s %d %llu %llu %llu\n", n->host, &n->pid, &n->inode, &n->size, &n->length);
    n->writing = found == 5 && text[got - 1] == '\n';
    return found >= 2;
}

static void our_host(char host[100])
{
    if (gethostname(host, 100) != 0 || host[0] == 0)
        snprintf(host, 100, "localhost");
    host[99] = 0;
    for (char *p = host; *p; p++)
        if (*p <= ' ')
            *p = '-';
}

static bool is_dead(const struct note *n)
{
    char host[100];
    our_host(host);
    return strcmp(host, n->host) == 0 && n->pid > 0 && kill(n->pid, 0) != 0 && errno == ESRCH;
}

/* Is what stands behind SIZE the beginning of a message, and not the whole of it, or more? A whole one stays
 * (it may come again); longer, or with the empty line that ends a message, others wrote behind it. */
static bool is_unfinished(int fd, const struct stat *st, const struct note *n)
{
    char text[8] = "";
    uint64_t size = (uint64_t)st->st_size;
    if (st->st_ino != n->inode || size <= n->size || size - n->size >= n->length ||
        (size - n->size > 2 && pread(fd, text, 2, (off_t)size - 2) == 2 && memcmp(text, "\n\n", 2) == 0))
        return false;
    ssize_t got = pread(fd, text, 7, (off_t)n->size);
    struct slice s = slice_of(text, got > 0 ? (size_t)got : 0);
    while (s.n && s.p[0] == '\n')
        s = slice_from(s, 1);
    return slice_eq(slice_sub(s, 0, 5), slice_sub(SLICE("From "), 0, s.n));
}

/* What a writer of ours left unfinished goes; others may have the box open, so under the kernel's lock.
 * false: it could not be looked at now. */
static bool cut_off(const struct locking *k, const struct note *n)
{
    struct stat st;
    struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    int fd = openat(k->l->dir, k->box, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT;
    bool looked = fcntl(fd, F_OFD_SETLK, &lock) == 0 && fstat(fd, &st) == 0;
    if (looked && S_ISREG(st.st_mode) && st.st_nlink == 1 && st.st_uid == geteuid() &&
        is_unfinished(fd, &st, n)) {
        log_warning("%s: the process that wrote to it died; %llu unfinished bytes are cut off", k->box,
                    (unsigned long long)st.st_size - n->size);
        looked = ftruncate(fd, (off_t)n->size) == 0 && fsync(fd) == 0;
    }
    close(fd);
    return looked;
}

static bool same_file(int dir, const char *name, int fd)
{
    struct stat a, b;
    return fstat(fd, &a) == 0 && fstatat(dir, name, &b, AT_SYMLINK_NOFOLLOW) == 0 && a.st_dev == b.st_dev &&
           a.st_ino == b.st_ino;
}

static bool is_nobodys(const struct locking *k, int fd, const struct stat *st)
{
    struct note n;
    if (read_note(fd, st, &n) && is_dead(&n))
        return !n.writing || cut_off(k, &n);
    return st->st_mtime + (time_t)k->o->stale < time(NULL);
}

/* Takes it away when its owner is gone. Two who find that at once: flock lets one of them do it. */
static void look_at(const struct locking *k, const char *name)
{
    struct stat st;
    int fd = openat(k->l->dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return;
    if (flock(fd, LOCK_EX | LOCK_NB) == 0 && same_file(k->l->dir, name, fd) && fstat(fd, &st) == 0 &&
        is_nobodys(k, fd, &st)) {
        log_warning("%s: a lock that nobody holds is taken away", name);
        unlinkat(k->l->dir, name, 0);
    }
    close(fd);
}

/* ---- the lock file */

static int write_note(const struct mbox_lock *l, const char *what)
{
    char text[NOTE_MAX], host[100];
    our_host(host);
    int n = snprintf(text, sizeof(text), "tamis %s %d%s\n", host, (int)getpid(), what);
    ssize_t done = pwrite(l->fd, text, (size_t)n, 0);
    if (done >= 0 && done != n)
        errno = ENOSPC;
    return done == n ? 0 : -1;
}

static void remove_file(struct mbox_lock *l)
{
    int why = errno;
    if (l->name[0])
        unlinkat(l->dir, l->name, 0);
    l->name[0] = 0;
    fd_close(&l->fd);
    errno = why;
}

/* 0: made; 1: somebody has it; -1 */
static int try_file(const struct locking *k, const char *name)
{
    struct mbox_lock *l = k->l;
    l->fd = openat(l->dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (l->fd < 0)
        return errno == EEXIST ? 1 : -1;
    snprintf(l->name, sizeof(l->name), "%s", name);
    while (flock(l->fd, LOCK_EX) != 0 && errno == EINTR) /* who looks sees that its owner lives */
        ;
    if (write_note(l, "") == 0)
        return 0;
    remove_file(l);
    return -1;
}

static bool wait_a_little(const struct locking *k)
{
    if (clock_ms() >= k->until)
        return false;
    usleep(TICK_US);
    return true;
}

static int lock_by_file(const struct locking *k)
{
    char name[NAME_MAX + 1];
    int r;
    if (snprintf(name, sizeof(name), "%s.lock", k->box) >= (int)sizeof(name))
        return answer_set(k->a, ANSWER_CONFIG, "the mailbox's name is too long");
    while ((r = try_file(k, name)) == 1) {
        look_at(k, name);
        if (!wait_a_little(k))
            return answer_set(k->a, ANSWER_BUSY, "%s is there: the mailbox is locked", name);
    }
    if (r == 0 || errno == EACCES || errno == EPERM)
        return 0; /* in a spool that is not ours to write to: the kernel's alone */
    return answer_sys(k->a, "cannot make %s", name);
}

/* ---- the box */

static int check_box(const struct locking *k, int fd)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return answer_sys(k->a, "cannot look at the mailbox");
    if (!S_ISREG(st.st_mode))
        return answer_set(k->a, ANSWER_MAILBOX, "the mailbox %s is no file", k->box);
    if (st.st_nlink != 1)
        return answer_set(k->a, ANSWER_MAILBOX, "the mailbox %s has a second name (a hard link)", k->box);
    if (st.st_uid != geteuid())
        return answer_set(k->a, ANSWER_MAILBOX, "the mailbox %s belongs to uid %u, not to %u", k->box,
                          (unsigned)st.st_uid, (unsigned)geteuid());
    return 0;
}

static int make_box(const struct locking *k)
{
    int fd = openat(k->l->dir, k->box, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return errno == EEXIST ? openat(k->l->dir, k->box, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC) : -1;
    if (write_synced_folder(k->l->dir) != 0) { /* who finds it later would take it for synced */
        int why = errno;
        unlinkat(k->l->dir, k->box, 0);
        fd_close(&fd);
        errno = why;
    }
    return fd;
}

static int open_box(const struct locking *k)
{
    int fd = openat(k->l->dir, k->box, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT)
        fd = make_box(k);
    if (fd < 0 && (errno == ELOOP || errno == ENXIO || errno == EISDIR))
        return answer_set(k->a, ANSWER_MAILBOX, "the mailbox %s is a symbolic link or no file", k->box);
    if (fd < 0)
        return answer_sys(k->a, "cannot open the mailbox %s", k->box);
    k->l->box = fd;
    return check_box(k, fd);
}

static int lock_by_kernel(const struct locking *k)
{
    struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    while (fcntl(k->l->box, F_OFD_SETLK, &lock) != 0) {
        if (errno != EAGAIN && errno != EACCES && errno != EINTR)
            return answer_sys(k->a, "cannot lock the mailbox");
        if (!wait_a_little(k))
            return answer_set(k->a, ANSWER_BUSY, "the mailbox %s is locked by another program", k->box);
    }
    return 0;
}

/* A reader may have put another file in its place while we waited: that one is the mailbox then. */
static int lock_box(const struct locking *k)
{
    for (;;) {
        if (open_box(k) != 0 || lock_by_kernel(k) != 0)
            return -1;
        if (same_file(k->l->dir, k->box, k->l->box))
            return check_box(k, k->l->box);
        fd_close(&k->l->box);
        if (!wait_a_little(k))
            return answer_set(k->a, ANSWER_BUSY, "the mailbox %s is replaced again and again", k->box);
    }
}

int mbox_lock(struct mbox_lock *l, int dir, const char *name, const struct mbox_lock_options *o,
              struct answer *a)
{
    const struct locking k = { l, name, o, clock_ms() + o->timeout, a };
    *l = (struct mbox_lock){ .dir = dir, .fd = -1, .box = -1 };
    if (lock_by_file(&k) == 0 && lock_box(&k) == 0)
        return 0;
    remove_file(l);
    fd_close(&l->box);
    return -1;
}

int mbox_lock_note(const struct mbox_lock *l, uint64_t size, uint64_t length, struct answer *a)
{
    char text[100];
    struct stat st;
    if (l->fd < 0)
        return 0;
    if (fstat(l->box, &st) != 0)
        return answer_sys(a, "cannot look at the mailbox");
    snprintf(text, sizeof(text), " %llu %llu %llu", (unsigned long long)st.st_ino, (unsigned long long)size,
             (unsigned long long)length);
    return write_note(l, text) == 0 ? 0 : answer_sys(a, "cannot write to %s", l->name);
}

int mbox_unlock(struct mbox_lock *l)
{
    int r = close(l->box);
    l->box = -1;
    remove_file(l);
    return r;
}
