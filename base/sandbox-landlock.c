/* sandbox-landlock.c - no file system but a scratch folder, by Landlock; see sandbox.h
 * There is no library: three system calls. The kernel's header may be older than the kernel, so the rights of
 * each version are written out here (linux/landlock.h; Linux 5.13 to 6.12). Best effort for a profile without
 * files, where seccomp is what must hold; with a scratch folder seccomp lets files be opened, and nothing
 * else holds. */
#include "base/sandbox-priv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "base/os.h"

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif
#define ASK_VERSION 1
#define RULE_PATH_BENEATH 1

/* what is done with files that are unpacked: write and read them, list folders, remove and make files and
 * folders, and cut a file (version 3) */
#define SCRATCH_RIGHTS (1U << 1 | 1U << 2 | 1U << 3 | 1U << 4 | 1U << 5 | 1U << 7 | 1U << 8 | 1U << 14)

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

struct path_beneath {
    uint64_t allowed;
    int32_t parent;
} __attribute__((packed));

static int allow_scratch(int ruleset, const char *scratch, uint64_t handled, struct err *e)
{
    struct path_beneath rule = { .allowed = SCRATCH_RIGHTS & handled };
    rule.parent = open(scratch, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (rule.parent < 0)
        return err_sys(e, "scratch folder %s", scratch);
    long rc = syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &rule, 0);
    if (rc != 0)
        err_sys(e, "Landlock for %s", scratch);
    close(rule.parent);
    return (int)rc;
}

static int no_landlock(bool must, struct err *e)
{
    if (!must)
        return 0;
    return err_set(
        e, ERR_CONFIG,
        "this kernel has no Landlock (Linux 5.13, and landlock in its list lsm=) to keep virus workers "
        "in their scratch folder: set virus_landlock = no to do without");
}

int sandbox_landlock(const char *scratch, bool network, bool must, struct err *e)
{
    struct attr attr = { 0, 0, 0 };
    size_t size = 0;
    long has = syscall(SYS_landlock_create_ruleset, NULL, 0, ASK_VERSION);
    if (has < 0) /* not built in, or not switched on */
        return errno == ENOSYS || errno == EOPNOTSUPP ? no_landlock(must, e) : err_sys(e, "Landlock");
    for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]) && has >= versions[i].since; i++) {
        attr.fs |= versions[i].adds.fs;
        attr.net |= network ? 0 : versions[i].adds.net;
        attr.scoped |= versions[i].adds.scoped;
        size = versions[i].size;
    }
    int fd = (int)syscall(SYS_landlock_create_ruleset, &attr, size, 0);
    if (fd < 0)
        return err_sys(e, "Landlock version %ld", has);
    long rc = scratch ? allow_scratch(fd, scratch, attr.fs, e) : 0;
    if (rc == 0 && (rc = syscall(SYS_landlock_restrict_self, fd, 0)) != 0)
        err_sys(e, "Landlock");
    fd_close(&fd);
    return (int)rc;
}
