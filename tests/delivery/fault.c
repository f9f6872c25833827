/* fault.c - a library for LD_PRELOAD that makes the n-th call fail
 * Counted are calls that change files or open them, over all processes of a run, in a file that they share:
 *   FAULT_STATE  that file (two 64-bit numbers: calls so far, faults made)
 *   FAULT_AT     the call that fails; 0: none
 *   FAULT_HOW    ENOSPC EDQUOT EIO EINTR EROFS (errno), SHORT (a write does half), KILL (SIGKILL before the
 * call) FAULT_LOG    a file; every counted call is a line: PID CALL NAME Pipes and sockets are left alone:
 * what a peer did not hear it was not told. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

struct state {
    uint64_t calls, faults;
};

static struct state *state;
static uint64_t at;
static const char *how;
static int log_to = -1;

static void __attribute__((constructor)) start(void)
{
    const char *path = getenv("FAULT_STATE"), *n = getenv("FAULT_AT"), *log = getenv("FAULT_LOG");
    how = getenv("FAULT_HOW");
    at = n ? strtoull(n, NULL, 10) : 0;
    if (path == NULL)
        return;
    int fd = (int)syscall(SYS_open, path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0 || syscall(SYS_ftruncate, fd, sizeof(*state)) != 0)
        _exit(99);
    state = mmap(NULL, sizeof(*state), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (log)
        log_to = (int)syscall(SYS_open, log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
}

static void note(const char *call, const char *name)
{
    char line[600];
    if (log_to < 0)
        return;
    int n = snprintf(line, sizeof(line), "%d %s %s\n", (int)getpid(), call, name);
    syscall(SYS_write, log_to, line, n < (int)sizeof(line) ? (size_t)n : sizeof(line) - 1);
}

static const char *name_of(int fd)
{
    static __thread char name[300];
    char link[40];
    snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    ssize_t n = syscall(SYS_readlink, link, name, sizeof(name) - 1);
    name[n > 0 ? n : 0] = 0;
    return name;
}

static int is_file(int fd)
{
    struct stat st;
    return fstat(fd, &st) == 0 && (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode));
}

/* 0: go on; 1: fail with errno; 2: short */
static int fault(const char *call, const char *name, int can_be_short)
{
    static const struct {
        const char *name;
        int number;
    } errors[] = {
        { "ENOSPC", ENOSPC }, { "EDQUOT", EDQUOT }, { "EIO", EIO }, { "EINTR", EINTR }, { "EROFS", EROFS }
    };
    if (state == NULL || state == MAP_FAILED)
        return 0;
    note(call, name);
    if (__atomic_add_fetch(&state->calls, 1, __ATOMIC_SEQ_CST) != at || how == NULL)
        return 0;
    if (strcmp(how, "SHORT") == 0 && !can_be_short)
        return 0;
    __atomic_add_fetch(&state->faults, 1, __ATOMIC_SEQ_CST);
    if (strcmp(how, "KILL") == 0)
        syscall(SYS_kill, getpid(), SIGKILL);
    if (strcmp(how, "SHORT") == 0)
        return 2;
    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
        if (strcmp(how, errors[i].name) == 0)
            errno = errors[i].number;
    return 1;
}

ssize_t write(int fd, const void *p, size_t n)
{
    int f = is_file(fd) ? fault("write", name_of(fd), n > 1) : 0;
    return f == 1 ? -1 : syscall(SYS_write, fd, p, f == 2 ? n / 2 : n);
}

ssize_t writev(int fd, const struct iovec *v, int n)
{
    int f = is_file(fd) ? fault("writev", name_of(fd), v[0].iov_len > 1) : 0;
    return f == 1   ? -1
           : f == 2 ? syscall(SYS_write, fd, v[0].iov_base, v[0].iov_len / 2)
                    : syscall(SYS_writev, fd, v, n);
}

ssize_t pwrite(int fd, const void *p, size_t n, off_t o)
{
    int f = is_file(fd) ? fault("pwrite", name_of(fd), n > 1) : 0;
    return f == 1 ? -1 : syscall(SYS_pwrite64, fd, p, f == 2 ? n / 2 : n, o);
}

int fsync(int fd)
{
    return fault("fsync", name_of(fd), 0) ? -1 : (int)syscall(SYS_fsync, fd);
}

int fdatasync(int fd)
{
    return fault("fdatasync", name_of(fd), 0) ? -1 : (int)syscall(SYS_fdatasync, fd);
}

/* As Linux: the descriptor is gone, whatever close says. */
int close(int fd)
{
    int f = is_file(fd) ? fault("close", name_of(fd), 0) : 0, why = errno;
    int r = (int)syscall(SYS_close, fd);
    errno = f ? why : errno;
    return f ? -1 : r;
}

int ftruncate(int fd, off_t n)
{
    return fault("ftruncate", name_of(fd), 0) ? -1 : (int)syscall(SYS_ftruncate, fd, n);
}

static int do_open(int dir, const char *path, int flags, mode_t mode)
{
    return fault(flags & O_CREAT ? "create" : "open", path, 0)
               ? -1
               : (int)syscall(SYS_openat, dir, path, flags, mode);
}

#define MODE(flags)                                                                                          \
    mode_t mode = 0;                                                                                         \
    if ((flags)&O_CREAT || ((flags)&O_TMPFILE) == O_TMPFILE) {                                               \
        va_list ap;                                                                                          \
        va_start(ap, flags);                                                                                 \
        mode = va_arg(ap, mode_t);                                                                           \
        va_end(ap);                                                                                          \
    }

int open(const char *path, int flags, ...)
{
    MODE(flags)
    return do_open(AT_FDCWD, path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
    MODE(flags)
    return do_open(AT_FDCWD, path, flags, mode);
}

int openat(int dir, const char *path, int flags, ...)
{
    MODE(flags)
    return do_open(dir, path, flags, mode);
}

int openat64(int dir, const char *path, int flags, ...)
{
    MODE(flags)
    return do_open(dir, path, flags, mode);
}

int __open_2(const char *path, int flags);
int __open64_2(const char *path, int flags);
int __openat_2(int dir, const char *path, int flags);
int __openat64_2(int dir, const char *path, int flags);

int __open_2(const char *path, int flags)
{
    return do_open(AT_FDCWD, path, flags, 0);
}

int __open64_2(const char *path, int flags)
{
    return do_open(AT_FDCWD, path, flags, 0);
}

int __openat_2(int dir, const char *path, int flags)
{
    return do_open(dir, path, flags, 0);
}

int __openat64_2(int dir, const char *path, int flags)
{
    return do_open(dir, path, flags, 0);
}

int mkdirat(int dir, const char *path, mode_t mode)
{
    return fault("mkdir", path, 0) ? -1 : (int)syscall(SYS_mkdirat, dir, path, mode);
}

int linkat(int from, const char *a, int to, const char *b, int flags)
{
    return fault("link", b, 0) ? -1 : (int)syscall(SYS_linkat, from, a, to, b, flags);
}

int renameat(int from, const char *a, int to, const char *b)
{
    return fault("rename", b, 0) ? -1 : (int)syscall(SYS_renameat2, from, a, to, b, 0);
}

int renameat2(int from, const char *a, int to, const char *b, unsigned flags)
{
    return fault("rename", b, 0) ? -1 : (int)syscall(SYS_renameat2, from, a, to, b, flags);
}
