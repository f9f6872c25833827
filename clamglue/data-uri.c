/* data-uri.c - files that lie in the text of a page; see data-uri.h */
#include "clamglue/data-uri.h"

#include "message/transfer.h"

#define HEAD_MAX 1000

/* ---- character references */

static const struct {
    struct slice name;
    char c;
} references[] = {
    { SLICE_INIT("colon;"), ':' },  { SLICE_INIT("comma;"), ',' },    { SLICE_INIT("semi;"), ';' },
    { SLICE_INIT("sol;"), '/' },    { SLICE_INIT("equals;"), '=' },   { SLICE_INIT("plus;"), '+' },
    { SLICE_INIT("percnt;"), '%' }, { SLICE_INIT("NewLine;"), '\n' }, { SLICE_INIT("Tab;"), '\t' },
    { SLICE_INIT("amp;"), '&' },
};

/* "#100;", "#x64;", with or without the semicolon: the bytes it takes, 0 when it is none of a single byte */
static size_t number(struct slice s, char *c)
{
    bool hex = s.n > 1 && (s.p[1] == 'x' || s.p[1] == 'X');
    size_t from = hex ? 2 : 1, i = from;
    unsigned value = 0;
    for (; i < s.n && i < 20; i++) {
        int digit = hex ? ascii_hex(s.p[i]) : ascii_digit(s.p[i]) ? s.p[i] - '0' : -1;
        if (digit < 0)
            break;
        value = value < 1000 ? value * (hex ? 16 : 10) + (unsigned)digit : value;
    }
    if (i == from || value == 0 || value > 127)
        return 0;
    *c = (char)value;
    return i < s.n && s.p[i] == ';' ? i + 1 : i;
}

/* s begins behind the & */
static size_t reference(struct slice s, char *c)
{
    if (s.n && s.p[0] == '#')
        return number(s, c);
    for (size_t i = 0; i < sizeof(references) / sizeof(references[0]); i++)
        if (slice_starts(s, references[i].name)) {
            *c = references[i].c;
            return references[i].name.n;
        }
    return 0;
}

/* Is one of these characters spelled by a reference? NULL: any but those that pages must spell. */
static bool has_spelled(struct slice s, const char *chars)
{
    char c;
    for (ptrdiff_t at; (at = slice_chr(s, '&')) >= 0;) {
        s = slice_from(s, (size_t)at + 1);
        if (reference(s, &c) && (chars ? strchr(chars, c) != NULL : strchr("&<>\"'", c) == NULL))
            return true;
    }
    return false;
}

static struct slice without_references(struct arena *a, struct slice s)
{
    if (!has_spelled(s, NULL)) /* most pages, and all that is none */
        return s;
    char *p = arena_alloc(a, s.n), c;
    size_t n = 0;
    for (size_t i = 0; i < s.n;) {
        size_t taken = s.p[i] == '&' ? reference(slice_from(s, i + 1), &c) : 0;
        p[n++] = taken ? c : s.p[i];
        i += taken + 1;
    }
    return slice_of(p, n);
}

/* ---- where one begins */

static bool is_dropped(char c)
{
    return c == '\t' || c == '\n' || c == '\r';
}

/* Is the colon at `at` that of "data:"? Then where the word begins. */
static bool is_scheme(struct slice s, size_t at, size_t *begin)
{
    static const char word[] = "data";
    for (size_t n = 4; n > 0; n--) {
        while (at > 0 && is_dropped(s.p[at - 1]))
            at--;
        if (at == 0 || ascii_lower(s.p[at - 1]) != word[n - 1])
            return false;
        at--;
    }
    *begin = at;
    return at == 0 || !ascii_alnum(s.p[at - 1]);
}

