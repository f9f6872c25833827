/* holdings.c - what the supervisor holds for as long as the service lives; see holdings.h */
#include "config.h"
#include "milter/holdings.h"

#include <fcntl.h>
#include <limits.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/keyfile.h"
#include "base/log.h"
#include "base/os.h"
#include "base/sandbox.h"
#include "keeper/bayes-live.h"
#include "keeper/client.h"
#include "milter/directories.h"

#define STATUS_MODE 660
#define KEEPER_MODE 600

void holdings_init(struct holdings *h)
{
    *h = (struct holdings){
        .milter_fd = -1, .status_fd = -1, .keeper_fd = -1, .spool_fd = -1, .key_fd = -1, .bayes_fd = -1
    };
}

/* The option's name before an error that does not know it. */
static int named(const char *option, int failed, struct err *e)
{
    char text[sizeof(e->text)];
    if (failed) {
        snprintf(text, sizeof(text), "%s", e->text);
        err_set(e, e->kind, "%s: %.160s", option, text);
    }
    return failed;
}

static int look_up_accounts(struct holdings *h, const struct service_options *o, struct err *e)
{
    struct loader_account *g = &h->gateway, *w = &h->worker;
    if (!sandbox_is_root())
        return 0;
    g->drop = w->drop = true;
    if (sandbox_account(o->user, &g->uid, &g->gid, e) != 0) {
        log_warning("user = %s: %s; running as nobody", o->user, e->text);
        if (sandbox_account("nobody", &g->uid, &g->gid, e) != 0)
            return -1;
    }
    w->uid = g->uid;
    w->gid = g->gid;
    if (!*o->worker_user)
        return 0;
    return named("worker_user", sandbox_account(o->worker_user, &w->uid, &w->gid, e), e);
}

/* For the keeper's clients: root, and the account of the gateway. */
static int bind_keeper(struct holdings *h, const struct service_options *o, struct err *e)
{
    char path[PATH_MAX];
    snprintf(path, sizeof(path), "unix:%s/" KEEPER_SOCKET, o->runtime_directory);
    if (listen_parse(&h->keeper, path, e) != 0)
        return -1;
    h->keeper.type = SOCK_SEQPACKET;
    if (listen_open(&h->keeper, KEEPER_MODE, "", &h->keeper_fd, e) != 0)
        return -1;
    if (h->gateway.drop && lchown(h->keeper.path, h->gateway.uid, (gid_t)-1) != 0)
        return err_sys(e, "owner of %s", h->keeper.path);
    return 0;
}

static int bind_sockets(struct holdings *h, const struct service_options *o, struct err *e)
{
    char path[PATH_MAX];
    const char *group = h->gateway.drop ? o->milter_socket_group : "";
    snprintf(path, sizeof(path), "unix:%s/" CONFIG_STATUS_SOCKET, o->runtime_directory);
    if (named("runtime_directory", listen_parse(&h->status, path, e), e) != 0)
        return -1;
    if (directories_prepare(o, &h->milter, &h->gateway, &h->spool_fd, e) != 0)
        return -1;
    if (named("milter_listen", listen_open(&h->milter, o->milter_socket_mode, group, &h->milter_fd, e), e) !=
        0)
        return -1;
    return named("runtime_directory",
                 listen_open(&h->status, STATUS_MODE, "", &h->status_fd, e) != 0 ? -1 : bind_keeper(h, o, e),
                 e);
}

/* A new one may be read by the group of `user`, whose gateway has it anyway: `tamis learn --for` is run as
 * that account (contrib/dovecot, contrib/roundcube). What an admin made of an older one stays. */
static int give_to_group(int fd, const struct loader_account *account, struct err *e)
{
    if (!account->drop)
        return 0;
    return fchown(fd, (uid_t)-1, account->gid) == 0 && fchmod(fd, 0640) == 0
               ? 0
               : err_sys(e, "group and mode of a new key");
}

/* Made here, as root: the gateway, whose directory it lies in, gets it by descriptor. */
static int open_key(struct holdings *h, const struct config *c, struct err *e)
{
    char path[PATH_MAX], *name;
    unsigned char key[KEYFILE_BYTES];
    config_verdict_key(c, path);
    name = strrchr(path, '/');
    *name++ = 0;
    int dir = open(*path ? path : "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0)
        return err_sys(e, "%s", path);
    bool is_new = faccessat(dir, name, F_OK, AT_SYMLINK_NOFOLLOW) != 0;
    int failed = keyfile_open(dir, name, CONFIG_VERDICT_KEY_FORBIDDEN, key, e);
    OPENSSL_cleanse(key, sizeof(key));
    if (failed == 0 && (h->key_fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)) < 0)
        failed = err_sys(e, "%s", name);
    if (failed == 0 && is_new)
        failed = give_to_group(h->key_fd, &h->gateway, e);
    close(dir);
    return failed;
}

/* Its files are the keeper's, which may not be allowed to make their folder. */
static void open_bayes(struct holdings *h, const struct config *c)
{
    const struct loader_account *keeper = &h->gateway;
    char folder[PATH_MAX];
    struct err e;
    config_bayes_directory(c, folder);
    h->bayes_fd = bayes_live_new(&e);
    if (h->bayes_fd < 0)
        log_warning("%s: mail is scored without the classifier", e.text);
    if (bayes_folder_make(folder, keeper->drop ? keeper->uid : (uid_t)-1,
                          keeper->drop ? keeper->gid : (gid_t)-1, &e) != 0)
        log_warning("%s: nothing can be learned", e.text);
}

int holdings_open(struct holdings *h, const struct config *c, struct err *e)
{
    const struct service_options *o = &c->service;
    if (named("milter_listen", listen_parse(&h->milter, o->milter_listen, e), e) != 0)
        return -1;
    if (look_up_accounts(h, o, e) != 0)
        return -1;
    if (bind_sockets(h, o, e) != 0)
        return -1;
    open_bayes(h, c);
    return named("verdict_key", open_key(h, c, e), e);
}

void holdings_close(struct holdings *h)
{
    if (h->milter_fd >= 0)
        listen_remove(&h->milter);
    if (h->status_fd >= 0)
        listen_remove(&h->status);
    if (h->keeper_fd >= 0)
        listen_remove(&h->keeper);
    fd_close(&h->milter_fd);
    fd_close(&h->status_fd);
    fd_close(&h->keeper_fd);
    fd_close(&h->spool_fd);
    fd_close(&h->key_fd);
    fd_close(&h->bayes_fd);
}
