/* mime-boundary.c - which open multipart does a line belong to; see mime-boundary.h
 * A hit is compared byte for byte, so that results do not depend on the hash's key. */
#include "config.h"
#include "message/mime-boundary.h"

#include "message/keyed-hash.h"

static uint64_t hash_of(const struct boundary_set *s, struct slice boundary)
{
    uint64_t hash = 0;
    for (size_t i = 0; i < boundary.n; i++)
        hash = keyed_hash_add(hash, s->key, boundary.p[i]);
    return hash;
}

static unsigned *bucket_of(const struct boundary_set *s, uint64_t hash)
{
    return &s->buckets[hash & (s->n_buckets - 1)];
}

static void link_in(struct boundary_set *s, size_t i)
{
    unsigned *head = bucket_of(s, s->v[i].hash);
    s->v[i].chain = *head;
    *head = (unsigned)i + 1;
}

static void grow(struct boundary_set *s, struct arena *a)
{
    size_t cap = s->cap ? s->cap * 2 : 16;
    if (s->cap == 0)
        s->key = keyed_hash_key();
    s->v = arena_grow(a, s->v, s->n, cap, sizeof(*s->v));
    s->cap = s->n_buckets = cap;
    s->buckets = arena_array(a, cap, sizeof(*s->buckets));
    for (size_t i = 0; i < s->n; i++)
        link_in(s, i);
}

void boundary_push(struct boundary_set *s, struct arena *a, struct mime_part *part)
{
    if (s->n == s->cap)
        grow(s, a);
    size_t length = part->boundary.n;
    s->v[s->n] = (struct boundary){ .hash = hash_of(s, part->boundary), .part = part };
    link_in(s, s->n++);
    if (length > s->longest)
        s->longest = length;
    if (length < BOUNDARY_PREFIX_MAX && s->by_length[length] < UINT16_MAX)
        s->by_length[length]++;
}

/* The last one pushed is the head of its bucket. */
void boundary_pop(struct boundary_set *s)
{
    struct boundary *last = &s->v[--s->n];
    size_t length = last->part->boundary.n;
    *bucket_of(s, last->hash) = last->chain;
    if (length < BOUNDARY_PREFIX_MAX && s->by_length[length] < UINT16_MAX)
        s->by_length[length]--;
}

/* Innermost first; the closed one only if there is no other. Of entries with equal text at most the innermost
 * can be closed, so that the walk over equal ones is two steps. */
static struct mime_part *look_up(const struct boundary_set *s, uint64_t hash, struct slice text,
                                 const struct mime_part *closed)
{
    struct mime_part *second = NULL;
    for (unsigned i = *bucket_of(s, hash); i; i = s->v[i - 1].chain) {
        const struct boundary *b = &s->v[i - 1];
        if (b->hash != hash || !slice_eq(b->part->boundary, text))
            continue;
        if (b->part != closed)
            return b->part;
        second = b->part;
    }
    return second;
}

static bool hash_known(const struct boundary_set *s, uint64_t hash)
{
    for (unsigned i = *bucket_of(s, hash); i; i = s->v[i - 1].chain)
        if (s->v[i - 1].hash == hash)
            return true;
    return false;
}

struct mime_part *boundary_owner(const struct boundary_set *s, struct slice boundary)
{
    return s->n ? look_up(s, hash_of(s, boundary), boundary, NULL) : NULL;
}

static struct slice candidate(struct slice line)
{
    struct slice c = slice_from(line, 2);
    while (c.n && ascii_space(c.p[c.n - 1]))
        c.n--;
    return c;
}

/* "--B" and "--B--": where one line is both (boundaries "B" and "B--"), the innermost reading holds. */
static struct boundary_hit exact(struct mime_part *delimiter, struct mime_part *close)
{
    bool both = delimiter && close;
    if (delimiter && (close == NULL || delimiter->depth >= close->depth))
        return (struct boundary_hit){ BOUNDARY_DELIMITER, delimiter, both };
    return (struct boundary_hit){ close ? BOUNDARY_CLOSE : BOUNDARY_NONE, close, both };
}

struct boundary_hit boundary_find(const struct boundary_set *s, struct slice line,
                                  const struct mime_part *closed)
{
    struct slice c = candidate(line), prefix = { NULL, 0 };
    struct mime_part *delimiter = NULL, *close = NULL;
    uint64_t hash = 0, prefix_hash = 0;
    bool ends = c.n >= 2 && c.p[c.n - 1] == '-' && c.p[c.n - 2] == '-';
    for (size_t i = 0; s->n && i < c.n && i < s->longest; i++) {
        hash = keyed_hash_add(hash, s->key, c.p[i]);
        size_t n = i + 1;
        if (n == c.n)
            delimiter = look_up(s, hash, c, closed);
        else if (ends && n == c.n - 2)
            close = look_up(s, hash, slice_sub(c, 0, n), closed);
        else if (n < BOUNDARY_PREFIX_MAX && s->by_length[n] && hash_known(s, hash)) {
            prefix = slice_sub(c, 0, n);
            prefix_hash = hash;
        }
    }
    struct boundary_hit hit = exact(delimiter, close);
    if (hit.kind == BOUNDARY_NONE && prefix.n) {
        hit.part = look_up(s, prefix_hash, prefix, closed);
        hit.kind = hit.part ? BOUNDARY_PREFIX : BOUNDARY_NONE;
    }
    return hit;
}

/* ---- quoted-printable multiparts */

/* Whether the text of the line before `at` is so short that what follows may become its "--". */
static bool at_line_begin(struct slice s, size_t at)
{
    if (at > 0 && s.p[at - 1] == '-')
        at--;
    return at == 0 || s.p[at - 1] == '\n';
}

/* Position behind the line end of a soft break whose '=' is at `at`; 0 if it is none. */
static size_t behind_soft_break(struct slice s, size_t at)
{
    at++;
    while (at < s.n && (s.p[at] == ' ' || s.p[at] == '\t' || s.p[at] == '\r'))
        at++;
    return at < s.n && s.p[at] == '\n' ? at + 1 : 0;
}

/* "=2D" where a line begins, "=0A", "=0D", and a soft break before dashes */
static bool escape_moves(struct slice s, size_t at)
{
    size_t next = behind_soft_break(s, at);
    if (next)
        return at_line_begin(s, at) || slice_starts(slice_from(s, next), SLICE("--"));
    struct slice code = slice_sub(s, at + 1, 2);
    if (slice_ieq(code, SLICE("2d")))
        return at_line_begin(s, at);
    return slice_ieq(code, SLICE("0a")) || slice_ieq(code, SLICE("0d"));
}

static bool has_escape(struct slice line)
{
    for (size_t i = 0; i + 2 < line.n; i++)
        if (line.p[i] == '=' && ascii_hex(line.p[i + 1]) >= 0 && ascii_hex(line.p[i + 2]) >= 0)
            return true;
    return false;
}

bool boundary_moves_by_qp(struct slice body)
{
    struct slice rest = body, line;
    for (size_t at = 0; at < body.n; at++) {
        ptrdiff_t n = slice_chr(slice_from(body, at), '=');
        if (n < 0)
            break;
        at += (size_t)n;
        if (escape_moves(body, at))
            return true;
    }
    while (slice_line(&rest, &line))
        if (slice_starts(line, SLICE("--")) && has_escape(line))
            return true;
    return false;
}
