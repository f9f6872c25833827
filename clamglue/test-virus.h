/* test-virus.h - what the tests of clamglue share: a folder of their own, files, a database
 * The test signatures are put together here, so that no file of the sources is one that scanners know. */
#ifndef CLAMGLUE_TEST_VIRUS_H
#define CLAMGLUE_TEST_VIRUS_H

#include <openssl/evp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/buf.h"
#include "clamglue/options.h"

#define TEST_EICAR "Tamis.Test.Eicar.UNOFFICIAL"
#define TEST_MARK "Tamis.Test.Mark.UNOFFICIAL"
#define TEST_CLAM "Tamis.Test.ClamExe.UNOFFICIAL"
/* a text that a signature finds at any place */
#define TEST_MARK_TEXT                                                                                       \
    "tamis-test-"                                                                                            \
    "mark-0815"

static char test_folder[200];

static struct slice test_eicar(void)
{
    static char text[100];
    snprintf(text, sizeof(text), "%s%s", "X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-",
             "STANDARD-ANTIVIRUS-TEST-FILE!$H+H*");
    return slice_str(text);
}

static const char *test_path(const char *name)
{
    static char path[400];
    snprintf(path, sizeof(path), "%s/%s", test_folder, name);
    return path;
}

static void test_write(const char *name, struct slice bytes)
{
    FILE *f = fopen(test_path(name), "w");
    if (f == NULL || fwrite(bytes.p, 1, bytes.n, f) != bytes.n || fclose(f) != 0)
        abort();
}

/* false when it is not there */
static bool __attribute__((unused)) test_read(const char *path, struct buf *out)
{
    char text[65536];
    size_t n;
    FILE *f = fopen(path, "r");
    if (f == NULL)
        return false;
    while ((n = fread(text, 1, sizeof(text), f)) > 0)
        buf_add(out, text, n);
    fclose(f);
    return true;
}

static void test_hex(struct buf *b, const void *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        buf_printf(b, "%02x", ((const unsigned char *)p)[i]);
}

static void test_run(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static void test_run(const char *fmt, ...)
{
    char command[1000];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(command, sizeof(command), fmt, ap);
    va_end(ap);
    if (system(command) != 0)
        abort();
}

/* Signatures by text: EICAR at the begin of a file, the mark anywhere, and one that names a heuristic. */
static void test_make_database(void)
{
    struct buf b;
    struct slice eicar = test_eicar(), mark = SLICE(TEST_MARK_TEXT);
    buf_init(&b, 10000);
    buf_add_str(&b, "Tamis.Test.Eicar:0:0:");
    test_hex(&b, eicar.p, eicar.n);
    buf_add_str(&b, "\nTamis.Test.Mark:0:*:");
    test_hex(&b, mark.p, mark.n);
    buf_add_str(&b, "\nHeuristics.Test.Oddity:0:*:");
    test_hex(&b, "tamis-test-heuristic", 20);
    buf_add_str(&b, "\n");
    test_run("mkdir %s", test_path("db"));
    test_write("db/test.ndb", buf_slice(&b));
    buf_deinit(&b);
}

/* A signature by hash of one file. */
static void __attribute__((unused)) test_add_hash(const char *name, struct slice bytes)
{
    unsigned char md5[16];
    unsigned n = 0;
    struct buf b;
    EVP_Digest(bytes.p, bytes.n, md5, &n, EVP_md5(), NULL);
    buf_init(&b, 1000);
    test_hex(&b, md5, sizeof(md5));
    buf_printf(&b, ":%zu:%s\n", bytes.n, name);
    test_write("db/test.hdb", buf_slice(&b));
    buf_deinit(&b);
}

/* A folder with a database in db/ and room in scratch/; o is set to them. */
static void test_begin(struct virus_options *o)
{
    const char *tmp = getenv("TMPDIR");
    snprintf(test_folder, sizeof(test_folder), "%s/tamis-virus-test.XXXXXX", tmp ? tmp : "/tmp");
    if (mkdtemp(test_folder) == NULL)
        abort();
    test_make_database();
    test_run("mkdir %s", test_path("scratch"));
    virus_options_default(o);
    static char database[400];
    snprintf(database, sizeof(database), "%s", test_path("db"));
    o->database = database;
}

static void test_end(void)
{
    test_run("rm -rf %s", test_folder);
}

#endif
