/* view-html-edit.c - what SpamAssassin changes in a page before it is read
 * "&nbsp;" is a space, "<br />" is "<br>", and U+201C and U+201D, which people paste into tags, are quotes.
 */
#include "config.h"
#include "scoring/view-html-page.h"

#include "message/charset.h"

static bool stands(struct slice s, size_t at, const char *text, size_t n)
{
    return s.n - at >= n && memcmp(s.p + at, text, n) == 0;
}

static size_t skip_word(struct slice s, size_t at, bool wide)
{
    while (at < s.n) {
        size_t n;
        if (!char_word(utf8_get(slice_from(s, at), &n), wide))
            break;
        at += n;
    }
    return at;
}

static size_t skip_space(struct slice s, size_t at, bool wide)
{
    for (;;) {
        size_t next = char_skip_space((struct page_text){ s, wide }, at);
        if (next < s.n && stands(s, next, "&nbsp;", 6))
            next += 6;
        if (next == at)
            return at;
        at = next;
    }
}

/* An empty element's tag at `at`: where its name ends, *end is behind it. 0 when there is none. */
static size_t empty_element(struct slice s, size_t at, bool wide, size_t *end)
{
    size_t name = skip_word(s, at + 1, wide);
    if (name == at + 1)
        return 0;
    *end = skip_space(s, name, wide);
    if (!stands(s, *end, "/>", 2))
        return 0;
    *end += 2;
    return name;
}

struct slice page_edit(struct arena *a, struct slice s, bool wide)
{
    char *out = arena_alloc(a, s.n + 1);
    size_t n = 0, name, end;
    for (size_t i = 0; i < s.n;) {
        char c = s.p[i];
        if (c == '<' && (name = empty_element(s, i, wide, &end))) {
            memcpy(out + n, s.p + i, name - i);
            n += name - i;
            out[n++] = '>';
            i = end;
        } else if (c == '&' && stands(s, i, "&nbsp;", 6)) {
            out[n++] = ' ';
            i += 6;
        } else if (c == '\xe2' && (stands(s, i, "\xe2\x80\x9c", 3) || stands(s, i, "\xe2\x80\x9d", 3))) {
            out[n++] = '"';
            i += 3;
        } else {
            out[n++] = c;
            i++;
        }
    }
    out[n] = 0;
    return slice_of(out, n);
}
