/* param-fuzz.c - a value with parameters
 * Holds: no more parameters than allowed; what is raw lies in the text; values are UTF-8, names lower case;
 * two different values of one name are flagged. */
#include <stdint.h>
#include <stdlib.h>
#include "message/charset.h"
#include "message/param.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = slice_of((const char *)data, size);
    struct param_value v;
    struct arena a;
    size_t n = 0;
    arena_init(&a, 256 << 20);
    param_parse(&v, &a, text);
    check(v.value.n <= text.n);
    for (const struct param *p = v.params; p; p = p->next) {
        const struct param *first = param_find(&v, p->name);
        check(p->name.n > 0 && slice_eq(p->name, arena_lower(&a, p->name)));
        check(p->raw.p >= text.p && p->raw.p + p->raw.n <= text.p + text.n);
        check(utf8_valid(p->value) && p->bytes.n <= text.n);
        check(slice_eq(first->value, p->value) || (v.flags & PARAM_DUPLICATE));
        n++;
    }
    check(n <= PARAM_MAX);
    arena_deinit(&a);
    return 0;
}
