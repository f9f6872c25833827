/* arc-fuzz.c - a message with ARC sets, behind lines of the DNS that end with one that is empty
 * Holds: none, pass or fail; fail has a reason, and a chain that passes is one. */
#include <stdint.h>
#include <stdlib.h>
#include "auth/arc-verify.h"
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
    struct auth_arc r;
    if (kept == NULL)
        kept = dkim_crypto_new();
    arena_init(&f.a, 512 << 20);
    f.crypto = kept;
    f.table = dns_table_new(&f.a);
    auth_options_default(&f.options);
    message_limits_default(&f.limits);
    fixture_take_records(&f, &text);
    struct dns *d = fixture_dns(&f);
    struct arc_check *arc = arc_begin(&f.a, fixture_mail(&f, text));
    arc_ask(arc, d);
    arc_verify(arc, d, f.crypto, &r);
    check(r.code == AUTH_NONE || r.code == AUTH_PASS || r.code == AUTH_FAIL);
    check(r.code != AUTH_FAIL || r.reason.n > 0);
    check(r.sets <= ARC_SETS_MAX && r.oldest_pass <= r.sets);
    check(r.code != AUTH_PASS || (r.sets > 0 && arc->chain.fault == NULL && r.domain.n > 0));
    arena_deinit(&f.a);
    return 0;
}
