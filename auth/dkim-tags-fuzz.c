/* dkim-tags-fuzz.c - a tag list, a list apart by colons, base64
 * Holds: names are names and differ, values lie in the text; bytes come back from base64 as they were. */
#include <stdint.h>
#include <stdlib.h>
#include "auth/dkim-tags.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void check_tags(struct slice text)
{
    struct dkim_tags t;
    if (!dkim_tags_parse(&t, text)) {
        check(t.why != NULL);
        return;
    }
    check(t.n > 0 && t.n <= DKIM_TAGS_MAX);
    for (size_t i = 0; i < t.n; i++) {
        check(t.v[i].name.n > 0 && t.v[i].value.p >= text.p);
        check(t.v[i].value.p + t.v[i].value.n <= text.p + text.n);
        for (size_t k = 0; k < i; k++)
            check(!slice_eq(t.v[i].name, t.v[k].name));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = slice_of((const char *)data, size), rest = text, item;
    struct arena a;
    arena_init(&a, 64 << 20);
    check_tags(text);
    while (dkim_item(&rest, &item))
        check(item.n == 0 || (!ascii_space(item.p[0]) && slice_chr(item, ':') < 0));
    struct slice bytes = dkim_base64(&a, text, 1000);
    check(bytes.p == NULL || bytes.n <= 1000);
    struct slice again = dkim_base64(&a, dkim_base64_of(&a, text), size);
    check(slice_eq(again, text));
    dkim_domain_ok(text, true);
    arena_deinit(&a);
    return 0;
}
