/* role.c - a program that was executed to be a loader or a resolver; see loader.h, resolver.h
 * What it needs are descriptors by fixed numbers (engine/handoff.h). Started by anybody else it says so. */
#include "engine/handoff.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include "base/log.h"
#include "base/os.h"
#include "engine/kind.h"
#include "engine/resolver.h"

#define EXIT_USAGE 2
#define EXIT_CONFIG 78
#define CONFIG_MEMORY (16 * 1024 * 1024)

/* Keys pressed at a terminal reach the whole process group, a service manager's TERM all of a service: who
 * started us decides when we end, by closing the channel, so that messages in work are finished before. */
static void settle_signals(void)
{
    static const int ignored[] = { SIGINT, SIGHUP, SIGTERM, SIGPIPE, SIGUSR1, SIGUSR2 };
    sigset_t none;
    for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
        signal(ignored[i], SIG_IGN);
    signal(SIGCHLD, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

const struct loader_kind *const loader_kinds[ENGINE_KIND_COUNT] = {
    [ENGINE_RULES] = &loader_kind_rules,
    [ENGINE_VIRUS] = &loader_kind_virus,
};

static void check_channel(const char *argument)
{
    int type = 0;
    socklen_t len = sizeof(type);
    if (getsockopt(LOADER_FD_CHANNEL, SOL_SOCKET, SO_TYPE, &type, &len) == 0 && type == SOCK_SEQPACKET)
        return;
    fprintf(stderr, "%s is for processes that this program starts itself\n", argument);
    exit(EXIT_USAGE);
}

static void keep_from_children(void)
{
    for (int fd = LOADER_FD_CHANNEL; fd < LOADER_FD_END; fd++)
        fcntl(fd, F_SETFD, FD_CLOEXEC);
}

static const struct loader_kind *kind_by_argument(const char *argument)
{
    for (int i = 0; i < ENGINE_KIND_COUNT; i++)
        if (strcmp(argument, loader_kinds[i]->argument) == 0)
            return loader_kinds[i];
    return NULL;
}

/* What all of them do first; name: 15 bytes at most, for ps and the log. */
static void settle(const char *argument, const char *name)
{
    check_channel(argument);
    settle_signals();
    keep_from_children();
    prctl(PR_SET_NAME, name);
    log_adopt(fcntl(LOADER_FD_LOG, F_GETFD) >= 0 ? LOADER_FD_LOG : -1, name);
}

static int read_config(struct arena *a, int kind, struct loader_config *config,
                       struct loader_account *account)
{
    struct err e;
    int fd = LOADER_FD_CONFIG;
    arena_init(a, CONFIG_MEMORY);
    if (handoff_read(fd, a, config, account, &e) != 0) {
        log_error("%s", e.text);
        return -1;
    }
    fd_close(&fd);
    if (config->kind != kind)
        bug("started with the options of another role");
    return 0;
}

static void be_resolver(void)
{
    struct loader_config config;
    struct loader_account account;
    struct arena a;
    int status = EXIT_CONFIG;
    settle(RESOLVER_ARGUMENT, "tamis-resolver");
    if (read_config(&a, HANDOFF_RESOLVER, &config, &account) == 0)
        status = resolver_run(&config.dns, &account, LOADER_FD_CHANNEL);
    _exit(status); /* libunbound's thread may run */
}

void engine_role_main_with(int argc, char **argv, worker_main *run)
{
    const struct loader_kind *kind = argc == 2 ? kind_by_argument(argv[1]) : NULL;
    struct loader_config config;
    struct loader_account account;
    struct arena a;
    int status = EXIT_CONFIG;
    if (argc == 2 && strcmp(argv[1], RESOLVER_ARGUMENT) == 0)
        be_resolver();
    if (kind == NULL)
        return;
    settle(kind->argument, kind->process);
    if (read_config(&a, kind == &loader_kind_virus ? ENGINE_VIRUS : ENGINE_RULES, &config, &account) == 0)
        status = loader_run(&config, &account, LOADER_FD_CHANNEL, run);
    arena_deinit(&a);
    exit(status);
}

void engine_role_main(int argc, char **argv)
{
    engine_role_main_with(argc, argv, NULL);
}
