/* buf-test.c - buf, arena and slice */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include "base/buf.h"

static void full_sticks_and_drops_whole(void **state)
{
    struct buf b;
    buf_init(&b, 5);
    buf_add_str(&b, "abc");
    buf_add_str(&b, "def");
    assert_true(b.full);
    assert_string_equal(b.p, "abc");
    buf_add_str(&b, "d");
    assert_string_equal(b.p, "abc");
    buf_reset(&b);
    buf_add_str(&b, "abcde");
    assert_false(b.full);
    assert_int_equal(b.n, 5);
    buf_deinit(&b);
}

static void no_cap_is_a_cap_as_well(void **state)
{
    struct buf b;
    buf_init(&b, SIZE_MAX);
    for (int i = 0; i < 1000; i++)
        buf_add_str(&b, "0123456789");
    assert_int_equal(b.n, 10000);
    assert_false(b.full);
    assert_null(buf_reserve(&b, SIZE_MAX - 5));
    assert_true(b.full);
    assert_int_equal(b.n, 10000);
    buf_deinit(&b);
}

static void empty_buf_is_printable(void **state)
{
    struct buf b;
    buf_init(&b, 10);
    assert_string_equal(b.p, "");
    buf_add(&b, NULL, 0);
    assert_int_equal(b.n, 0);
    buf_deinit(&b);
}

static void grows_in_an_arena(void **state)
{
    struct arena a;
    struct buf b;
    arena_init(&a, 1 << 20);
    buf_init_in(&b, &a, 100000);
    for (int i = 0; i < 10000; i++)
        buf_printf(&b, "%d,", i % 10);
    assert_int_equal(b.n, 20000);
    assert_memory_equal(b.p + 19998, "9,", 2);
    arena_deinit(&a);
}

static void arena_zeroes_aligns_and_escapes(void **state)
{
    struct arena a;
    arena_init(&a, 100000);
    for (int round = 0; round < 3; round++) {
        volatile int made = 0;
        if (ARENA_TRY(&a))
            for (;;) {
                char *p = arena_alloc(&a, 1000);
                assert_int_equal((uintptr_t)p % 16, 0);
                for (int i = 0; i < 1000; i++)
                    assert_int_equal(p[i], 0);
                memset(p, 'x', 1000);
                made++;
            }
        assert_int_equal(made, 100000 / 1008); /* rounded up to 16 */
        arena_reset(&a);
    }
    if (ARENA_TRY(&a)) {
        arena_array(&a, SIZE_MAX / 2, 4);
        fail();
    }
    a.max = SIZE_MAX;
    if (ARENA_TRY(&a)) {
        arena_alloc(&a, SIZE_MAX - 3);
        fail();
    }
    assert_non_null(arena_alloc(&a, 0));
    arena_deinit(&a);
}

static void a_large_message_leaves_no_large_block(void **state)
{
    struct arena a;
    (void)state;
    arena_init(&a, 16 << 20);
    for (int i = 0; i < 3000; i++)
        arena_alloc(&a, 1024);
    for (int i = 0; i < 10; i++) {
        arena_reset(&a);
        arena_alloc(&a, 1024);
    }
    assert_true(a.end - a.at <= 16 * 1024);
    arena_deinit(&a);
}

static void cut_and_numbers(void **state)
{
    struct slice rest = SLICE("a,,b"), head;
    assert_true(slice_cut(&rest, ',', &head) && slice_eq(head, SLICE("a")));
    assert_true(slice_cut(&rest, ',', &head) && head.n == 0);
    assert_true(slice_cut(&rest, ',', &head) && slice_eq(head, SLICE("b")));
    assert_false(slice_cut(&rest, ',', &head));
    uint64_t v;
    assert_true(slice_uint(SLICE("18446744073709551615"), UINT64_MAX, &v) && v == UINT64_MAX);
    assert_false(slice_uint(SLICE("18446744073709551616"), UINT64_MAX, &v));
    assert_false(slice_uint(SLICE("-1"), 10, &v));
    assert_false(slice_uint(SLICE(""), 10, &v));
    assert_false(slice_uint(SLICE("11"), 10, &v));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(full_sticks_and_drops_whole),
        cmocka_unit_test(no_cap_is_a_cap_as_well),
        cmocka_unit_test(empty_buf_is_printable),
        cmocka_unit_test(grows_in_an_arena),
        cmocka_unit_test(arena_zeroes_aligns_and_escapes),
        cmocka_unit_test(cut_and_numbers),
        cmocka_unit_test(a_large_message_leaves_no_large_block),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
