/* words.c - encoded words; see words.h
 * Read more widely than RFC 2047 allows, as mail clients do: words that stand inside other text or touch each
 * other, white space and question marks inside of words, base64 without padding. A language tag (RFC 2231 5)
 * is skipped. Linear: the search for a word's end stops where the next word begins. */
#include "message/words.h"

#include "base/buf.h"
#include "message/charset.h"

#define CHARSET_NAME_MAX 60

struct word {
    struct slice charset, text;
    char encoding; /* b or q */
    size_t n;      /* of the whole word */
};

struct decoder {
    struct arena *arena;
    struct buf out;
    struct buf run; /* bytes of adjacent words in the same charset */
    struct slice run_charset;
    unsigned flags;
};

static bool charset_char(char c)
{
    return ascii_alnum(c) || c == '-' || c == '_' || c == '.' || c == ':' || c == '+' || c == '*';
}

/* position of the "?=" that ends a word whose text begins at `from`, or SLICE_NONE */
static ptrdiff_t word_end(struct slice s, size_t from)
{
    for (size_t at = from;;) {
        ptrdiff_t q = slice_chr(slice_from(s, at), '?');
        if (q < 0)
            return SLICE_NONE;
        at += (size_t)q;
        if (at + 1 < s.n && s.p[at + 1] == '=')
            return (ptrdiff_t)at;
        if (at > from && s.p[at - 1] == '=')
            return SLICE_NONE; /* another word begins here */
        at++;
    }
}

/* s begins with "=?" */
static bool parse_word(struct slice s, struct word *w)
{
    size_t i = 2;
    while (i < s.n && i < 2 + CHARSET_NAME_MAX && charset_char(s.p[i]))
        i++;
    if (i == 2 || i + 2 >= s.n || s.p[i] != '?' || s.p[i + 2] != '?')
        return false;
    w->charset = slice_sub(s, 2, i - 2);
    ptrdiff_t star = slice_chr(w->charset, '*');
    if (star >= 0)
        w->charset.n = (size_t)star;
    w->encoding = ascii_lower(s.p[i + 1]);
    if (w->encoding != 'b' && w->encoding != 'q')
        return false;
    ptrdiff_t end = word_end(s, i + 3);
    if (end < 0)
        return false;
    w->text = slice_sub(s, i + 3, (size_t)end - (i + 3));
    w->n = (size_t)end + 2;
    return true;
}

static void add_q(struct buf *b, struct slice t)
{
    for (size_t i = 0; i < t.n; i++) {
        int high = i + 2 < t.n && t.p[i] == '=' ? ascii_hex(t.p[i + 1]) : -1;
        int low = high >= 0 ? ascii_hex(t.p[i + 2]) : -1;
        if (low >= 0) {
            buf_add_char(b, (char)(high << 4 | low));
            i += 2;
        } else
            buf_add_char(b, t.p[i] == '_' ? ' ' : t.p[i]);
    }
}

static int base64_value(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (ascii_digit(c))
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* What is not of the alphabet is skipped; a `=` ends a group, so that joined texts are read to their end. */
static void add_b(struct buf *b, struct slice t)
{
    uint32_t bits = 0;
    unsigned n = 0; /* of bits */
    for (size_t i = 0; i < t.n; i++) {
        int v = base64_value(t.p[i]);
        if (t.p[i] == '=')
            n = 0;
        if (v < 0)
            continue;
        bits = bits << 6 | (uint32_t)v;
        n += 6;
        if (n >= 8) {
            n -= 8;
            buf_add_char(b, (char)(bits >> n));
        }
    }
}

static void end_run(struct decoder *d)
{
    if (d->run_charset.n == 0)
        return;
    unsigned flags;
    buf_add_slice(&d->out, charset_to_utf8(d->arena, buf_slice(&d->run), d->run_charset, SIZE_MAX, &flags));
    if (flags & (CHARSET_UNKNOWN | CHARSET_INVALID))
        d->flags |= WORDS_BROKEN;
    d->run_charset.n = 0;
    buf_reset(&d->run);
}

static void add_word(struct decoder *d, const struct word *w)
{
    if (!slice_ieq(d->run_charset, w->charset))
        end_run(d);
    d->run_charset = w->charset;
    d->flags |= WORDS_DECODED;
    if (w->encoding == 'q')
        add_q(&d->run, w->text);
    else
        add_b(&d->run, w->text);
}

static bool is_space(struct slice s)
{
    return slice_trim(s).n == 0;
}

/* text between words; white space between two of them does not count */
static void add_plain(struct decoder *d, struct slice text, bool between_words)
{
    if (text.n == 0 || (between_words && is_space(text)))
        return;
    end_run(d);
    buf_add_slice(&d->out, charset_to_utf8(d->arena, text, SLICE(""), SIZE_MAX, NULL));
}

static void decode(struct decoder *d, struct slice text)
{
    struct word w;
    size_t plain = 0, at = 0; /* plain: where text that is not yet put out begins */
    bool after_word = false;
    for (;;) {
        ptrdiff_t next = slice_find(slice_from(text, at), SLICE("=?"));
        if (next < 0)
            break;
        at += (size_t)next;
        if (!parse_word(slice_from(text, at), &w)) {
            d->flags |= WORDS_BROKEN;
            at += 2;
            continue;
        }
        add_plain(d, slice_sub(text, plain, at - plain), after_word);
        add_word(d, &w);
        at += w.n;
        plain = at;
        after_word = true;
    }
    end_run(d);
    add_plain(d, slice_from(text, plain), false);
}

struct slice words_decode(struct arena *a, struct slice text, unsigned *flags)
{
    struct decoder d = { .arena = a };
    struct slice result = text;
    if (slice_find(text, SLICE("=?")) >= 0) {
        buf_init_in(&d.out, a, text.n * 6 + 16); /* a byte of ISO-2022-JP may become two that are invalid */
        buf_init_in(&d.run, a, text.n);
        buf_reserve(&d.out, text.n);
        decode(&d, text);
        result = buf_slice(&d.out);
    } else if (!utf8_valid(text))
        result = charset_to_utf8(a, text, SLICE(""), SIZE_MAX, NULL);
    if (flags)
        *flags = d.flags;
    return result;
}
