/* directories-test.c - directories that the service makes, as the caller's account */
#include "config.h"
#include "milter/directories.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/os.h"

static char top[] = "/tmp/tamis-dirs-XXXXXX";
static char state_path[200], runtime_path[200];
static struct service_options options;
static struct listen_address milter;
static const struct loader_account nobody_else = { .drop = false };

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st, (void)type, (void)ftw;
    return remove(path);
}

static int set_up(void **state)
{
    (void)state;
    memcpy(top + sizeof(top) - 7, "XXXXXX", 6);
    if (mkdtemp(top) == NULL)
        return -1;
    snprintf(state_path, sizeof(state_path), "%s/a/b/state", top);
    snprintf(runtime_path, sizeof(runtime_path), "%s/run", top);
    options = (struct service_options){ .state_directory = state_path,
                                        .runtime_directory = runtime_path,
                                        .milter_socket_group = "" };
    milter = (struct listen_address){ .family = LISTEN_UNIX };
    snprintf(milter.path, sizeof(milter.path), "%s/mta/tamis/milter.sock", top);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    return nftw(top, remove_one, 10, FTW_DEPTH | FTW_PHYS);
}

static unsigned mode_of(const char *format)
{
    char path[300];
    struct stat st;
    snprintf(path, sizeof(path), "%s/%s", top, format);
    assert_int_equal(stat(path, &st), 0);
    return st.st_mode & 07777;
}

static void all_are_made_with_their_parents(void **state)
{
    int spool = -1;
    struct err e = { 0 };
    (void)state;
    assert_int_equal(directories_prepare(&options, &milter, &nobody_else, &spool, &e), 0);
    assert_int_equal(mode_of("a/b/state"), 0750);
    assert_int_equal(mode_of("a/b/state/spool"), 0700);
    assert_int_equal(mode_of("run"), 0755);
    assert_int_equal(mode_of("mta/tamis"), 0750);
    assert_int_equal(faccessat(spool, ".", W_OK, 0), 0);
    close(spool);
}

static void what_is_there_keeps_its_mode_but_the_spool(void **state)
{
    int spool = -1;
    struct err e = { 0 };
    char path[300];
    (void)state;
    assert_int_equal(directories_prepare(&options, &milter, &nobody_else, &spool, &e), 0);
    close(spool);
    assert_int_equal(chmod(state_path, 0711), 0);
    snprintf(path, sizeof(path), "%s/spool", state_path);
    assert_int_equal(chmod(path, 0777), 0);
    assert_int_equal(directories_prepare(&options, &milter, &nobody_else, &spool, &e), 0);
    close(spool);
    assert_int_equal(mode_of("a/b/state"), 0711);
    assert_int_equal(mode_of("a/b/state/spool"), 0700);
}

static void a_spool_that_is_a_link_is_refused(void **state)
{
    int spool = -1;
    struct err e = { 0 };
    char path[300];
    (void)state;
    assert_int_equal(directories_prepare(&options, &milter, &nobody_else, &spool, &e), 0);
    close(spool);
    snprintf(path, sizeof(path), "%s/spool", state_path);
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(symlink("/tmp", path), 0);
    assert_int_equal(directories_prepare(&options, &milter, &nobody_else, &spool, &e), -1);
}

static void a_file_in_the_way_is_named(void **state)
{
    int spool = -1;
    struct err e = { 0 };
    (void)state;
    FILE *f = fopen(runtime_path, "w");
    assert_non_null(f);
    fclose(f);
    assert_int_equal(directories_prepare(&options, &milter, &nobody_else, &spool, &e), -1);
    assert_int_equal(e.kind, ERR_CONFIG);
    assert_non_null(strstr(e.text, "run is not a directory"));
}

static void an_empty_path_is_refused(void **state)
{
    int spool = -1;
    struct err e = { 0 };
    (void)state;
    options.state_directory = "";
    assert_int_equal(directories_prepare(&options, &milter, &nobody_else, &spool, &e), -1);
    assert_int_equal(e.kind, ERR_CONFIG);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

static void scratch_is_in_memory_where_there_is_room(void **state)
{
    struct config c = { .service.runtime_directory = runtime_path, .virus.scratch = "" };
    char path[PATH_MAX];
    struct err e = { 0 };
    (void)state;
    assert_int_equal(mkdir(runtime_path, 0755), 0);
    assert_int_equal(directories_scratch(&c, &nobody_else, path, &e), 0);
    assert_true(is_in_memory(path) || folder_in_memory((uint64_t)512 << 20) == NULL);
    assert_int_equal(rmdir(path), 0);
    c.virus.scratch = top; /* said is said */
    assert_int_equal(directories_scratch(&c, &nobody_else, path, &e), 0);
    assert_memory_equal(path, top, strlen(top));
}

/* In /dev/shm anybody can make what we look for. */
static void a_foreign_folder_is_no_scratch(void **state)
{
    struct config c = { .virus.scratch = top };
    char path[PATH_MAX], link[PATH_MAX];
    struct err e = { 0 };
    (void)state;
    if (geteuid() != 0)
        skip();
    assert_int_equal(directories_scratch(&c, &nobody_else, path, &e), 0);
    assert_int_equal(chown(path, 12345, 12345), 0);
    assert_int_equal(directories_scratch(&c, &nobody_else, path, &e), -1);
    assert_non_null(strstr(e.text, "12345"));
    assert_int_equal(rmdir(path), 0);
    snprintf(link, sizeof(link), "%s", path);
    assert_int_equal(symlink("/tmp", link), 0);
    assert_int_equal(directories_scratch(&c, &nobody_else, path, &e), -1);
    assert_int_equal(unlink(link), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(all_are_made_with_their_parents),   TEST(what_is_there_keeps_its_mode_but_the_spool),
        TEST(a_spool_that_is_a_link_is_refused), TEST(a_file_in_the_way_is_named),
        TEST(an_empty_path_is_refused),          TEST(scratch_is_in_memory_where_there_is_room),
        TEST(a_foreign_folder_is_no_scratch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