/* "text/html;charset=x;base64", up to the comma; false where no URI goes on like this */
static bool read_head(struct slice s, struct slice *head)
{
    for (size_t i = 0; i < s.n && i < HEAD_MAX; i++) {
        char c = s.p[i];
        if (c == ',') {
            *head = slice_sub(s, 0, i);
            return i == 0 || slice_chr(*head, '/') >= 0 || slice_chr(*head, ';') >= 0;
        }
        if (!is_dropped(c) && (c < ' ' || c > '~' || memchr("<>'\"(){}[]\\`|", c, 13)))
            return false;
    }
    return false;
}

/* The next one from `at` on; at: then behind its comma. */
static bool find(struct slice s, size_t *at, size_t *begin, struct slice *head)
{
    for (;;) {
        ptrdiff_t colon = slice_chr(slice_from(s, *at), ':');
        if (colon < 0)
            return false;
        size_t behind = *at + (size_t)colon + 1;
        *at = behind;
        if (!is_scheme(s, behind - 1, begin) || !read_head(slice_from(s, behind), head))
            continue;
        *at = behind + head->n + 1;
        return true;
    }
}

/* ---- what it holds */

/* A quote before it ends it; where there is none a blank does. */
static struct slice find_body(struct slice s, size_t at, size_t begin)
{
    char quote = begin > 0 && (s.p[begin - 1] == '"' || s.p[begin - 1] == '\'') ? s.p[begin - 1] : 0;
    size_t i = at, ignored;
    for (; i < s.n; i++) {
        char c = s.p[i];
        if (quote ? c == quote : ascii_space(c) || memchr("\"'<>)", c, 5) != NULL)
            break;
        if (c == ':' && i > at && is_scheme(s, i, &ignored)) /* the next one: no byte is read twice */
            break;
    }
    return slice_sub(s, at, i - at);
}

static struct slice without_percent(struct arena *a, struct slice s)
{
    char *p = arena_alloc(a, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        int high = s.p[i] == '%' && i + 2 < s.n ? ascii_hex(s.p[i + 1]) : -1;
        int low = high >= 0 ? ascii_hex(s.p[i + 2]) : -1;
        if (low >= 0) {
            p[n++] = (char)(high << 4 | low);
            i += 2;
        } else if (!is_dropped(s.p[i]))
            p[n++] = s.p[i];
    }
    return slice_of(p, n);
}

static bool is_base64(struct slice head)
{
    static const struct slice word = SLICE_INIT("base64");
    head = slice_trim(head);
    if (!slice_iends(head, word))
        return false;
    head = slice_trim(slice_sub(head, 0, head.n - word.n));
    return head.n && head.p[head.n - 1] == ';';
}

static struct slice type_of_head(struct slice head)
{
    struct slice type = { NULL, 0 };
    slice_cut(&head, ';', &type);
    return slice_trim(type);
}

void data_uri_begin(struct data_uri_finder *f, struct arena *a, struct slice page)
{
    f->text = without_references(a, page);
    f->at = 0;
}

bool data_uri_next(struct data_uri_finder *f, struct arena *a, struct data_uri *uri)
{
    unsigned flags = 0;
    size_t begin;
    struct slice head;
    while (find(f->text, &f->at, &begin, &head)) {
        struct slice body = without_percent(a, find_body(f->text, f->at, begin));
        uri->type = type_of_head(head);
        uri->bytes = is_base64(head) ? transfer_decode(a, body, TRANSFER_BASE64, body.n, &flags) : body;
        if (uri->bytes.n)
            return true;
    }
    return false;
}

/* ---- is it worth the while? */

static bool is_media(struct slice type)
{
    static const struct slice kinds[] = { SLICE_INIT("image/"),           SLICE_INIT("font/"),
                                          SLICE_INIT("audio/"),           SLICE_INIT("video/"),
                                          SLICE_INIT("application/font"), SLICE_INIT("application/x-font") };
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (slice_istarts(type, kinds[i]))
            return true;
    return false;
}

bool data_uri_worth(struct slice page)
{
    size_t at = 0, begin;
    struct slice head;
    while (find(page, &at, &begin, &head))
        if (!is_media(type_of_head(head)))
            return true;
    return has_spelled(page, "dDaAtT:");
}
