/* view-words.c - encoded words of headers as SpamAssassin reads them; see view-words.h */
#include "config.h"
#include "scoring/view-words.h"

#include "base/buf.h"
#include "message/charset.h"
#include "scoring/view-charset.h"
#include "scoring/view-decode.h"
#include "scoring/view-type.h"

/* ---- one line */

struct slice view_trim(struct slice s)
{
    while (s.n && view_space(s.p[s.n - 1]))
        s.n--;
    while (s.n && view_space(s.p[0]))
        s = slice_from(s, 1);
    return s;
}

struct slice view_unfold(struct arena *a, struct slice raw)
{
    if (slice_chr(raw, '\n') < 0)
        return raw;
    char *out = arena_alloc(a, raw.n);
    size_t n = 0;
    for (size_t i = 0; i < raw.n; i++) {
        if (raw.p[i] != '\n') {
            out[n++] = raw.p[i];
            continue;
        }
        bool fold = i + 1 < raw.n && (raw.p[i + 1] == ' ' || raw.p[i + 1] == '\t');
        while (i + 1 < raw.n && (raw.p[i + 1] == ' ' || raw.p[i + 1] == '\t'))
            i++;
        if (fold)
            out[n++] = ' ';
        else if (n && out[n - 1] == '\r')
            n--;
    }
    return slice_of(out, n);
}

/* ---- words */

struct word {
    struct slice charset, data;
    char encoding; /* 'b', 'q' */
    size_t end;    /* behind it */
};

static bool is_charset_char(char c)
{
    return ascii_alnum(c) || c == '*' || c == '_' || c == '-';
}

/* =?charset?encoding?data?= at `at` */
static bool word_at(struct slice s, size_t at, struct word *w)
{
    size_t i = at + 2, from;
    if (i >= s.n || s.p[at] != '=' || s.p[at + 1] != '?')
        return false;
    for (from = i; i < s.n && is_charset_char(s.p[i]); i++) {
    }
    if (i == from || i + 3 >= s.n || s.p[i] != '?' || s.p[i + 2] != '?')
        return false;
    w->charset = slice_sub(s, from, i - from);
    w->encoding = ascii_lower(s.p[i + 1]);
    struct slice rest = slice_from(s, i + 3);
    ptrdiff_t end = slice_chr(rest, '?');
    if ((w->encoding != 'b' && w->encoding != 'q') || end < 0 || (size_t)end + 1 >= rest.n ||
        rest.p[end + 1] != '=')
        return false;
    w->data = slice_sub(rest, 0, (size_t)end);
    w->end = i + 3 + (size_t)end + 2;
    return true;
}

/* Without the white space between two words. */
static struct slice join_words(struct arena *a, struct slice s)
{
    char *out = arena_alloc(a, s.n);
    struct word w, next;
    size_t n = 0;
    for (size_t i = 0; i < s.n;) {
        size_t end = i + 1, behind;
        if (s.p[i] == '=' && word_at(s, i, &w))
            end = w.end;
        memcpy(out + n, s.p + i, end - i);
        n += end - i;
        for (behind = end; end > i + 1 && behind < s.n && view_space(s.p[behind]); behind++) {
        }
        i = behind > end && word_at(s, behind, &next) ? behind : end;
    }
    return slice_of(out, n);
}

static struct slice underscores(struct arena *a, struct slice s)
{
    if (slice_chr(s, '_') < 0)
        return s;
    char *out = arena_alloc(a, s.n);
    for (size_t i = 0; i < s.n; i++)
        out[i] = s.p[i] == '_' ? ' ' : s.p[i];
    return slice_of(out, s.n);
}

/* An underscore is =20: not white space that quoted-printable drops at a line's end. */
static struct slice word_bytes(struct arena *a, const struct word *w)
{
    if (w->encoding == 'b')
        return view_decode_base64(a, w->data);
    return slice_chr(w->data, '\n') < 0 ? view_decode_qp(a, underscores(a, w->data))
                                        : view_decode_qp(a, w->data);
}

/* text in one charset, collected until another begins */
struct section {
    struct buf bytes;
    struct slice charset; /* empty: no encoded word */
};

static void end_section(struct arena *a, struct section *s, struct buf *out)
{
    struct slice text = buf_slice(&s->bytes);
    ptrdiff_t language = slice_chr(s->charset, '*');
    struct slice charset = language < 0 ? s->charset : slice_sub(s->charset, 0, (size_t)language);
    buf_add_slice(out, s->charset.n ? view_to_utf8(a, arena_dup(a, text), charset, true) : text);
    buf_reset(&s->bytes);
}

static void add_section(struct arena *a, struct section *s, struct slice charset, struct slice text,
                        struct buf *out)
{
    if (!slice_ieq(charset, s->charset))
        end_section(a, s, out);
    s->charset = charset;
    buf_add_slice(&s->bytes, text);
}

static struct slice decode_words(struct arena *a, struct slice s)
{
    struct section section = { .charset = SLICE("") };
    struct buf out;
    struct word w;
    size_t end;
    buf_init_in(&section.bytes, a, s.n + 1);
    buf_init_in(&out, a, s.n * 4 + 1);
    for (size_t i = 0; i < s.n; i = end) {
        if (s.p[i] == '=' && word_at(s, i, &w)) {
            end = w.end;
            add_section(a, &section, w.charset, word_bytes(a, &w), &out);
            continue;
        }
        ptrdiff_t next = slice_chr(slice_from(s, i + 1), '=');
        end = next < 0 ? s.n : i + 1 + (size_t)next;
        add_section(a, &section, SLICE(""), slice_sub(s, i, end - i), &out);
    }
    end_section(a, &section, &out);
    return buf_slice(&out);
}

/* ---- fields */

static bool is_exempt(struct slice name)
{
    static const struct slice names[] = {
        SLICE_INIT("Received"),    SLICE_INIT("Message-ID"),  SLICE_INIT("Resent-Message-ID"),
        SLICE_INIT("Date"),        SLICE_INIT("Resent-Date"), SLICE_INIT("MIME-Version"),
        SLICE_INIT("In-Reply-To"), SLICE_INIT("References"),
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (slice_ieq(name, names[i]))
            return true;
    return slice_istarts(name, SLICE("List-"));
}

struct slice view_words_decode(struct arena *a, struct slice name, struct slice value)
{
    if (utf8_ascii(value) < value.n)
        value = view_to_utf8(a, value, SLICE("UTF-8"), false);
    if (slice_find(value, SLICE("=?")) < 0 || is_exempt(name))
        return value;
    return decode_words(a, join_words(a, value));
}
