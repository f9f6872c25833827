/* conf-row.c - one option: its value as text and back; see conf-row.h
 * No program of ours calls setlocale(), so strtod and printf use a point in numbers. */
#include "base/conf-row.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>

/* a value of any type, for comparing with a default */
union any {
    bool b;
    unsigned u;
    size_t size;
    double d;
    int i;
    const char *s;
    struct conf_list list;
};

struct scale {
    uint64_t bare; /* of a number without a unit */
    struct unit {
        const char *name;
        uint64_t factor;
    } units[6]; /* largest first */
};

static const struct scale bytes = { 1, { { "g", 1 << 30 }, { "m", 1 << 20 }, { "k", 1 << 10 } } };
static const struct scale times = {
    1000, { { "d", 86400000 }, { "h", 3600000 }, { "m", 60000 }, { "s", 1000 }, { "ms", 1 } }
};

static bool read_bool(struct slice text, bool *out)
{
    static const char *const words[] = { "no", "yes", "off", "on", "false", "true", "0", "1" };
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (slice_ieq(text, slice_str(words[i]))) {
            *out = i % 2;
            return true;
        }
    return false;
}

static bool read_scaled(struct slice text, const struct scale *scale, uint64_t *out)
{
    size_t digits = 0;
    while (digits < text.n && ascii_digit(text.p[digits]))
        digits++;
    struct slice unit = slice_trim(slice_from(text, digits));
    uint64_t n, factor = unit.n ? 0 : scale->bare;
    for (const struct unit *u = scale->units; u->name && unit.n; u++)
        if (slice_ieq(unit, slice_str(u->name)))
            factor = u->factor;
    return factor && slice_uint(slice_sub(text, 0, digits), UINT64_MAX, &n) &&
           !__builtin_mul_overflow(n, factor, out);
}

/* digits with an optional sign, point and exponent: what strtod takes, less hexadecimal, inf and nan */
static bool read_number(struct slice text, double *out)
{
    char copy[64], *end;
    if (text.n == 0 || text.n >= sizeof(copy) || ascii_space(text.p[0]))
        return false;
    for (size_t i = 0; i < text.n; i++)
        if (!ascii_digit(text.p[i]) && (text.p[i] == 0 || strchr("+-.eE", text.p[i]) == NULL))
            return false;
    memcpy(copy, text.p, text.n);
    copy[text.n] = 0;
    double v = strtod(copy, &end);
    if (*end || !isfinite(v))
        return false;
    *out = v;
    return true;
}

static bool read_enum(const struct conf_option *o, struct slice text, int *out)
{
    for (int i = 0; o->names[i]; i++)
        if (slice_ieq(text, slice_str(o->names[i]))) {
            *out = i;
            return true;
        }
    return false;
}

static const char *make_path(struct slice text, const char *dir, struct arena *a, const char **why)
{
    if (text.n == 0 || text.p[0] == '/')
        return arena_str(a, text);
    if (dir == NULL) {
        *why = "write an absolute path, beginning with /";
        return NULL;
    }
    const char *between = strcmp(dir, "/") == 0 ? "" : "/";
    struct slice path = arena_printf(a, "%s%s%.*s", dir, between, SLICE_ARG(text));
    for (size_t i = 0; i < path.n; i++)
        if ((unsigned char)path.p[i] < ' ' || path.p[i] == 0x7f) {
            *why = "a control character in the folder's name: write an absolute path";
            return NULL;
        }
    return path.p;
}

static bool is_separator(char c)
{
    return c == ',' || ascii_space(c);
}

static bool next_word(struct slice *rest, struct slice *word)
{
    size_t from = 0, to;
    while (from < rest->n && is_separator(rest->p[from]))
        from++;
    for (to = from; to < rest->n && !is_separator(rest->p[to]);)
        to++;
    *word = slice_sub(*rest, from, to - from);
    *rest = slice_from(*rest, to);
    return word->n > 0;
}

