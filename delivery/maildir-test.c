/* maildir-test.c - Maildirs and folders that are whole, missing, damaged or somebody else's */
#include "delivery/test-fixture.h"

#include <dirent.h>
#include "delivery/folder.h"
#include "delivery/maildir.h"

static const struct slice mail[] = { SLICE_INIT("A: b\n"), SLICE_INIT("\nbody\n") };

static int save(struct fixture *f, const char *path)
{
    struct maildir m;
    f->a = (struct answer){ 0 };
    int dir = tree_open(fixture_path(f, path), f->path, true, &f->a);
    if (dir < 0 || maildir_open(&m, dir, &f->a) != 0)
        return -1;
    int r = maildir_save(&m, mail, 2, "ho/st:1", &f->a);
    maildir_close(&m);
    return r;
}

/* The only file of a folder; NULL: there is none. */
static const char *only_file(struct fixture *f, const char *folder)
{
    static char name[300];
    unsigned n = 0;
    DIR *d = opendir(fixture_path(f, folder));
    if (d == NULL)
        return NULL;
    for (struct dirent *e; (e = readdir(d)) != NULL;)
        if (e->d_name[0] != '.') {
            n++;
            snprintf(name, sizeof(name), "%s/%s", folder, e->d_name);
        }
    closedir(d);
    return n == 1 ? name : NULL;
}

