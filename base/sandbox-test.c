/* sandbox-test.c - what is left works, what is not is refused, as root and as nobody
 * Every case runs in a child of its own; as root all of them run a second time with root's rights dropped. */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "base/ipc.h"
#include "base/log.h"
#include "base/regex.h"
#include "base/sandbox-priv.h"

#define NOBODY 65534

static const struct sandbox_limits limits = { .memory = 64 << 20, .open_files = 64 };

/* as: root's rights are dropped first, where there are any */
enum as { AS_IS, DROPPED };

static void enter(enum as as, const struct sandbox_limits *l)
{
    struct err e = { 0 };
    if (as == DROPPED && sandbox_is_root() && sandbox_drop(NOBODY, NOBODY, NULL, 0, &e) != 0) {
        fprintf(stderr, "%s\n", e.text);
        _exit(101);
    }
    if (sandbox_enter(SANDBOX_SCORER, l, &e) != 0) {
        fprintf(stderr, "%s\n", e.text);
        _exit(102);
    }
}

/* cmocka's handlers would go on with the next test, in the child */
static const int caught[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGSYS };

/* Runs body in a child, sandboxed or not; the child's wait status. */
static int run(enum as as, const struct sandbox_limits *l, int (*body)(void))
{
    int status;
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        for (size_t i = 0; i < sizeof(caught) / sizeof(caught[0]); i++)
            signal(caught[i], SIG_DFL);
        alarm(20);
        if (l)
            enter(as, l);
        else
            sandbox_attempt_prepare();
        _exit(body());
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static void must_succeed(int (*body)(void))
{
    for (enum as as = AS_IS; as <= DROPPED; as++) {
        int status = run(as, &limits, body);
        if (status != 0)
            fail_msg("%s: %s %d", as == DROPPED ? "dropped" : "as is",
                     WIFSIGNALED(status) ? "signal" : "exit code",
                     WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    }
}

/* makes a child exit with the number of the line that failed (modulo 256) */
#define CHECK(cond)                                                                                          \
    do                                                                                                       \
        if (!(cond))                                                                                         \
            return __LINE__ % 256 ? __LINE__ % 256 : 1;                                                      \
    while (0)

static const struct sandbox_attempt *attempt;

/* exits with 0 when it worked, else with the errno */
static int run_attempt(void)
{
    return attempt->run();
}

/* By the filter: with sanitizers EPERM, else a signal. ENOSYS: an ABI that this kernel does not have. */
static bool is_refusal(int status)
{
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    if (strncmp(attempt->name, "abi-", 4) == 0 && code == ENOSYS)
        return true;
#ifdef TAMIS_ASAN
    if (code == EPERM)
        return true;
#endif
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS;
}

static void every_attempt_is_refused(void **state)
{
    unsigned open = 0;
    for (size_t i = 0; (attempt = sandbox_attempt(i)) != NULL; i++)
        for (enum as as = AS_IS; as <= DROPPED; as++) {
            int status = run(as, &limits, run_attempt);
            if (is_refusal(status))
                continue;
            open++;
            print_error("%s %s: wait status 0x%x\n", attempt->name, as ? "(dropped)" : "(as is)", status);
        }
    assert_int_equal(open, 0);
}

/* An attempt that fails without a sandbox, too, would prove nothing. What kernels and containers may refuse
 * by themselves is not asked for. */
static void attempts_work_without_a_sandbox(void **state)
{
    static const char *const always[] = {
        "open-file-read", "open-file-write",   "stat-path", "readlink",    "unlink",
        "memfd-create",   "socket-unix",       "connect",   "sendmsg",     "sendto-address",
        "fork",           "clone-vfork",       "execve",    "kill-parent", "mmap-exec",
        "mprotect-exec",  "prctl-dumpable-on", "setrlimit", "personality", "ioctl",
        "uname",          "epoll-create",
    };
    unsigned found = 0;
    for (size_t i = 0; (attempt = sandbox_attempt(i)) != NULL; i++) {
        int status = run(AS_IS, NULL, run_attempt);
        bool must = false;
        for (size_t k = 0; k < sizeof(always) / sizeof(always[0]); k++)
            must = must || strcmp(always[k], attempt->name) == 0;
        found += must;
        if (status == 0)
            continue;
        if (must)
            fail_msg("%s does not work anyway: wait status 0x%x", attempt->name, status);
        print_message("             %s: refused without a sandbox (0x%x)\n", attempt->name, status);
    }
    assert_int_equal(found, sizeof(always) / sizeof(always[0]));
}

static int use_memory(void)
{
    enum { N = 40 };
    static char *p[N];
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < N; i++) {
            p[i] = malloc((size_t)1 << (i % 20));
            CHECK(p[i]);
            memset(p[i], i, (size_t)1 << (i % 20));
        }
        for (int i = 0; i < N; i++) {
            p[i] = realloc(p[i], (size_t)3 << (i % 20));
            CHECK(p[i]);
        }
        for (int i = 0; i < N; i++)
            free(p[i]);
    }
    struct arena a;
    arena_init(&a, 1 << 24);
    for (int i = 0; i < 3000; i++)
        memset(arena_alloc(&a, 4000), 'x', 4000);
    arena_deinit(&a);
    return 0;
}

