/* virus.c - one message, scanned for viruses; see virus.h
 * A list of mails to read, which grows while they are scanned: no recursion on what is in what. What lies in
 * archives is shown by libclamav while it scans (see()); a message among it is copied for later, since its
 * bytes are gone when libclamav has done with it. */
#include "config.h"
#include "clamglue/virus.h"

#include <stdio.h>
#include <stdlib.h>
#include "base/os.h"
#include "clamglue/hits.h"
#include "clamglue/inline.h"
#include "clamglue/loose.h"
#include "clamglue/mail-like.h"
#include "clamglue/scan.h"

#define MBOX_LINE "From tamis\n"
#define MAILS_MAX 64 /* messages inside one message that are read by us */
#define MAIL_DEPTH_MAX 10
#define MEMORY_FACTOR 4 /* for what is decoded, times the message */
#define MEMORY_LEAST ((size_t)32 << 20)
#define SIZE_BUCKETS 256

/* where the structure of a mail is not the whole truth */
#define MIME_LOOSE                                                                                           \
    (MIME_AMBIGUOUS | MIME_ODD_SYNTAX | MIME_NO_BOUNDARY | MIME_BOUNDARY_UNSEEN | MIME_BOUNDARY_PREFIX |     \
     MIME_BAD_NESTING | MIME_UNCLOSED | MIME_PREAMBLE | MIME_EPILOGUE | MIME_TRUNCATED | MIME_HEADERS_ODD)

struct mail {
    struct slice raw;
    char *copy;                   /* to be freed, or NULL */
    const struct mime_tree *tree; /* NULL: not yet parsed */
    unsigned depth;
    char where[HIT_WHERE_MAX];
};

struct leaf {
    const struct mime_part *part;
    struct slice bytes;
    bool covered; /* libclamav has seen these bytes as a part of the message */
    struct leaf *next_of_size;
};

struct virus_scanner {
    struct clam_database *db;
    const struct virus_options *o;
    const struct message_limits *limits;
    struct hits hits;
    struct arena work; /* of the message: trees of mails inside, decoded leaves */
    struct arena temp; /* of one piece */
    uint64_t deadline;
    unsigned parts; /* scanned so far */
    struct mail mails[MAILS_MAX];
    unsigned n_mails, mail_at;
    /* the mail at hand */
    struct leaf *leaves;
    size_t n_leaves;
    struct leaf *by_size[SIZE_BUCKETS];
    char where[HIT_WHERE_MAX];
};

static struct mail *mail_now(struct virus_scanner *v)
{
    return &v->mails[v->mail_at];
}

static void limit(struct virus_scanner *v, const char *reason, const char *where)
{
    hits_class(&v->hits, CLASS_UNCHECKED_LIMIT, reason, where);
}

/* ---- mails inside */

/* bytes: to be copied, unless they live as long as the message. */
static void add_mail(struct virus_scanner *v, struct slice bytes, bool copied, const char *where)
{
    unsigned depth = mail_now(v)->depth + 1;
    if (depth > MAIL_DEPTH_MAX || v->n_mails == MAILS_MAX) {
        limit(v, "virus_limit_messages", where);
        return;
    }
    struct mail *m = &v->mails[v->n_mails];
    *m = (struct mail){ .raw = bytes, .depth = depth };
    if (copied) {
        m->copy = malloc(bytes.n);
        if (m->copy == NULL) {
            limit(v, "virus_limit_memory", where);
            return;
        }
        memcpy(m->copy, bytes.p, bytes.n);
        m->raw.p = m->copy;
    }
    snprintf(m->where, sizeof(m->where), "%s", where);
    v->n_mails++;
}

static struct leaf **bucket(struct virus_scanner *v, size_t size)
{
    return &v->by_size[(size ^ size >> 8) % SIZE_BUCKETS];
}

/* Which of our leaves is this? Some of the same size are compared, not thousands. */
static void cover(struct virus_scanner *v, struct slice bytes)
{
    unsigned tries = 8;
    for (struct leaf *l = *bucket(v, bytes.n); l && tries; l = l->next_of_size)
        if (l->bytes.n == bytes.n && !l->covered) {
            tries--;
            if (slice_eq(l->bytes, bytes)) {
                l->covered = true;
                return;
            }
        }
}

/* All that libclamav opens comes by here. Within it: no arena. */
static void see(void *ctx, const struct scan_file *f)
{
    struct virus_scanner *v = ctx;
    if (f->level == 0)
        return;
    if (f->level == f->mail_level) /* a part of a message that we read as well */
        cover(v, f->bytes);
    else if (mail_like(f->bytes, f->name))
        add_mail(v, f->bytes, true, f->where);
}

