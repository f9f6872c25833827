/* view-type.c - Content-Type as SpamAssassin reads it; see view-type.h */
#include "config.h"
#include "scoring/view-type.h"

#define NAME_PIECES 100 /* name*0 to name*99 */

bool view_word(char c)
{
    return ascii_alnum(c) || c == '_';
}

bool view_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static size_t skip_space(struct slice s, size_t at)
{
    while (at < s.n && view_space(s.p[at]))
        at++;
    return at;
}

/* Where the value begins if `name` `=` stands at `at`, 0 if it does not. */
static size_t behind_equals(struct slice s, size_t at, struct slice name)
{
    if (!slice_istarts(slice_from(s, at), name))
        return 0;
    at = skip_space(s, at + name.n);
    return at < s.n && s.p[at] == '=' ? at + 1 : 0;
}

static bool at_word(struct slice s, size_t at)
{
    return at == 0 || !view_word(s.p[at - 1]);
}

/* ---- boundary */

static bool boundary_value(struct slice s, size_t at, struct slice *out)
{
    size_t from = skip_space(s, at), end;
    if (from < s.n && s.p[from] == '"') {
        for (end = from + 1; end < s.n && s.p[end] != '"'; end++) {
        }
        *out = slice_sub(s, from + 1, end - from - 1);
        return out->n > 0;
    }
    for (end = from; end < s.n && !view_space(s.p[end]) && s.p[end] != '"' && s.p[end] != ';'; end++) {
    }
    *out = slice_sub(s, from, end - from);
    return out->n > 0 && (end == s.n || s.p[end] != '"');
}

static void find_boundary(struct view_type *t, struct slice s)
{
    for (size_t i = 0; i < s.n && !t->has_boundary; i++) {
        if ((s.p[i] | 0x20) != 'b' || !at_word(s, i))
            continue;
        size_t at = behind_equals(s, i, SLICE("boundary"));
        t->has_boundary = at && boundary_value(s, at, &t->boundary);
    }
    if (!t->has_boundary)
        t->boundary = SLICE("");
}

/* ---- charset and name */

static bool is_quote(char c)
{
    return c == '"' || c == '\'';
}

/* Up to the next semicolon, without a quote before it and one behind the equals sign. */
static struct slice loose_value(struct slice s, size_t at)
{
    size_t from = skip_space(s, at), end;
    if (from < s.n && is_quote(s.p[from]))
        from++;
    ptrdiff_t semicolon = slice_chr(slice_from(s, from), ';');
    end = semicolon < 0 ? s.n : from + (size_t)semicolon;
    if (end > from && is_quote(s.p[end - 1]))
        end--;
    return slice_sub(s, from, end - from);
}

static bool find_value(struct slice s, struct slice name, struct slice *out)
{
    for (size_t i = 0; i < s.n; i++) {
        size_t at = at_word(s, i) ? behind_equals(s, i, name) : 0;
        if (at) {
            *out = loose_value(s, at);
            return true;
        }
    }
    return false;
}

/* "name" or "filename" at a word's begin: where it ends; 0 if it is none */
static size_t name_at(struct slice s, size_t at)
{
    if (!at_word(s, at))
        return 0;
    struct slice rest = slice_from(s, at);
    size_t file = slice_istarts(rest, SLICE("file")) ? 4 : 0;
    return slice_istarts(slice_from(rest, file), SLICE("name")) ? at + file + 4 : 0;
}

static struct slice find_name(struct slice s)
{
    for (size_t i = 0; i < s.n; i++) {
        size_t end = (s.p[i] | 0x20) == 'n' || (s.p[i] | 0x20) == 'f' ? name_at(s, i) : 0;
        if (end == 0)
            continue;
        end = skip_space(s, end);
        if (end < s.n && s.p[end] == '=')
            return loose_value(s, end + 1);
    }
    return SLICE("");
}

/* name*N= behind `at` (where name ends): its value, and N; false when it is none */
static bool piece_at(struct slice s, size_t at, size_t *number, struct slice *value)
{
    size_t n = 0, digits = at + 1;
    if (at >= s.n || s.p[at] != '*')
        return false;
    while (digits < s.n && ascii_digit(s.p[digits]) && n < NAME_PIECES)
        n = n * 10 + (size_t)(s.p[digits++] - '0');
    size_t equals = skip_space(s, digits);
    if (digits == at + 1 || n >= NAME_PIECES || equals >= s.n || s.p[equals] != '=')
        return false;
    *number = n;
    *value = loose_value(s, equals + 1);
    return true;
}

