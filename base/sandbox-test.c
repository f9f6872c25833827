/* sandbox-test.c - what is left works, what is not is refused, as root and as nobody
 * Every case runs in a child of its own; as root all of them run a second time with root's rights dropped. */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
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

static enum sandbox_profile profile = SANDBOX_SCORER;
static char scratch[64]; /* of SANDBOX_VIRUS */

static void enter(enum as as, const struct sandbox_limits *l)
{
    struct err e = { 0 };
    if (as == DROPPED && sandbox_is_root() && sandbox_drop(NOBODY, NOBODY, NULL, 0, &e) != 0) {
        fprintf(stderr, "%s\n", e.text);
        _exit(101);
    }
    if (sandbox_enter(profile, l, &e) != 0) {
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
    /* where the filter must let files through Landlock refuses, or the row says EPERM */
    /* libc asks for it, and goes on with another */
    if (profile == SANDBOX_RESOLVER && code == ENOSYS && strcmp(attempt->name, "clone3") == 0)
        return true;
    if (profile == SANDBOX_VIRUS &&
        (code == EACCES || (code == EPERM && strcmp(attempt->name, "chmod") == 0)))
        return true;
#ifdef TAMIS_ASAN
    if (code == EPERM)
        return true;
#endif
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS;
}

/* What a virus worker does with files: its tries go to a descriptor or a path that is not there, which is no
 * refusal; below, they go to files outside. */
static bool is_for_scratch(void)
{
    static const char *const names[] = { "stat-path", "getdents", "unlink", "mkdir", "truncate" };
    for (size_t i = 0; profile == SANDBOX_VIRUS && i < sizeof(names) / sizeof(names[0]); i++)
        if (strcmp(names[i], attempt->name) == 0)
            return true;
    return false;
}

/* What a resolver is there for. */
static bool is_for_network(void)
{
    static const char *const names[] = { "socket-inet",    "socket-inet6", "connect",     "bind",
                                         "sendto-address", "sendmsg",      "epoll-create" };
    for (size_t i = 0; profile == SANDBOX_RESOLVER && i < sizeof(names) / sizeof(names[0]); i++)
        if (strcmp(names[i], attempt->name) == 0)
            return true;
    return false;
}

static void try_all(const struct sandbox_limits *l)
{
    unsigned open = 0;
    for (size_t i = 0; (attempt = sandbox_attempt(i)) != NULL; i++)
        for (enum as as = AS_IS; as <= DROPPED; as++) {
            int status = run(as, l, run_attempt);
            if (is_refusal(status) || is_for_scratch() || is_for_network())
                continue;
            open++;
            print_error("%s %s: wait status 0x%x\n", attempt->name, as ? "(dropped)" : "(as is)", status);
        }
    assert_int_equal(open, 0);
}

static void every_attempt_is_refused(void **state)
{
    try_all(&limits);
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
    CHECK(fd >= 0 && sandbox_landlock(NULL, false, true, &e) == 0);
    CHECK(open("/etc/passwd", O_RDONLY | O_CLOEXEC) == -1 && errno == EACCES);
    CHECK(open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC) == -1 && errno == EACCES);
    CHECK(open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600) == -1 && errno == EACCES);
    CHECK(mkdir("/tmp/sandbox-test-attempt", 0700) == -1 && errno == EACCES);
    CHECK(write(fd, "x", 1) == 1); /* what is open stays */
    return 0;
}

static bool has_landlock(void)
{
    return syscall(444, NULL, 0, 1) >= 0; /* landlock_create_ruleset: which version? */
}

/* seccomp comes first and would hide a Landlock that does nothing */
static void landlock_alone_refuses_files(void **state)
{
    if (!has_landlock())
        skip();
    assert_int_equal(run(AS_IS, NULL, use_landlock), 0);
}

/* ---- a virus worker */

static struct sandbox_limits virus_limits(void)
{
    struct sandbox_limits l = limits;
    l.scratch = scratch;
    l.without_landlock = !has_landlock();
    return l;
}

static void begin_virus(void)
{
    snprintf(scratch, sizeof(scratch), "/tmp/sandbox-test.XXXXXX");
    assert_non_null(mkdtemp(scratch));
    if (sandbox_is_root())
        assert_int_equal(chown(scratch, NOBODY, NOBODY), 0);
    profile = SANDBOX_VIRUS;
}

static void end_virus(void)
{
    profile = SANDBOX_SCORER;
    assert_int_equal(rmdir(scratch), 0); /* and nothing is left in it */
}

static void *nothing(void *arg)
{
    return arg;
}

static int use_network(void)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof(at);
    pthread_t thread;
    char c;
    int udp = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), tcp = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(udp >= 0 && tcp >= 0);
    CHECK(bind(udp, (struct sockaddr *)&at, sizeof(at)) == 0);
    CHECK(getsockname(udp, (struct sockaddr *)&at, &len) == 0);
    CHECK(sendto(udp, "x", 1, 0, (struct sockaddr *)&at, sizeof(at)) == 1 && recv(udp, &c, 1, 0) == 1);
    CHECK(connect(tcp, (struct sockaddr *)&at, sizeof(at)) == -1 && errno == ECONNREFUSED);
    CHECK(pthread_create(&thread, NULL, nothing, NULL) == 0 && pthread_join(thread, NULL) == 0);
    return 0;
}