/* dir: NULL for a list that is not of paths */
static bool read_list(const struct conf_option *o, struct slice text, const char *dir, struct arena *a,
                      struct conf_list *out, const char **why)
{
    struct slice rest = text, word;
    size_t n = 0, bytes_made = 0;
    while (next_word(&rest, &word))
        n++;
    const char **v = arena_array(a, n, sizeof(*v));
    rest = text;
    for (size_t i = 0; next_word(&rest, &word); i++) {
        v[i] = o->type == CONF_PATHS ? make_path(word, dir, a, why) : arena_str(a, word);
        if (v[i] == NULL)
            return false;
        for (const char *p = v[i]; *p; p++)
            if (is_separator(*p)) { /* from the folder's name; it could not be read back */
                *why = "a space or comma in the folder's name: write an absolute path without";
                return false;
            }
        bytes_made += strlen(v[i]) + 2;
    }
    if (bytes_made > CONF_VALUE_MAX) {
        *why = "the list is too long: shorten it";
        return false;
    }
    *out = (struct conf_list){ v, n };
    return true;
}

static bool in_bounds(const struct conf_option *o, double v)
{
    if (o->min == 0 && o->max == 0)
        return true;
    return v >= o->min && (o->max < o->min || v <= o->max);
}

static bool read_whole(const struct conf_option *o, struct slice text, uint64_t most, uint64_t *out)
{
    bool good = o->type == CONF_UINT ? slice_uint(text, most, out)
                                     : read_scaled(text, o->type == CONF_SIZE ? &bytes : &times, out);
    return good && *out <= most && in_bounds(o, (double)*out);
}

bool conf_row_read(const struct conf_option *o, struct slice text, const char *dir, struct arena *a, void *at,
                   const char **why)
{
    union any v;
    uint64_t whole;
    *why = NULL;
    switch (o->type) {
    case CONF_BOOL: return read_bool(text, at);
    case CONF_UINT:
    case CONF_TIME:
        if (!read_whole(o, text, UINT_MAX, &whole))
            return false;
        *(unsigned *)at = (unsigned)whole;
        return true;
    case CONF_SIZE:
        if (!read_whole(o, text, SIZE_MAX, &whole))
            return false;
        *(size_t *)at = (size_t)whole;
        return true;
    case CONF_NUMBER:
        if (!read_number(text, &v.d) || !in_bounds(o, v.d))
            return false;
        *(double *)at = v.d;
        return true;
    case CONF_ENUM: return read_enum(o, text, at);
    case CONF_STRING: *(const char **)at = arena_str(a, text); return true;
    case CONF_PATH:
        v.s = make_path(text, dir, a, why);
        if (v.s == NULL)
            return false;
        *(const char **)at = v.s;
        return true;
    case CONF_LIST:
    case CONF_PATHS: return read_list(o, text, dir, a, at, why);
    }
    bug("option %s: unknown type", o->name);
}

static void write_scaled(uint64_t v, const struct scale *scale, struct buf *out)
{
    const struct unit *u = scale->units;
    while (u->name && (v == 0 || v % u->factor))
        u++;
    if (u->name)
        buf_printf(out, "%ju%s", (uintmax_t)(v / u->factor), u->name);
    else
        buf_printf(out, "%ju", (uintmax_t)v);
}

/* the shortest text that reads back as the same number */
static void write_number(double v, struct buf *out)
{
    char text[40];
    for (int digits = 6; digits <= 17; digits++) {
        snprintf(text, sizeof(text), "%.*g", digits, v);
        if (strtod(text, NULL) == v)
            break;
    }
    buf_add_str(out, text);
}

static void write_list(const struct conf_list *list, struct buf *out)
{
    for (size_t i = 0; i < list->n; i++) {
        buf_add_str(out, i ? ", " : "");
        buf_add_str(out, list->v[i]);
    }
}