static void stored_with_its_size(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(save(f, "home/Maildir"), 0);
    const char *name = only_file(f, "home/Maildir/new");
    assert_non_null(name);
    assert_string_equal(fixture_read(f, name), "A: b\n\nbody\n");
    assert_non_null(strstr(name, ".ho\\057st\\0721,S=11,W=14"));
    struct stat st;
    assert_int_equal(stat(fixture_path(f, name), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_null(only_file(f, "home/Maildir/tmp"));
}

static void missing_folders_are_made(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(save(f, "Maildir"), 0);
    assert_int_equal(rmdir(fixture_path(f, "Maildir/tmp")), 0);
    assert_int_equal(rmdir(fixture_path(f, "Maildir/cur")), 0);
    assert_int_equal(save(f, "Maildir"), 0);
}

static void refused(struct fixture *f, const char *path, const char *word)
{
    assert_int_equal(save(f, path), -1);
    assert_int_equal(f->a.kind, ANSWER_MAILBOX);
    assert_non_null(strstr(f->a.text, word));
}

static void what_is_damaged_is_left_alone(void **state)
{
    static const char *const parts[] = { "tmp", "new", "cur" };
    struct fixture *f = *state;
    assert_int_equal(mkdir(fixture_path(f, "elsewhere"), 0700), 0);
    for (size_t i = 0; i < 3; i++) {
        char part[20];
        mkdir(fixture_path(f, "M"), 0700);
        snprintf(part, sizeof(part), "M/%s", parts[i]);
        rmdir(fixture_path(f, part));
        assert_int_equal(symlink("../elsewhere", fixture_path(f, part)), 0);
        refused(f, "M", "a symbolic link");
        unlink(fixture_path(f, part));
        fixture_write(f, part, "x");
        refused(f, "M", "a file");
        assert_string_equal(fixture_read(f, part), "x");
        unlink(fixture_path(f, part));
        assert_int_equal(mkfifo(fixture_path(f, part), 0600), 0);
        refused(f, "M", "a FIFO");
        unlink(fixture_path(f, part));
    }
    assert_null(only_file(f, "elsewhere"));
    assert_int_equal(symlink("elsewhere", fixture_path(f, "L")), 0);
    refused(f, "L", "a symbolic link");
    refused(f, "L/Maildir", "a symbolic link");
    assert_int_equal(save(f, "a/../elsewhere/Maildir"), -1);
}

static void a_foreign_owner_is_refused(void **state)
{
    struct fixture *f = *state;
    if (geteuid() != 0)
        skip();
    assert_int_equal(save(f, "M"), 0);
    assert_int_equal(chown(fixture_path(f, "M/new"), 1, 1), 0);
    refused(f, "M", "belongs to uid 1");
    assert_int_equal(chown(fixture_path(f, "M"), 1, 1), 0);
    refused(f, "M", "belongs to uid 1");
}

static void names_of_folders(void **state)
{
    static const struct {
        struct slice name;
        const char *directory; /* NULL: none */
    } rows[] = {
        { SLICE_INIT("Junk"), ".Junk" },
        { SLICE_INIT("Lists/tamis"), ".Lists.tamis" },
        { SLICE_INIT("Entw\xc3\xbcrfe"), ".Entw&APw-rfe" },
        { SLICE_INIT("R&D"), ".R&-D" },
        { SLICE_INIT("\xe5\x8f\xb0\xe5\x8c\x97"), ".&U,BTFw-" },
        { SLICE_INIT("\xf0\x9f\x98\x80"), ".&2D3eAA-" },
        { SLICE_INIT(""), NULL },
        { SLICE_INIT(".."), NULL },
        { SLICE_INIT("a.b"), NULL },
        { SLICE_INIT("/a"), NULL },
        { SLICE_INIT("a/"), NULL },
        { SLICE_INIT("a//b"), NULL },
        { SLICE_INIT("a\nb"), NULL },
        { SLICE_INIT("a\0b"), NULL },
        { SLICE_INIT("~a"), NULL },
        { SLICE_INIT("\xff"), NULL },
        { SLICE_INIT("a*"), NULL },
    };
    char directory[NAME_MAX + 1];
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(folder_directory(rows[i].name, directory), rows[i].directory != NULL);
        if (rows[i].directory)
            assert_string_equal(directory, rows[i].directory);
    }
    char longest[300];
    memset(longest, 'x', sizeof(longest));
    assert_false(folder_directory(slice_of(longest, sizeof(longest)), directory));
}

static void subscriptions(void **state)
{
    static const struct {
        const char *before, *after;
    } rows[] = {
        { NULL, "V\t2\n\nLists\ttamis\n" },
        { "V\t2\n\nSent\n", "V\t2\n\nSent\nLists\ttamis\n" },
        { "V\t2\n\nLists\ttamis\n", "V\t2\n\nLists\ttamis\n" },
        { "Sent\n", "Sent\nLists.tamis\n" },
        { "cut", "cut" },
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        unlink(fixture_path(f, "subscriptions"));
        if (rows[i].before)
            fixture_write(f, "subscriptions", rows[i].before);
        folder_subscribe(f->dir, SLICE("Lists/tamis"));
        assert_string_equal(fixture_read(f, "subscriptions"), rows[i].after);
        assert_int_equal(access(fixture_path(f, "subscriptions.lock"), F_OK), -1);
    }
    fixture_write(f, "subscriptions.lock", "");
    folder_subscribe(f->dir, SLICE("Other"));
    assert_string_equal(fixture_read(f, "subscriptions"), "cut");
}

static void a_folder_is_made_and_subscribed(void **state)
{
    struct fixture *f = *state;
    f->a.kind = ANSWER_FULL;
    assert_int_equal(folder_open(f->dir, SLICE("Junk"), false, &f->a), -1);
    assert_int_equal(f->a.kind, ANSWER_DONE); /* there is none, and that is no fault */
    int dir = folder_open(f->dir, SLICE("Junk"), true, &f->a);
    assert_true(dir >= 0);
    close(dir);
    assert_int_equal(access(fixture_path(f, ".Junk/maildirfolder"), F_OK), 0);
    assert_string_equal(fixture_read(f, "subscriptions"), "V\t2\n\nJunk\n");
    assert_int_equal(folder_open(f->dir, SLICE("../x"), true, &f->a), -1);
    assert_int_equal(f->a.kind, ANSWER_CONFIG);
}

static void dead_writers_files_are_swept(void **state)
{
    struct fixture *f = *state;
    struct maildir m;
    const struct timespec old[] = { { .tv_sec = 1000 }, { .tv_sec = 1000 } };
    assert_int_equal(maildir_open(&m, tree_open(fixture_path(f, "M"), f->path, true, &f->a), &f->a), 0);
    fixture_write(f, "M/tmp/old", "x");
    fixture_write(f, "M/tmp/new", "x");
    assert_int_equal(utimensat(m.tmp, "old", old, 0), 0);
    maildir_sweep(&m);
    assert_int_equal(access(fixture_path(f, "M/tmp/old"), F_OK), -1);
    assert_int_equal(access(fixture_path(f, "M/tmp/new"), F_OK), 0);
    maildir_close(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(stored_with_its_size),
        FIXTURE_TEST(missing_folders_are_made),
        FIXTURE_TEST(what_is_damaged_is_left_alone),
        FIXTURE_TEST(a_foreign_owner_is_refused),
        cmocka_unit_test(names_of_folders),
        FIXTURE_TEST(subscriptions),
        FIXTURE_TEST(a_folder_is_made_and_subscribed),
        FIXTURE_TEST(dead_writers_files_are_swept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
