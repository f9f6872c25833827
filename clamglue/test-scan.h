/* test-scan.h - a message is scanned and its findings are looked at: for tests with the real libclamav */
#ifndef CLAMGLUE_TEST_SCAN_H
#define CLAMGLUE_TEST_SCAN_H

#include "clamglue/test-mail.h"
#include "clamglue/test-virus.h"
#include "clamglue/virus.h"

static struct virus_options options;
static struct message_limits limits;
static struct clam_database *db;
static struct virus_scanner *scanner;
static struct arena arena;
static struct finding_list found;
static char scratch[400];

static int scan_begin(void)
{
    struct err e;
    db = clam_database_open(&options, &e);
    if (db == NULL) {
        print_error("%s\n", e.text);
        return -1;
    }
    scanner = virus_scanner_new(db, &options, scratch);
    return 0;
}

static void scan_end(void)
{
    virus_scanner_free(&scanner);
    clam_database_close(&db);
}

static int set_up(void **state)
{
    test_begin(&options);
    message_limits_default(&limits);
    snprintf(scratch, sizeof(scratch), "%s", test_path("scratch"));
    arena_init(&arena, 512 << 20);
    return scan_begin();
}

static int tear_down(void **state)
{
    scan_end();
    arena_deinit(&arena);
    test_end();
    return 0;
}

static void check(struct slice raw)
{
    struct message m;
    arena_reset(&arena);
    memset(&found, 0, sizeof(found));
    message_parse(&m, &arena, raw, NULL, &limits);
    virus_check(scanner, &m, &found);
}

/* As an attachment of this name. */
static void __attribute__((unused)) check_file(const char *name, struct slice bytes)
{
    struct buf b;
    buf_init(&b, 256 << 20);
    mail_begin(&b, "mixed");
    mail_text(&b, "see attachment");
    mail_attach(&b, "application/octet-stream", name, "base64", bytes);
    mail_end(&b);
    check(buf_slice(&b));
    buf_deinit(&b);
}

static const struct finding *__attribute__((unused)) finding(const char *name)
{
    for (const struct finding *f = found.first; f; f = f->next)
        if (slice_eq(f->name, slice_str(name)))
            return f;
    return NULL;
}

static void __attribute__((unused)) print_findings(void)
{
    for (const struct finding *f = found.first; f; f = f->next)
        print_error("  kind %d class %s name %.*s where %.*s\n", (int)f->kind, verdict_classes[f->class].name,
                    SLICE_ARG(f->name), SLICE_ARG(f->detail));
}

static void __attribute__((unused)) must_find(const char *name, const char *what)
{
    if (finding(name))
        return;
    print_findings();
    fail_msg("%s: no %s", what, name);
}

static void __attribute__((unused)) must_have_class(enum verdict_class class, const char *what)
{
    if (found.classes & CLASS_BIT(class))
        return;
    print_findings();
    fail_msg("%s: no %s", what, verdict_classes[class].name);
}

static void __attribute__((unused)) must_be_clean(const char *what)
{
    if (found.first == NULL)
        return;
    print_findings();
    fail_msg("%s: found something", what);
}

#endif
