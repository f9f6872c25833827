/* nearest.c - what a misspelt word was meant to be; see nearest.h */
#include "config.h"
#include "scoring/nearest.h"

void nearest_init(struct nearest *n, struct slice word)
{
    n->word = word;
    n->best = SLICE("");
    n->distance = word.n / 3 + 1;
}

static size_t least(size_t a, size_t b, size_t c)
{
    size_t least = a < b ? a : b;
    return least < c ? least : c;
}

/* Damerau's and Levenshtein's, by rows: before is the row of a without its last letter, earlier the one of a
 * without its last two. */
static size_t distance(struct slice a, struct slice b)
{
    size_t rows[3][NEAREST_MAX + 1];
    for (size_t j = 0; j <= b.n; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a.n; i++) {
        size_t *row = rows[i % 3], *before = rows[(i + 2) % 3], *earlier = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= b.n; j++) {
            row[j] = least(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a.p[i - 1] != b.p[j - 1]));
            if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1])
                row[j] = least(row[j], earlier[j - 2] + 1, row[j]);
        }
    }
    return rows[a.n % 3][b.n];
}

void nearest_try(struct nearest *n, struct slice candidate)
{
    size_t a = n->word.n, b = candidate.n;
    if (a > NEAREST_MAX || b > NEAREST_MAX || (a > b ? a - b : b - a) >= n->distance)
        return;
    size_t d = distance(n->word, candidate);
    if (d >= n->distance)
        return;
    n->distance = d;
    n->best = candidate;
}
