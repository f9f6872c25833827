/* view-tree.c - a message taken apart as SpamAssassin does it; see view-tree.h */
#include "config.h"
#include "scoring/view.h"

#include "message/charset.h"
#include "message/words.h"

static void add_block(struct view_part *p, const struct header_block *b)
{
    for (size_t i = 0; i < b->n; i++) {
        p->fields[p->n_fields].name = b->v[i].name;
        p->fields[p->n_fields++].raw = b->v[i].value;
    }
}

static struct view_part *convert(struct view_tree *t, struct message *m, struct mime_part *from,
                                 struct view_part *parent)
{
    struct view_part *p = ARENA_NEW(m->arena, struct view_part);
    struct header_block synthetic = { 0 };
    if (parent == NULL)
        header_parse(&synthetic, m->arena, m->synthetic, false, m->limits);
    p->parent = parent;
    p->fields = arena_array(m->arena, synthetic.n + from->headers.n, sizeof(*p->fields));
    add_block(p, &synthetic);
    add_block(p, &from->headers);
    p->leaf = from->kind == MIME_LEAF;
    p->index = t->n_parts++;
    p->depth = from->depth;
    p->type = p->effective = from->type;
    p->charset = from->charset;
    p->boundary = from->boundary;
    p->name = from->name;
    p->body = from->body;
    p->mime = from;
    return p;
}

void view_tree_make(struct view_tree *t, struct message *m)
{
    struct view_part **parts = arena_array(m->arena, m->mime.parts + 1, sizeof(*parts)), *last = NULL;
    memset(t, 0, sizeof(*t));
    mime_foreach (from, &m->mime) {
        struct view_part *parent = from->parent ? parts[from->parent->index] : NULL;
        struct view_part *p = convert(t, m, from, parent), **at;
        parts[from->index] = p;
        if (last)
            last->next = p;
        else
            t->root = p;
        last = p;
        if (parent == NULL)
            continue;
        for (at = &parent->child; *at; at = &(*at)->sibling) {
        }
        *at = p;
    }
    t->pristine_headers = slice_sub(m->raw, 0, m->headers->body_at);
    t->pristine_body = slice_from(m->raw, m->headers->body_at);
}

/* A fold and the white space behind it is one space; other line ends are dropped. */
static struct slice unfold(struct arena *a, struct slice value)
{
    value = slice_trim(slice_sub(value, 0, 8192));
    if (slice_chr(value, '\n') < 0 && slice_chr(value, '\r') < 0)
        return value;
    char *out = arena_alloc(a, value.n);
    size_t n = 0;
    for (size_t i = 0; i < value.n; i++) {
        bool fold = value.p[i] == '\n';
        if (!fold && value.p[i] != '\r')
            out[n++] = value.p[i];
        while (fold && i + 1 < value.n && (value.p[i + 1] == ' ' || value.p[i + 1] == '\t')) {
            if (value.p[i] == '\n')
                out[n++] = ' ';
            i++;
        }
    }
    return slice_of(out, n);
}

/* Fields in which encoded words mean nothing. */
static bool is_structured(struct slice name)
{
    static const struct slice names[] = {
        SLICE_INIT("Received"),    SLICE_INIT("Message-ID"),  SLICE_INIT("Resent-Message-ID"),
        SLICE_INIT("Date"),        SLICE_INIT("Resent-Date"), SLICE_INIT("MIME-Version"),
        SLICE_INIT("In-Reply-To"), SLICE_INIT("References"),
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (slice_ieq(name, names[i]))
            return true;
    return slice_istarts(name, SLICE("List-"));
}

struct slice view_field_decoded(struct arena *a, struct view_field *f)
{
    if (f->is_decoded)
        return f->decoded;
    struct slice text = unfold(a, f->raw);
    f->decoded = is_structured(f->name) ? charset_to_utf8(a, text, SLICE(""), text.n * 3, NULL)
                                        : words_decode(a, text, NULL);
    f->is_decoded = true;
    return f->decoded;
}

struct view_field *view_part_field(const struct view_part *p, struct slice name)
{
    for (size_t i = p->n_fields; i > 0; i--)
        if (slice_ieq(p->fields[i - 1].name, name))
            return &p->fields[i - 1];
    return NULL;
}

struct slice view_part_raw(struct arena *a, const struct view_part *p)
{
    return view_lf(a, p->body);
}

struct slice view_part_decoded(struct arena *a, struct view_part *p)
{
    if (!p->is_decoded && p->leaf)
        p->decoded = view_lf(a, mime_decoded(p->mime, a, SIZE_MAX));
    p->is_decoded = true;
    return p->decoded;
}

struct slice view_part_text(struct arena *a, struct view_part *p)
{
    bool page = slice_eq(p->effective, SLICE("text/html"));
    if (p->is_text || !p->leaf || (!page && !slice_eq(p->effective, SLICE("text/plain"))))
        return p->text;
    struct slice decoded = view_part_decoded(a, p);
    p->text = charset_to_utf8(a, decoded, p->charset, 16 << 20, NULL);
    if (page) {
        p->html = ARENA_NEW(a, struct view_html);
        p->html->source_n = decoded.n;
        view_html_render(p->html, a, p->text);
        p->text = p->html->text;
    }
    p->is_text = true;
    return p->text;
}