static int by_value(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

static int use_libc(void)
{
    static int many[50000];
    char text[100];
    struct tm tm;
    time_t now = time(NULL);
    for (int i = 0; i < 50000; i++)
        many[i] = (i * 7919) % 50000;
    qsort(many, 50000, sizeof(int), by_value); /* asks for the size of memory, once */
    CHECK(many[49999] == 49999);
    CHECK(snprintf(text, sizeof(text), "%.17g %s %Lf", 0.1, strerror(EACCES), (long double)2.5) > 0);
    CHECK(strtod("1e22", NULL) == 1e22);
    CHECK(localtime_r(&now, &tm) && gmtime_r(&now, &tm) && mktime(&tm) != -1);
    CHECK(clock_ms() > 0 && cpu_us() > 0 && getpid() > 0);
    CHECK(usleep(1000) == 0);
    struct rusage usage;
    CHECK(getrusage(RUSAGE_SELF, &usage) == 0);
    CHECK(clock_nanosleep(CLOCK_MONOTONIC, 0, &(struct timespec){ 0, 1000 }, NULL) == 0);
    return 0;
}

static int log_something(void)
{
    log_info("a line of a worker");
    return 0;
}

static void what_a_worker_needs_works(void **state)
{
    must_succeed(use_memory);
    must_succeed(use_libc);
    must_succeed(log_something);
}

static int channel[2];

/* takes a frame with a sealed memfd, maps it, answers with its first bytes */
static int answer(void)
{
    static char frame[IPC_FRAME_MAX];
    struct ipc_received r;
    struct stat st;
    struct err e;
    CHECK(ipc_recv(channel[1], frame, sizeof(frame), 1, &r, &e) == 1 && r.n_fds == 1);
    CHECK(fstat(r.fds[0], &st) == 0 && S_ISREG(st.st_mode) && st.st_size == 5000);
    CHECK(fcntl(r.fds[0], F_GET_SEALS) & F_SEAL_WRITE);
    char *p = mmap(NULL, 5000, PROT_READ, MAP_PRIVATE, r.fds[0], 0);
    CHECK(p != MAP_FAILED);
    CHECK(pread(r.fds[0], frame, 10, 4990) == 10);
    CHECK(ipc_send(channel[1], slice_of(p, 5000), NULL, 0, &e) == 0);
    munmap(p, 5000);
    ipc_close_fds(&r);
    CHECK(fcntl(channel[1], F_SETFL, fcntl(channel[1], F_GETFL) | O_NONBLOCK) == 0);
    CHECK(ipc_recv(channel[1], frame, sizeof(frame), 1, &r, &e) == -1 && e.kind == ERR_RETRY);
    CHECK(poll(&(struct pollfd){ .fd = channel[1], .events = POLLIN }, 1, 10) == 0);
    return 0;
}

static void a_message_comes_in_and_an_answer_goes_out(void **state)
{
    for (enum as as = AS_IS; as <= DROPPED; as++) {
        static char text[5000], back[5001];
        struct ipc_received r;
        struct err e;
        memset(text, 'm', sizeof(text));
        assert_int_equal(ipc_pair(channel, &e), 0);
        int fd = memfd_create("spool", MFD_CLOEXEC | MFD_ALLOW_SEALING);
        assert_int_equal(write(fd, text, sizeof(text)), sizeof(text));
        assert_int_equal(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL), 0);
        assert_int_equal(ipc_send(channel[0], SLICE("check"), &fd, 1, &e), 0);
        assert_int_equal(run(as, &limits, answer), 0);
        assert_int_equal(ipc_recv(channel[0], back, sizeof(back), 0, &r, &e), 1);
        assert_int_equal(r.n, sizeof(text));
        assert_memory_equal(back, text, sizeof(text));
        close(fd);
        fd_close(&channel[0]);
        fd_close(&channel[1]);
    }
}

static struct regex *pattern;
static struct regex_scratch *before;

static int match_jit(struct regex_scratch *s)
{
    static char text[100000];
    struct regex_span span;
    memset(text, 'a', sizeof(text));
    text[sizeof(text) - 1] = 'c';
    CHECK(regex_match(pattern, s, slice_of(text, sizeof(text)), 0, &span) == REGEX_HIT);
    CHECK(span.end == sizeof(text));
    CHECK(regex_match(pattern, s, SLICE("aab"), 0, NULL) == REGEX_NONE);
    return 0;
}

