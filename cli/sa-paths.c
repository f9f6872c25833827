/* sa-paths.c - which rule files tamis-spamassassin reads; see sa-paths.h */
#include "config.h"
#include "cli/sa-paths.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATHS_MAX 8
#define PRE_NAME "--pre.pre"
#define CF_NAME "--cf.cf"
#define LINK_NAME "rules-%u"
#define LIST_ENDS " \t\r\n,#\\\"'"

static const char *const stock[] = { "/var/lib/spamassassin/4.000001", "/usr/share/spamassassin",
                                     "/usr/local/share/spamassassin", NULL };
static const char *const site[] = { "/etc/spamassassin", "/etc/mail/spamassassin", NULL };
static const char own_rules[] = TAMIS_SYSCONFDIR "/rules";

static const char *first_there(const char *const *v)
{
    while (*v && access(*v, F_OK) < 0)
        v++;
    return *v;
}

static int make_dir(struct sa_paths *p, struct err *e)
{
    if (*p->dir)
        return 0;
    snprintf(p->dir, sizeof(p->dir), "/tmp/tamis-XXXXXX");
    if (mkdtemp(p->dir))
        return 0;
    *p->dir = 0;
    return err_set(e, ERR_SYSTEM, "/tmp: %s", strerror(errno));
}

/* A list of paths is text on its way to the loader: one with what divides a list goes by another name. */
static const char *plain_name(struct sa_paths *p, struct arena *a, const char *path)
{
    struct err e;
    if (strpbrk(path, LIST_ENDS) == NULL || make_dir(p, &e) < 0)
        return path;
    const char *name = arena_printf(a, "%s/" LINK_NAME, p->dir, p->links).p;
    if (symlink(path, name) < 0)
        return path;
    p->links++;
    return name;
}

/* Rule files are read by another process: a name counts from here. */
static void add(struct sa_paths *p, struct arena *a, const char *path)
{
    char *absolute = realpath(path, NULL);
    p->v[p->list.n++] = plain_name(p, a, arena_str(a, slice_str(absolute ? absolute : path)));
    free(absolute);
}

static void add_if_there(struct sa_paths *p, struct arena *a, const char *path)
{
    struct stat st;
    if (path && stat(path, &st) == 0 && (S_ISDIR(st.st_mode) || (S_ISREG(st.st_mode) && st.st_size > 0)))
        add(p, a, path);
}

static const char *user_prefs(struct arena *a)
{
    const char *home = getenv("HOME");
    return home && *home ? arena_printf(a, "%s/.spamassassin/user_prefs", home).p : NULL;
}

static int write_lines(const char *path, const struct perl_list *lines, struct err *e)
{
    FILE *f = fopen(path, "wxe");
    if (f == NULL)
        return err_set(e, ERR_SYSTEM, "%s: %s", path, strerror(errno));
    for (size_t i = 0; i < lines->n; i++)
        fprintf(f, "%s\n", lines->v[i]);
    return fclose(f) == 0 ? 0 : err_set(e, ERR_SYSTEM, "%s: %s", path, strerror(errno));
}

static int add_lines(struct sa_paths *p, struct arena *a, const char *name, const struct perl_list *lines,
                     struct err *e)
{
    if (lines->n == 0)
        return 0;
    if (make_dir(p, e) < 0)
        return -1;
    const char *path = arena_printf(a, "%s/%s", p->dir, name).p;
    if (write_lines(path, lines, e) < 0)
        return -1;
    p->v[p->list.n++] = path;
    return 0;
}

/* As given, also when it is not there: then the loader says so. */
static void add_rules(struct sa_paths *p, struct arena *a, const struct sa_options *o,
                      const struct conf_list *otherwise)
{
    const char *path = o->rules ? o->rules : first_there(stock);
    if (path)
        add(p, a, path);
    p->stock = path ? p->v[p->list.n - 1] : TAMIS_RULESDIR;
    for (size_t i = 0; path == NULL && i < otherwise->n && i < PATHS_MAX / 2; i++)
        add_if_there(p, a, otherwise->v[i]);
    add_if_there(p, a, o->site_rules ? o->site_rules : first_there(site));
    if (o->site_rules == NULL && path)
        add_if_there(p, a, own_rules);
    add_if_there(p, a, o->prefs ? o->prefs : user_prefs(a));
}

int sa_paths_make(struct sa_paths *p, struct arena *a, const struct sa_options *o,
                  const struct conf_list *otherwise, struct err *e)
{
    memset(p, 0, sizeof(*p));
    p->v = arena_array(a, PATHS_MAX + 8, sizeof(*p->v));
    p->list.v = p->v;
    if (add_lines(p, a, PRE_NAME, &o->pre, e) < 0)
        return -1;
    add_rules(p, a, o, otherwise);
    return add_lines(p, a, CF_NAME, &o->cf, e);
}

int sa_paths_extend(struct sa_paths *p, struct arena *a, const struct conf_list *base,
                    const struct perl_list *cf, struct err *e)
{
    memset(p, 0, sizeof(*p));
    p->v = arena_array(a, base->n + 1, sizeof(*p->v));
    p->list.v = p->v;
    for (size_t i = 0; i < base->n; i++)
        p->v[p->list.n++] = base->v[i];
    return add_lines(p, a, CF_NAME, cf, e);
}

void sa_paths_drop(struct sa_paths *p)
{
    static const char *const names[] = { PRE_NAME, CF_NAME };
    char path[sizeof(p->dir) + 32];
    for (size_t i = 0; *p->dir && i < sizeof(names) / sizeof(*names); i++) {
        snprintf(path, sizeof(path), "%s/%s", p->dir, names[i]);
        unlink(path);
    }
    for (; p->links; p->links--) {
        snprintf(path, sizeof(path), "%s/" LINK_NAME, p->dir, p->links - 1);
        unlink(path);
    }
    if (*p->dir)
        rmdir(p->dir);
    *p->dir = 0;
}
