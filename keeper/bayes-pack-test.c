/* bayes-pack-test.c - sets come back whole, sorted, in few bits; and nothing else comes back */
#include "config.h"
#include "keeper/bayes-pack.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdlib.h>

#define MOST 6000

static uint64_t numbers[MOST], again[MOST];

static uint64_t noise(uint64_t n)
{
    n = (n ^ n >> 31) * 0x9e3779b97f4a7c15u;
    n = (n ^ n >> 29) * 0xbf58476d1ce4e5b9u;
    return n ^ n >> 32;
}

static int by_number(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

/* What is left of the numbers, in order: that of the used bits, which is that of the numbers. */
static void keep(size_t n, uint64_t used)
{
    for (size_t i = 0; i < n; i++)
        numbers[i] &= used;
    qsort(numbers, n, sizeof(*numbers), by_number);
}

static size_t there_and_back(size_t n, uint64_t used)
{
    struct arena a;
    struct buf b;
    arena_init(&a, 1 << 20);
    buf_init(&b, 1 << 20);
    struct bit_writer w = { .out = &b };
    bayes_pack_put(&w, numbers, n / 3, used, &a);
    bayes_pack_put(&w, numbers + n / 3, n - n / 3, used, &a);
    bayes_pack_end(&w);
    struct bit_reader r = { .rest = buf_slice(&b) };
    bayes_pack_get(&r, again, n / 3, used);
    bayes_pack_get(&r, again + n / 3, n - n / 3, used);
    assert_true(bayes_pack_done(&r));
    qsort(again, n, sizeof(*again), by_number);
    keep(n, used);
    assert_memory_equal(again, numbers, n * sizeof(*numbers));
    size_t bytes = b.n;
    buf_deinit(&b);
    arena_deinit(&a);
    return bytes;
}

static void sets_come_back(void **state)
{
    static const uint64_t used[] = { 0xffffffff, 0xff07ffff,         0x7ffff,
                                     1,          0xf0f0f0f0f0f0f0f0, 0xfe0003ffffffffff };
    static const size_t sizes[] = { 0, 1, 2, 3, 24, 25, 40, 300, MOST };
    (void)state;
    for (size_t u = 0; u < sizeof(used) / sizeof(*used); u++)
        for (size_t s = 0; s < sizeof(sizes) / sizeof(*sizes); s++) {
            for (size_t i = 0; i < sizes[s]; i++)
                numbers[i] = noise(i + 1 + 1000 * s);
            there_and_back(sizes[s], used[u]);
        }
}

static void ends_of_the_range_come_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < MOST; i++)
        numbers[i] = i % 2 ? UINT64_MAX : 0;
    there_and_back(MOST, 0xffffffff);
    for (size_t i = 0; i < MOST; i++)
        numbers[i] = UINT64_MAX - i % 3;
    there_and_back(MOST, 0x7ffff);
}

/* 500 of 32 bits: log2(2^32 / 500) + 1.44 bits each are 3050 in all. */
static void they_take_few_bits(void **state)
{
    (void)state;
    for (size_t i = 0; i < 500; i++)
        numbers[i] = noise(i + 77);
    assert_in_range(there_and_back(500, 0xffffffff), 1400, 1600);
}

static void what_is_cut_or_goes_on_is_none(void **state)
{
    static const char ones[] = "\377\377\377\377\377\377\377\377\377";
    (void)state;
    for (size_t cut = 0; cut < sizeof(ones); cut++) {
        struct bit_reader r = { .rest = slice_of(ones, cut) };
        bayes_pack_get(&r, again, 3, 0xffffffff);
        assert_false(bayes_pack_done(&r));
    }
    struct bit_reader more = { .rest = slice_of("\0\0", 2) }, rest = { .rest = slice_of("\1", 1) };
    bayes_pack_get(&more, again, 1, 1);
    assert_false(bayes_pack_done(&more));
    bayes_pack_get(&rest, again, 1, 1);
    assert_false(bayes_pack_done(&rest));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sets_come_back),
        cmocka_unit_test(ends_of_the_range_come_back),
        cmocka_unit_test(they_take_few_bits),
        cmocka_unit_test(what_is_cut_or_goes_on_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
