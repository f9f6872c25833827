/* tamis-deliver.c - the delivery agent's main
 * Two ways in: a message on standard input, or an LMTP server. With the first, only exit codes of answer.h
 * leave the process: Postfix bounces on all others, so whatever goes wrong, at whatever place, is 75. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/log.h"
#include "base/notify.h"
#include "base/os.h"
#include "delivery/check.h"
#include "delivery/pipe.h"
#include "delivery/place.h"
#include "delivery/serve.h"

#define EX_TEMPFAIL 75

static bool no_input;

static const char usage[] =
    "Usage: tamis-deliver [-c FILE] [-f SENDER] [-a DETAIL] [--original ADDRESS] [--] RECIPIENT...\n"
    "       tamis-deliver --lmtp [-c FILE] [--set NAME=VALUE]...\n"
    "       tamis-deliver --check [-c FILE] RECIPIENT...\n"
    "Files mail into mailboxes: one message from standard input, or what comes by LMTP. Spam, by the "
    "verdict\n"
    "that tamisd signed, goes to the folder Junk.\n"
    "\n"
    "  -c, --config FILE       configuration (default: %s; none is fine there)\n"
    "  -f, --from SENDER       envelope sender, for Return-Path\n"
    "  -a, --detail DETAIL     of the recipient, where the MTA took it off (bob+DETAIL)\n"
    "      --original ADDRESS  the recipient before aliases\n"
    "  -d RECIPIENT            the same as RECIPIENT, for who is used to it\n"
    "      --check             say where mail to RECIPIENT would go, and store nothing\n"
    "      --lmtp              serve LMTP on deliver_listen, in the foreground\n"
    "      --set NAME=VALUE    set an option over the file, may be repeated\n"
    "      --version, --help\n"
    "\n"
    "Exit codes: 0 stored and on disk; 75 try again (all faults of ours, wrong usage included); 67 no such\n"
    "user; 69 too large, or over quota where deliver_quota says so; 77 refused. What to tell the sender is\n"
    "printed first: \"4.3.1 no space\".\n"
    "\n"
    "Examples:\n"
    "  main.cf:    mailbox_transport = lmtp:unix:tamis/lmtp.sock\n"
    "  main.cf:    mailbox_command = tamis-deliver -f \"$SENDER\" -a \"$EXTENSION\" -- \"$USER\"\n"
    "  master.cf:  ... pipe flags=DRhu user=vmail argv=tamis-deliver -f ${sender}\n"
    "                  --original ${original_recipient} -- ${recipient}\n"
    "  tamis-deliver --check bob@example.com\n"
    "  tamis-deliver --set deliver_mailbox=maildir:/tmp/box -- \"$USER\" < message.eml\n";

enum { OPTION_SET = 256, OPTION_VERSION, OPTION_HELP, OPTION_LMTP, OPTION_ORIGINAL, OPTION_CHECK };

static const struct option long_options[] = {
    { "config", required_argument, NULL, 'c' },     { "from", required_argument, NULL, 'f' },
    { "detail", required_argument, NULL, 'a' },     { "original", required_argument, NULL, OPTION_ORIGINAL },
    { "lmtp", no_argument, NULL, OPTION_LMTP },     { "check", no_argument, NULL, OPTION_CHECK },
    { "set", required_argument, NULL, OPTION_SET }, { "version", no_argument, NULL, OPTION_VERSION },
    { "help", no_argument, NULL, OPTION_HELP },     { NULL, 0, NULL, 0 },
};

struct arguments {
    bool lmtp, check;
    const char *config;
    const char **set;
    size_t n_set;
    struct pipe_job job;
};

/* ---- configuration */

/* One that is in force; replaced whole. */
struct loaded {
    struct arena arena;
    struct config config;
    struct users *users;
};

struct loader {
    const struct arguments *a;
    struct loaded *now;
};

static void report(void *ctx, const char *file, unsigned line, const char *text)
{
    if (line)
        log_error("%s:%u: %s", file, line, text);
    else
        log_error("%s: %s", file, text);
}

static const char *find_configuration(const char *named)
{
    if (named)
        return named;
    return access(config_default_path, F_OK) == 0 || errno != ENOENT ? config_default_path : NULL;
}

static int load_config(struct loaded *l, const struct arguments *a, struct err *e)
{
    const struct conf_source source = {
        .path = find_configuration(a->config), .set = a->set, .n_set = a->n_set, .report = report
    };
    if (conf_load(&config_schema, &source, &l->arena, &l->config, e) != 0 ||
        place_check(l->config.deliver.mailbox, e) != 0)
        return -1;
    return users_open(&l->users, &l->config.deliver, &l->arena, e);
}

