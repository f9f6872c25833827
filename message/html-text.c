/* html-text.c - text as a page shows it; see html-text.h
 * NULs are dropped, as a browser does in the body. */
#include "config.h"
#include "message/html-text.h"

#include "message/html-entity.h"
#include "message/html-token.h"

void html_text_init(struct html_text *t, struct arena *a, size_t max)
{
    memset(t, 0, sizeof(*t));
    buf_init_in(&t->b, a, max);
}

void html_text_space(struct html_text *t)
{
    t->space = true;
}

void html_text_break(struct html_text *t)
{
    t->line = true;
}

static void add(struct html_text *t, struct slice s)
{
    size_t room = t->b.max - t->b.n;
    if (s.n > room) {
        while (room > 0 && ((unsigned char)s.p[room] & 0xC0) == 0x80) /* not inside a character */
            room--;
        s.n = room;
        t->full = true;
    }
    buf_add_slice(&t->b, s);
}

static void word(struct html_text *t, struct slice s)
{
    if (s.n == 0 || t->full)
        return;
    if (t->b.n && (t->line || t->space))
        add(t, t->line ? SLICE("\n") : SLICE(" "));
    t->line = t->space = false;
    if (!t->full)
        add(t, s);
}

static bool plain(char c, bool references)
{
    return !html_space(c) && c != 0 && !(references && c == '&');
}

static void blank(struct html_text *t, char c, bool pre)
{
    if (pre && c == '\n')
        t->line = true;
    else
        t->space = true;
}

/* What is at a '&': returns the bytes taken. */
static size_t reference(struct html_text *t, struct slice s, bool pre)
{
    char text[8];
    size_t n = 0, taken = html_reference(s, false, text, &n);
    if (taken == 0) {
        word(t, slice_sub(s, 0, 1));
        return 1;
    }
    if (n == 1 && html_space(text[0]))
        blank(t, text[0], pre);
    else if (text[0])
        word(t, slice_of(text, n));
    return taken;
}

void html_text_put(struct html_text *t, struct slice source, bool references, bool pre)
{
    size_t i = 0;
    while (i < source.n && !t->full) {
        size_t from = i;
        while (i < source.n && plain(source.p[i], references))
            i++;
        word(t, slice_sub(source, from, i - from));
        if (i == source.n)
            break;
        if (references && source.p[i] == '&')
            i += reference(t, slice_from(source, i), pre);
        else {
            if (source.p[i])
                blank(t, source.p[i], pre);
            i++;
        }
    }
}

struct slice html_text_done(const struct html_text *t)
{
    return buf_slice(&t->b);
}
