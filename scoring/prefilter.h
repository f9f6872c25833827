/* prefilter.h - which rules may hit in a text, found in one scan
 * Rules that read the same text (body, rawbody, full, uri, one header specification, one field of all parts)
 * are a group; a group's texts are scanned once a message, when the first of its rules asks. What is said is
 * "may hit, in these pieces"; only the pattern itself says "hits". A rule of which nothing is known may hit
 * everywhere, and so may all rules without a prefilter.
 *
 * The prefilter is immutable and shared; struct candidates belongs to one worker. */
#ifndef SCORING_PREFILTER_H
#define SCORING_PREFILTER_H

#include "scoring/rule.h"
#include "scoring/view.h"

struct prefilter;
struct candidates;

/* In the arena; of the rules in tests[], all other fields of which are final. */
struct prefilter *prefilter_new(struct arena *a, struct rule *const *tests, size_t n);

/* f may be NULL and outlives it. */
struct candidates *candidates_new(const struct prefilter *f);
void candidates_free(struct candidates **c);
/* A new message: what was said of the one before is forgotten. `a` is the message's arena. */
void candidates_begin(struct candidates *c, struct arena *a);
/* The first piece of view at or behind `from` in which the rule may match; view->n: none. r is a HEADER,
 * BODY, URI, RAWBODY, FULL or MIMEHEADER rule. The view must be the same for all rules of a group in one
 * message: for a header rule the value of r->test.spec as its one piece (an if_unset text is no part of it:
 * match that without asking), for a mimeheader rule the values of r->test.field in all parts.
 *     for (size_t i = candidates_next(c, r, v, 0); i < v->n; i = candidates_next(c, r, v, i + 1)) */
size_t candidates_next(struct candidates *c, const struct rule *r, const struct view *view, size_t from);
/* The first of the rules that prefilter_new() got, at or behind `from`, of which it is not known from a scan
 * already done that it hits nowhere (a rule that hits where its pattern does not is never passed by). */
size_t candidates_skip(const struct candidates *c, size_t from);
/* Pieces that candidates_next has named so far, in all messages. */
uint64_t candidates_judged(const struct candidates *c);

#endif
