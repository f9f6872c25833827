/* database-test.c - a database is loaded, missing, broken, changing */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <time.h>
#include "base/log.h"
#include "clamglue/database.h"
#include "clamglue/test-virus.h"

static struct virus_options options;

static int set_up(void **state)
{
    test_begin(&options);
    return 0;
}

static int tear_down(void **state)
{
    test_end();
    return 0;
}

static void fails_with(const char *path, enum err_kind kind, const char *text)
{
    struct virus_options o = options;
    struct err e = { ERR_NONE, "" };
    o.database = path;
    assert_null(clam_database_open(&o, &e));
    if (e.kind != kind || strstr(e.text, text) == NULL)
        fail_msg("%s: kind %d, \"%s\"", path, (int)e.kind, e.text);
}

static void is_loaded_and_says_what_it_is(void **state)
{
    struct err e = { ERR_NONE, "" };
    struct clam_database *db = clam_database_open(&options, &e);
    assert_non_null(db);
    const struct clam_info *info = clam_database_info(db);
    assert_int_equal(info->signatures, 3);
    assert_true(info->engine[0] >= '1' && info->engine[0] <= '9' && strchr(info->engine, '.') != NULL);
    assert_true(info->level > 100);
    assert_true(time(NULL) - info->built < 100); /* the files' own time where the database has none */
    assert_string_equal(info->versions, "");
    uint64_t stamp = 0;
    assert_int_equal(clam_database_stamp(options.database, &stamp, &e), 0);
    assert_true(stamp == info->stamp);
    clam_database_close(&db);
    assert_null(db);
    clam_database_close(&db);
}

static void one_file_is_a_database(void **state)
{
    struct virus_options o = options;
    char path[400];
    struct err e = { ERR_NONE, "" };
    snprintf(path, sizeof(path), "%s", test_path("db/test.ndb"));
    o.database = path;
    struct clam_database *db = clam_database_open(&o, &e);
    assert_non_null(db);
    assert_int_equal(clam_database_info(db)->signatures, 3);
    clam_database_close(&db);
}

static void none_is_for_the_admin(void **state)
{
    char path[400];
    uint64_t stamp;
    struct err e;
    fails_with("/nonexistent/clamav", ERR_CONFIG, "clamav-freshclam");
    test_run("mkdir %s", test_path("empty"));
    snprintf(path, sizeof(path), "%s", test_path("empty"));
    fails_with(path, ERR_CONFIG, "holds no database file");
    assert_int_equal(clam_database_stamp(path, &stamp, &e), -1);
    assert_int_equal(e.kind, ERR_CONFIG);
    test_write("empty/README", SLICE("not a database\n"));
    test_run("mkdir %s", test_path("empty/tmp.0123456789")); /* freshclam's, on its first run */
    fails_with(path, ERR_CONFIG, "virus_scan = no");
}

static void broken_or_on_its_way(void **state)
{
    char path[400];
    test_run("mkdir %s", test_path("broken"));
    test_write("broken/x.hdb", SLICE("garbage\n"));
    snprintf(path, sizeof(path), "%s", test_path("broken"));
    fails_with(path, ERR_RETRY, "being written");
    test_run("touch -d '1 hour ago' %s", test_path("broken/x.hdb"));
    fails_with(path, ERR_CONFIG, "x.hdb"); /* libclamav's own words name the file */
    test_write("broken/x.hdb", SLICE(""));
    test_run("touch -d '1 hour ago' %s", test_path("broken/x.hdb"));
    fails_with(path, ERR_CONFIG, "cannot be loaded");
    test_write("broken/daily.cvd", SLICE("ClamAV-VDB:01 Jan 2030 00-00 +0000:1:1:1:x:x:x:0\n"));
    test_run("touch -d '1 hour ago' %s %s/daily.cvd", test_path("broken/x.hdb"), path);
    fails_with(path, ERR_CONFIG, "cannot be loaded");
}

static void a_change_is_seen(void **state)
{
    uint64_t before, after;
    struct err e;
    assert_int_equal(clam_database_stamp(options.database, &before, &e), 0);
    test_write("db/README", SLICE("what libclamav does not load\n"));
    assert_int_equal(clam_database_stamp(options.database, &after, &e), 0);
    assert_true(before == after);
    test_write("db/more.ndb", SLICE("Tamis.More:0:0:0102030405060708\n"));
    assert_int_equal(clam_database_stamp(options.database, &after, &e), 0);
    assert_true(before != after);
    before = after;
    test_write("db/more.ndb.new", SLICE("Tamis.More:0:0:0102030405060709\n"));
    test_run("mv %s/db/more.ndb.new %s", test_folder, test_path("db/more.ndb")); /* same name, same size */
    assert_int_equal(clam_database_stamp(options.database, &after, &e), 0);
    assert_true(before != after);
    test_run("rm %s", test_path("db/more.ndb"));
}

static void options_hold_together(void **state)
{
    struct virus_options o = options;
    struct err e;
    assert_int_equal(virus_options_check(&o, 40000, &e), 0);
    assert_int_equal(virus_options_check(&o, 30000, &e), -1);
    assert_non_null(strstr(e.text, "worker_deadline"));
    o.scan = false;
    assert_int_equal(virus_options_check(&o, 100, &e), 0);
    const char *const names[] = { "Good.*=virus", "bad" };
    o.names = (struct conf_list){ names, 2 };
    assert_int_equal(virus_options_check(&o, 40000, &e), -1);
    assert_non_null(strstr(e.text, "\"bad\""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_loaded_and_says_what_it_is),
        cmocka_unit_test(one_file_is_a_database),
        cmocka_unit_test(none_is_for_the_admin),
        cmocka_unit_test(broken_or_on_its_way),
        cmocka_unit_test(a_change_is_seen),
        cmocka_unit_test(options_hold_together),
    };
    log_set_level(LOG_LEVEL_ERROR);
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
