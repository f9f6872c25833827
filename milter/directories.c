/* directories.c - the directories the service keeps things in; see directories.h */
#include "config.h"
#include "milter/directories.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/os.h"
#include "base/sweep.h"

/* The folders above it, as mkdir -p does. */
static int make_parents(const char *path, struct err *e)
{
    char part[PATH_MAX];
    if (strlen(path) >= sizeof(part))
        return err_set(e, ERR_CONFIG, "the path %.100s... is too long", path);
    for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        snprintf(part, sizeof(part), "%.*s", (int)(slash - path), path);
        if (mkdir(part, 0755) != 0 && errno != EEXIST && errno != EROFS && errno != EACCES)
            return err_sys(e, "cannot make the directory %s", part);
    }
    return 0;
}

/* gid (gid_t)-1 and uid (uid_t)-1: as they are */
static int make(const char *path, mode_t mode, uid_t uid, gid_t gid, struct err *e)
{
    struct stat st;
    if (stat(path, &st) == 0)
        return S_ISDIR(st.st_mode) ? 0 : err_set(e, ERR_CONFIG, "%s is not a directory", path);
    if (make_parents(path, e) != 0)
        return -1;
    if (mkdir(path, mode) != 0)
        return errno == EACCES || errno == EPERM || errno == EROFS
                   ? err_set(e, ERR_CONFIG,
                             "no permission to make the directory %s: make it and give it to this account, "
                             "or write another one",
                             path)
                   : err_sys(e, "cannot make the directory %s", path);
    if (chmod(path, mode) != 0 || chown(path, uid, gid) != 0)
        return err_sys(e, "owner and mode of %s", path);
    return 0;
}

static int make_socket_directory(const struct service_options *o, const struct listen_address *milter,
                                 const struct loader_account *account, struct err *e)
{
    char path[sizeof(milter->path)];
    gid_t gid = (gid_t)-1;
    if (milter->family != LISTEN_UNIX)
        return 0;
    snprintf(path, sizeof(path), "%s", milter->path);
    *strrchr(path, '/') = 0;
    if (*path == 0)
        return 0;
    if (account->drop && *o->milter_socket_group) {
        struct group *g = getgrnam(o->milter_socket_group);
        if (g == NULL)
            return err_set(e, ERR_CONFIG,
                           "milter_socket_group: no group %s: create it, or name the MTA's group",
                           o->milter_socket_group);
        gid = g->gr_gid;
    }
    return make(path, 0750, account->drop ? account->uid : (uid_t)-1, gid, e);
}

static int open_spool(const struct service_options *o, uid_t uid, gid_t gid, int *spool, struct err *e)
{
    char path[PATH_MAX];
    snprintf(path, sizeof(path), "%s/spool", o->state_directory);
    if (make(path, 0700, uid, gid, e) != 0)
        return -1;
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return err_sys(e, "%s", path);
    if (fchmod(fd, 0700) != 0 || fchown(fd, uid, gid) != 0) {
        err_sys(e, "owner and mode of %s", path);
        close(fd);
        return -1;
    }
    *spool = fd;
    return 0;
}

int directories_prepare(const struct service_options *o, const struct listen_address *milter,
                        const struct loader_account *account, int *spool, struct err *e)
{
    uid_t uid = account->drop ? account->uid : (uid_t)-1;
    gid_t gid = account->drop ? account->gid : (gid_t)-1;
    if (!*o->state_directory || !*o->runtime_directory)
        return err_set(e, ERR_CONFIG, "state_directory and runtime_directory must not be empty");
    if (make(o->state_directory, 0750, uid, gid, e) != 0 ||
        make(o->runtime_directory, 0755, uid, gid, e) != 0)
        return -1;
    if (make_socket_directory(o, milter, account, e) != 0)
        return -1;
    return open_spool(o, uid, gid, spool, e);
}

/* Where it is: as little as that is not worth filling. */
#define MEMORY_LEAST ((uint64_t)512 << 20)

static void place_scratch(const struct config *c, char *path)
{
    const char *above = *c->virus.scratch ? c->virus.scratch : c->service.runtime_directory;
    const char *memory = *c->virus.scratch || is_in_memory(above) ? NULL : folder_in_memory(MEMORY_LEAST);
    struct stat st;
    if (memory && stat(above, &st) == 0)
        snprintf(path, PATH_MAX, "%s/tamis-virus-%jx-%jx", memory, (uintmax_t)st.st_dev,
                 (uintmax_t)st.st_ino);
    else
        snprintf(path, PATH_MAX, "%.3000s/tamis-virus", above);
}

/* Others can make folders in /dev/shm, too: one that is neither ours nor our workers' is no place for us. */
static int take_scratch(const char *path, uid_t uid, gid_t gid, struct err *e)
{
    struct stat st;
    if (make(path, 0700, uid, gid, e) != 0)
        return -1;
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return err_sys(e, "%s", path);
    int failed = fstat(fd, &st) != 0;
    bool foreign = !failed && st.st_uid != geteuid() && st.st_uid != uid;
    failed = failed || foreign || fchmod(fd, 0700) != 0 || fchown(fd, uid, gid) != 0;
    close(fd);
    if (foreign)
        return err_set(e, ERR_CONFIG, "%s belongs to account %ju: remove it, or set virus_scratch", path,
                       (uintmax_t)st.st_uid);
    if (failed)
        return err_sys(e, "owner and mode of %s", path);
    sweep(path, false);
    return 0;
}

int directories_scratch(const struct config *c, const struct loader_account *worker, char *path,
                        struct err *e)
{
    uid_t uid = worker->drop ? worker->uid : (uid_t)-1;
    gid_t gid = worker->drop ? worker->gid : (gid_t)-1;
    place_scratch(c, path);
    return take_scratch(path, uid, gid, e);
}
