/* mail-walk.c - the files below a directory that may hold mail; see mail-walk.h */
#include "config.h"
#include "cli/mail-walk.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include "base/slice.h"

/* what an entry is for us */
enum kind { NEITHER, A_FILE, A_FOLDER };

static int failed(struct err *e)
{
    return err_set(e, ERR_INPUT, "%s", strerror(errno));
}

static int set_name(struct mail_walk *w, const char *name)
{
    size_t at = w->v[w->depth - 1].n, room = sizeof(w->path) - at;
    return (size_t)snprintf(w->path + at, room, "/%s", name) < room ? 0 : -1;
}

static bool has_folder(struct mail_walk *w, const char *name)
{
    struct stat st;
    return set_name(w, name) == 0 && stat(w->path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* w->path */
static int enter(struct mail_walk *w, struct err *e)
{
    if (w->depth == MAIL_WALK_DEPTH)
        return err_set(e, ERR_INPUT, "more than %d folders deep", MAIL_WALK_DEPTH);
    struct mail_level *l = &w->v[w->depth];
    l->n = strlen(w->path);
    l->dir = opendir(w->path);
    if (l->dir == NULL)
        return failed(e);
    w->depth++;
    l->maildir = has_folder(w, "cur") && has_folder(w, "new") && has_folder(w, "tmp");
    return 0;
}

static void leave(struct mail_walk *w)
{
    closedir(w->v[--w->depth].dir);
}

int mail_walk_open(struct mail_walk *w, const char *path, enum mail_walk_style style, struct err *e)
{
    w->style = style;
    w->depth = 0;
    size_t n = (size_t)snprintf(w->path, sizeof(w->path), "%s", path);
    if (n >= sizeof(w->path))
        return err_set(e, ERR_INPUT, "the name is too long");
    while (n > 1 && w->path[n - 1] == '/')
        w->path[--n] = 0;
    return enter(w, e);
}

void mail_walk_close(struct mail_walk *w)
{
    while (w->depth)
        leave(w);
}

static bool is_deleted(const char *name)
{
    const char *flags = strstr(name, ":2,");
    return flags && strchr(flags, 'T');
}

static bool is_wanted(const struct mail_walk *w, const char *name, enum kind kind)
{
    bool maildir = w->v[w->depth - 1].maildir;
    if (w->style == MAIL_WALK_MBOXES)
        return kind == A_FILE && *name != '.' && strpbrk(name, " \t\r\n") == NULL;
    if (maildir && kind == A_FILE)
        return false; /* of the IMAP server */
    if (w->style == MAIL_WALK_OURS)
        return kind == A_FOLDER ? !maildir || strcmp(name, "tmp") != 0 : *name != '.';
    if (maildir)
        return strcmp(name, "cur") == 0 || strcmp(name, "new") == 0;
    bool below = w->depth > 1 && w->v[w->depth - 2].maildir;
    return *name != '.' && (below ? !is_deleted(name) : *name != ',');
}

/* Of w->path. A million files are not asked one by one what they are. */
static enum kind kind_of(const struct mail_walk *w, const struct dirent *d)
{
    struct stat st;
    if (d->d_type == DT_REG)
        return A_FILE;
    if (d->d_type == DT_DIR)
        return A_FOLDER;
    bool follow = w->style != MAIL_WALK_OURS;
    if ((d->d_type != DT_UNKNOWN && !(d->d_type == DT_LNK && follow)) ||
        (follow ? stat(w->path, &st) : lstat(w->path, &st)) != 0)
        return NEITHER;
    return S_ISREG(st.st_mode) ? A_FILE : S_ISDIR(st.st_mode) ? A_FOLDER : NEITHER;
}

int mail_walk_next(struct mail_walk *w, struct err *e)
{
    while (w->depth) {
        errno = 0;
        const struct dirent *d = readdir(w->v[w->depth - 1].dir);
        if (d == NULL && errno == 0) {
            leave(w);
            continue;
        }
        if (d == NULL) {
            failed(e);
            w->path[w->v[w->depth - 1].n] = 0;
            leave(w);
            return -1;
        }
        if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0)
            continue;
        if (set_name(w, d->d_name) != 0)
            return err_set(e, ERR_INPUT, "the name is too long");
        enum kind kind = kind_of(w, d);
        if (kind == NEITHER || !is_wanted(w, d->d_name, kind))
            continue;
        if (kind == A_FILE)
            return 1;
        if (enter(w, e) != 0)
            return -1;
    }
    return 0;
}
