/* mime.c - a message as a tree of MIME parts; see mime.h
 * One walk over the lines. `current` is the innermost part that still grows; its parents are the open
 * multiparts (and enclosed messages) and their boundaries are in a boundary_set. A delimiter line ends all
 * parts inside its multipart and begins the next one; header blocks are cut at the first empty line or line
 * beginning with "--", whichever comes first, so that a boundary inside a header block is seen (no field's
 * name begins so).
 *
 * A boundary line is "--B" or "--B--" with only white space behind; the line end before it is the boundary's
 * (RFC 2046 5.1.1). A part that says multipart but has no delimiter line is a leaf. message/rfc822 under a
 * transfer encoding is a leaf as well: only its decoded body can be read. */
#include "config.h"
#include "message/mime.h"

#include "message/mime-boundary.h"
#include "message/mime-odd.h"
#include "message/mime-type.h"

struct walk {
    struct mime_tree *tree;
    struct arena *a;
    const struct message_limits *limits;
    struct slice text;
    struct mime_part *current, *last;
    struct mime_part *elder; /* the last part that ended: the newest child of what is current then */
    struct boundary_set open;
    struct mime_part *closed;   /* the open multipart that had its closing line: it is in its epilogue */
    size_t epilogue;            /* where that begins */
    bool closed_at_once;        /* its closing line followed a delimiter line: skipped by some readers */
    size_t stop_line, stop_end; /* see header_stop() */
    bool stop_known;
    size_t bare_cr; /* position of the next one, at or behind the line being read; text.n: none */
    bool bare_cr_known, opaque;
};

static size_t line_end(const struct walk *w, size_t at)
{
    const char *lf = memchr(w->text.p + at, '\n', w->text.n - at);
    return lf ? (size_t)(lf - w->text.p) + 1 : w->text.n;
}

static bool dashes(const struct walk *w, size_t at)
{
    return w->text.n - at >= 2 && w->text.p[at] == '-' && w->text.p[at + 1] == '-';
}

/* Where the text ends whose following boundary line begins at `at`. */
static size_t before_line_end(const struct walk *w, size_t at)
{
    if (at > 0 && w->text.p[at - 1] == '\n')
        at -= at > 1 && w->text.p[at - 2] == '\r' ? 2 : 1;
    return at;
}

/* ---- parts begin */

static struct mime_part *new_part(struct walk *w, struct mime_part *parent, size_t at)
{
    struct mime_part *p = ARENA_NEW(w->a, struct mime_part);
    p->index = w->tree->parts++;
    p->parent = parent;
    p->whole = p->body = slice_from(w->text, at);
    if (parent) {
        p->depth = parent->depth + 1;
        *(parent->child ? &w->elder->sibling : &parent->child) = p;
    }
    if (w->last)
        w->last->next = p;
    w->last = p;
    if (p->depth > w->tree->depth)
        w->tree->depth = p->depth;
    return p;
}

/* The end of the header block at `at` is not behind the first empty line, nor behind a line that begins with
 * "--". Kept, since a block may end long before that: the same lines are not read again for the next part. */
static size_t header_stop(struct walk *w, size_t at)
{
    if (w->stop_known && at <= w->stop_line)
        return w->stop_end;
    w->stop_known = true;
    for (;;) {
        size_t end = line_end(w, at);
        w->stop_line = at;
        w->stop_end = end;
        if (at == end || slice_chomp(slice_sub(w->text, at, end - at)).n == 0)
            return end;
        if (dashes(w, at))
            return w->stop_end = at;
        at = end;
    }
}

/* The block was cut before a line that begins with "--": if that is no boundary, it is text. */
static void check_cut(struct walk *w, struct header_block *b, size_t cut)
{
    if (cut == w->text.n || !dashes(w, cut) || !(b->flags & HEADER_NO_BODY))
        return;
    struct slice line = slice_sub(w->text, cut, line_end(w, cut) - cut);
    if (boundary_find(&w->open, line, w->closed).kind < BOUNDARY_DELIMITER)
        b->flags = (b->flags & ~(unsigned)HEADER_NO_BODY) | HEADER_NO_SEPARATOR;
}

