/* map-fuzz.c - any text as a map of each type, asked for parts of itself */
#include <stdlib.h>
#include "policy/map.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const types[] = { "text", "regex", "cidr" };
    struct slice text = slice_of((const char *)data, size), line, value;
    struct regex_limits limits = { .match_limit = 1000 };
    struct regex_scratch *scratch = regex_scratch_new(&limits);
    for (size_t i = 0; i < 3; i++) {
        struct arena a;
        struct err e;
        arena_init(&a, 64 << 20);
        struct map *m = map_parse(types[i], "map", text, &a, &e);
        struct slice rest = text;
        for (int n = 0; m && n < 20 && slice_line(&rest, &line); n++)
            (void)map_find(m, scratch, slice_chomp(line), &value);
        map_free(&m);
        arena_deinit(&a);
    }
    regex_scratch_free(&scratch);
    return 0;
}
