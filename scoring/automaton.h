/* automaton.h - many shapes, looked for at once
 * Each shape belongs to an owner, a number of the caller's. Exact for the shapes, which are less than the
 * patterns they were made of. In the caller's arena. */
#ifndef SCORING_AUTOMATON_H
#define SCORING_AUTOMATON_H

#include "base/arena.h"
#include "scoring/shape.h"

struct automaton;

struct automaton *automaton_new(struct arena *a);
/* There is at least one shape. */
void automaton_add(struct automaton *m, const struct shapes *s, uint32_t owner);
/* Calls found() with the owner of each shape in the text, and the caller's piece. */
void automaton_scan(const struct automaton *m, struct slice text, size_t piece,
                    void (*found)(void *ctx, uint32_t owner, size_t piece), void *ctx);

#endif
