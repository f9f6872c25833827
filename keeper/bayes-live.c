/* bayes-live.c - the block that scorers map; see bayes-live.h */
#include "config.h"
#include "keeper/bayes-live.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/os.h"
#include "keeper/bayes-store.h"

/* A mapping must not lose its end; what is in it changes. */
#define SEALS (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL)

int bayes_live_new(struct err *e)
{
    int fd = memfd_create("tamis-bayes", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd >= 0 && ftruncate(fd, BAYES_BYTES) == 0 && fchmod(fd, 0600) == 0 &&
        fcntl(fd, F_ADD_SEALS, SEALS) == 0)
        return fd;
    err_sys(e, "classifier: memory");
    fd_close(&fd);
    return -1;
}

/* As root, in a folder of the account: through a link that it made there, any folder would become its own. An
 * admin who wants one gives away what it leads to. */
int bayes_folder_make(const char *folder, uid_t uid, gid_t gid, struct err *e)
{
    struct stat st;
    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return err_sys(e, "classifier: %s", folder);
    if (lstat(folder, &st) == 0 && S_ISLNK(st.st_mode))
        return 0;
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    int done = fd < 0 || fchown(fd, uid, gid) != 0 ? err_sys(e, "classifier: %s", folder) : 0;
    fd_close(&fd);
    return done;
}

int bayes_live_reader(int live, struct err *e)
{
    char path[40];
    snprintf(path, sizeof(path), "/proc/self/fd/%d", live);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    return fd >= 0 ? fd : err_sys(e, "classifier: memory, for readers");
}

int bayes_live_load(const char *folder, struct err *e)
{
    struct bayes_store *s;
    int live = bayes_live_new(e), reader = -1;
    const struct bayes_store_options o = { .read_only = true, .live = live };
    if (live >= 0 && bayes_store_open(&s, folder, &o, e) == 0) {
        bayes_store_close(&s);
        reader = bayes_live_reader(live, e);
    }
    fd_close(&live);
    return reader;
}
