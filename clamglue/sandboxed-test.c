/* sandboxed-test.c - the scan as a worker does it: in a child, behind sandbox_enter()
 * A system call that the sandbox does not know kills the child; the test then says by which file. */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include "base/log.h"
#include "base/sandbox.h"
#include "clamglue/test-mail.h"
#include "clamglue/test-virus.h"
#include "clamglue/virus.h"

#define NOBODY 65534
#define TESTFILES "/usr/share/clamav-testfiles"

static struct virus_options options;
static struct message_limits limits;
static struct clam_database *db;
static struct virus_scanner *scanner;
static struct arena arena;
static char scratch[400];
static bool landlock;

static int set_up(void **state)
{
    struct err e;
    struct buf exe;
    test_begin(&options);
    buf_init(&exe, 1 << 20);
    if (test_read(TESTFILES "/clam.exe", &exe))
        test_add_hash("Tamis.Test.ClamExe", buf_slice(&exe));
    buf_deinit(&exe);
    landlock = syscall(444, NULL, 0, 1) >= 0;
    message_limits_default(&limits);
    snprintf(scratch, sizeof(scratch), "%s", test_path("scratch"));
    test_run("chmod 711 %s", test_folder);
    if (sandbox_is_root())
        test_run("chown %d %s", NOBODY, scratch);
    db = clam_database_open(&options, &e);
    if (db == NULL)
        return -1;
    if (virus_warm(db, &options, scratch, &e) != 0) {
        print_error("%s\n", e.text);
        return -1;
    }
    scanner = virus_scanner_new(db, &options, scratch);
    arena_init(&arena, 256 << 20);
    return 0;
}

static int tear_down(void **state)
{
    virus_scanner_free(&scanner);
    clam_database_close(&db);
    arena_deinit(&arena);
    test_end();
    return 0;
}

static void enter(void)
{
    struct sandbox_limits l = {
        .memory = 512 << 20, .open_files = 128, .scratch = scratch, .without_landlock = !landlock
    };
    static const int caught[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGSYS };
    struct err e = { 0 };
    for (size_t i = 0; i < sizeof(caught) / sizeof(caught[0]); i++)
        signal(caught[i], SIG_DFL);
    alarm(60);
    if (sandbox_is_root() && sandbox_drop(NOBODY, NOBODY, NULL, 0, &e) != 0)
        _exit(101);
    if (sandbox_enter(SANDBOX_VIRUS, &l, &e) != 0) {
        fprintf(stderr, "%s\n", e.text);
        _exit(102);
    }
}

static class_set classes_of(struct slice raw)
{
    struct finding_list found = { 0 };
    struct message m;
    arena_reset(&arena);
    message_parse(&m, &arena, raw, NULL, &limits);
    virus_check(scanner, &m, &found);
    return found.classes;
}

