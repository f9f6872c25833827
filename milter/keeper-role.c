/* keeper-role.c - the keeper as a process of tamisd; see keeper-role.h */
#include "config.h"
#include "milter/keeper-role.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/ipc.h"
#include "base/log.h"
#include "base/os.h"
#include "base/sandbox.h"
#include "keeper/serve.h"
#include "milter/spawn.h"

enum {
    KEEPER_FD_LISTEN = 3,
    KEEPER_FD_LINE,
    KEEPER_FD_CONF,
    KEEPER_FD_LOG,
    KEEPER_FD_BAYES,
    KEEPER_FD_BAYES_READER,
    KEEPER_FD_END
};

#define CONF_BYTES_MAX (4 * 1024 * 1024)
#define EXIT_CONFIG 78

/* ---- the supervisor's side */

void keeper_role_init(struct keeper_role *k)
{
    *k = (struct keeper_role){ .line = -1 };
}

static int conf_file(const struct config *c, struct err *e)
{
    struct buf text;
    buf_init(&text, CONF_BYTES_MAX);
    conf_write(&config_schema, c, ROLE_KEEPER, &text);
    int fd = text.full ? -1 : memfd_create("tamis-conf", MFD_CLOEXEC);
    if (fd >= 0 && write(fd, text.p, text.n) != (ssize_t)text.n)
        fd_close(&fd);
    buf_deinit(&text);
    return fd >= 0 ? fd : err_set(e, ERR_RETRY, "no memory file for the keeper's options");
}

int keeper_role_start(struct keeper_role *k, const struct config *c, const struct loader_account *account,
                      const struct keeper_gets *gets, struct err *e)
{
    int line[2], conf = conf_file(c, e), log = log_fd() > STDERR_FILENO ? log_fd() : -1;
    char log_word[20], uid[24], gid[24];
    char *const argv[] = { (char *)"tamisd", (char *)"--role=keeper", log_word, uid, gid, NULL };
    snprintf(log_word, sizeof(log_word), "%d", log >= 0 ? KEEPER_FD_LOG : log_fd() < 0 ? -1 : STDERR_FILENO);
    snprintf(uid, sizeof(uid), "%ld", account->drop ? (long)account->uid : -1L);
    snprintf(gid, sizeof(gid), "%ld", account->drop ? (long)account->gid : -1L);
    backoff_started(&k->backoff, clock_ms());
    if (conf < 0 || ipc_pair(line, e) != 0) {
        fd_close(&conf);
        return -1;
    }
    const int fds[] = { gets->listening, line[1], conf, log, gets->bayes, gets->bayes_reader };
    int failed = spawn_self(argv, fds, sizeof(fds) / sizeof(fds[0]), &k->pid, e);
    fd_close(&line[1]);
    fd_close(&conf);
    fd_close(&k->line);
    k->line = line[0];
    return failed;
}

bool keeper_role_died(struct keeper_role *k, pid_t pid, int status, unsigned delay_max)
{
    if (pid != k->pid || pid == 0)
        return false;
    k->pid = 0;
    fd_close(&k->line);
    backoff_died(&k->backoff, clock_ms(), delay_max);
    log_error("the keeper died (%s %d); a new one starts", WIFSIGNALED(status) ? "signal" : "exit",
              WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    return true;
}

void keeper_role_stop(struct keeper_role *k)
{
    fd_close(&k->line);
}

/* ---- the process */

static void become(const char *uid, const char *gid)
{
    struct err e;
    long u = atol(uid), g = atol(gid);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_IGN); /* its life line says when */
    if (u >= 0 && sandbox_drop((uid_t)u, (gid_t)g, NULL, 0, &e) != 0)
        fatal("keeper: %s", e.text);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        fatal("keeper: no_new_privs: %m");
}

static void read_conf(struct arena *a, struct config *c)
{
    struct stat st;
    struct err e;
    if (fstat(KEEPER_FD_CONF, &st) != 0 || st.st_size <= 0 || st.st_size > CONF_BYTES_MAX)
        fatal("keeper: no options");
    char *text = arena_alloc(a, (size_t)st.st_size + 1);
    if (pread(KEEPER_FD_CONF, text, (size_t)st.st_size, 0) != st.st_size)
        fatal("keeper: its options cannot be read");
    const struct conf_source source = { .text = slice_of(text, (size_t)st.st_size) };
    if (conf_load(&config_schema, &source, a, c, &e) != 0)
        fatal("keeper: %s", e.text);
    close(KEEPER_FD_CONF);
}

void keeper_role_main(int argc, char **argv)
{
    static struct config c;
    static char bayes_folder[PATH_MAX];
    char directory[PATH_MAX];
    struct arena a;
    struct err e = { 0 };
    if (argc != 5 || strcmp(argv[1], "--role=keeper") != 0)
        return;
    const bool has_bayes =
        fcntl(KEEPER_FD_BAYES, F_GETFD) >= 0 && fcntl(KEEPER_FD_BAYES_READER, F_GETFD) >= 0;
    prctl(PR_SET_NAME, "tamis-keeper");
    log_adopt(atoi(argv[2]), "tamis-keeper");
    for (int fd = KEEPER_FD_LISTEN; fd < KEEPER_FD_END; fd++)
        fcntl(fd, F_SETFD, FD_CLOEXEC);
    become(argv[3], argv[4]);
    arena_init(&a, 2 * CONF_BYTES_MAX);
    read_conf(&a, &c);
    log_set_level((enum log_level)c.service.log_level);
    if (*c.quarantine.directory)
        snprintf(directory, sizeof(directory), "%s", c.quarantine.directory);
    else
        snprintf(directory, sizeof(directory), "%.4000s/quarantine", c.service.state_directory);
    config_bayes_directory(&c, bayes_folder);
    const struct keeper_bayes bayes = { .folder = bayes_folder,
                                        .reader = has_bayes ? KEEPER_FD_BAYES_READER : 0,
                                        .o = { .remember = c.bayes.remember,
                                               .unsaved = c.bayes.checkpoint,
                                               .live = has_bayes ? KEEPER_FD_BAYES : 0 } };
    if (keeper_serve(&c.quarantine, directory, &bayes, KEEPER_FD_LISTEN, KEEPER_FD_LINE, &e) != 0)
        log_error("%s", e.text);
    exit(e.kind == ERR_CONFIG ? EXIT_CONFIG : 0);
}