/* ---- one run of libclamav */

static bool time_left(struct virus_scanner *v, unsigned *ms)
{
    uint64_t now = clock_ms();
    *ms = now < v->deadline ? (unsigned)(v->deadline - now) : 0;
    if (*ms == 0)
        limit(v, "virus_limit_time", v->where);
    return *ms > 0;
}

static bool scan(struct virus_scanner *v, struct slice bytes, const char *name, const char *where)
{
    struct scan_request r = { .bytes = bytes, .name = name, .where = where, .see = see, .see_ctx = v };
    return time_left(v, &r.time) && scan_buffer(v->db, v->o, &r, &v->hits);
}

/* Something that is scanned by itself; false when there is no more of them to be had. */
static bool scan_part(struct virus_scanner *v, struct slice bytes, const char *name, const char *where)
{
    unsigned ms;
    if (v->parts >= v->o->parts) {
        limit(v, "virus_limit_parts", where);
        return false;
    }
    v->parts++;
    if (!time_left(v, &ms))
        return false;
    scan(v, bytes, name, where);
    return true;
}

static bool scan_whole(struct virus_scanner *v)
{
    const struct mail *m = mail_now(v);
    size_t n = sizeof(MBOX_LINE) - 1;
    char *text = malloc(n + m->raw.n);
    if (text == NULL) {
        limit(v, "virus_limit_memory", m->where);
        return false;
    }
    memcpy(text, MBOX_LINE, n);
    if (m->raw.n)
        memcpy(text + n, m->raw.p, m->raw.n);
    bool all = scan(v, slice_of(text, n + m->raw.n), NULL, m->where);
    free(text);
    return all;
}

/* ---- pieces: made in v->temp, scanned, forgotten */

struct piece {
    struct slice bytes, name;
    bool decoded; /* may be a message of its own */
};
typedef bool next_piece_fn(void *state, struct arena *a, struct piece *p);

static bool next_inline(void *state, struct arena *a, struct piece *p)
{
    struct inline_file file;
    if (!inline_next(state, a, &file))
        return false;
    *p = (struct piece){ file.bytes, file.name, true };
    return true;
}

static bool next_loose(void *state, struct arena *a, struct piece *p)
{
    p->name = slice_of(NULL, 0);
    return loose_next(state, a, &p->bytes, &p->decoded);
}

static bool scan_piece(struct virus_scanner *v, next_piece_fn *next, void *state)
{
    struct piece p;
    char where[HIT_WHERE_MAX];
    if (!next(state, &v->temp, &p))
        return false;
    const char *name = p.name.n ? arena_str(&v->temp, slice_sub(p.name, 0, 200)) : NULL;
    snprintf(where, sizeof(where), "%.120s > %.70s", v->where, name ? name : "piece");
    if (p.decoded && mail_like(p.bytes, name))
        add_mail(v, p.bytes, true, where);
    return scan_part(v, p.bytes, name, where);
}

/* The memory of a piece is the message's size at most; what wants more ends the search. */
static void scan_pieces(struct virus_scanner *v, next_piece_fn *next, void *state)
{
    volatile bool more = true;
    while (more) {
        more = false;
        if (ARENA_TRY(&v->temp))
            more = scan_piece(v, next, state);
        else
            limit(v, "virus_limit_memory", v->where);
        arena_reset(&v->temp);
    }
}

static void scan_inline(struct virus_scanner *v, struct slice text)
{
    struct inline_finder f;
    inline_begin(&f, text);
    scan_pieces(v, next_inline, &f);
}

static void scan_loose(struct virus_scanner *v, struct slice text)
{
    struct loose l;
    loose_begin(&l, text);
    scan_pieces(v, next_loose, &l);
    scan_inline(v, text);
}

/* ---- one mail */

static void name_place(struct virus_scanner *v, const struct mime_part *p)
{
    const struct mail *m = mail_now(v);
    const char *before = m->depth ? m->where : "", *comma = m->depth ? ", " : "";
    struct slice name = slice_sub(p->name, 0, 80);
    if (p->parent == NULL)
        snprintf(v->where, sizeof(v->where), "%s", m->where);
    else
        snprintf(v->where, sizeof(v->where), "%s%spart %u%s%.*s%s", before, comma, p->index,
                 name.n ? " (" : "", (int)name.n, name.n ? name.p : "", name.n ? ")" : "");
}

