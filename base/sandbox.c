/* sandbox.c - a process gives up what it does not need; see sandbox.h
 * Landlock and the filter are in sandbox-landlock.c and sandbox-filter.c. */
#include "config.h"
#include "base/sandbox-priv.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>
#include "base/os.h"

static pid_t watched_parent; /* of sandbox_die_with_parent; 0: none */

bool sandbox_is_root(void)
{
    return geteuid() == 0;
}

int sandbox_account(const char *user, uid_t *uid, gid_t *gid, struct err *e)
{
    struct passwd entry, *found = NULL;
    char text[16384];
    int rc = getpwnam_r(user, &entry, text, sizeof(text), &found);
    if (found == NULL && rc != 0 && rc != ENOENT && rc != ESRCH) {
        errno = rc;
        return err_sys(e, "account %s", user);
    }
    if (found == NULL)
        return err_set(e, ERR_CONFIG,
                       "no account %s: create it with `adduser --system --group --no-create-home %s`", user,
                       user);
    if (entry.pw_uid == 0 || entry.pw_gid == 0)
        return err_set(e, ERR_CONFIG, "account %s has root's rights: name one that has none", user);
    *uid = entry.pw_uid;
    *gid = entry.pw_gid;
    return 0;
}

static bool ids_are(uid_t uid, gid_t gid)
{
    uid_t u[3];
    gid_t g[3];
    return getresuid(&u[0], &u[1], &u[2]) == 0 && getresgid(&g[0], &g[1], &g[2]) == 0 && u[0] == uid &&
           u[1] == uid && u[2] == uid && g[0] == gid && g[1] == gid && g[2] == gid;
}

/* Any of these that works would be a way back. */
static bool can_return(void)
{
    return setuid(0) == 0 || seteuid(0) == 0 || setreuid(0, 0) == 0 || setgid(0) == 0 || setegid(0) == 0 ||
           setgroups(0, NULL) == 0;
}

/* The kernel forgets the parent-death signal when ids change. */
static int watch_again(struct err *e)
{
    return watched_parent ? sandbox_die_with_parent(watched_parent, e) : 0;
}

int sandbox_drop(uid_t uid, gid_t gid, const gid_t *extra, size_t n_extra, struct err *e)
{
    if (uid == 0 || gid == 0)
        return err_set(e, ERR_CONFIG, "cannot give up root's rights for account %u:%u: it is root's", uid,
                       gid);
    if (setgroups(n_extra, extra) != 0)
        return err_sys(e, "setgroups");
    if (setresgid(gid, gid, gid) != 0)
        return err_sys(e, "setresgid to %u", gid);
    if (setresuid(uid, uid, uid) != 0)
        return err_sys(e, "setresuid to %u", uid);
    if (!ids_are(uid, gid) || getgroups(0, NULL) != (int)n_extra || can_return())
        fatal("root's rights were not given up: %u:%u", uid, gid);
    return watch_again(e);
}

int sandbox_die_with_parent(pid_t parent, struct err *e)
{
    watched_parent = parent;
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
        return err_sys(e, "parent-death signal");
    if (getppid() != parent) /* it was gone before we asked */
        return err_set(e, ERR_SYSTEM, "the parent process %d is gone", (int)parent);
    return 0;
}

static int limit(int resource, rlim_t n, const char *name, struct err *e)
{
    struct rlimit now, want = { n, n };
    if (getrlimit(resource, &now) == 0 && now.rlim_max < n)
        want.rlim_cur = want.rlim_max = now.rlim_max;
    return setrlimit(resource, &want) == 0 ? 0 : err_sys(e, "limit %s to %ju", name, (uintmax_t)n);
}

static int mapped_now(size_t *bytes, struct err *e)
{
    char text[64] = "";
    int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
    fd_close(&fd);
    if (n <= 0)
        return err_sys(e, "/proc/self/statm (is /proc mounted?)");
    *bytes = strtoul(text, NULL, 10) * (size_t)sysconf(_SC_PAGESIZE);
    return 0;
}

static int limit_memory(size_t more, struct err *e)
{
#ifdef TAMIS_ASAN /* it dies where malloc would return NULL */
    more = 0;
#endif
    size_t now = 0;
    if (more == 0)
        return 0;
    if (mapped_now(&now, e) != 0)
        return -1;
    return limit(RLIMIT_AS, now + more, "address space", e);
}

/* RLIMIT_FSIZE is not set: it would stop the log, too. */
static int limit_all(enum sandbox_profile profile, const struct sandbox_limits *l, struct err *e)
{
    if (limit(RLIMIT_CORE, 0, "core files", e) != 0)
        return -1;
    /* a thread counts as a process */
    if (profile != SANDBOX_RESOLVER && limit(RLIMIT_NPROC, 0, "processes", e) != 0)
        return -1;
    if (l->open_files && limit(RLIMIT_NOFILE, l->open_files, "open files", e) != 0)
        return -1;
    if (l->cpu_seconds && limit(RLIMIT_CPU, l->cpu_seconds, "CPU seconds", e) != 0)
        return -1;
    return limit_memory(l->memory, e);
}

static int order(const void *a, const void *b)
{
    return *(const unsigned char *)a - *(const unsigned char *)b;
}

/* What libc itself asks for once and then keeps: qsort the size of memory (for more than 1 KiB), times the
 * zone. Where TZ is not set libc would look again whenever it is asked for local time. */
static void warm_libc(void)
{
    setenv("TZ", ":/etc/localtime", 0);
    unsigned char bytes[2048];
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (unsigned char)(i * 7);
    qsort(bytes, sizeof(bytes), 1, order);
    tzset();
}

int sandbox_enter(enum sandbox_profile profile, const struct sandbox_limits *limits, struct err *e)
{
    warm_libc();
    sandbox_attempt_prepare();
    if (limit_all(profile, limits, e) != 0)
        return -1;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return err_sys(e, "no_new_privs");
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        return err_sys(e, "non-dumpable");
    const char *scratch = profile == SANDBOX_VIRUS ? limits->scratch : NULL;
    if (profile == SANDBOX_VIRUS && scratch == NULL)
        bug("a virus worker without a scratch folder");
    if (sandbox_landlock(scratch, profile == SANDBOX_RESOLVER, scratch && !limits->without_landlock, e) != 0)
        return -1;
    return sandbox_filter(profile, e);
}