/* In a child: the classes of a message with this attachment. */
static class_set scan_in_child(const char *name, struct slice bytes)
{
    int answer[2], status;
    class_set classes = 0;
    assert_int_equal(pipe2(answer, O_CLOEXEC), 0);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        struct buf b;
        buf_init(&b, 128 << 20);
        mail_begin(&b, "mixed");
        mail_text(&b, "see attachment");
        mail_attach(&b, "application/octet-stream", name, "base64", bytes);
        mail_end(&b);
        enter();
        classes = classes_of(buf_slice(&b));
        _exit(write(answer[1], &classes, sizeof(classes)) == sizeof(classes) ? 0 : 103);
    }
    close(answer[1]);
    ssize_t n = read(answer[0], &classes, sizeof(classes));
    close(answer[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    if (status != 0 || n != sizeof(classes))
        fail_msg("%s: wait status 0x%x", name, status);
    return classes;
}

static void scratch_is_empty(void)
{
    DIR *dir = opendir(scratch);
    unsigned n = 0;
    while (readdir(dir))
        n++;
    closedir(dir);
    assert_int_equal(n, 2);
}

static void a_virus_is_found_in_the_sandbox(void **state)
{
    assert_int_equal(scan_in_child("e.com", test_eicar()), CLASS_BIT(CLASS_VIRUS));
    assert_int_equal(scan_in_child("x.txt", SLICE("nothing at all, but some text")), 0);
    scratch_is_empty();
}

/* libxml2 asks where it is. */
static void a_document_in_xml_is_opened_in_the_sandbox(void **state)
{
    struct buf b;
    buf_init(&b, 1 << 20);
    buf_add_str(&b, "<?xml version=\"1.0\"?>\n<?mso-application progid=\"Word.Document\"?>\n"
                    "<w:wordDocument xmlns:w=\"http://schemas.microsoft.com/office/word/2003/wordml\">"
                    "<w:binData w:name=\"oledata.mso\">");
    mail_base64(&b, test_eicar());
    buf_add_str(&b, "</w:binData></w:wordDocument>");
    assert_int_equal(scan_in_child("a.xml", buf_slice(&b)), CLASS_BIT(CLASS_VIRUS));
    buf_deinit(&b);
}

/* Each kind of file opens other parts of libclamav. */
static void every_test_file_is_opened_in_the_sandbox(void **state)
{
    DIR *dir = opendir(TESTFILES);
    const struct dirent *entry;
    unsigned files = 0, found = 0;
    struct buf b;
    if (dir == NULL) {
        print_message("             clamav-testfiles is not installed\n");
        skip();
    }
    buf_init(&b, 64 << 20);
    while ((entry = readdir(dir)) != NULL) {
        char path[400];
        snprintf(path, sizeof(path), TESTFILES "/%s", entry->d_name);
        buf_reset(&b);
        if (entry->d_name[0] == '.' || !test_read(path, &b))
            continue;
        files++;
        if (scan_in_child(entry->d_name, buf_slice(&b)) & CLASS_BIT(CLASS_VIRUS))
            found++;
        else
            print_error("%s: not found\n", entry->d_name);
    }
    closedir(dir);
    buf_deinit(&b);
    print_message("             %u of %u files\n", found, files);
    assert_int_equal(found, files);
    assert_true(files >= 40);
    scratch_is_empty();
}

/* Text in UTF-16 needs a converter, which libc would load from a file. */
static void conversions_work_in_the_sandbox(void **state)
{
    static const char head[] = "<html><body>", tail[] = "</body></html>";
    struct buf b;
    buf_init(&b, 10000);
    buf_add(&b, "\xff\xfe", 2);
    const char *const parts[] = { head, TEST_MARK_TEXT, tail };
    for (size_t i = 0; i < 3; i++)
        for (const char *p = parts[i]; *p; p++) {
            buf_add_char(&b, *p);
            buf_add_char(&b, 0);
        }
    class_set inside = scan_in_child("x.html", buf_slice(&b));
    /* as without a sandbox, whatever that is */
    struct buf mail;
    buf_init(&mail, 100000);
    mail_begin(&mail, "mixed");
    mail_text(&mail, "see attachment");
    mail_attach(&mail, "application/octet-stream", "x.html", "base64", buf_slice(&b));
    mail_end(&mail);
    assert_int_equal(inside, classes_of(buf_slice(&mail)));
    buf_deinit(&mail);
    buf_deinit(&b);
}

static int scan_where_no_file_can_be_made(void)
{
    struct buf b;
    char nowhere[500];
    buf_init(&b, 1 << 20);
    mail_begin(&b, "mixed");
    mail_attach(&b, "application/octet-stream", "e.com", "base64", test_eicar());
    mail_end(&b);
    enter();
    snprintf(nowhere, sizeof(nowhere), "%s/not-there", scratch);
    virus_set_scratch(scanner, nowhere);
    class_set c = classes_of(buf_slice(&b));
    return c & (CLASS_BIT(CLASS_UNCHECKED_FAULT) | CLASS_BIT(CLASS_VIRUS)) ? 0 : 1;
}

/* The worst: libclamav says "clean" since it could not unpack. */
static void no_scratch_is_a_fault(void **state)
{
    int status;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0)
        _exit(scan_where_no_file_can_be_made());
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_virus_is_found_in_the_sandbox),
        cmocka_unit_test(a_document_in_xml_is_opened_in_the_sandbox),
        cmocka_unit_test(every_test_file_is_opened_in_the_sandbox),
        cmocka_unit_test(conversions_work_in_the_sandbox),
        cmocka_unit_test(no_scratch_is_a_fault),
    };
    log_set_level(LOG_LEVEL_ERROR);
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
