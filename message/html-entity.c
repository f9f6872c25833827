/* html-entity.c - character references; see html-entity.h
 * A name is found by narrowing the sorted table one character at a time: the longest row that matches wins,
 * at most 32 steps from each '&'. */
#include "config.h"
#include "message/html-entity.h"

#include "message/charset.h"

static const struct row {
    const char *name;
    uint8_t length;
    uint32_t first;
    uint16_t second;
} rows[] = {
#include "message/html-entity-table.h"
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

static unsigned char at(size_t row, size_t i)
{
    return (unsigned char)rows[row].name[i]; /* the NUL at its end sorts first */
}

/* The first row of [low, high) whose character i is not below c. Characters before i are equal. */
static size_t lower_bound(size_t low, size_t high, size_t i, unsigned c)
{
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (at(middle, i) < c)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static const struct row *longest(struct slice s)
{
    const struct row *found = NULL;
    size_t low = 0, high = ROWS;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (!ascii_alnum((char)c) && c != ';')
            break;
        low = lower_bound(low, high, i, c);
        high = lower_bound(low, high, i, c + 1u);
        if (low == high)
            break;
        if (rows[low].length == i + 1)
            found = &rows[low];
    }
    return found;
}

static size_t named(struct slice s, bool in_attribute, char out[8], size_t *n)
{
    const struct row *row = longest(slice_from(s, 1));
    if (row == NULL)
        return 0;
    size_t end = 1u + row->length;
    if (in_attribute && s.p[end - 1] != ';' && end < s.n && (s.p[end] == '=' || ascii_alnum(s.p[end])))
        return 0;
    *n = utf8_put(out, row->first);
    if (row->second)
        *n += utf8_put(out + *n, row->second);
    return end;
}

static uint32_t remap(uint32_t c)
{
    static const uint16_t windows_1252[32] = {
        0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
        0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
        0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178,
    };
    if (c == 0)
        return 0xFFFD;
    return c >= 0x80 && c < 0xA0 ? windows_1252[c - 0x80] : c;
}

static size_t numeric(struct slice s, char out[8], size_t *n)
{
    size_t i = 2;
    bool hex = i < s.n && (s.p[i] == 'x' || s.p[i] == 'X');
    uint32_t c = 0;
    i += hex;
    size_t digits = i;
    for (; i < s.n; i++) {
        int digit = hex ? ascii_hex(s.p[i]) : ascii_digit(s.p[i]) ? s.p[i] - '0' : -1;
        if (digit < 0)
            break;
        if (c <= 0x10FFFF)
            c = c * (hex ? 16 : 10) + (uint32_t)digit;
    }
    if (i == digits)
        return 0;
    *n = utf8_put(out, remap(c));
    return i + (i < s.n && s.p[i] == ';');
}

size_t html_reference(struct slice s, bool in_attribute, char out[8], size_t *n)
{
    if (s.n < 2)
        return 0;
    return s.p[1] == '#' ? numeric(s, out, n) : named(s, in_attribute, out, n);
}

struct slice html_unescape(struct arena *a, struct slice value)
{
    ptrdiff_t amp = slice_chr(value, '&');
    if (amp < 0)
        return value;
    struct buf b;
    buf_init_in(&b, a, value.n * 2 + 8); /* no reference is shorter than half of its text */
    while (value.n) {
        char text[8];
        size_t plain = amp < 0 ? value.n : (size_t)amp, n = 0;
        buf_add(&b, value.p, plain);
        value = slice_from(value, plain);
        size_t taken = value.n ? html_reference(value, true, text, &n) : 0;
        if (taken)
            buf_add(&b, text, n);
        else if (value.n)
            buf_add_char(&b, '&');
        value = slice_from(value, taken ? taken : 1);
        amp = slice_chr(value, '&');
    }
    return buf_slice(&b);
}