/* Returns where the body begins. */
static size_t read_headers(struct walk *w, struct mime_part *p, size_t at)
{
    struct mime_part *parent = p->parent;
    bool top = parent == NULL || parent->kind == MIME_MESSAGE;
    size_t stop = parent ? header_stop(w, at) : w->text.n;
    header_parse(&p->headers, w->a, slice_sub(w->text, at, stop - at), top, w->limits);
    size_t body = at + p->headers.body_at;
    if (parent && body == stop)
        check_cut(w, &p->headers, stop);
    if (p->headers.flags & (HEADER_NO_SEPARATOR | HEADER_NUL | HEADER_CONTROL | HEADER_BARE_CR |
                            HEADER_BLANK_FOLD | HEADER_NAME_SPACE))
        p->flags |= MIME_HEADERS_ODD;
    return body;
}

/* Up to the first empty line or line that begins with "--": what a reader may take for more of the header. */
static void check_fields(struct walk *w, struct mime_part *p, size_t body)
{
    struct slice behind = { NULL, 0 };
    if (p->headers.n == 0)
        while (body < w->text.n && ascii_space(w->text.p[body]))
            body++;
    if (p->headers.n == 0 || (p->headers.flags & HEADER_NO_SEPARATOR))
        behind = slice_sub(w->text, body, header_stop(w, body) - body);
    mime_odd_fields(p, behind);
}

static void check_version(struct mime_part *p)
{
    if (p->parent && p->parent->kind != MIME_MESSAGE)
        return;
    const struct header_block *b = &p->headers;
    if (header_find(b, SLICE("mime-version"), 0))
        return;
    for (size_t i = 0; i < b->n; i++)
        if (slice_istarts(b->v[i].name, SLICE("content-")))
            p->flags |= MIME_NO_VERSION;
}

static enum mime_kind kind_of(struct walk *w, struct mime_part *p)
{
    enum mime_kind kind = mime_type_is_message(p)                      ? MIME_MESSAGE
                          : mime_type_is_multipart(p) && p->boundary.n ? MIME_MULTIPART
                                                                       : MIME_LEAF;
    if (kind != MIME_LEAF && p->depth >= w->limits->mime_max_depth) {
        p->flags |= MIME_TRUNCATED;
        return MIME_LEAF;
    }
    return kind;
}

/* The rest of the message as one part that nobody looks into. */
static void open_opaque(struct walk *w, struct mime_part *p)
{
    p->type = SLICE("application/octet-stream");
    p->flags |= MIME_TRUNCATED;
    w->current = p;
    w->opaque = true;
}

/* Begins the part whose header block is at `at`, and those enclosed that begin with its body. Returns where
 * the lines of the innermost one's body begin. */
static size_t open_part(struct walk *w, struct mime_part *parent, size_t at)
{
    for (;;) {
        struct mime_part *p = new_part(w, parent, at);
        if (parent && p->index >= w->limits->mime_max_parts) {
            open_opaque(w, p);
            return w->text.n;
        }
        bool digest = parent && slice_eq(parent->type, SLICE("multipart/digest"));
        at = read_headers(w, p, at);
        p->body = slice_from(w->text, at);
        mime_type_read(p, w->a, digest ? SLICE("message/rfc822") : SLICE("text/plain"));
        check_fields(w, p, at);
        check_version(p);
        p->kind = kind_of(w, p);
        w->current = p;
        if (p->kind == MIME_MULTIPART) {
            if (boundary_owner(&w->open, p->boundary))
                p->flags |= MIME_BOUNDARY_REUSED;
            boundary_push(&w->open, w->a, p);
        }
        if (p->kind != MIME_MESSAGE)
            return at;
        parent = p;
    }
}

/* ---- parts end */