static void a_resolver_has_the_network_and_threads(void **state)
{
    profile = SANDBOX_RESOLVER;
    must_succeed(use_network);
    profile = SANDBOX_SCORER;
}

static void a_resolver_is_refused_all_else(void **state)
{
    profile = SANDBOX_RESOLVER;
    try_all(&limits);
    profile = SANDBOX_SCORER;
}

static void a_virus_worker_is_refused_as_much(void **state)
{
    begin_virus();
    struct sandbox_limits l = virus_limits();
    if (has_landlock())
        try_all(&l);
    end_virus();
    if (!has_landlock())
        skip();
}

static const char *in_scratch(const char *name)
{
    static char path[128];
    snprintf(path, sizeof(path), "%s/%s", scratch, name);
    return path;
}

static int use_scratch(void)
{
    char text[10] = "";
    struct stat st;
    CHECK(mkdir(in_scratch("d"), 0700) == 0);
    int fd = open(in_scratch("d/f"), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    CHECK(fd >= 0 && write(fd, "content", 7) == 7 && lseek(fd, 0, SEEK_SET) == 0);
    CHECK(read(fd, text, sizeof(text)) == 7 && pread(fd, text, 2, 3) == 2 && text[0] == 't');
    char *p = mmap(NULL, 7, PROT_READ, MAP_PRIVATE, fd, 0);
    CHECK(p != MAP_FAILED && memcmp(p, "content", 7) == 0);
    CHECK(ftruncate(fd, 3) == 0 && fstat(fd, &st) == 0 && st.st_size == 3);
    CHECK(close(fd) == 0);
    DIR *d = opendir(in_scratch("d"));
    unsigned n = 0;
    while (d && readdir(d))
        n++;
    CHECK(d && n == 3 && closedir(d) == 0);
    CHECK(chmod(in_scratch("d"), 0700) == -1 && errno == EPERM); /* not a death */
    CHECK(unlink(in_scratch("d/f")) == 0 && rmdir(in_scratch("d")) == 0);
    return 0;
}

static void a_virus_worker_has_its_scratch(void **state)
{
    begin_virus();
    struct sandbox_limits l = virus_limits();
    for (enum as as = AS_IS; as <= DROPPED; as++)
        assert_int_equal(run(as, &l, use_scratch), 0);
    end_virus();
}

static char outside[64];

#define REFUSED_BY_LANDLOCK(call) CHECK((call) == -1 && errno == EACCES)

static int use_outside(void)
{
    char link[128];
    snprintf(link, sizeof(link), "%s/link", scratch); /* made by the test: it leads outside */
    REFUSED_BY_LANDLOCK(open(outside, O_RDONLY | O_CLOEXEC));
    REFUSED_BY_LANDLOCK(open(outside, O_WRONLY | O_TRUNC | O_CLOEXEC));
    REFUSED_BY_LANDLOCK(open(link, O_RDONLY | O_CLOEXEC));
    REFUSED_BY_LANDLOCK(open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    REFUSED_BY_LANDLOCK(open("/tmp/sandbox-test-new", O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    REFUSED_BY_LANDLOCK(open("/proc/self/mem", O_RDWR | O_CLOEXEC));
    REFUSED_BY_LANDLOCK(open("/dev/null", O_WRONLY | O_CLOEXEC));
    REFUSED_BY_LANDLOCK(unlink(outside));
    REFUSED_BY_LANDLOCK(mkdir("/tmp/sandbox-test-new", 0700));
    REFUSED_BY_LANDLOCK(open("..", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    CHECK(chmod(outside, 0777) == -1 && errno == EPERM);
    return 0;
}

static void a_virus_worker_has_nothing_else(void **state)
{
    if (!has_landlock())
        skip();
    begin_virus();
    struct sandbox_limits l = virus_limits();
    snprintf(outside, sizeof(outside), "/tmp/sandbox-test-file.XXXXXX");
    int fd = mkostemp(outside, O_CLOEXEC);
    assert_int_equal(fchmod(fd, 0666), 0);
    assert_int_equal(symlink(outside, in_scratch("link")), 0);
    int as_is = run(AS_IS, &l, use_outside), dropped = run(DROPPED, &l, use_outside);
    close(fd);
    unlink(in_scratch("link"));
    unlink(outside);
    assert_int_equal(as_is, 0);
    assert_int_equal(dropped, 0);
    end_virus();
}

static int enter_nowhere(void)
{
    struct sandbox_limits l = virus_limits();
    struct err e = { 0 };
    l.scratch = "/nonexistent/scratch";
    CHECK(sandbox_enter(SANDBOX_VIRUS, &l, &e) == -1 && strstr(e.text, "/nonexistent/scratch") != NULL);
    return 0;
}

static void a_scratch_that_is_not_there_is_said(void **state)
{
    if (!has_landlock())
        skip();
    assert_int_equal(run(AS_IS, NULL, enter_nowhere), 0);
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
        cmocka_unit_test(a_resolver_has_the_network_and_threads),
        cmocka_unit_test(a_resolver_is_refused_all_else),
        cmocka_unit_test(a_virus_worker_is_refused_as_much),
        cmocka_unit_test(a_virus_worker_has_its_scratch),
        cmocka_unit_test(a_virus_worker_has_nothing_else),
        cmocka_unit_test(a_scratch_that_is_not_there_is_said),
        cmocka_unit_test(rights_do_not_come_back),
        cmocka_unit_test(a_child_dies_with_its_parent),
        cmocka_unit_test(an_account_is_looked_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