static int load(void *ctx, struct agent *g)
{
    struct loader *loader = ctx;
    struct err e = { 0 };
    struct loaded *l = calloc(1, sizeof(*l));
    if (l == NULL)
        return -1;
    arena_init(&l->arena, (size_t)256 << 20);
    if (load_config(l, loader->a, &e) != 0) {
        log_error("%s", e.text);
        users_close(&l->users);
        arena_deinit(&l->arena);
        free(l);
        return -1;
    }
    if (loader->now == NULL && log_open(l->config.service.log, "tamis-deliver", &e) != 0)
        log_warning("%s", e.text); /* it has a place to say so: standard error */
    log_set_level((enum log_level)l->config.service.log_level);
    agent_init(g, &l->config, l->users);
    if (loader->now) {
        users_close(&loader->now->users);
        arena_deinit(&loader->now->arena);
        free(loader->now);
    }
    loader->now = l;
    return 0;
}

/* ---- arguments */

static void __attribute__((noreturn)) wrong_usage(const char *what)
{
    printf("4.3.5 %s\n", what);
    fprintf(stderr, "tamis-deliver: %s\nTry: tamis-deliver --help\n", what);
    exit(EX_TEMPFAIL);
}

static void parse_arguments(struct arguments *a, int argc, char **argv)
{
    int c;
    while ((c = getopt_long(argc, argv, "c:f:a:d:", long_options, NULL)) != -1)
        switch (c) {
        case 'c': a->config = optarg; break;
        case 'f':
            a->job.sender = optarg;
            a->job.has_sender = true;
            break;
        case 'a': a->job.detail = optarg; break;
        case 'd': a->job.recipients[a->job.n++] = optarg; break;
        case OPTION_ORIGINAL: a->job.original = optarg; break;
        case OPTION_LMTP: a->lmtp = true; break;
        case OPTION_CHECK: a->check = true; break;
        case OPTION_SET: a->set[a->n_set++] = optarg; break;
        case OPTION_VERSION: printf("tamis-deliver %s\n", PACKAGE_VERSION); exit(0);
        case OPTION_HELP: printf(usage, config_default_path); exit(0);
        default: wrong_usage("unknown option");
        }
    while (optind < argc)
        a->job.recipients[a->job.n++] = argv[optind++];
    if (a->lmtp && a->job.n)
        wrong_usage("--lmtp takes no recipients");
    if (!a->lmtp && a->job.n == 0)
        wrong_usage("no recipient");
    for (size_t i = 0; i < a->job.n; i++)
        if (*a->job.recipients[i] == 0) /* the caller's fault: a variable that is not set */
            wrong_usage("an empty recipient");
}

/* A descriptor that is closed would be somebody else's file soon. */
static void open_standard(void)
{
    int fd = open("/dev/null", O_RDWR);
    if (fd == STDIN_FILENO) {
        fd = dup(fd);
        no_input = true;
    }
    while (fd >= 0 && fd <= STDERR_FILENO)
        fd = dup(fd);
    if (fd > STDERR_FILENO)
        close(fd);
}

int main(int argc, char **argv)
{
    struct arguments a = { 0 };
    struct loader loader = { .a = &a };
    struct agent g;
    struct arena arena;
    open_standard();
    log_adopt(STDERR_FILENO, "tamis-deliver");
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    signal(SIGCHLD, SIG_DFL); /* ignored, as some start us, nobody hears what became of a delivery */
    arena_init(&arena, (size_t)16 << 20); /* for as long as the process lives */
    a.set = arena_array(&arena, (size_t)argc + 1, sizeof(*a.set));
    a.job.recipients = arena_array(&arena, (size_t)argc + 1, sizeof(*a.job.recipients));
    parse_arguments(&a, argc, argv);
    if (a.lmtp) {
        notify_init(getenv("NOTIFY_SOCKET"));
        return serve(load, &loader);
    }
    if (!a.check)
        pipe_guard();
    if (no_input && !a.check) {
        printf("4.3.5 there is no standard input\n");
        return EX_TEMPFAIL;
    }
    if (load(&loader, &g) != 0) {
        printf("4.3.5 the configuration is not good\n");
        return EX_TEMPFAIL;
    }
    return a.check ? check_run(&g, a.job.recipients, a.job.n) : pipe_run(&g, &a.job);
}