static bool usual_notice(struct slice text)
{
    text = slice_trim(text);
    return text.n == 0 || (text.n <= 500 && slice_find(text, SLICE("MIME")) >= 0);
}

static struct slice between(const struct walk *w, size_t from, size_t to)
{
    return slice_sub(w->text, from, to > from ? to - from : 0);
}

static void end_multipart(struct walk *w, struct mime_part *p, size_t end, bool at_boundary)
{
    boundary_pop(&w->open);
    if (p->child == NULL) {
        p->kind = MIME_LEAF;
        p->flags |= MIME_BOUNDARY_UNSEEN;
    }
    if (p == w->closed) {
        if (slice_trim(between(w, w->epilogue, end)).n)
            p->flags |= MIME_EPILOGUE | (w->closed_at_once ? MIME_REOPENED : 0);
        w->closed = NULL;
    } else if (p->child && !w->opaque)
        p->flags |= at_boundary ? MIME_BAD_NESTING : MIME_UNCLOSED;
}

/* Where the boundary follows the header block at once, the line end before it is the block's own: the body is
 * empty. Returns where the part ends, not before it began: its parents do not end before that. */
static size_t end_part(struct walk *w, struct mime_part *p, size_t end)
{
    size_t start = (size_t)(p->whole.p - w->text.p), body = (size_t)(p->body.p - w->text.p);
    if (end < start)
        end = start;
    p->whole = between(w, start, end);
    p->body = between(w, body < end ? body : end, end);
    return end;
}

/* Some readers take whatever has a boundary apart, be it text/plain. */
static void check_body(struct mime_part *p)
{
    if ((p->flags & (MIME_NO_BOUNDARY | MIME_BOUNDARY_UNSEEN)) && mime_odd_parts(p->body))
        p->flags |= MIME_BOUNDARY_GUESS;
    if (p->boundary.n && !mime_type_is_multipart(p) && mime_odd_delimited(p->body, p->boundary))
        p->flags |= MIME_BOUNDARY_GUESS;
    if (p->kind == MIME_LEAF && p->encoding == TRANSFER_BASE64 && mime_odd_base64(p->body))
        p->flags |= MIME_BAD_BASE64;
}

static bool in_encoded_multipart(const struct mime_part *p)
{
    for (p = p->parent; p; p = p->parent)
        if (p->kind == MIME_MULTIPART && p->encoding == TRANSFER_QP)
            return true;
    return false;
}

/* A multipart that says quoted-printable but was not encoded (mailers do so) is read alike by everybody. The
 * outermost one answers for those inside, so that each line is looked at once. */
static void check_encoded(struct mime_part *p)
{
    if (!(p->flags & MIME_ENCODED_MULTIPART) || p->kind != MIME_MULTIPART || p->encoding != TRANSFER_QP)
        return;
    if (in_encoded_multipart(p) || !boundary_moves_by_qp(p->body))
        p->flags &= ~(unsigned)MIME_ENCODED_MULTIPART;
}

/* Ends the current part and its parents up to `keep` (NULL: all), which becomes the current one. */
static void end_parts(struct walk *w, struct mime_part *keep, size_t end)
{
    for (struct mime_part *p = w->current; p != keep; p = p->parent) {
        if (p->kind == MIME_MULTIPART)
            end_multipart(w, p, end, keep != NULL);
        end = end_part(w, p, end);
        check_encoded(p);
        check_body(p);
        w->elder = p;
    }
    w->current = keep;
}

/* ---- boundary lines */

static size_t delimiter(struct walk *w, struct mime_part *p, size_t line, size_t next)
{
    if (p == w->closed) {
        p->flags |= MIME_REOPENED;
        return next;
    }
    size_t end = before_line_end(w, line);
    size_t body = (size_t)(p->body.p - w->text.p);
    end_parts(w, p, end);
    if (p->child == NULL && !usual_notice(between(w, body, end)))
        p->flags |= MIME_PREAMBLE;
    return open_part(w, p, next);
}

