/* tree.c - folders of a user, entered with care; see tree.h */
#include "config.h"
#include "delivery/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/os.h"
#include "delivery/write.h"

#define DEPTH_MAX 64
#define FLAGS (O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK)

/* What stands where a folder should be. */
static const char *kind_of(mode_t mode)
{
    return S_ISLNK(mode)    ? "a symbolic link"
           : S_ISREG(mode)  ? "a file"
           : S_ISFIFO(mode) ? "a FIFO"
           : S_ISSOCK(mode) ? "a socket"
                            : "no folder";
}

static int refuse(int at, const char *name, struct answer *a)
{
    struct stat st;
    int why = errno;
    if ((why == ELOOP || why == ENOTDIR) && fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW) == 0)
        return answer_set(a, ANSWER_MAILBOX, "%s is %s and no folder: it is left as it is", name,
                          kind_of(st.st_mode));
    errno = why;
    return answer_sys(a, "cannot open the folder %s", name);
}

static int check_owner(int dir, const char *name, struct answer *a)
{
    struct stat st;
    if (fstat(dir, &st) != 0)
        return answer_sys(a, "cannot look at the folder %s", name);
    if (st.st_uid != geteuid())
        return answer_set(a, ANSWER_MAILBOX, "the folder %s belongs to uid %u, not to %u", name,
                          (unsigned)st.st_uid, (unsigned)geteuid());
    return 0;
}

/* Who finds it later would take it for synced: so it goes again when it can't be. */
static int make_folder(int at, const char *name, bool *made, struct answer *a)
{
    if (mkdirat(at, name, 0700) != 0)
        return errno == EEXIST ? 0 : answer_sys(a, "cannot make the folder %s", name);
    if (write_synced_folder(at) != 0) {
        answer_sys(a, "cannot sync the folder above %s", name);
        unlinkat(at, name, AT_REMOVEDIR);
        return -1;
    }
    if (made)
        *made = true;
    return 0;
}

int tree_enter(int at, const char *name, bool make, bool *made, struct answer *a)
{
    if (made)
        *made = false;
    a->kind = ANSWER_DONE;
    int dir = openat(at, name, FLAGS | O_NOFOLLOW);
    if (dir < 0 && errno == ENOENT) {
        if (!make || make_folder(at, name, made, a) != 0)
            return -1;
        dir = openat(at, name, FLAGS | O_NOFOLLOW);
    }
    if (dir < 0)
        return refuse(at, name, a);
    if (check_owner(dir, name, a) != 0)
        fd_close(&dir);
    return dir;
}

/* ---- paths */

/* Takes the next name off *rest; NULL at the end, or a name too long. */
static const char *next_name(const char **rest, char name[NAME_MAX + 1])
{
    while (**rest == '/')
        ++*rest;
    size_t n = strcspn(*rest, "/");
    if (n == 0 || n > NAME_MAX)
        return NULL;
    memcpy(name, *rest, n);
    name[n] = 0;
    *rest += n;
    return name;
}

static int descend(int dir, const char *rest, bool make, struct answer *a)
{
    char name[NAME_MAX + 1];
    for (int depth = 0; dir >= 0 && next_name(&rest, name); depth++) {
        if (depth == DEPTH_MAX || strcmp(name, "..") == 0) {
            fd_close(&dir);
            return answer_set(a, ANSWER_CONFIG, "a mailbox path with .. or too many folders");
        }
        if (strcmp(name, ".") == 0)
            continue;
        int next = tree_enter(dir, name, make, NULL, a);
        fd_close(&dir);
        dir = next;
    }
    return dir;
}

/* The admin's part of a path: links are followed; where it ends too early, the rest is made like the user's.
 */
static int open_above(const char *path, bool make, struct answer *a)
{
    char part[PATH_MAX];
    size_t n = strlen(path);
    if (n == 0 || n >= sizeof(part) || path[0] != '/')
        return answer_set(a, ANSWER_CONFIG, "the mailbox path %.100s is not absolute, or too long", path);
    memcpy(part, path, n + 1);
    for (;;) {
        int dir = open(*part ? part : "/", FLAGS);
        if (dir >= 0)
            return descend(dir, path + strlen(part), make, a);
        if (errno != ENOENT || *part == 0)
            return answer_sys(a, "cannot open %.200s", part);
        if (!make) {
            a->kind = ANSWER_DONE;
            return -1;
        }
        *strrchr(part, '/') = 0;
    }
}

static size_t length_below(const char *path, const char *home)
{
    size_t n = strlen(home);
    while (n > 1 && home[n - 1] == '/')
        n--;
    return n && strncmp(path, home, n) == 0 && (path[n] == '/' || path[n] == 0) ? n : 0;
}

bool tree_is_below(const char *path, const char *home)
{
    return length_below(path, home) > 0;
}

int tree_open(const char *path, const char *home, bool make, struct answer *a)
{
    char above[PATH_MAX];
    size_t n = length_below(path, home);
    if (n == 0) {
        const char *last = strrchr(path, '/');
        n = last ? (size_t)(last - path) : 0;
    }
    snprintf(above, sizeof(above), "%.*s", (int)n, path);
    int dir = open_above(n ? above : "/", make, a);
    return dir < 0 ? -1 : descend(dir, path + n, make, a);
}
