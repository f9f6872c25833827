/* dkim-fields.h - the fields that h= names, in its order (RFC 6376 5.4.2)
 * Each mention of a name takes the next field of that name from the bottom; one too many takes nothing, which
 * is how a name is oversigned. An index is made once a message, so that a signature costs its own length and
 * the bytes that it covers. */
#ifndef AUTH_DKIM_FIELDS_H
#define AUTH_DKIM_FIELDS_H

#include "auth/dkim-canon.h"
#include "message/header.h"

struct dkim_fields;

struct dkim_fields *dkim_fields_new(struct arena *a, const struct header_block *header);
/* How many there are of a name. */
size_t dkim_fields_count(const struct dkim_fields *f, struct slice name);
/* Canonicalizes what list (an h=) names. cover: of which name to count what was taken; may be empty. Returns
 * that number. */
size_t dkim_fields_put(struct dkim_fields *f, struct slice list, enum dkim_canon how, struct dkim_sink *out,
                       struct slice cover);

#endif