static size_t closing(struct walk *w, struct mime_part *p, size_t line, size_t next)
{
    if (p == w->closed)
        return next;
    w->closed_at_once = w->current != p && w->current->whole.p == w->text.p + line;
    end_parts(w, p, before_line_end(w, line));
    w->closed = p;
    w->epilogue = next;
    return next;
}

static size_t next_bare_cr(const struct walk *w, size_t from)
{
    while (from < w->text.n) {
        const char *cr = memchr(w->text.p + from, '\r', w->text.n - from);
        if (cr == NULL)
            break;
        from = (size_t)(cr - w->text.p);
        if (from + 1 < w->text.n && w->text.p[from + 1] != '\n')
            return from;
        from++;
    }
    return w->text.n;
}

/* What would be a line if a bare CR ended lines: no boundary for us, but one for some readers. */
static void check_cr_line(struct walk *w, size_t from, size_t to)
{
    if (to - from < 2 || !dashes(w, from))
        return;
    struct boundary_hit hit = boundary_find(&w->open, slice_sub(w->text, from, to - from), w->closed);
    if (hit.kind >= BOUNDARY_DELIMITER)
        hit.part->flags |= MIME_BARE_CR_BOUNDARY;
}

static void check_bare_cr(struct walk *w, size_t line, size_t next)
{
    if (!w->bare_cr_known || w->bare_cr < line)
        w->bare_cr = next_bare_cr(w, line);
    w->bare_cr_known = true;
    size_t from = line;
    if (w->bare_cr >= next)
        return;
    while (w->bare_cr < next) {
        check_cr_line(w, from, w->bare_cr);
        from = w->bare_cr + 1;
        w->bare_cr = next_bare_cr(w, from);
    }
    check_cr_line(w, from, next);
}

/* A CR between the boundary and the line end is white space for us, and an empty line for some readers. */
static void check_boundary(const struct boundary_hit *hit, struct slice line)
{
    if (slice_chr(slice_chomp(line), '\r') >= 0)
        hit->part->flags |= MIME_BARE_CR_BOUNDARY;
    if (hit->both)
        hit->part->flags |= MIME_BOUNDARY_REUSED;
}

/* Reads the line at `line`, returns where the next one to read begins. */
static size_t read_line(struct walk *w, size_t line)
{
    size_t next = line_end(w, line);
    if (dashes(w, line)) {
        struct slice text = slice_sub(w->text, line, next - line);
        struct boundary_hit hit = boundary_find(&w->open, text, w->closed);
        if (hit.kind >= BOUNDARY_DELIMITER)
            check_boundary(&hit, text);
        if (hit.kind == BOUNDARY_DELIMITER)
            return delimiter(w, hit.part, line, next);
        if (hit.kind == BOUNDARY_CLOSE)
            return closing(w, hit.part, line, next);
        if (hit.kind == BOUNDARY_PREFIX)
            hit.part->flags |= MIME_BOUNDARY_PREFIX;
    }
    check_bare_cr(w, line, next);
    return next;
}

void mime_parse(struct mime_tree *t, struct arena *a, struct slice message, const struct message_limits *l)
{
    struct walk w = { .tree = t, .a = a, .limits = l, .text = message };
    memset(t, 0, sizeof(*t));
    if (w.text.p == NULL)
        w.text.p = "";
    size_t at = open_part(&w, NULL, 0);
    t->root = w.current;
    while (t->root->parent)
        t->root = t->root->parent;
    while (w.open.n && at < w.text.n)
        at = read_line(&w, at);
    end_parts(&w, NULL, w.text.n);
    mime_foreach (p, t)
        t->flags |= p->flags;
}

struct slice mime_decoded(struct mime_part *p, struct arena *a, size_t max)
{
    if (!p->is_decoded) {
        p->decoded = transfer_decode(a, p->body, p->encoding, max, &p->transfer_flags);
        p->is_decoded = true;
    }
    return p->decoded;
}
