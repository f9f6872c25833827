/* pipe.c - one message from standard input; see pipe.h */
#include "config.h"
#include "delivery/pipe.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <unistd.h>
#include "base/log.h"
#include "base/os.h"
#include "delivery/mailtext.h"

#define EX_TEMPFAIL 75
#define READ_BYTES (64 * 1024)
#define ARENA_MAX ((size_t)64 << 20)

static void on_fatal(int signal)
{
    static const char text[] = "4.3.0 internal error\n";
    if (write(STDOUT_FILENO, text, sizeof(text) - 1) < 0)
        _exit(EX_TEMPFAIL);
    _exit(EX_TEMPFAIL);
}

/* fatal() of base/err exits with 70, which is a bounce. */
static void on_exit_code(int code, void *ctx)
{
    if (code == 0 || *(int *)ctx == code)
        return;
    fflush(stdout);
    _exit(EX_TEMPFAIL);
}

static int wanted_code = -1;

void pipe_guard(void)
{
    static const int fatal_signals[] = { SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGFPE, SIGALRM, SIGTERM, SIGHUP };
    for (size_t i = 0; i < sizeof(fatal_signals) / sizeof(fatal_signals[0]); i++)
        signal(fatal_signals[i], on_fatal);
    on_exit(on_exit_code, &wanted_code);
}

static int read_all(struct mailtext *m, struct answer *a)
{
    static char bytes[READ_BYTES];
    ssize_t n;
    while ((n = read(STDIN_FILENO, bytes, sizeof(bytes))) != 0) {
        if (n > 0)
            mailtext_add(m, slice_of(bytes, (size_t)n));
        else if (errno != EINTR)
            return answer_sys(a, "standard input");
    }
    return mailtext_finish(m, a);
}

static int read_mail(const struct agent *g, struct mailtext *m, struct answer *a)
{
    const struct config *o = g->config;
    if (mailtext_open(m, g->spool_dir, o->gateway.spool_memory_max, o->deliver.message_max, a) != 0) {
        struct mailtext none = { .failed = { ERR_RETRY, "" } };
        struct answer unused = { 0 };
        return read_all(&none, &unused), -1; /* to its end all the same */
    }
    return read_all(m, a);
}

static void deliver(const struct agent *g, const struct pipe_job *job, const struct agent_mail *mail,
                    const char *recipient, struct answer *a)
{
    struct agent_recipient r;
    struct arena arena;
    arena_init(&arena, ARENA_MAX);
    if (!ARENA_TRY(&arena))
        answer_set(a, ANSWER_FAULT, "out of memory");
    else if (agent_find(g, slice_str(recipient), &arena, &r, a) == 0) {
        if (job->detail && *job->detail)
            r.parts.detail = slice_str(job->detail);
        if (job->original)
            r.before = slice_str(job->original);
        agent_deliver(g, mail, &r, a);
    } else
        log_info("to=<%.320s>: %s", recipient, a->text);
    arena.can_escape = false;
    arena_deinit(&arena);
}

/* What must be tried again weighs more than what is final: an MTA hears one code for all. */
static void each(const struct agent *g, const struct pipe_job *job, const struct agent_mail *mail,
                 struct answer *worst)
{
    worst->kind = ANSWER_DONE;
    for (size_t i = 0; i < job->n; i++) {
        struct answer a = { ANSWER_FAULT, "" };
        deliver(g, job, mail, job->recipients[i], &a);
        if (answer_worse(worst->kind, a.kind) != worst->kind)
            *worst = a;
    }
}

int pipe_run(const struct agent *g, const struct pipe_job *job)
{
    struct answer a = { ANSWER_FAULT, "" };
    struct mailtext m = { 0 };
    alarm(g->config->deliver.timeout / 1000 + 60); /* for what has no deadline of its own: standard input */
    if (read_mail(g, &m, &a) == 0) {
        /* as Sendmail and Postfix spell the null sender for a command */
        bool null = job->sender && strcasecmp(job->sender, "MAILER-DAEMON") == 0;
        const struct agent_mail mail = { m.text, job->has_sender, slice_str(null ? "" : job->sender) };
        each(g, job, &mail, &a);
    } else {
        if (a.kind == ANSWER_DONE)
            a.kind = ANSWER_FAULT;
        log_warning("a message on standard input: %s", a.text);
    }
    mailtext_close(&m);
    if (a.kind != ANSWER_DONE)
        printf("%s %s\n", answers[a.kind].enhanced, a.text);
    if (fflush(stdout) != 0 && a.kind == ANSWER_DONE)
        log_info("nobody reads what is printed");
    return wanted_code = answers[a.kind].exit_code;
}