static void decode_leaves(struct virus_scanner *v)
{
    const struct mime_tree *tree = mail_now(v)->tree;
    unsigned flags = 0;
    v->leaves = arena_array(&v->work, tree->parts, sizeof(v->leaves[0]));
    v->n_leaves = 0;
    memset(v->by_size, 0, sizeof(v->by_size));
    mime_foreach (p, tree) {
        if (p->kind != MIME_LEAF)
            continue;
        struct leaf *l = &v->leaves[v->n_leaves++], **b;
        l->part = p;
        l->bytes = transfer_decode(&v->work, p->body, p->encoding, p->body.n, &flags);
        b = bucket(v, l->bytes.n);
        l->next_of_size = *b;
        *b = l;
    }
}

static void scan_leaf(struct virus_scanner *v, const struct leaf *l, bool trusted)
{
    char *name = arena_str(&v->work, slice_sub(l->part->name, 0, 200));
    name_place(v, l->part);
    if (!(l->covered && trusted) && !scan_part(v, l->bytes, name[0] ? name : NULL, v->where))
        return;
    if (l->part->parent && mail_like(l->bytes, name))
        add_mail(v, l->bytes, false, v->where);
    scan_inline(v, l->bytes);
}

static void tell_flags(struct virus_scanner *v, unsigned flags)
{
    const struct mail *m = mail_now(v);
    if (m->depth == 0) /* of the message itself message_findings() tells */
        return;
    if (flags & MIME_AMBIGUOUS)
        hits_class(&v->hits, CLASS_UNCHECKED_AMBIGUOUS, "mime_ambiguous", m->where);
    if (flags & (MIME_PARTIAL | MIME_EXTERNAL))
        hits_class(&v->hits, CLASS_UNCHECKED_PARTIAL, "mime_partial", m->where);
    if (flags & MIME_TRUNCATED)
        hits_class(&v->hits, CLASS_UNCHECKED_LIMIT, "mime_limit", m->where);
}

static void read_mail(struct virus_scanner *v)
{
    struct mail *m = mail_now(v);
    if (m->tree == NULL) {
        struct mime_tree *tree = ARENA_NEW(&v->work, struct mime_tree);
        mime_parse(tree, &v->work, m->raw, v->limits);
        m->tree = tree;
    }
    snprintf(v->where, sizeof(v->where), "%s", m->where);
    tell_flags(v, m->tree->flags);
    decode_leaves(v);
    bool trusted = scan_whole(v);
    for (size_t i = 0; i < v->n_leaves; i++)
        scan_leaf(v, &v->leaves[i], trusted);
    snprintf(v->where, sizeof(v->where), "%s", m->where);
    if (m->tree->flags & MIME_LOOSE)
        scan_loose(v, m->raw);
}

/* ---- the message */

static void begin(struct virus_scanner *v, const struct message *m)
{
    hits_reset(&v->hits);
    v->limits = m->limits;
    v->work.max = v->temp.max = MEMORY_LEAST + MEMORY_FACTOR * m->raw.n;
    v->deadline = clock_ms() + v->o->scan_time;
    v->parts = 0;
    v->mails[0] = (struct mail){ .raw = m->raw, .tree = &m->mime, .where = "message" };
    v->n_mails = 1;
}

static void end(struct virus_scanner *v)
{
    for (unsigned i = 0; i < v->n_mails; i++)
        free(v->mails[i].copy);
    v->n_mails = 0;
    arena_reset(&v->work);
    arena_reset(&v->temp); /* its mark may lie in what was jumped over */
}

static void read_mails(struct virus_scanner *v)
{
    for (v->mail_at = 0; v->mail_at < v->n_mails; v->mail_at++)
        read_mail(v);
}

void virus_check(struct virus_scanner *v, const struct message *m, struct finding_list *out)
{
    begin(v, m);
    if (ARENA_TRY(&v->work))
        read_mails(v);
    else
        limit(v, "virus_limit_memory", v->where);
    end(v);
    hits_tell(&v->hits, m->arena, out);
}

struct virus_scanner *virus_scanner_new(struct clam_database *db, const struct virus_options *o,
                                        const char *scratch)
{
    struct virus_scanner *v = calloc(1, sizeof(*v));
    if (v == NULL)
        fatal("no memory for a virus scanner");
    v->db = db;
    v->o = o;
    arena_init(&v->work, MEMORY_LEAST);
    arena_init(&v->temp, MEMORY_LEAST);
    if (scratch)
        scan_set_scratch(db, scratch);
    return v;
}

void virus_scanner_free(struct virus_scanner **v)
{
    if (*v == NULL)
        return;
    arena_deinit(&(*v)->work);
    arena_deinit(&(*v)->temp);
    free(*v);
    *v = NULL;
}
