/* rule-path.c - which files a rules_path means; see rule-path.h */
#include "config.h"
#include "scoring/rule-path.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>

#define ENTRIES_MAX 10000

static void add(struct rule_paths *list, struct arena *a, const char *path)
{
    if (list->n == list->cap) {
        list->cap = list->cap ? list->cap * 2 : 32;
        list->v = arena_grow(a, list->v, list->n, list->cap, sizeof(*list->v));
    }
    list->v[list->n++] = path;
}

static bool has_ending(const char *name, struct slice ending)
{
    return name[0] != '.' && slice_iends(slice_str(name), ending);
}

static bool is_official(const char *path)
{
    return slice_iends(slice_str(path), SLICE("/updates_spamassassin_org.cf"));
}

static int by_name(const void *l, const void *r)
{
    const char *a = *(const char *const *)l, *b = *(const char *const *)r;
    int official = (int)is_official(b) - (int)is_official(a);
    return official ? official : strcmp(a, b);
}

static int cannot_read(const char *path, struct err *e)
{
    return err_set(e, ERR_CONFIG, "%s: %s: see rules_path", path, strerror(errno));
}

/* Broken links and what may not be looked at are faults: a rule file is never silently missing. */
static int add_entry(struct rule_paths *out, struct arena *a, const char *path, struct err *e)
{
    struct stat st;
    if (stat(path, &st) < 0)
        return cannot_read(path, e);
    if (!S_ISDIR(st.st_mode))
        add(out, a, path);
    return 0;
}

static int add_entries(struct rule_paths *out, struct arena *a, const char *path, DIR *d, struct slice ending,
                       struct err *e)
{
    unsigned seen = 0;
    errno = 0;
    for (struct dirent *entry; (entry = readdir(d)) != NULL; errno = 0) {
        if (!has_ending(entry->d_name, ending))
            continue;
        if (++seen > ENTRIES_MAX)
            return err_set(e, ERR_CONFIG, "%s: more than %d rule files", path, ENTRIES_MAX);
        if (add_entry(out, a, arena_printf(a, "%s/%s", path, entry->d_name).p, e) < 0)
            return -1;
    }
    return errno ? cannot_read(path, e) : 0;
}

static int add_directory(struct rule_paths *out, struct arena *a, const char *path, struct slice ending,
                         struct err *e)
{
    DIR *d = opendir(path);
    if (d == NULL)
        return cannot_read(path, e);
    size_t first = out->n;
    int done = add_entries(out, a, path, d, ending, e);
    closedir(d);
    if (out->n > first)
        qsort(out->v + first, out->n - first, sizeof(*out->v), by_name);
    return done;
}

static bool may_be_missing(const char *path)
{
    return strcmp(path, SPAMASSASSIN_RULES) == 0 || strcmp(path, SPAMASSASSIN_CONFIG) == 0;
}

/* A file that is named goes with the *.cf unless it ends in .pre. */
static int add_path(struct rule_paths *out, struct arena *a, const char *path, struct slice ending,
                    struct err *e)
{
    struct stat st;
    if (stat(path, &st) < 0)
        return errno == ENOENT && may_be_missing(path) ? 0 : cannot_read(path, e);
    if (S_ISDIR(st.st_mode))
        return add_directory(out, a, path, ending, e);
    if (slice_iends(slice_str(path), SLICE(".pre")) == slice_eq(ending, SLICE(".pre")))
        add(out, a, path);
    return 0;
}

/* digits, a point, six digits: higher ones are later also as text, among those of one length */
static bool is_version(struct slice name)
{
    for (size_t i = 0; i < name.n; i++)
        if (i + 7 == name.n ? name.p[i] != '.' : !ascii_digit(name.p[i]))
            return false;
    return name.n > 7;
}

static bool is_later(const char *name, const char *than)
{
    size_t n = strlen(name), m = strlen(than);
    return n != m ? n > m : strcmp(name, than) > 0;
}

/* What sa-update fetched last, or the path itself. */
static const char *newest_update(struct arena *a, const char *updates, const char *path)
{
    char newest[NAME_MAX + 1] = "";
    DIR *d = opendir(updates);
    if (d == NULL)
        return path;
    for (struct dirent *entry; (entry = readdir(d)) != NULL;)
        if (is_version(slice_str(entry->d_name)) && is_later(entry->d_name, newest))
            memcpy(newest, entry->d_name, strlen(entry->d_name) + 1);
    closedir(d);
    return newest[0] ? arena_printf(a, "%s/%s", updates, newest).p : path;
}

int rule_paths_find(struct rule_paths *out, struct arena *a, const struct conf_list *rules_path,
                    const char *updates, struct err *e)
{
    static const struct slice endings[] = { SLICE_INIT(".pre"), SLICE_INIT(".cf") };
    const char **v = arena_array(a, rules_path->n + 1, sizeof(*v));
    memset(out, 0, sizeof(*out));
    for (size_t i = 0; i < rules_path->n; i++) {
        v[i] = rules_path->v[i];
        if (updates && updates[0] && strcmp(v[i], SPAMASSASSIN_RULES) == 0)
            v[i] = newest_update(a, updates, v[i]);
    }
    for (size_t k = 0; k < 2; k++) {
        for (size_t i = 0; i < rules_path->n; i++)
            if (add_path(out, a, v[i], endings[k], e) < 0)
                return -1;
        out->has_pre |= k == 0 && out->n > 0;
    }
    return 0;
}
