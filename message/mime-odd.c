/* mime-odd.c - where readers differ over a part's fields; see mime-odd.h
 * Each check names what some reader in use does otherwise. One pass over the text each; nothing is kept.
 * Limits, failures: none. RFC 2045 5.1, RFC 2046 5.1.1, RFC 5322 2.2. */
#include "config.h"
#include "message/mime-odd.h"

/* characters behind padding, or outside of base64, that are let pass: bits of a last line or boundary are
 * often found there, and are too few for a payload */
#define BASE64_SLACK 32

/* RFC 2046 5.1.1 allows 70; readers with a buffer for it take the beginning of a longer one */
#define LONG_BOUNDARY 200

/* ---- the boundary */

static struct slice unquoted(struct slice raw)
{
    raw = slice_trim(raw);
    if (raw.n >= 2 && raw.p[0] == '"' && raw.p[raw.n - 1] == '"')
        return slice_sub(raw, 1, raw.n - 2);
    return raw;
}

/* Something other than blanks between the value and the next `;`: part of it for some readers. text is the
 * field that b->raw is a slice of. */
static bool goes_on(const struct param *b, struct slice text)
{
    struct slice rest = slice_from(text, (size_t)(b->raw.p - text.p) + b->raw.n), behind;
    return slice_cut(&rest, ';', &behind) && slice_trim(behind).n > 0;
}

/* Apostrophes or angle brackets around it are quotes for some readers. */
static bool quoted_otherwise(struct slice s)
{
    char first = s.n ? s.p[0] : 0, last = s.n ? s.p[s.n - 1] : 0;
    return (first == '\'' && last == '\'') || (first == '<' && last == '>');
}

/* Where no quotes are, these end the value for readers who go by the grammar. Those that mailers write
 * without quotes are not among them: / : = ? */
static bool ends_token(char c)
{
    static const char specials[] = " \t(),<>@[]";
    return memchr(specials, c, sizeof(specials) - 1) != NULL;
}

bool mime_odd_boundary(const struct param *b, struct slice text)
{
    bool in_quotes = b->raw.n && b->raw.p[0] == '"';
    if (b->bytes.n > LONG_BOUNDARY || !slice_eq(unquoted(b->raw), slice_trim(b->bytes)) || goes_on(b, text) ||
        quoted_otherwise(b->bytes))
        return true;
    for (size_t i = 0; i < b->bytes.n; i++) {
        unsigned char c = (unsigned char)b->bytes.p[i];
        if (c < ' ' || c >= 127 || c == ';' || c == '"' || c == '\\' || (!in_quotes && ends_token((char)c)))
            return true;
    }
    return false;
}

bool mime_odd_bare_boundary(struct slice text)
{
    struct slice piece;
    while (slice_cut(&text, ';', &piece)) {
        piece = slice_trim(piece);
        if (slice_istarts(piece, SLICE("boundary")) && slice_chr(piece, '=') < 0)
            return true;
    }
    return false;
}

bool mime_odd_multipart(struct slice type)
{
    static const struct slice word = SLICE_INIT("multi");
    for (size_t i = 0; i + word.n <= type.n; i++)
        if (slice_istarts(slice_from(type, i), word))
            return true;
    return false;
}

/* ---- fields */

static bool is_content(struct slice s)
{
    return slice_istarts(s, SLICE("content-"));
}

/* A bare CR ends a line for some: then what is behind it may be a field, or an empty line. */
static bool hidden_by_cr(struct slice block)
{
    for (;;) {
        ptrdiff_t at = slice_chr(block, '\r');
        if (at < 0)
            return false;
        block = slice_from(block, (size_t)at + 1);
        if (block.n && (block.p[0] == '\r' || is_content(block)))
            return true;
    }
}

/* Whether a line of white space is followed by more of a value. */
static bool cut_by_blank(struct slice value)
{
    struct slice line, text = slice_trim(value), rest = slice_sub(value, 0, 0);
    if (text.n)
        rest.n = (size_t)(text.p + text.n - value.p);
    slice_line(&rest, &line); /* may be empty: it is the field's first */
    while (slice_line(&rest, &line))
        if (slice_trim(line).n == 0)
            return true;
    return false;
}

/* Fields that end the block for some readers: those behind are body then, and what continues the field. */
static bool hidden_by_field(const struct header_block *b)
{
    bool ended = false;
    for (size_t i = 0; i < b->n; i++) {
        const struct header *h = &b->v[i];
        bool content = is_content(h->name);
        if (content && (ended || (h->flags & HEADER_NAME_SPACE) ||
                        ((h->flags & HEADER_BLANK_FOLD) && cut_by_blank(h->value))))
            return true;
        ended = ended || (h->flags & (HEADER_BLANK_FOLD | HEADER_NAME_SPACE));
    }
    return false;
}

static bool has_content_line(struct slice text)
{
    struct slice line;
    while (slice_line(&text, &line))
        if (is_content(line))
            return true;
    return false;
}

/* The line that ended the block is skipped by some readers, who go on to the first empty line: where base64
 * or uuencode begins depends on it. */
static bool hidden_by_line(const struct mime_part *p, struct slice behind)
{
    return p->encoding == TRANSFER_BASE64 || p->encoding == TRANSFER_UUENCODE || has_content_line(behind) ||
           hidden_by_cr(behind);
}

void mime_odd_fields(struct mime_part *p, struct slice behind)
{
    const struct header_block *b = &p->headers;
    if (((b->flags & HEADER_BARE_CR) && hidden_by_cr(b->raw)) ||
        ((b->flags & (HEADER_BLANK_FOLD | HEADER_NAME_SPACE)) && hidden_by_field(b)) ||
        ((b->flags & HEADER_NO_SEPARATOR) && hidden_by_line(p, behind)) ||
        (b->n == 0 && has_content_line(behind)))
        p->flags |= MIME_HIDDEN_FIELDS;
}

static bool in_base64(char c)
{
    return ascii_alnum(c) || c == '+' || c == '/';
}

bool mime_odd_base64(struct slice body)
{
    size_t good = 0, bad = 0, behind = 0;
    bool padded = false, in_line = false, blank = false; /* a blank behind a character of the line */
    for (size_t i = 0; i < body.n && bad <= BASE64_SLACK && behind <= BASE64_SLACK; i++) {
        char c = body.p[i];
        if (in_base64(c)) {
            good++;
            behind += padded;
            bad += blank;
            in_line = true;
        } else if (c == '=')
            padded = true;
        else if (c == '\n')
            in_line = false;
        else if (!ascii_space(c))
            bad++;
        blank = (c == ' ' || c == '\t') && in_line;
    }
    return bad > BASE64_SLACK || behind > BASE64_SLACK || bad * 16 > good;
}

bool mime_odd_delimited(struct slice body, struct slice boundary)
{
    struct slice line;
    while (slice_line(&body, &line))
        if (slice_starts(line, SLICE("--")) && slice_starts(slice_from(line, 2), boundary))
            return true;
    return false;
}

bool mime_odd_parts(struct slice body)
{
    struct slice line;
    bool dashes = false;
    while (slice_line(&body, &line)) {
        if (dashes && is_content(line))
            return true;
        dashes = slice_starts(line, SLICE("--"));
    }
    return false;
}
