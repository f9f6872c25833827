/* view-tree.c - a message taken apart as SpamAssassin does it; see view-tree.h
 * Parts wait in a queue, so that depth costs no stack; fields are read when a part is found, its body in its
 * turn. */
#include "config.h"
#include "scoring/view-tree.h"

#include "scoring/view-parse.h"

#define LEVELS 20
#define BLANK_LINES 20
#define ENCLOSED_FACTOR 4 /* enclosed messages may take so many times the message's bytes */

/* ---- parts, fields, jobs */

struct view_part *view_parse_part(struct view_parser *p, struct view_part *parent)
{
    struct view_part *part = ARENA_NEW(p->a, struct view_part);
    part->parent = parent;
    part->leaf = true;
    part->depth = parent ? parent->depth + 1 : 0;
    p->parts++;
    if (parent == NULL)
        return part;
    /* the newest is first until view_tree_make() turns the row */
    part->sibling = parent->child;
    parent->child = part;
    return part;
}

void view_parse_field(struct view_parser *p, struct view_part *part, struct slice name, struct slice raw,
                      bool no_lf)
{
    size_t n = part->n_fields;
    if (n >= p->limits->header_max_count)
        return;
    if (n == 0 || (n >= 8 && (n & (n - 1)) == 0))
        part->fields = arena_grow(p->a, part->fields, n, n ? n * 2 : 8, sizeof(*part->fields));
    struct view_field *f = &part->fields[part->n_fields++];
    f->name = name;
    f->raw = raw;
    f->no_lf = no_lf;
}

void view_parse_type(struct view_parser *p, struct view_part *part, struct view_type *type)
{
    struct view_field *f = view_part_field(part, SLICE("content-type"));
    view_type_parse(type, p->a, f ? view_field_decoded(p->a, f) : SLICE(""));
}

void view_parse_later(struct view_parser *p, const struct view_job *job)
{
    struct view_job *copy = ARENA_NEW(p->a, struct view_job);
    *copy = *job;
    copy->next = NULL;
    *p->tail = copy;
    p->tail = &copy->next;
}

struct view_field *view_part_field(const struct view_part *p, struct slice name)
{
    for (size_t i = p->n_fields; i > 0; i--)
        if (slice_ieq(p->fields[i - 1].name, name))
            return &p->fields[i - 1];
    return NULL;
}

/* ---- a message's lines */

/* What separates messages of a mailbox: "From a@b ..." */
static bool is_mbox_line(struct slice line)
{
    return slice_starts(line, SLICE("From")) && line.n > 4 && view_space(line.p[4]) &&
           (line.n == 5 || line.p[5] != ':');
}

/* The same of MBX: "12-Jan-2026 01:02:03 +0000,1234;000000000000-00000000" */
static bool is_mbx_line(struct slice line)
{
    static const char pattern[] = " #-aaa-#### ##:##:##";
    for (size_t i = 0; i + 1 < sizeof(pattern); i++) {
        char c = i < line.n ? line.p[i] : 0, want = pattern[i];
        bool fits = want == '#'   ? ascii_digit(c)
                    : want == 'a' ? ascii_alpha(c)
                    : i == 0      ? view_space(c) || ascii_digit(c)
                    : want == ' ' ? view_space(c)
                                  : c == want;
        if (!fits)
            return false;
    }
    line = slice_chomp(line);
    ptrdiff_t semicolon = slice_find(line, SLICE(";"));
    return semicolon > 0 && line.n - (size_t)semicolon == 22 && ascii_digit(line.p[semicolon - 1]) &&
           line.p[semicolon + 13] == '-';
}

static struct slice without_mailbox_line(struct slice text)
{
    struct slice rest = text, line;
    if (slice_line(&rest, &line) && (is_mbox_line(line) || is_mbx_line(line)))
        return rest;
    return text;
}

/* By the first and the last line. */
static bool has_crlf(struct slice text)
{
    ptrdiff_t lf = slice_chr(text, '\n');
    return (lf > 0 && text.p[lf - 1] == '\r') ||
           (text.n > 1 && slice_eq(slice_from(text, text.n - 2), SLICE("\r\n")));
}

