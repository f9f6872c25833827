/* test-files.h - a private directory with files, for tests */
#ifndef SCORING_TEST_FILES_H
#define SCORING_TEST_FILES_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct test_dir {
    char path[200];
};

static inline struct test_dir test_dir_new(void)
{
    struct test_dir d = { "/tmp/tamis-rules-XXXXXX" };
    if (mkdtemp(d.path) == NULL)
        abort();
    return d;
}

static inline const char *test_path(const struct test_dir *d, const char *name)
{
    static char path[2][500];
    static unsigned turn;
    turn ^= 1;
    snprintf(path[turn], sizeof(path[turn]), "%s/%s", d->path, name);
    return path[turn];
}

static inline void test_file(const struct test_dir *d, const char *name, const char *text)
{
    FILE *f = fopen(test_path(d, name), "w");
    if (f == NULL || fputs(text, f) < 0 || fclose(f) != 0)
        abort();
}

static inline int test_remove(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
    (void)st;
    (void)kind;
    (void)ftw;
    return remove(path);
}

static inline void test_dir_free(struct test_dir *d)
{
    nftw(d->path, test_remove, 16, FTW_DEPTH | FTW_PHYS);
}

#endif
