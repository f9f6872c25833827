/* tamis.c - the command line: finds the command, reads its options, runs it
 * Exit codes: 0 done, 1 the answer is no, 2 usage or configuration, 75 try again. */
#include "config.h"
#include "cli/command.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>
#include "base/err.h"
#include "base/log.h"
#include "engine/loader.h"

#define MEMORY_MAX ((size_t)1 << 30)

const struct cli_command *const cli_commands[] = { &cli_scan,     &cli_explain, &cli_lint,       &cli_rules,
                                                   &cli_config,   &cli_status,  &cli_quarantine, &cli_learn,
                                                   &cli_classify, &cli_bayes,   &cli_dkim,       &cli_help,
                                                   NULL };

const struct cli_command *cli_find(const char *name)
{
    for (size_t i = 0; cli_commands[i]; i++)
        if (strcmp(cli_commands[i]->name, name) == 0)
            return cli_commands[i];
    return NULL;
}

static int show_help(const struct cli_command *c)
{
    struct buf b;
    buf_init(&b, 1 << 20);
    if (c)
        cli_help_command(&b, c);
    else
        cli_help_overview(&b);
    int r = cli_write(&b);
    buf_deinit(&b);
    return r < 0 ? CLI_TRY_AGAIN : CLI_DONE;
}

static int show_version(void)
{
    return printf("tamis %s\n", PACKAGE_VERSION) < 0 || fflush(stdout) ? CLI_TRY_AGAIN : CLI_DONE;
}

static int run(const struct cli_command *c, int argc, char **argv)
{
    struct arena a;
    arena_init(&a, MEMORY_MAX);
    struct cli_common *values = arena_alloc(&a, c->size);
    values->arena = &a;
    int exit_code = CLI_USAGE;
    if (cli_parse(c, argc, argv, values) == 0)
        exit_code = values->help ? show_help(c) : c->run(values);
    arena_deinit(&a);
    return exit_code;
}

int main(int argc, char **argv)
{
    engine_role_main(argc, argv);
    signal(SIGPIPE, SIG_IGN);
    log_set_level(LOG_LEVEL_WARNING);
    const char *name = argc > 1 ? argv[1] : NULL;
    if (name == NULL || strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) {
        int exit_code = show_help(NULL);
        return name ? exit_code : CLI_USAGE;
    }
    if (strcmp(name, "--version") == 0)
        return show_version();
    const struct cli_command *c = cli_find(name);
    if (c == NULL) {
        cli_complain("there is no command %s; `tamis --help` lists them", name);
        return CLI_USAGE;
    }
    return run(c, argc - 1, argv + 1);
}
