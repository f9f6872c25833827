/* test-fixture.h - a folder of its own for each test */
#ifndef DELIVERY_TEST_FIXTURE_H
#define DELIVERY_TEST_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/buf.h"
#include "delivery/answer.h"

struct fixture {
    char path[64];
    int dir;
    struct answer a;
};

static int fixture_begin(void **state)
{
    static struct fixture f;
    snprintf(f.path, sizeof(f.path), "/tmp/tamis-delivery-XXXXXX");
    assert_non_null(mkdtemp(f.path));
    f.dir = open(f.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    f.a = (struct answer){ 0 };
    *state = &f;
    return f.dir < 0;
}

static int fixture_end(void **state)
{
    struct fixture *f = *state;
    char command[100];
    close(f->dir);
    snprintf(command, sizeof(command), "rm -rf '%s'", f->path);
    return system(command);
}

#define FIXTURE_TEST(f) cmocka_unit_test_setup_teardown(f, fixture_begin, fixture_end)

static inline const char *fixture_path(const struct fixture *f, const char *name)
{
    static char path[4][256];
    static int i;
    char *p = path[i++ % 4];
    snprintf(p, sizeof(path[0]), "%s/%s", f->path, name);
    return p;
}

static inline void fixture_write(const struct fixture *f, const char *name, const char *text)
{
    FILE *out = fopen(fixture_path(f, name), "w");
    assert_non_null(out);
    fputs(text, out);
    assert_int_equal(fclose(out), 0);
}

/* Valid until the next call. */
static inline const char *fixture_read(const struct fixture *f, const char *name)
{
    static char text[100000];
    FILE *in = fopen(fixture_path(f, name), "r");
    assert_non_null(in);
    size_t n = fread(text, 1, sizeof(text) - 1, in);
    text[n] = 0;
    fclose(in);
    return text;
}

#endif
