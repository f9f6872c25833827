/* nearest.h - what a misspelt word was meant to be
 * The candidate with the fewest letters to insert, leave out, exchange or swap with their neighbour; none
 * that differs in more than a third of the letters. Words longer than NEAREST_MAX are like nothing. */
#ifndef SCORING_NEAREST_H
#define SCORING_NEAREST_H

#include "base/slice.h"

#define NEAREST_MAX 48

struct nearest {
    struct slice word, best; /* best: empty while there is none */
    size_t distance;
};

void nearest_init(struct nearest *n, struct slice word);
void nearest_try(struct nearest *n, struct slice candidate);

#endif