static int match_with_old_scratch(void)
{
    return match_jit(before);
}

static int match_with_new_scratch(void)
{
    struct regex_scratch *s = regex_scratch_new(&(struct regex_limits){ .jit_stack = 8 << 20 });
    int rc = match_jit(s);
    regex_scratch_free(&s);
    return rc;
}

static int compile_inside(void)
{
    struct regex *re = regex_new(SLICE("x+"), REGEX_NO_JIT, NULL);
    CHECK(re && regex_match(re, before, SLICE("axx"), 0, NULL) == REGEX_HIT);
    regex_free(&re);
    return 0;
}

static void patterns_match_inside(void **state)
{
    before = regex_scratch_new(&(struct regex_limits){ .jit_stack = 8 << 20 });
    pattern = regex_new(SLICE("^(?:(a)|x)*[cd]$"), 0, NULL);
    assert_non_null(pattern);
    must_succeed(match_with_old_scratch);
    must_succeed(match_with_new_scratch);
    must_succeed(compile_inside);
    regex_free(&pattern);
    regex_scratch_free(&before);
}

static int run_out_of_memory(void)
{
#ifdef TAMIS_ASAN
    return 0; /* no limit there */
#endif
    static void *volatile kept[100];
    for (size_t i = 0; i < 100; i++)
        if ((kept[i] = malloc(1 << 20)) == NULL)
            return i > 40 ? 0 : 1;
    return 2;
}

static int count_descriptors(void)
{
    int n = 0;
    while (n < 1000 && fcntl(1, F_DUPFD_CLOEXEC, 0) >= 0)
        n++;
    CHECK(errno == EMFILE);
    return n < 64 ? 0 : 1;
}

static int burn(void)
{
    for (volatile bool forever = true; forever;)
        ;
    return 0;
}

static void limits_hold(void **state)
{
    struct sandbox_limits cpu = { .cpu_seconds = 1 };
    must_succeed(run_out_of_memory);
    must_succeed(count_descriptors);
    int status = run(AS_IS, &cpu, burn);
    assert_true(WIFSIGNALED(status) && (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL));
}

static int call_abort(void)
{
    abort();
}

static int call_bug(void)
{
    bug("on purpose");
}

static int call_exit(void)
{
    exit(0); /* with sanitizers: the leak check must not get in the way */
}

static int crash(void)
{
#ifdef TAMIS_ASAN
    char *volatile p = malloc(10);
    return p[10 + getpid() % 2]; /* past the end */
#else
    static volatile uintptr_t nowhere = 8;
    return *(volatile int *)nowhere;
#endif
}

static void a_death_says_what_it_was(void **state)
{
    int status = run(DROPPED, &limits, call_abort);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    status = run(DROPPED, &limits, call_bug);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    assert_int_equal(run(DROPPED, &limits, call_exit), 0);
    status = run(DROPPED, &limits, crash);
#ifdef TAMIS_ASAN
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 1); /* its report, then its exit code */
#else
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
#endif
}

/* for the parent to look at: no_new_privs, no capabilities, filter on */
static void the_layers_are_on(void **state)
{
    int go[2], status;
    char path[64], text[8192] = "";
    assert_int_equal(pipe2(go, O_CLOEXEC), 0);
    pid_t child = fork();
    if (child == 0) {
        enter(DROPPED, &limits);
        if (write(go[1], "x", 1) == 1)
            for (;;)
                poll(NULL, 0, 1000);
        _exit(1);
    }
    char c;
    assert_int_equal(read(go[0], &c, 1), 1);
    snprintf(path, sizeof(path), "/proc/%d/status", (int)child);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(read(fd, text, sizeof(text) - 1) > 0);
    close(fd);
    assert_non_null(strstr(text, "NoNewPrivs:\t1"));
    assert_non_null(strstr(text, "Seccomp:\t2"));
    if (sandbox_is_root())
        assert_non_null(strstr(text, "CapPrm:\t0000000000000000"));
    snprintf(path, sizeof(path), "/proc/%d/mem", (int)child);
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_uid, 0); /* not dumpable: its files in /proc are root's */
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    close(go[0]);
    close(go[1]);
}

static int use_landlock(void)
{
    struct err e;
    CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
    int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
    CHECK(fd >= 0 && sandbox_landlock(&e) == 0);
    CHECK(open("/etc/passwd", O_RDONLY | O_CLOEXEC) == -1 && errno == EACCES);
    CHECK(open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC) == -1 && errno == EACCES);
    CHECK(open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600) == -1 && errno == EACCES);
    CHECK(mkdir("/tmp/sandbox-test-attempt", 0700) == -1 && errno == EACCES);
    CHECK(write(fd, "x", 1) == 1); /* what is open stays */
    return 0;
}

