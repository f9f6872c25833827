/* sweep.c - empty a folder; see sweep.h */
#include "base/sweep.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include "base/log.h"

/* The entry that is looked at, deeper folders first. Takes dir. */
static bool sweep_dir(int dir, unsigned depth)
{
    DIR *d = fdopendir(dir);
    const struct dirent *entry;
    bool all = true;
    if (d == NULL) {
        close(dir);
        return false;
    }
    while ((entry = readdir(d)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (unlinkat(dirfd(d), entry->d_name, 0) == 0)
            continue;
        int below =
            depth ? openat(dirfd(d), entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : -1;
        if (below >= 0)
            sweep_dir(below, depth - 1);
        all &= unlinkat(dirfd(d), entry->d_name, AT_REMOVEDIR) == 0;
    }
    closedir(d);
    return all;
}

void sweep(const char *folder, bool itself)
{
    int dir = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (dir < 0) {
        if (errno != ENOENT)
            log_warning("scratch folder %s: %m", folder);
        return;
    }
    if (!sweep_dir(dir, SWEEP_DEPTH) || (itself && rmdir(folder) != 0))
        log_warning("scratch folder %s cannot be emptied: %m", folder);
}
