/* lists-fuzz.c - any bytes as lines about trust and lists
 * Up to the first NUL lines, behind it what is looked up. Holds: a list has a text exactly when one of its
 * patterns matches it or is it, each is found once; an address is in a network by the first that fits. */
#include <stdint.h>
#include <stdlib.h>
#include "scoring/lists.h"
#include "scoring/test-settings.h"
#include "scoring/trust.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define TEXT_MAX 4000

static void check(bool holds)
{
    if (!holds)
        abort();
}

static size_t matches(const struct globs *g, struct slice text)
{
    size_t n = 0;
    for (size_t i = 0; i < g->n; i++)
        n += !g->v[i].removed && (slice_eq(g->v[i].key, text) || glob_match(g->v[i].pattern, text));
    return n;
}

static void check_globs(const struct globs *g, struct slice text)
{
    size_t found = 0, wanted = matches(g, text);
    uint64_t at = 0;
    uint32_t number;
    while (globs_next(g, text, &at, &number))
        check(number < g->n && ++found <= wanted);
    check(found == wanted && globs_have(g, text) == (wanted > 0));
}

static void check_networks(const struct networks *n, struct slice text)
{
    unsigned char ip[16];
    bool wanted = false, decided = !network_address(text, ip);
    for (size_t i = 0; i < n->n && !decided; i++) {
        check(n->v[i].bits <= 128);
        decided = network_has(&n->v[i], ip);
        wanted = decided && !n->v[i].negated;
    }
    check(networks_have(n, text) == wanted);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = slice_of((const char *)data, size < TEXT_MAX ? size : TEXT_MAX);
    ptrdiff_t end = slice_chr(text, 0);
    struct rule_problems problems;
    struct trust trust;
    struct arena a;
    arena_init(&a, 64 << 20);
    rule_problems_init(&problems, &a);
    const char *lines = arena_str(&a, end < 0 ? text : slice_sub(text, 0, (size_t)end));
    struct slice what = arena_lower(&a, end < 0 ? SLICE("") : slice_from(text, (size_t)end + 1));
    trust_load(&trust, &a, test_settings(&a, SETTING_TRUST, lines), &problems);
    const struct lists *l = lists_load(&a, test_settings(&a, SETTING_LISTS, lines), &problems);
    for (int i = 0; i < LIST_KINDS; i++)
        check_globs(&l->v[i], what);
    for (int i = 0; i < LIST_PAIR_KINDS; i++)
        check_globs(&l->pairs[i].addresses, what);
    for (size_t i = 0; i < l->n_named; i++)
        check_globs(l->by_number[i], what);
    check_networks(&trust.trusted, what);
    check_networks(&trust.internal, what);
    check_networks(&trust.msa, what);
    arena_deinit(&a);
    return 0;
}
