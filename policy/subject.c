/* subject.c - a Subject with a tag before it; see subject.h */
#include "policy/subject.h"

#include <stdio.h>

/* bytes of text in one encoded word: 45 make 60 of base64, within the 75 of RFC 2047 2 */
#define WORD_BYTES 45
#define TAG_MAX 200
#define WORD_START "=?UTF-8?B?"

static bool is_plain(struct slice s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < ' ' || s.p[i] > '~')
            return false;
    return true;
}

static void put_base64(struct buf *b, struct slice s)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < s.n; i += 3) {
        size_t have = s.n - i < 3 ? s.n - i : 3;
        unsigned v = (unsigned)(unsigned char)s.p[i] << 16;
        v |= have > 1 ? (unsigned)(unsigned char)s.p[i + 1] << 8 : 0;
        v |= have > 2 ? (unsigned char)s.p[i + 2] : 0;
        for (size_t k = 0; k < 4; k++)
            buf_add_char(b, k <= have ? digits[v >> (18 - 6 * k) & 63] : '=');
    }
}

/* Words are cut between characters, as RFC 2047 5 wants. */
static void put_words(struct buf *b, struct slice s)
{
    while (s.n) {
        size_t n = s.n < WORD_BYTES ? s.n : WORD_BYTES;
        size_t cut = n;
        while (cut > WORD_BYTES - 4 && cut < s.n && (s.p[cut] & 0xc0) == 0x80)
            cut--;
        buf_add_str(b, WORD_START);
        put_base64(b, slice_sub(s, 0, cut));
        buf_add_str(b, "?=");
        s = slice_from(s, cut);
        if (s.n)
            buf_add_char(b, ' ');
    }
}

/* The tag as it goes into the field. */
static struct slice tag_text(struct arena *a, const char *tag, double score)
{
    struct slice rest = slice_sub(slice_trim(slice_str(tag)), 0, TAG_MAX);
    struct buf b, coded;
    buf_init_in(&b, a, 2000);
    for (;;) {
        ptrdiff_t at = slice_find(rest, SLICE("_SCORE_"));
        buf_add_slice(&b, at < 0 ? rest : slice_sub(rest, 0, (size_t)at));
        if (at < 0)
            break;
        buf_printf(&b, "%.1f", score);
        rest = slice_from(rest, (size_t)at + sizeof("_SCORE_") - 1);
    }
    if (is_plain(buf_slice(&b)))
        return buf_slice(&b);
    buf_init_in(&coded, a, 4000);
    put_words(&coded, buf_slice(&b));
    return buf_slice(&coded);
}

static bool is_blank(struct slice s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_space(s.p[i]) && s.p[i] != '\0')
            return false;
    return true;
}

/* the line that is being written */
struct line {
    struct buf *b;
    size_t column;
    bool has_text; /* more than white space: may be followed by a fold */
};

static void new_line(struct line *l, bool own_space)
{
    buf_add_str(l->b, own_space ? "\n" : "\n ");
    l->column = own_space ? 0 : 1;
    l->has_text = false;
}

/* One line of the original. Too long a line is folded, better at a space, without one anywhere: an MTA may
 * refuse or cut what is over 998 bytes. */
static void put_line(struct line *l, struct slice text)
{
    size_t blank_from = text.n; /* nothing but white space from here on */
    while (blank_from && is_blank(slice_sub(text, blank_from - 1, 1)))
        blank_from--;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i] == '\r' || text.p[i] == '\0' ? ' ' : text.p[i];
        bool blank = c == ' ' || c == '\t';
        if (blank && l->column >= SUBJECT_LINE_MAX) {
            if (i >= blank_from)
                return;
            if (!l->has_text)
                continue;
            new_line(l, true);
        } else if (l->column >= SUBJECT_LINE_MAX + 80)
            new_line(l, false);
        buf_add_char(l->b, c);
        l->column++;
        l->has_text = l->has_text || !blank;
    }
}

const char *subject_tagged(struct arena *a, const char *tag, double score, struct slice subject)
{
    struct slice t = tag_text(a, tag, score), rest = slice_trim(subject), text;
    struct buf b;
    buf_init_in(&b, a, 2 * SUBJECT_MAX + 8192);
    rest = slice_sub(rest, 0, SUBJECT_MAX);
    if (!slice_starts(rest, t)) {
        buf_add_slice(&b, t);
        if (rest.n)
            buf_add_char(&b, ' ');
    }
    struct line l = { .b = &b, .column = b.n + sizeof("Subject: "), .has_text = b.n > 0 };
    for (bool first = true; slice_line(&rest, &text);) {
        text = slice_chomp(text);
        if (is_blank(text))
            continue;
        if (!first)
            new_line(&l, text.p[0] == ' ' || text.p[0] == '\t');
        put_line(&l, text);
        first = false;
    }
    return b.p;
}
