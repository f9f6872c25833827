/* mime-boundary.h - which open multipart does a line belong to (inside of message/mime)
 * The boundaries of all open multiparts, innermost last. A line is looked up by a keyed hash of its own text
 * and of each of its beginnings, in one pass over the line: how many multiparts are open does not matter, and
 * mail cannot choose boundaries that collide. RFC 2046 5.1.1. */
#ifndef MESSAGE_MIME_BOUNDARY_H
#define MESSAGE_MIME_BOUNDARY_H

#include "message/mime.h"

/* boundaries of this length and more are not looked for as the beginning of a line */
#define BOUNDARY_PREFIX_MAX 256

struct boundary {
    uint64_t hash;
    struct mime_part *part;
    unsigned chain; /* next in the bucket, 1-based; 0: none */
};

struct boundary_set {
    struct boundary *v;
    size_t n, cap;
    unsigned *buckets; /* 1-based heads */
    size_t n_buckets;  /* a power of two, at least cap */
    uint64_t key;
    size_t longest;                          /* no open boundary was ever longer */
    uint16_t by_length[BOUNDARY_PREFIX_MAX]; /* open boundaries of that length (stays at its maximum) */
};

enum boundary_kind { BOUNDARY_NONE, BOUNDARY_PREFIX, BOUNDARY_DELIMITER, BOUNDARY_CLOSE };

struct boundary_hit {
    enum boundary_kind kind;
    struct mime_part *part;
    bool both; /* the line is a delimiter of one multipart and closes another */
};

/* zeroed is initialised */
void boundary_push(struct boundary_set *s, struct arena *a, struct mime_part *part);
void boundary_pop(struct boundary_set *s);
/* line: begins with "--", with or without its line end. `closed` (may be NULL) is the one multipart that
 * is in its epilogue: it is found only where no other one has that boundary. */
struct boundary_hit boundary_find(const struct boundary_set *s, struct slice line,
                                  const struct mime_part *closed);
/* the innermost open multipart with that boundary, or NULL */
struct mime_part *boundary_owner(const struct boundary_set *s, struct slice boundary);

/* Whether undoing quoted-printable in a multipart's body (which nobody should have applied, RFC 2045 6.4)
 * could change which lines of it are boundaries. */
bool boundary_moves_by_qp(struct slice body);

#endif
