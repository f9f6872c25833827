/* view-body.c - body and rawbody; see view.h */
#include "config.h"
#include "scoring/view.h"

#include "scoring/rule.h"
#include "scoring/view-type.h"

/* ---- white space: a run with two line ends or more is a paragraph's end, any other is one space */

struct squeezer {
    char *out;
    size_t n;
    bool in_run, before, behind; /* white space before the run's first line end, behind its last */
    unsigned line_ends;
    bool narrow; /* white space is ASCII's: nothing is more than a byte */
};

static void end_run(struct squeezer *s)
{
    if (!s->in_run)
        return;
    if (s->line_ends < 2)
        s->out[s->n++] = ' ';
    else {
        if (s->before)
            s->out[s->n++] = ' ';
        s->out[s->n++] = '\n';
        if (s->behind)
            s->out[s->n++] = ' ';
    }
    s->in_run = s->before = s->behind = false;
    s->line_ends = 0;
}

static void add_space(struct squeezer *s, bool line_end)
{
    s->in_run = true;
    if (line_end) {
        s->line_ends++;
        s->behind = false;
    } else if (s->line_ends)
        s->behind = true;
    else
        s->before = true;
}

/* Length of the white space character at p (ASCII, or as in Unicode), 0 if it is none. */
static size_t space_at(const char *p, size_t n)
{
    unsigned char c = (unsigned char)p[0], d, e;
    if (c < 0x80)
        return c == ' ' || (c >= '\t' && c <= '\r');
    d = n > 1 ? (unsigned char)p[1] : 0;
    e = n > 2 ? (unsigned char)p[2] : 0;
    if (c == 0xc2)
        return d == 0x85 || d == 0xa0 ? 2 : 0; /* NEL, NBSP */
    if (c == 0xe1)
        return d == 0x9a && e == 0x80 ? 3 : 0;
    if (c == 0xe2)
        return (d == 0x80 && ((e >= 0x80 && e <= 0x8a) || e == 0xa8 || e == 0xa9 || e == 0xaf)) ||
                       (d == 0x81 && e == 0x9f)
                   ? 3
                   : 0;
    return c == 0xe3 && d == 0x80 && e == 0x80 ? 3 : 0;
}

/* bytes that are white space or may begin it */
static const bool odd[256] = {
    ['\t' ... '\r'] = true, [' '] = true, [0xc2] = true, [0xe1] = true, [0xe2] = true, [0xe3] = true,
};

/* Takes what is no white space for sure, and single spaces inside of it: most of a text. */
static size_t take_words(struct squeezer *s, struct slice text, size_t from)
{
    const unsigned char *p = (const unsigned char *)text.p;
    size_t i = from;
    while (i < text.n && (!odd[p[i]] || (p[i] == ' ' && i > from && i + 1 < text.n && !odd[p[i + 1]])))
        i++;
    if (i == from)
        return from;
    end_run(s);
    memcpy(s->out + s->n, text.p + from, i - from);
    s->n += i - from;
    return i;
}

/* Never puts out more than it takes in. */
static void squeeze(struct squeezer *s, struct slice text)
{
    for (size_t i = 0; i < text.n;) {
        i = take_words(s, text, i);
        if (i == text.n)
            break;
        size_t space = space_at(text.p + i, s->narrow ? 1 : text.n - i);
        if (space == 0) {
            end_run(s);
            s->out[s->n++] = text.p[i++];
            continue;
        }
        add_space(s, text.p[i] == '\n');
        i += space;
    }
}

/* ---- body */

/* Lines, their LF included; one longer than VIEW_LINE_MAX is cut behind its last space before that. With v
 * NULL they are only counted. */
