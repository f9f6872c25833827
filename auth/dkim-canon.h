/* dkim-canon.h - the bytes that a signature covers (RFC 6376 3.4)
 * simple and relaxed, for header fields and bodies. Input is as the wire had it (CRLF) or as a file has it
 * (LF): a line end is LF with or without CR before it, and counts as CRLF; a CR elsewhere is a byte as any.
 * Linear, constant memory: pieces go to a function as they are made. Never fails. */
#ifndef AUTH_DKIM_CANON_H
#define AUTH_DKIM_CANON_H

#include "base/slice.h"

enum dkim_canon { CANON_SIMPLE, CANON_RELAXED };

struct dkim_sink {
    void (*put)(void *ctx, struct slice piece);
    void *ctx;
};

/* One field, its line end included; field: the whole of it as it came, with folds. */
void dkim_canon_field(struct dkim_sink *out, enum dkim_canon how, struct slice field);
/* The signature's own field: the value of its b= left out, no line end. */
void dkim_canon_signature(struct dkim_sink *out, enum dkim_canon how, struct slice field);
/* A whole body. */
void dkim_canon_body(struct dkim_sink *out, enum dkim_canon how, struct slice body);

#endif
