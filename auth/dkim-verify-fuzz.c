/* dkim-verify-fuzz.c - a message, behind lines of the DNS that end with one that is empty
 * Holds: as many results as there are signatures, up to the option; each passes or has a reason, and who
 * passes has a domain. */
#include <stdint.h>
#include <stdlib.h>
#include "auth/dkim-fixture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct dkim_crypto *kept;
    struct slice text = slice_of((const char *)data, size);
    struct fixture f = { .now = FIXTURE_NOW, .deadline_ms = 1 };
    if (kept == NULL)
        kept = dkim_crypto_new();
    arena_init(&f.a, 512 << 20);
    f.crypto = kept;
    f.table = dns_table_new(&f.a);
    auth_options_default(&f.options);
    message_limits_default(&f.limits);
    fixture_take_records(&f, &text);
    struct auth_results r = fixture_verify(&f, text);
    check(r.n_signatures <= f.options.dkim.signatures_max);
    for (size_t i = 0; i < r.n_signatures; i++) {
        const struct auth_signature *s = &r.signatures[i];
        check(s->code == AUTH_PASS || s->reason.n > 0);
        check(s->code != AUTH_PASS || s->domain.n > 0);
        check(s->code != AUTH_NONE && s->code != AUTH_NOT_RUN);
    }
    arena_deinit(&f.a);
    return 0;
}
