/* handoff-test.c - a loader is told what its starter was told */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/log.h"
#include "engine/handoff.h"

static const char *const paths[] = { "/etc/three" };

static struct loader_config some_config(struct arena *a)
{
    struct conf_section sections[] = {
        { .rows = message_option_rows,
          .n = message_option_rows_n,
          .at = offsetof(struct loader_config, message) },
        { .rows = scoring_option_rows,
          .n = scoring_option_rows_n,
          .at = offsetof(struct loader_config, scoring) },
        { .rows = engine_option_rows,
          .n = engine_option_rows_n,
          .at = offsetof(struct loader_config, engine) },
        { .rows = dns_option_rows, .n = dns_option_rows_n, .at = offsetof(struct loader_config, dns) },
        { .rows = auth_option_rows, .n = auth_option_rows_n, .at = offsetof(struct loader_config, auth) },
    };
    struct conf_schema schema = { sections, 5, sizeof(struct loader_config) };
    struct loader_config c;
    conf_defaults(&schema, a, &c);
    c.message.mime_max_depth = 7;
    c.scoring.rules_path = (struct conf_list){ paths, 1 };
    c.scoring.rules_max = 1234;
    c.auth.spf_lookups_max = 7;
    c.dns.dns_deadline = 4712;
    c.engine.worker_deadline = 4711;
    c.engine.worker_memory = 100000001;
    return c;
}

static void all_options_arrive(void **state)
{
    struct arena a;
    arena_init(&a, 1 << 20);
    struct loader_config in = some_config(&a), out;
    struct loader_account account = { true, 65534, UINT32_MAX - 1 }, got;
    struct err e = { ERR_NONE, "" };
    log_set_level(LOG_LEVEL_DEBUG);
    log_set_areas("rules");
    int fd = handoff_write(&in, &account, &e);
    assert_true(fd >= 0);
    log_set_level(LOG_LEVEL_ERROR);
    log_set_areas("");
    if (handoff_read(fd, &a, &out, &got, &e) != 0)
        fail_msg("%s", e.text);
    assert_memory_equal(&in.message, &out.message, sizeof(in.message));
    assert_memory_equal(&in.engine, &out.engine, sizeof(in.engine));
    assert_int_equal(out.scoring.rules_path.n, 1);
    assert_string_equal(out.scoring.rules_path.v[0], "/etc/three");
    assert_int_equal(out.scoring.rules_max, 1234);
    assert_int_equal(out.dns.dns_deadline, 4712);
    assert_int_equal(out.auth.spf_lookups_max, 7);
    assert_true(got.drop);
    assert_int_equal(got.uid, 65534);
    assert_int_equal(got.gid, UINT32_MAX - 1);
    assert_int_equal(log_get_level(), LOG_LEVEL_DEBUG);
    assert_string_equal(log_get_areas(), "rules");
    log_set_areas("");
    close(fd);
    arena_deinit(&a);
}

static void text_cannot_be_changed(void **state)
{
    struct arena a;
    arena_init(&a, 1 << 20);
    struct loader_config in = some_config(&a);
    struct loader_account account = { 0 };
    int fd = handoff_write(&in, &account, NULL);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, "#", 1, 0), -1);
    assert_int_equal(errno, EPERM);
    assert_int_equal(ftruncate(fd, 0), -1);
    assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    close(fd);
    arena_deinit(&a);
}

static void other_descriptors_are_refused(void **state)
{
    struct arena a;
    struct loader_config out;
    struct loader_account account;
    struct err e;
    int fd = memfd_create("test", MFD_CLOEXEC), ends[2];
    arena_init(&a, 4 << 20);
    assert_int_equal(write(fd, "no_such_option = 1\n", 19), 19);
    assert_int_equal(handoff_read(fd, &a, &out, &account, &e), -1);
    assert_int_equal(ftruncate(fd, 2 << 20), 0);
    assert_int_equal(handoff_read(fd, &a, &out, &account, &e), -1);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(handoff_read(ends[0], &a, &out, &account, &e), -1);
    assert_int_equal(handoff_read(-1, &a, &out, &account, &e), -1);
    close(ends[0]);
    close(ends[1]);
    close(fd);
    arena_deinit(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_options_arrive),
        cmocka_unit_test(text_cannot_be_changed),
        cmocka_unit_test(other_descriptors_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
