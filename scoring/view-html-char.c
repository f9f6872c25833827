/* view-html-char.c - characters as Perl classes them; see view-html-char.h */
#include "config.h"
#include "scoring/view-html-char.h"

#include "message/charset.h"

static const struct {
    uint32_t first, last;
} words[] = {
#include "scoring/view-html-word-table.h"
};

bool char_space(uint32_t c, bool wide)
{
    if (c < 0x80)
        return char_ascii_space((unsigned char)c);
    return wide && (c == 0x85 || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 ||
                    c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000);
}

bool char_word(uint32_t c, bool wide)
{
    size_t low = 0, high = sizeof(words) / sizeof(*words);
    if (c < 0x80)
        return ascii_alnum((char)c) || c == '_';
    if (!wide)
        return false;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (words[middle].last < c)
            low = middle + 1;
        else
            high = middle;
    }
    return low < sizeof(words) / sizeof(*words) && words[low].first <= c;
}

bool char_plain(uint32_t c, bool wide)
{
    if (c < 0x80)
        return ascii_alnum((char)c) || (c < 0x20 && !char_ascii_space((unsigned char)c)) || c == 0x7f;
    return !char_space(c, wide);
}

uint32_t char_before(struct slice s, size_t end, size_t *start)
{
    size_t at = end - 1, n;
    while (at > 0 && end - at < 4 && ((unsigned char)s.p[at] & 0xc0) == 0x80)
        at--;
    uint32_t c = utf8_get(slice_sub(s, at, end - at), &n);
    if (at + n != end) { /* no character: its last byte alone */
        at = end - 1;
        c = 0xfffd;
    }
    *start = at;
    return c;
}

size_t char_count(struct slice s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
    return n;
}

struct slice char_cut(struct slice s, size_t max)
{
    if (s.n <= max)
        return s;
    for (size_t i = 0, n = 0; i < s.n; i++)
        if (((unsigned char)s.p[i] & 0xc0) != 0x80 && n++ == max)
            return slice_sub(s, 0, i);
    return s;
}

static struct slice trim(struct page_text text, bool nbsp)
{
    struct slice s = text.s;
    while (s.n) {
        size_t n;
        uint32_t c = utf8_get(s, &n);
        if (!char_space(c, text.wide) && !(nbsp && c == 0xa0))
            break;
        s = slice_from(s, n);
    }
    while (s.n) {
        size_t start;
        uint32_t c = char_before(s, s.n, &start);
        if (!char_space(c, text.wide) && !(nbsp && c == 0xa0))
            break;
        s.n = start;
    }
    return s;
}

struct slice char_trim_nbsp(struct page_text text)
{
    return trim(text, true);
}

struct slice char_trim(struct page_text text)
{
    return trim(text, false);
}

size_t char_skip_space(struct page_text text, size_t at)
{
    while (at < text.s.n) {
        size_t n;
        if (!char_space(utf8_get(slice_from(text.s, at), &n), text.wide))
            break;
        at += n;
    }
    return at;
}

bool char_word_before(struct page_text text, size_t at)
{
    size_t start;
    return at > 0 && char_word(char_before(text.s, at, &start), text.wide);
}
