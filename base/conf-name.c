/* conf-name.c - which option an admin means; see conf-row.h
 * The distance counts characters put in, left out, changed, or swapped with their neighbour. Bounded: names
 * of 64 characters and more are near to none. */
#include "base/conf-row.h"

#define NAME_MAX_LEN 63

const struct conf_option *conf_row_find(const struct conf_schema *schema, struct slice name,
                                        const struct conf_section **section)
{
    for (size_t s = 0; s < schema->n; s++)
        for (size_t i = 0; i < schema->sections[s].n; i++)
            if (slice_eq(name, slice_str(schema->sections[s].rows[i].name))) {
                if (section)
                    *section = &schema->sections[s];
                return &schema->sections[s].rows[i];
            }
    return NULL;
}

/* "Required-Score" is required_score */
static bool alike(char a, char b)
{
    a = a == '-' || a == ' ' ? '_' : ascii_lower(a);
    return a == ascii_lower(b);
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

static unsigned distance(struct slice a, struct slice b)
{
    unsigned rows[3][NAME_MAX_LEN + 1];
    for (size_t j = 0; j <= b.n; j++)
        rows[0][j] = (unsigned)j;
    for (size_t i = 1; i <= a.n; i++) {
        unsigned *row = rows[i % 3], *up = rows[(i + 2) % 3], *up2 = rows[(i + 1) % 3];
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= b.n; j++) {
            bool same = alike(a.p[i - 1], b.p[j - 1]);
            row[j] = least(least(up[j] + 1, row[j - 1] + 1), up[j - 1] + !same);
            if (i > 1 && j > 1 && alike(a.p[i - 1], b.p[j - 2]) && alike(a.p[i - 2], b.p[j - 1]))
                row[j] = least(row[j], up2[j - 2] + 1);
        }
    }
    return rows[a.n % 3][b.n];
}

const char *conf_row_nearest(const struct conf_schema *schema, struct slice name)
{
    const char *nearest = NULL;
    unsigned best = (unsigned)(name.n < 6 ? 2 : name.n / 3) + 1;
    if (name.n < 2 || name.n > NAME_MAX_LEN)
        return NULL;
    for (size_t s = 0; s < schema->n; s++)
        for (size_t i = 0; i < schema->sections[s].n; i++) {
            struct slice known = slice_str(schema->sections[s].rows[i].name);
            unsigned d = known.n > NAME_MAX_LEN ? best : distance(name, known);
            if (d < best) {
                best = d;
                nearest = known.p;
            }
        }
    return nearest;
}