static size_t split_lines(struct slice text, struct slice *v)
{
    struct slice line;
    size_t n = 0;
    while (slice_line(&text, &line)) {
        while (line.n > VIEW_LINE_MAX) {
            size_t at = VIEW_LINE_MAX + 1;
            while (at > 0 && line.p[at - 1] != ' ')
                at--;
            if (at == 0)
                at = VIEW_LINE_MAX;
            if (v)
                v[n] = slice_sub(line, 0, at);
            n++;
            line = slice_from(line, at);
        }
        if (v)
            v[n] = line;
        n++;
    }
    return n;
}

/* which text of a page */
enum text_of { TEXT_ALL, TEXT_VISIBLE, TEXT_INVISIBLE };

/* *wide: Perl would have characters, not bytes. */
static struct slice part_text(struct views *v, struct view_part *p, enum text_of of, bool *wide)
{
    struct slice all = view_part_text(v->arena, p);
    *wide = p->wide;
    if (of == TEXT_ALL || (p->html == NULL && of == TEXT_VISIBLE))
        return all;
    *wide = p->html && !p->octets && (of == TEXT_VISIBLE ? p->html->visible_wide : p->html->invisible_wide);
    return p->html == NULL ? SLICE("") : of == TEXT_VISIBLE ? p->html->visible : p->html->invisible;
}

static struct slice subject(struct views *v)
{
    struct view_field *f = view_part_field(views_tree(v)->root, SLICE("subject"));
    return f ? view_field_decoded(v->arena, f) : SLICE("");
}

/* Where the character of that number begins. */
static size_t char_at(struct slice text, size_t number)
{
    size_t i = 0;
    for (size_t n = 0; i < text.n; i++)
        if (((unsigned char)text.p[i] & 0xc0) != 0x80 && n++ == number)
            break;
    return i;
}

/* So many characters, and up to 1,024 more to the end of a line or word. */
static struct slice cut_text(struct slice text, size_t chars)
{
    if (text.n <= chars)
        return text;
    size_t max = char_at(text, chars);
    struct slice more = slice_from(text, max);
    more.n = char_at(more, 1024 + 1);
    ptrdiff_t at = slice_chr(more, '\n');
    if (at < 0)
        at = slice_chr(more, ' ');
    return slice_sub(text, 0, at < 0 ? max : max + (size_t)at + 1);
}

/* Where no part has characters in Perl, references of pages (&eacute;) are bytes of Latin-1. */
static bool is_narrow(struct views *v, enum text_of of)
{
    view_parts_foreach(p, v->tree)
    {
        bool wide;
        part_text(v, p, of, &wide);
        if (p->leaf && wide)
            return false;
    }
    return true;
}

static size_t limit(size_t said, size_t otherwise)
{
    return said ? said : otherwise;
}

/* Parts follow each other a line end apart; those that are no text leave that line end. */
static void squeeze_parts(struct squeezer *s, struct views *v, enum text_of of)
{
    size_t max = limit(v->set ? v->set->texts.body_part_max : 0, VIEW_BODY_PART_MAX);
    bool any = false, wide;
    s->narrow = is_narrow(v, of);
    view_parts_foreach(p, v->tree)
    {
        if (!p->leaf)
            continue;
        struct slice text = cut_text(part_text(v, p, of, &wide), max);
        if (s->narrow && !p->octets)
            text = view_html_bytes(v->arena, text, '?');
        if (any)
            squeeze(s, SLICE("\n"));
        squeeze(s, text);
        any = any || text.n;
    }
    end_run(s);
}

/* A NUL stands for a paragraph's end in SpamAssassin, wherever it comes from. */
static void nul_to_lf(char *p, size_t n)
{
    for (char *at = n ? memchr(p, 0, n) : NULL; at; at = memchr(at, 0, n - (size_t)(at - p)))
        *at = '\n';
}

static bool has_leaf(struct views *v)
{
    view_parts_foreach(p, views_tree(v))
    {
        if (p->leaf)
            return true;
    }
    return false;
}

/* An upper bound. */
static size_t text_bytes(struct views *v, enum text_of of)
{
    size_t most = 0;
    bool wide;
    view_parts_foreach(p, v->tree) most += part_text(v, p, of, &wide).n + 1;
    return most;
}

