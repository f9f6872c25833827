/* sandbox.h - a process gives up what it does not need
 * Order in a worker: warm up (open what libraries open lazily), sandbox_drop() as root, sandbox_enter().
 * After sandbox_enter only the profile's system calls are left; a forbidden one kills the process by SIGSYS
 * (in builds with sanitizers it answers EPERM, and its name is written to the log's descriptor, so that a
 * report gets out). Layers: rlimits, no_new_privs, non-dumpable, Landlock where the kernel has it (no file
 * system at all for a profile without scratch), then seccomp (libseccomp), which holds for root as well.
 * Everything here is for the calling process, which should have one thread. */
#ifndef BASE_SANDBOX_H
#define BASE_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include "base/err.h"

enum sandbox_profile {
    /* message -> findings: memory, reading and writing open descriptors, frames received with descriptors and
     * sent without (sendmsg would let a socket of syslog reach any other); no files, no network, no new
     * process, no exec, no signals to others, no new executable pages. fstat works; by the same call a path's
     * size and times can be asked for, where Landlock is no help: that much is left. */
    SANDBOX_SCORER,
    /* the same, and files in one scratch folder: made, read, written, listed, removed, by Landlock. Other
     * files cannot be opened or changed. What Landlock does not know stays possible everywhere: size and
     * times of a path whose name is known, as for a scorer; changing modes is refused by an errno. */
    SANDBOX_VIRUS,
    /* the same as a scorer, and the network: sockets of IPv4 and IPv6 alone, threads. No files, no exec, no
     * new process. */
    SANDBOX_RESOLVER,
};

struct sandbox_limits {
    size_t memory;       /* RLIMIT_AS over what is mapped now, bytes; 0: none (never with sanitizers) */
    unsigned open_files; /* RLIMIT_NOFILE; 0: as it is */
    unsigned
        cpu_seconds; /* RLIMIT_CPU, 0: none (a worker is long-lived; the engine's deadline is the limit) */
    const char *scratch; /* SANDBOX_VIRUS: its folder, which exists */
    /* SANDBOX_VIRUS on a kernel without Landlock: go on all the same, with every file open to it that the
     * account may open; else that is ERR_CONFIG */
    bool without_landlock;
};

/* Whether the caller is root and must drop. */
bool sandbox_is_root(void);
/* Looks up an account: 0, or -1 with ERR_CONFIG ("no account NAME: create it with ..."; root's is refused).
 */
int sandbox_account(const char *user, uid_t *uid, gid_t *gid, struct err *e) MUST_CHECK;
/* setgroups, setresgid, setresuid, and proves that there is no way back. extra: supplementary groups. */
int sandbox_drop(uid_t uid, gid_t gid, const gid_t *extra, size_t n_extra, struct err *e) MUST_CHECK;
int sandbox_enter(enum sandbox_profile profile, const struct sandbox_limits *limits,
                  struct err *e) MUST_CHECK;
/* The child dies (SIGKILL) when its parent does; call first thing after fork with the parent's pid. Outlives
 * sandbox_drop. To the kernel the parent is the thread that forked: it must not end before the process. */
int sandbox_die_with_parent(pid_t parent, struct err *e) MUST_CHECK;

/* Test hook: a table of things a worker must not be able to do (open a file, create a socket, connect, fork,
 * exec, kill its parent, ptrace, mmap executable, ...). Runs row i in the calling process and says whether it
 * was refused; i past the end gives NULL. A refusal by SIGSYS ends the process. Calls with arguments of no
 * use (a socket that is not there) "work" when they are answered by anything but EPERM, EACCES or ENOSYS. */
struct sandbox_attempt {
    const char *name;
    int (*run)(void); /* 0: it worked (bad); else an errno */
};
const struct sandbox_attempt *sandbox_attempt(size_t i);

#endif
