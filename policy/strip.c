/* strip.c - which inbound fields are removed; see strip.h
 * The id at the head of Authentication-Results is read as RFC 8601 2.2 writes it: white space and nested
 * comments, then a token or a quoted string (RFC 2045 5.1). One pass, a counter for nesting. */
#include "policy/strip.h"

#include "base/buf.h"

/* as long as a host name may be, and some */
#define ID_MAX 300

/* Behind white space and comments; an open comment takes all the rest. */
static struct slice skip_cfws(struct slice s)
{
    size_t i = 0, depth = 0;
    for (; i < s.n; i++) {
        char c = s.p[i];
        if (c == '(')
            depth++;
        else if (depth && c == ')')
            depth--;
        else if (depth && c == '\\')
            i++;
        else if (!depth && !ascii_space(c))
            break;
    }
    return slice_from(s, i);
}

static bool is_token_char(char c)
{
    return (unsigned char)c > ' ' && c != 0x7f && strchr("()<>@,;:\\\"/[]?=", c) == NULL;
}

/* The id into id[ID_MAX], cut there; its length. */
static size_t read_id(struct slice s, char *id)
{
    size_t n = 0;
    bool quoted = s.n && s.p[0] == '"';
    for (size_t i = quoted ? 1 : 0; i < s.n; i++) {
        if (quoted ? s.p[i] == '"' : !is_token_char(s.p[i]))
            break;
        if (quoted && s.p[i] == '\\' && i + 1 < s.n)
            i++;
        if (n < ID_MAX)
            id[n++] = s.p[i];
    }
    return n;
}

static struct slice without_dot(struct slice name)
{
    name = slice_trim(name);
    return name.n && name.p[name.n - 1] == '.' ? slice_sub(name, 0, name.n - 1) : name;
}

static bool is_our_id(struct slice ours, struct slice value)
{
    char id[ID_MAX];
    size_t n = read_id(skip_cfws(value), id);
    ours = without_dot(ours);
    return ours.n && slice_ieq(without_dot(slice_of(id, n)), ours);
}

static bool name_matches(struct slice pattern, struct slice name)
{
    if (pattern.n && pattern.p[pattern.n - 1] == '*')
        return slice_istarts(name, slice_sub(pattern, 0, pattern.n - 1));
    return slice_ieq(name, pattern);
}

struct slice strip_authserv_id(const struct policy_options *o, struct slice my_name)
{
    return *o->authserv_id ? slice_str(o->authserv_id) : my_name;
}

bool strip_matches(const struct policy_options *o, struct slice my_name, struct slice name,
                   struct slice value)
{
    name = slice_trim(name);
    if (slice_ieq(name, SLICE("X-Tamis-Release"))) /* keeper/mark.h: whatever the list says */
        return true;
    for (size_t i = 0; i < o->remove_headers.n; i++)
        if (name_matches(slice_str(o->remove_headers.v[i]), name))
            return true;
    if (!slice_ieq(name, SLICE("Authentication-Results")))
        return false;
    return is_our_id(strip_authserv_id(o, my_name), value);
}
