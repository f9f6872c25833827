/* lesson-day-fuzz.c - any bytes as what a day had of lessons
 * Holds: what reads is written in the same words again, and goes on to be counted; what does not changes
 * nothing. With a first byte that is odd the checksum is mended, so that the rest is reached. */
#include <stdlib.h>
#include "milter/lesson-day.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void mend(unsigned char *p, size_t n)
{
    uint64_t h = 0xcbf29ce484222325u;
    for (size_t i = 0; i + 8 < n; i++)
        h = (h ^ p[i]) * 0x100000001b3u;
    memcpy(p + n - 8, &h, sizeof(h));
}

static void check_again(const struct lesson_day *d)
{
    static struct lesson_day again;
    struct buf one, two;
    if (again.names == NULL)
        lesson_day_init(&again);
    buf_init(&one, LESSON_DAY_BYTES + 100);
    buf_init(&two, LESSON_DAY_BYTES + 100);
    lesson_day_write(d, &one);
    check(lesson_day_read(&again, buf_slice(&one)));
    lesson_day_write(&again, &two);
    check(one.n == two.n && again.n_names == d->n_names && again.day == d->day);
    buf_deinit(&one);
    buf_deinit(&two);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct lesson_bounds b = { 10, 5, 5 };
    static struct lesson_day d;
    if (d.names == NULL)
        lesson_day_init(&d);
    if (size < 9)
        return 0;
    unsigned char *copy = malloc(size - 1);
    check(copy != NULL);
    memcpy(copy, data + 1, size - 1);
    if (data[0] & 1)
        mend(copy, size - 1);
    uint32_t day = d.day, n = d.n_names;
    if (lesson_day_read(&d, slice_of((const char *)copy, size - 1)))
        check_again(&d);
    else
        check(d.day == day && d.n_names == n);
    lesson_day_take(&d, &b, data[0] & 2, SLICE("example.org"), SLICE("192.0.2.1"), d.day);
    free(copy);
    return 0;
}
