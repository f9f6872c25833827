/* letter-field.c - header fields as SMTP can carry them; see letter-field.h
 * A field that has nothing odd comes out byte for byte. */
#include "keeper/letter-field.h"

#include "base/smtp.h"

#define FOLD_AT 990

static bool is_blank(struct slice s)
{
    return slice_trim(s).n == 0;
}

static void add_clean(struct buf *out, struct slice s, bool ascii)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        buf_add_char(out, c == '\r' || c == 0 ? ' ' : ascii && (unsigned char)c >= 0x80 ? '?' : c);
    }
}

/* Where to fold: before white space with something on both sides, else anywhere behind the name. */
static size_t fold_place(struct slice s)
{
    for (size_t i = FOLD_AT; i > LETTER_NAME_MAX + 2; i--)
        if ((s.p[i] == ' ' || s.p[i] == '\t') && !is_blank(slice_sub(s, 0, i)) && !is_blank(slice_from(s, i)))
            return i;
    return FOLD_AT;
}

/* s: a line without its end */
static void add_line(struct buf *out, struct slice s, bool ascii)
{
    size_t space = 0; /* 1: the line has one that we put there */
    while (space + s.n > SMTP_LINE_BYTES) {
        size_t at = fold_place(s);
        add_clean(out, slice_sub(s, 0, at), ascii);
        s = slice_from(s, at);
        space = !ascii_space(s.p[0]);
        buf_add_str(out, space ? "\r\n " : "\r\n");
    }
    add_clean(out, s, ascii);
    buf_add_str(out, "\r\n");
}

void letter_field(struct buf *out, const struct header *h, bool ascii)
{
    struct slice rest = h->field, line;
    for (bool first = true; slice_line(&rest, &line); first = false) {
        bool ended = line.p[line.n - 1] == '\n';
        struct slice text = ended ? slice_chomp(line) : line;
        bool odd = slice_chr(text, '\r') >= 0 || slice_chr(text, 0) >= 0;
        if (first || !odd || !is_blank(text)) /* made blank by us, it would end the header for some */
            add_line(out, text, ascii);
    }
}
