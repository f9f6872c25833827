/* address-fuzz.c - an address field; the first byte is the limit
 * Holds: no more addresses than allowed; names are UTF-8; an address is its local part, an @ and its domain,
 * or flagged; no line end in it. */
#include <stdint.h>
#include <stdlib.h>
#include "message/address.h"
#include "message/charset.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    struct slice text = slice_of((const char *)data + 1, size - 1);
    struct message_limits l;
    struct address_list list;
    struct arena a;
    message_limits_default(&l);
    l.address_max_count = data[0];
    arena_init(&a, 256 << 20);
    address_parse(&list, &a, text, &l);
    check(list.n <= l.address_max_count);
    for (size_t i = 0; i < list.n; i++) {
        const struct address *x = &list.v[i];
        check(utf8_valid(x->name) && slice_chr(x->addr, '\n') < 0 && x->addr.n <= text.n);
        if (x->flags & ADDRESS_INVALID) {
            check(x->local.n == 0 && x->domain.n == 0);
            continue;
        }
        check(x->local.n > 0 && x->domain.n > 0 && x->local.n + 1 + x->domain.n == x->addr.n);
        check(x->local.p == x->addr.p && x->addr.p[x->local.n] == '@');
    }
    arena_deinit(&a);
    return 0;
}