void conf_row_write(const struct conf_option *o, const void *at, struct buf *out)
{
    switch (o->type) {
    case CONF_BOOL: buf_add_str(out, *(const bool *)at ? "yes" : "no"); break;
    case CONF_UINT: buf_printf(out, "%u", *(const unsigned *)at); break;
    case CONF_SIZE: write_scaled(*(const size_t *)at, &bytes, out); break;
    case CONF_TIME: write_scaled(*(const unsigned *)at, &times, out); break;
    case CONF_NUMBER: write_number(*(const double *)at, out); break;
    case CONF_ENUM: buf_add_str(out, o->names[*(const int *)at]); break;
    case CONF_STRING:
    case CONF_PATH: buf_add_str(out, *(const char *const *)at); break;
    case CONF_LIST:
    case CONF_PATHS: write_list(at, out); break;
    }
}

static bool same_list(const struct conf_list *a, const struct conf_list *b)
{
    if (a->n != b->n)
        return false;
    for (size_t i = 0; i < a->n; i++)
        if (strcmp(a->v[i], b->v[i]) != 0)
            return false;
    return true;
}

bool conf_row_same(const struct conf_option *o, const void *a, const void *b)
{
    switch (o->type) {
    case CONF_BOOL: return *(const bool *)a == *(const bool *)b;
    case CONF_UINT:
    case CONF_TIME: return *(const unsigned *)a == *(const unsigned *)b;
    case CONF_SIZE: return *(const size_t *)a == *(const size_t *)b;
    case CONF_NUMBER: return *(const double *)a == *(const double *)b;
    case CONF_ENUM: return *(const int *)a == *(const int *)b;
    case CONF_STRING:
    case CONF_PATH: return strcmp(*(const char *const *)a, *(const char *const *)b) == 0;
    case CONF_LIST:
    case CONF_PATHS: return same_list(a, b);
    }
    bug("option %s: unknown type", o->name);
}

bool conf_row_differs(const struct conf_option *o, const void *at)
{
    struct arena a;
    union any def;
    const char *why;
    arena_init(&a, 16 * CONF_VALUE_MAX);
    if (!conf_row_read(o, slice_str(o->def), NULL, &a, &def, &why))
        bug("option %s: bad default", o->name);
    bool differs = !conf_row_same(o, at, &def);
    arena_deinit(&a);
    return differs;
}

static void write_bound(const struct conf_option *o, double v, struct buf *out)
{
    if (o->type == CONF_NUMBER)
        write_number(v, out);
    else if (o->type == CONF_UINT)
        buf_printf(out, "%.0f", v);
    else
        write_scaled((uint64_t)v, o->type == CONF_SIZE ? &bytes : &times, out);
}

static void write_bounds(const struct conf_option *o, struct buf *out)
{
    if (o->min == 0 && o->max == 0)
        return;
    buf_add_str(out, o->max < o->min ? ", at least " : ", from ");
    write_bound(o, o->min, out);
    if (o->max < o->min)
        return;
    buf_add_str(out, " to ");
    write_bound(o, o->max, out);
}

static void write_names(const struct conf_option *o, struct buf *out)
{
    for (int i = 0; o->names[i]; i++) {
        if (i)
            buf_add_str(out, o->names[i + 1] ? ", " : " or ");
        buf_add_str(out, o->names[i]);
    }
}

void conf_row_form(const struct conf_option *o, struct buf *out)
{
    static const char *const forms[] = {
        [CONF_BOOL] = "yes or no",
        [CONF_UINT] = "a whole number",
        [CONF_SIZE] = "a number of bytes, or of k, m or g",
        [CONF_TIME] = "a time such as 500ms, 30s, 5m, 2h or 1d (without a unit: seconds)",
        [CONF_NUMBER] = "a number such as 5 or -0.5",
        [CONF_ENUM] = "",
        [CONF_STRING] = "text",
        [CONF_PATH] = "a path",
        [CONF_LIST] = "words apart by commas or white space",
        [CONF_PATHS] = "paths apart by commas or white space",
    };
    buf_add_str(out, forms[o->type]);
    if (o->type == CONF_ENUM)
        write_names(o, out);
    else if (o->type <= CONF_NUMBER && o->type != CONF_BOOL)
        write_bounds(o, out);
}
