/* mail-source.c - the messages that somebody named; see mail-source.h */
#include "config.h"
#include "cli/mail-source.h"

#include <errno.h>
#include <fts.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct mail_source {
    const char *const *paths;
    size_t at; /* the path at hand; the next where nothing is open */
    FTS *tree;
    FILE *file; /* an mbox, or a file at its begin */
    bool whole, mbox;
    unsigned long number; /* of the message in the mbox */
    char path[PATH_MAX], name[PATH_MAX + 32];
    char *line;
    size_t cap;
    ssize_t n; /* of line, when it is read and not yet used; 0: none */
};

struct mail_source *mail_source_new(const char *const *paths, bool whole)
{
    struct mail_source *s = calloc(1, sizeof(*s));
    if (s == NULL)
        fatal("no memory for a list of mail");
    s->paths = paths;
    s->whole = whole;
    return s;
}

static void close_file(struct mail_source *s)
{
    if (s->file && s->file != stdin)
        fclose(s->file);
    s->file = NULL;
    s->n = 0;
}

void mail_source_free(struct mail_source **s)
{
    if (*s == NULL)
        return;
    close_file(*s);
    if ((*s)->tree)
        fts_close((*s)->tree);
    free((*s)->line);
    free(*s);
    *s = NULL;
}

/* ---- files */

static int open_file(struct mail_source *s, const char *path, struct err *e)
{
    snprintf(s->path, sizeof(s->path), "%s", path);
    snprintf(s->name, sizeof(s->name), "%s", path);
    s->file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
    s->mbox = false;
    s->number = 0;
    return s->file ? 0 : err_set(e, ERR_INPUT, "%s", strerror(errno));
}

static bool is_hidden(const FTSENT *f)
{
    return f->fts_level > FTS_ROOTLEVEL && f->fts_name[0] == '.' && f->fts_info == FTS_F;
}

/* 1: a file is open; 0: the tree ends */
static int next_in_tree(struct mail_source *s, struct err *e)
{
    FTSENT *f;
    while ((f = fts_read(s->tree))) {
        if (f->fts_info == FTS_F && !is_hidden(f))
            return open_file(s, f->fts_path, e) == 0 ? 1 : -1;
        if (f->fts_info == FTS_ERR || f->fts_info == FTS_DNR || f->fts_info == FTS_NS) {
            snprintf(s->name, sizeof(s->name), "%s", f->fts_path);
            return err_set(e, ERR_INPUT, "%s", strerror(f->fts_errno));
        }
    }
    fts_close(s->tree);
    s->tree = NULL;
    s->at++;
    return 0;
}

static int begin_path(struct mail_source *s, struct err *e)
{
    struct stat st;
    const char *path = s->paths[s->at];
    if (strcmp(path, "-") != 0 && stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
        char *const roots[] = { (char *)path, NULL };
        s->tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | FTS_COMFOLLOW, NULL);
        if (s->tree)
            return 0;
    }
    int done = open_file(s, path, e);
    s->at++;
    return done == 0 ? 1 : -1;
}

/* ---- messages */

static bool get_line(struct mail_source *s)
{
    if (s->n == 0)
        s->n = getline(&s->line, &s->cap, s->file);
    if (s->n <= 0) {
        s->n = 0;
        return false;
    }
    return true;
}

static bool starts(const struct mail_source *s, const char *head)
{
    size_t n = strlen(head);
    return (size_t)s->n >= n && memcmp(s->line, head, n) == 0;
}

/* ">From " was "From " before it was put into an mbox. */
static struct slice unquoted(const struct mail_source *s)
{
    struct slice line = slice_of(s->line, (size_t)s->n);
    size_t marks = 0;
    while (marks < line.n && line.p[marks] == '>')
        marks++;
    return s->mbox && marks && slice_starts(slice_from(line, marks), SLICE("From ")) ? slice_from(line, 1)
                                                                                     : line;
}

/* What is too long for the spool is cut there, as the gateway does. */
static int read_message(struct mail_source *s, struct spool *spool, struct err *e)
{
    bool blank = false;
    while (get_line(s) && !(s->mbox && blank && starts(s, "From "))) {
        blank = s->n == 1 || (s->n == 2 && s->line[0] == '\r');
        if (!spool->truncated && spool_add(spool, unquoted(s), e) < 0 && !spool->truncated)
            return -1;
        s->n = 0;
    }
    return spool_finish(spool, e);
}

int mail_source_next(struct mail_source *s, struct spool *spool, const char **name, size_t *path,
                     struct err *e)
{
    *name = s->name;
    while (s->file == NULL) {
        if (s->tree == NULL && s->paths[s->at] == NULL)
            return 0;
        *path = s->at;
        int got = s->tree ? next_in_tree(s, e) : begin_path(s, e);
        if (got < 0)
            return -1;
    }
    *path = s->tree ? s->at : s->at - 1;
    if (!s->whole && !s->mbox && get_line(s) && starts(s, "From "))
        s->mbox = true;
    if (s->mbox) {
        s->n = 0; /* its "From " line */
        snprintf(s->name, sizeof(s->name), "%s:%lu", s->path, ++s->number);
    }
    int done = read_message(s, spool, e);
    if (done < 0 || !s->mbox || s->n == 0)
        close_file(s);
    return done < 0 ? -1 : 1;
}
