/* authres.c - Authentication-Results, read; see authres.h */
#include "auth/authres.h"

#define FIRST_RESULTS 4

struct reader {
    struct arena *a;
    struct slice rest;
    struct authres *r;
    size_t cap;
};

/* CFWS; an open comment takes all the rest. */
static void skip(struct reader *in)
{
    size_t i = 0, depth = 0;
    for (; i < in->rest.n; i++) {
        char c = in->rest.p[i];
        if (c == '(')
            depth++;
        else if (depth && c == ')')
            depth--;
        else if (depth && c == '\\')
            i++;
        else if (!depth && !ascii_space(c))
            break;
    }
    in->rest = slice_from(in->rest, i);
}

static bool take_char(struct reader *in, char c)
{
    skip(in);
    if (in->rest.n == 0 || in->rest.p[0] != c)
        return false;
    in->rest = slice_from(in->rest, 1);
    return true;
}

static bool is_word_char(char c)
{
    return ascii_alnum(c) || c == '-' || c == '_';
}

/* A name, in lower case; false: there is none. */
static bool take_name(struct reader *in, struct slice *name)
{
    size_t n = 0;
    skip(in);
    while (n < in->rest.n && is_word_char(in->rest.p[n]))
        n++;
    *name = arena_lower(in->a, slice_sub(in->rest, 0, n));
    in->rest = slice_from(in->rest, n);
    return n > 0;
}

/* Bytes between the quotes, as written; false: there is no end. */
static bool quoted_length(struct slice s, size_t *n)
{
    for (size_t i = 1; i < s.n; i++) {
        if (s.p[i] == '"') {
            *n = i - 1;
            return true;
        }
        i += s.p[i] == '\\';
    }
    return false;
}

static bool take_quoted(struct reader *in, struct slice *value)
{
    size_t written, n = 0;
    if (!quoted_length(in->rest, &written))
        return false;
    char *p = arena_alloc(in->a, written);
    for (size_t i = 1; i <= written; i++) {
        if (i < written && in->rest.p[i] == '\\')
            i++;
        if (in->rest.p[i] != '\r' && in->rest.p[i] != '\n')
            p[n++] = in->rest.p[i];
    }
    *value = slice_of(p, n);
    in->rest = slice_from(in->rest, written + 2);
    return true;
}

/* value, or what stands for one in the wild: local@domain, URIs, base64; it ends at white space, ; or a
 * comment */
static bool take_value(struct reader *in, struct slice *value)
{
    size_t n = 0;
    skip(in);
    if (in->rest.n && in->rest.p[0] == '"')
        return take_quoted(in, value);
    while (n < in->rest.n && !ascii_space(in->rest.p[n]) &&
           !strchr(";(\"", in->rest.p[n] ? in->rest.p[n] : ';'))
        n++;
    *value = slice_sub(in->rest, 0, n);
    in->rest = slice_from(in->rest, n);
    return n > 0;
}

static enum auth_code code_of(struct slice word)
{
    for (int i = AUTH_NONE; i < AUTH_CODES; i++)
        if (slice_ieq(word, slice_str(auth_code_name((enum auth_code)i))))
            return (enum auth_code)i;
    if (slice_ieq(word, SLICE("hardfail"))) /* older RFCs */
        return AUTH_FAIL;
    return AUTH_NOT_RUN;
}

static void keep(struct reader *in, const struct authres_result *x)
{
    if (in->r->n == AUTHRES_RESULTS_MAX)
        return;
    if (in->r->n == in->cap) {
        size_t cap = in->cap ? in->cap * 2 : FIRST_RESULTS;
        in->r->results = arena_grow(in->a, in->r->results, in->r->n, cap, sizeof(*x));
        in->cap = cap;
    }
    in->r->results[in->r->n++] = *x;
}

/* "reason=value" or "type.name=value" */
static bool take_detail(struct reader *in, struct authres_result *x)
{
    struct authres_property p = { { NULL, 0 }, { NULL, 0 }, { NULL, 0 } };
    if (!take_name(in, &p.type))
        return false;
    if (take_char(in, '=')) /* "reason", or a word that RFC 8601 does not have */
        return take_value(in, slice_eq(p.type, SLICE("reason")) ? &x->reason : &p.value);
    if (!take_char(in, '.') || !take_name(in, &p.name) || !take_char(in, '=') || !take_value(in, &p.value))
        return false;
    if (x->n < AUTHRES_PROPERTIES_MAX)
        x->properties[x->n++] = p;
    return true;
}

static bool at_end(struct reader *in)
{
    skip(in);
    return in->rest.n == 0 || in->rest.p[0] == ';';
}

/* method [ "/" version ] "=" result *( details ) */
static bool take_result(struct reader *in)
{
    struct authres_result x = { .n = 0 };
    struct slice word;
    if (!take_name(in, &x.method) || (take_char(in, '/') && !take_name(in, &word)) || !take_char(in, '=') ||
        !take_name(in, &word))
        return false;
    x.code = code_of(word);
    while (!at_end(in))
        if (!take_detail(in, &x))
            return false;
    keep(in, &x);
    return true;
}

/* "; none" */
static bool takes_none(struct reader *in)
{
    struct reader ahead = *in;
    struct slice word;
    return take_name(&ahead, &word) && slice_eq(word, SLICE("none")) && at_end(&ahead) && ahead.rest.n == 0;
}

/* authserv-id [ version ] */
static bool take_head(struct reader *in)
{
    struct slice version;
    if (!take_value(in, &in->r->id))
        return false;
    in->r->id = arena_lower(in->a, in->r->id);
    return at_end(in) || (take_name(in, &version) && at_end(in));
}

void authres_parse(struct authres *r, struct arena *a, struct slice value)
{
    struct reader in = { a, value, r, 0 };
    memset(r, 0, sizeof(*r));
    r->broken = !take_head(&in);
    while (!r->broken && take_char(&in, ';')) {
        if (at_end(&in)) /* a semicolon too many */
            continue;
        if (r->n == 0 && takes_none(&in))
            return;
        r->broken = !take_result(&in);
    }
    skip(&in);
    r->broken |= in.rest.n > 0;
}

const struct authres_result *authres_find(const struct authres *r, const char *method)
{
    for (size_t i = 0; i < r->n; i++)
        if (slice_eq(r->results[i].method, slice_str(method)))
            return &r->results[i];
    return NULL;
}

struct slice authres_property(const struct authres_result *r, const char *type, const char *name)
{
    for (size_t i = 0; i < r->n; i++)
        if (slice_eq(r->properties[i].type, slice_str(type)) &&
            slice_eq(r->properties[i].name, slice_str(name)))
            return r->properties[i].value;
    return slice_of(NULL, 0);
}
