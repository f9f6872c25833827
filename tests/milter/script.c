/* script.c - session files; see script.h */
#include "tests/milter/script.h"

#include "tests/milter/mailfile.h"

#define UNESCAPED_MAX ((size_t)1 << 30)

bool script_word(struct slice *rest, struct slice *word)
{
    *rest = slice_trim(*rest);
    size_t n = 0;
    while (n < rest->n && !ascii_space(rest->p[n]))
        n++;
    *word = slice_sub(*rest, 0, n);
    *rest = slice_trim(slice_from(*rest, n));
    return n > 0;
}

static void add_line(struct script_case *c, struct arena *a, unsigned number, struct slice line)
{
    struct script_line *l = ARENA_NEW(a, struct script_line);
    l->number = number;
    l->rest = line;
    script_word(&l->rest, &l->word);
    *c->tail = l;
    c->tail = &l->next;
}

static void add_case(struct script *s, struct arena *a, unsigned number, struct slice name)
{
    struct script_case *c = ARENA_NEW(a, struct script_case);
    c->name = name;
    c->number = number;
    c->tail = &c->first;
    *s->tail = c;
    s->tail = &c->next;
}

/* The last case of the list, from its tail pointer. */
static struct script_case *last_case(struct script *s)
{
    if (s->first == NULL)
        return NULL;
    return (struct script_case *)(void *)((char *)s->tail - offsetof(struct script_case, next));
}

static int read_line(struct script *s, struct arena *a, unsigned number, struct slice line,
                     struct buf *settings, struct err *e)
{
    struct slice word, rest = line;
    if (!script_word(&rest, &word) || line.p[0] == '#')
        return 0;
    if (ascii_space(line.p[0])) {
        if (word.p[0] == '#')
            return 0;
        if (s->first == NULL)
            return err_set(e, ERR_INPUT, "%s:%u: a step before the first case", s->path, number);
        add_line(last_case(s), a, number, slice_trim(line));
        return 0;
    }
    if (slice_eq(word, SLICE("case")) && rest.n)
        add_case(s, a, number, rest);
    else if (slice_eq(word, SLICE("settings")) && s->first == NULL)
        buf_printf(settings, "%.*s\n", SLICE_ARG(rest));
    else
        return err_set(e, ERR_INPUT,
                       "%s:%u: at the margin stands `case NAME`, or `settings NAME=VALUE` before them; "
                       "steps are indented",
                       s->path, number);
    return 0;
}

int script_read(struct script *s, const char *path, struct arena *a, struct err *e)
{
    memset(s, 0, sizeof(*s));
    s->path = path;
    s->tail = &s->first;
    struct slice rest, line;
    if (file_read(path, a, &rest, e) != 0)
        return -1;
    struct buf settings;
    buf_init_in(&settings, a, 1 << 16);
    for (unsigned number = 1; slice_line(&rest, &line); number++)
        if (read_line(s, a, number, slice_chomp(line), &settings, e) != 0)
            return -1;
    s->settings = buf_slice(&settings);
    return s->first ? 0 : err_set(e, ERR_INPUT, "%s: no case in it", path);
}

/* One escape, s.p[0] behind the backslash; its length, or 0 when it is none. */
static size_t escape(struct slice s, uint64_t counter, struct buf *out)
{
    static const char from[] = "rnts0\\", to[] = "\r\n\t \0\\";
    const char *at = s.n && s.p[0] ? strchr(from, s.p[0]) : NULL;
    if (at) {
        buf_add(out, to + (at - from), 1);
        return 1;
    }
    if (s.n && (s.p[0] == '#' || s.p[0] == '+')) {
        buf_printf(out, "%llu", (unsigned long long)counter + (s.p[0] == '+'));
        return 1;
    }
    if (s.n >= 3 && s.p[0] == 'x' && ascii_hex(s.p[1]) >= 0 && ascii_hex(s.p[2]) >= 0) {
        char c = (char)(ascii_hex(s.p[1]) << 4 | ascii_hex(s.p[2]));
        buf_add(out, &c, 1);
        return 3;
    }
    ptrdiff_t close = slice_chr(s, '}');
    uint64_t n;
    if (s.n && s.p[0] == '{' && close > 0 && (size_t)close + 1 < s.n &&
        slice_uint(slice_sub(s, 1, (size_t)close - 1), UNESCAPED_MAX, &n)) {
        char *p = buf_reserve(out, n);
        if (p) {
            memset(p, s.p[close + 1], n);
            out->n += n;
        }
        return (size_t)close + 2;
    }
    return 0;
}

int script_unescape(struct slice s, uint64_t counter, struct arena *a, struct slice *out, struct err *e)
{
    struct buf b;
    buf_init_in(&b, a, UNESCAPED_MAX);
    while (s.n) {
        ptrdiff_t at = slice_chr(s, '\\');
        buf_add_slice(&b, slice_sub(s, 0, at < 0 ? s.n : (size_t)at));
        if (at < 0)
            break;
        s = slice_from(s, (size_t)at + 1);
        size_t n = escape(s, counter, &b);
        if (n == 0)
            return err_set(e, ERR_INPUT, "\\%.*s is no escape; write \\\\ for a backslash",
                           (int)(s.n < 10 ? s.n : 10), s.p);
        s = slice_from(s, n);
    }
    *out = buf_slice(&b);
    return b.full ? err_set(e, ERR_INPUT, "more than 1 GB") : 0;
}

bool script_match(struct slice pattern, struct slice text)
{
    size_t p = 0, t = 0, star = SIZE_MAX, star_t = 0;
    while (t < text.n) {
        if (p < pattern.n && pattern.p[p] == '*') {
            star = p++;
            star_t = t;
        } else if (p < pattern.n && pattern.p[p] == text.p[t]) {
            p++;
            t++;
        } else if (star != SIZE_MAX) {
            p = star + 1;
            t = ++star_t;
        } else
            return false;
    }
    while (p < pattern.n && pattern.p[p] == '*')
        p++;
    return p == pattern.n;
}
