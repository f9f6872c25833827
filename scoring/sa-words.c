/* sa-words.c - a line cut into words; see sa-tokens.h
 * Bytes, not characters: a sequence that looks like UTF-8 stays together, all that is no letter of any kind
 * nor one of , @ * ! _ ' " $ . - is a blank. */
#include "config.h"
#include "scoring/sa-tokens.h"

#define SHORTEST 3
#define LONGEST 15 /* a longer one is cut */
#define KEPT 7     /* characters of it */

static bool in_word(char c)
{
    return ascii_alnum(c) || c == '_';
}

static bool is_plain(char c)
{
    return in_word(c) || (c && strchr(",@*!'\"$.-", c));
}

static bool is_between(char c, unsigned from, unsigned to)
{
    return (unsigned char)c >= from && (unsigned char)c <= to;
}

static bool goes_on(struct slice s, size_t from, size_t n)
{
    if (s.n < from + n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (!is_between(s.p[from + i], 0x80, 0xbf))
            return false;
    return true;
}

/* Bytes at i that look like a character of UTF-8 of two to four bytes, else 0. */
static size_t sequence_at(struct slice s, size_t i)
{
    size_t more = is_between(s.p[i], 0xc0, 0xdf)   ? 1
                  : is_between(s.p[i], 0xe0, 0xef) ? 2
                  : is_between(s.p[i], 0xf0, 0xf4) ? 3
                                                   : 0;
    return more && goes_on(s, i + 1, more) ? 1 + more : 0;
}

/* ---- the line */

static void put_letters(struct buf *out, struct slice line)
{
    for (size_t i = 0, n; i < line.n; i += n) {
        n = sequence_at(line, i);
        if (n)
            buf_add(out, line.p + i, n);
        else
            buf_add_char(out, is_plain(line.p[i]) || is_between(line.p[i], 0xa1, 0xff) ? line.p[i] : ' ');
        n += n == 0;
    }
}

/* "and...then", "this--that" are two words, and the dots one. What ends one such place begins no other. */
static void put_apart(struct buf *out, struct slice line, char c, size_t least)
{
    for (size_t i = 0; i < line.n; i++) {
        buf_add_char(out, line.p[i]);
        size_t n = 0;
        while (in_word(line.p[i]) && n <= 6 && i + 1 + n < line.n && line.p[i + 1 + n] == c)
            n++;
        if (n < least || n > 6 || i + 1 + n >= line.n || !in_word(line.p[i + 1 + n]))
            continue;
        buf_add_char(out, ' ');
        buf_add(out, line.p + i + 1, n);
        buf_add_char(out, ' ');
        buf_add_char(out, line.p[i + 1 + n]);
        i += n + 1;
    }
}

static bool is_capital(char c)
{
    return c >= 'A' && c <= 'Z';
}

/* Length of a sentence that begins with the capital at i and has no other, its last blank (or the line's end)
 * included; 0: there is no blank in it. */
static size_t sentence_at(struct slice line, size_t i)
{
    size_t end = i + 1, blank = 0;
    for (; end < line.n && !is_capital(line.p[end]); end++)
        if (line.p[end] == ' ' && end > i + 1)
            blank = end;
    if (end == line.n && end > i + 1)
        return end - i;
    return blank ? blank + 1 - i : 0;
}

/* Where the capital behind a full stop and blanks is, or i itself at the line's begin; else line.n. */
static size_t capital_from(struct slice line, size_t i)
{
    size_t at = i;
    if (line.p[i] == '.') {
        at++;
        while (at < line.n && line.p[at] == ' ')
            at++;
        if (at == i + 1)
            return line.n;
    } else if (i > 0)
        return line.n;
    return at < line.n && is_capital(line.p[at]) ? at : line.n;
}

/* The first word of a sentence is not written large for its own sake. */
static void put_lower_begins(struct buf *out, struct slice line)
{
    for (size_t i = 0; i < line.n;) {
        size_t at = capital_from(line, i), n = at < line.n ? sentence_at(line, at) : 0;
        if (n == 0) {
            buf_add_char(out, line.p[i++]);
            continue;
        }
        buf_add_char(out, ' ');
        buf_add_char(out, ascii_lower(line.p[at]));
        buf_add(out, line.p + at + 1, n - 1);
        buf_add_char(out, ' ');
        i = at + n;
    }
}

/* ---- a word */

static struct slice trimmed(struct slice w)
{
    while (w.n && strchr("-'\".,", w.p[0]))
        w = slice_from(w, 1);
    while (w.n && strchr("-'\".,", w.p[w.n - 1]))
        w.n--;
    return w;
}

/* What follows the first dot, where something stands before and behind it. */
static bool next_domain(struct slice *host)
{
    ptrdiff_t dot = slice_chr(*host, '.');
    if (dot <= 0 || (size_t)dot + 1 >= host->n)
        return false;
    *host = slice_from(*host, (size_t)dot + 1);
    return true;
}

void sa_address_words(struct slice address, sa_word_fn *out, void *ctx)
{
    size_t at = address.n < 2 ? 0 : address.n - 2;
    while (at > 0 && address.p[at] != '@')
        at--;
    if (at == 0)
        return;
    struct slice host = slice_from(address, at + 1);
    out(ctx, SLICE("U*"), slice_sub(address, 0, at));
    do
        out(ctx, SLICE("D*"), host);
    while (next_domain(&host));
}

static void add_marked(void *ctx, struct slice mark, struct slice word)
{
    sa_tokens_add(ctx, mark, word);
}

static bool has_address(struct slice w)
{
    return w.n > 2 && slice_chr(slice_sub(w, 1, w.n - 2), '@') >= 0;
}

static bool has_host(struct slice w)
{
    for (size_t i = 1; i + 1 < w.n; i++)
        if (w.p[i] == '.' && ascii_alpha(w.p[i + 1]))
            return true;
    return false;
}

static void add_hosts(struct sa_tokens *t, struct slice host)
{
    do
        sa_tokens_add(t, SLICE("UD:"), host);
    while (next_domain(&host));
}

/* ---- a long word */

static bool has_pair(struct slice w)
{
    for (size_t i = 0; i + 1 < w.n; i++)
        if (goes_on(w, i, 2))
            return true;
    return false;
}

/* Each character of three or four bytes (Chinese ...) is one. */
static bool add_characters(struct sa_tokens *t, struct slice mark, struct slice w)
{
    bool any = false;
    if (!has_pair(w))
        return false;
    struct slice marks = arena_printf(t->a, "%.*su8:", SLICE_ARG(mark));
    for (size_t i = 0; i < w.n;) {
        size_t n = sequence_at(w, i);
        if (n > 2) {
            sa_tokens_add(t, marks, slice_sub(w, i, n));
            any = true;
        }
        i += n > 2 ? n : 1;
    }
    return any;
}

/* Its first characters, where more than one byte follows. */
static struct slice shortened(struct arena *a, struct slice w)
{
    size_t end = 0;
    for (unsigned i = 0; i < KEPT && end < w.n; i++) {
        size_t n = sequence_at(w, end);
        end += n ? n : 1;
    }
    if (w.n < end + 2)
        return w;
    return arena_printf(a, "sk:%.*s", (int)end, w.p);
}

/* ---- its other forms */

static void add_bare(struct sa_tokens *t, struct slice mark, struct slice w)
{
    char letters[SA_WORD_MAX];
    size_t n = 0;
    for (size_t i = 0; i < w.n; i++)
        if (in_word(w.p[i]) || w.p[i] == ':' || w.p[i] == '*')
            letters[n++] = w.p[i];
    if (n < w.n)
        sa_tokens_add(t, mark, slice_of(letters, n));
}

static void add_forms(struct sa_tokens *t, struct slice mark, struct slice w)
{
    char lower[SA_WORD_MAX];
    struct slice small = slice_of(lower, w.n);
    if (w.n > SA_WORD_MAX)
        return;
    for (size_t i = 0; i < w.n; i++)
        lower[i] = ascii_lower(w.p[i]);
    add_bare(t, mark, w);
    if (slice_eq(small, w))
        return;
    sa_tokens_add(t, mark, small);
    add_bare(t, mark, small);
}

static void add_word(struct sa_tokens *t, struct slice w, struct slice mark, enum sa_region region)
{
    bool cut = w.n > LONGEST && slice_chr(w, '*') < 0;
    if (region != SA_FIELD && has_address(w))
        sa_address_words(w, add_marked, t);
    else if (region != SA_FIELD && has_host(w))
        add_hosts(t, w);
    if (cut && add_characters(t, mark, w))
        return;
    if (cut && region != SA_URI)
        w = shortened(t->a, w);
    if (region != SA_FIELD)
        add_forms(t, mark, w);
    sa_tokens_add(t, mark, w);
}

/* ---- */

static struct slice prepared(struct sa_tokens *t, struct slice line, enum sa_region region)
{
    struct buf *b = t->work;
    for (size_t i = 0; i < SA_STEPS; i++)
        buf_reset(&b[i]);
    put_letters(&b[0], line);
    put_apart(&b[1], buf_slice(&b[0]), '.', 3);
    put_apart(&b[2], buf_slice(&b[1]), '-', 2);
    if (region == SA_FIELD)
        return buf_slice(&b[2]);
    put_lower_begins(&b[3], buf_slice(&b[2]));
    return buf_slice(&b[3]);
}

void sa_words(struct sa_tokens *t, struct slice line, struct slice mark, enum sa_region region)
{
    struct slice rest = prepared(t, line, region), word;
    while (slice_cut(&rest, ' ', &word)) {
        word = trimmed(word);
        if (word.n >= SHORTEST)
            add_word(t, word, mark, region);
    }
}
