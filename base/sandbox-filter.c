/* sandbox-filter.c - which system calls a profile has left; see sandbox.h
 * One row a call. What is not in the table kills the process: a refusal by errno would hide holes in the
 * warming up, and whoever has taken over a worker gets no second try. Calls of another ABI (32 bit, x32)
 * kill, too. With sanitizers a call is refused by a signal whose handler writes its name and answers EPERM.
 */
#include "config.h"
#include "base/sandbox-priv.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

enum check {
    ANY,
    EQUAL,   /* argument == value */
    WITHOUT, /* none of the value's bits in the argument */
    OURSELF, /* argument == our pid */
    WITH,    /* all of the value's bits in the argument */
    REFUSED, /* answered by EPERM, where a library goes on without */
    MISSING, /* answered by ENOSYS, as by an older kernel */
};

struct allowed {
    int call;
    enum check check;
    unsigned argument;
    uint64_t value;
};

#define CALL(name)                                                                                           \
    {                                                                                                        \
        SCMP_SYS(name), ANY, 0, 0                                                                            \
    }
#define CALL_IF(name, argument, check, value)                                                                \
    {                                                                                                        \
        SCMP_SYS(name), check, argument, value                                                               \
    }

/* Several rows for a call: any of them. The names are those of 64-bit systems. */
static const struct allowed scorer[] = {
    /* open descriptors; a message comes with a frame */
    CALL(read),
    CALL(readv),
    CALL(pread64),
    CALL(write),
    CALL(writev), /* libc's last words */
    CALL(close),
    CALL(lseek),
    CALL(fstat),
    CALL_IF(newfstatat, 3, EQUAL, AT_EMPTY_PATH), /* glibc's fstat */
    CALL_IF(fcntl, 1, EQUAL, F_GETFL),
    CALL_IF(fcntl, 1, EQUAL, F_SETFL),
    CALL_IF(fcntl, 1, EQUAL, F_GET_SEALS),
    CALL_IF(fcntl, 1, EQUAL, F_DUPFD_CLOEXEC),
    CALL(recvmsg),
    CALL_IF(sendto, 4, EQUAL, 0), /* send(): to nobody but the other end */
    CALL(poll),
    CALL(ppoll),
    /* memory */
    CALL(brk),
    CALL_IF(mmap, 2, WITHOUT, PROT_EXEC),
    CALL_IF(mprotect, 2, WITHOUT, PROT_EXEC),
    CALL(munmap),
    CALL(mremap),
    CALL(madvise),
    CALL(futex),
    /* time, chance, ourself */
    CALL(clock_gettime),
    CALL(nanosleep),
    CALL(clock_nanosleep),
    CALL(gettimeofday),
    CALL(getrusage),
    CALL(getrandom),
    CALL(getpid),
    CALL(gettid),
    CALL(sched_yield),
    /* signals of our own, and the end */
    CALL(rt_sigreturn),
    CALL(rt_sigprocmask),
    CALL(rt_sigaction),
    CALL(sigaltstack),
    CALL(restart_syscall),
    CALL_IF(tgkill, 0, OURSELF, 0), /* abort() */
    CALL(exit),
    CALL(exit_group),
};

/* beside those of a scorer: files, in the scratch folder by Landlock */
static const struct allowed virus[] = {
    CALL(openat),
    CALL(newfstatat),
    CALL(getdents64),
    CALL(getcwd), /* libxml2, of every document that it reads */
    CALL(ftruncate),
    CALL(mkdir),
    CALL(mkdirat),
    CALL(rmdir),
    CALL(unlink),
    CALL(unlinkat),
    /* libclamav does so before it removes a folder; Landlock does not keep it to the scratch */
    CALL_IF(chmod, 0, REFUSED, 0),
    CALL_IF(fchmodat, 0, REFUSED, 0),
};

/* beside those of a scorer: the network, and the threads of libunbound */
static const struct allowed resolver[] = {
    CALL_IF(socket, 0, EQUAL, AF_INET),
    CALL_IF(socket, 0, EQUAL, AF_INET6),
    CALL(connect),
    CALL(bind),
    CALL(sendto),
    CALL(sendmsg),
    CALL(recvfrom),
    CALL(setsockopt),
    CALL(getsockopt),
    CALL(getsockname),
    CALL(shutdown),
    CALL_IF(fcntl, 1, EQUAL, F_SETFD),
    CALL(epoll_create1),
    CALL(epoll_ctl),
    CALL(epoll_wait),
    CALL(epoll_pwait),
    CALL(eventfd2),
    CALL(pipe2),
    CALL(select),
    CALL(pselect6),
    CALL_IF(clone, 0, WITH, CLONE_VM | CLONE_THREAD | CLONE_SIGHAND),
    CALL_IF(clone3, 0, MISSING, 0), /* its flags cannot be looked at; libc goes on with clone */
    CALL(set_robust_list),
    CALL(rseq),
    CALL(sched_getaffinity), /* what a thread may know of itself: sanitizers ask */
    CALL(getuid),            /* libevent, libunbound: whether they run with foreign rights */
    CALL(geteuid),
    CALL(getgid),
    CALL(getegid),
};

