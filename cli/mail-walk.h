/* mail-walk.h - the files below a directory that may hold mail
 * Folder by folder as the system lists them, so that memory does not grow with their number. In a Maildir
 * only cur, new and folders; what a name says is left out.
 * Limits: MAIL_WALK_DEPTH folders deep; what is below is an error of that folder. */
#ifndef CLI_MAIL_WALK_H
#define CLI_MAIL_WALK_H

#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include "base/err.h"

#define MAIL_WALK_DEPTH 64

enum mail_walk_style {
    MAIL_WALK_OURS, /* all but files whose name begins with a dot; symbolic links are not followed */
    /* sa-learn's: nothing that begins with a dot or comma, no deleted messages; links are followed */
    MAIL_WALK_LEARN,
    MAIL_WALK_MBOXES, /* the files of this folder alone */
};

struct mail_walk {
    enum mail_walk_style style;
    struct mail_level {
        DIR *dir;
        size_t n; /* bytes of its path */
        bool maildir;
    } v[MAIL_WALK_DEPTH];
    unsigned depth; /* 0: not open */
    char path[PATH_MAX];
};

int mail_walk_open(struct mail_walk *w, const char *path, enum mail_walk_style style, struct err *e);
void mail_walk_close(struct mail_walk *w);
/* 1: w->path is a file; 0: there is no further; -1 *e: w->path cannot be read, others may. */
int mail_walk_next(struct mail_walk *w, struct err *e);

#endif
