/* dkim-tags.h - tag=value lists (RFC 6376 3.2)
 * Of signatures, seals and key records. Slices of the input: a value is without the white space around it,
 * but keeps what is inside. Linear but for the search for double names, which DKIM_TAGS_MAX bounds.
 * Fails: a list that breaks the grammar, has a name twice (6376 3.2: the whole list is then no good) or more
 * than DKIM_TAGS_MAX tags: false. */
#ifndef AUTH_DKIM_TAGS_H
#define AUTH_DKIM_TAGS_H

#include "base/arena.h"

#define DKIM_TAGS_MAX 64

struct dkim_tag {
    struct slice name;  /* case counts */
    struct slice value; /* may be empty */
};

struct dkim_tags {
    struct dkim_tag v[DKIM_TAGS_MAX];
    size_t n;
    const char *why; /* of false */
};

bool dkim_tags_parse(struct dkim_tags *t, struct slice text) __attribute__((warn_unused_result));
/* NULL: there is none of that name */
const struct slice *dkim_tag(const struct dkim_tags *t, const char *name);

/* Takes the next of a list apart by colons, trimmed, off *rest; false at the end. */
bool dkim_item(struct slice *rest, struct slice *item);
/* Whether the list has the word (compared without case). */
bool dkim_list_has(struct slice list, struct slice word);
/* Decimal, at most 18 digits. */
bool dkim_number(struct slice s, uint64_t *n) __attribute__((warn_unused_result));
/* Base64 with white space anywhere; the p of the result is NULL when it is none, or longer than max. */
struct slice dkim_base64(struct arena *a, struct slice text, size_t max);
/* Bytes to base64, without line ends. */
struct slice dkim_base64_of(struct arena *a, struct slice bytes);
/* A domain name of at least two labels in letters, digits, hyphens and underscores, at most 253 bytes. */
bool dkim_domain_ok(struct slice name, bool one_label);
/* Whether name is domain or below it. */
bool dkim_below(struct slice name, struct slice domain);

#endif