static bool has_first_piece(struct slice s)
{
    struct slice value;
    size_t number;
    for (size_t i = 0; i < s.n; i++) {
        size_t end = name_at(s, i);
        if (end && piece_at(s, end, &number, &value) && s.p[end + 1] == '0' && !ascii_digit(s.p[end + 2]))
            return true;
    }
    return false;
}

/* RFC 2231 3, as far as SpamAssassin knows it: pieces in the order of their numbers. */
static struct slice join_name(struct arena *a, struct slice s)
{
    struct slice pieces[NAME_PIECES] = { { NULL, 0 } }, value;
    size_t number, n = 0;
    if (!has_first_piece(s))
        return SLICE("");
    for (size_t i = 0; i < s.n; i++) {
        size_t end = name_at(s, i);
        if (end == 0 || !piece_at(s, end, &number, &value))
            continue;
        pieces[number] = value;
        i = (size_t)(value.p - s.p) + value.n;
    }
    char *out = arena_alloc(a, s.n);
    for (size_t i = 0; i < NAME_PIECES; i++) {
        if (pieces[i].n == 0 || n + pieces[i].n > s.n)
            continue;
        memcpy(out + n, pieces[i].p, pieces[i].n);
        n += pieces[i].n;
    }
    return slice_of(out, n);
}

/* ---- the type itself */

static bool is_dropped(unsigned char c)
{
    return c <= ' ' || c >= 0x7f || c == '"' || c == '(' || c == ')' || c == ',' || (c >= ':' && c <= '@') ||
           (c >= '[' && c <= ']');
}

/* "something/something" at the begin */
static struct slice type_part(struct slice s)
{
    while (s.n && view_space(s.p[0]))
        s = slice_from(s, 1);
    ptrdiff_t at = slice_chr(s, ';');
    if (at >= 0)
        s.n = (size_t)at;
    at = slice_chr(s, '/');
    if (at <= 0)
        return s;
    size_t end = (size_t)at + 1;
    while (end < s.n && s.p[end] != '/' && !view_space(s.p[end]))
        end++;
    return slice_sub(s, 0, end);
}

static bool is_nothing(struct slice s)
{
    return s.n == 0 || slice_eq(s, SLICE("0"));
}

static bool is_text(struct slice type)
{
    return slice_starts(type, SLICE("text")) && (type.n == 4 || !view_word(type.p[4])) &&
           !slice_eq(type, SLICE("text/x-vcard")) && !slice_eq(type, SLICE("text/calendar")) &&
           !slice_eq(type, SLICE("text/html"));
}

static struct slice clean_type(struct arena *a, struct slice type)
{
    char *out = arena_alloc(a, type.n);
    size_t n = 0;
    for (size_t i = 0; i < type.n; i++)
        if (!is_dropped((unsigned char)type.p[i]))
            out[n++] = type.p[i];
    return slice_of(out, n);
}

void view_type_parse(struct view_type *t, struct arena *a, struct slice value)
{
    memset(t, 0, sizeof(*t));
    if (is_nothing(value)) {
        t->missing = true;
        value = SLICE("text/plain; charset=us-ascii");
    }
    find_boundary(t, value);
    t->has_charset = find_value(value, SLICE("charset"), &t->charset);
    t->name = find_name(value);
    if (is_nothing(t->name) && slice_chr(value, '*') >= 0)
        t->name = join_name(a, value);
    if (slice_eq(t->name, SLICE("0")))
        t->name = SLICE("");
    struct slice type = arena_lower(a, type_part(value));
    if (is_nothing(type))
        t->missing = true;
    t->type = is_nothing(type) || is_text(type) ? SLICE("text/plain") : clean_type(a, type);
}

struct slice view_disposition_name(struct slice value)
{
    for (size_t i = 0; i + 5 < value.n; i++) {
        if (!slice_istarts(slice_from(value, i), SLICE("name=")))
            continue;
        size_t from = skip_space(value, i + 5), end;
        if (from < value.n && value.p[from] == '"')
            from++;
        for (end = from; end < value.n && value.p[end] != '"' && value.p[end] != ';'; end++) {
        }
        if (end > from)
            return slice_sub(value, from, end - from);
    }
    return SLICE("");
}
