/* view-html-color.c - colours of attributes and styles as SpamAssassin reads them
 * A name; # and hexadecimal digits, of which any other characters are left out; rgb(1,2,3) or rgb(1%,2%,3%).
 * All else is invalid, digits without # as well. */
#include "config.h"
#include "scoring/view-html-page.h"

static const struct {
    struct slice name;
    uint32_t rgb;
} names[] = {
#include "scoring/view-html-color-table.h"
};

static int compare(struct slice text, struct slice name)
{
    for (size_t i = 0; i < text.n && i < name.n; i++) {
        int d = (unsigned char)ascii_lower(text.p[i]) - (unsigned char)name.p[i];
        if (d)
            return d;
    }
    return text.n < name.n ? -1 : text.n > name.n;
}

static bool find(struct slice text, uint32_t *rgb)
{
    size_t low = 0, high = sizeof(names) / sizeof(*names);
    while (low < high) {
        size_t middle = (low + high) / 2;
        int d = compare(text, names[middle].name);
        *rgb = names[middle].rgb;
        if (d == 0)
            return true;
        if (d < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return false;
}

/* ---- digits after # */

struct digits {
    unsigned n;
    uint32_t v[6];
};

static void add_digit(struct digits *d, int v)
{
    if (v >= 0 && d->n < 6)
        d->v[d->n++] = (uint32_t)v;
}

static struct page_color color_of(struct digits *d)
{
    struct page_color color = { .kind = COLOR_RGB };
    if (d->n == 0)
        return (struct page_color){ .kind = COLOR_EMPTY };
    for (unsigned i = 0; i < 6; i++)
        color.rgb = color.rgb << 4 | d->v[d->n == 6 ? i : i / 2]; /* those that are missing are 0 */
    return color;
}

static struct page_color numbered(struct slice text)
{
    struct digits d = { 0 };
    for (size_t i = 0; i < text.n; i++)
        add_digit(&d, ascii_hex(text.p[i]));
    return color_of(&d);
}

/* ---- rgb() in an attribute */

static bool all_hex(struct slice text)
{
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] != '#' && ascii_hex(text.p[i]) < 0)
            return false;
    return true;
}

static bool is_rgb(struct slice s)
{
    return slice_istarts(s, SLICE("rgb("));
}

/* "rgb(" up to ")" with nothing but digits, %, commas and spaces between, anywhere */
static bool has_rgb(struct slice s)
{
    for (; s.n; s = slice_from(s, 1)) {
        size_t i = 4;
        if (!is_rgb(s))
            continue;
        while (i < s.n && (ascii_digit(s.p[i]) || s.p[i] == '%' || s.p[i] == ',' || s.p[i] == ' '))
            i++;
        if (i < s.n && s.p[i] == ')')
            return true;
    }
    return false;
}

static bool take(struct slice s, size_t *at, char c)
{
    bool there = *at < s.n && s.p[*at] == c;
    *at += there;
    return there;
}

/* One number with what must follow it. */
static bool read_part(struct page_text text, size_t *at, bool percent, bool last, double *v)
{
    size_t begin = *at;
    *v = 0;
    for (; *at < text.s.n && ascii_digit(text.s.p[*at]); (*at)++)
        *v = *v * 10 + (text.s.p[*at] - '0');
    if (*at == begin || (percent && !take(text.s, at, '%')))
        return false;
    if (last) {
        *at = char_skip_space(text, *at);
        return take(text.s, at, ')');
    }
    if (!take(text.s, at, ','))
        return false;
    *at = char_skip_space(text, *at);
    return true;
}

/* A number in hexadecimal, two digits at least, and all that it has. */
static void add_number(struct digits *d, double v)
{
    uint64_t n = v >= 18446744073709551615.0 ? UINT64_MAX : (uint64_t)v;
    int shift = 4;
    while (shift < 60 && n >> (shift + 4))
        shift += 4;
    for (; shift >= 0; shift -= 4)
        add_digit(d, (int)(n >> shift & 15));
}

static bool read_rgb(struct page_text text, bool percent, struct page_color *color)
{
    for (; text.s.n; text.s = slice_from(text.s, 1)) {
        size_t at = 4;
        double v[3];
        struct digits d = { 0 };
        if (!is_rgb(text.s) || !read_part(text, &at, percent, false, &v[0]) ||
            !read_part(text, &at, percent, false, &v[1]) || !read_part(text, &at, percent, true, &v[2]))
            continue;
        for (int i = 0; i < 3; i++)
            add_number(&d, percent ? v[i] / 100 * 255 : v[i]);
        *color = color_of(&d);
        return true;
    }
    return false;
}

struct page_color page_color_named(struct page_text text)
{
    struct page_color color = { .kind = COLOR_INVALID };
    text.s = char_trim(text);
    if (find(text.s, &color.rgb))
        color.kind = COLOR_RGB;
    else if (text.s.n && text.s.p[0] == '#' && all_hex(text.s))
        color = numbered(text.s);
    else if (has_rgb(text.s) && !read_rgb(text, true, &color) && !read_rgb(text, false, &color) &&
             text.s.p[0] == '#')
        color = numbered(text.s);
    return color;
}

struct page_color page_color_digits(struct slice text)
{
    uint32_t part[3] = { 0 };
    unsigned n = 0;
    for (size_t i = 0; i < text.n && n < 3; i++) {
        if (text.p[i] == ',')
            n++;
        else if (ascii_digit(text.p[i]))
            part[n] = part[n] > 255 ? 255 : part[n] * 10 + (uint32_t)(text.p[i] - '0');
    }
    for (int i = 0; i < 3; i++)
        part[i] = part[i] > 255 ? 255 : part[i];
    return (struct page_color){ COLOR_RGB, part[0] << 16 | part[1] << 8 | part[2] };
}
