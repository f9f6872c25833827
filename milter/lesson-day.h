/* lesson-day.h - how many lessons a day has had: of each kind, of each domain and network
 * Bounds of what is learned without anybody's word (autolearn.h). Domains and networks (/24, /48) are kept as
 * hashes under a secret of this table; past LESSON_DAY_NAMES of a day nobody new is learned of. What a day
 * has had is written to a file and read back, so that a restart gives nobody a second day.
 *
 * The file's text: magic, key, day, lessons, entries, a checksum of all before. What does not read as one is
 * none: a torn or foreign file begins a day anew. Not thread-safe. */
#ifndef MILTER_LESSON_DAY_H
#define MILTER_LESSON_DAY_H

#include <stdbool.h>
#include "base/buf.h"
#include "base/slice.h"

#define LESSON_DAY_NAMES 16384
#define LESSON_DAY_BYTES ((size_t)64 + LESSON_DAY_NAMES * 12) /* at most, as text */

struct lesson_bounds {
    unsigned day, domain, network; /* lessons; 0: none */
};

/* how many lessons a domain or network has given */
struct lesson_name {
    uint64_t hash; /* 0: free */
    uint32_t lessons;
};

struct lesson_day {
    uint64_t key;
    uint32_t day;        /* since 1970 */
    uint32_t lessons[2]; /* [spam] */
    struct lesson_name *names;
    uint32_t n_names;
};

void lesson_day_init(struct lesson_day *d);
void lesson_day_deinit(struct lesson_day *d);

/* Whether there is a lesson left on that day for that domain and client, and takes it. Either may be empty
 * and is then no bound. */
bool lesson_day_take(struct lesson_day *d, const struct lesson_bounds *b, bool spam, struct slice domain,
                     struct slice client, unsigned day);

void lesson_day_write(const struct lesson_day *d, struct buf *out);
/* false: it is none, and *d stays as it is. */
bool lesson_day_read(struct lesson_day *d, struct slice text);

#endif
