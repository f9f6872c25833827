/* rule-capture.c - named captures of patterns, and templates that use them; see rule-capture.h */
#include "config.h"
#include "scoring/rule-capture.h"

#define NAMES_IN_PATTERN 64 /* more are not taken */

static bool upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

/* Length of a name at the front: A, FOO, FOO_BAR2; 0: none. */
static size_t name_length(struct slice s)
{
    size_t n = 0;
    if (s.n == 0 || !upper(s.p[0]))
        return 0;
    while (n < s.n && (upper(s.p[n]) || ascii_digit(s.p[n]) || (s.p[n] == '_' && s.p[n - 1] != '_')))
        n++;
    return s.p[n - 1] == '_' ? n - 1 : n;
}

static void add(struct arena *a, struct rule_names *names, struct slice name)
{
    for (size_t i = 0; i < names->n; i++)
        if (slice_eq(names->v[i], name))
            return;
    if (names->v == NULL)
        names->v = arena_array(a, NAMES_IN_PATTERN, sizeof(*names->v));
    if (names->n < NAMES_IN_PATTERN)
        names->v[names->n++] = name;
}

static const struct rule_names *keep(struct arena *a, struct rule_names names)
{
    if (names.n == 0)
        return NULL;
    struct rule_names *kept = ARENA_NEW(a, struct rule_names);
    *kept = names;
    return kept;
}

const struct rule_names *rule_captures(struct arena *a, struct slice pattern)
{
    struct rule_names names = { .n = 0 };
    for (size_t i = 0; i + 3 < pattern.n; i++) {
        if (pattern.p[i] != '(' || pattern.p[i + 1] != '?')
            continue;
        size_t at = i + 2 + (pattern.p[i + 2] == 'P');
        if (at >= pattern.n || (pattern.p[at] != '<' && pattern.p[at] != '\''))
            continue;
        size_t n = name_length(slice_from(pattern, at + 1));
        char close = pattern.p[at] == '<' ? '>' : '\'';
        if (n && at + 1 + n < pattern.n && pattern.p[at + 1 + n] == close)
            add(a, &names, slice_sub(pattern, at + 1, n));
    }
    return keep(a, names);
}

/* At %{NAME} or %{NAME(ARGUMENT)}: its length, and the name with its argument; else 0. */
static size_t template_at(struct slice s, size_t at, struct slice *name)
{
    if (!slice_starts(slice_from(s, at), SLICE("%{")) || (at > 0 && s.p[at - 1] == '\\'))
        return 0;
    size_t from = at + 2, end = from + name_length(slice_from(s, from));
    if (end > from && end < s.n && s.p[end] == '(') {
        while (end < s.n && s.p[end] != ')' && s.p[end] != '}')
            end++;
        end += end < s.n && s.p[end] == ')';
    }
    *name = slice_sub(s, from, end - from);
    return end > from && end < s.n && s.p[end] == '}' ? end + 1 - at : 0;
}

const struct rule_names *rule_templates(struct arena *a, struct slice pattern)
{
    struct rule_names names = { .n = 0 };
    struct slice name;
    for (size_t i = 0; i < pattern.n;) {
        size_t n = template_at(pattern, i, &name);
        if (n)
            add(a, &names, name);
        i += n ? n : 1;
    }
    return keep(a, names);
}

struct slice rule_capture_text(struct arena *a, const struct slice *values, size_t n)
{
    size_t max = 4 + n;
    for (size_t i = 0; i < n; i++)
        max += 2 * values[i].n;
    char *text = arena_alloc(a, max), *out = text;
    memcpy(out, "(?:", 3);
    out += 3;
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < values[i].n; k++) {
            if (!ascii_alnum(values[i].p[k]) && values[i].p[k] != '_')
                *out++ = '\\';
            *out++ = values[i].p[k];
        }
        *out++ = i + 1 < n ? '|' : ')';
    }
    return slice_of(text, (size_t)(out - text));
}

/* the text for a name; itself where there is none */
static struct slice text_for(struct slice whole, struct slice name, const struct rule_names *names,
                             const struct slice *texts)
{
    for (size_t i = 0; i < names->n; i++)
        if (slice_eq(name, names->v[i]))
            return texts[i];
    return whole;
}

struct slice rule_template_fill(struct arena *a, struct slice pattern, const struct rule_names *names,
                                const struct slice *texts)
{
    struct slice name, text;
    size_t n, total = 0;
    char *out = NULL;
    for (int write = 0; write < 2; write++) { /* once to count */
        out = write ? arena_alloc(a, total + 1) : NULL;
        total = 0;
        for (size_t i = 0; i < pattern.n; i += n, total += text.n) {
            n = template_at(pattern, i, &name);
            text = n ? text_for(slice_sub(pattern, i, n), name, names, texts) : slice_sub(pattern, i, n = 1);
            if (write)
                memcpy(out + total, text.p, text.n);
        }
    }
    return slice_of(out, total);
}

/* Groups, as values are: in a class their ")" is one too many. */
struct slice rule_template_any(struct arena *a, struct slice pattern, const struct rule_names *names,
                               struct slice without)
{
    struct slice *texts = arena_array(a, names->n, sizeof(*texts));
    for (size_t i = 0; i < names->n; i++)
        texts[i] = slice_eq(names->v[i], without) ? SLICE("(?:[^\\s\\S])") : SLICE("(?:[\\s\\S]*)");
    return rule_template_fill(a, pattern, names, texts);
}