/* seccomp comes first and would hide a Landlock that does nothing */
static void landlock_alone_refuses_files(void **state)
{
    if (syscall(444, NULL, 0, 1) < 0) /* landlock_create_ruleset: which version? */
        skip();
    assert_int_equal(run(AS_IS, NULL, use_landlock), 0);
}

static int drop_and_look(void)
{
    gid_t extra[1] = { 12345 }, got[2];
    struct err e;
    CHECK(sandbox_drop(NOBODY, NOBODY, extra, 1, &e) == 0);
    CHECK(!sandbox_is_root() && getuid() == NOBODY && getegid() == NOBODY);
    CHECK(getgroups(2, got) == 1 && got[0] == 12345);
    CHECK(setuid(0) == -1 && setgid(0) == -1);
    CHECK(open("/etc/shadow", O_RDONLY | O_CLOEXEC) == -1);
    return 0;
}

static int drop_to_root(void)
{
    struct err e;
    CHECK(sandbox_drop(0, NOBODY, NULL, 0, &e) == -1 && e.kind == ERR_CONFIG);
    CHECK(sandbox_drop(NOBODY, 0, NULL, 0, &e) == -1 && e.kind == ERR_CONFIG);
    return 0;
}

static int watch_and_drop(void)
{
    struct err e;
    int number = 0;
    CHECK(sandbox_die_with_parent(getppid(), &e) == 0);
    CHECK(sandbox_drop(NOBODY, NOBODY, NULL, 0, &e) == 0);
    CHECK(prctl(PR_GET_PDEATHSIG, &number) == 0 && number == SIGKILL); /* the kernel forgets it by itself */
    return 0;
}

static void rights_do_not_come_back(void **state)
{
    assert_int_equal(run(AS_IS, NULL, drop_to_root), 0);
    if (!sandbox_is_root()) {
        print_message("             not root: dropping is not tried\n");
        return;
    }
    assert_int_equal(run(AS_IS, NULL, drop_and_look), 0);
    assert_int_equal(run(AS_IS, NULL, watch_and_drop), 0);
}

static int watch_wrong_parent(void)
{
    struct err e;
    CHECK(sandbox_die_with_parent(getpid(), &e) == -1 && e.kind == ERR_SYSTEM);
    return 0;
}

static void a_child_dies_with_its_parent(void **state)
{
    int alive[2];
    char c;
    assert_int_equal(run(AS_IS, NULL, watch_wrong_parent), 0);
    assert_int_equal(pipe2(alive, O_CLOEXEC), 0);
    pid_t middle = fork();
    if (middle == 0) {
        pid_t self = getpid();
        if (fork() == 0) {
            struct err e;
            if (sandbox_die_with_parent(self, &e) != 0)
                _exit(1);
            if (write(alive[1], "x", 1) == 1)
                for (;;)
                    pause();
            _exit(1);
        }
        pause();
    }
    close(alive[1]);
    assert_int_equal(read(alive[0], &c, 1), 1);
    kill(middle, SIGKILL);
    waitpid(middle, NULL, 0);
    assert_int_equal(read(alive[0], &c, 1), 0); /* the grandchild's end is closed: it is gone */
    close(alive[0]);
}

static void an_account_is_looked_up(void **state)
{
    uid_t uid = 0;
    gid_t gid = 0;
    struct err e;
    assert_int_equal(sandbox_account("no-such-account", &uid, &gid, &e), -1);
    assert_int_equal(e.kind, ERR_CONFIG);
    assert_non_null(strstr(e.text, "adduser"));
    assert_int_equal(sandbox_account("root", &uid, &gid, &e), -1);
    assert_int_equal(e.kind, ERR_CONFIG);
    if (getpwnam("nobody")) {
        assert_int_equal(sandbox_account("nobody", &uid, &gid, &e), 0);
        assert_int_equal(uid, getpwnam("nobody")->pw_uid);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_attempt_is_refused),
        cmocka_unit_test(attempts_work_without_a_sandbox),
        cmocka_unit_test(what_a_worker_needs_works),
        cmocka_unit_test(a_message_comes_in_and_an_answer_goes_out),
        cmocka_unit_test(patterns_match_inside),
        cmocka_unit_test(limits_hold),
        cmocka_unit_test(a_death_says_what_it_was),
        cmocka_unit_test(the_layers_are_on),
        cmocka_unit_test(landlock_alone_refuses_files),
        cmocka_unit_test(rights_do_not_come_back),
        cmocka_unit_test(a_child_dies_with_its_parent),
        cmocka_unit_test(an_account_is_looked_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