/* the rows of both tables */
#define ROWS(table) table, sizeof(table) / sizeof((table)[0])
static const struct profile {
    const struct allowed *rows;
    size_t n;
    const struct allowed *more;
    size_t n_more;
} profiles[] = {
    [SANDBOX_SCORER] = { ROWS(scorer), NULL, 0 },
    [SANDBOX_VIRUS] = { ROWS(scorer), ROWS(virus) },
    [SANDBOX_RESOLVER] = { ROWS(scorer), ROWS(resolver) },
};

#ifdef TAMIS_ASAN
#include <sanitizer/common_interface_defs.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <ucontext.h>
#include "base/log.h"

#define REFUSE SCMP_ACT_TRAP
#define NAMES_MAX 600

static char *names[NAMES_MAX]; /* looked up before the filter, since that allocates */
static bool entered;

int __lsan_is_turned_off(void);
int __lsan_is_turned_off(void) /* it works by a thread that ptraces the others */
{
    return entered;
}

static void set_result(ucontext_t *u, long result)
{
#if defined(__x86_64__)
    u->uc_mcontext.gregs[REG_RAX] = result;
#elif defined(__aarch64__)
    u->uc_mcontext.regs[0] = (unsigned long long)result;
#else
#error "sanitizers: say here where a system call's result goes"
#endif
}

static void on_refused(int number, siginfo_t *info, void *context)
{
    char line[100];
    int call = info->si_syscall;
    const char *name = call >= 0 && call < NAMES_MAX && names[call] ? names[call] : "unknown";
    int n = snprintf(line, sizeof(line), "sandbox: system call %d (%s) refused\n", call, name);
    ssize_t ignored = write(log_fd() < 0 ? STDERR_FILENO : log_fd(), line, (size_t)n);
    (void)ignored;
    set_result(context, -EPERM);
}

static void before_filter(void)
{
    struct sigaction act = { .sa_sigaction = on_refused, .sa_flags = SA_SIGINFO | SA_NODEFER };
    for (int i = 0; i < NAMES_MAX; i++)
        if (names[i] == NULL)
            names[i] = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, i);
    sigaction(SIGSYS, &act, NULL);
    __sanitizer_sandbox_on_notify(NULL); /* reads what its reports need */
    entered = true;
}
#else
#define REFUSE SCMP_ACT_KILL_PROCESS

static void before_filter(void) {}
#endif

static int allow(scmp_filter_ctx ctx, const struct allowed *a)
{
    struct scmp_arg_cmp cmp = { .arg = a->argument };
    switch (a->check) {
    case ANY: return seccomp_rule_add(ctx, SCMP_ACT_ALLOW, a->call, 0);
    case EQUAL:
        cmp.op = SCMP_CMP_EQ;
        cmp.datum_a = a->value;
        break;
    case WITHOUT:
        cmp.op = SCMP_CMP_MASKED_EQ;
        cmp.datum_a = a->value;
        cmp.datum_b = 0;
        break;
    case OURSELF:
        cmp.op = SCMP_CMP_EQ;
        cmp.datum_a = (uint64_t)getpid();
        break;
    case WITH:
        cmp.op = SCMP_CMP_MASKED_EQ;
        cmp.datum_a = a->value;
        cmp.datum_b = a->value;
        break;
    case MISSING: return seccomp_rule_add(ctx, SCMP_ACT_ERRNO(ENOSYS), a->call, 0);
    case REFUSED: return seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM), a->call, 0);
    }
    return seccomp_rule_add(ctx, SCMP_ACT_ALLOW, a->call, 1, cmp);
}

static int fill(scmp_filter_ctx ctx, const struct profile *p)
{
    int rc = seccomp_attr_set(ctx, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    if (rc == 0)
        rc = seccomp_attr_set(ctx, SCMP_FLTATR_CTL_TSYNC, 1);
    for (size_t i = 0; i < p->n && rc == 0; i++)
        rc = allow(ctx, &p->rows[i]);
    for (size_t i = 0; i < p->n_more && rc == 0; i++)
        rc = allow(ctx, &p->more[i]);
    return rc;
}

int sandbox_filter(enum sandbox_profile profile, struct err *e)
{
    before_filter();
    scmp_filter_ctx ctx = seccomp_init(REFUSE);
    if (ctx == NULL)
        fatal("no memory for a filter of system calls");
    int rc = fill(ctx, &profiles[profile]);
    if (rc == 0)
        rc = seccomp_load(ctx);
    seccomp_release(ctx);
    errno = -rc;
    return rc == 0 ? 0 : err_sys(e, "filter of system calls (seccomp)");
}