static bool is_blank(struct slice line)
{
    for (size_t i = 0; i < line.n; i++)
        if (!view_space(line.p[i]))
            return false;
    return true;
}

/* The run of blank lines at the begin of *rest is taken off; how many. */
static size_t take_blank(struct slice *rest)
{
    size_t n = 0;
    struct slice line, more = *rest;
    while (slice_line(&more, &line) && is_blank(line)) {
        *rest = more;
        n++;
    }
    return n;
}

static bool has_long_blank(struct slice text)
{
    struct slice line;
    while (text.n) {
        if (view_space(text.p[0]) && take_blank(&text) > BLANK_LINES)
            return true;
        slice_line(&text, &line);
    }
    return false;
}

/* The first lines of a run and the last of it, `keep` in all. */
static size_t copy_run(char *out, struct slice run, size_t lines, size_t first, size_t last)
{
    struct slice line;
    size_t n = 0;
    for (size_t i = 0; i < lines && slice_line(&run, &line); i++) {
        if (i >= first && i + last < lines)
            continue;
        memcpy(out + n, line.p, line.n);
        n += line.n;
    }
    return n;
}

/* Runs of more than 20 blank lines are cut to 20: the first and the last 19; at the very begin 21. */
static struct slice cut_blank_runs(struct arena *a, struct slice text)
{
    if (!has_long_blank(text))
        return text;
    char *out = arena_alloc(a, text.n);
    size_t n = 0;
    bool top = true;
    struct slice line;
    while (text.n) {
        struct slice run = text;
        size_t lines = take_blank(&text);
        run.n -= text.n;
        n += copy_run(out + n, run, lines, top ? 2 : 1, BLANK_LINES - 1);
        top = false;
        if (!slice_line(&text, &line))
            break;
        memcpy(out + n, line.p, line.n);
        n += line.n;
    }
    return slice_of(out, n);
}

/* ---- messages */

/* A multipart whose body begins with something else than a blank line or its boundary gets a blank line. */
static bool wants_blank_line(const struct view_job *job)
{
    struct slice rest = job->source.text, line;
    if (!slice_starts(job->type.type, SLICE("multipart/")) || !slice_line(&rest, &line) || rest.n == 0 ||
        is_blank(line))
        return false;
    return !job->has_boundary || !slice_starts(line, SLICE("--")) ||
           !slice_starts(slice_from(line, 2), job->boundary);
}

struct slice view_pristine(const struct view_tree *tree)
{
    if (tree->pristine_headers.n == 0)
        return tree->pristine_body;
    return slice_of(tree->pristine_headers.p, tree->pristine_headers.n + tree->pristine_body.n);
}

/* part: without fields, or with those in front */
static void parse_message(struct view_parser *p, struct view_part *part, struct slice text, unsigned left,
                          unsigned *flags)
{
    struct view_job job = { .part = part, .left = left };
    text = without_mailbox_line(text);
    bool crlf = has_crlf(text);
    size_t body = view_parse_header(p, part, text, crlf, flags);
    if (part->parent == NULL) {
        p->tree->pristine_headers = slice_sub(text, 0, body);
        p->tree->pristine_body = slice_from(text, body);
    }
    view_parse_type(p, part, &job.type);
    part->type = job.type.type;
    job.boundary = job.type.boundary;
    job.has_boundary = job.type.has_boundary;
    job.source.text = cut_blank_runs(p->a, slice_from(text, body));
    job.source.crlf = crlf;
    job.source.blank_first = wants_blank_line(&job);
    view_parse_later(p, &job);
}

/* ---- leaves */

static bool is_page_name(struct slice name)
{
    if (slice_iends(name, SLICE("\n")))
        name.n--;
    return slice_iends(name, SLICE(".htm")) || slice_iends(name, SLICE(".html")) ||
           slice_iends(name, SLICE(".shtm")) || slice_iends(name, SLICE(".shtml"));
}