/* head: ended by LF, or empty */
static void make_body(struct views *v, enum text_of of, struct slice head, struct view *out)
{
    struct squeezer s = { .out = arena_alloc(v->arena, head.n + text_bytes(v, of)) };
    if (head.n)
        memcpy(s.out, head.p, head.n);
    s.n = head.n;
    squeeze_parts(&s, v, of);
    nul_to_lf(s.out + head.n, s.n - head.n);
    struct slice text = slice_of(s.out, s.n);
    out->v = arena_array(v->arena, split_lines(text, NULL), sizeof(*out->v));
    out->n = split_lines(text, out->v);
}

static struct slice subject_line(struct views *v)
{
    struct slice s = subject(v);
    char *line = arena_alloc(v->arena, s.n + 1);
    if (s.n)
        memcpy(line, s.p, s.n);
    line[s.n] = '\n';
    return slice_of(line, s.n + 1);
}

const struct view *views_body(struct views *v)
{
    if (v->has_body)
        return &v->body;
    v->has_body = true;
    if (has_leaf(v)) /* a multipart of nothing: not even the Subject */
        make_body(v, TEXT_ALL, subject_line(v), &v->body);
    return &v->body;
}

void views_shown(struct views *v, struct view *shown, struct view *hidden)
{
    *shown = *hidden = (struct view){ .n = 0 };
    if (!has_leaf(v))
        return;
    make_body(v, TEXT_VISIBLE, subject_line(v), shown);
    make_body(v, TEXT_INVISIBLE, SLICE(""), hidden);
}

void views_body_change(struct views *v, size_t piece, struct slice text)
{
    if (piece < views_body(v)->n)
        v->body.v[piece] = text;
}

/* ---- rawbody */

static bool is_of(struct slice type, struct slice kind)
{
    return slice_starts(type, kind) && (type.n == kind.n || !view_word(type.p[kind.n]));
}

static bool is_rawbody(const struct view_part *p)
{
    return p->leaf && !slice_eq(p->type, SLICE("text/calendar")) &&
           (is_of(p->effective, SLICE("text")) || is_of(p->effective, SLICE("message")));
}

/* Where the chunk that begins with text ends: behind the first LF, else >, else space, that comes after
 * VIEW_LINE_MAX and not after twice that. */
static size_t chunk(struct slice text)
{
    static const char ends[] = "\n> ";
    if (text.n <= 2 * VIEW_LINE_MAX)
        return text.n;
    struct slice more = slice_sub(text, VIEW_LINE_MAX, VIEW_LINE_MAX);
    for (size_t i = 0; i < 3; i++) {
        ptrdiff_t at = slice_chr(more, ends[i]);
        if (at >= 0)
            return VIEW_LINE_MAX + (size_t)at + 1;
    }
    return VIEW_LINE_MAX + 1;
}

static void add_chunks(struct views *v, struct slice text, size_t *cap)
{
    do { /* an empty part is an empty chunk */
        if (v->rawbody.n == *cap) {
            *cap = *cap ? *cap * 2 : 16;
            v->rawbody.v = arena_grow(v->arena, v->rawbody.v, v->rawbody.n, *cap, sizeof(*v->rawbody.v));
        }
        size_t n = chunk(text);
        v->rawbody.v[v->rawbody.n++] = slice_sub(text, 0, n);
        text = slice_from(text, n);
    } while (text.n);
}

const struct view *views_rawbody(struct views *v)
{
    size_t cap = 0, max = limit(v->set ? v->set->texts.rawbody_part_max : 0, VIEW_RAWBODY_PART_MAX);
    if (v->has_rawbody)
        return &v->rawbody;
    view_parts_foreach(p, views_tree(v))
    {
        if (is_rawbody(p))
            add_chunks(v, view_cut(view_part_decoded(v->arena, p), max, "> "), &cap);
    }
    v->has_rawbody = true;
    return &v->rawbody;
}
