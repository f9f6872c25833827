/* map.h - lookup tables as Postfix has them: type:path
 *   text:   KEY VALUE      a key, white space, a value; keys are compared without case
 *   regex:  /PATTERN/i VALUE, !/PATTERN/ VALUE    the first line that matches (or, with !, does not)
 *   cidr:   192.0.2.0/24 VALUE, !2001:db8::/32 VALUE    the first network that holds (or not) an address of
 * its family In all of them # begins a comment line, and a line that begins with white space continues the
 * one before. Loaded once, immutable, in the arena (patterns on the heap: map_free). A pattern that hits its
 * limit is MAP_FAULT, never "no". Limits: MAP_BYTES_MAX a file. Fails: ERR_CONFIG with file, line, what is
 * wrong and what to write. */
#ifndef POLICY_MAP_H
#define POLICY_MAP_H

#include "base/arena.h"
#include "base/err.h"
#include "base/regex.h"

#define MAP_BYTES_MAX ((size_t)64 << 20)

struct map;

enum map_answer { MAP_NO, MAP_FOUND, MAP_FAULT };

struct map *map_load(const char *spec, struct arena *a, struct err *e);
/* The same from text, for tests and fuzz targets: type "text", "regex" or "cidr". */
struct map *map_parse(const char *type, const char *name, struct slice text, struct arena *a, struct err *e);
void map_free(struct map **m);
/* value: in the map. line: where it stands. A cidr map is asked for an address, and knows no other key. */
enum map_answer map_find(const struct map *m, struct regex_scratch *scratch, struct slice key,
                         struct slice *value);
/* Whether its lines are patterns, which see whole addresses only and no part of them. */
bool map_has_patterns(const struct map *m);
/* Each value, for who wants to check them all: an error stops it. */
int map_each(const struct map *m,
             int (*each)(void *ctx, struct slice value, const char *where, struct err *e), void *ctx,
             struct err *e);

#endif
