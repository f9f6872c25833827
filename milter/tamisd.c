/* tamisd.c - the service's main
 * One program, several roles: the supervisor executes it again for the gateway and the rules loader, which
 * take over at the top of main. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/log.h"
#include "engine/loader.h"
#include "milter/gateway.h"
#include "milter/keeper-role.h"
#include "base/notify.h"
#include "milter/supervisor.h"
#include "policy/config.h"

#define EXIT_USAGE 64

static const char usage[] =
    "Usage: tamisd [-f] [-c FILE] [--set NAME=VALUE]...\n"
    "Filters mail as a milter, beside Postfix or Sendmail.\n"
    "\n"
    "  -f, --foreground      stay in the foreground\n"
    "  -c, --config FILE     configuration (default: %s; none is fine there)\n"
    "      --set NAME=VALUE  set an option over the file, may be repeated\n"
    "      --version         print the version\n"
    "      --help            print this\n"
    "\n"
    "Signals: HUP reloads configuration and rules, USR1 opens the log file anew, TERM finishes the messages\n"
    "in work and stops. Exit code 78: it could not start.\n"
    "\n"
    "Examples:\n"
    "  tamisd -f -c /etc/tamis/tamis.conf\n"
    "  tamisd -f --set milter_listen=inet:127.0.0.1:8891 --set mode=observe --set log=stderr \\\n"
    "         --set state_directory=/tmp/tamis --set runtime_directory=/tmp/tamis/run\n";

enum { OPTION_SET = 256, OPTION_VERSION, OPTION_HELP };

static const struct option long_options[] = {
    { "foreground", no_argument, NULL, 'f' },       { "config", required_argument, NULL, 'c' },
    { "set", required_argument, NULL, OPTION_SET }, { "version", no_argument, NULL, OPTION_VERSION },
    { "help", no_argument, NULL, OPTION_HELP },     { NULL, 0, NULL, 0 },
};

struct arguments {
    bool foreground;
    const char *conf_path;
    const char **set;
    size_t n_set;
};

static void __attribute__((noreturn)) wrong_usage(void)
{
    fprintf(stderr, "Try: tamisd --help\n");
    exit(EXIT_USAGE);
}

static void parse_arguments(struct arguments *a, int argc, char **argv)
{
    int c;
    while ((c = getopt_long(argc, argv, "fc:", long_options, NULL)) != -1)
        switch (c) {
        case 'f': a->foreground = true; break;
        case 'c': a->conf_path = optarg; break;
        case OPTION_SET: a->set[a->n_set++] = optarg; break;
        case OPTION_VERSION: printf("tamisd %s\n", PACKAGE_VERSION); exit(0);
        case OPTION_HELP: printf(usage, config_default_path); exit(0);
        default: wrong_usage();
        }
    if (optind < argc) {
        fprintf(stderr, "tamisd: unknown argument %s\n", argv[optind]);
        wrong_usage();
    }
}

/* A service without a file of its own runs on defaults; a file that was named must be there. */
static const char *find_configuration(const char *named)
{
    if (named)
        return named;
    return access(config_default_path, F_OK) == 0 || errno != ENOENT ? config_default_path : NULL;
}

/* Goes into the background. The process that was started stays until the service stands, so that its exit
 * code tells. Returns, in the service, where to say so. */
static int go_to_background(void)
{
    int ready[2], status = 0;
    char byte;
    if (pipe2(ready, O_CLOEXEC) != 0) {
        perror("tamisd: pipe");
        exit(71);
    }
    pid_t pid = fork();
    if (pid < 0) {
        perror("tamisd: fork");
        exit(71);
    }
    if (pid == 0) {
        setsid();
        close(ready[0]);
        return ready[1];
    }
    close(ready[1]);
    if (read(ready[0], &byte, 1) == 1)
        exit(0);
    waitpid(pid, &status, 0);
    exit(WIFEXITED(status) && WEXITSTATUS(status) ? WEXITSTATUS(status) : EXIT_CANNOT_START);
}

int main(int argc, char **argv)
{
    engine_role_main(argc, argv);
    gateway_role_main(argc, argv);
    keeper_role_main(argc, argv);
    log_adopt(STDERR_FILENO, "tamisd");
    struct arguments a = { .set = calloc((size_t)argc + 1, sizeof(char *)) };
    if (a.set == NULL)
        return 71;
    parse_arguments(&a, argc, argv);
    notify_init(getenv("NOTIFY_SOCKET"));
    struct supervisor_options o = {
        .conf_path = find_configuration(a.conf_path),
        .set = a.set,
        .n_set = a.n_set,
        .ready_fd = a.foreground ? -1 : go_to_background(),
    };
    int code = supervisor_run(&o);
    free(a.set);
    return code;
}