static void set_name(struct view_parser *p, struct view_part *part, const struct view_type *type)
{
    struct view_field *f = view_part_field(part, SLICE("content-disposition"));
    if (f)
        part->name = view_disposition_name(view_field_decoded(p->a, f));
    if (part->name.n == 0)
        part->name = type->name;
}

static void make_leaf(struct view_parser *p, const struct view_job *job)
{
    struct view_part *part = job->part;
    const struct view_type *type = &job->type;
    if (!type->missing)
        part->type = !slice_starts(type->type, SLICE("multipart/")) || job->has_boundary
                         ? type->type
                         : SLICE("text/plain");
    part->charset = type->has_charset ? type->charset : SLICE("us-ascii");
    part->boundary = job->boundary;
    set_name(p, part, type);
    part->effective = is_page_name(part->name) ? SLICE("text/html") : part->type;
    part->body = job->source.text;
    part->crlf = job->source.crlf;
    part->splits = job->source.splits;
    part->blank_first = job->source.blank_first;
}

static bool is_enclosed(const struct view_part *part)
{
    return slice_eq(part->type, SLICE("message/rfc822")) || slice_eq(part->type, SLICE("message/global"));
}

static bool is_copy(struct slice text, struct slice of)
{
    return (uintptr_t)text.p < (uintptr_t)of.p || (uintptr_t)text.p >= (uintptr_t)of.p + of.n;
}

/* An enclosed message becomes the part's only child. */
static void open_enclosed(struct view_parser *p, const struct view_job *job)
{
    struct view_part *part = job->part;
    unsigned flags = 0; /* of no interest to rules */
    if (p->parts > VIEW_PARTS_MAX || part->body.n > p->budget)
        return;
    struct slice text = view_part_decoded(p->a, part);
    if (text.n == 0)
        return;
    if (is_copy(text, part->body))
        p->budget -= part->body.n;
    part->leaf = false;
    part->is_decoded = false;
    part->decoded = slice_of(NULL, 0);
    parse_message(p, view_parse_part(p, part), text, job->left - 1, &flags);
}

static void do_job(struct view_parser *p, const struct view_job *job)
{
    if (slice_starts(job->part->type, SLICE("multipart/")) && job->has_boundary && job->left > 0) {
        job->part->body = job->source.text;
        job->part->boundary = job->boundary;
        job->part->effective = job->part->type;
        view_parse_multipart(p, job);
        return;
    }
    make_leaf(p, job);
    if (is_enclosed(job->part) && job->left > 0)
        open_enclosed(p, job);
}

/* ---- the whole */

/* Children in the order in which they came; parts in that of the document. */
static void put_in_order(struct view_tree *t)
{
    struct view_part *last = NULL, *at = t->root;
    while (at) {
        struct view_part *turned = NULL, *next;
        for (struct view_part *c = at->child; c; c = next) {
            next = c->sibling;
            c->sibling = turned;
            turned = c;
        }
        at->child = turned;
        at->index = t->n_parts++;
        if (last)
            last->next = at;
        last = at;
        if (at->child) {
            at = at->child;
            continue;
        }
        while (at && at->sibling == NULL)
            at = at->parent;
        at = at ? at->sibling : NULL;
    }
}

void view_tree_make(struct view_tree *t, struct message *m)
{
    struct view_parser p = { .a = m->arena, .tree = t, .limits = m->limits };
    struct slice text = m->raw.n ? m->raw : SLICE("\n");
    unsigned ignored = 0;
    memset(t, 0, sizeof(*t));
    p.tail = &p.jobs;
    p.budget = m->raw.n * ENCLOSED_FACTOR + 65536;
    t->root = view_parse_part(&p, NULL);
    if (m->synthetic.n)
        view_parse_header(&p, t->root, m->synthetic, true, &ignored);
    parse_message(&p, t->root, text, LEVELS, &t->flags);
    for (; p.jobs; p.jobs = p.jobs->next)
        do_job(&p, p.jobs);
    put_in_order(t);
}
