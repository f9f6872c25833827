/* spawn.c - executes this program again in another role; see spawn.h */
#include "config.h"
#include "milter/spawn.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define FIRST 3
#define OUT_OF_THE_WAY 100

static void __attribute__((noreturn)) child(char *const argv[], const int *fds, size_t n)
{
    static const char failed[] = "tamisd: cannot execute itself (/proc/self/exe)\n";
    int moved[SPAWN_FDS_MAX], null = open("/dev/null", O_RDONLY);
    setpgid(0, 0);
    for (size_t i = 0; i < n; i++) /* first out of the range that is about to be overwritten */
        moved[i] = fds[i] < 0 ? -1 : fcntl(fds[i], F_DUPFD, OUT_OF_THE_WAY);
    dup2(null, STDIN_FILENO);
    for (size_t i = 0; i < n; i++)
        if (moved[i] < 0)
            close(FIRST + (int)i);
        else
            dup2(moved[i], FIRST + (int)i);
    close_range(FIRST + (unsigned)n, ~0U, 0);
    execv("/proc/self/exe", argv);
    (void)!write(STDERR_FILENO, failed, sizeof(failed) - 1);
    _exit(127);
}

int spawn_self(char *const argv[], const int *fds, size_t n, pid_t *pid, struct err *e)
{
    if (n > SPAWN_FDS_MAX)
        bug("spawn with %zu descriptors", n);
    pid_t p = fork();
    if (p < 0)
        return err_sys(e, "fork");
    if (p == 0)
        child(argv, fds, n);
    *pid = p;
    return 0;
}
