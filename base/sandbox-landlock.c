/* sandbox-landlock.c - no file system, by Landlock; see sandbox.h
 * There is no library: three system calls, of which we need two. The kernel's header may be older than the
 * kernel, so the rights of each version are written out here (linux/landlock.h; Linux 5.13 to 6.12). Best
 * effort: seccomp is what must hold. */
#include "base/sandbox-priv.h"

#include <errno.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "base/os.h"

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_restrict_self 446
#endif
#define ASK_VERSION 1

struct attr {
    uint64_t fs, net, scoped;
};

/* what each version added; a right that is handled and granted to nothing is refused everywhere */
static const struct version {
    long since;
    struct attr adds;
    size_t size; /* of the struct this version knows */
} versions[] = {
    { 1, { 0x1fff, 0, 0 }, 8 },  /* execute, read, write, list, make, remove */
    { 2, { 0x2000, 0, 0 }, 8 },  /* link and rename across folders */
    { 3, { 0x4000, 0, 0 }, 8 },  /* truncate */
    { 4, { 0, 3, 0 }, 16 },      /* bind and connect of TCP */
    { 5, { 0x8000, 0, 0 }, 16 }, /* ioctl of devices */
    { 6, { 0, 0, 3 }, 24 },      /* abstract unix sockets, signals to the outside */
};

int sandbox_landlock(struct err *e)
{
    struct attr attr = { 0, 0, 0 };
    size_t size = 0;
    long has = syscall(SYS_landlock_create_ruleset, NULL, 0, ASK_VERSION);
    if (has < 0) /* not built in, or not switched on: go on without */
        return errno == ENOSYS || errno == EOPNOTSUPP ? 0 : err_sys(e, "Landlock");
    for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]) && has >= versions[i].since; i++) {
        attr.fs |= versions[i].adds.fs;
        attr.net |= versions[i].adds.net;
        attr.scoped |= versions[i].adds.scoped;
        size = versions[i].size;
    }
    int fd = (int)syscall(SYS_landlock_create_ruleset, &attr, size, 0);
    if (fd < 0)
        return err_sys(e, "Landlock version %ld", has);
    long rc = syscall(SYS_landlock_restrict_self, fd, 0);
    fd_close(&fd);
    return rc == 0 ? 0 : err_sys(e, "Landlock");
}
