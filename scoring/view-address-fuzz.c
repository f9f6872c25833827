/* view-address-fuzz.c - any bytes as the value of From, To ...
 * Holds: an address has one @ and something before it, names are no longer than the value, twice is the same.
 */
#include <stdint.h>
#include <stdlib.h>
#include "scoring/view-address.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void check_entry(const struct view_address *e, size_t most)
{
    if (e->has_address) {
        ptrdiff_t at = slice_chr(e->address, '@');
        check(at > 0);
        check(slice_chr(slice_from(e->address, (size_t)at + 1), '@') < 0);
        view_host_valid(slice_from(e->address, (size_t)at + 1));
    }
    check(!e->has_phrase || e->phrase.n <= most);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice value = slice_of((const char *)data, size);
    struct view_addresses one, two;
    struct arena a;
    arena_init(&a, 256 << 20);
    view_addresses_parse(&one, &a, value);
    view_addresses_parse(&two, &a, value);
    check(one.n == two.n);
    for (size_t i = 0; i < one.n; i++) {
        check_entry(&one.v[i], size);
        check(one.v[i].has_address == two.v[i].has_address && slice_eq(one.v[i].address, two.v[i].address));
    }
    arena_deinit(&a);
    return 0;
}
