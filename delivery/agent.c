/* agent.c - one message to one recipient; see agent.h */
#include "config.h"
#include "delivery/agent.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "base/log.h"
#include "base/os.h"
#include "base/sandbox.h"
#include "delivery/store.h"

#define END_TRIES 120
#define END_TICK_US 10000
#define CHILD_CODE 100 /* no other way out of a process has such codes */
#define CHILD_ARENA_MAX ((size_t)64 << 20)

/* ---- beginning */

int agent_read_key(struct agent *g, struct err *e)
{
    char path[PATH_MAX];
    unsigned char key[KEYFILE_BYTES];
    config_verdict_key(g->config, path);
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return err_sys(e, "%s", path);
    int failed = keyfile_read(fd, path, CONFIG_VERDICT_KEY_FORBIDDEN, key, e);
    close(fd);
    if (failed)
        return -1;
    memcpy(g->key, key, sizeof(key));
    g->has_key = true;
    return 0;
}

void agent_init(struct agent *g, const struct config *config, const struct users *users)
{
    char path[PATH_MAX];
    struct err e = { 0 };
    *g = (struct agent){ .config = config, .users = users, .spool_dir = -1 };
    if (agent_read_key(g, &e) != 0)
        log_warning("verdict_key: %s: no verdict is believed, all mail goes to the inbox", e.text);
    if (gethostname(g->host, sizeof(g->host)) != 0 || memchr(g->host, 0, sizeof(g->host)) == NULL ||
        g->host[0] == 0)
        snprintf(g->host, sizeof(g->host), "localhost");
    snprintf(path, sizeof(path), "%.4000s/spool", config->service.state_directory);
    g->spool_dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (g->spool_dir < 0 || faccessat(g->spool_dir, ".", W_OK, AT_EACCESS) != 0) {
        fd_close(&g->spool_dir);
        g->spool_dir = open("/var/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    }
}

/* ---- the recipient */

int agent_find(const struct agent *g, struct slice address, struct arena *a, struct agent_recipient *r,
               struct answer *answer)
{
    struct err e = { 0 };
    *r = (struct agent_recipient){ .address = arena_dup(a, address) };
    if (!users_address_good(address))
        return answer_set(answer, ANSWER_ADDRESS, "that is no address that can have a mailbox");
    switch (users_find_address(g->users, r->address, a, &r->parts, &r->user, &e)) {
    case USER_FOUND: return 0;
    case USER_NONE: return answer_set(answer, ANSWER_NO_USER, "no such user here");
    default:
        log_error("looking up <%.*s>: %s", SLICE_ARG(address), e.text);
        return answer_set(answer, e.kind == ERR_CONFIG ? ANSWER_CONFIG : ANSWER_LOOKUP,
                          "the user can't be looked up now");
    }
}

/* ---- the child */

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Where the spool of all users lets only a group make lock files. */
static size_t mbox_group(const struct agent *g, const struct user *u, gid_t *gid)
{
    const struct deliver_options *o = &g->config->deliver;
    const char *spec = u->mailbox ? u->mailbox : o->mailbox;
    struct group *found = strncmp(spec, "mbox:", 5) == 0 && *o->mbox_group ? getgrnam(o->mbox_group) : NULL;
    if (found)
        *gid = found->gr_gid;
    return found != NULL;
}

/* SIGTERM stays what the parent has made of it: a server that stops lets deliveries come to their end. */
static int become(const struct agent *g, const struct user *u, struct answer *a)
{
    struct err e = { 0 };
    umask(077);
    signal(SIGXFSZ, SIG_IGN); /* as an error of write */
    signal(SIGPIPE, SIG_IGN);
    if (!sandbox_is_root())
        return u->uid == geteuid()
                   ? 0
                   : answer_set(a, ANSWER_CONFIG, "running as uid %u, mail for uid %u can't be delivered",
                                (unsigned)geteuid(), (unsigned)u->uid);
    gid_t extra;
    size_t n = mbox_group(g, u, &extra);
    return sandbox_drop(u->uid, u->gid, &extra, n, &e) == 0 ? 0 : answer_err(a, &e);
}

static void work(const struct agent *g, const struct agent_mail *m, const struct agent_recipient *r,
                 struct answer *answer)
{
    const struct filing_mail mail = { m->text,    m->has_sender, m->sender,
                                      r->address, r->before,     r->parts.detail };
    const struct filing_rules rules = { &g->config->deliver, g->has_key ? g->key : NULL,
                                        g->config->verdict.max_age, now_ms() };
    const struct place_names names = { r->parts.local, r->parts.domain };
    struct store_job job = { &mail, &rules, &r->user, &names, g->host, -1 };
    struct arena arena;
    arena_init(&arena, CHILD_ARENA_MAX + 2 * m->text.n);
    if (!ARENA_TRY(&arena)) {
        answer_set(answer, ANSWER_FAULT, "out of memory");
        return;
    }
    if (store_connect(&job, &arena, answer) != 0 || become(g, &r->user, answer) != 0)
        return;
    if (store_message(&job, &arena, answer) != 0 && answer->kind == ANSWER_DONE)
        answer_set(answer, ANSWER_FAULT, "not stored, for no reason"); /* never a success by accident */
}

/* The exit code says what became of it; the pipe only why. */
static void __attribute__((noreturn))
run_child(int to, const struct agent *g, const struct agent_mail *m, const struct agent_recipient *r)
{
    struct answer answer = { .kind = ANSWER_FAULT };
    work(g, m, r, &answer);
    if (write(to, answer.text, strlen(answer.text)) < 0)
        _exit(CHILD_CODE + (int)answer.kind);
    _exit(CHILD_CODE + (int)answer.kind);
}

/* ---- the parent */

/* What the child wrote until it ended; what is too long is read, and dropped: its end must have a deadline,
 * too. false: its time is over. */
static bool read_text(int from, uint64_t deadline, char text[ANSWER_TEXT_MAX + 1])
{
    char rest[64];
    size_t n = 0;
    for (;;) {
        uint64_t now = clock_ms();
        struct pollfd p = { .fd = from, .events = POLLIN };
        int ready = now < deadline ? poll(&p, 1, (int)(deadline - now)) : 0;
        if (ready == 0)
            return false;
        char *to = n < ANSWER_TEXT_MAX ? text + n : rest;
        ssize_t got = ready > 0 ? read(from, to, to == rest ? sizeof(rest) : ANSWER_TEXT_MAX - n) : -1;
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return true;
        n += to == rest ? 0 : (size_t)got;
        text[n] = 0;
    }
}

static void take_answer(pid_t pid, const char *text, struct answer *a)
{
    int status = 0;
    pid_t ended;
    while ((ended = waitpid(pid, &status, 0)) < 0 && errno == EINTR)
        ;
    int kind = WIFEXITED(status) ? WEXITSTATUS(status) - CHILD_CODE : -1;
    if (ended != pid || kind < 0 || kind >= ANSWER_KINDS)
        answer_set(a, ANSWER_FAULT, "the process that delivers died");
    else
        answer_set(a, (enum answer_kind)kind, "%s", text);
}

/* Nothing it still does may count. One that hangs in the kernel is not waited for: Postfix bounces mail whose
 * command takes too long. */
static void give_up(pid_t pid, struct answer *a)
{
    kill(pid, SIGKILL);
    for (int i = 0; i < END_TRIES && waitpid(pid, NULL, WNOHANG) == 0; i++)
        usleep(END_TICK_US);
    answer_set(a, ANSWER_FAULT, "delivery took longer than deliver_timeout");
}

static void in_child(const struct agent *g, const struct agent_mail *m, const struct agent_recipient *r,
                     struct answer *a)
{
    int ends[2];
    char text[ANSWER_TEXT_MAX + 1] = "";
    if (pipe2(ends, O_CLOEXEC) != 0) {
        answer_sys(a, "no pipe");
        return;
    }
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        close(ends[0]);
        run_child(ends[1], g, m, r);
    }
    fd_close(&ends[1]);
    if (pid < 0)
        answer_sys(a, "no process for the delivery");
    else if (read_text(ends[0], clock_ms() + g->config->deliver.timeout, text))
        take_answer(pid, text, a);
    else
        give_up(pid, a);
    fd_close(&ends[0]);
}

static void report(const struct agent_mail *m, const struct agent_recipient *r, const struct answer *a)
{
    struct buf line;
    bool done = a->kind == ANSWER_DONE;
    buf_init(&line, LOG_LINE_MAX);
    buf_add_str(&line, "to=");
    log_quote(&line, r->address, 320);
    buf_printf(&line, " user=%s from=", r->user.name);
    log_quote(&line, m->sender, 320);
    buf_printf(&line, " size=%zu %s %s", m->text.n, answers[a->kind].enhanced, a->text);
    log_write(done ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING, "%s", line.p);
    buf_deinit(&line);
}

void agent_deliver(const struct agent *g, const struct agent_mail *m, const struct agent_recipient *r,
                   struct answer *answer)
{
    in_child(g, m, r, answer);
    if (answer->kind == ANSWER_QUOTA && g->config->deliver.quota == QUOTA_REJECT)
        answer->kind = ANSWER_OVER_QUOTA;
    report(m, r, answer);
}
